"""How the straightened line is laid out in pixels."""

import pytest

from app.registers.past import Standing
from app.reports.rules import UNMARKED, Stretch
from app.reports.strip_rules import (
    Scale,
    by_position,
    gaps_m,
    missing_km,
    scale_of,
    sections_of,
    spots_of,
    ticks_of,
)

STRETCH = Stretch(7, "KH", "80", 10_000.0, 50_000.0)


def standing(
    number: int, chainage_m: float, *, position: int = 0, stage: str = "built"
) -> Standing:
    return Standing(
        number,
        "KH",
        str(number),
        str(number),
        position or number,
        7,
        chainage_m,
        "80",
        "main",
        stage,
        "none",
        "intact",
    )


def test_one_scale_holds_for_all_rows_so_that_lengths_compare() -> None:
    short = Stretch(8, "KH", "91", 0.0, 20_000.0)
    scale = scale_of([STRETCH, short], 10, is_alone=False)
    assert scale.width(STRETCH) - 48 == pytest.approx(2 * (scale.width(short) - 48))


def test_a_stretch_alone_grows_with_its_positions_but_not_without_end() -> None:
    few, many = (scale_of([STRETCH], count, is_alone=True).width(STRETCH) for count in (10, 5_000))
    assert few == 1_340
    assert many == 9_000


def test_sections_are_cut_between_markers_and_cover_the_stretch() -> None:
    markers = [standing(1, 20_000), standing(2, 40_000, stage="agreed_on_map")]
    sections = sections_of(markers, STRETCH, is_legal=False)
    assert [(one.from_m, one.to_m, one.rank) for one in sections] == [
        (10_000, 20_000, 2),
        (20_000, 50_000, 0),
    ]
    assert missing_km(sections, is_legal=False) == pytest.approx(30)
    assert missing_km(sections_of(markers, STRETCH, is_legal=True), is_legal=True) == 40


def test_a_stretch_without_markers_is_missing_as_a_whole() -> None:
    sections = sections_of([], STRETCH, is_legal=False)
    assert [one.rank for one in sections] == [UNMARKED]
    assert missing_km(sections, is_legal=False) == 40


def test_markers_of_one_position_stand_side_by_side() -> None:
    groups = by_position([standing(1, 20_000, position=5), standing(2, 20_001, position=5)])
    spots, _depth = spots_of(groups, STRETCH, Scale(10, is_alone=True), top=40)
    ((left, right),) = spots
    assert left.x + left.size == right.x
    assert left.y == right.y


def test_positions_that_would_cover_each_other_go_one_lane_down() -> None:
    groups = by_position([standing(1, 20_000), standing(2, 20_010), standing(3, 45_000)])
    (first,), (second,), (third,) = spots_of(groups, STRETCH, Scale(10, is_alone=False), top=0)[0]
    assert second.y > first.y
    assert third.y == first.y


def test_ticks_stand_at_round_kilometres_of_the_line() -> None:
    ticks = ticks_of(STRETCH, Scale(10, is_alone=False))
    assert [tick.km for tick in ticks] == [10, 20, 30, 40, 50]


def test_gaps_lead_from_each_position_to_the_next() -> None:
    assert gaps_m(by_position([standing(2, 30_000), standing(1, 20_000)])) == [10_000, 0]
    assert gaps_m([]) == []
