"""One judgement for the button and for the POST: may this person take this step, and if not, why.

Decisions that the definitions leave open are taken here once:

* all reasons against a step are collected, so that a person can cure them in one go;
* an answer replaces what the case holds; a blank answer counts as missing;
* a step accepts only the fields that it requires or asks, and `reason` where it takes one;
* a guard that cannot be evaluated (a fact is absent or of another type) refuses;
* a four-eyes step is first requested by a person who may take it, then confirmed by a different
  person of a leader role (or of the roles named under `confirm`) who cannot change the answers;
  while a request waits, no other step is taken; it can be withdrawn;
* a suspended, merged or closed case takes no step;
* a field whose condition does not hold is neither required nor kept; a computed field takes no
  answer, and a field takes one only from those, and in the states, that its edit rights name;
* a state is left only when what its checklist requires is done;
* a case that tracks vessels, persons or sanctions ends only when each of them has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import cel

from app.workflow import reasons
from app.workflow.acts import GLOBAL_ACTS, SUSPEND_REASONS, available_acts, decide_act
from app.workflow.corrections import decide_correction, decide_tick, items_before
from app.workflow.decisions import (
    NOTHING,
    REASON_FIELD,
    ActorView,
    Decision,
    Effect,
    PendingRequest,
    Reason,
    Role,
    Situation,
)
from app.workflow.expressions import UnresolvedError, build_context, is_filled
from app.workflow.field_rights import against_answer, consequences, is_answerable, surroundings
from app.workflow.field_rules import as_stored, follow
from app.workflow.four_eyes import against_one_hand
from app.workflow.machine import EventRule, GuardRule, Machine, Rule, compile_definition
from app.workflow.text import Text
from app.workflow.tracks import still_open

__all__ = [
    "GLOBAL_ACTS",
    "SUSPEND_REASONS",
    "ActorView",
    "Decision",
    "Effect",
    "Machine",
    "PendingRequest",
    "Reason",
    "Role",
    "Situation",
    "available",
    "available_acts",
    "compile_definition",
    "consequences",
    "decide",
    "decide_correction",
    "decide_event",
    "decide_opening",
    "decide_tick",
]


def decide(
    machine: Machine,
    situation: Situation,
    actor: ActorView,
    code: str,
    *,
    answers: Mapping[str, object] = NOTHING,
    now: datetime,
) -> Decision:
    """Judge a transition or a global act; never raises, whatever the facts are.

    `answers` maps field codes to what the form brought, `now` is an aware moment. The answers of a
    confirmed four-eyes step are those of the request (`situation.pending.answers`).
    """
    moves = machine.moves.get(situation.state)
    rule = moves.get(code) if moves is not None else None
    if (
        rule is not None
        and rule.is_plain
        and situation.pending is None
        and not situation.is_suspended
        and not situation.is_merged
        and not actor.roles.isdisjoint(rule.roles)
        and _has_all(rule, situation.data, answers)
        and (
            not rule.guards
            or _hold_quickly(rule, situation, answers)
            or _all_hold(_Attempt(machine, situation, actor, rule, answers, now))
        )
    ):
        return rule.allowed
    known = machine.rules.get(code)
    if known is not None:
        return _judge(_Attempt(machine, situation, actor, known, answers, now))
    if code in GLOBAL_ACTS:
        return decide_act(machine, situation, actor, code, answers)
    reason = reasons.unknown_transition(code)
    return Decision(
        allowed=False, transition=code, name=Text(code), to_state=situation.state, reasons=(reason,)
    )


def available(
    machine: Machine, situation: Situation, actor: ActorView, *, now: datetime
) -> list[Decision]:
    """Judge every transition that leaves the present state, in the order of the definition."""
    exits = machine.moves.get(situation.state, {})
    return [decide(machine, situation, actor, code, now=now) for code in exits]


def decide_opening(
    machine: Machine, actor: ActorView, *, answers: Mapping[str, object], now: datetime
) -> Decision:
    """Judge the opening of a case of this type with these first answers."""
    situation = Situation(machine.initial_state, NOTHING, 0, now, actor.unit_code)
    return _judge(_Attempt(machine, situation, actor, machine.opening, answers, now))


def decide_event(
    machine: Machine,
    situation: Situation,
    actor: ActorView,
    code: str,
    *,
    answers: Mapping[str, object] = NOTHING,
) -> Decision:
    """Judge the recording of an event of the definition; events do not move a case."""
    rule = machine.events.get(code)
    if rule is None:
        against = [reasons.unknown_transition(code)]
        rule = EventRule(code, Text(code), frozenset(), ())
    else:
        against = list(_against_event(machine, situation, actor, rule, answers))
    return Decision(
        allowed=not against,
        transition=f"event:{code}",
        name=rule.name,
        to_state=situation.state,
        reasons=tuple(against),
        ask=rule.ask,
        reason_mode="optional",
    )


def _against_event(
    machine: Machine,
    situation: Situation,
    actor: ActorView,
    rule: EventRule,
    answers: Mapping[str, object],
) -> Iterable[Reason]:
    if situation.is_merged:
        yield reasons.merged()
    roles = rule.roles or machine.participants
    if actor.roles.isdisjoint(roles):
        yield reasons.wrong_role(machine, rule.name, roles)
    for field in sorted(answers.keys() - {REASON_FIELD}):
        if field not in rule.ask:
            yield reasons.unexpected_field(machine, rule.name, field)
        else:
            yield from against_answer(machine, field, state=situation.state, roles=actor.roles)


def _has_all(rule: Rule, data: Mapping[str, object], answers: Mapping[str, object]) -> bool:
    if answers and not answers.keys() <= rule.form_fields:
        return False
    for field in rule.require:
        if not is_filled(answers[field] if field in answers else data.get(field)):
            return False
    return True


def _hold_quickly(rule: Rule, situation: Situation, answers: Mapping[str, object]) -> bool:
    """Whether every guard holds, for certain and without CEL."""
    facts = {**situation.data, **answers} if answers else situation.data
    for guard in rule.guards:  # noqa: SIM110  a generator would cost a third of the judgement
        if guard.quick is None or guard.quick(facts) is not True:
            return False
    return True


def _all_hold(attempt: _Attempt) -> bool:
    """Whether every guard holds; why one does not is found on the slow path."""
    context = _context(attempt, attempt.facts)
    return not any(True for _ in _against_guards(attempt.rule.guards, context))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One person trying one step, on the slow path that finds every reason."""

    machine: Machine
    situation: Situation
    actor: ActorView
    rule: Rule
    answers: Mapping[str, object]
    now: datetime

    @property
    def confirmed(self) -> PendingRequest | None:
        """The waiting request that this step would confirm."""
        pending = self.situation.pending
        fits = pending is not None and self.rule.four_eyes and pending.transition == self.rule.code
        return pending if fits else None

    @property
    def given(self) -> Mapping[str, object]:
        return self.confirmed.answers if self.confirmed else self.answers

    @property
    def facts(self) -> Mapping[str, object]:
        return {**self.situation.data, **self.given}


def _judge(attempt: _Attempt) -> Decision:
    rule = attempt.rule
    facts, hidden = _followed(attempt)
    missing = tuple(
        field for field in rule.require if field not in hidden and not is_filled(facts.get(field))
    )
    against = [
        *_against_case(attempt),
        *_against_actor(attempt),
        *_against_leaving(attempt),
        *_against_answers(attempt),
        *(_missing(attempt, field) for field in missing),
    ]
    effects = rule.allowed.effects
    if rule.guards or rule.effects:
        context = _context(attempt, facts)
        against += _against_guards(rule.guards, context)
        effects, problems = _resolved(attempt, facts, context)
        against += problems
    return replace(
        rule.allowed,
        allowed=not against,
        reasons=tuple(against),
        missing=missing,
        hidden=hidden & rule.form_fields,
        needs_second_person=rule.four_eyes and attempt.confirmed is None,
        confirms=attempt.confirmed is not None,
        effects=() if against else effects,
    )


def _followed(attempt: _Attempt) -> tuple[Mapping[str, object], frozenset[str]]:
    """The facts as they would be, and the fields that are then not there."""
    if not attempt.machine.fields.derivations:
        return attempt.facts, frozenset()
    around = surroundings(attempt.situation, attempt.actor, now=attempt.now)
    followed = follow(attempt.machine.fields, attempt.facts, around)
    return followed.facts, followed.hidden


def _missing(attempt: _Attempt, field: str) -> Reason:
    """What is missing: curable on the form only by those who may fill it in."""
    machine, state = attempt.machine, attempt.situation.state
    if attempt.confirmed or is_answerable(machine, field, state=state, roles=attempt.actor.roles):
        return reasons.missing_field(machine, field)
    return reasons.missing_elsewhere(machine, field)


def _against_case(attempt: _Attempt) -> Iterable[Reason]:
    machine, situation, rule = attempt.machine, attempt.situation, attempt.rule
    state = machine.states.get(situation.state)
    if situation.is_merged:
        yield reasons.merged()
    if state is not None and state.is_terminal:
        yield reasons.closed(machine, situation.state)
    elif situation.state not in rule.sources:
        yield reasons.wrong_state(machine, rule, situation.state)
    if situation.is_suspended:
        yield reasons.suspended()
    if situation.pending is not None and attempt.confirmed is None:
        yield reasons.pending_other(machine, situation.pending)


def _against_leaving(attempt: _Attempt) -> Iterable[Reason]:
    """Why the present state is not done with: what is not ticked off, who has not ended."""
    machine, situation, rule = attempt.machine, attempt.situation, attempt.rule
    if situation.state not in rule.sources:
        return
    names = {item.code: item.name for item in machine.states[situation.state].checklist}
    for code in items_before(machine, situation, rule):
        yield reasons.unchecked(code, names[code])
    if machine.tracks and machine.states[rule.to].is_terminal:
        waiting = still_open(machine.tracks, situation.open_children)
        if waiting is not None:
            yield reasons.open_children(*waiting)


def _against_actor(attempt: _Attempt) -> Iterable[Reason]:
    machine, actor, rule = attempt.machine, attempt.actor, attempt.rule
    pending = attempt.confirmed
    if pending is None:
        if actor.roles.isdisjoint(rule.roles):
            yield reasons.wrong_role(machine, rule.name, rule.roles)
        return
    yield from against_one_hand(rule, pending, actor)
    if actor.roles.isdisjoint(rule.confirm_roles):
        yield reasons.second_person(machine, rule)


def _against_answers(attempt: _Attempt) -> Iterable[Reason]:
    rule, given = attempt.rule, attempt.given
    takes_reason = rule.reason_mode != "none"
    accepted = rule.form_fields | {REASON_FIELD} if takes_reason else rule.form_fields
    for field in sorted(given.keys() - accepted - attempt.machine.fields.computed):
        yield reasons.unexpected_field(attempt.machine, rule.name, field)
    if attempt.confirmed is None:
        state, roles = attempt.situation.state, attempt.actor.roles
        for field in sorted(given.keys() - {REASON_FIELD}):
            yield from against_answer(attempt.machine, field, state=state, roles=roles)
    if rule.reason_mode == "required" and not is_filled(given.get(REASON_FIELD)):
        yield reasons.missing_reason(rule.name)
    if attempt.confirmed and attempt.answers.keys() - {REASON_FIELD}:
        yield reasons.confirm_changes(rule)


def _against_guards(guards: Iterable[GuardRule], context: cel.Context) -> Iterable[Reason]:
    for guard in guards:
        try:
            if not guard.expression.holds(context):
                yield reasons.guard_failed(guard)
        except UnresolvedError:
            yield reasons.guard_unresolved(guard)


def _resolved(
    attempt: _Attempt, facts: Mapping[str, object], context: cel.Context
) -> tuple[tuple[Effect, ...], list[Reason]]:
    """Give the effects their values; what cannot be computed becomes a reason."""
    effects: list[Effect] = []
    problems: list[Reason] = []
    for item in attempt.rule.effects:
        effect = item.effect
        if effect.do in {"assign_unit", "involve_unit"}:
            effect = replace(effect, value=facts.get(effect.target))
        elif item.expression is not None:
            try:
                value = item.expression.value(context)
                is_day = effect.target in attempt.machine.fields.days
                effect = replace(effect, value=as_stored(value, is_day=is_day))
            except UnresolvedError:
                problems.append(reasons.effect_unresolved(attempt.machine, effect.target))
        effects.append(effect)
    return tuple(effects), problems


def _context(attempt: _Attempt, facts: Mapping[str, object]) -> cel.Context:
    """Build what CEL sees, and only that: converting a value costs more than judging it."""
    situation, actor, rule = attempt.situation, attempt.actor, attempt.rule
    case: dict[str, object] = {}
    if "case" in rule.roots:
        case = {
            "state": situation.state,
            "reference": situation.reference,
            "opened_at": situation.opened_at,
            "owner_unit": situation.owner_unit,
        }
    return build_context(
        facts,
        case=case,
        actor={"roles": actor.roles, "unit": actor.unit_code} if "actor" in rule.roots else {},
        now=attempt.now,
        only=rule.reads,
        dated=attempt.machine.dated,
    )
