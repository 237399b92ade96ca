from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import calendar_queries, queries
from app.accounts.models import CalendarDay, Role, Unit, UnitKind
from app.accounts.seeding import seed_reference
from app.accounts.unit_names import units_named
from app.database import transaction
from app.errors import Invalid, NotFound
from tests.integration.accounts.conftest import NOW

LAST_DAY_OF_63 = date(2025, 6, 30)
FIRST_DAY_OF_34 = date(2025, 7, 1)


@pytest.mark.parametrize(("on", "count"), [(LAST_DAY_OF_63, 63), (FIRST_DAY_OF_34, 34)])
def test_provinces_in_force_follow_the_merger(reference: Session, on: date, count: int) -> None:
    provinces = queries.units_in_force(reference, on, kinds=[UnitKind.PROVINCE])

    assert len(provinces) == count
    assert all(isinstance(unit.code, str) and len(unit.code) == 2 for unit in provinces)
    assert "01" in {unit.code for unit in provinces}


def test_a_code_means_the_province_of_its_day(reference: Session) -> None:
    before = queries.province_at(reference, "52", LAST_DAY_OF_63)
    after = queries.province_at(reference, "52", FIRST_DAY_OF_34)

    assert "Bình Định" in before.name
    assert "Gia Lai" in after.name


def test_every_old_province_has_a_successor_in_force(reference: Session) -> None:
    for old in queries.units_in_force(reference, LAST_DAY_OF_63, kinds=[UnitKind.PROVINCE]):
        heir = queries.province_in_force(reference, old.code, FIRST_DAY_OF_34)

        assert heir.is_in_force(FIRST_DAY_OF_34), old.name


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("04", {"04"}),
        ("91", {"89", "91"}),
        ("79", {"74", "77", "79"}),
        ("68", {"60", "67", "68"}),
        ("89", {"89"}),
    ],
)
def test_a_province_keeps_the_codes_it_took_over(
    reference: Session, code: str, family: set[str]
) -> None:
    assert queries.province_family(reference, code) == family


def test_a_commune_belongs_to_its_province(reference: Session) -> None:
    commune = queries.commune_at(reference, "00004", FIRST_DAY_OF_34)

    assert commune.province_code == "01"
    assert commune.parent is not None
    assert commune.parent.code == "01"


def test_an_unknown_code_is_not_found(reference: Session) -> None:
    with pytest.raises(NotFound):
        queries.unit_by_code(reference, "KHONG-CO")


@pytest.mark.parametrize(
    "asked", ["ngoai vu cao bang", "Ngoại vụ Cao Bằng", "cao bằng ngoại vụ", "nv04"]
)
def test_a_unit_is_found_blind_to_diacritics_and_by_code(reference: Session, asked: str) -> None:
    found = queries.search_units(reference, asked, on=FIRST_DAY_OF_34)

    assert [unit.code for unit in found] == ["NV04"]


def test_each_line_that_names_no_unit_is_said_beside_its_field(reference: Session) -> None:
    with pytest.raises(Invalid) as refusal:
        units_named(reference, ["NV04", "đồn Hư Vô", "x y"], on=FIRST_DAY_OF_34, field="units")
    (first, second) = refusal.value.problems["units"]
    assert first == "“đồn Hư Vô”: Không có đơn vị nào như vậy."
    assert second.startswith("“x y”: ")


def row_counts(session: Session) -> list[int | None]:
    return [session.scalar(select(func.count()).select_from(m)) for m in (Unit, Role, CalendarDay)]


def test_seeding_twice_adds_nothing(reference: Session) -> None:
    before = row_counts(reference)

    with transaction() as writer:
        seeded = seed_reference(writer, NOW)

    assert (seeded.units, seeded.roles, seeded.calendar_days) == (0, 0, 0)
    assert row_counts(reference) == before


def test_seeding_again_keeps_what_an_administrator_changed(reference: Session) -> None:
    with transaction() as writer:
        day = calendar_queries.calendar_day(writer, "VN", date(2026, 11, 23))
        assert day is not None
        day.status = "official"

    with transaction() as writer:
        seed_reference(writer, NOW)

    kept = calendar_queries.calendar_day(reference, "VN", date(2026, 11, 23))
    assert kept is not None
    assert kept.status == "official"
