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
* a clock that counts back (`before`) is bound to a date in the world and does not pause; it also
  starts when its condition comes to hold after the date is known;
* a clock stands still while its case is suspended, from a `pause` trigger to a `resume` trigger, or
  from a person's hand to the next. Its own pause outlives the suspension of the case, and a
  suspended case holds a clock whose own pause ends. A `resume` trigger also ends a pause by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import cel

from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar
from app.workflow.clock_rules import ClockRule
from app.workflow.due import Due, DueLine, Pause, PausedBy, due_at, due_before
from app.workflow.expressions import UnresolvedError, build_context, moment_of
from app.workflow.happenings import Happening
from app.workflow.late_starts import NOBODY, may_begin_late
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
    "PausedBy",
    "WorkCalendar",
    "advance",
    "due_at",
    "due_before",
    "due_of",
    "escalation_at",
    "paused_by_hand",
    "recalculate",
    "resumed_by_hand",
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
        elif turn.starts(rule) or turn.starts_late(rule):
            changes += turn.begun(rule, 1 + turn.rounds.get(rule.code, 0))
    return tuple(changes)


def recalculate(
    rules: Sequence[ClockRule],
    open_clocks: Iterable[OpenClock],
    *,
    calendar: WorkCalendar,
    now: datetime,
    limits: Mapping[str, Limit] | None = None,
) -> tuple[ClockChange, ...]:
    """Return the clocks whose deadline a changed calendar moves, or makes more or less firm.

    `limits` gives by clock the limit that a changed setting has put in the place of its own.
    """
    warns = {rule.code: rule.warn for rule in rules}
    changes = []
    for stored in open_clocks:
        limit = limits.get(stored.code, stored.limit) if limits else stored.limit
        clock = replace(stored, limit=limit) if limit != stored.limit else stored
        due = due_of(clock, calendar)
        if (due.at, due.status, limit) != (stored.due_at, stored.status, stored.limit):
            moved = _with_due(clock, due, warns.get(clock.code, ()))
            changes.append(ClockChange(ClockAction.MOVED, moved, now, due))
    return tuple(changes)


def due_of(clock: OpenClock, calendar: WorkCalendar) -> Due:
    """Return the deadline of a clock with its account; a pause that still lasts adds nothing."""
    kind, amount = clock.limit.kind, clock.limit.amount
    if clock.is_before:
        return due_before(kind, amount, clock.origin, calendar)
    return due_at(kind, amount, clock.origin, calendar, pauses=clock.pauses)


def paused_by_hand(clock: OpenClock, reason: str, at: datetime) -> ClockChange:
    """Return a running clock as a person stops it for a while."""
    pause = Pause(at, None, reason, PausedBy.PERSON)
    return ClockChange(ClockAction.PAUSED, replace(clock, pauses=(*clock.pauses, pause)), at)


def resumed_by_hand(
    rule: ClockRule, clock: OpenClock, *, at: datetime, calendar: WorkCalendar
) -> ClockChange:
    """Return a paused clock as it runs on, its deadline moved by what the pause covered."""
    resumed = _unpaused(clock, at)
    due = due_of(resumed, calendar)
    return ClockChange(ClockAction.RESUMED, _with_due(resumed, due, rule.warn), at, due)


def escalation_at(
    rule: ClockRule, step: int, due: datetime, calendar: WorkCalendar
) -> datetime | None:
    """Return when a step of the chain (from 0) is told of a deadline missed at `due`."""
    if step >= len(rule.chain):
        return None
    after = rule.chain[step].after
    return due_at(after.kind, after.amount, due, calendar).at


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

    def starts_late(self, rule: ClockRule) -> bool:
        """Whether the condition of a clock that counts back has just come to hold."""
        return may_begin_late(rule, self.happened) and self._applies(rule)

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
        at, current = self.happened.at, clock.pauses[-1] if clock.is_paused else None
        wanted = None if clock.is_before else self._hold(rule, current)
        if wanted == current:
            return
        freed = _unpaused(clock, at)
        due = due_of(freed, self.calendar)
        freed = _with_due(freed, due, rule.warn) if current else freed
        if wanted is None:
            yield ClockChange(ClockAction.RESUMED, freed, at, due)
        else:
            paused = replace(freed, pauses=(*freed.pauses, wanted))
            yield ClockChange(ClockAction.PAUSED, paused, at)

    def _hold(self, rule: ClockRule, current: Pause | None) -> Pause | None:
        """Return the pause that holds the clock from now on: its own before that of the case."""
        at, triggers = self.happened.at, self.happened.triggers
        own = current if current is not None and current.by is not PausedBy.CASE else None
        if own is not None and not rule.resume.isdisjoint(triggers):
            own = None
        if own is None and not rule.pause.isdisjoint(triggers):
            own = Pause(at, None, rule.reason_of_trigger, PausedBy.TRIGGER)
        if own is not None:
            return own
        is_held = current is not None and current.by is PausedBy.CASE
        if is_held and not self.happened.resumes:
            return current
        stands = self.happened.suspends or (self.happened.is_suspended and not is_held)
        return Pause(at, None, self.happened.pause_reason) if stands else None

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
        code = rule.before or self._dated_start(rule)
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
        actor=NOBODY,
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
