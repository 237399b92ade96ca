"""What must hold whatever happens: tried on many random paths, dates and pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar
from app.workflow.clock_words import elapsed
from app.workflow.clocks import ClockAction, OpenClock, Pause, advance, due_of
from app.workflow.due import due_at, due_before
from app.workflow.engine import GLOBAL_ACTS, ActorView, PendingRequest, Situation, decide
from app.workflow.happenings import Happening
from app.workflow.limits import ClockKind, Limit
from tests.unit.workflow.samples import NOW, ROLES, VIETNAM, machine, situation

FIRST, LAST = date(2000, 1, 1), date(2029, 12, 31)
KINDS = st.sampled_from(ClockKind)
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
CODES = st.sampled_from([*machine().rules, *GLOBAL_ACTS, "nonsense"])
ACTORS = st.builds(
    ActorView,
    st.integers(1, 3),
    st.frozensets(st.sampled_from([role.code for role in ROLES])),
    st.just("U"),
)
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.floats()
ANSWERS = st.dictionaries(
    st.sampled_from([*machine().field_names, "reason", "suspend_reason", "zzz"]), VALUES
)


def rules(days: dict[date, bool]) -> dict[date, DayRule]:
    kinds = {True: DayKind.SWAP_WORK, False: DayKind.HOLIDAY}
    return {
        day: DayRule(day, kinds[is_worked], "", DayStatus.OFFICIAL)
        for day, is_worked in days.items()
    }


CALENDARS = st.builds(
    lambda days, weekend: WorkCalendar(rules(days), weekend),
    st.dictionaries(st.dates(FIRST, LAST), st.booleans(), max_size=60),
    st.frozensets(st.integers(0, 6), max_size=6),
)


def applied(case: Situation, actor: ActorView, code: str, answers: dict[str, object]) -> Situation:
    """Do to a situation what a service would do with the decision."""
    decision = decide(machine(), case, actor, code, answers=answers, now=NOW)
    again = decide(machine(), case, actor, code, answers=answers, now=NOW)
    assert decision == again
    assert decision.allowed is not bool(decision.reasons)
    assert set(decision.missing) <= {reason.field for reason in decision.reasons}
    if not decision.allowed:
        return case
    assert decision.to_state in machine().states
    if decision.needs_second_person:
        pending = PendingRequest(code, actor.user_id, NOW, answers)
        return situation(case.state, data=case.data, pending=pending)
    return situation(
        decision.to_state,
        data={**case.data, **answers},
        is_suspended=code == "suspend" or (case.is_suspended and code != "resume"),
        is_merged=code == "merge",
        previous_state=case.state,
    )


@given(st.lists(st.tuples(ACTORS, CODES, ANSWERS), max_size=12))
@settings(max_examples=150)
def test_no_path_leaves_the_definition_and_refusals_are_stable(
    path: list[tuple[ActorView, str, dict[str, object]]],
) -> None:
    case = situation()
    for actor, code, answers in path:
        case = applied(case, actor, code, answers)
        assert case.state in machine().states


@given(CALENDARS, st.dates(FIRST, LAST), st.integers(1, 90))
def test_working_days_agree_with_counting_one_by_one(
    calendar: WorkCalendar, start: date, amount: int
) -> None:
    day, left = start, amount
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    assert calendar.shift(start, amount) == day
    assert calendar.working_days_between(start, day) == amount
    day, left = start, amount
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_working(day)
    assert calendar.shift(start, -amount) == day


def test_thirty_years_of_working_days_agree_with_counting() -> None:
    counted = 0
    for ordinal in range(FIRST.toordinal() + 1, LAST.toordinal() + 1):
        day = date.fromordinal(ordinal)
        counted += VIETNAM.is_working(day)
        assert VIETNAM.working_days_between(FIRST, day) == counted
    assert VIETNAM.shift(FIRST, counted) == max(
        date.fromordinal(n)
        for n in range(LAST.toordinal() - 9, LAST.toordinal() + 1)
        if VIETNAM.is_working(date.fromordinal(n))
    )


@given(KINDS, st.integers(0, 60), MOMENTS, st.integers(0, 57600))
def test_a_later_start_is_never_due_earlier(
    kind: ClockKind, amount: int, start: datetime, minutes: int
) -> None:
    later = timedelta(minutes=minutes)
    due, before = due_at(kind, amount, start, VIETNAM), due_before(kind, amount, start, VIETNAM)
    longer = due_at(kind, amount + 1, start, VIETNAM)
    earlier = due_before(kind, amount + 1, start, VIETNAM)
    assert due_at(kind, amount, start + later, VIETNAM).at >= due.at >= start >= before.at
    assert longer.at > due.at or (amount == 0 and longer.at == due.at)
    assert earlier.at < before.at or (amount == 0 and earlier.at == before.at)


@given(KINDS, st.integers(1, 60), MOMENTS)
def test_the_account_of_a_deadline_reaches_its_amount(
    kind: ClockKind, amount: int, start: datetime
) -> None:
    for due in (due_at(kind, amount, start, VIETNAM), due_before(kind, amount, start, VIETNAM)):
        assert max(line.counted or 0 for line in due.lines) == amount


@given(KINDS, st.integers(1, 30), MOMENTS, st.lists(st.integers(0, 200), min_size=1, max_size=8))
def test_clocks_never_run_backwards(
    kind: ClockKind, amount: int, start: datetime, hours: list[int]
) -> None:
    clock = OpenClock("settle", Limit(amount, kind), start, start, start)
    clock = OpenClock("settle", clock.limit, start, start, due_of(clock, VIETNAM).at)
    now, due = start, clock.due_at
    raw, net = timedelta(0), timedelta(0)
    for number, wait in enumerate(hours):
        now += timedelta(hours=wait)
        turn = Happening(now, frozenset(), suspends=number % 2 == 0, resumes=number % 2 == 1)
        (change,) = advance(machine().clocks, [clock], turn, calendar=VIETNAM)
        clock = change.clock
        ran = elapsed(clock, now=now, calendar=VIETNAM)
        assert clock.due_at >= due
        assert ran.raw >= raw
        assert ran.net >= net
        assert ran.raw >= ran.net
        due, raw, net = clock.due_at, ran.raw, ran.net
    assert change.action in {ClockAction.PAUSED, ClockAction.RESUMED}
    assert all(isinstance(pause, Pause) for pause in clock.pauses)
