"""Who may answer which field now, and what an answer brings with it: one judgement for all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.workflow import reasons
from app.workflow.decisions import ActorView, Reason, Situation
from app.workflow.expressions import is_filled
from app.workflow.field_rules import Surroundings, follow
from app.workflow.machine import Machine


def surroundings(situation: Situation, actor: ActorView, *, now: datetime) -> Surroundings:
    return Surroundings(
        case={
            "state": situation.state,
            "reference": situation.reference,
            "opened_at": situation.opened_at,
            "owner_unit": situation.owner_unit,
        },
        actor={"roles": actor.roles, "unit": actor.unit_code},
        now=now,
    )


def consequences(
    machine: Machine, situation: Situation, actor: ActorView, *, now: datetime
) -> dict[str, object]:
    """What the facts of the case bring with them: computed values, and None for what must go."""
    rules = machine.fields
    if not rules.derivations:
        return {}
    facts = situation.data
    followed = follow(rules, facts, surroundings(situation, actor, now=now)).facts
    return {
        item.code: followed[item.code]
        for item in rules.derivations
        if _differs(facts.get(item.code), followed.get(item.code))
    }


def _differs(was: object, now: object) -> bool:
    return was != now and (is_filled(was) or is_filled(now))


def hidden_fields(
    machine: Machine, situation: Situation, actor: ActorView, *, now: datetime
) -> frozenset[str]:
    """The fields whose condition does not hold on the facts of this case."""
    around = surroundings(situation, actor, now=now)
    return follow(machine.fields, situation.data, around).hidden


def is_answerable(machine: Machine, field: str, *, state: str, roles: frozenset[str]) -> bool:
    return not any(True for _ in against_answer(machine, field, state=state, roles=roles))


def against_answer(
    machine: Machine, field: str, *, state: str, roles: frozenset[str]
) -> Iterator[Reason]:
    """Yield why these roles may not answer the field in this state."""
    rules = machine.fields
    rule = rules.edits.get(field)
    if field in rules.computed:
        yield reasons.computed_field(machine, field)
    elif rule is not None and not rule.allows(roles, state):
        yield reasons.not_editable(machine, field)
