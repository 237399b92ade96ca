"""Finds who may be the same person: candidates by keys, weighed part by part, under one's scope."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from app.database import Prepared
from app.permissions import Actor
from app.registers.entry_queries import visible_persons
from app.registers.likeness import Likeness, PersonFacts, compare
from app.registers.models import Person
from app.registers.name_sounds import day_key, keys_of, sound, syllables
from app.registers.need_to_know import names_open_to
from app.registers.person_keys import in_order, spellings_of
from app.registers.person_models import EntryApart, IdentityDocument, PersonKey

MOST = 20
_MOST_PER_KEY = 1_500
_WEIGHED = 100
_NEAR_YEARS = (0, -1, 1)
_ROUGH_LEAST = 55
_BY_KEY = Prepared(
    select(
        *(PersonKey.person_id, PersonKey.spelling),
        *(PersonKey.birth_year, PersonKey.province_code),
    )
    .where(PersonKey.key == bindparam("asked"))
    .limit(_MOST_PER_KEY)
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
    ids = _candidates(session, facts)
    persons = {one.id: one for one in _in_scope(session, actor, ids)}
    papers = papers_of(session, persons)
    twins = [
        Twin(one, compare(facts, facts_of(one, papers.get(one.id, ()))))
        for one in persons.values()
        if one.id not in without
    ]
    near = [twin for twin in twins if twin.likeness.is_possible]
    return sorted(near, key=lambda twin: (-twin.likeness.score, twin.person.id))[:limit]


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


def by_paper(session: Session, indexes: Collection[str]) -> frozenset[int]:
    """The persons who carry a paper of one of these blind indexes."""
    if not indexes:
        return frozenset()
    own = session.scalars(select(Person.id).where(Person.id_number_index.in_(indexes)).limit(50))
    noted = session.scalars(
        select(IdentityDocument.person_id)
        .where(IdentityDocument.number_index.in_(indexes))
        .limit(50)
    )
    return frozenset([*own, *noted])


def _in_scope(session: Session, actor: Actor, ids: Collection[int]) -> Sequence[Person]:
    """Candidates that the actor may see by name; a merged entry stands for the kept one."""
    if not ids:
        return []
    kept = select(Person.merged_into_id).where(
        Person.id.in_(ids), Person.merged_into_id.is_not(None)
    )
    return session.scalars(
        select(Person).where(
            or_(Person.id.in_(ids), Person.id.in_(kept)),
            Person.merged_into_id.is_(None),
            visible_persons(actor),
            names_open_to(actor),
        )
    ).all()


def _apart_from(session: Session, person_id: int) -> frozenset[int]:
    rows = session.execute(
        select(EntryApart.one_id, EntryApart.other_id).where(
            EntryApart.target == "person",
            or_(EntryApart.one_id == person_id, EntryApart.other_id == person_id),
        )
    )
    return frozenset(one for row in rows for one in row)


# --- candidates -----------------------------------------------------------------------------


def _candidates(session: Session, facts: PersonFacts) -> Sequence[int]:
    """The ids most alike at a glance among all that share a key, and all that share a paper."""
    found: dict[int, tuple[Any, ...]] = {}  # Any: columns of person_key
    by_day: list[int] = []
    for key in _asked_keys(facts):
        rows = _BY_KEY.tuples(session, {"asked": key})
        found |= {row[0]: row for row in rows}
        if key.startswith("b:"):
            by_day = [row[0] for row in rows[:_WEIGHED]]
    best: dict[int, float] = dict.fromkeys(by_day, 0.0)
    ids, spellings = list(found), [row[1] for row in found.values()]
    for name in facts.names:
        for _text, score, place in process.extract(
            in_order(name), spellings, scorer=fuzz.ratio, limit=None, score_cutoff=_ROUGH_LEAST
        ):
            person_id = ids[place]
            glance = score + _beside_the_name(found[person_id], facts)
            best[person_id] = max(glance, best.get(person_id, 0.0))
    return [*by_paper(session, facts.papers), *nlargest(_WEIGHED, best, key=best.__getitem__)]


def _beside_the_name(row: tuple[Any, ...], facts: PersonFacts) -> float:  # Any: as above
    """What year and province add at a glance, so that the right one of a thousand is weighed."""
    _, _, year, province = row
    asked = facts.birth_date.year if facts.birth_date else facts.birth_year
    near = 0 if asked is None or year is None else {0: 12, 1: 6}.get(abs(asked - year), -12)
    is_home = bool(province) and province == facts.province_code
    return near + (6 if is_home else 0)


def _asked_keys(facts: PersonFacts) -> Sequence[str]:
    """The keys to look under; a year of birth may be wrong by one."""
    year = facts.birth_date.year if facts.birth_date else facts.birth_year
    keys: dict[str, None] = {}
    for name in facts.names:
        keys |= dict.fromkeys(keys_of(name))
        parts = [sound(part) for part in syllables(name)]
        if year is not None and len(parts) > 1:
            ends = "".join(sorted((parts[0], parts[-1])))
            keys |= dict.fromkeys(f"g:{ends}:{year + near}" for near in _NEAR_YEARS)
    if facts.birth_date is not None:
        keys[day_key(facts.birth_date.isoformat())] = None
    return list(keys)
