"""The account of a deadline adds up: also across a change of time, a pause, a week of Sundays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar
from app.workflow.due import Pause, due_at, due_before
from app.workflow.limits import ClockKind

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES = [BERLIN, NEW_YORK, ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Asia/Riyadh")]
FRIDAY_AND_SATURDAY = frozenset({4, 5})
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = [DayKind.HOLIDAY, DayKind.SWAP_WORK, DayKind.SWAP_OFF, DayKind.HALF_DAY]


def rule(day: date, kind: DayKind) -> DayRule:
    return DayRule(day, kind, kind.value, DayStatus.OFFICIAL)


CALENDARS = st.builds(
    lambda days, weekend, zone, hour: WorkCalendar(
        {
            FIRST.date() + timedelta(days=n): rule(FIRST.date() + timedelta(days=n), k)
            for n, k in days
        },
        weekend,
        zone,
        time(hour),
    ),
    st.dictionaries(st.integers(0, 420), st.sampled_from(KINDS), max_size=40).map(dict.items),
    st.sampled_from([FRIDAY_AND_SATURDAY, frozenset({5, 6}), frozenset({6}), frozenset()]),
    st.sampled_from(ZONES),
    st.integers(11, 18),
)
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda n: FIRST + timedelta(minutes=n))


@pytest.mark.parametrize(
    ("start", "zone", "hours", "said", "end"),
    [
        ("2026-03-28T10:00", BERLIN, 24, "vặn nhanh 1 giờ", "2026-03-29T11:00"),
        ("2026-10-24T10:00", BERLIN, 24, "vặn chậm 1 giờ", "2026-10-25T09:00"),
        ("2026-03-07T20:00", NEW_YORK, 12, "vặn nhanh 1 giờ", "2026-03-08T09:00"),
        ("2026-11-01T00:30", NEW_YORK, 48, "vặn chậm 1 giờ", "2026-11-02T23:30"),
    ],
)
def test_hours_across_a_change_of_time_say_so(
    start: str, zone: ZoneInfo, hours: int, said: str, end: str
) -> None:
    calendar = WorkCalendar(time_zone=zone)
    due = due_at(
        ClockKind.HOURS, hours, datetime.fromisoformat(start).replace(tzinfo=zone), calendar
    )
    assert f"{calendar.local(due.at):%Y-%m-%dT%H:%M}" == end
    assert any(said in line.text.vi for line in due.lines), due.lines


def test_hours_counted_back_across_a_change_of_time_say_so() -> None:
    target = datetime(2026, 3, 29, 11, tzinfo=BERLIN)
    due = due_before(ClockKind.HOURS, 24, target, WorkCalendar(time_zone=BERLIN))
    assert f"{due.at.astimezone(BERLIN):%d %H:%M}" == "28 10:00"
    assert any("vặn nhanh 1 giờ" in line.text.vi for line in due.lines)


def test_a_pause_of_hours_says_how_much_it_adds() -> None:
    since = datetime(2026, 5, 4, 2, tzinfo=UTC)
    pause = Pause(since, since + timedelta(hours=3, minutes=20), "")
    due = due_at(ClockKind.HOURS, 2, since, WorkCalendar(), pauses=(pause,))
    assert any(line.text.vi.endswith("thêm 3 giờ 20 phút") for line in due.lines)
    assert any((line.text.en or "").endswith("3 h 20 min more") for line in due.lines)


@given(CALENDARS, MOMENTS, st.integers(0, 200), st.sampled_from(ZONES))
def test_hours_are_hours_in_whatever_zone_the_start_is_told(
    calendar: WorkCalendar, start: datetime, hours: int, zone: ZoneInfo
) -> None:
    told = start.astimezone(zone)
    assert due_at(ClockKind.HOURS, hours, told, calendar).at - start == timedelta(hours=hours)
    assert start - due_before(ClockKind.HOURS, hours, told, calendar).at == timedelta(hours=hours)


@given(CALENDARS, MOMENTS, st.integers(1, 60), st.integers(0, 200), st.integers(0, 500))
def test_the_working_days_of_an_account_are_those_of_its_deadline(
    calendar: WorkCalendar, start: datetime, amount: int, after: int, length: int
) -> None:
    since = start + timedelta(hours=after)
    pause = Pause(since, since + timedelta(hours=length), "")
    due = due_at(ClockKind.WORKING_DAYS, amount, start, calendar, pauses=(pause,))
    last = calendar.local(due.at).date()
    reached = max(line.counted or 0 for line in due.lines)
    assert reached == calendar.working_days_between(calendar.day_of_start(start), last)
    assert calendar.is_working(last)
    assert calendar.local(due.at).time().replace(tzinfo=None) == calendar.end_hour(last)
