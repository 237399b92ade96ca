"""The milestones of cases, derived from their events whenever somebody asks: page, list, export."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.models import Case, CaseEvent, EventKind
from app.cases.shielding import holds
from app.cases.values import may_read
from app.permissions import Actor
from app.workflow.happenings import NOTE_EVENTS
from app.workflow.milestones import Past, Reached, milestones_reached

# What each kind of event means to definitions, under the names that clocks know as well.
_EVENTS = {
    **NOTE_EVENTS,
    EventKind.OPENED: "opened",
    EventKind.CONFIRMATION_REQUESTED: "requested",
    EventKind.CONFIRMATION_WITHDRAWN: "withdrawn",
    EventKind.TRANSFERRED: "transferred",
    EventKind.SUSPENDED: "suspended",
    EventKind.RESUMED: "resumed",
    EventKind.REOPENED: "reopened",
    EventKind.MERGED: "merged",
}
_CHUNK = 500


class Recorded(Protocol):
    """The part of an event that milestones read."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def transition(self) -> str | None: ...
    @property
    def from_state(self) -> str | None: ...
    @property
    def to_state(self) -> str | None: ...
    @property
    def data(self) -> dict[str, Any]: ...  # Any: JSON


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A milestone in words; `written` is empty while it has not been reached."""

    code: str
    name: str
    written: str
    group: str = ""


def milestone_lines(
    actor: Actor,
    definition: Definition,
    events: Sequence[Recorded],
    *,
    state: str,
    data: Mapping[str, Any],  # Any: JSON
    now: datetime,
) -> list[MilestoneLine]:
    """The milestones of one case that its facts call for, as this person may read them."""
    zone = ZoneInfo(actor.time_zone)
    called = {
        one.code
        for one in definition.case_type.milestones
        if one.when is None or holds(one.when, definition, data, now)
    }
    return [
        MilestoneLine(
            one.code,
            one.name.in_locale(actor.locale),
            written(one, zone),
            one.group.in_locale(actor.locale) if one.group else "",
        )
        for one in reached(actor, definition, events, state=state, zone=zone)
        if one.code in called
    ]


def reached(
    actor: Actor,
    definition: Definition,
    events: Sequence[Recorded],
    *,
    state: str,
    zone: ZoneInfo,
) -> tuple[Reached, ...]:
    asked = definition.case_type.milestones
    if not asked:
        return ()
    history = [past_of(event, actor, definition, state=state) for event in events]
    return milestones_reached(asked, history, zone=zone)


def written(one: Reached, zone: ZoneInfo) -> str:
    if one.at is None:
        return ""
    return one.at.astimezone(zone).strftime("%d/%m/%Y" if one.is_date else "%d/%m/%Y %H:%M")


def past_of(event: Recorded, actor: Actor, definition: Definition, *, state: str) -> Past:
    """A stored event under the triggers that it had when it happened."""
    facts = _facts(event)
    dates = {
        code: value
        for code, value in facts.items()
        if code in definition.machine.dated
        and may_read(actor, definition.fields[code], state=state)
    }
    return Past(event.at, frozenset(_triggers(event, facts)), dates)


def _triggers(event: Recorded, facts: Mapping[str, Any]) -> Iterator[str]:  # Any: JSON
    kind = EventKind(event.kind)
    yield "event:updated"
    if kind is EventKind.MOVED:
        yield f"transition:{event.transition}"
        yield from (f"document:{code}" for code in event.data.get("documents", ()))
    elif kind is EventKind.NOTED and event.data.get("event"):
        yield f"event:{event.data['event']}"
    elif kind in _EVENTS:
        yield f"event:{_EVENTS[kind]}"
    if event.to_state and event.to_state != event.from_state and _moved(kind):
        yield f"state:{event.to_state}"
    yield from (f"field:{code}" for code, value in facts.items() if value not in (None, "", []))


def _moved(kind: EventKind) -> bool:
    return kind in {EventKind.OPENED, EventKind.MOVED, EventKind.REOPENED, EventKind.MIGRATED}


def _facts(event: Recorded) -> Mapping[str, Any]:  # Any: JSON
    if event.kind == EventKind.CONFIRMATION_REQUESTED:
        return {}  # what was only asked for has not happened
    data = event.data if event.kind == EventKind.OPENED else event.data.get("answers")
    return data if isinstance(data, dict) else {}


def milestones_of_cases(
    session: Session, actor: Actor, cases: Sequence[Case], known: Mapping[int, Definition]
) -> dict[int, dict[str, str]]:
    """The reached milestones of many visible cases, by case and by name: one read per chunk."""
    zone = ZoneInfo(actor.time_zone)
    wanted = {
        case.id: known[case.type_version_id]
        for case in cases
        if known[case.type_version_id].case_type.milestones
    }
    states = {case.id: case.state for case in cases}
    found: dict[int, dict[str, str]] = {}
    ids = list(wanted)
    for start in range(0, len(ids), _CHUNK):
        events = _events_of(session, ids[start : start + _CHUNK])
        for case_id, own in events.items():
            past = reached(actor, wanted[case_id], own, state=states[case_id], zone=zone)
            found[case_id] = {
                one.name.in_locale(actor.locale): written(one, zone)
                for one in past
                if one.at is not None
            }
    return found


def _events_of(session: Session, case_ids: Sequence[int]) -> dict[int, list[Recorded]]:
    rows = session.execute(
        select(
            CaseEvent.case_id,
            CaseEvent.kind,
            CaseEvent.at,
            CaseEvent.transition,
            CaseEvent.from_state,
            CaseEvent.to_state,
            CaseEvent.data,
        ).where(CaseEvent.case_id.in_(case_ids))
    )
    events: dict[int, list[Recorded]] = defaultdict(list)
    for row in rows:
        events[row.case_id].append(row)
    return events
