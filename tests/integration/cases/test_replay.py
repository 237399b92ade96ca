"""The events of a case tell it again: its state and its facts, on random walks through a type."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.heads import definition_of_head, get_head
from app.cases.models import CaseEvent, EventKind
from app.cases.past import states_at
from app.cases.recording import first_bad_event
from app.cases.services import open_case, perform_transition
from app.errors import Refused
from app.permissions import Actor
from app.workflow.definition import FieldDefinition, FieldType
from app.workflow.engine import Machine
from tests.integration.cases.people import NOW, a_unit, acting

TYPES = ("early_warning", "local_agreement", "mechanism_meeting", "training")
STEPS = 8
SAMPLES: dict[FieldType, Any] = {
    FieldType.NUMBER: 3,
    FieldType.MONEY: 1_000_000,
    FieldType.DATE: "2026-03-01",
    FieldType.DATETIME: "2026-03-01T08:00:00+07:00",
    FieldType.BOOLEAN: False,
    FieldType.COUNTRY: "KH",
}


@pytest.mark.parametrize("code", TYPES)
@pytest.mark.parametrize("seed", [1, 2])
def test_events_tell_the_case_again(session: Session, code: str, seed: int) -> None:
    chance, now = Random(seed), NOW  # noqa: S311  a repeatable walk, no secret
    people = _people(session)
    head = open_case(
        session,
        people[0],
        code,
        answers={"agreement_name": "Thỏa thuận", "alert_name": "Cảnh báo"},
        pack=None,
        now=now,
        is_side_case=True,
    )
    definition = definition_of_head(session, head)
    for _ in range(STEPS):
        exits = _open_exits(definition.machine, head.state)
        if not exits:
            break
        now += timedelta(hours=5)
        name = chance.choice(exits)
        with suppress(Refused):  # a refused step leaves nothing behind
            _step(session, people, head.reference, name, fields=definition.fields, now=now)
        head = get_head(session, people[0], head.reference)
    session.flush()

    events = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == head.id).order_by(CaseEvent.seq)
    ).all()
    kept = get_head(session, people[0], head.reference)
    assert states_at(session, [head.id], now)[head.id].state == kept.state
    assert _facts(events) == kept.data
    assert first_bad_event(session, head.id) is None


def _people(session: Session) -> tuple[Actor, Actor]:
    """One who may take every step, and another who signs second."""
    unit = a_unit(session, "DBP-LP")
    roles = ("foreign_affairs_officer", "foreign_affairs_leader", "external_affairs_officer")
    first = acting(unit, *roles, "province_leader", "ministry_leader", user_id=1)
    return first, acting(unit, *roles, "province_leader", "ministry_leader", user_id=2)


def _open_exits(machine: Machine, state: str) -> list[str]:
    """The steps that a walk can take: those without a file and without a unit to name."""
    hard = {"answers_table", "opinion_files", "original", "lead_unit", "amendment_file", "minutes"}
    return [
        code
        for code, rule in machine.moves[state].items()
        if hard.isdisjoint(rule.require) and not any("file" in name for name in rule.require)
    ]


def _step(
    session: Session,
    people: tuple[Actor, Actor],
    reference: str,
    name: str,
    *,
    fields: dict[str, FieldDefinition],
    now: datetime,
) -> None:
    head = get_head(session, people[0], reference)
    rule = definition_of_head(session, head).machine.rules[name]
    answers = {code: _sample(fields[code]) for code in rule.require}
    if rule.reason_mode == "required":
        answers["reason"] = "lý do"
    for actor, given in ((people[0], answers), (people[1], {})):
        head = perform_transition(
            session,
            actor,
            reference,
            name,
            answers=given,
            expected_version=head.version,
            pack=None,
            now=now,
        )
        if head.pending is None:
            break


def _sample(field: FieldDefinition) -> Any:
    if field.type is FieldType.GROUP:
        return [{column.code: _sample(column) for column in field.fields}]
    if field.options:
        first = field.options[0].code
        return [first] if field.type is FieldType.MULTICHOICE else first
    return SAMPLES.get(field.type, "nội dung")


def _facts(events: Sequence[CaseEvent]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for event in events:
        if event.kind == EventKind.OPENED:
            facts |= {code: value for code, value in event.data.items() if code[0] != "_"}
        elif event.kind == EventKind.MOVED:
            facts |= event.data["answers"]
    return facts
