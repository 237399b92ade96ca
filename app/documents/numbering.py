"""Numbers of outgoing papers: per unit, year and register, without gaps, doubles or reuse."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.audit import record_access
from app.documents.kinds import DATA, Kind, kind_of
from app.documents.models import PaperCounter, PaperSymbol
from app.errors import Conflict, Invalid, Refused
from app.permissions import Actor

ANY = "*"
_PLACEHOLDER = re.compile(r"\{(so|loai|donvi)\}")
_PATTERN = re.compile(r"\{so\}/(?:[\wĐđ&. -]|\{loai\}|\{donvi\})+")
_DOUBLED = re.compile(r"/-|--+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a register and how it is written."""

    year: int
    number: int
    symbol: str


def day_at(unit: Unit, now: datetime) -> date:
    """The day in the unit's own zone: a mission begins its year by its own clock."""
    return now.astimezone(ZoneInfo(unit.time_zone)).date()


def next_number(session: Session, unit: Unit, kind: Kind, *, on: date) -> Number:
    """Take the next number of the series.

    The counter's row stays locked until the caller's transaction ends: a rollback gives the
    number back, and two transactions never take the same one.
    """
    pattern = pattern_on(session, unit, kind, on)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = insert_sqlite if is_sqlite else insert_postgresql
    first = insert(PaperCounter).values(
        unit_id=unit.id, year=on.year, register=kind.register, last=1
    )
    counted = first.on_conflict_do_update(
        index_elements=["unit_id", "year", "register"], set_={"last": PaperCounter.last + 1}
    ).returning(PaperCounter.last)
    number: int = session.execute(counted).scalar_one()
    return Number(on.year, number, written(pattern, kind, unit, f"{number:02d}"))


def draft_symbol(session: Session, unit: Unit, kind: Kind, *, on: date, place: str) -> str:
    """The symbol as it stands in a draft, with a place for the number that it does not have."""
    return written(pattern_on(session, unit, kind, on), kind, unit, place)


def written(pattern: str, kind: Kind, unit: Unit, number: str) -> str:
    parts = {"so": number, "loai": kind.letters, "donvi": unit.code}
    said = _PLACEHOLDER.sub(lambda found: parts[found[1]], pattern)
    return _DOUBLED.sub(lambda found: found[0][0], said)


def pattern_on(session: Session, unit: Unit, kind: Kind, on: date) -> str:
    """The row of this unit and kind before the one for all; among those the newest."""
    rows = [
        row
        for row in symbols_of(session, unit.id)
        if row.kind in {kind.code, ANY} and row.valid_from <= on
    ]
    best = max(
        rows,
        key=lambda row: (row.unit_id is not None, row.kind != ANY, row.valid_from),
        default=None,
    )
    if best is None:
        raise Refused("Chưa khai báo ký hiệu của loại văn bản này cho đơn vị.")
    return best.pattern


def symbols_of(session: Session, unit_id: int) -> Sequence[PaperSymbol]:
    """The rows that can hold for a unit, its own first, the newest first."""
    return session.scalars(
        select(PaperSymbol)
        .where(or_(PaperSymbol.unit_id == unit_id, PaperSymbol.unit_id.is_(None)))
        .order_by(PaperSymbol.unit_id.is_(None), PaperSymbol.kind, PaperSymbol.valid_from.desc())
    ).all()


def add_symbol(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    pattern: str,
    valid_from: date,
    source: str,
    now: datetime,
) -> PaperSymbol:
    """A new way to write the symbol from a day on; what was written before stays."""
    if kind != ANY:
        kind_of(kind)
    said = pattern.strip()
    if not _PATTERN.fullmatch(said):
        raise Invalid(
            "Ký hiệu chưa đúng.",
            {"pattern": ["Viết như {so}/{loai}-SNgV hoặc {so}/LS-BHCD."]},
        )
    taken = select(PaperSymbol.id).where(
        PaperSymbol.unit_id == actor.unit_id,
        PaperSymbol.kind == kind,
        PaperSymbol.valid_from == valid_from,
    )
    if session.scalar(taken) is not None:
        raise Conflict("Đã có ký hiệu của loại này từ chính ngày này. Hãy chọn một ngày khác.")
    row = PaperSymbol(
        unit_id=actor.unit_id,
        kind=kind,
        pattern=said,
        valid_from=valid_from,
        source=source.strip(),
        check="",
        recorded_by=actor.user_id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    record_access(session, actor, "paper_symbol.added", f"paper_symbol:{row.id}", now=now)
    return row


def seed_symbols(session: Session, *, now: datetime) -> int:
    """Load the shipped rows that are not in the table; a unit that is not there is left out."""
    rows = yaml.safe_load((DATA / "symbols.yaml").read_text("utf-8"))
    found = session.execute(
        select(Unit.code, Unit.id).where(Unit.code.in_({row["unit"] for row in rows}))
    )
    units = {row.code: row.id for row in found}
    known = {
        (row.unit_id, row.kind, row.valid_from) for row in session.scalars(select(PaperSymbol))
    }
    fresh = [
        PaperSymbol(
            unit_id=units.get(row["unit"]),
            recorded_by=0,
            recorded_at=now,
            **{name: row[name] for name in ("kind", "pattern", "valid_from", "source", "check")},
        )
        for row in rows
        if (row["unit"] == ANY or row["unit"] in units)
        and (units.get(row["unit"]), row["kind"], row["valid_from"]) not in known
    ]
    session.add_all(fresh)
    return len(fresh)
