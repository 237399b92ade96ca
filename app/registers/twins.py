"""Finds who may be the same person: candidates by keys, weighed part by part, under one's scope."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, load_only

from app.permissions import Actor
from app.registers.entry_queries import visible_persons
from app.registers.likeness import Likeness, PersonFacts, compare
from app.registers.models import Person
from app.registers.need_to_know import names_open_to
from app.registers.person_keys import spellings_of
from app.registers.person_models import EntryApart, IdentityDocument
from app.registers.twin_search import candidates

MOST = 20
_AT_ONCE, _WEIGHED = 120, 60
_COMPARED = (
    *(Person.claimed_name, Person.foreign_spellings, Person.verified_name),
    *(Person.birth_date, Person.birth_year, Person.sex, Person.home_province_code),
    *(Person.vessel_id, Person.id_number_index, Person.merged_into_id),
)


@dataclass(frozen=True, slots=True)
class Twin:
    """A person who may be the one asked for, and why."""

    person: Person
    likeness: Likeness


def facts_of(person: Person, papers: Collection[str] = ()) -> PersonFacts:
    own = [person.id_number_index] if person.id_number_index else []
    return PersonFacts(
        names=spellings_of(person),
        birth_date=person.birth_date,
        birth_year=person.birth_year,
        sex=person.sex,
        province_code=person.home_province_code,
        vessel_id=person.vessel_id,
        papers=frozenset([*own, *papers]),
    )


def twins_of(session: Session, actor: Actor, person: Person, *, limit: int = MOST) -> list[Twin]:
    """Who may be this person, those told apart left out."""
    papers = papers_of(session, [person.id]).get(person.id, ())
    apart = _apart_from(session, person.id)
    found = find_twins(
        session, actor, facts_of(person, papers), limit=limit, without={person.id, *apart}
    )
    return [twin for twin in found if twin.person.merged_into_id is None]


def find_twins(
    session: Session,
    actor: Actor,
    facts: PersonFacts,
    *,
    limit: int = MOST,
    without: Collection[int] = (),
) -> list[Twin]:
    """The persons in the actor's scope that are alike enough, the most alike first."""
    near: list[tuple[int, Likeness]] = []
    persons = _in_scope(session, actor, candidates(session, facts))
    papers = papers_of(session, [one.id for one in persons])
    for one in persons:
        likeness = compare(facts, facts_of(one, papers.get(one.id, ())))
        if likeness.is_possible and one.id not in without:
            near.append((one.id, likeness))
    near.sort(key=lambda found: (-found[1].standing, found[0]))
    chosen = dict(near[:limit])
    whole = session.scalars(select(Person).where(Person.id.in_(chosen)))
    by_id = {one.id: one for one in whole}
    return [Twin(by_id[one], likeness) for one, likeness in chosen.items()]


def papers_of(session: Session, person_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """The blind indexes of the papers of these persons."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(IdentityDocument.person_id, IdentityDocument.number_index).where(
            IdentityDocument.person_id.in_(person_ids), IdentityDocument.number_index.is_not(None)
        )
    )
    for person_id, index in rows:
        found.setdefault(person_id, []).append(str(index))
    return found


def _in_scope(session: Session, actor: Actor, ids: Sequence[int]) -> Sequence[Person]:
    """The first candidates that the actor may see by name; a merged one stands for the kept one.

    Only what is compared is read: unsealing the papers of a hundred look-alikes takes longer than
    comparing them.
    """
    found: dict[int, Person] = {}
    for first in range(0, len(ids), _AT_ONCE):
        asked = select(func.coalesce(Person.merged_into_id, Person.id)).where(
            Person.id.in_(ids[first : first + _AT_ONCE])
        )
        kept = set(session.scalars(asked)) - found.keys()
        seen = session.scalars(
            select(Person)
            .options(load_only(*_COMPARED))
            .where(
                Person.id.in_(kept),
                Person.merged_into_id.is_(None),
                visible_persons(actor),
                names_open_to(actor),
            )
        )
        found |= {one.id: one for one in seen}
        if len(found) >= _WEIGHED:
            break
    return list(found.values())


def _apart_from(session: Session, person_id: int) -> frozenset[int]:
    rows = session.execute(
        select(EntryApart.one_id, EntryApart.other_id).where(
            EntryApart.target == "person",
            or_(EntryApart.one_id == person_id, EntryApart.other_id == person_id),
        )
    )
    return frozenset(one for row in rows for one in row)
