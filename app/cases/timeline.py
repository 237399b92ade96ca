"""What happened to a case as the reader may see it: titles, words, changes and files per event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.conflicts import sentence
from app.cases.heads import CaseHead
from app.cases.models import CaseEvent, EventKind
from app.cases.pages import unit_names
from app.cases.published import definitions_numbered
from app.cases.shielding import closed_people
from app.cases.titles import names_for
from app.cases.values import MASK, Names, may_read, shown_to
from app.permissions import Actor
from app.workflow.definition import FieldDefinition, FieldType

SHOWN_AT_ONCE = 40
ICONS = {
    EventKind.ASSIGNED: "assign",
    EventKind.CALLED: "call",
    EventKind.CHECKED: "check",
    EventKind.CHILD_AMENDED: "edit",
    EventKind.CHILDREN_ADDED: "people",
    EventKind.CHILDREN_MARKED: "people",
    EventKind.CHILDREN_VERIFIED: "check",
    EventKind.CLOCK_ESCALATED: "clock",
    EventKind.CLOCK_MISSED: "clock",
    EventKind.CLOCK_PAUSED: "suspend",
    EventKind.CLOCK_RESUMED: "resume",
    EventKind.CLOCKS_RECOMPUTED: "clock",
    EventKind.CONFIRMATION_REQUESTED: "transition",
    EventKind.CONFIRMATION_WITHDRAWN: "resume",
    EventKind.CORRECTED: "edit",
    EventKind.DOCUMENT_HANDED: "letter_out",
    EventKind.DOCUMENT_RECEIVED: "letter_in",
    EventKind.FILE_ATTACHED: "file",
    EventKind.HANDED_OVER: "assign",
    EventKind.LINKED: "link",
    EventKind.MERGED: "merge",
    EventKind.MIGRATED: "edit",
    EventKind.MOVED: "transition",
    EventKind.NOTED: "note",
    EventKind.NOTE_RECEIVED: "letter_in",
    EventKind.NOTE_SENT: "letter_out",
    EventKind.OPENED: "opened",
    EventKind.OPINION_ASKED: "letter_out",
    EventKind.OPINION_GIVEN: "letter_in",
    EventKind.PAPER_DRAFTED: "file",
    EventKind.PAPER_ISSUED: "letter_out",
    EventKind.PAPER_WITHDRAWN: "merge",
    EventKind.REFERRED: "letter_out",
    EventKind.RELEASED: "resume",
    EventKind.REOPENED: "reopen",
    EventKind.RESUMED: "resume",
    EventKind.SUSPENDED: "suspend",
    EventKind.TRANSFERRED: "transfer",
    EventKind.TRANSFER_ASKED: "transfer",
    EventKind.TRANSFER_ENDED: "transfer",
    EventKind.UNCHECKED: "check",
    EventKind.UNLINKED: "link",
    EventKind.VISITED: "visit",
    EventKind.WITHDRAWN: "merge",
}
MINOR = {
    EventKind.ASSIGNED,
    EventKind.CHECKED,
    EventKind.CLOCKS_RECOMPUTED,
    EventKind.LINKED,
    EventKind.MIGRATED,
    EventKind.UNCHECKED,
    EventKind.UNLINKED,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that an event brought; `old` is kept by corrections."""

    label: str
    new: str
    old: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in words."""

    seq: int
    kind: str
    title: str
    who: str
    unit: str
    at: datetime
    text: str
    changes: Sequence[Change]
    files: Sequence[Mapping[str, str]]
    is_minor: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The newest events, and how many older ones there are."""

    entries: Sequence[Entry]
    older: int


def timeline_of(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    *,
    events: Sequence[CaseEvent],
    is_full: bool,
    is_closed: bool = False,
) -> Timeline:
    """The timeline as far as the reader may see it; of a closed case no free words are shown."""
    shown_events = events if is_full else events[:SHOWN_AT_ONCE]
    told = [_facts(event, definition) for event in shown_events]
    every_value = {
        f"{number}.{code}": value
        for number, facts in enumerate(told)
        for code, value in facts.items()
    }
    names = names_for(
        session,
        every_value,
        locale=actor.locale,
        zone=actor.time_zone,
        closed=closed_people(session, actor, definition, *told),
    )
    units = unit_names(session, (event.unit_id for event in shown_events))
    then = _then(session, head, definition, events)
    reader = _Reader(actor, head, definition, names, then, is_closed)
    entries = [
        replace(reader.entry(event), unit=units.get(event.unit_id, "")) for event in shown_events
    ]
    return Timeline(entries, len(events) - len(entries))


def _then(
    session: Session, head: CaseHead, definition: Definition, events: Sequence[CaseEvent]
) -> Mapping[int, Definition]:
    """By the number of the event, the version that it happened in where that is not today's."""
    moves = [event for event in events if event.kind == EventKind.MIGRATED]
    numbers = {int(event.data["from_version"]) for event in moves if "from_version" in event.data}
    if not numbers:
        return {}
    known = definitions_numbered(session, head.type_code, numbers)
    found: dict[int, Definition] = {}
    current = definition
    for event in sorted(events, key=lambda one: one.seq, reverse=True):
        found[event.seq] = current
        if event.kind == EventKind.MIGRATED:
            current = known.get(event.data.get("from_version", 0), current)
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """One reader of one case.

    What was done is called as the version of its time calls it; who may read which fact, and what
    the fact is called, is as today.
    """

    actor: Actor
    head: CaseHead
    definition: Definition
    names: Names
    then: Mapping[int, Definition]
    is_closed: bool

    def entry(self, event: CaseEvent) -> Entry:
        kind = EventKind(event.kind)
        return Entry(
            seq=event.seq,
            kind=ICONS[kind],
            title=self.title(event),
            who=event.actor_name,
            unit="",
            at=event.at,
            text=MASK if self.is_closed and event.text else event.text,
            changes=list(self.changes(event)),
            files=list(self.files(event)),
            is_minor=kind in MINOR,
        )

    def title(self, event: CaseEvent) -> str:
        then = self.then.get(event.seq, self.definition)
        said = sentence(event, then, self.actor.locale)
        recorded = then.machine.events.get(str(event.data.get("event", "")))
        if recorded is not None:
            said = recorded.name.in_locale(self.actor.locale)
        if event.kind == EventKind.CONFIRMATION_REQUESTED:
            before = "Đề nghị xác nhận: " if self.actor.locale == "vi" else "Asked to confirm: "
            said = before + said
        return ": ".join(filter(None, [said, self.detail(event)]))

    def detail(self, event: CaseEvent) -> str:
        """What a bare title leaves open: the number, the unit, the other case."""
        data = event.data
        for key in ("name", "number", "other_case", "into", "from", "word", "clock_name"):
            if isinstance(data.get(key), str) and data[key]:
                return str(data[key])
        if event.kind in (EventKind.CHECKED, EventKind.UNCHECKED):
            then = self.then.get(event.seq, self.definition)
            item = then.item_name(str(data["state"]), str(data["item"]))
            return item.in_locale(self.actor.locale)
        unit = data.get("unit")
        if isinstance(unit, dict):
            return str(unit.get("label", ""))
        linked = next((data[key] for key in ("marker", "vessel") if key in data), None)
        return str(linked.get("label", "")) if isinstance(linked, dict) else ""

    def changes(self, event: CaseEvent) -> "Sequence[Change]":
        found = []
        before = event.data.get("old") if event.kind == EventKind.CORRECTED else {}
        before = before if isinstance(before, dict) else {}
        for code, value in _facts(event, self.definition).items():
            field = self.definition.fields[code]
            if field.type is FieldType.FILE:
                continue
            said, was = self.said(field, value), self.said(field, before.get(code))
            found.append(Change(field.name.in_locale(self.actor.locale), said, was))
        return found

    def said(self, field: FieldDefinition, value: object) -> str:
        if value is None:
            return ""
        said = shown_to(self.actor, field, value, self.names, state=self.head.state)
        return MASK if said is None else said

    def files(self, event: CaseEvent) -> "Sequence[Mapping[str, str]]":
        noted = () if self.is_closed else event.data.get("files", ())  # masked as the note is
        found = [item for item in noted if isinstance(item, dict)]
        for code, value in _facts(event, self.definition).items():
            field = self.definition.fields[code]
            if field.type is FieldType.FILE and may_read(self.actor, field, state=self.head.state):
                items = value if isinstance(value, list) else [value]
                found.extend(item for item in items if isinstance(item, dict))
        shown = [
            {
                "name": str(item.get("label", "")),
                "href": f"/ho-so/{self.head.reference}/tep/{item['id']}",
            }
            for item in found
            if "id" in item
        ]
        paper = event.data.get("paper")  # opens under rights of its own
        if isinstance(paper, dict):
            shown.append({"name": str(paper["label"]), "href": f"/van-ban/{paper['id']}"})
        return shown


def _facts(event: CaseEvent, definition: Definition) -> dict[str, Any]:  # Any: JSON
    """The facts of the definition that an event carries."""
    data = event.data if event.kind == EventKind.OPENED else event.data.get("answers")
    known = data if isinstance(data, dict) else {}
    return {code: value for code, value in known.items() if code in definition.fields}
