"""Keeps the keys under which persons are looked for: written with the person, rebuilt in chunks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from app.registers.models import Person
from app.registers.name_sounds import (
    BY_LETTERS,
    KEY_VERSION,
    day_key,
    in_order,
    sound_keys,
    spelling_key,
    syllables,
)
from app.registers.names import fold_names, name_key
from app.registers.person_models import NameSound, PersonKey

CHUNK = 1_000
NO_YEAR = 0
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
        insert_sounds(session, names)
    person.key_version = KEY_VERSION


def spellings_of(person: Person) -> Sequence[str]:
    """Every spelling, the verified one first."""
    said = [person.verified_name or "", person.claimed_name, *(person.foreign_spellings or [])]
    return [name for name in dict.fromkeys(said) if name]


def key_rows(person: Person) -> Iterator[dict[str, Any]]:  # Any: columns of person_key
    """One row for each spelling, and one for the day of birth."""
    keys = [spelling_key(name) for name in spellings_of(person)]
    if person.birth_date is not None:
        keys.append(day_key(person.birth_date.isoformat()))
    for key in dict.fromkeys(keys):
        if key:
            yield {
                "key": key,
                "birth_year": person.birth_year or NO_YEAR,
                "person_id": person.id,
                "province_code": person.home_province_code,
            }


def sound_rows(names: Iterable[str]) -> list[dict[str, str]]:
    """The spellings under their sounds, in one order, so that two writers never wait crosswise."""
    found = set()
    for name in names:
        written, ordered = " ".join(syllables(name)), in_order(name)
        for key in sound_keys(name):
            spelling = written if key.startswith(BY_LETTERS) else ordered
            found.add((key, spelling[:_LONGEST_SPELLING]))
    return [{"key": key, "spelling": spelling} for key, spelling in sorted(found)]


def insert_sounds(session: Session, names: Iterable[str]) -> None:
    """Write down the spellings that are not known yet."""
    rows = sound_rows(names)
    if rows:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        insert_once = insert_sqlite if is_sqlite else insert_postgresql
        session.execute(insert_once(NameSound).on_conflict_do_nothing(), rows)


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
        insert_sounds(session, {name for one in chosen for name in spellings_of(one)})
    session.connection().execute(
        update(Person.__table__)  # type: ignore[arg-type]  # a Table here
        .where(Person.__table__.c.id == bindparam("b_id"))
        .values(key_version=KEY_VERSION),
        [{"b_id": one} for one in ids],
    )
