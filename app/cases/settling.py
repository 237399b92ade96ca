"""What was typed becomes what is kept: files, people and vessels get their rows and ids."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.consents import keep_decisions
from app.cases.models import Attachment, Case, CaseLink
from app.cases.paper_numbers import Sealer
from app.cases.shielding import raise_shield
from app.permissions import Actor
from app.registers.entry_services import record_person, record_vessel
from app.registers.models import Person, Vessel
from app.registers.vessel_numbers import read_vessel_number
from app.storage import StoredFile
from app.workflow.definition import FieldDefinition, FieldType

Answers = dict[str, Any]  # field code → JSON value
_TARGETS = {
    FieldType.MARKER: "marker_id",
    FieldType.VESSEL: "vessel_id",
    FieldType.PERSON: "person_id",
}


def note_person(session: Session, actor: Actor, item: Answers, *, now: datetime) -> int:
    """A person as named: always a new entry, since two of one name may be two people."""
    facts = {name: value for name, value in item.items() if name != "label" and value}
    return record_person(session, actor, item["label"], now=now, facts=facts).id


def note_vessel(session: Session, actor: Actor, item: Answers, *, now: datetime) -> int:
    """A vessel as numbered: the entry that carries this number already, or a new one."""
    number = read_vessel_number(item["label"])
    if number.canonical is not None:
        known = session.scalar(
            select(func.coalesce(Vessel.merged_into_id, Vessel.id))
            .where(Vessel.canonical == number.canonical)
            .limit(1)
        )
        if known is not None:
            return known
    return record_vessel(session, actor, item["label"], now=now).id


_NOTED = {FieldType.PERSON: note_person, FieldType.VESSEL: note_vessel}


@dataclass(frozen=True, slots=True)
class Files:
    """Uploads that are on disk already, by the field that asked for them."""

    by_field: Mapping[str, Sequence[StoredFile]]

    def laid_over(self, answers: Mapping[str, Any]) -> Answers:  # Any: JSON
        """The answers with the files among them, so that the engine sees that a field is filled.

        Files that an answer holds already stay in front of the new ones.
        """
        brought = {
            field: [
                *_kept_before(answers.get(field)),
                *({"label": file.file_name} for file in files),
            ]
            for field, files in self.by_field.items()
            if files
        }
        return {**answers, **brought}

    def without(self, fields: Collection[str]) -> "Files":
        """The uploads but those of these fields."""
        if not fields:
            return self
        return Files({code: files for code, files in self.by_field.items() if code not in fields})


NO_FILES = Files({})


def settle(
    session: Session,
    actor: Actor,
    definition: Definition,
    case_id: int,
    answers: Mapping[str, Any],  # Any: JSON
    *,
    files: Files,
    now: datetime,
) -> Answers:
    """Give every new file, person and vessel its row, and tie register entries to the case."""
    settled: Answers = dict(answers)
    for field, stored in files.by_field.items():
        if stored:
            kept = keep_files(session, actor, case_id, stored, field=field, now=now)
            settled[field] = [*_kept_before(answers.get(field)), *kept]
    sealer = Sealer(session, case_id, actor.user_id, now)
    for code in answers:
        if code in definition.fields:
            item = definition.fields[code]
            settled[code] = _noted(session, actor, item, settled[code], now=now)
            settled[code] = sealer.sealed(item, settled[code])
            for target, role, value in _tied_values(item, settled[code]):
                _tie(session, case_id, role, value, target=target, now=now)
    _put_aboard(session, definition, settled)
    _put_abroad(session, definition, case_id, settled)
    raise_shield(session, definition, case_id, settled, now=now)
    if any(definition.fields[code].consent for code in settled if code in definition.fields):
        held = session.scalar(select(Case.data).where(Case.id == case_id)) or {}
        facts = {**held, **settled}
        keep_decisions(session, actor, definition, case_id, settled, facts=facts, now=now)
    return settled


def _noted(
    session: Session, actor: Actor, field: FieldDefinition, value: Any, *, now: datetime
) -> Any:
    """Give what is new its id, in the rows of a group too; Any: a JSON value of the case."""
    if field.type is FieldType.GROUP and isinstance(value, list):
        columns = {column.code: column for column in field.fields}
        return [
            {
                code: _noted(session, actor, columns[code], cell, now=now)
                if code in columns
                else cell
                for code, cell in row.items()
            }
            for row in value
        ]
    if field.type in _NOTED:
        return _with_ids(value, partial(_NOTED[field.type], session, actor, now=now))
    return value


def _tied_values(field: FieldDefinition, value: Any) -> Iterator[tuple[str, str, Any]]:  # Any: JSON
    """What a fact ties a case to: the column of case_link, the role (of a group: its column)."""
    if field.type in _TARGETS:
        yield _TARGETS[field.type], field.code, value
    elif field.type is FieldType.GROUP:
        rows = value if isinstance(value, list) else []
        for column in field.fields:
            if column.type in _TARGETS:
                cells = [cell for row in rows for cell in _items(row.get(column.code))]
                yield _TARGETS[column.type], f"{field.code}.{column.code}", cells


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _put_aboard(session: Session, definition: Definition, settled: Answers) -> None:
    """People and one vessel named together sailed together: it tells namesakes apart later."""
    ties = list(ties_of(definition, settled))
    vessels = {entry_id for column, _, entry_id in ties if column == "vessel_id"}
    persons = {entry_id for column, _, entry_id in ties if column == "person_id"}
    if len(vessels) == 1 and persons:
        session.execute(
            update(Person)
            .where(Person.id.in_(persons), Person.vessel_id.is_(None))
            .values(vessel_id=vessels.pop())
        )


def _put_abroad(session: Session, definition: Definition, case_id: int, settled: Answers) -> None:
    """Who is protected is where the case is: the mission of that country finds the entry."""
    changed = {definition.fields[code].type for code in settled if code in definition.fields}
    if definition.case_type.protect is None or not changed & {FieldType.COUNTRY, FieldType.PERSON}:
        return
    held = session.scalar(select(Case.data).where(Case.id == case_id)) or {}
    facts = {**held, **settled}
    countries = {facts.get(code) for code in _codes_of(definition, FieldType.COUNTRY)} - {None, ""}
    persons = {entry for column, _, entry in ties_of(definition, facts) if column == "person_id"}
    if len(countries) == 1 and persons:
        session.execute(
            update(Person)
            .where(Person.id.in_(persons), Person.country_code.is_(None))
            .values(country_code=countries.pop())
        )


def _codes_of(definition: Definition, kind: FieldType) -> list[str]:
    return [code for code, item in definition.fields.items() if item.type is kind]


def keep_files(
    session: Session,
    actor: Actor,
    case_id: int,
    stored: Sequence[StoredFile],
    *,
    field: str | None,
    now: datetime,
) -> list[dict[str, Any]]:  # Any: id and label
    rows = [
        {
            "case_id": case_id,
            "field": field,
            "file_name": file.file_name,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
            "uploaded_by": actor.user_id,
            "uploaded_at": now,
        }
        for file in stored
    ]
    kept = []
    for row in rows:
        attachment_id = session.execute(
            insert(Attachment).values(row).returning(Attachment.id)
        ).scalar_one()
        kept.append({"id": attachment_id, "label": row["file_name"], "sha256": row["sha256"]})
    return kept


def _kept_before(value: object) -> list[dict[str, Any]]:  # Any: id and label
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict) and "id" in item]


def _with_ids(value: object, note: Any) -> Any:  # Any: one item or a list of items
    if isinstance(value, list):
        return [_with_ids(item, note) for item in value]
    if isinstance(value, dict) and value and "id" not in value:
        return {**value, "id": note(value)}
    return value


def ties_of(definition: Definition, data: Answers) -> Iterator[tuple[str, str, int]]:
    """What the facts tie a case to: the column of case_link, the role and the entry's id."""
    for code, value in data.items():
        field = definition.fields.get(code)
        for target, role, tied in _tied_values(field, value) if field is not None else ():
            for entry_id in dict.fromkeys(_ids(tied)):
                yield target, role, entry_id


def _ids(value: object) -> Iterator[int]:
    for item in _items(value):
        if isinstance(item, dict) and isinstance(item.get("id"), int):
            yield item["id"]


def _tie(
    session: Session, case_id: int, role: str, value: object, *, target: str, now: datetime
) -> None:
    column = getattr(CaseLink, target)
    known = set(
        session.scalars(select(column).where(CaseLink.case_id == case_id, CaseLink.role == role))
    )
    for entry_id in dict.fromkeys(_ids(value)):
        if entry_id not in known:
            session.add(CaseLink(case_id=case_id, role=role, linked_at=now, **{target: entry_id}))
