"""Who a number at sea belongs to: the vessel of the register, else what its letters say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.permissions import Actor
from app.registers.models import Vessel, VesselPrefix
from app.registers.vessel_numbers import VesselNumber

_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Known:
    """A vessel of the register, after merges."""

    id: int
    province_code: str | None


def known_vessels(session: Session, numbers: Iterable[VesselNumber]) -> dict[str, Known]:
    """The vessels that carry these numbers, by folded number; the newest entry where several."""
    folds = sorted({one.folded for one in numbers})
    found: dict[str, Known] = {}
    for start in range(0, len(folds), _AT_ONCE):
        part = folds[start : start + _AT_ONCE]
        rows = session.execute(
            select(
                Vessel.number_fold,
                func.coalesce(Vessel.merged_into_id, Vessel.id).label("id"),
                Vessel.home_province_code,
            )
            .where(or_(Vessel.number_fold.in_(part), Vessel.canonical.in_(part)))
            .order_by(Vessel.id)
        )
        found |= {row.number_fold: Known(row.id, row.home_province_code) for row in rows}
    return found


def prefixes(session: Session) -> Mapping[str, str]:
    """The province of today by the letters before a number."""
    rows = session.execute(select(VesselPrefix.prefix, VesselPrefix.province_code))
    return {row.prefix: row.province_code for row in rows}


def province_of(
    number: VesselNumber,
    *,
    known: Known | None,
    said: str | None,
    by_prefix: Mapping[str, str],
    own: str | None,
) -> str | None:
    """The register before the list, the list before the letters, at last who brought it in."""
    registered = known.province_code if known else None
    return registered or said or by_prefix.get(number.prefix or "") or own


def has_sea(session: Session, actor: Actor) -> bool:
    """Whether vessels of the actor's area can be at sea at all: letters were given there.

    A border station and a province without a coast are shown no trips, and offered no page of them.
    """
    if actor.area.is_everything:
        return True
    codes = actor.area.province_codes
    statement = select(VesselPrefix.prefix).where(VesselPrefix.province_code.in_(codes)).limit(1)
    return bool(codes) and session.scalar(statement) is not None


def is_in_reach(actor: Actor, province_code: str | None) -> bool:
    """Whether the actor may bring in what concerns a vessel of this province."""
    area = actor.area
    return area.is_everything or province_code is None or province_code in area.province_codes
