"""The facts of a case before and after each thing that happened to it, folded from its events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.workflow.decisions import NOTHING, Decision, PendingRequest, Situation
from app.workflow.happenings import NOTE_EVENTS, Happening, happening_of
from app.workflow.machine import Machine
from app.workflow.text import Text

_ACTS: Mapping[str, str] = {
    "transferred": "transfer",
    "suspended": "suspend",
    "resumed": "resume",
    "reopened": "reopen",
    "merged": "merge",
    "confirmation_withdrawn": "withdraw",
}


ROLES = "_roles"  # in the data of an event: the roles of its actor at the time; no field's code


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One event of a case as it was recorded; `roles` are those of its actor today."""

    seq: int
    kind: str
    at: datetime
    actor_id: int
    roles: frozenset[str]
    unit_code: str
    transition: str | None
    to_state: str | None
    text: str
    data: Mapping[str, Any]  # Any: values are JSON

    @property
    def roles_then(self) -> frozenset[str] | None:
        """The roles of the actor at the time; None where they were not kept."""
        kept = self.data.get(ROLES)
        return frozenset(str(role) for role in kept) if isinstance(kept, list) else None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What does not change in the history of a case."""

    reference: str
    opened_at: datetime
    unit_codes: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Past:
    """One event with the case before it and after it."""

    event: PastEvent
    before: Situation | None
    after: Situation

    @property
    def answers(self) -> Mapping[str, Any]:  # Any: values are JSON
        """The facts that the event brought."""
        if self.event.kind == "opened":
            return self.event.data
        said = self.event.data.get("answers")
        return said if isinstance(said, Mapping) else NOTHING


def fold(events: Iterable[PastEvent], file: CaseFile) -> Iterator[Past]:
    """Yield the events of a case, in their order, with the facts around each."""
    before: Situation | None = None
    for event in events:
        after = _after(before, event, file)
        yield Past(event, before, after)
        before = after


def past_happening(machine: Machine, past: Past) -> Happening:
    """What the event means to the clocks of a definition, which need not be the one of its time."""
    event, kind = past.event, past.event.kind
    code = str(event.data.get("event", "")) if kind == "noted" else ""
    noted = () if code else ((NOTE_EVENTS[kind],) if kind in NOTE_EVENTS else ())
    return happening_of(
        machine,
        _decision(machine, past, code),
        before=past.before,
        after=past.after,
        at=event.at,
        pause_reason=str(event.data.get("suspend_reason", "")),
        events=noted,
    )


def _decision(machine: Machine, past: Past, code: str) -> Decision | None:
    event = past.event
    if code:
        return _said(f"event:{code}", past)
    if event.kind == "moved":
        rule = machine.rules.get(event.transition or "")
        return rule.allowed if rule is not None else _said(event.transition or "", past)
    if event.kind == "confirmation_requested":
        return replace(_said(event.transition or "", past), needs_second_person=True)
    if event.kind in _ACTS and not (event.kind == "merged" and "from" in event.data):
        return replace(_said(_ACTS[event.kind], past), is_global=True)
    return None


def _said(code: str, past: Past) -> Decision:
    return Decision(allowed=True, transition=code, name=Text(code), to_state=past.after.state)


def _after(before: Situation | None, event: PastEvent, file: CaseFile) -> Situation:
    if before is None:
        return Situation(
            state=event.to_state or "",
            data={code: value for code, value in event.data.items() if code != ROLES},
            version=event.seq,
            opened_at=file.opened_at,
            owner_unit=event.unit_code,
            reference=file.reference,
        )
    moved = _moved(before, event)
    change = _CHANGES.get(event.kind)
    return change(moved, event, file) if change is not None else moved


def _moved(before: Situation, event: PastEvent) -> Situation:
    """The case with the answers and the state that any kind of event may carry."""
    answers = event.data.get("answers") if event.kind != "confirmation_requested" else None
    removed = event.data.get("removed", ())
    data = before.data
    if isinstance(answers, Mapping) and answers:
        data = {**data, **answers}
    if removed:
        data = {code: value for code, value in data.items() if code not in removed}
    state = before.state
    if event.kind != "confirmation_requested" and event.to_state:
        state = event.to_state
    previous = before.state if state != before.state else before.previous_state
    return replace(before, state=state, data=data, version=event.seq, previous_state=previous)


def _requested(now: Situation, event: PastEvent, file: CaseFile) -> Situation:
    del file
    answers = event.data.get("answers", NOTHING)
    return replace(
        now, pending=PendingRequest(event.transition or "", event.actor_id, event.at, answers)
    )


def _settled(now: Situation, event: PastEvent, file: CaseFile) -> Situation:
    owner = file.unit_codes.get(int(event.data.get("owner_unit_id") or 0), now.owner_unit)
    return replace(now, pending=None, owner_unit=owner)


def _transferred(now: Situation, event: PastEvent, file: CaseFile) -> Situation:
    unit = event.data.get("unit")
    unit_id = unit.get("id") if isinstance(unit, Mapping) else None
    return replace(now, owner_unit=file.unit_codes.get(int(unit_id or 0), now.owner_unit))


def _suspended(now: Situation, event: PastEvent, file: CaseFile) -> Situation:
    del file
    return replace(now, is_suspended=event.kind == "suspended")


def _merged(now: Situation, event: PastEvent, file: CaseFile) -> Situation:
    del file
    return now if "from" in event.data else replace(now, is_merged=True)


def _reopened(now: Situation, event: PastEvent, file: CaseFile) -> Situation:
    del event, file
    return replace(now, is_merged=False, previous_state=None)


_CHANGES = {
    "confirmation_requested": _requested,
    "confirmation_withdrawn": _settled,
    "moved": _settled,
    "transferred": _transferred,
    "suspended": _suspended,
    "resumed": _suspended,
    "merged": _merged,
    "reopened": _reopened,
}
