"""Which deadlines start, stop, pause and move when something happens to a case.

What the definitions leave open is decided here once:

* one clock runs at most one round at a time; a start while it runs is ignored, unless the clock
  repeats: then the round ends and the next one begins;
* stops are judged before starts, so an event that both stops and starts a clock renews it;
* closing or merging a case cancels what still runs;
* a condition (`when`) is judged when the clock starts, and again while it runs: a clock whose
  condition no longer holds is cancelled; one that cannot be judged does not run;
* a clock that starts from a date field counts from the date in it, not from the moment it was
  typed; when the date is corrected the deadline moves, when it is emptied the clock is cancelled;
  a start from any other field counts from the moment it was filled;
* a clock that counts back (`before`) is bound to a date in the world and does not pause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import cel

from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar
from app.workflow.clock_rules import ClockRule
from app.workflow.due import Due, DueLine, Pause, due_at, due_before
from app.workflow.expressions import UnresolvedError, build_context, moment_of
from app.workflow.happenings import Happening
from app.workflow.limits import ClockKind, Limit, Warn

__all__ = [
    "ClockAction",
    "ClockChange",
    "ClockKind",
    "DayKind",
    "DayRule",
    "DayStatus",
    "Due",
    "DueLine",
    "Happening",
    "Limit",
    "OpenClock",
    "Pause",
    "WorkCalendar",
    "advance",
    "due_at",
    "due_before",
    "due_of",
    "recalculate",
]


class ClockAction(StrEnum):
    """What became of a clock."""

    STARTED = "started"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    PAUSED = "paused"
    RESUMED = "resumed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class OpenClock:
    """A running clock as it is stored: `origin` is the moment counted from (or back from)."""

    code: str
    limit: Limit
    origin: datetime
    started_at: datetime
    due_at: datetime
    status: DayStatus = DayStatus.OFFICIAL
    round: int = 1
    is_before: bool = False
    warn_at: tuple[datetime, ...] = ()
    pauses: tuple[Pause, ...] = ()

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One change: `clock` is the clock after it; `on_time` is judged when a clock stops."""

    action: ClockAction
    clock: OpenClock
    at: datetime
    due: Due | None = None
    on_time: bool | None = None


def advance(
    rules: Sequence[ClockRule],
    open_clocks: Iterable[OpenClock],
    happened: Happening,
    *,
    calendar: WorkCalendar,
    settings: Mapping[str, Limit] | None = None,
    rounds: Mapping[str, int] | None = None,
) -> tuple[ClockChange, ...]:
    """Return every change that a happening brings to the clocks of one case.

    `settings` gives the limits in force under their names (a dated setting wins over the
    definition); `rounds` the last round of clocks that have run before.
    """
    running = {clock.code: clock for clock in open_clocks}
    context = _context(rules, happened)
    turn = _Turn(happened, calendar, context, settings or {}, rounds or {})
    changes: list[ClockChange] = []
    for rule in rules:
        clock = running.get(rule.code)
        if clock is not None:
            changes += turn.carried(rule, clock)
        elif turn.starts(rule):
            changes += turn.begun(rule, 1 + turn.rounds.get(rule.code, 0))
    return tuple(changes)


def recalculate(
    rules: Sequence[ClockRule],
    open_clocks: Iterable[OpenClock],
    *,
    calendar: WorkCalendar,
    now: datetime,
) -> tuple[ClockChange, ...]:
    """Return the clocks whose deadline a changed calendar moves, or makes more or less firm."""
    warns = {rule.code: rule.warn for rule in rules}
    changes = []
    for clock in open_clocks:
        due = due_of(clock, calendar)
        if (due.at, due.status) != (clock.due_at, clock.status):
            moved = _with_due(clock, due, warns.get(clock.code, ()))
            changes.append(ClockChange(ClockAction.MOVED, moved, now, due))
    return tuple(changes)


def due_of(clock: OpenClock, calendar: WorkCalendar) -> Due:
    """Return the deadline of a clock with its account; a pause that still lasts adds nothing."""
    kind, amount = clock.limit.kind, clock.limit.amount
    if clock.is_before:
        return due_before(kind, amount, clock.origin, calendar)
    return due_at(kind, amount, clock.origin, calendar, pauses=clock.pauses)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One happening applied to the clocks of one case."""

    happened: Happening
    calendar: WorkCalendar
    context: cel.Context | None
    settings: Mapping[str, Limit]
    rounds: Mapping[str, int]

    def starts(self, rule: ClockRule) -> bool:
        return (
            not self.happened.is_closed
            and not rule.start.isdisjoint(self.happened.triggers)
            and self._applies(rule)
        )

    def begun(self, rule: ClockRule, number: int) -> Iterator[ClockChange]:
        origin = self._origin(rule)
        if origin is None:
            return
        at = self.happened.at
        limit = self.settings.get(rule.setting or "", rule.limit)
        is_before = rule.before is not None
        pauses: tuple[Pause, ...] = ()
        if self.happened.is_suspended and not is_before:
            pauses = (Pause(at, None, self.happened.pause_reason),)
        bare = OpenClock(
            rule.code, limit, origin, at, origin, round=number, is_before=is_before, pauses=pauses
        )
        due = due_of(bare, self.calendar)
        yield ClockChange(ClockAction.STARTED, _with_due(bare, due, rule.warn), at, due)

    def carried(self, rule: ClockRule, clock: OpenClock) -> Iterator[ClockChange]:
        """Yield what becomes of a running clock, and its next round if one begins."""
        triggers = self.happened.triggers
        if not rule.stop.isdisjoint(triggers):
            yield self._stopped(clock)
            if self.starts(rule):
                yield from self.begun(rule, clock.round + 1)
        elif self.happened.is_closed or not self._applies(rule):
            yield self._ended(clock, ClockAction.CANCELLED)
        elif rule.repeat and self.starts(rule):
            yield self._stopped(clock)
            yield from self.begun(rule, clock.round + 1)
        elif self._dated_start(rule) is not None:
            yield from self._moved(rule, clock)
        else:
            yield from self._held(rule, clock)

    def _held(self, rule: ClockRule, clock: OpenClock) -> Iterator[ClockChange]:
        at = self.happened.at
        if self.happened.resumes and clock.is_paused:
            resumed = _unpaused(clock, at)
            due = due_of(resumed, self.calendar)
            yield ClockChange(ClockAction.RESUMED, _with_due(resumed, due, rule.warn), at, due)
        elif self.happened.suspends and not clock.is_paused and not clock.is_before:
            pause = Pause(at, None, self.happened.pause_reason)
            paused = replace(clock, pauses=(*clock.pauses, pause))
            yield ClockChange(ClockAction.PAUSED, paused, at)

    def _moved(self, rule: ClockRule, clock: OpenClock) -> Iterator[ClockChange]:
        origin = self._origin(rule)
        if origin is None:
            yield self._ended(clock, ClockAction.CANCELLED)
        elif origin != clock.origin:
            moved = replace(clock, origin=origin)
            due = due_of(moved, self.calendar)
            moved = _with_due(moved, due, rule.warn)
            yield ClockChange(ClockAction.MOVED, moved, self.happened.at, due)

    def _stopped(self, clock: OpenClock) -> ClockChange:
        return self._ended(clock, ClockAction.STOPPED)

    def _ended(self, clock: OpenClock, action: ClockAction) -> ClockChange:
        at = self.happened.at
        ended = _unpaused(clock, at)
        due = due_of(ended, self.calendar)
        ended = replace(ended, due_at=due.at, status=due.status, warn_at=())
        on_time = at <= due.at if action is ClockAction.STOPPED else None
        return ClockChange(action, ended, at, due, on_time)

    def _origin(self, rule: ClockRule) -> datetime | None:
        """Return the moment to count from: the date in a field, or the happening itself."""
        code = self._dated_start(rule)
        if code is None:
            return self.happened.at
        moment = moment_of(self.happened.data.get(code), self.calendar.time_zone)
        return moment.astimezone(UTC) if moment else None

    def _dated_start(self, rule: ClockRule) -> str | None:
        """Return the date field that has just started (or moved) this clock, if one has."""
        names = (trigger.partition(":") for trigger in sorted(rule.start & self.happened.triggers))
        dates = (code for source, _, code in names if source == "field")
        return next((code for code in dates if code in self.happened.dated), None)

    def _applies(self, rule: ClockRule) -> bool:
        if rule.when is None or self.context is None:
            return True
        try:
            return rule.when.holds(self.context)
        except UnresolvedError:
            return False


def _context(rules: Sequence[ClockRule], happened: Happening) -> cel.Context | None:
    """Build the context once, and only when some clock has a condition."""
    if all(rule.when is None for rule in rules):
        return None
    return build_context(
        happened.data,
        case=happened.case,
        actor={"roles": [], "unit": ""},
        now=happened.at,
        dated=happened.dated,
    )


def _unpaused(clock: OpenClock, at: datetime) -> OpenClock:
    if not clock.is_paused:
        return clock
    last = replace(clock.pauses[-1], until=at)
    return replace(clock, pauses=(*clock.pauses[:-1], last))


def _with_due(clock: OpenClock, due: Due, warns: Sequence[Warn]) -> OpenClock:
    moments = {_warning(warn, clock, due) for warn in warns}
    in_time = tuple(sorted(moment for moment in moments if clock.started_at < moment < due.at))
    return replace(clock, due_at=due.at, status=due.status, warn_at=in_time)


def _warning(warn: Warn, clock: OpenClock, due: Due) -> datetime:
    """Return when to warn: at a share of the time from the start, or so long before the end."""
    if warn.ahead is None:
        share = (warn.percent or 0) / 100
        return clock.started_at + (due.at - clock.started_at) * share
    if warn.ahead.kind is ClockKind.WORKING_DAYS:
        return due_before(warn.ahead.kind, warn.ahead.amount, due.at, due.calendar).at
    unit = timedelta(hours=1) if warn.ahead.kind is ClockKind.HOURS else timedelta(days=1)
    return due.at - warn.ahead.amount * unit
