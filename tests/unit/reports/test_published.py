"""Published figures keep their sources, and the newest that holds makes the first sentence."""

from datetime import date
from decimal import Decimal

from app.registers.models import LineFact
from app.reports.published import (
    Beside,
    Subject,
    counted_by,
    disputed,
    figures,
    ratio_of,
    subject_of,
)
from app.reports.rules import Stretch
from tests.unit.reports.standing import standing


def fact(key: str, value: str, year: int, *, subject: str = "line:KH", check: str = "") -> LineFact:
    return LineFact(
        subject=subject,
        key=key,
        value=Decimal(value),
        unit="km",
        source=f"Nguồn {year}",
        as_of=date(year, 1, 1),
        check=check,
    )


CAMBODIA = [
    fact("length_km", "1245", 2020),
    fact("length_km", "1270", 2006),
    fact("length_km", "1137", 2015),
    fact("demarcated_km", "1045", 2020),
    fact("demarcated_km", "920", 2015),
]


def test_newest_part_stands_over_the_length_that_held_on_its_day() -> None:
    now, then = (
        ratio_of(CAMBODIA, "KH"),
        ratio_of([one for one in CAMBODIA if one.as_of.year < 2018], "KH"),
    )
    assert now is not None
    assert then is not None
    assert [int(one.value) for one in (now.part, now.whole)] == [1045, 1245]
    assert [int(one.value) for one in (then.part, then.whole)] == [920, 1137]


def test_line_of_which_no_part_was_published_has_no_ratio() -> None:
    assert ratio_of(CAMBODIA, "LA") is None
    assert ratio_of([fact("demarcated_km", "1", 2020, check="superseded")], "KH") is None


def test_subject_names_a_line_or_a_province_on_it() -> None:
    assert subject_of(fact("x", "1", 2020)) == Subject("KH")
    assert subject_of(fact("x", "1", 2020, subject="province:11:LA")) == Subject("LA", "11")
    assert subject_of(fact("x", "1", 2020, subject="segment:12")) is None


def test_values_that_differ_are_disputed() -> None:
    rows = [Beside(one, Subject("KH"), None) for one in CAMBODIA]
    assert disputed(rows) == {("line:KH", "length_km"), ("line:KH", "demarcated_km")}


def test_difference_is_said_to_three_decimals_and_the_published_value_stays() -> None:
    row = Beside(fact("length_km", "414.712", 2017), Subject("LA", "11"), 397.1038)
    assert row.difference == -17.608
    assert row.fact.value == Decimal("414.712")


def test_register_counts_a_figure_by_its_kinds_measure_and_step() -> None:
    markers = [
        standing(neighbour="LA", stage="built", position_id=1),
        standing(neighbour="LA", stage="built", position_id=1),
        standing(neighbour="LA", stage="surveyed", position_id=2),
        standing(neighbour="LA", stage="built", kind="peg"),
        standing(neighbour="KH", stage="built"),
    ]
    named = figures()
    laos = Subject("LA")
    assert counted_by(named["markers_built"], laos, markers, ()) == 2
    assert counted_by(named["positions_built"], laos, markers, ()) == 1
    assert counted_by(named["main_positions"], laos, markers, ()) == 2
    assert counted_by(named["pegs"], laos, markers, ()) == 1
    assert counted_by(named["pegs_added"], laos, markers, ()) is None


def test_province_counts_its_own_part_of_the_line() -> None:
    markers = [
        standing(neighbour="LA", province_code="11", chainage_m=1_000.0),
        standing(neighbour="LA", province_code="14", chainage_m=3_000.0),
    ]
    stretch = Stretch(1, "LA", "11", 0, 4_000)
    assert counted_by(figures()["length_km"], Subject("LA", "11"), markers, (stretch,)) == 2
