"""Puts together what the page of a person shows: facts, names, papers, cases, who has looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.permissions import Actor, Permission
from app.registers import entry_queries
from app.registers.case_book import CaseTie, case_book
from app.registers.event_book import EventTie, event_book
from app.registers.masking import mask_contact, mask_number
from app.registers.merging import family_of, merges_of
from app.registers.models import Person
from app.registers.need_to_know import known_among
from app.registers.person_facts import PersonFile, consent_in_force, file_of
from app.registers.person_models import (
    Addressee,
    ContactConsent,
    EntryMerge,
    NameKind,
    PersonOutcome,
)
from app.registers.reveals import RevealLine, reveals_of
from app.registers.rules import Seen, as_seen_by
from app.registers.twins import twins_of


@dataclass(frozen=True, slots=True)
class NameLine:
    """One spelling, and who stands behind it."""

    kind: str
    name: str
    confirmed_by: str = ""
    confirmed_on: object = None
    source: str = ""
    recorder: str = ""


@dataclass(frozen=True, slots=True)
class SealedLine:
    """A paper or a relative: what it is, its masked value, and how to ask for the whole."""

    kind: str
    masked: str
    what: str
    note: str = ""
    day: object = None
    until: object = None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything on the page of one person."""

    person: Person
    row: Seen
    is_known: bool
    names: Sequence[NameLine]
    papers: Sequence[SealedLine]
    relatives: Sequence[SealedLine]
    consent: ContactConsent | None
    decided: Mapping[str, ContactConsent | None]
    consents: Sequence[ContactConsent]
    ties: Sequence[CaseTie]
    events: Sequence[EventTie]
    outcomes: Mapping[int, PersonOutcome]
    twin_count: int
    merges: Sequence[EntryMerge]
    reveals: Sequence[RevealLine]


def page_of_person(session: Session, actor: Actor, person: Person) -> PersonPage:
    """The page, with only what the actor may read of it."""
    known = known_among(session, actor, [person])
    ids = family_of(session, person)
    file = file_of(session, ids)
    is_open = person.id in known
    return PersonPage(
        person=person,
        row=as_seen_by(actor, person, known=known),
        is_known=is_open,
        names=_names(person, file) if is_open else (),
        papers=_papers(person, file) if is_open else (),
        relatives=_relatives(file) if is_open else (),
        consent=consent_in_force(session, ids),
        decided={one.value: consent_in_force(session, ids, one) for one in Addressee},
        consents=file.consents,
        ties=case_book().ties_of(session, actor, "person", ids)
        if actor.may(Permission.CASE_VIEW)
        else (),
        events=event_book().ties_of_persons(session, actor, ids)
        if actor.may(Permission.CASE_VIEW)
        else (),
        outcomes=file.outcomes,
        twin_count=len(twins_of(session, actor, person)) if is_open else 0,
        merges=merges_of(session, person),
        reveals=reveals_of(session, ids),
    )


def _names(person: Person, file: PersonFile) -> list[NameLine]:
    """The spellings that were written down with their source, then those only in the register."""
    lines = [
        NameLine(
            one.kind,
            one.name,
            one.confirmed_by,
            one.confirmed_on,
            one.source,
            one.recorder_name,
        )
        for one in file.names
    ]
    said = {(line.kind, line.name) for line in lines}
    register = [
        (NameKind.VERIFIED, person.verified_name),
        (NameKind.CLAIMED, person.claimed_name),
        *((NameKind.FOREIGN, name) for name in person.foreign_spellings),
    ]
    more = [NameLine(kind, name) for kind, name in register if name and (kind, name) not in said]
    order = list(NameKind)[::-1]
    return sorted([*lines, *more], key=lambda line: order.index(NameKind(line.kind)))


def _papers(person: Person, file: PersonFile) -> list[SealedLine]:
    lines = [
        SealedLine(
            one.kind,
            mask_number(one.number),
            f"document.{one.id}",
            ", ".join(filter(None, (one.issuer, one.source))),
            one.issued_on,
            one.expires_on,
        )
        for one in file.documents
    ]
    noted = {one.number_index for one in file.documents}
    if person.id_number and person.id_number_index not in noted:
        masked = mask_number(person.id_number)
        lines.append(SealedLine(person.id_kind or "", masked, "id_number"))
    return lines


def _relatives(file: PersonFile) -> list[SealedLine]:
    return [
        SealedLine(one.relation, mask_contact(one.contact), f"relative.{one.id}")
        for one in file.relatives
    ]


def kept_entry(session: Session, actor: Actor, person_id: int) -> Person:
    """The person at an address; that of a merged entry leads to the kept one."""
    found = entry_queries.person_by_id(session, actor, person_id)
    if found.merged_into_id is None:
        return found
    return session.scalars(select(Person).where(Person.id == found.merged_into_id)).one()
