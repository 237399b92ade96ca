"""The clocks of a case type as tables."""

from __future__ import annotations

from dataclasses import dataclass

from app.workflow.definition import ClockDefinition, Option
from app.workflow.expressions import Expression, compile_expression
from app.workflow.limits import Limit, Warn
from app.workflow.text import Text


@dataclass(frozen=True, slots=True)
class ChainStep:
    """Who is told when a deadline has stayed missed for so long after its due moment."""

    after: Limit
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One compiled clock; `before` is the field whose date it counts back from."""

    code: str
    name: Text
    limit: Limit
    start: frozenset[str]
    stop: frozenset[str]
    when: Expression | None
    repeat: bool
    setting: str | None
    before: str | None
    warn: tuple[Warn, ...]
    escalate: tuple[str, ...]
    pause: frozenset[str] = frozenset()
    resume: frozenset[str] = frozenset()
    pause_reasons: tuple[Option, ...] = ()
    chain: tuple[ChainStep, ...] = ()

    @property
    def reason_of_trigger(self) -> str:
        """The reason of a pause that a trigger begins: the only one there is, else unsaid."""
        return self.pause_reasons[0].code if len(self.pause_reasons) == 1 else ""


def compile_clock(clock: ClockDefinition) -> ClockRule:
    """Compile one clock; a clock that counts back starts when its field is filled."""
    return ClockRule(
        code=clock.code,
        name=clock.name,
        limit=clock.limit,
        start=frozenset({clock.before} if clock.before else clock.start),
        stop=frozenset(clock.stop),
        when=None if clock.when is None else compile_expression(clock.when),
        repeat=clock.repeat,
        setting=clock.setting,
        before=clock.before.partition(":")[2] if clock.before else None,
        warn=clock.warn,
        escalate=clock.escalate,
        pause=frozenset(clock.pause),
        resume=frozenset(clock.resume),
        pause_reasons=clock.pause_reasons,
        chain=tuple(ChainStep(step.after, step.roles) for step in clock.chain),
    )
