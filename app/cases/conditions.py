"""What the answers on a form call for: which fields are there now, which are computed or closed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.form_fields import FactForm, FileFact
from app.cases.group_fields import GroupFact
from app.cases.heads import view_of
from app.cases.shielding import names_to
from app.cases.values import shown_to
from app.permissions import Actor
from app.workflow.decisions import NOTHING, Reason, Situation
from app.workflow.definition import FieldDefinition
from app.workflow.field_rights import against_answer, surroundings
from app.workflow.field_rules import follow

Answers = Mapping[str, Any]  # Any: JSON values of the case


def opening_situation(definition: Definition, actor: Actor, *, now: datetime) -> Situation:
    """A case before it is opened."""
    return Situation(definition.machine.initial_state, NOTHING, 0, now, actor.unit_code)


def with_computed(
    definition: Definition, fields: Sequence[FieldDefinition]
) -> list[FieldDefinition]:
    """The fields of a form, and behind them what is computed from their answers."""
    asked = {item.code for item in fields}
    found = list(fields)
    for rule in definition.machine.fields.derivations:
        reads = rule.compute.fields if rule.compute is not None else frozenset()
        if rule.compute is not None and (reads is None or reads & asked) and rule.code not in asked:
            found.append(definition.fields[rule.code])
    return found


def closed_fields(
    actor: Actor, definition: Definition, fields: Iterable[FieldDefinition], *, state: str
) -> dict[str, str]:
    """The fields that this person only reads on the form now, each with the reason in words."""
    found = {}
    for item in fields:
        against = against_answer(definition.machine, item.code, state=state, roles=actor.roles)
        first: Reason | None = next(iter(against), None)
        if first is not None:
            found[item.code] = first.text.in_locale(actor.locale)
    return found


def is_reshaped(form: FactForm) -> bool:
    """Whether a button of a group only asked for a row more or less; uploads are kept."""
    groups = [fact for fact in form.facts() if isinstance(fact, GroupFact)]
    if not any(fact.is_reshaped for fact in groups):
        return False
    for fact in form.facts():
        if isinstance(fact, FileFact):
            fact.validate(form)
    return True


def hide(
    form: FactForm,
    actor: Actor,
    definition: Definition,
    situation: Situation,
    *,
    answers: Answers = NOTHING,
    now: datetime,
) -> None:
    """Mark the fields that these answers do not call for; nothing is wrong with an absent field."""
    if not form.conditional:
        return
    around = surroundings(situation, view_of(actor), now=now)
    hidden = follow(definition.machine.fields, {**situation.data, **answers}, around).hidden
    form.hidden = hidden & form.conditional
    for code in form.hidden:
        form[code].errors = []


def told(
    session: Session,
    actor: Actor,
    definition: Definition,
    situation: Situation,
    form: FactForm,
    *,
    now: datetime,
) -> dict[str, Any]:  # Any: JSON
    """What the browser is told while one types: absent fields, and computed values in words."""
    form.validate()
    facts = {**situation.data, **form.answers()}
    after = replace(situation, data=facts)
    followed = follow(
        definition.machine.fields, facts, surroundings(after, view_of(actor), now=now)
    )
    names = names_to(session, actor, definition, followed.facts)
    computed = {
        code: shown_to(
            actor, definition.fields[code], followed.facts.get(code), names, state=situation.state
        )
        for code in definition.machine.fields.computed & set(form.codes())
    }
    return {"hidden": sorted(followed.hidden & form.conditional), "computed": computed}
