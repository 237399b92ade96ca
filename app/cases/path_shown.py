"""The path of a case: where it has been, where it is, what remains and how long that takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.durations import habits_of, scope_sentence, stood_for
from app.cases.heads import CaseHead
from app.cases.models import CaseEvent, EventKind
from app.permissions import Actor

LONGEST_PATH = 8


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
    ahead = _ahead(definition, head.state, {code for code, _ in gone})
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


def _ahead(definition: Definition, state: str, been: set[str]) -> list[tuple[str, str, str]]:
    """The main steps as (from, step, to), until an end or a place already passed."""
    ahead: list[tuple[str, str, str]] = []
    passed = set(been)
    while len(ahead) < LONGEST_PATH:
        exits = definition.machine.moves.get(state, {}).values()
        rule = next((rule for rule in exits if rule.allowed.is_primary), None)
        if rule is None or rule.to in passed:
            break
        ahead.append((state, rule.code, rule.to))
        passed.add(rule.to)
        state = rule.to
    return ahead
