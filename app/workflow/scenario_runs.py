"""Runs the YAML tests of a case type, and says in words what was expected and what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar
from app.workflow.clocks import ClockAction, OpenClock, advance, due_of
from app.workflow.corrections import decide_tick
from app.workflow.decisions import REASON_FIELD, ActorView, Decision, PendingRequest, Situation
from app.workflow.definition import CaseType
from app.workflow.engine import decide, decide_event, decide_opening
from app.workflow.happenings import happening_of
from app.workflow.limits import Limit
from app.workflow.machine import Machine
from app.workflow.scenario_words import clock_vi, not_ticked, of_judgement, of_outcome
from app.workflow.scenarios import (
    CLOCK_WORDS,
    CalendarOf,
    Expected,
    Given,
    Suite,
    Test,
)
from app.workflow.text import Text
from app.workflow.vietnam import vietnam_calendar

_YEARS = range(2024, 2031)


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test: passed, or every difference in words."""

    __test__ = False  # no test of ours, whatever its name

    name: str
    differences: tuple[Text, ...] = ()

    @property
    def has_passed(self) -> bool:
        return not self.differences


def run_suite(suite: Suite, case_type: CaseType, machine: Machine) -> list[TestResult]:
    """Run every test on its own case; `machine` is the case type compiled, published or not.

    A field that has a default stands in the forms with it, so it is answered with it unless a
    test says otherwise.
    """
    calendar = calendar_of(suite.calendar)
    defaults = {item.code: item.default for item in case_type.fields if item.default is not None}
    return [_Run(suite, machine, calendar, defaults).result(test) for test in suite.tests]


def calendar_of(said: CalendarOf) -> WorkCalendar:
    zone = ZoneInfo(said.time_zone)
    days = {
        date.fromisoformat(day): DayRule(date.fromisoformat(day), kind, "", DayStatus.OFFICIAL)
        for kind, listed in ((DayKind.HOLIDAY, said.holidays), (DayKind.SWAP_WORK, said.work_days))
        for day in listed
    }
    if said.base == "VN":
        return vietnam_calendar(days, _YEARS, time_zone=zone)
    return WorkCalendar(days=days, time_zone=zone)


@dataclass
class _Run:
    """One test on its way: the case as it stands, its clocks, and what has differed so far."""

    suite: Suite
    machine: Machine
    calendar: WorkCalendar
    defaults: Mapping[str, Any]  # Any: values are JSON
    situation: Situation | None = None
    running: dict[str, OpenClock] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    differences: list[Text] = field(default_factory=list)

    def result(self, test: Test) -> TestResult:
        given = self.suite.cases.get(test.case) if isinstance(test.case, str) else test.case
        if given is not None:
            self._place(given)
        for number, check in enumerate(test.checks, start=1):
            before = len(self.differences)
            is_done = self._checked(check)
            if test.walk:
                self._number(before, number)
            if not is_done:
                break
        return TestResult(test.name, tuple(self.differences))

    def _number(self, start: int, number: int) -> None:
        """In a walk a difference says at which step it lies."""
        for index in range(start, len(self.differences)):
            text = self.differences[index]
            self.differences[index] = Text(
                f"Bước {number}: {text.vi}", f"Step {number}: {text.in_locale('en')}"
            )

    def moment(self, said: str | None) -> datetime:
        written = datetime.fromisoformat(said or self.suite.now)
        if written.tzinfo is None:
            written = written.replace(tzinfo=self.calendar.time_zone)
        return written

    def person(self, name: str | None) -> ActorView:
        found = self.suite.actors[name or ""]
        number = 1 + list(self.suite.actors).index(name or "")
        return ActorView(number, frozenset(found.roles), found.unit)

    def _place(self, given: Given) -> None:
        pending = None
        if given.pending is not None:
            asked = given.pending
            pending = PendingRequest(
                asked.step, self.person(asked.by).user_id, self.moment(None), asked.answers
            )
        self.situation = Situation(
            state=given.state,
            data=given.data,
            version=1,
            opened_at=self.moment(given.opened),
            owner_unit=given.unit,
            reference="T-1",
            pending=pending,
            is_suspended=given.suspended,
            is_merged=given.merged,
            previous_state=given.previous_state,
            checked=frozenset(given.checked),
        )
        rules = {rule.code: rule for rule in self.machine.clocks}
        for code, said in given.clocks.items():
            at = self.moment(said)
            if code in rules:
                bare = OpenClock(code, rules[code].limit, at, at, at)
                due = due_of(bare, self.calendar)
                self.running[code] = replace(bare, due_at=due.at, status=due.status)

    def _checked(self, check: Expected) -> bool:
        """Judge, compare and go on; False where nothing can follow."""
        if not self._ticked(check):
            return False
        decision, at = self._decided(check), self.moment(check.at)
        if decision is None:
            return False
        self.differences += of_judgement(check, decision)
        if not decision.allowed:
            return not check.may
        before = self.situation
        self.situation = self._after(check, decision)
        self._run_clocks(check, decision, before, at)
        self.differences += of_outcome(check, decision, self.situation, self.machine)
        self.differences += self._of_clocks(check)
        return True

    def _ticked(self, check: Expected) -> bool:
        """Tick off what is done before the act; False where somebody may not."""
        now = self.situation
        if now is None:
            return True
        for item in check.tick:
            decision = decide_tick(self.machine, now, self.person(check.by), item, is_done=True)
            if not decision.allowed:
                self.differences.append(not_ticked(item, decision))
                return False
            now = self.situation = replace(now, checked=now.checked | {item})
        return True

    def _decided(self, check: Expected) -> Decision | None:
        actor, at = self.person(check.by), self.moment(check.at)
        answers = self._answers(check)
        if check.open is not None:
            return decide_opening(self.machine, actor, answers=answers, now=at)
        if self.situation is None:
            self.differences.append(
                Text(
                    "chưa có hồ sơ: thêm case hoặc open.", "there is no case: give one or open it."
                )
            )
            return None
        if check.event is not None:
            return decide_event(self.machine, self.situation, actor, check.event, answers=answers)
        code = check.step or check.act or ""
        return decide(self.machine, self.situation, actor, code, answers=answers, now=at)

    def _answers(self, check: Expected) -> dict[str, Any]:  # Any: values are JSON
        """What the form brings: the answers, and the defaults of what else stands on it."""
        given = {**(check.open or {}), **check.answers}
        rule = self.machine.opening if check.open is not None else None
        if check.step is not None:
            rule = self.machine.rules.get(check.step)
        if rule is None or (self.situation is not None and self.situation.pending is not None):
            return given
        held = self.situation.data if self.situation is not None and check.open is None else {}
        preset = {
            code: value
            for code, value in self.defaults.items()
            if code in rule.form_fields and code not in held
        }
        return {**preset, **given}

    def _after(self, check: Expected, decision: Decision) -> Situation:
        answers = self._answers(check)
        said = {k: v for k, v in answers.items() if k != REASON_FIELD}
        now = self.situation
        if now is None or check.open is not None:
            return Situation(
                self.machine.initial_state,
                said,
                1,
                self.moment(check.at),
                self.person(check.by).unit_code,
                "T-1",
            )
        if decision.is_global:
            return _after_act(now, decision, check.answers)
        if check.event is not None:
            return replace(now, data={**now.data, **said})
        if decision.needs_second_person:
            asked = PendingRequest(
                decision.transition,
                self.person(check.by).user_id,
                self.moment(check.at),
                answers,
            )
            return replace(now, pending=asked)
        if decision.confirms and now.pending is not None:
            said = {k: v for k, v in now.pending.answers.items() if k != REASON_FIELD}
        made = {effect.target: effect.value for effect in decision.effects if effect.do == "set"}
        is_moved = decision.to_state != now.state
        return replace(
            now,
            state=decision.to_state,
            data={**now.data, **said, **made},
            pending=None,
            previous_state=now.state if is_moved else now.previous_state,
            checked=frozenset() if is_moved else now.checked,
        )

    def _run_clocks(
        self, check: Expected, decision: Decision, before: Situation | None, at: datetime
    ) -> None:
        assert self.situation is not None  # noqa: S101  an allowed act has left a case
        is_new = check.open is not None
        happened = happening_of(
            self.machine,
            decision,
            before=None if is_new else before,
            after=self.situation,
            at=at,
            pause_reason=str(check.answers.get("suspend_reason", "")),
        )
        limits = {code: Limit.parse(text) for code, text in self.suite.settings.items()}
        changes = advance(
            self.machine.clocks,
            self.running.values(),
            happened,
            calendar=self.calendar,
            settings=limits,
            rounds=self.rounds,
        )
        for change in changes:
            code = change.clock.code
            if change.action in {ClockAction.STOPPED, ClockAction.CANCELLED}:
                self.running.pop(code, None)
                is_late = change.action is ClockAction.STOPPED and not change.on_time
                self.ended[code] = "late" if is_late else change.action.value
            else:
                self.running[code] = change.clock
                self.rounds[code] = change.clock.round

    def _of_clocks(self, check: Expected) -> Iterator[Text]:
        for code, wanted in check.clocks.items():
            actual = self._clock_word(code, wanted)
            if actual != wanted.replace("T", " "):
                name = next((r.name for r in self.machine.clocks if r.code == code), Text(code))
                vi = f"mong đợi {clock_vi(wanted)}, thực tế {clock_vi(actual)}"
                en = f"expected {wanted}, got {actual}"
                yield Text(f"thời hạn “{name}”: {vi}.", f"deadline “{name.in_locale('en')}”: {en}.")

    def _clock_word(self, code: str, wanted: str) -> str:
        """What the clock is, in the form in which it was expected."""
        clock = self.running.get(code)
        if clock is None:
            return self.ended.get(code, "none")
        if clock.is_paused and wanted in CLOCK_WORDS:
            return "paused"
        if wanted == "running":
            return "running"
        due = self.calendar.local(clock.due_at)
        if len(wanted) == len("2026-11-20"):
            return due.date().isoformat()
        return due.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")[: len(wanted)]


def _after_act(now: Situation, decision: Decision, answers: Mapping[str, Any]) -> Situation:
    """The case after one of the acts that every type has; Any: values are JSON."""
    unit = answers.get("unit")
    moved: dict[str, dict[str, Any]] = {
        "transfer": {"owner_unit": str(unit)},
        "suspend": {"is_suspended": True},
        "resume": {"is_suspended": False},
        "merge": {"is_merged": True},
        "withdraw": {"pending": None},
        "reopen": {
            "state": decision.to_state,
            "is_merged": False,
            "previous_state": None,
            "checked": frozenset(),
        },
    }
    return replace(now, **moved[decision.transition])
