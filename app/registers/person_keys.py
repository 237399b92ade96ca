"""Keeps the keys under which persons are looked for: written with the person, rebuilt in chunks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.database import fold_text
from app.registers.models import Person
from app.registers.name_sounds import KEY_VERSION, day_key, keys_of
from app.registers.names import fold_names, name_key
from app.registers.person_models import PersonKey

CHUNK = 1_000
_LONGEST_SPELLING = 255


def write_keys(session: Session, person: Person) -> None:
    """Make the keys and the search columns of one person agree with the names."""
    names = spellings_of(person)
    person.name_fold = fold_names(*names)
    person.sort_name = name_key(person.verified_name or person.claimed_name)
    session.flush()
    session.execute(delete(PersonKey).where(PersonKey.person_id == person.id))
    rows = list(key_rows(person))
    if rows:
        session.execute(insert(PersonKey), rows)
    person.key_version = KEY_VERSION


def spellings_of(person: Person) -> Sequence[str]:
    """Every spelling, the verified one first."""
    said = [person.verified_name or "", person.claimed_name, *(person.foreign_spellings or [])]
    return [name for name in dict.fromkeys(said) if name]


def key_rows(person: Person) -> Iterator[dict[str, Any]]:  # Any: columns of person_key
    """One row for each key, with the first spelling that made it."""
    found: dict[str, str] = {}
    for name in spellings_of(person):
        spelling = in_order(name)[:_LONGEST_SPELLING]
        keys = list(keys_of(name, birth_year=person.birth_year))
        if person.birth_date is not None:
            keys.append(day_key(person.birth_date.isoformat()))
        for key in keys:
            found.setdefault(key, spelling)
    for key, spelling in found.items():
        yield {
            "key": key,
            "person_id": person.id,
            "spelling": spelling,
            "birth_year": person.birth_year,
            "province_code": person.home_province_code,
        }


def in_order(name: str) -> str:
    """A name as it is weighed roughly: folded, its syllables sorted."""
    return " ".join(sorted(fold_text(name).split()))


def index_chunk(session: Session, *, after: int) -> int | None:
    """Write the keys of the next persons that have none of today; the last id, None at the end."""
    persons = session.scalars(
        select(Person)
        .where(Person.id > after, Person.key_version < KEY_VERSION)
        .order_by(Person.id)
        .limit(CHUNK)
    ).all()
    if not persons:
        return None
    insert_keys(session, persons)
    last = persons[-1].id
    session.expunge_all()
    return last


def insert_keys(session: Session, persons: Iterable[Person]) -> None:
    """The keys of many persons in a few statements."""
    chosen = list(persons)
    ids = [one.id for one in chosen]
    session.execute(delete(PersonKey).where(PersonKey.person_id.in_(ids)))
    rows = [row for one in chosen for row in key_rows(one)]
    if rows:
        session.execute(insert(PersonKey), rows)
    session.connection().execute(
        update(Person.__table__)  # type: ignore[arg-type]  # a Table here
        .where(Person.__table__.c.id == bindparam("b_id"))
        .values(key_version=KEY_VERSION),
        [{"b_id": one} for one in ids],
    )
