"""What alerts add up to and which reports are missing, by table and by property."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vms.rules import Span, is_of_trip, repeats_of, reports_of, steps_reached, sums_of

START = datetime(2026, 11, 5, 1, 30, tzinfo=UTC)
SIX = timedelta(hours=6)
hours = st.integers(min_value=0, max_value=400)


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def loss(begins: float, ends: float | None, *, known: float | None = None) -> Span:
    until = known if known is not None else ends if ends is not None else begins
    return Span(True, at(begins), None if ends is None else at(ends), at(until))  # noqa: FBT003


@pytest.mark.parametrize(
    ("reports", "until", "missed", "next_due"),
    [
        ([], 5, [], 6),
        ([], 6, [], 6),
        ([], 6.1, [6], 12),
        ([], 20, [6, 12, 18], 24),
        ([5], 10, [], 11),
        ([5, 10, 15], 20, [], 21),
        ([8], 10, [6], 14),
        ([8], 27, [6, 14, 20, 26], 32),
        ([-3], 7, [6], 12),
    ],
)
def test_a_report_is_due_six_hours_after_the_loss_and_after_each_report(
    reports: list[float], until: float, missed: list[float], next_due: float
) -> None:
    found = reports_of(START, [at(one) for one in reports], every=SIX, until=at(until))

    assert list(found.missed) == [at(one) for one in missed]
    assert found.next_due == at(next_due)


@given(st.lists(hours, max_size=30), hours)
def test_more_reports_never_make_more_missing_ones(reports: list[int], until: int) -> None:
    all_of_them = reports_of(START, [at(one) for one in reports], every=SIX, until=at(until))
    none = reports_of(START, [], every=SIX, until=at(until))

    assert len(all_of_them.missed) <= len(none.missed)
    assert all(START < one < at(until) for one in all_of_them.missed)
    assert all_of_them.next_due >= at(until)


@given(hours)
def test_a_report_every_five_hours_leaves_nothing_missing(until: int) -> None:
    regular = [at(one) for one in range(5, until + 1, 5)]

    assert reports_of(START, regular, every=SIX, until=at(until)).missed == ()


def test_sums_keep_the_longest_loss_and_the_first_that_is_open() -> None:
    sums = sums_of([loss(0, 13.6), loss(24, 30), loss(100, None, known=107), loss(120, None)])

    assert sums.alert_count == 4
    assert sums.longest_s == int(13.6 * 3600)
    assert sums.lost_since == at(100)
    assert sums.beyond_since is None
    assert (sums.started_at, sums.last_at) == (at(0), at(120))


def test_waters_without_a_conclusion_leave_nothing_open() -> None:
    overlap = Span(False, at(0), None, at(2))  # noqa: FBT003

    sums = sums_of([overlap])

    assert (sums.alert_count, sums.crossing_count, sums.beyond_since) == (1, 0, None)


@pytest.mark.parametrize(
    ("begins", "in_port", "belongs"),
    [(30, None, True), (-200, None, True), (10 + 241, None, False), (-241, None, False),
     (30, 20, False), (15, 20, True)],
)  # fmt: skip
def test_a_trip_ends_with_ten_quiet_days_or_in_port(
    begins: float, in_port: float | None, *, belongs: bool
) -> None:
    found = is_of_trip(
        at(begins),
        first=at(0),
        last=at(10),
        in_port_at=None if in_port is None else at(in_port),
        gap=timedelta(days=10),
    )

    assert found is belongs


def test_steps_of_gia_lai_are_reached_one_by_one() -> None:
    ladder = [timedelta(hours=5), timedelta(hours=8), timedelta(days=1), timedelta(days=10)]

    reached = [steps_reached(START, at(hour), ladder) for hour in (4.9, 5, 8, 23, 24, 240)]

    assert reached == [0, 1, 2, 2, 3, 4]


def test_two_silent_losses_point_to_repetition_and_one_reported_loss_does_not() -> None:
    silent = repeats_of([loss(0, 7), loss(20, 28)], [], every=SIX, now=at(40))
    reported = repeats_of([loss(0, 7)], [at(5)], every=SIX, now=at(40))
    short = repeats_of([loss(0, 5), loss(8, 13), loss(20, 25)], [], every=SIX, now=at(40))

    assert (silent.silent_losses, silent.missed_reports, silent.is_several) == (2, 2, True)
    assert (reported.silent_losses, reported.missed_reports, reported.is_several) == (0, 0, False)
    assert not short.is_several
