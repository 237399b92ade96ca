"""The lists of provinces and communes agree with the reform of 1 July 2025."""

from collections import Counter

import pytest

from .conftest import UNITS, Rows, rows

COASTAL_OLD, COASTAL_NEW = 28, 21


def in_force(provinces: Rows, day: str) -> Rows:
    return [
        row
        for row in provinces
        if row["valid_from"] <= day and (not row["valid_to"] or day <= row["valid_to"])
    ]


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("2025-06-30", 63),
        ("2025-07-01", 34),
        ("2026-04-29", 34),
        ("2026-04-30", 34),
        ("2026-11-22", 34),
    ],
)
def test_sixty_three_provinces_become_thirty_four(provinces: Rows, day: str, count: int) -> None:
    found = [row["code"] for row in in_force(provinces, day)]
    assert len(found) == len(set(found)) == count


def test_every_ended_province_has_a_successor_in_force(provinces: Rows) -> None:
    today = {row["code"] for row in in_force(provinces, "2026-11-22")}
    heirs = [row["successor_code"] for row in provinces if row["valid_to"]]
    assert len(heirs) == 64
    assert set(heirs) == today


def test_province_in_force_has_no_successor(provinces: Rows) -> None:
    assert not [row["code"] for row in provinces if not row["valid_to"] and row["successor_code"]]


def test_code_used_before_and_after_is_told_apart_by_validity(provinces: Rows) -> None:
    named = {day: {r["code"]: r["name"] for r in in_force(provinces, day)} for day in ("2025-06-30", "2025-07-01")}  # fmt: skip  # noqa: E501
    assert named["2025-06-30"]["91"] == "Tỉnh Kiên Giang"
    assert named["2025-07-01"]["91"] == "Tỉnh An Giang"


def test_dong_nai_is_a_city_from_30_april_2026(provinces: Rows) -> None:
    kinds = {
        day: next(row["kind"] for row in in_force(provinces, day) if row["code"] == "75")
        for day in ("2026-04-29", "2026-04-30")
    }
    assert kinds == {"2026-04-29": "province", "2026-04-30": "city"}


@pytest.mark.parametrize(
    ("day", "border", "coastal"),
    [("2025-06-30", 25, COASTAL_OLD), ("2026-11-22", 22, COASTAL_NEW)],
)
def test_border_and_coast_counts(provinces: Rows, day: str, border: int, coastal: int) -> None:
    listed = in_force(provinces, day)
    assert sum(bool(row["neighbours"]) for row in listed) == border
    assert sum(row["has_sea"] == "true" for row in listed) == coastal


def test_neighbours_by_line(provinces: Rows) -> None:
    listed = in_force(provinces, "2026-11-22")
    counts = Counter(code for row in listed for code in row["neighbours"].split(";") if code)
    assert counts == {"CN": 7, "LA": 9, "KH": 8}


def test_communes_number_3321_with_thirteen_special_zones(communes: Rows) -> None:
    assert len({row["code"] for row in communes}) == len(communes) == 3_321
    assert sum(row["kind"] == "special_zone" for row in communes) == 13
    assert all(len(row["code"]) == 5 for row in communes)


def test_every_commune_lies_in_a_province_in_force(communes: Rows, provinces: Rows) -> None:
    today = {row["code"] for row in in_force(provinces, "2026-11-22")}
    assert {row["province_code"] for row in communes} == today


def test_archipelagos_are_special_zones_of_their_provinces(communes: Rows) -> None:
    home = {row["code"]: (row["name"], row["province_code"]) for row in communes}
    assert home["20333"] == ("Đặc khu Hoàng Sa", "48")
    assert home["22736"] == ("Đặc khu Trường Sa", "56")


def test_missions_are_drafts_with_their_own_codes() -> None:
    missions = rows(UNITS / "missions.csv")
    assert len({row["code"] for row in missions}) == len(missions)
    assert {row["status"] for row in missions} == {"draft"}
    assert all("CẦN ĐỐI CHIẾU" in row["basis"] for row in missions)
