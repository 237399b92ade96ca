"""Which of a million persons are worth weighing: near spellings first, then those who bear them.

A name is shared by thousands, so the search never walks persons to find a name: it takes the
spellings that sound alike, weighs each once, and only then the bearers, by the year of birth.
"""

from collections.abc import Collection, Iterator, Sequence
from heapq import nlargest
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.database import Prepared
from app.registers.likeness import PersonFacts, at_a_glance, name_likeness
from app.registers.models import Person
from app.registers.name_sounds import (
    BY_LETTERS,
    day_key,
    in_order,
    sound_keys,
    spelling_key,
    syllables,
)
from app.registers.person_keys import NO_YEAR
from app.registers.person_models import IdentityDocument, NameSound, PersonKey

_SPELLINGS_PER_KEY = 5_000
_SPELLINGS_READ, _READ_BY_LETTERS, _SPELLINGS_TAKEN, _ALWAYS_ASKED = 160, 30, 60, 6
_ROUGH_LEAST, _NAME_LEAST = 50, 50.0
_BEARERS, _BEARERS_PER_NAME, _CANDIDATES = 3_000, 400, 1_500
_OF_ONE_DAY, _OF_ONE_PAPER = 40, 20
_NEAR_YEARS = (0, -1, 1, -2, 2)

_BY_SOUND = Prepared(
    select(NameSound.spelling).where(NameSound.key == bindparam("asked")).limit(_SPELLINGS_PER_KEY)
)
_BEARER = select(PersonKey.person_id, PersonKey.birth_year, PersonKey.province_code).where(
    PersonKey.key == bindparam("asked")
)
_OF_ANY_YEAR = Prepared(_BEARER.limit(_BEARERS_PER_NAME))
_OF_YEAR = Prepared(
    _BEARER.where(
        PersonKey.birth_year.in_(
            [bindparam("none"), *(bindparam(f"year{at}") for at in range(len(_NEAR_YEARS)))]
        )
    )
    .order_by(PersonKey.birth_year.desc())  # those without a year last
    .limit(_BEARERS_PER_NAME)
)
_OF_PROVINCE = Prepared(
    _BEARER.where(PersonKey.province_code == bindparam("province")).limit(_BEARERS_PER_NAME)
)


def candidates(session: Session, facts: PersonFacts) -> Sequence[int]:
    """The ids to weigh: who carries the same paper, then the most alike at a glance."""
    best: dict[int, float] = {}
    year = facts.year
    for place, (key, likeness) in enumerate(_near_names(session, facts.names)):
        is_near = place < _ALWAYS_ASKED
        for person_id, born, province in _bearers(session, key, facts, is_near=is_near):
            glance = at_a_glance(
                likeness,
                years_apart=abs(year - born) if year and born != NO_YEAR else None,
                is_same_home=province == facts.province_code
                if province and facts.province_code
                else None,
            )
            best[person_id] = max(glance, best.get(person_id, 0.0))
        if len(best) >= _BEARERS:
            break
    ranked = nlargest(_CANDIDATES, best, key=best.__getitem__)
    by_day = _born_the_same_day(session, facts)
    return list(dict.fromkeys([*by_paper(session, facts.papers), *by_day, *ranked]))


def by_paper(session: Session, indexes: Collection[str]) -> Sequence[int]:
    """The persons who carry a paper of one of these blind indexes."""
    if not indexes:
        return ()
    own = select(Person.id).where(Person.id_number_index.in_(indexes))
    noted = select(IdentityDocument.person_id).where(IdentityDocument.number_index.in_(indexes))
    found = [session.scalars(one.limit(_OF_ONE_PAPER)) for one in (own, noted)]
    return [person_id for rows in found for person_id in rows]


def _born_the_same_day(session: Session, facts: PersonFacts) -> Sequence[int]:
    if facts.birth_date is None:
        return ()
    asked = {"asked": day_key(facts.birth_date.isoformat())}
    return [row[0] for row in _OF_ANY_YEAR.tuples(session, asked)[:_OF_ONE_DAY]]


# --- names ----------------------------------------------------------------------------------


def _near_names(session: Session, names: Sequence[str]) -> Sequence[tuple[str, float]]:
    """The keys of the spellings nearest to any of these names, the nearest first."""
    best: dict[str, float] = {}
    for name in names:
        for spelling in _spelt_alike(session, name):
            likeness = name_likeness(name, spelling)
            if likeness >= _NAME_LEAST:
                key = spelling_key(spelling)
                best[key] = max(likeness, best.get(key, 0.0))
    return nlargest(_SPELLINGS_TAKEN, best.items(), key=lambda found: found[1])


def _spelt_alike(session: Session, name: str) -> Iterator[str]:
    """The spellings that share a sound with the name and are not far from it letter by letter."""
    ordered: dict[str, None] = {}
    written: dict[str, None] = {}
    for key in sound_keys(name):
        found = written if key.startswith(BY_LETTERS) else ordered
        found |= dict.fromkeys(row[0] for row in _BY_SOUND.tuples(session, {"asked": key}))
    yield from _nearest(in_order(name), list(ordered), _SPELLINGS_READ)
    yield from _nearest(" ".join(syllables(name)), list(written), _READ_BY_LETTERS)


def _nearest(asked: str, spellings: Sequence[str], most: int) -> Iterator[str]:
    near = process.extract(
        asked, spellings, scorer=fuzz.ratio, processor=None, limit=most, score_cutoff=_ROUGH_LEAST
    )
    return (spelling for spelling, _score, _place in near)


# --- those who bear them --------------------------------------------------------------------


def _bearers(
    session: Session, key: str, facts: PersonFacts, *, is_near: bool
) -> Iterator[tuple[Any, ...]]:  # Any: id, year of birth, province
    """Persons of this spelling: of the asked years or home; of the nearest spellings, any."""
    asked: dict[str, Any] = {"asked": key}
    if facts.year:
        years = {f"year{at}": facts.year + apart for at, apart in enumerate(_NEAR_YEARS)}
        yield from _OF_YEAR.tuples(session, asked | years | {"none": NO_YEAR})
    if facts.province_code and (is_near or not facts.year):
        yield from _OF_PROVINCE.tuples(session, asked | {"province": facts.province_code})
    if is_near or not (facts.year or facts.province_code):
        yield from _OF_ANY_YEAR.tuples(session, asked)
