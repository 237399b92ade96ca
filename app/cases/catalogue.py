"""Published case types: immutable numbered versions in the database, compiled once per process."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.audit import canonical_json
from app.cases.models import CaseTypeVersion
from app.errors import NotFound
from app.permissions import Actor
from app.workflow.decisions import Role
from app.workflow.definition import (
    CaseType,
    FieldDefinition,
    FieldType,
    load_definition,
    parse_definition,
)
from app.workflow.definition import stored_form as definition_as_json
from app.workflow.engine import Machine, compile_definition
from app.workflow.text import Text

DEFINITIONS = Path(__file__).parent / "definitions"


@dataclass(frozen=True)
class Definition:
    """One published version, ready for the engine and for the screen."""

    version_id: int
    number: int
    case_type: CaseType
    machine: Machine

    @cached_property
    def fields(self) -> dict[str, FieldDefinition]:
        return {field.code: field for field in self.case_type.fields}

    def field_at(self, path: str) -> FieldDefinition | None:
        """A field, or as group.column a column of a group."""
        code, _, column = path.partition(".")
        found = self.fields.get(code)
        if found is None or not column:
            return found
        return next((one for one in found.fields if one.code == column), None)

    def item_name(self, state: str, item: str) -> Text:
        """What a thing of a state's checklist is called."""
        view = self.machine.states.get(state)
        names = {one.code: one.name for one in view.checklist} if view is not None else {}
        return names.get(item, Text(item))

    @cached_property
    def codes_by_type(self) -> dict[FieldType, tuple[str, ...]]:
        """The codes of the fields of each type, in the order of the definition."""
        fields = self.case_type.fields
        return {
            kind: tuple(field.code for field in fields if field.type is kind)
            for kind in {field.type for field in fields}
        }

    @cached_property
    def state_kinds(self) -> dict[str, str]:
        return {state.code: state.kind.value for state in self.case_type.states}

    @cached_property
    def state_names(self) -> dict[str, Text]:
        return {state.code: state.name for state in self.case_type.states}

    @property
    def code(self) -> str:
        return self.case_type.code


# A version never changes, so what was compiled from it is kept by the hash of its content.
_compiled: dict[tuple[int, str], Definition] = {}


def definition_by_id(session: Session, version_id: int) -> Definition:
    version = session.get(CaseTypeVersion, version_id)
    if version is None:
        raise NotFound("Không có phiên bản quy trình này.")
    return definition_of(session, version)


def definition_of(session: Session, version: CaseTypeVersion) -> Definition:
    key = (version.id, version.checksum)
    found = _compiled.get(key)
    if found is None:
        case_type = parse_definition(version.definition, name=version.code)
        machine = compile_definition(case_type, role_names(session))
        found = Definition(version.id, version.number, case_type, machine)
        _compiled[key] = found
    return found


def known_definition(version_id: int, checksum: str) -> Definition | None:
    """What this process has compiled already: the hot path asks before it reads the version."""
    return _compiled.get((version_id, checksum))


def role_names(session: Session) -> list[Role]:
    return [
        Role(role.code, Text(role.name_vi, role.name_en), role.is_leader)
        for role in accounts.roles(session)
    ]


def checksum_of(content: Mapping[str, Any]) -> str:  # Any: JSON
    return hashlib.sha256(canonical_json(content)).hexdigest()


def publish(
    session: Session, actor: Actor, case_type: CaseType, *, now: datetime
) -> CaseTypeVersion:
    """Store a definition as the next version; the same content again stays the same version."""
    content = definition_as_json(case_type)
    checksum = checksum_of(content)
    newest = session.scalar(
        select(CaseTypeVersion)
        .where(CaseTypeVersion.code == case_type.code)
        .order_by(CaseTypeVersion.number.desc())
        .limit(1)
    )
    if newest is not None and newest.checksum == checksum:
        return newest
    version = CaseTypeVersion(
        code=case_type.code,
        number=newest.number + 1 if newest else 1,
        definition=content,
        checksum=checksum,
        published_at=now,
        published_by=actor.user_id,
    )
    session.add(version)
    session.flush()
    return version


def publish_shipped(session: Session, actor: Actor, *, now: datetime) -> Sequence[CaseTypeVersion]:
    """Publish every definition that comes with the product."""
    paths = sorted(DEFINITIONS.glob("*.yaml"))
    return [publish(session, actor, load_definition(path), now=now) for path in paths]
