"""What people do between the steps: correct or complete the facts, tick off what a state asks.

A correction takes the fields that the person may edit in the present state. What a four-eyes step
has asked for is corrected by those who confirm that step; the field that has given the case to a
unit is changed by a step alone. Changing what is written needs a reason; filling a blank does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from app.workflow import reasons
from app.workflow.decisions import NOTHING, REASON_FIELD, ActorView, Decision, Reason, Situation
from app.workflow.expressions import is_filled
from app.workflow.field_rights import against_answer, surroundings
from app.workflow.field_rules import follow
from app.workflow.machine import Machine
from app.workflow.text import Text

CORRECT = "correct"
TICK = "tick"
_CORRECT_NAME = Text("Sửa thông tin", "Correct the facts")
_TICK_NAME = Text("Đánh dấu việc", "Tick off")


def decide_correction(
    machine: Machine,
    situation: Situation,
    actor: ActorView,
    *,
    answers: Mapping[str, object] = NOTHING,
    now: datetime,
) -> Decision:
    """Judge a change of facts outside the steps; `ask` lists the fields open to this person."""
    facts = {**situation.data, **answers}
    hidden = follow(machine.fields, facts, surroundings(situation, actor, now=now)).hidden
    against = [
        *_against_case(machine, situation),
        *_against_actor(machine, actor),
        *_against_answers(machine, situation, actor, answers),
    ]
    return Decision(
        allowed=not against,
        transition=CORRECT,
        name=_CORRECT_NAME,
        to_state=situation.state,
        reasons=tuple(against),
        missing=tuple(reason.field for reason in against if reason.field is not None),
        hidden=hidden,
        ask=tuple(
            code
            for code in machine.fields.order
            if not any(True for _ in against_correcting(machine, situation, actor, code))
        ),
        reason_mode="optional",
    )


def against_correcting(
    machine: Machine, situation: Situation, actor: ActorView, field: str
) -> Iterator[Reason]:
    """Yield why this person may not correct a field now."""
    rules = machine.fields
    yield from against_answer(machine, field, state=situation.state, roles=actor.roles)
    if field in rules.assigning:
        yield reasons.assigning_field(machine, field)
    correctors = rules.correctors.get(field)
    is_held = is_filled(situation.data.get(field))
    if correctors and field not in rules.edits and is_held and actor.roles.isdisjoint(correctors):
        yield reasons.second_hand(machine, field, correctors)


def decide_tick(
    machine: Machine, situation: Situation, actor: ActorView, item: str, *, is_done: bool
) -> Decision:
    """Judge ticking off (or taking back) one thing of the present state's checklist."""
    state = machine.states.get(situation.state)
    known = {one.code: one.name for one in state.checklist} if state is not None else {}
    against = [*_against_case(machine, situation), *_against_actor(machine, actor)]
    if item not in known:
        against.append(reasons.unknown_item(item))
    elif (item in situation.checked) == is_done:
        against.append(reasons.ticked_already(known[item], is_done=is_done))
    return Decision(
        allowed=not against,
        transition=TICK,
        name=known.get(item, _TICK_NAME),
        to_state=situation.state,
        reasons=tuple(against),
    )


def _against_case(machine: Machine, situation: Situation) -> Iterator[Reason]:
    state = machine.states.get(situation.state)
    if situation.is_merged:
        yield reasons.merged()
    elif state is not None and state.is_terminal:
        yield reasons.closed(machine, situation.state)
    if situation.pending is not None:
        yield reasons.pending_other(machine, situation.pending)


def _against_actor(machine: Machine, actor: ActorView) -> Iterator[Reason]:
    able = machine.participants | machine.leaders
    if actor.roles.isdisjoint(able):
        yield reasons.wrong_role(machine, _CORRECT_NAME, able)


def _against_answers(
    machine: Machine, situation: Situation, actor: ActorView, answers: Mapping[str, object]
) -> Iterator[Reason]:
    changed = sorted(answers.keys() - {REASON_FIELD})
    for field in changed:
        if field not in machine.field_names:
            yield reasons.unexpected_field(machine, _CORRECT_NAME, field)
            continue
        yield from against_correcting(machine, situation, actor, field)
        if field in machine.fields.required and not is_filled(answers[field]):
            yield reasons.missing_field(machine, field)
    overwrites = any(is_filled(situation.data.get(field)) for field in changed)
    if overwrites and not is_filled(answers.get(REASON_FIELD)):
        yield reasons.missing_reason(_CORRECT_NAME)
