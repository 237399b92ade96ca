"""A case type turned into tables, so that judging an act costs a few dictionary look-ups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from app.workflow import definition as source
from app.workflow.cel_quick import Judge, quick_judge
from app.workflow.clock_rules import ClockRule, compile_clock
from app.workflow.decisions import Decision, Effect, Role
from app.workflow.errors import DefinitionError, Fault
from app.workflow.expressions import Expression, ExpressionError, compile_expression
from app.workflow.field_rules import FieldRules, compile_fields
from app.workflow.text import Text
from app.workflow.tracks import Track


@dataclass(frozen=True, slots=True)
class GuardRule:
    """A compiled guard; `field` is one of the step's own form that it reads or computes from.

    `quick` judges it without CEL where it can; it never says anything else than CEL.
    """

    expression: Expression
    message: Text
    field: str | None
    quick: Judge | None = None


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
class ItemView:
    """One thing to be done in a state."""

    code: str
    name: Text
    is_required: bool


@dataclass(frozen=True, slots=True)
class StateView:
    """A state on the hot path."""

    code: str
    name: Text
    is_terminal: bool
    checklist: tuple[ItemView, ...] = ()


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
    fields: FieldRules
    field_names: Mapping[str, Text]
    dated: frozenset[str]
    role_names: Mapping[str, Text]
    leaders: frozenset[str]
    participants: frozenset[str]
    opening: Rule
    tracks: tuple[Track, ...] = ()


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
    fields = compile_fields(case_type, leaders)
    rules = {item.code: _rule(item, leaders, fields) for item in case_type.transitions}
    states = {state.code: _state(state) for state in case_type.states}
    bound = {code for code, state in states.items() if any(i.is_required for i in state.checklist)}
    ends = {code for code, state in states.items() if state.is_terminal and case_type.tracks}
    rules = {code: _bound(rule, bound, ends) for code, rule in rules.items()}
    return Machine(
        code=case_type.code,
        name=case_type.name,
        initial_state=case_type.initial_state,
        states=states,
        rules=rules,
        moves={state.code: _exits(state.code, rules) for state in case_type.states},
        events={
            event.code: EventRule(event.code, event.name, frozenset(event.roles), event.ask)
            for event in case_type.events
        },
        clocks=tuple(compile_clock(clock) for clock in case_type.clocks),
        fields=fields,
        field_names={item.code: item.name for item in case_type.fields},
        dated=fields.dated,
        role_names={role.code: role.name for role in known},
        leaders=leaders,
        participants=frozenset(case_type.open.roles).union(*(r.roles for r in rules.values())),
        opening=_opening(case_type, fields),
        tracks=case_type.tracks,
    )


def _exits(state: str, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    return {code: rule for code, rule in rules.items() if state in rule.sources}


def _state(state: source.State) -> StateView:
    items = tuple(ItemView(item.code, item.name, item.required) for item in state.checklist)
    return StateView(state.code, state.name, state.is_terminal, items)


def _bound(rule: Rule, bound: set[str], ends: set[str]) -> Rule:
    """Take a step off the short way that leaves things to be done, or ends what has children."""
    return replace(rule, is_plain=False) if rule.sources & bound or rule.to in ends else rule


def _rule(step: source.Transition, leaders: frozenset[str], fields: FieldRules) -> Rule:
    units = [item.unit_field for item in step.effects if isinstance(item, source.AssignUnit)]
    asked = [code for code in step.ask if code in fields.required]
    require = tuple(dict.fromkeys([*step.require, *asked, *units]))
    form_fields = (frozenset(require) | frozenset(step.ask)) - fields.computed
    guards = tuple(_guard(guard, form_fields, fields) for guard in step.guards)
    effects = tuple(_effect(effect) for effect in step.effects)
    is_static = all(rule.effect.do in {"open_case", "release"} for rule in effects)
    reads = _reads([*guards, *effects])
    is_free = _is_free(fields, frozenset(require) | frozenset(step.ask), reads)
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
        reads=reads,
        roots=_roots([*guards, *effects]),
        is_plain=is_static and is_free and not step.four_eyes and step.reason == "none",
        allowed=Decision(
            allowed=True,
            transition=step.code,
            name=step.name,
            to_state=step.to,
            effects=tuple(rule.effect for rule in effects),
            require=require,
            ask=tuple(code for code in step.ask if code not in {*require, *fields.computed}),
            reason_mode=step.reason,
            generate=step.generate,
            notify=step.notify,
            is_primary=step.primary,
        ),
    )


def _is_free(fields: FieldRules, asked: frozenset[str], reads: frozenset[str] | None) -> bool:
    """Whether nothing that a step asks or reads has a rule of its own."""
    ruled = fields.derived | fields.edits.keys()
    return asked.isdisjoint(ruled) and (not fields.derivations or not _meets(reads, ruled))


def _meets(reads: frozenset[str] | None, ruled: frozenset[str]) -> bool:
    return reads is None or not reads.isdisjoint(ruled)


def _opening(case_type: source.CaseType, fields: FieldRules) -> Rule:
    """Express the opening of a case as a step, so that one judge serves both."""
    asked = case_type.open.fields
    step = source.Transition.model_validate(
        {
            "code": "open",
            "name": Text("Mở hồ sơ", "Open a case"),
            "from": [case_type.initial_state],
            "to": case_type.initial_state,
            "roles": case_type.open.roles,
            "require": [code for code in asked if code in fields.required],
            "ask": [code for code in asked if code not in fields.required],
        }
    )
    return _rule(step, frozenset(), fields)


def _guard(guard: source.Guard, form_fields: frozenset[str], fields: FieldRules) -> GuardRule:
    expression = compile_expression(guard.when)
    on_form = sorted(fields.typed(expression.fields) & form_fields)
    quick = quick_judge(guard.when, fields.dated)
    return GuardRule(expression, guard.message, on_form[0] if on_form else None, quick)


def _effect(effect: source.Effect) -> EffectRule:
    if isinstance(effect, source.AssignUnit):
        return EffectRule(Effect("assign_unit", effect.unit_field))
    if isinstance(effect, source.InvolveUnit):
        return EffectRule(Effect("involve_unit", effect.unit_field))
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
        yield from _expressions_of_step(f"transitions[{index}]", step)
    for index, clock in enumerate(case_type.clocks):
        if clock.when is not None:
            yield f"clocks[{index}].when", clock.when
    for index, milestone in enumerate(case_type.milestones):
        yield from _conditions(f"milestones[{index}]", milestone, "when")
    if case_type.protect is not None:
        yield from _conditions("protect", case_type.protect, "victims", "minors")
    for index, item in enumerate(case_type.fields):
        yield from _conditions(f"fields[{index}]", item, "shown_when", "compute")


def _conditions(path: str, part: object, *keys: str) -> Iterable[tuple[str, str]]:
    found = ((f"{path}.{key}", getattr(part, key)) for key in keys)
    yield from ((where, said) for where, said in found if said is not None)


def _expressions_of_step(path: str, step: source.Transition) -> Iterable[tuple[str, str]]:
    for number, guard in enumerate(step.guards):
        yield f"{path}.guards[{number}].when", guard.when
    for number, effect in enumerate(step.effects):
        if isinstance(effect, source.SetField):
            yield f"{path}.effects[{number}].value", effect.value
