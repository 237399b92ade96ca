"""What the page of a vessel shows: numbers, history, cases, and whether it came back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.permissions import Actor, Permission
from app.registers import entry_queries
from app.registers.case_book import CaseTie, case_book
from app.registers.merging import family_of, merges_of
from app.registers.models import Vessel, VesselPrefix
from app.registers.person_models import EntryMerge, VesselFact
from app.registers.rules import Seen, as_seen_by
from app.registers.vessel_facts import PERSONAL_FIELDS
from app.registers.vessel_numbers import read_vessel_number
from app.registers.vessel_twins import vessel_twins_of

_OFFENCES = frozenset({"fisher_violation"})


@dataclass(frozen=True, slots=True)
class VesselPage:
    """Everything on the page of one vessel; `offences` are its cases that count for repetition."""

    vessel: Vessel
    row: Seen
    prefix: VesselPrefix | None
    facts: Sequence[VesselFact]
    ties: Sequence[CaseTie]
    twin_count: int
    merges: Sequence[EntryMerge]

    @property
    def offences(self) -> Sequence[CaseTie]:
        return [tie for tie in self.ties if tie.type_code in _OFFENCES]

    @property
    def is_repeated(self) -> bool:
        return len(self.offences) > 1


def page_of_vessel(session: Session, actor: Actor, vessel: Vessel) -> VesselPage:
    ids = family_of(session, vessel)
    may_read = actor.may(Permission.PERSONAL_DATA_VIEW)
    facts = session.scalars(
        select(VesselFact)
        .where(VesselFact.vessel_id.in_(ids))
        .order_by(VesselFact.said_on.desc(), VesselFact.id.desc())
    ).all()
    return VesselPage(
        vessel=vessel,
        row=as_seen_by(actor, vessel),
        prefix=_prefix(session, vessel),
        facts=[one for one in facts if may_read or one.field not in PERSONAL_FIELDS],
        ties=case_book().ties_of(session, actor, "vessel", ids)
        if actor.may(Permission.CASE_VIEW)
        else (),
        twin_count=len(vessel_twins_of(session, actor, vessel)),
        merges=merges_of(session, vessel),
    )


def _prefix(session: Session, vessel: Vessel) -> VesselPrefix | None:
    """The province that gave the letters; its code is that of today."""
    letters = read_vessel_number(vessel.canonical or vessel.raw_number).prefix
    return session.get(VesselPrefix, letters) if letters else None


def kept_vessel(session: Session, actor: Actor, vessel_id: int) -> Vessel:
    """The vessel at an address; that of a merged entry leads to the kept one."""
    found = entry_queries.vessel_by_id(session, actor, vessel_id)
    if found.merged_into_id is None:
        return found
    return session.get_one(Vessel, found.merged_into_id)
