"""Ties what was claimed to the register entry that it turned out to be, and tells the entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.children.models import CaseChild
from app.cases.children.words import is_minor
from app.cases.dated_settings import adult_age_on
from app.cases.heads import CaseHead
from app.cases.models import CaseLink
from app.database import fold_text, normalise_text
from app.errors import Forbidden, Invalid, NotFound
from app.permissions import Actor, Permission
from app.registers.entry_queries import person_by_id, vessel_by_id
from app.registers.entry_services import correct_vessel, record_person, record_vessel
from app.registers.models import Vessel
from app.registers.person_facts import SaidName, note_name
from app.registers.person_models import NameKind
from app.registers.vessel_facts import VERDICT, SaidOfVessel, note_vessel_fact
from app.registers.vessel_numbers import fold_number
from app.workflow.tracks import Track

_NOT_SAVED = "Chưa lưu được."


@dataclass(frozen=True, slots=True)
class Entry:
    """The register entry that a child turned out to be, or is to become, and who confirmed it.

    `name` is the right name or number, where the claim is misspelt; `verdict` is what the checking
    of a vessel's number gave. Both may be known before there is an entry to tie the child to.
    """

    confirmed_by: str
    entry_id: int | None = None
    is_new: bool = False
    province_code: str | None = None
    note: str = ""
    name: str = ""
    verdict: str = ""


def tie(
    session: Session,
    actor: Actor,
    head: CaseHead,
    found: Sequence[CaseChild],
    entry: Entry,
    *,
    now: datetime,
) -> None:
    """Tie one child, and the case, to the entry; out of the actor's scope is not found."""
    if len(found) != 1:
        raise Invalid(_NOT_SAVED, {"entry": [_("Gắn với sổ từng dòng một.")]})
    child = found[0]
    column = {Track.PERSONS: "person_id", Track.VESSELS: "vessel_id"}.get(Track(child.track))
    if column is None:
        raise NotFound
    is_person = column == "person_id"
    write = _person_entry if is_person else _vessel_entry
    same = {column: write(session, actor, head, child, entry, now=now)}
    twin = select(CaseChild.id).filter_by(case_id=head.id, **same).where(CaseChild.id != child.id)
    if session.scalar(twin.limit(1)) is not None:
        raise Invalid(_NOT_SAVED, {"entry": [_("Mục này của sổ đã gắn với một dòng khác.")]})
    setattr(child, column, same[column])
    known = select(CaseLink.id).filter_by(case_id=head.id, **same)
    if session.scalar(known.limit(1)) is None:
        session.add(CaseLink(case_id=head.id, role="related", linked_at=now, **same))


def _person_entry(
    session: Session,
    actor: Actor,
    head: CaseHead,
    child: CaseChild,
    entry: Entry,
    *,
    now: datetime,
) -> int:
    """The person, who keeps every spelling: as claimed here, and as verified."""
    if entry.entry_id is not None:
        person = person_by_id(session, actor, entry.entry_id)
    else:
        _require_register(actor)
        person = record_person(session, actor, child.label, facts=_facts(session, child), now=now)
        session.flush()
    spellings = {person.claimed_name, person.verified_name, *person.foreign_spellings}
    if child.label not in spellings:
        said = SaidName(NameKind.FOREIGN, child.label, source=head.reference)
        note_name(session, actor, person, said, now=now)
    right = normalise_text(entry.name)
    if right and right != person.name:
        said = SaidName(NameKind.VERIFIED, right, entry.confirmed_by, actor.day(now))
        note_name(session, actor, person, said, now=now)
    return person.id


def _facts(session: Session, child: CaseChild) -> dict[str, object]:
    facts: dict[str, object] = {
        "is_minor": is_minor(child.facts, adult_age_on(session, child.since))
    }
    if year := child.facts.get("birth_year"):
        facts["birth_year"] = year
    return facts


def _vessel_entry(
    session: Session,
    actor: Actor,
    head: CaseHead,
    child: CaseChild,
    entry: Entry,
    *,
    now: datetime,
) -> int:
    """The vessel; a number that was painted on it stays beside its own."""
    if entry.entry_id is not None:
        vessel = vessel_by_id(session, actor, entry.entry_id)
    else:
        _require_register(actor)
        vessel = record_vessel(session, actor, normalise_text(entry.name) or child.label, now=now)
        session.flush()
    _keep_shown(session, actor, vessel, child.label, now=now)
    if entry.verdict and entry.verdict != vessel.verdict:
        source = f"{entry.confirmed_by.strip()} ({head.reference})"
        said = SaidOfVessel(VERDICT, entry.verdict, actor.day(now), source)
        note_vessel_fact(session, actor, vessel, said, now=now)
    return vessel.id


def _keep_shown(
    session: Session, actor: Actor, vessel: Vessel, shown: str, *, now: datetime
) -> None:
    known = {vessel.number_fold, *(fold_number(one) for one in vessel.other_numbers)}
    if fold_number(shown) in known or fold_text(shown) == fold_text(vessel.raw_number):
        return
    numbers = [*vessel.other_numbers, shown]
    correct_vessel(session, actor, vessel, changes={"other_numbers": numbers}, now=now)


def _require_register(actor: Actor) -> None:
    if not actor.may(Permission.REGISTER_EDIT):
        raise Forbidden
