"""Keeps the number of somebody's paper out of a case's facts, and opens it once, with a reason.

A field with `identity` holds {id, label} like any other link: the id of the sealed row and the mask
of the number. The facts, the events, the index of words and every list read the mask; the whole
number leaves only through `reveal_number`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.catalogue import Definition, definition_by_id
from app.cases.models import Case
from app.cases.number_models import CaseNumber
from app.cases.shielding import is_closed_to
from app.cases.values import may_read
from app.errors import Forbidden, NotFound
from app.permissions import Actor, Permission
from app.registers.masking import mask_number
from app.registers.reveals import NUMBER_ACTION, keep_reveal, said_reason
from app.sealing import key_ring
from app.workflow.definition import FieldDefinition, FieldType

Answers = Mapping[str, Any]  # field code → JSON value


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """One sealed number as its keepers see it: which field, and the mask."""

    id: int
    label: str
    masked: str


@dataclass(frozen=True, slots=True)
class RevealedNumber:
    """One number in full, for one page."""

    case: Case
    label: str
    value: str


# --- kept -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals the numbers of one case; a number that its field holds already keeps its row."""

    session: Session
    case_id: int
    kept_by: int
    now: datetime

    def sealed(self, field: FieldDefinition, value: Any, *, path: str = "") -> Any:  # Any: JSON
        """The value with {id, label} in the place of every number in it."""
        at = f"{path}{field.code}"
        if field.type is FieldType.GROUP:
            columns = {one.code: one for one in field.fields if one.identity}
            if not columns or not isinstance(value, list):
                return value
            return [self._row(columns, row, f"{at}.", field) for row in value]
        return self._cell(field, value, at) if field.identity else value

    def _row(
        self, columns: Mapping[str, FieldDefinition], row: Any, path: str, group: FieldDefinition
    ) -> Any:  # Any: JSON
        if not isinstance(row, dict):
            return row
        is_restricted = _is_restricted(group)
        return {
            code: self._cell(columns[code], cell, f"{path}{code}", is_restricted=is_restricted)
            if code in columns
            else cell
            for code, cell in row.items()
        }

    def _cell(
        self, field: FieldDefinition, value: Any, path: str, *, is_restricted: bool = False
    ) -> Any:  # Any: JSON
        is_restricted = is_restricted or _is_restricted(field)
        if isinstance(value, str) and value.strip():
            return self._kept(value.strip(), path, is_restricted=is_restricted)
        if isinstance(value, dict) and isinstance(value.get("id"), int):
            return self._own(value, path, is_restricted=is_restricted)
        return value

    def _own(self, value: dict[str, Any], path: str, *, is_restricted: bool) -> Any:  # Any: JSON
        """A number that a step hands on from another case gets its row in this one."""
        row = self.session.get(CaseNumber, value["id"])
        if row is None or row.case_id == self.case_id:
            return value
        return self._kept(row.number, path, is_restricted=is_restricted)

    def _kept(self, number: str, path: str, *, is_restricted: bool) -> dict[str, Any]:  # Any: JSON
        label = mask_number(number)
        for row in self._rows(path):
            if row.number == number:
                return {"id": row.id, "label": label}
        number_id: int = self.session.execute(
            insert(CaseNumber)
            .values(
                case_id=self.case_id,
                field=path,
                number=number,
                number_index=key_ring().blind(number),
                is_restricted=is_restricted,
                kept_at=self.now,
                kept_by=self.kept_by,
            )
            .returning(CaseNumber.id)
        ).scalar_one()
        return {"id": number_id, "label": label}

    def _rows(self, path: str) -> Sequence[CaseNumber]:
        return self.session.scalars(
            select(CaseNumber).where(CaseNumber.case_id == self.case_id, CaseNumber.field == path)
        ).all()


def _is_restricted(field: FieldDefinition) -> bool:
    return bool(field.read_roles or field.read_states)


def asks_for_numbers(field: FieldDefinition) -> bool:
    """Whether a number of a paper can stand in the field, or in a column of it."""
    return field.identity or any(column.identity for column in field.fields)


# --- found ----------------------------------------------------------------------------------


def numbers_under(session: Session, indexes: Collection[str]) -> Sequence[tuple[int, int]]:
    """Case and id of every number that lies under one of these blind indexes."""
    rows = session.execute(
        select(CaseNumber.case_id, CaseNumber.id)
        .where(CaseNumber.number_index.in_(indexes))
        .order_by(CaseNumber.case_id, CaseNumber.id)
    )
    return [(row.case_id, row.id) for row in rows]


# --- shown ----------------------------------------------------------------------------------


def numbers_of(actor: Actor, case: Case, definition: Definition) -> list[ShownNumber]:
    """The sealed numbers that the facts of a case name now, for who may ask to see them.

    A case that is closed to the actor is not asked about.
    """
    if not _may_ask(actor):
        return []
    return [
        ShownNumber(value["id"], _label(definition, path, actor.locale), str(value["label"]))
        for path, value in _named(definition, case.data)
        if _may_read(actor, definition, path, case.state)
    ]


def _named(definition: Definition, data: Answers) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where the facts name a sealed number, and the value; Any: JSON."""
    for field in definition.case_type.fields:
        value: Any = data.get(field.code)
        if field.identity and _is_kept(value):
            yield field.code, value
        elif field.type is FieldType.GROUP and isinstance(value, list):
            for column in (one for one in field.fields if one.identity):
                path, cells = f"{field.code}.{column.code}", (row.get(column.code) for row in value)
                yield from ((path, cell) for cell in cells if _is_kept(cell))


def _is_kept(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), int)


def _label(definition: Definition, path: str, locale: str) -> str:
    field = definition.field_at(path)
    return field.name.in_locale(locale) if field is not None else path


def _may_ask(actor: Actor) -> bool:
    return actor.may(Permission.PERSONAL_DATA_REVEAL) and actor.may(Permission.PERSONAL_DATA_VIEW)


def _may_read(actor: Actor, definition: Definition, path: str, state: str) -> bool:
    """A column is read by who may read its group too; a field that is gone by nobody."""
    asked = [definition.fields.get(path.partition(".")[0]), definition.field_at(path)]
    return all(field is not None and may_read(actor, field, state=state) for field in asked)


def reveal_number(
    session: Session, actor: Actor, reference: str, number_id: int, *, reason: str, now: datetime
) -> RevealedNumber:
    """One number of a case against a reason that is kept; its keepers are told after."""
    if not _may_ask(actor):
        raise Forbidden
    case = queries.get(session, actor, reference)
    row = session.get(CaseNumber, number_id)
    definition = definition_by_id(session, case.type_version_id)
    if row is None or row.case_id != case.id:
        raise NotFound
    if not _may_read(actor, definition, row.field, case.state):
        raise NotFound
    if is_closed_to(session, actor, case.id):
        raise Forbidden(
            "Hồ sơ có người được bảo vệ danh tính: hãy nhờ đơn vị đang thụ lý tra số giấy tờ."
        )
    because = said_reason(reason)
    keep_reveal(session, actor, f"{NUMBER_ACTION}{row.id}", f"case:{case.id}", because, now=now)
    return RevealedNumber(case, _label(definition, row.field, actor.locale), row.number)
