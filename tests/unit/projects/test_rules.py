from datetime import UTC, date, datetime

import pytest

from app.projects.models import AgreedPoint, TalkRound, VisitorCount
from app.projects.rules import is_late, read_days, sheet_of, years_of

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def a_round(number: int, held_on: date | None) -> TalkRound:
    return TalkRound(id=number, case_id=1, number=number, held_on=held_on)


FIRST = a_round(1, date(2025, 3, 1))
SECOND = a_round(2, date(2025, 9, 1))
THIRD = a_round(3, date(2026, 3, 1))


def a_point(one: TalkRound, **facts: object) -> AgreedPoint:
    return AgreedPoint(id=9, case_id=1, round_id=one.id, round=one, number=1, text="x", **facts)


def test_an_open_point_comes_up_in_every_later_round() -> None:
    point = a_point(FIRST)

    assert sheet_of(SECOND, [point]).carried == [point]
    assert sheet_of(THIRD, [point]).carried == [point]
    assert sheet_of(FIRST, [point]).carried == []
    assert sheet_of(FIRST, [point]).agreed == [point]


def test_the_round_that_finds_a_point_done_shows_it_for_the_last_time() -> None:
    point = a_point(FIRST, done_round=2, done_on=date(2025, 8, 1))

    assert sheet_of(SECOND, [point]).carried == [point]
    assert sheet_of(THIRD, [point]).carried == []


@pytest.mark.parametrize(("done_on", "is_carried"), [("2025-08-01", False), ("2025-10-01", True)])
def test_a_point_done_between_rounds_is_off_the_table_of_the_next(
    done_on: str, *, is_carried: bool
) -> None:
    point = a_point(FIRST, done_on=date.fromisoformat(done_on))

    assert bool(sheet_of(SECOND, [point]).carried) is is_carried


def test_a_later_point_never_comes_up_in_an_earlier_round() -> None:
    assert sheet_of(FIRST, [a_point(THIRD)]).carried == []


def test_a_point_without_a_day_is_never_late() -> None:
    today = NOW.date()

    assert not is_late(a_point(FIRST), today)
    assert is_late(a_point(FIRST, due_on=date(2026, 1, 1)), today)
    assert not is_late(a_point(FIRST, due_on=date(2026, 1, 1), done_on=today), today)


def a_count(first: date, last: date, outbound: int | None, inbound: int | None) -> VisitorCount:
    total = (outbound or 0) + (inbound or 0)
    return VisitorCount(
        first_day=first, last_day=last, outbound=outbound, inbound=inbound, total=total
    )


def test_days_are_summed_by_month_and_year_and_published_totals_stand_apart() -> None:
    rows = [
        a_count(date(2025, 1, 31), date(2025, 1, 31), 3, 4),
        a_count(date(2025, 2, 1), date(2025, 2, 1), 10, 20),
        a_count(date(2024, 12, 31), date(2024, 12, 31), 1, 1),
        a_count(date(2023, 9, 15), date(2024, 10, 11), 5190, 10902),
    ]

    years = years_of(rows)

    assert [(year.name, year.days, year.total) for year in years] == [
        ("2024", 1, 2),
        ("2025", 2, 37),
    ]
    assert [(month.name, month.outbound) for month in years[1].months] == [
        ("01/2025", 3),
        ("02/2025", 10),
    ]


def test_pasted_days_are_read_with_a_heading_tabs_and_thousands() -> None:
    text = "Ngày\tSang\tVào\n01/02/2026\t1.200\t34\n2026-02-02; 0; 7\n\n"

    counts, wrong = read_days(text)

    assert [(one.day.day, one.outbound, one.inbound) for one in counts] == [
        (1, 1200, 34),
        (2, 0, 7),
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text", ["31/02/2026; 1; 2", "01/02/2026; 1", "01/02/2026; -1; 2", "01/02/2026; 1; x"]
)
def test_a_line_that_cannot_be_read_is_named(text: str) -> None:
    counts, wrong = read_days("01/01/2026; 1; 2\n" + text)

    assert len(counts) == 1
    assert len(wrong) == 1
    assert wrong[0].startswith("2: ")


def test_a_day_given_twice_is_named() -> None:
    _counts, wrong = read_days("01/01/2026; 1; 2\n1/1/2026; 3; 4")

    assert wrong == ["2: 01/01/2026 lặp lại"]
