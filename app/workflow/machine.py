"""A case type turned into tables, so that judging an act costs a few dictionary look-ups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.workflow import definition as source
from app.workflow.clock_rules import ClockRule, compile_clock
from app.workflow.decisions import Decision, Effect, Role
from app.workflow.errors import DefinitionError, Fault
from app.workflow.expressions import Expression, ExpressionError, compile_expression
from app.workflow.text import Text

DATED_TYPES = frozenset({source.FieldType.DATE, source.FieldType.DATETIME})


@dataclass(frozen=True, slots=True)
class GuardRule:
    """A compiled guard; `field` is a field of the step's own form that the guard reads."""

    expression: Expression
    message: Text
    field: str | None


@dataclass(frozen=True, slots=True)
class EffectRule:
    """A compiled effect; without an expression the effect is the same every time."""

    effect: Effect
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One transition as tables; `allowed` and `requested` are its ready-made decisions."""

    code: str
    name: Text
    sources: frozenset[str]
    to: str
    roles: frozenset[str]
    require: tuple[str, ...]
    form_fields: frozenset[str]
    guards: tuple[GuardRule, ...]
    effects: tuple[EffectRule, ...]
    four_eyes: bool
    confirm_roles: frozenset[str]
    reason_mode: Literal["none", "optional", "required"]
    reads: frozenset[str] | None
    roots: frozenset[str]
    is_plain: bool
    allowed: Decision


@dataclass(frozen=True, slots=True)
class StateView:
    """A state on the hot path."""

    code: str
    name: Text
    is_terminal: bool


@dataclass(frozen=True, slots=True)
class EventRule:
    """An event that can be recorded on an open case."""

    code: str
    name: Text
    roles: frozenset[str]
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """A compiled case type; `moves` answers (state, transition) with the rule, if there is one."""

    code: str
    name: Text
    initial_state: str
    states: Mapping[str, StateView]
    rules: Mapping[str, Rule]
    moves: Mapping[str, Mapping[str, Rule]]
    events: Mapping[str, EventRule]
    clocks: tuple[ClockRule, ...]
    field_names: Mapping[str, Text]
    dated: frozenset[str]
    role_names: Mapping[str, Text]
    leaders: frozenset[str]
    participants: frozenset[str]
    opening: Rule


def compile_definition(
    case_type: source.CaseType, roles: Iterable[Role] | Mapping[str, Role] = ()
) -> Machine:
    """Compile a case type for the engine.

    `roles` gives the roles their names and says who leads; without it codes stand for names. Raises
    DefinitionError when the tables would not be closed: a code given twice, a step to a state that
    does not exist, an expression that is not CEL, a four-eyes step that no leader could confirm.
    """
    known = list(roles.values() if isinstance(roles, Mapping) else roles)
    leaders = frozenset(role.code for role in known if role.is_leader)
    faults = tuple(_faults(case_type, leaders))
    if faults:
        raise DefinitionError(case_type.code, faults)
    required = frozenset(item.code for item in case_type.fields if item.required)
    rules = {item.code: _rule(item, leaders, required) for item in case_type.transitions}
    return Machine(
        code=case_type.code,
        name=case_type.name,
        initial_state=case_type.initial_state,
        states={s.code: StateView(s.code, s.name, s.is_terminal) for s in case_type.states},
        rules=rules,
        moves={state.code: _exits(state.code, rules) for state in case_type.states},
        events={
            event.code: EventRule(event.code, event.name, frozenset(event.roles), event.ask)
            for event in case_type.events
        },
        clocks=tuple(compile_clock(clock) for clock in case_type.clocks),
        field_names={item.code: item.name for item in case_type.fields},
        dated=frozenset(item.code for item in case_type.fields if item.type in DATED_TYPES),
        role_names={role.code: role.name for role in known},
        leaders=leaders,
        participants=frozenset(case_type.open.roles).union(*(r.roles for r in rules.values())),
        opening=_opening(case_type, required),
    )


def _exits(state: str, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    return {code: rule for code, rule in rules.items() if state in rule.sources}


def _rule(step: source.Transition, leaders: frozenset[str], required: frozenset[str]) -> Rule:
    units = [item.unit_field for item in step.effects if isinstance(item, source.AssignUnit)]
    asked = [code for code in step.ask if code in required]
    require = tuple(dict.fromkeys([*step.require, *asked, *units]))
    form_fields = frozenset(require) | frozenset(step.ask)
    guards = tuple(_guard(guard, form_fields) for guard in step.guards)
    effects = tuple(_effect(effect) for effect in step.effects)
    is_static = all(rule.effect.do in {"open_case", "release"} for rule in effects)
    return Rule(
        code=step.code,
        name=step.name,
        sources=frozenset(step.sources),
        to=step.to,
        roles=frozenset(step.roles),
        require=require,
        form_fields=form_fields,
        guards=guards,
        effects=effects,
        four_eyes=step.four_eyes,
        confirm_roles=frozenset(step.confirm) or leaders,
        reason_mode=step.reason,
        reads=_reads([*guards, *effects]),
        roots=_roots([*guards, *effects]),
        is_plain=is_static and not step.four_eyes and step.reason == "none",
        allowed=Decision(
            allowed=True,
            transition=step.code,
            name=step.name,
            to_state=step.to,
            effects=tuple(rule.effect for rule in effects),
            require=require,
            ask=tuple(code for code in step.ask if code not in require),
            reason_mode=step.reason,
            generate=step.generate,
            notify=step.notify,
            is_primary=step.primary,
        ),
    )


def _opening(case_type: source.CaseType, required: frozenset[str]) -> Rule:
    """Express the opening of a case as a step, so that one judge serves both."""
    fields = case_type.open.fields
    step = source.Transition.model_validate(
        {
            "code": "open",
            "name": Text("Mở hồ sơ", "Open a case"),
            "from": [case_type.initial_state],
            "to": case_type.initial_state,
            "roles": case_type.open.roles,
            "require": [code for code in fields if code in required],
            "ask": [code for code in fields if code not in required],
        }
    )
    return _rule(step, frozenset(), required)


def _guard(guard: source.Guard, form_fields: frozenset[str]) -> GuardRule:
    expression = compile_expression(guard.when)
    on_form = sorted((expression.fields or frozenset()) & form_fields)
    return GuardRule(expression, guard.message, on_form[0] if on_form else None)


def _effect(effect: source.Effect) -> EffectRule:
    if isinstance(effect, source.AssignUnit):
        return EffectRule(Effect("assign_unit", effect.unit_field))
    if isinstance(effect, source.SetField):
        return EffectRule(Effect("set", effect.field), compile_expression(effect.value))
    if isinstance(effect, source.OpenCase):
        return EffectRule(Effect("open_case", effect.type, fields=effect.copy_fields))
    return EffectRule(Effect("release"))


def _reads(rules: Iterable[GuardRule | EffectRule]) -> frozenset[str] | None:
    names: frozenset[str] = frozenset()
    for rule in rules:
        if rule.expression is not None:
            if rule.expression.fields is None:
                return None
            names |= rule.expression.fields
    return names


def _roots(rules: Iterable[GuardRule | EffectRule]) -> frozenset[str]:
    used = (rule.expression.roots for rule in rules if rule.expression is not None)
    return frozenset[str]().union(*used)


def _faults(case_type: source.CaseType, leaders: frozenset[str]) -> Iterable[Fault]:
    yield from _duplicates(case_type)
    states = {state.code for state in case_type.states}
    for index, step in enumerate(case_type.transitions):
        for code in sorted({*step.sources, step.to} - states):
            yield Fault(f"transitions[{index}]", f"trạng thái “{code}” không có")
        if step.four_eyes and not (step.confirm or leaders):
            yield Fault(
                f"transitions[{index}].four_eyes", "chưa biết vai trò lãnh đạo nào xác nhận"
            )
    for path, expression in expressions_of(case_type):
        try:
            compile_expression(expression)
        except ExpressionError as error:
            yield Fault(path, str(error))


def _duplicates(case_type: source.CaseType) -> Iterable[Fault]:
    for key in ("fields", "states", "transitions", "clocks", "events"):
        codes = Counter(item.code for item in getattr(case_type, key))
        repeated = (code for code, count in codes.items() if count > 1)
        yield from (Fault(key, f"mã “{code}” dùng nhiều lần") for code in repeated)


def expressions_of(case_type: source.CaseType) -> Iterable[tuple[str, str]]:
    """Yield (path in the YAML, CEL source) for every expression of a case type."""
    for index, step in enumerate(case_type.transitions):
        for number, guard in enumerate(step.guards):
            yield f"transitions[{index}].guards[{number}].when", guard.when
        for number, effect in enumerate(step.effects):
            if isinstance(effect, source.SetField):
                yield f"transitions[{index}].effects[{number}].value", effect.value
    for index, clock in enumerate(case_type.clocks):
        if clock.when is not None:
            yield f"clocks[{index}].when", clock.when
