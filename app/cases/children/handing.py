"""Hands one named paper of a file to a linked file with other readers: with a reason, in both."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.cases import queries
from app.cases.case_page import opens_to
from app.cases.heads import CaseHead, definition_of_head, get_head, lock_heads
from app.cases.models import Attachment, CaseLink, EventKind
from app.cases.recording import Happening, record
from app.errors import Conflict, Invalid, NotFound
from app.permissions import Actor

_NOT_HANDED = "Chưa chuyển được văn bản."


def linked_files(session: Session, head: CaseHead) -> list[CaseHead]:
    """The files that this one is tied to, also those that the person may not read."""
    ties = session.scalars(
        select(CaseLink).where(
            or_(CaseLink.case_id == head.id, CaseLink.other_case_id == head.id),
            CaseLink.other_case_id.is_not(None),
        )
    )
    ids = {one for tie in ties for one in (tie.case_id, tie.other_case_id) if one != head.id}
    found = lock_heads(session, [one for one in ids if one is not None])
    return [one for one in found.values() if one.merged_into_id is None]


def paper_of(session: Session, actor: Actor, head: CaseHead, attachment_id: int) -> Attachment:
    """A paper that the person reads in this file; else NotFound."""
    paper = queries.attachment(session, actor, head.reference, attachment_id)
    if not opens_to(session, actor, head, definition_of_head(session, head), paper):
        raise NotFound
    return paper


def hand_document(
    session: Session,
    actor: Actor,
    reference: str,
    attachment_id: int,
    *,
    to_case: int,
    reason: str,
    now: datetime,
) -> Attachment:
    """Give one attachment to a linked file, whose readers then have it under that file's rights.

    Who hands it over reads the paper here; whether the other file is open to the person does not
    matter: nothing of it is shown, and it alone learns what came.
    """
    head = get_head(session, actor, reference)
    paper = paper_of(session, actor, head, attachment_id)
    why = reason.strip()
    if not why:
        raise Invalid(_NOT_HANDED, {"reason": [_("Nêu lý do chuyển văn bản.")]})
    other = next((one for one in linked_files(session, head) if one.id == to_case), None)
    if other is None:
        raise NotFound
    _refuse_twice(session, paper, other)
    copy = Attachment(
        case_id=other.id,
        field=None,
        file_name=paper.file_name,
        media_type=paper.media_type,
        size=paper.size,
        sha256=paper.sha256,
        uploaded_by=actor.user_id,
        uploaded_at=now,
    )
    session.add(copy)
    session.flush()
    _record_both(session, actor, head, other, paper=paper, copy=copy, why=why, now=now)
    subject = f"case:{head.reference}>{other.reference}:{paper.id}"
    record_access(session, actor, "document.handed", subject, reason=why, now=now)
    return copy


def _refuse_twice(session: Session, paper: Attachment, other: CaseHead) -> None:
    same = select(Attachment.id).where(
        Attachment.case_id == other.id, Attachment.sha256 == paper.sha256
    )
    if session.scalar(same.limit(1)) is not None:
        raise Conflict("Hồ sơ kia đã có văn bản này.")


def _record_both(
    session: Session,
    actor: Actor,
    head: CaseHead,
    other: CaseHead,
    *,
    paper: Attachment,
    copy: Attachment,
    why: str,
    now: datetime,
) -> None:
    """Each chain names its own end; the number of the other file is for auditors, not shown."""
    for one, kind, file, far in (
        (head, EventKind.DOCUMENT_HANDED, paper, other),
        (other, EventKind.DOCUMENT_RECEIVED, copy, head),
    ):
        file_kind = definition_of_head(session, far).case_type.name.vi
        data = {
            "word": f"{file.file_name} – {file_kind}",
            "other_file": far.reference,
            "sha256": file.sha256,
            "files": [{"id": file.id, "label": file.file_name}],
        }
        happening = Happening(kind, text=why, data=data, summary=file.file_name)
        record(session, actor, one, happening, now=now)
