"""Which facts follow from others, and who may change which: the fields of a case type as tables.

A field with `shown_when` is asked, required and kept only while its condition holds; a condition
that cannot be judged does not hold. A field with `compute` has its value from the other facts; one
that cannot be computed is empty. Both are judged in the order in which they read each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import cel

from app.workflow.definition import AssignUnit, CaseType
from app.workflow.expressions import (
    HANOI,
    Expression,
    UnresolvedError,
    build_context,
    compile_expression,
    is_filled,
)
from app.workflow.field_definition import FieldDefinition, FieldType

DATED_TYPES = frozenset({FieldType.DATE, FieldType.DATETIME})


@dataclass(frozen=True, slots=True)
class Derivation:
    """A field that is there only under a condition, or whose value is computed."""

    code: str
    is_day: bool
    shown_when: Expression | None
    compute: Expression | None

    @property
    def reads(self) -> frozenset[str] | None:
        """The fields that it needs; None if it reads them all."""
        found: frozenset[str] = frozenset()
        for expression in (self.shown_when, self.compute):
            if expression is not None:
                if expression.fields is None:
                    return None
                found |= expression.fields
        return found


@dataclass(frozen=True, slots=True)
class EditRule:
    """Who may change a field, and in which states; empty means everyone, or every state."""

    roles: frozenset[str]
    states: frozenset[str]

    def allows(self, roles: frozenset[str], state: str) -> bool:
        by_role = not self.roles or not self.roles.isdisjoint(roles)
        return by_role and (not self.states or state in self.states)


@dataclass(frozen=True, slots=True)
class FieldRules:
    """The fields as tables.

    `correctors` are those who alone correct what a four-eyes step has asked for; `assigning` the
    fields that have given the case to a unit, which only a step does.
    """

    order: tuple[str, ...]
    derivations: tuple[Derivation, ...]
    computed: frozenset[str]
    edits: Mapping[str, EditRule]
    correctors: Mapping[str, frozenset[str]]
    assigning: frozenset[str]
    days: frozenset[str]
    required: frozenset[str]
    dated: frozenset[str]

    def typed(self, codes: frozenset[str] | None) -> frozenset[str]:
        """The fields that somebody types and from which these follow, those themselves included."""
        found = set(codes or ())
        for item in reversed(self.derivations):  # each stands after what it reads
            if item.code in found and item.code in self.computed:
                found |= item.reads or frozenset()
        return frozenset(found) - self.computed

    @property
    def derived(self) -> frozenset[str]:
        return frozenset(item.code for item in self.derivations)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an expression sees beside the facts."""

    case: Mapping[str, object]
    actor: Mapping[str, object]
    now: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """The facts with all that follows from them, and the fields that are not there now."""

    facts: Mapping[str, object]
    hidden: frozenset[str]


def compile_fields(case_type: CaseType, leaders: frozenset[str]) -> FieldRules:
    """Compile the rules of the fields; raises ExpressionError for what is not CEL."""
    fields = case_type.fields
    assigned = (
        effect.unit_field
        for step in case_type.transitions
        for effect in step.effects
        if isinstance(effect, AssignUnit)
    )
    return FieldRules(
        order=tuple(item.code for item in fields),
        derivations=tuple(_in_order(_derivations(fields))),
        computed=frozenset(item.code for item in fields if item.compute is not None),
        edits={
            item.code: EditRule(frozenset(item.edit_roles), frozenset(item.edit_states))
            for item in fields
            if item.edit_roles or item.edit_states
        },
        correctors=_correctors(case_type, leaders),
        assigning=frozenset(assigned),
        days=frozenset(item.code for item in fields if item.type is FieldType.DATE),
        required=frozenset(item.code for item in fields if item.required),
        dated=frozenset(_dated(fields)),
    )


def follow(rules: FieldRules, facts: Mapping[str, object], around: Surroundings) -> Followed:
    """Empty what is not shown and compute what is computed, on these facts."""
    if not rules.derivations:
        return Followed(facts, frozenset())
    following = _Following(dict(facts), around, rules.dated)
    hidden = set()
    for item in rules.derivations:
        if item.shown_when is not None and not following.holds(item.shown_when):
            hidden.add(item.code)
            following.learn(item.code, None)
        elif item.compute is not None:
            value = following.value(item.compute)
            following.learn(item.code, as_stored(value, is_day=item.is_day))
    return Followed(following.facts, frozenset(hidden))


@dataclass(slots=True)
class _Following:
    """The facts while they change; many fields share a condition, which is asked once for all."""

    facts: dict[str, object]
    around: Surroundings
    dated: frozenset[str]
    asked: dict[str, bool] = field(default_factory=dict)  # by source of the condition

    def learn(self, code: str, value: object) -> None:
        if value is not None or self.facts.get(code) is not None:
            self.asked.clear()
        self.facts[code] = value

    def holds(self, condition: Expression) -> bool:
        known = self.asked.get(condition.source)
        if known is None:
            known = self.asked[condition.source] = self._ask(condition)
        return known

    def _ask(self, condition: Expression) -> bool:
        try:
            return condition.holds(self._context(condition))
        except UnresolvedError:
            return False

    def value(self, expression: Expression) -> object:
        try:
            value = expression.value(self._context(expression))
        except UnresolvedError:
            return None
        return value if is_filled(value) else None

    def _context(self, expression: Expression) -> cel.Context:
        return build_context(
            self.facts,
            case=self.around.case if "case" in expression.roots else {},
            actor=self.around.actor if "actor" in expression.roots else {},
            now=self.around.now,
            only=expression.fields,
            dated=self.dated,
        )


def _derivations(fields: Iterable[FieldDefinition]) -> Iterator[Derivation]:
    for item in fields:
        if item.shown_when is not None or item.compute is not None:
            shown_when, compute = _compiled(item.shown_when), _compiled(item.compute)
            yield Derivation(item.code, item.type is FieldType.DATE, shown_when, compute)


def _compiled(source: str | None) -> Expression | None:
    return compile_expression(source) if source is not None else None


def _in_order(items: Iterable[Derivation]) -> Iterator[Derivation]:
    """Each after those that it reads; a ring (an error of the definition) as it was written."""
    waiting = {item.code: item for item in items}
    while waiting:
        ready = [
            item
            for item in waiting.values()
            if waiting.keys().isdisjoint((item.reads or frozenset()) - {item.code})
        ]
        for item in ready or list(waiting.values()):
            del waiting[item.code]
            yield item


def _correctors(case_type: CaseType, leaders: frozenset[str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for step in case_type.transitions:
        if step.four_eyes:
            for code in (*step.require, *step.ask):
                found[code] = found.get(code, frozenset()) | (frozenset(step.confirm) or leaders)
    return found


def _dated(fields: Iterable[FieldDefinition]) -> Iterator[str]:
    """The fields that hold dates, and as group.column the columns that do."""
    for item in fields:
        if item.type in DATED_TYPES:
            yield item.code
        yield from (f"{item.code}.{one.code}" for one in item.fields if one.type in DATED_TYPES)


def as_stored(value: object, *, is_day: bool = False) -> object:
    """A value of CEL as a case keeps it: moments and days as ISO text, the rest as JSON has it."""
    if isinstance(value, datetime):
        here = value.astimezone(HANOI)
        return here.date().isoformat() if is_day else here.isoformat(timespec="minutes")
    if isinstance(value, list | tuple):
        return [as_stored(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): as_stored(item) for key, item in value.items()}
    is_plain = value is None or isinstance(value, bool | int | float | str)
    return value if is_plain else str(value)
