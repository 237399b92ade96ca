"""Reads of the designer: the draft of a case type, its saves."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.designer.models import WorkflowDraft
from app.workflow.definition import CaseType, parse_definition


def draft_row(session: Session, code: str) -> WorkflowDraft | None:
    return session.scalar(select(WorkflowDraft).where(WorkflowDraft.code == code))


def draft_of(session: Session, code: str) -> CaseType | None:
    """The draft of a case type, or None; a draft that is not whole raises DefinitionError."""
    draft = draft_row(session, code)
    return None if draft is None else parse_definition(draft.content, name=draft.code)
