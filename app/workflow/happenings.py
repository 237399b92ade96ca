"""What an act on a case means to its clocks: the triggers, and the facts afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.workflow.decisions import Decision, Situation
from app.workflow.expressions import is_filled
from app.workflow.machine import Machine

# Events that every case type has; a definition may start and stop clocks with them.
BUILT_IN_EVENTS = frozenset(
    {"opened", "updated", "note_added", "file_attached", "document_issued", "requested"}
    | {"transferred", "suspended", "resumed", "reopened", "merged", "withdrawn"}
    | {"called", "visited", "note_sent", "note_received"}
)
# What an entry beside the steps means to a definition, by the kind of its event.
NOTE_EVENTS: Mapping[str, str] = {
    "noted": "note_added",
    "called": "called",
    "visited": "visited",
    "note_sent": "note_sent",
    "note_received": "note_received",
    "file_attached": "file_attached",
    "paper_issued": "document_issued",
}
_ACT_EVENTS = {
    "transfer": "transferred",
    "suspend": "suspended",
    "resume": "resumed",
    "reopen": "reopened",
    "merge": "merged",
    "withdraw": "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to a case at `at`: triggers such as "state:x", and the facts afterwards.

    `case` holds what CEL sees of the case; `dated` names the fields that hold dates. `suspends` and
    `resumes` say that the case has just been suspended or resumed; `is_closed` that it has ended.
    `before` is the case as it was, None for a new one.
    """

    at: datetime
    triggers: frozenset[str]
    data: Mapping[str, object] = field(default_factory=dict)
    case: Mapping[str, object] = field(default_factory=dict)
    dated: frozenset[str] = frozenset()
    is_closed: bool = False
    is_suspended: bool = False
    suspends: bool = False
    resumes: bool = False
    pause_reason: str = ""
    before: Situation | None = None


def case_facts(case: Situation) -> dict[str, object]:
    """What CEL sees of a case beside its fields."""
    return {
        "state": case.state,
        "reference": case.reference,
        "opened_at": case.opened_at,
        "owner_unit": case.owner_unit,
    }


def happening_of(
    machine: Machine,
    decision: Decision | None,
    *,
    before: Situation | None,
    after: Situation,
    at: datetime,
    pause_reason: str = "",
    events: Iterable[str] = (),
) -> Happening:
    """Describe an allowed act for `clocks.advance`.

    `before` is None when the case was just opened; `events` adds event codes such as "note_added".
    """
    triggers = {"event:updated", *(f"event:{code}" for code in events)}
    triggers.update(_of_decision(decision))
    triggers.update(_of_change(before, after))
    state = machine.states.get(after.state)
    return Happening(
        at=at,
        triggers=frozenset(triggers),
        data=after.data,
        case=case_facts(after),
        dated=machine.dated,
        is_closed=after.is_merged or (state is not None and state.is_terminal),
        is_suspended=after.is_suspended,
        suspends=before is not None and after.is_suspended and not before.is_suspended,
        resumes=before is not None and before.is_suspended and not after.is_suspended,
        pause_reason=pause_reason,
        before=before,
    )


def _of_decision(decision: Decision | None) -> Iterator[str]:
    if decision is None:
        return
    if decision.is_global:
        yield f"event:{_ACT_EVENTS[decision.transition]}"
    elif decision.transition.startswith("event:"):
        yield decision.transition
    elif decision.needs_second_person:
        yield "event:requested"
    else:
        yield f"transition:{decision.transition}"
        yield from (f"document:{code}" for code in decision.generate)


def _of_change(before: Situation | None, after: Situation) -> Iterator[str]:
    if before is None:
        yield "event:opened"
    if before is None or before.state != after.state:
        yield f"state:{after.state}"
    old = before.data if before is not None else {}
    for code in old.keys() | after.data.keys():
        was, now = old.get(code), after.data.get(code)
        if was != now and (is_filled(was) or is_filled(now)):
            yield f"field:{code}"
