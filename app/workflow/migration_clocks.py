"""What becomes of the deadlines of a case under another version of its type.

* a clock that both versions define alike runs on; if only its limit or its warnings differ, the
  new limit counts from the same origin;
* a clock that the new version has not is cancelled;
* for a clock that is new, or starts and stops otherwise now, the history of the case is run
  through the new rules: what would be running runs, what would not is cancelled. It counts from
  the moment of the migration, since nobody could meet a deadline that did not exist; the map may
  say that it counts from what started it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from app.workflow.calendars import WorkCalendar
from app.workflow.clock_rules import ClockRule
from app.workflow.clocks import ClockAction, ClockChange, OpenClock, Pause, advance, recalculate
from app.workflow.decisions import Situation
from app.workflow.definition import ClockDefinition
from app.workflow.limits import Limit
from app.workflow.machine import Machine
from app.workflow.migration import Plan
from app.workflow.past_events import Past, past_happening
from app.workflow.version_map import renamed

_LENGTH = frozenset({"name", "help", "basis", "limit", "warn", "setting", "within"})
_NEVER = datetime.min.replace(tzinfo=UTC)
_TOLD = frozenset({"escalate", "chain", "pause_reasons"})


@dataclass(frozen=True, slots=True)
class ClockScene:
    """What the deadlines of one case depend on at the moment of its migration."""

    running: Sequence[OpenClock]
    rounds: Mapping[str, int]
    calendar: WorkCalendar
    settings: Mapping[str, Limit]
    now: datetime
    pause_reason: str | None = None


@dataclass(frozen=True, slots=True)
class ClockTurn:
    """The changes to store and the codes of the clocks that run on untouched."""

    changes: tuple[ClockChange, ...]
    carried: tuple[str, ...]


@dataclass(frozen=True)
class ClockPlan:
    """How the clocks of two versions compare; applied to one case after the other."""

    plan: Plan
    machine: Machine

    @cached_property
    def rules(self) -> Mapping[str, ClockRule]:
        return {rule.code: rule for rule in self.machine.clocks}

    @cached_property
    def alike(self) -> frozenset[str]:
        """Clocks that start and stop as before, and that no mapped state touches."""
        old = {clock.code: clock for clock in self.plan.old.clocks}
        return frozenset(
            clock.code
            for clock in self.plan.new.clocks
            if clock.code in old
            and _course(clock) == _course(old[clock.code])
            and not self._is_touched(self.rules[clock.code])
        )

    def _is_touched(self, rule: ClockRule) -> bool:
        mapped = self.plan.chosen.states
        triggers = {f"state:{code}" for code in mapped.values()}
        reads_state = rule.when is not None and "case" in rule.when.roots
        return bool(mapped) and (reads_state or not triggers.isdisjoint(rule.start | rule.stop))

    @cached_property
    def relimited(self) -> frozenset[str]:
        """Clocks of both versions whose length or warnings differ."""
        old = {clock.code: clock for clock in self.plan.old.clocks}
        return frozenset(
            clock.code
            for clock in self.plan.new.clocks
            if clock.code in old and _length(clock) != _length(old[clock.code])
        )

    @property
    def reads_history(self) -> bool:
        """Whether some clock has to be found in the history of the case."""
        return not self.rules.keys() <= self.alike

    def turn(self, scene: ClockScene, history: Iterable[Past]) -> ClockTurn:
        """Say what becomes of the clocks of a case that can be migrated."""
        running = {clock.code: clock for clock in scene.running}
        found = self._found(scene, history) if self.reads_history else {}
        changes: list[ClockChange] = []
        carried: list[str] = []
        for code, clock in running.items():
            rule = self.rules.get(code)
            if rule is None or (code not in self.alike and code not in found):
                changes.append(_cancelled(clock, scene))
            elif code in self.relimited:
                limit = scene.settings.get(rule.setting or "", rule.limit)
                longer = replace(clock, limit=limit)
                changes.append(_timed(ClockAction.MOVED, rule, longer, scene))
            else:
                carried.append(code)
        fresh = [clock for code, clock in found.items() if code not in running]
        changes += [self._started(clock, scene) for clock in fresh]
        return ClockTurn(tuple(changes), tuple(carried))

    def _found(self, scene: ClockScene, history: Iterable[Past]) -> dict[str, OpenClock]:
        """The clocks that would be running, had the case gone by the new rules from the start."""
        rules = [rule for code, rule in self.rules.items() if code not in self.alike]
        running: dict[str, OpenClock] = {}
        for past in history:
            happened = past_happening(self.machine, translated(self.plan, past))
            changes = advance(
                rules,
                running.values(),
                happened,
                calendar=scene.calendar,
                settings=scene.settings,
            )
            running = after(running, changes)
        return running

    def _started(self, clock: OpenClock, scene: ClockScene) -> ClockChange:
        rule = self.rules[clock.code]
        origin = clock.origin
        is_dated = clock.is_before or origin != clock.started_at
        pauses = clock.pauses
        if self.plan.chosen.clocks == "now" and not is_dated:
            origin = scene.now
            pauses = ()
            if scene.pause_reason is not None:
                pauses = (Pause(scene.now, None, scene.pause_reason),)
        bare = replace(
            clock,
            origin=origin,
            started_at=scene.now,
            pauses=pauses,
            round=1 + scene.rounds.get(clock.code, 0),
            warn_at=(),
        )
        return _timed(ClockAction.STARTED, rule, bare, scene)


def translated(plan: Plan, past: Past) -> Past:
    """The past of a case under the codes of the new version."""
    chosen = plan.chosen
    if not (chosen.states or chosen.fields):
        return past

    def told(situation: Situation) -> Situation:
        return replace(
            situation,
            state=chosen.states.get(situation.state, situation.state),
            data=renamed(chosen, situation.data),
        )

    return replace(past, before=told(past.before) if past.before else None, after=told(past.after))


def after(running: Mapping[str, OpenClock], changes: Iterable[ClockChange]) -> dict[str, OpenClock]:
    """The running clocks once these changes are applied."""
    clocks = dict(running)
    for change in changes:
        if change.action in {ClockAction.STOPPED, ClockAction.CANCELLED}:
            clocks.pop(change.clock.code, None)
        else:
            clocks[change.clock.code] = change.clock
    return clocks


def _course(clock: ClockDefinition) -> dict[str, object]:
    """What makes a clock start, stop and pause."""
    return clock.model_dump(exclude=set(_LENGTH | _TOLD))


def _length(clock: ClockDefinition) -> tuple[object, ...]:
    return clock.limit, clock.warn, clock.setting


def _cancelled(clock: OpenClock, scene: ClockScene) -> ClockChange:
    pauses = clock.pauses
    if clock.is_paused:
        pauses = (*pauses[:-1], replace(pauses[-1], until=scene.now))
    ended = replace(clock, pauses=pauses, warn_at=())
    return ClockChange(ClockAction.CANCELLED, ended, scene.now)


def _timed(
    action: ClockAction, rule: ClockRule, clock: OpenClock, scene: ClockScene
) -> ClockChange:
    """The change with its deadline and its warnings, counted anew."""
    uncounted = replace(clock, due_at=_NEVER)
    (counted,) = recalculate([rule], [uncounted], calendar=scene.calendar, now=scene.now)
    return replace(counted, action=action)
