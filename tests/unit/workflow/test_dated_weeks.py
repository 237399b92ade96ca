"""Half days, weeks and closing hours that change on a date, and clocks that stand still."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.calendars import DayKind, DayRule, DayStatus, Week, WorkCalendar
from app.workflow.clock_rules import ClockRule, compile_clock
from app.workflow.clock_words import elapsed
from app.workflow.clocks import (
    ClockAction,
    OpenClock,
    PausedBy,
    advance,
    due_of,
    escalation_at,
    paused_by_hand,
    recalculate,
    resumed_by_hand,
)
from app.workflow.definition import ClockDefinition
from app.workflow.due import due_at, due_before
from app.workflow.happenings import Happening
from app.workflow.limits import ClockKind, Limit
from app.workflow.text import Text
from tests.unit.workflow.samples import VIETNAM, hanoi

FIRST, LAST = date(2000, 1, 1), date(2029, 12, 31)
CLOSING = time(17, 0)
NEW_YEARS_EVE = date(2026, 12, 31)
HALF = DayRule(NEW_YEARS_EVE, DayKind.HALF_DAY, "Chiều 31/12", DayStatus.PROPOSED, "test")
FRIDAY_WEEKEND = Week(date(2022, 1, 1), frozenset({4, 5}), time(15, 0))
ABROAD = WorkCalendar(
    {NEW_YEARS_EVE: HALF},
    frozenset({5, 6}),
    ZoneInfo("Asia/Dubai"),
    CLOSING,
    "AE",
    (FRIDAY_WEEKEND, Week(date(2026, 7, 1), frozenset({5, 6}), time(14, 0))),
)
START = hanoi("2026-03-02T09:00")


def clock_rule(**keys: object) -> ClockRule:
    said: dict[str, object] = {
        "code": "answer",
        "name": {"vi": "Trả lời"},
        "limit": "5 wd",
        "start": ["state:new"],
        "pause": ["event:asked"],
        "resume": ["event:answered"],
        "pause_reasons": [{"code": "host", "name": {"vi": "Chờ nước sở tại"}}],
        "chain": [
            {"after": "1 wd", "roles": ["leader"]},
            {"after": "48 h", "roles": ["ministry"]},
        ],
    }
    return compile_clock(ClockDefinition.model_validate({**said, **keys}))


def running(limit: str = "5 wd") -> OpenClock:
    bare = OpenClock("answer", Limit.parse(limit), START, START, START)
    return replace(bare, due_at=due_of(bare, VIETNAM).at)


def told(clock: OpenClock, *triggers: str, at: datetime, **facts: object) -> OpenClock:
    """The clock after something happened."""
    happened = Happening(at, frozenset(triggers), **facts)  # type: ignore[arg-type]  # test facts
    changes = advance([clock_rule()], [clock], happened, calendar=VIETNAM)
    return changes[-1].clock if changes else clock


# --- days -----------------------------------------------------------------------------------


def test_a_half_day_is_a_working_day_that_ends_at_noon() -> None:
    calendar = WorkCalendar({NEW_YEARS_EVE: HALF})
    due = due_at(ClockKind.WORKING_DAYS, 1, hanoi("2026-12-30T09:00"), calendar)
    assert due.at == hanoi("2026-12-31T12:00")
    assert due.status is DayStatus.PROPOSED
    words = [line.text.vi for line in due.lines]
    assert "Thứ Năm 31/12/2026: làm việc đến 12:00 – Chiều 31/12 (mới dự kiến, test)" in words[1]
    assert words[-1] == "Hạn: 12:00 thứ Năm 31/12/2026 (Chiều 31/12)"


def test_a_start_after_a_half_day_counts_from_the_next_date() -> None:
    calendar = WorkCalendar({NEW_YEARS_EVE: replace(HALF, ends_at=time(11, 30))})
    late = due_at(ClockKind.WORKING_DAYS, 1, hanoi("2026-12-31T11:31"), calendar)
    early = due_at(ClockKind.WORKING_DAYS, 1, hanoi("2026-12-31T11:30"), calendar)
    assert early.at == hanoi("2027-01-01T17:00")
    assert late.at == hanoi("2027-01-04T17:00")
    assert (early.status, late.status) == (DayStatus.OFFICIAL, DayStatus.PROPOSED)
    assert "(11:30 – Chiều 31/12)" in late.lines[0].text.vi


def test_a_half_saturday_is_worked_where_saturdays_are_free() -> None:
    saturday = date(2026, 3, 7)
    rule = DayRule(saturday, DayKind.HALF_DAY, "Trực sáng thứ Bảy", DayStatus.OFFICIAL)
    calendar = WorkCalendar({saturday: rule})
    assert calendar.shift(date(2026, 3, 6), 1) == saturday
    assert due_before(ClockKind.WORKING_DAYS, 1, hanoi("2026-03-09T08:00"), calendar).at == hanoi(
        "2026-03-07T12:00"
    )


@pytest.mark.parametrize(
    ("day", "is_worked", "end"),
    [
        (date(2021, 12, 31), "worked", time(17, 0)),
        (date(2022, 1, 2), "worked", time(15, 0)),
        (date(2026, 6, 26), "free", time(15, 0)),
        (date(2026, 7, 3), "worked", time(14, 0)),
        (date(2026, 7, 5), "free", time(14, 0)),
        (NEW_YEARS_EVE, "worked", time(12, 0)),
    ],
)
def test_the_week_of_a_country_changes_on_its_date(day: date, is_worked: str, end: time) -> None:
    assert ABROAD.is_working(day) is (is_worked == "worked")
    assert ABROAD.end_hour(day) == end


def test_thirty_years_of_changing_weeks_agree_with_counting_one_by_one() -> None:
    counted = 0
    for ordinal in range(FIRST.toordinal() + 1, LAST.toordinal() + 1):
        day = date.fromordinal(ordinal)
        counted += ABROAD.is_working(day)
        assert ABROAD.working_days_between(FIRST, day) == counted


KINDS_OF_DAY = st.sampled_from([DayKind.HOLIDAY, DayKind.SWAP_WORK, DayKind.HALF_DAY])
DAYS = st.dictionaries(st.dates(FIRST, LAST), KINDS_OF_DAY, max_size=60)
WEEKENDS = st.frozensets(st.integers(0, 6), max_size=6)
WEEKS = st.dictionaries(st.dates(FIRST, LAST), WEEKENDS, max_size=4)


def any_calendar(
    days: dict[date, DayKind], weekend: frozenset[int], weeks: dict[date, frozenset[int]]
) -> WorkCalendar:
    rules = {day: DayRule(day, kind, "", DayStatus.OFFICIAL) for day, kind in days.items()}
    dated = tuple(Week(since, weeks[since], CLOSING) for since in sorted(weeks))
    return WorkCalendar(rules, weekend, weeks=dated)


CALENDARS = st.builds(any_calendar, DAYS, WEEKENDS, WEEKS)


def plainly_worked(calendar: WorkCalendar, day: date) -> bool:
    """What a clerk would say who reads the week in force and the list of days."""
    weekend = calendar.weekend
    for week in calendar.weeks:
        if week.since <= day:
            weekend = week.weekend
    rule = calendar.days.get(day)
    return day.weekday() not in weekend if rule is None else rule.kind is not DayKind.HOLIDAY


@given(CALENDARS, st.dates(FIRST, LAST), st.integers(1, 90))
def test_working_days_of_any_dated_calendar_agree_with_a_clerk(
    calendar: WorkCalendar, start: date, amount: int
) -> None:
    for step in (1, -1):
        day, left = start, amount
        while left:
            day += timedelta(days=step)
            left -= plainly_worked(calendar, day)
        assert calendar.shift(start, step * amount) == day
    later = calendar.shift(start, amount)
    assert calendar.working_days_between(start, later) == amount


# --- pauses ---------------------------------------------------------------------------------


def test_a_trigger_pauses_a_clock_and_another_lets_it_run_on() -> None:
    asked, answered = hanoi("2026-03-03T10:00"), hanoi("2026-03-05T10:00")
    held = told(running(), "event:asked", at=asked)
    assert held.pauses[-1].reason == "host"
    assert held.pauses[-1].by is PausedBy.TRIGGER
    free = told(held, "event:answered", at=answered)
    assert not free.is_paused
    assert free.due_at == hanoi("2026-03-11T17:00")
    account = due_of(free, VIETNAM).account({"host": Text("Chờ nước sở tại", "Host country")})
    assert any("(Chờ nước sở tại): thêm 2 ngày làm việc" in line.text.vi for line in account)


def test_the_suspension_of_a_case_does_not_end_a_pause_of_the_clock_itself() -> None:
    held = told(running(), "event:asked", at=hanoi("2026-03-03T10:00"))
    still = told(
        held, "event:suspended", at=hanoi("2026-03-04T10:00"), is_suspended=True, suspends=True
    )
    assert still == held
    after = told(still, "event:resumed", at=hanoi("2026-03-05T10:00"), resumes=True)
    assert after == held


def test_a_suspended_case_holds_a_clock_whose_own_pause_has_ended() -> None:
    held = told(running(), "event:asked", at=hanoi("2026-03-03T10:00"))
    over = told(held, "event:answered", at=hanoi("2026-03-05T10:00"), is_suspended=True)
    assert over.is_paused
    assert [pause.by for pause in over.pauses] == [PausedBy.TRIGGER, PausedBy.CASE]
    free = told(over, "event:resumed", at=hanoi("2026-03-06T10:00"), resumes=True)
    assert free.due_at == hanoi("2026-03-12T17:00")


def test_a_person_stops_one_clock_and_lets_it_run_on() -> None:
    change = paused_by_hand(running(), "host", hanoi("2026-03-03T10:00"))
    assert change.action is ClockAction.PAUSED
    assert change.clock.pauses[-1].by is PausedBy.PERSON
    still = told(change.clock, "event:resumed", at=hanoi("2026-03-04T10:00"), resumes=True)
    assert still == change.clock
    at = hanoi("2026-03-05T10:00")
    free = resumed_by_hand(clock_rule(), still, at=at, calendar=VIETNAM).clock
    assert free.due_at == hanoi("2026-03-11T17:00")
    lasting = due_of(still, VIETNAM).account({"host": Text("Chờ nước sở tại")})
    assert any("Đang tạm dừng từ 10:00 thứ Ba" in line.text.vi for line in lasting)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 100)), max_size=12))
def test_clocks_never_run_backwards_whatever_holds_them(path: list[tuple[int, int]]) -> None:
    """Pauses of every origin in any order: the deadline and the net time never go back."""
    acts = ("event:asked", "event:answered", "event:suspended", "event:resumed", "event:noted")
    clock, at, is_suspended, net, counted = running("9 wd"), START, False, timedelta(), 0
    for number, hours in path:
        at += timedelta(hours=hours)
        suspends = number == 2 and not is_suspended
        resumes = number == 3 and is_suspended
        is_suspended = (is_suspended or suspends) and not resumes
        before = clock.due_at
        clock = told(
            clock,
            acts[number],
            at=at,
            is_suspended=is_suspended,
            suspends=suspends,
            resumes=resumes,
        )
        run = elapsed(clock, now=at, calendar=VIETNAM)
        assert clock.due_at >= before
        assert run.raw >= run.net >= net
        assert (run.net_days or 0) >= counted
        net, counted = run.net, run.net_days or 0
        assert not is_suspended or clock.is_paused


# --- chains and settings --------------------------------------------------------------------


def test_a_chain_is_told_step_by_step_after_the_missed_moment() -> None:
    due = hanoi("2026-03-06T17:00")
    rule = clock_rule()
    assert escalation_at(rule, 0, due, VIETNAM) == hanoi("2026-03-09T17:00")
    assert escalation_at(rule, 1, due, VIETNAM) == hanoi("2026-03-08T17:00")
    assert escalation_at(rule, 2, due, VIETNAM) is None


def test_a_changed_setting_gives_an_open_clock_its_new_limit() -> None:
    (change,) = recalculate(
        [clock_rule()],
        [running()],
        calendar=VIETNAM,
        now=START,
        limits={"answer": Limit.parse("2 wd")},
    )
    assert change.clock.limit == Limit.parse("2 wd")
    assert change.clock.due_at == hanoi("2026-03-04T17:00")
    assert recalculate([clock_rule()], [running()], calendar=VIETNAM, now=START, limits={}) == ()


def test_a_deadline_abroad_is_also_told_by_the_clock_of_hanoi() -> None:
    start = datetime(2026, 8, 3, 5, 0, tzinfo=UTC)
    due = due_at(ClockKind.WORKING_DAYS, 1, start, ABROAD)
    assert due.lines[-1].text.vi == (
        "Hạn: 14:00 thứ Ba 04/08/2026 (Asia/Dubai), tức 17:00 thứ Ba 04/08/2026 giờ Hà Nội"
    )
