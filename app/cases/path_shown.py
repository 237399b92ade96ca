"""The path of a case: where it has been, where it is, what remains and how long that takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.durations import habits_of, scope_sentence, stood_for
from app.cases.heads import CaseHead, view_of
from app.cases.models import CaseEvent, EventKind
from app.permissions import Actor
from app.workflow.engine import available
from app.workflow.machine import Rule

LONGEST_PATH = 8
GUARD = "guard"


@dataclass(frozen=True, slots=True)
class Path:
    """The steps as the page macro takes them, and where the usual times come from."""

    steps: Sequence[Mapping[str, Any]]  # Any: a macro's step
    basis: str


def path_of(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    *,
    events: Sequence[CaseEvent],
    now: datetime,
) -> Path:
    """The states the case has been in, the present one, and where the main steps lead."""
    gone = _gone(head, definition, events)

    def named(code: str) -> str:
        known = code in definition.machine.states
        return definition.state_names[code].in_locale(actor.locale) if known else code

    steps: list[dict[str, Any]] = [
        {"label": named(code), "status": "done", "at": at} for code, at in gone[-LONGEST_PATH:]
    ]
    steps[-1] = {"label": named(head.state), "status": "current", "at": gone[-1][1]}
    if not head.is_open:
        return Path(steps, "")
    steps[-1]["note"] = stood_for(gone[-1][1], now, ZoneInfo(actor.time_zone))
    habits = habits_of(session, head)
    ahead = _ahead(actor, head, definition, {code for code, _ in gone}, now=now)
    for state, transition, to in ahead:
        note = habits.note(state, transition, actor.locale)
        steps.append({"label": named(to), "status": "next", "note": note})
    taken = [(state, transition) for state, transition, _to in ahead]
    return Path(steps, scope_sentence(session, head, habits, taken))


def _gone(
    head: CaseHead, definition: Definition, events: Sequence[CaseEvent]
) -> list[tuple[str, datetime]]:
    first = next((event for event in events if event.kind == EventKind.OPENED), None)
    gone: list[tuple[str, datetime]] = [(definition.machine.initial_state, head.opened_at)]
    if first is not None and first.to_state:
        gone = [(first.to_state, first.at)]
    for event in reversed(events):
        is_move = event.to_state and event.kind != EventKind.CONFIRMATION_REQUESTED
        if is_move and event.to_state != gone[-1][0]:
            gone.append((str(event.to_state), event.at))
    return gone


def _ahead(
    actor: Actor, head: CaseHead, definition: Definition, been: set[str], *, now: datetime
) -> list[tuple[str, str, str]]:
    """The main steps as (from, step, to), until an end or a place already passed."""
    ahead: list[tuple[str, str, str]] = []
    passed, state = set(been), head.state
    while len(ahead) < LONGEST_PATH:
        exits = definition.machine.moves.get(state, {}).values()
        main = [rule for rule in exits if rule.allowed.is_primary]
        if len(main) > 1 and state == head.state:
            main = _as_the_facts_say(actor, head, definition, main, now=now)
        if not main or main[0].to in passed:
            break
        ahead.append((state, main[0].code, main[0].to))
        passed.add(main[0].to)
        state = main[0].to
    return ahead


def _as_the_facts_say(
    actor: Actor, head: CaseHead, definition: Definition, main: Sequence[Rule], *, now: datetime
) -> list[Rule]:
    """Of several main steps the one first that the facts of the case do not speak against."""
    anybody = replace(view_of(actor), roles=definition.machine.participants)
    judged = available(definition.machine, head.situation(), anybody, now=now)
    refused = {
        step.transition
        for step in judged
        if any(reason.code == GUARD and reason.field is None for reason in step.reasons)
    }
    return sorted(main, key=lambda rule: rule.code in refused)
