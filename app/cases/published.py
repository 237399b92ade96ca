"""The published case types ready for the screen, without reading their definitions again."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition, definition_by_id, known_definition
from app.cases.models import CaseTypeVersion
from app.database import fold_text
from app.errors import NotFound


def newest_definitions(session: Session) -> Sequence[Definition]:
    """The newest version of every case type, by subject, then by code."""
    newest = select(func.max(CaseTypeVersion.id)).group_by(CaseTypeVersion.code)
    found = definitions(session, set(session.scalars(newest)))
    return sorted(found.values(), key=_subject_and_code)


def _subject_and_code(definition: Definition) -> tuple[bool, str, str]:
    area = definition.case_type.area
    return area is None, fold_text(area.vi) if area else "", definition.code


def newest_definition(session: Session, code: str) -> Definition:
    for definition in newest_definitions(session):
        if definition.code == code:
            return definition
    raise NotFound("Không có loại hồ sơ này.")


def definitions(session: Session, version_ids: Collection[int]) -> Mapping[int, Definition]:
    """These versions by id; a version never changes, so what was compiled once is used again."""
    rows = session.execute(
        select(CaseTypeVersion.id, CaseTypeVersion.checksum).where(
            CaseTypeVersion.id.in_(version_ids)
        )
    )
    return {
        row.id: known_definition(row.id, row.checksum) or definition_by_id(session, row.id)
        for row in rows
    }


def definitions_numbered(
    session: Session, code: str, numbers: Collection[int]
) -> Mapping[int, Definition]:
    """These versions of one case type, by their numbers."""
    rows = session.execute(
        select(CaseTypeVersion.id, CaseTypeVersion.number).where(
            CaseTypeVersion.code == code, CaseTypeVersion.number.in_(numbers)
        )
    ).all()
    found = definitions(session, [row.id for row in rows])
    return {row.number: found[row.id] for row in rows}
