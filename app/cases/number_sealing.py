"""Seals the numbers that cases held openly before their fields were sealed.

A number in the facts stands in the events too, and the events are chained by their hashes: the
chain of such a case is written anew, and the audit keeps the last hash of the old one beside the
new. Nothing else of an event changes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, or_, select, update
from sqlalchemy.orm import Session

from app.audit import chain_hash, record_access
from app.cases.catalogue import Definition, definition_by_id
from app.cases.models import Case, CaseEvent, CaseTypeVersion, EventKind
from app.cases.paper_numbers import Sealer, asks_for_numbers
from app.cases.recording import event_payload
from app.cases.search import searchable
from app.cases.text_models import CaseText
from app.permissions import Actor
from app.workflow.definition import FieldDefinition

CHUNK = 200
_EVENT_COLUMNS = tuple(column.name for column in CaseEvent.__table__.columns if column.name != "id")
Json = Any  # JSON values of a case, an event or a request


def cases_left(session: Session) -> Sequence[int]:
    """Ids of the cases in which a number stands openly, in the facts or in an event."""
    found: set[int] = set()
    for version_id in session.scalars(select(CaseTypeVersion.id)).all():
        codes = _codes(definition_by_id(session, version_id))
        if codes:
            found |= _holding(session, version_id, codes)
    return sorted(found)


def _codes(definition: Definition) -> frozenset[str]:
    fields = [one for item in definition.case_type.fields for one in (item, *item.fields)]
    return frozenset(one.code for one in fields if one.identity)


def _holding(session: Session, version_id: int, codes: frozenset[str]) -> set[int]:
    of_version = Case.type_version_id == version_id
    cases = select(Case.id).where(
        of_version, or_(_says(Case.data, codes), _says(Case.pending, codes))
    )
    events = (
        select(CaseEvent.case_id)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(of_version, _says(CaseEvent.data, codes))
    )
    return {*session.scalars(cases), *session.scalars(events)}


def _says(column: Any, codes: frozenset[str]) -> ColumnElement[bool]:  # Any: a JSON column
    """Whether the JSON gives one of these keys a text; PostgreSQL writes a space, SQLite none."""
    written = cast(column, Text)
    asked = (f'%"{code}":{gap}"%' for code in sorted(codes) for gap in ("", " "))
    return or_(*(written.like(one.replace("_", r"\_"), escape="\\") for one in asked))


def seal_chunk(session: Session, actor: Actor, case_ids: Sequence[int], *, now: datetime) -> None:
    """Seal the numbers of these cases; each is written as a whole."""
    for case in session.scalars(select(Case).where(Case.id.in_(case_ids)).with_for_update()):
        _seal_case(session, actor, case, now=now)
    session.flush()


def _seal_case(session: Session, actor: Actor, case: Case, *, now: datetime) -> None:
    definition = definition_by_id(session, case.type_version_id)
    sealer = Sealer(session, case.id, actor.user_id, now)
    plain: set[str] = set()
    case.data = _sealed(definition, sealer, case.data, plain)
    if case.pending is not None:
        answers = _sealed(definition, sealer, case.pending["answers"], plain)
        case.pending = {**case.pending, "answers": answers}
    before = case.last_hash
    case.last_hash = _chain_anew(session, case, definition, sealer, plain)
    _forget_words(session, case.id, plain)
    if case.last_hash != before:
        chains = f"{before} -> {case.last_hash}"
        subject = f"case:{case.id}"
        record_access(session, actor, "case.numbers_sealed", subject, now=now, reason=chains)


def _sealed(definition: Definition, sealer: Sealer, facts: Json, plain: set[str]) -> Json:
    """The facts with masks in the place of numbers; `plain` gathers what stood there."""
    if not isinstance(facts, Mapping):
        return facts
    found = dict(facts)
    for code in facts:
        field = definition.fields.get(code)
        if field is not None and asks_for_numbers(field):
            plain.update(_open_numbers(field, facts[code]))
            found[code] = sealer.sealed(field, facts[code])
    return found


def _open_numbers(field: FieldDefinition, value: Json) -> Iterator[str]:
    """The numbers that stand in a value openly."""
    if field.identity and isinstance(value, str):
        yield value.strip()
    for row in value if field.fields and isinstance(value, list) else []:
        for column in field.fields:
            yield from _open_numbers(column, row.get(column.code))


def _sealed_event(
    definition: Definition, sealer: Sealer, event: CaseEvent, plain: set[str]
) -> dict[str, Json]:
    """What an event says, sealed: the opening says the facts, the others what changed."""
    if event.kind == EventKind.OPENED:
        return dict(_sealed(definition, sealer, event.data, plain))
    said = {key: event.data[key] for key in ("answers", "old") if key in event.data}
    sealed = {key: _sealed(definition, sealer, facts, plain) for key, facts in said.items()}
    return dict(event.data) | sealed


def _forget_words(session: Session, case_id: int, numbers: Collection[str]) -> None:
    """Take the numbers out of the words by which the case is found."""
    words = session.get(CaseText, case_id)
    if words is None:
        return
    for said in filter(None, (searchable([one]) for one in sorted(numbers))):
        words.folded = _without(words.folded, said)
        words.personal = _without(words.personal, said)


def _without(words: str, said: str) -> str:
    return f" {words} ".replace(f" {said} ", " ").strip()


def _chain_anew(
    session: Session, case: Case, definition: Definition, sealer: Sealer, plain: set[str]
) -> str:
    """Rewrite the events from the first that changes; the last hash of the chain."""
    last = case.last_hash
    is_changed = False
    events = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    for event in events:
        data = _sealed_event(definition, sealer, event, plain)
        if data == event.data and not is_changed:
            last = event.hash
            continue
        row = {name: getattr(event, name) for name in _EVENT_COLUMNS} | {"data": data}
        previous = last if is_changed else event.previous_hash
        is_changed = True
        last = chain_hash(previous, event_payload(row))
        session.execute(
            update(CaseEvent)
            .where(CaseEvent.id == event.id)
            .values(data=data, previous_hash=previous, hash=last)
        )
    return last
