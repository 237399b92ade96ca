"""What happens to deadlines when something happens to a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar
from app.workflow.clock_rules import compile_clock
from app.workflow.clock_words import Phase, elapsed, left_in_words, phase
from app.workflow.clocks import (
    ClockAction,
    ClockChange,
    ClockKind,
    Limit,
    OpenClock,
    Pause,
    advance,
    due_of,
    recalculate,
)
from app.workflow.definition import ClockDefinition
from app.workflow.engine import Situation, decide, decide_event
from app.workflow.happenings import Happening, happening_of
from app.workflow.text import Text
from tests.unit.workflow.samples import DAYS, STATION, VIETNAM, hanoi, machine, situation

START = hanoi("2026-03-02T09:00")


def opened(**data: object) -> tuple[ClockChange, ...]:
    happened = happening_of(machine(), None, before=None, after=situation(data=data), at=START)
    return advance(machine().clocks, [], happened, calendar=VIETNAM)


def step(
    clocks: list[OpenClock], *triggers: str, at: datetime = START, **facts: object
) -> dict[str, list[ClockAction]]:
    happened = Happening(at, frozenset(triggers), **facts)  # type: ignore[arg-type]  # test facts
    found: dict[str, list[ClockAction]] = {}
    for change in advance(machine().clocks, clocks, happened, calendar=VIETNAM):
        found.setdefault(change.clock.code, []).append(change.action)
    return found


def started(changes: tuple[ClockChange, ...]) -> dict[str, OpenClock]:
    return {change.clock.code: change.clock for change in changes}


def clock(code: str = "settle", limit: str = "5 wd", **changes: object) -> OpenClock:
    bare = OpenClock(code, Limit.parse(limit), START, START, START)
    bare = replace(bare, **changes)  # type: ignore[arg-type]  # free-form test facts
    return replace(bare, due_at=due_of(bare, VIETNAM).at)


def test_opening_starts_the_clocks_of_the_first_state() -> None:
    clocks = started(opened())
    assert set(clocks) == {"quick_report", "pulse"}
    assert clocks["quick_report"].due_at == hanoi("2026-03-02T11:00")
    assert clocks["quick_report"].warn_at == (hanoi("2026-03-02T10:00"),)


def test_a_step_stops_and_starts_clocks_and_judges_the_time() -> None:
    before, after = situation(), situation("on_scene", data={"occurred_at": "2026-03-02T08:00"})
    decision = decide(machine(), before, STATION, "dispatch", answers=dict(after.data), now=START)
    at = START + timedelta(hours=3)
    happened = happening_of(machine(), decision, before=before, after=after, at=at)
    changes = advance(machine().clocks, started(opened()).values(), happened, calendar=VIETNAM)
    by_code = {change.clock.code: change for change in changes}
    assert by_code["quick_report"].action is ClockAction.STOPPED
    assert by_code["quick_report"].on_time is False
    assert by_code["settle"].action is ClockAction.STARTED
    assert by_code["settle"].clock.due_at == hanoi("2026-03-09T17:00")
    assert by_code["notice"].clock.is_before
    assert by_code["notice"].clock.due_at == hanoi("2026-02-25T17:00")


def test_a_setting_in_force_wins_over_the_definition() -> None:
    happened = Happening(START, frozenset({"state:on_scene"}))
    settings = {"border.settle_days": Limit(2, ClockKind.WORKING_DAYS)}
    (change,) = advance(
        machine().clocks, [], happened, calendar=VIETNAM, settings=settings, rounds={"settle": 3}
    )
    assert change.clock.limit == Limit(2, ClockKind.WORKING_DAYS)
    assert change.clock.round == 4


@pytest.mark.parametrize(
    ("data", "runs"), [({"persons": 12}, True), ({"persons": 2}, False), ({}, False)]
)
def test_a_condition_decides_whether_a_clock_runs(data: Mapping[str, object], runs: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert ("big" in step([], "state:on_scene", data=data)) is runs


def test_a_clock_whose_condition_falls_is_cancelled() -> None:
    found = step([clock("big", "1 cd")], "field:persons", data={"persons": 3})
    assert found == {"big": [ClockAction.CANCELLED]}


def test_a_start_while_running_is_ignored_unless_the_clock_repeats() -> None:
    assert step([clock()], "state:on_scene", data={}) == {}
    renewed = step([clock("pulse", "15 cd")], "event:note_added")
    assert renewed == {"pulse": [ClockAction.STOPPED, ClockAction.STARTED]}


def test_closing_cancels_what_is_not_stopped() -> None:
    clocks = [clock(), clock("limitation", "730 cd")]
    found = step(clocks, "transition:close", "state:closed", is_closed=True)
    assert found == {"settle": [ClockAction.STOPPED], "limitation": [ClockAction.STOPPED]}
    found = step(clocks, "state:false_report", is_closed=True)
    assert found == {"settle": [ClockAction.CANCELLED], "limitation": [ClockAction.CANCELLED]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-01", [ClockAction.MOVED]),
        ("2026-03-02T09:00", []),
        (None, [ClockAction.CANCELLED]),
    ],
)
def test_a_corrected_date_moves_its_clock(value: str | None, expected: list[ClockAction]) -> None:
    found = step(
        [clock("limitation", "730 cd")],
        "field:violated_on",
        data={"violated_on": value},
        dated=frozenset({"violated_on"}),
    )
    assert found.get("limitation", []) == expected


def test_a_clock_does_not_start_from_an_empty_date() -> None:
    dated = frozenset({"violated_on"})
    assert step([], "field:violated_on", data={"violated_on": ""}, dated=dated) == {}


def test_one_event_can_end_a_round_and_begin_the_next() -> None:
    inspection = compile_clock(
        ClockDefinition(
            code="inspection",
            name=Text("Kiểm tra", "Inspection"),
            limit=Limit.parse("180 cd"),
            start=("event:inspected",),
            stop=("event:inspected",),
        )
    )
    happened = Happening(START + timedelta(days=9), frozenset({"event:inspected"}))
    ended, begun = advance(
        [inspection], [clock("inspection", "180 cd")], happened, calendar=VIETNAM
    )
    assert (ended.action, ended.on_time) == (ClockAction.STOPPED, True)
    assert (begun.action, begun.clock.round) == (ClockAction.STARTED, 2)


def test_a_clock_counts_from_the_date_in_the_field() -> None:
    clocks = started(opened(violated_on="2026-01-01"))
    assert clocks["limitation"].due_at == hanoi("2028-01-01T23:59:59")
    assert clocks["limitation"].started_at == START


def test_suspension_pauses_and_resumption_moves_the_deadline() -> None:
    open_case, held = situation("on_scene"), situation("on_scene", is_suspended=True)
    at = hanoi("2026-03-03T10:00")

    def turn(
        before: Situation, after: Situation, clocks: list[OpenClock], when: datetime
    ) -> tuple[ClockChange, ...]:
        happened = happening_of(
            machine(), None, before=before, after=after, at=when, pause_reason="family"
        )
        return advance(machine().clocks, clocks, happened, calendar=VIETNAM)

    (paused,) = turn(open_case, held, [clock()], at)
    assert paused.action is ClockAction.PAUSED
    assert paused.clock.pauses == (Pause(at, None, "family"),)
    assert turn(held, held, [paused.clock], at) == ()
    (resumed,) = turn(held, open_case, [paused.clock], hanoi("2026-03-05T09:00"))
    assert resumed.action is ClockAction.RESUMED
    assert resumed.clock.due_at == hanoi("2026-03-11T17:00")


def test_a_clock_counted_back_does_not_pause() -> None:
    bound = clock("notice", "3 wd", is_before=True)
    assert step([bound], "event:suspended", is_suspended=True, suspends=True) == {}


NOTICE = compile_clock(
    ClockDefinition.model_validate(
        {
            "code": "permit",
            "name": {"vi": "Xin phép", "en": "Permit"},
            "limit": "10 cd",
            "before": "field:arrive_on",
            "stop": ["transition:permit", "field:permitted_on"],
            "when": "has(data.level) && data.level == 'high' && !has(data.permitted_on)",
        }
    )
)


def noticed(
    old: dict[str, object], new: dict[str, object], *triggers: str
) -> list[tuple[ClockAction, datetime]]:
    happened = Happening(
        START,
        frozenset({"event:updated", *triggers}),
        data=new,
        dated=frozenset({"arrive_on", "permitted_on"}),
        before=situation(data=old),
    )
    changes = advance([NOTICE], [], happened, calendar=VIETNAM)
    return [(change.action, change.clock.due_at) for change in changes]


DAY = "2026-03-30"
BEGUN = [(ClockAction.STARTED, hanoi("2026-03-20T23:59:59"))]


@pytest.mark.parametrize(
    ("old", "new", "triggers", "expected"),
    [
        ({"arrive_on": DAY}, {"arrive_on": DAY, "level": "high"}, ["field:level"], BEGUN),
        (
            {"arrive_on": DAY, "level": "low"},
            {"arrive_on": DAY, "level": "high"},
            ["field:level"],
            BEGUN,
        ),
        ({}, {"level": "high"}, ["field:level"], []),
        ({"arrive_on": DAY}, {"arrive_on": DAY, "level": "low"}, ["field:level"], []),
        (
            {"arrive_on": DAY, "level": "high"},
            {"arrive_on": DAY, "level": "high", "other": 1},
            ["field:other"],
            [],
        ),
        (
            {"arrive_on": DAY},
            {"arrive_on": DAY, "level": "high"},
            ["field:level", "transition:permit"],
            [],
        ),
        (
            {"arrive_on": DAY, "level": "high", "permitted_on": DAY},
            {"arrive_on": DAY, "level": "high"},
            ["field:permitted_on"],
            BEGUN,
        ),
    ],
    ids=["filled", "changed", "no day", "not so", "as before", "fulfilled at once", "taken back"],
)
def test_a_clock_counted_back_starts_when_its_condition_comes_to_hold(
    old: dict[str, object],
    new: dict[str, object],
    triggers: list[str],
    expected: list[tuple[ClockAction, datetime]],
) -> None:
    assert noticed(old, new, *triggers) == expected


def test_a_clock_that_starts_in_a_suspended_case_starts_paused() -> None:
    happened = Happening(START, frozenset({"event:opened"}), is_suspended=True)
    (change,) = advance(machine().clocks, [], happened, calendar=VIETNAM)
    assert change.clock.is_paused


def test_a_paused_clock_that_stops_ends_its_pause() -> None:
    paused = clock(pauses=(Pause(hanoi("2026-03-03T10:00"), None, "family"),))
    happened = Happening(hanoi("2026-03-10T10:00"), frozenset({"transition:close"}))
    (change,) = advance(machine().clocks, [paused], happened, calendar=VIETNAM)
    assert change.on_time is True
    assert change.clock.pauses[0].until == happened.at


def test_a_changed_calendar_moves_only_the_clocks_it_touches() -> None:
    extra = DayRule(START.date() + timedelta(2), DayKind.HOLIDAY, "Thêm", DayStatus.OFFICIAL)
    changed = WorkCalendar(DAYS | {extra.date: extra})
    clocks = [clock(), clock("limitation", "730 cd")]
    (change,) = recalculate(machine().clocks, clocks, calendar=changed, now=START)
    assert (change.action, change.clock.due_at) == (ClockAction.MOVED, hanoi("2026-03-10T17:00"))
    assert change.clock.warn_at == (hanoi("2026-03-09T17:00"),)
    assert recalculate(machine().clocks, clocks, calendar=VIETNAM, now=START) == ()


def test_raw_and_net_time_differ_by_the_pauses() -> None:
    pause = Pause(hanoi("2026-03-03T10:00"), hanoi("2026-03-05T10:00"), "family")
    ran = elapsed(clock(pauses=(pause,)), now=hanoi("2026-03-06T09:00"), calendar=VIETNAM)
    assert (ran.raw, ran.net) == (timedelta(days=4), timedelta(days=2))
    assert (ran.raw_days, ran.net_days) == (4, 2)
    hours = elapsed(clock(limit="9 h"), now=START + timedelta(hours=2), calendar=VIETNAM)
    assert (hours.raw, hours.raw_days) == (timedelta(hours=2), None)


def test_time_stands_still_while_a_pause_lasts() -> None:
    paused = clock(limit="7 cd", pauses=(Pause(hanoi("2026-03-03T09:00"), None, "family"),))
    ran = elapsed(paused, now=hanoi("2026-03-06T09:00"), calendar=VIETNAM)
    assert (ran.net, ran.raw_days, ran.net_days) == (timedelta(days=1), 4, 1)


@pytest.mark.parametrize(
    ("limit", "now", "vi", "en"),
    [
        ("5 wd", "2026-03-05T09:00", "Còn 2 ngày làm việc", "2 working days left"),
        ("5 wd", "2026-03-09T09:00", "Hạn trong hôm nay, 17:00", "Due today, 17:00"),
        ("5 wd", "2026-03-09T20:00", "Quá hạn 3 giờ", "3 hours overdue"),
        ("5 wd", "2026-03-11T09:00", "Quá hạn 2 ngày làm việc", "2 working days overdue"),
        ("7 cd", "2026-03-08T09:00", "Còn 1 ngày", "1 calendar day left"),
        ("2 h", "2026-03-02T09:30", "Còn 1 giờ", "1 hour left"),
        ("2 h", "2026-03-02T10:35", "Còn 25 phút", "25 minutes left"),
        ("2 h", "2026-03-02T11:01", "Quá hạn 1 phút", "1 minute overdue"),
    ],
)
def test_what_is_left_is_said_in_words(limit: str, now: str, vi: str, en: str) -> None:
    text = left_in_words(clock(limit=limit), now=hanoi(now), calendar=VIETNAM)
    assert (text.vi, text.en) == (vi, en)


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({}, "2026-03-03T09:00", Phase.RUNNING),
        ({"warn_at": (START,)}, "2026-03-03T09:00", Phase.WARNED),
        ({}, "2026-03-10T09:00", Phase.OVERDUE),
        ({"pauses": (Pause(START, None, "family"),)}, "2026-03-10T09:00", Phase.PAUSED),
        ({"pauses": (Pause(hanoi("2026-03-10T09:00"), None, "x"),)}, "2026-03-11T09:00", "overdue"),
    ],
)
def test_the_phase_of_a_clock(changes: dict[str, object], now: str, expected: str) -> None:
    assert phase(replace(clock(), **changes), now=hanoi(now)) == expected  # type: ignore[arg-type]


def test_a_paused_clock_says_so() -> None:
    paused = clock(pauses=(Pause(START, None, "family"),))
    assert left_in_words(paused, now=START, calendar=VIETNAM).vi == "Đang tạm dừng"


@pytest.mark.parametrize(
    ("code", "answers", "case", "expected"),
    [
        ("dismiss", {"reason": "x"}, situation(), "event:requested"),
        ("transfer", {"unit": 1, "reason": "x"}, situation(), "event:transferred"),
        ("negotiate", {}, situation("on_scene"), "document:letter"),
    ],
)
def test_acts_become_triggers(
    code: str, answers: dict[str, object], case: Situation, expected: str
) -> None:
    decision = decide(machine(), case, STATION, code, answers=answers, now=START)
    happened = happening_of(
        machine(), decision, before=case, after=case, at=START, events=["note_added"]
    )
    assert {expected, "event:updated", "event:note_added"} <= happened.triggers
    assert "transition:dismiss" not in happened.triggers


def test_a_recorded_event_is_its_own_trigger() -> None:
    case = situation(data={"note": "x"})
    decision = decide_event(machine(), case, STATION, "halted")
    happened = happening_of(machine(), decision, before=case, after=case, at=START)
    assert happened.triggers == {"event:updated", "event:halted"}
