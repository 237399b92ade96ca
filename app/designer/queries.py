"""Reads of the designer: drafts and their saves, versions, and the open cases behind them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import User
from app.cases.dated_settings import INSPECTION
from app.cases.models import Case, CaseTypeVersion, DatedSetting
from app.cases.published import newest_definitions
from app.designer.models import DraftSave, WorkflowDraft
from app.errors import NotFound
from app.workflow.definition import CaseType, parse_definition
from app.workflow.text import Text

MOST_SAVES_SHOWN = 60
Content = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One case type in the list: its newest version, its draft, and its open cases by version."""

    code: str
    name: Text
    version: CaseTypeVersion | None
    draft: WorkflowDraft | None
    open_cases: Mapping[int, int]

    @property
    def open_count(self) -> int:
        return sum(self.open_cases.values())


def draft_row(session: Session, code: str) -> WorkflowDraft | None:
    return session.scalar(select(WorkflowDraft).where(WorkflowDraft.code == code))


def draft_or_404(session: Session, code: str) -> WorkflowDraft:
    draft = draft_row(session, code)
    if draft is None:
        raise NotFound("Loại hồ sơ này chưa có bản thảo.")
    return draft


def draft_of(session: Session, code: str) -> CaseType | None:
    """The draft of a case type, or None; a draft that is not whole raises DefinitionError."""
    draft = draft_row(session, code)
    return None if draft is None else parse_definition(draft.content, name=draft.code)


def saves_of(session: Session, draft: WorkflowDraft) -> Sequence[DraftSave]:
    """The saves of a draft, newest first."""
    return session.scalars(
        select(DraftSave)
        .where(DraftSave.draft_id == draft.id)
        .order_by(DraftSave.number.desc())
        .limit(MOST_SAVES_SHOWN)
    ).all()


def save_numbered(session: Session, draft: WorkflowDraft, number: int) -> DraftSave | None:
    return session.scalar(
        select(DraftSave).where(DraftSave.draft_id == draft.id, DraftSave.number == number)
    )


# --- versions -------------------------------------------------------------------------------


def newest_version(session: Session, code: str) -> CaseTypeVersion | None:
    return session.scalar(
        select(CaseTypeVersion)
        .where(CaseTypeVersion.code == code)
        .order_by(CaseTypeVersion.number.desc())
        .limit(1)
    )


def versions_of(session: Session, code: str) -> Sequence[CaseTypeVersion]:
    """Every published version of a case type, newest first."""
    return session.scalars(
        select(CaseTypeVersion)
        .where(CaseTypeVersion.code == code)
        .order_by(CaseTypeVersion.number.desc())
    ).all()


def version_numbered(session: Session, code: str, number: int) -> CaseTypeVersion:
    version = session.scalar(
        select(CaseTypeVersion).where(
            CaseTypeVersion.code == code, CaseTypeVersion.number == number
        )
    )
    if version is None:
        raise NotFound("Không có phiên bản này.")
    return version


def content_of(version: CaseTypeVersion | None) -> Content:
    return dict(version.definition) if version is not None else {}


# --- the list -------------------------------------------------------------------------------


def type_rows(session: Session) -> list[TypeRow]:
    newest = select(func.max(CaseTypeVersion.id)).group_by(CaseTypeVersion.code)
    versions = {
        version.code: version
        for version in session.scalars(
            select(CaseTypeVersion).where(CaseTypeVersion.id.in_(newest))
        )
    }
    drafts = {draft.code: draft for draft in session.scalars(select(WorkflowDraft))}
    counts = open_cases_by_version(session)
    rows = [
        TypeRow(
            code,
            name_in(content_of(versions[code]) if code in versions else drafts[code].content),
            versions.get(code),
            drafts.get(code),
            counts.get(code, {}),
        )
        for code in versions.keys() | drafts.keys()
    ]
    return sorted(rows, key=lambda row: row.name.vi.casefold())


def open_cases_by_version(session: Session) -> dict[str, dict[int, int]]:
    """Open cases by type and the number of the version that they are pinned to."""
    rows = session.execute(
        select(CaseTypeVersion.code, CaseTypeVersion.number, func.count(Case.id))
        .join(Case, Case.type_version_id == CaseTypeVersion.id)
        .where(Case.is_open.is_(True))
        .group_by(CaseTypeVersion.code, CaseTypeVersion.number)
        .order_by(CaseTypeVersion.number.desc())
    )
    found: dict[str, dict[int, int]] = {}
    for code, number, count in rows:
        found.setdefault(code, {})[number] = count
    return found


def open_cases_by_state(session: Session, code: str) -> dict[str, int]:
    """How many open cases of a type, of any version, stand in each state."""
    rows = session.execute(
        select(Case.state, func.count(Case.id).label("count"))
        .join(CaseTypeVersion, Case.type_version_id == CaseTypeVersion.id)
        .where(CaseTypeVersion.code == code, Case.is_open.is_(True))
        .group_by(Case.state)
    )
    return {state: int(count) for state, count in rows}


# --- names ----------------------------------------------------------------------------------


def name_in(content: Mapping[str, Any]) -> Text:
    said = content.get("name") or {}
    return Text(str(said.get("vi") or content.get("code") or ""), str(said.get("en") or ""))


def role_words(session: Session) -> dict[str, Text]:
    """Every role of the installation, by code; "system" stands for the program itself."""
    return {role.code: Text(role.name_vi, role.name_en) for role in accounts.roles(session)}


def type_words(session: Session) -> dict[str, Text]:
    return {one.code: one.case_type.name for one in newest_definitions(session)}


def setting_keys(session: Session) -> set[str]:
    """The limits by place that this installation keeps."""
    return {INSPECTION, *session.scalars(select(DatedSetting.key).distinct())}


def people_named(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {int(user_id): str(name) for user_id, name in rows}
