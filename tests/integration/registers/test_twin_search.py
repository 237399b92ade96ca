"""One person among thousands of namesakes is found however a list spells the name."""

from collections.abc import Callable
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.database import fold_text, transaction
from app.registers.likeness import PersonFacts
from app.registers.models import Person
from app.registers.person_keys import index_chunk, write_keys
from app.registers.person_models import NameSound, PersonKey
from app.registers.twins import find_twins
from tests.integration.registers.factories import (
    MINISTRY,
    NOW,
    PROVINCE_91,
    add_person,
)

pytestmark = pytest.mark.usefixtures("app")

FAMILIES = ("Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Vũ")
MIDDLES = ("Văn", "Văn", "Thị", "Đức", "Hoàng", "Thị Thu", "Quốc", "Minh")
GIVEN = ("Dũng", "Hùng", "Tuấn", "Hương", "Phượng", "Khánh", "Giàu", "Trang", "Quân", "Thủy")
BY_EAR = (("v", "w"), ("ph", "f"), ("ng", "n"), ("qu", "kw"), ("d", "z"), ("tr", "ch"))


def by_ear(name: str, chance: Random) -> str:
    fitting = [pair for pair in BY_EAR if pair[0] in name]
    for ours, theirs in chance.sample(fitting, min(2, len(fitting))):
        name = name.replace(ours, theirs, 1)
    return name


def mistyped(name: str, chance: Random) -> str:
    at = chance.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1 :]


def turned(name: str, chance: Random) -> str:
    del chance
    first, *others = name.split()
    return " ".join([*others, first])


def joined(name: str, chance: Random) -> str:
    del chance
    return name.replace(" ", "")


def shortened(name: str, chance: Random) -> str:
    del chance
    parts = name.split()
    return f"{parts[0]} {parts[-1]}"


@pytest.fixture
def crowd() -> list[tuple[str, int, str]]:
    """Four thousand persons with few names; name, year and home of each, by id."""
    chance = Random(7)  # noqa: S311  no secret
    people = [
        (
            f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}",
            chance.randint(1955, 2005),
            f"{chance.randint(1, 60):02d}",
        )
        for _ in range(4_000)
    ]
    rows = [_row(at, *person) for at, person in enumerate(people, 1)]
    with transaction() as session:
        session.execute(insert(Person), rows)
        after: int | None = 0
        while after is not None:
            after = index_chunk(session, after=after)
    return people


def _row(person_id: int, name: str, year: int, home: str) -> dict[str, object]:
    return {
        "id": person_id,
        "claimed_name": name,
        "name_fold": fold_text(name),
        "sort_name": fold_text(name),
        "birth_year": year,
        "home_province_code": home,
        "version": 1,
        "note": "",
        "is_illustration": True,
        "created_at": NOW,
        "updated_at": NOW,
    }


@pytest.mark.parametrize("spoil", [by_ear, mistyped, turned, joined, shortened])
def test_spoilt_spelling_finds_the_person_among_namesakes(
    session: Session, crowd: list[tuple[str, int, str]], spoil: Callable[[str, Random], str]
) -> None:
    chance = Random(11)  # noqa: S311  no secret
    planted = chance.sample(range(len(crowd)), 60)

    found = 0
    for place in planted:
        name, year, home = crowd[place]
        asked = PersonFacts(
            [spoil(fold_text(name), chance).upper()], birth_year=year, province_code=home
        )
        found += place + 1 in {one.person.id for one in find_twins(session, MINISTRY, asked)}

    assert found >= 57  # 95 of a hundred


def test_own_province_is_searched_behind_a_crowd_of_namesakes(session: Session) -> None:
    with transaction() as writer:
        for _ in range(250):
            add_person(writer, "Nguyễn Văn Dũng", claimed_province_code="04")
        own = add_person(writer, "Nguyễn Văn Dũng", claimed_province_code="91")

    found = find_twins(session, PROVINCE_91, PersonFacts(["NGUYEN VAN DUNG"]))

    assert [one.person.id for one in found] == [own.id]


def test_same_year_stands_before_a_name_alone(session: Session) -> None:
    with transaction() as writer:
        bare = add_person(writer, "Nguyễn Văn Dũng")
        same = add_person(writer, "Nguyễn Văn Dũng", birth_year=1990)

    found = find_twins(session, MINISTRY, PersonFacts(["Nguyen Van Dung"], birth_year=1990))

    assert [one.person.id for one in found] == [same.id, bare.id]


def test_a_spelling_stands_once_however_many_bear_it(session: Session) -> None:
    with transaction() as writer:
        first = add_person(writer, "Lê An", birth_year=1990)
        kept = session.scalar(select(func.count()).select_from(NameSound))
        add_person(writer, "Lê An", birth_year=1991)
        write_keys(writer, first)

    assert session.scalar(select(func.count()).select_from(NameSound)) == kept
    assert session.scalars(select(PersonKey.birth_year).order_by(PersonKey.birth_year)).all() == [
        1990,
        1991,
    ]


def test_index_answers_as_soon_as_the_person_is_named_anew(app: Flask, session: Session) -> None:
    del app
    with transaction() as writer:
        person = add_person(writer, "Lê An", birth_year=1990)
        person.verified_name = "Trần Quốc Khánh"
        write_keys(writer, person)

    found = find_twins(session, MINISTRY, PersonFacts(["CHAN KWOC KAN"], birth_year=1990))

    assert [one.person.id for one in found] == [person.id]
