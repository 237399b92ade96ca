"""The verbs of drafts: write one or many, take back what was edited in Word."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.cases.conversation import note_paper
from app.cases.heads import CaseHead, lock_heads
from app.cases.models import Case, CaseLink, EventKind
from app.cases.queries import visible_to
from app.cases.recording import Happening
from app.documents import queries, shelf
from app.documents.checking import check_docx
from app.documents.filling import traces_of
from app.documents.kinds import kind_of
from app.documents.models import (
    Made,
    Paper,
    PaperState,
    PaperVersion,
)
from app.documents.page import departures
from app.documents.wording import Wording
from app.errors import Conflict, Invalid, NotFound, Refused
from app.jobs import Job, enqueue
from app.permissions import Actor
from app.registers.person_facts import require_family_contact
from app.storage import StoredFile

_CHUNK = 500
STUCK_AFTER = timedelta(minutes=2)


# --- drafting -------------------------------------------------------------------------------


def draft_paper(
    session: Session, actor: Actor, case: Case, kind: str, *, wording: Wording, now: datetime
) -> Paper:
    """Have one paper of a case written; a letter to the family asks for consent first."""
    chosen = kind_of(kind)
    if chosen.is_to_family:
        require_family_contact(session, persons_in(session, [case.id]).get(case.id, []))
    batch = draft_letters(session, actor, [case], kind, wording=wording, now=now)
    return session.scalars(select(Paper).where(Paper.batch == batch)).one()


def draft_letters(
    session: Session,
    actor: Actor,
    cases: Sequence[Case],
    template: str,
    *,
    now: datetime,
    wording: Wording | None = None,
) -> str:
    """Have the same paper written for each of these cases; the name of the batch.

    `{field}` in the wording is filled for each case, as far as the actor may read it. A case that
    cannot have its letter keeps a paper that says why; the others go on.
    """
    kind, batch = kind_of(template), secrets.token_hex(16)
    _refuse_unseen(session, actor, cases)
    content = (wording or Wording()).dumped()
    row = {
        "unit_id": actor.unit_id,
        "kind": kind.code,
        "state": PaperState.MAKING.value,
        "batch": batch,
        "content": content,
        "created_by": actor.user_id,
        "creator_name": actor.name,
        "created_at": now,
        "fields_read": [],
        "persons": [],
        "left_blank": [],
        "problem": "",
    }
    if cases:
        session.execute(insert(Paper), [{**row, "case_id": case.id} for case in cases])
    enqueue(session, Job.DRAFT_PAPERS, {"batch": batch}, now=now)
    return batch


def _refuse_unseen(session: Session, actor: Actor, cases: Sequence[Case]) -> None:
    ids = sorted({case.id for case in cases})
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        seen = session.scalar(
            select(func.count()).select_from(Case).where(Case.id.in_(part), visible_to(actor))
        )
        if seen != len(part):
            raise NotFound


def persons_in(session: Session, case_ids: Collection[int]) -> dict[int, list[int]]:
    """The persons tied to each case."""
    rows = session.execute(
        select(CaseLink.case_id, CaseLink.person_id)
        .where(CaseLink.case_id.in_(case_ids), CaseLink.person_id.is_not(None))
        .distinct()
    )
    found: dict[int, list[int]] = {}
    for case_id, person_id in rows:
        found.setdefault(case_id, []).append(int(person_id or 0))
    return found


def add_paper_version(
    session: Session,
    actor: Actor,
    paper_id: int,
    *,
    file_name: str,
    content: bytes,
    now: datetime,
) -> list[str]:
    """Take back what was edited in Word; answers with where it departs from the rule."""
    paper = queries.readable_paper(session, actor, paper_id, lock=True)
    if paper.state != PaperState.DRAFT:
        raise Conflict("Chỉ nhận phiên bản mới của bản dự thảo.")
    if not file_name.lower().endswith(".docx"):
        raise Invalid("Chưa nhận được tệp.", {"file": ["Hãy chọn tệp Word dạng .docx."]})
    check_docx(content)
    remarks = [] if kind_of(paper.kind).is_note else departures(content)
    remarks = [*traces_of(content), *remarks]
    version = keep_version(
        session, actor, paper, shelf.keep(file_name, content), made=Made.UPLOADED, now=now
    )
    _tell(session, actor, paper, EventKind.PAPER_DRAFTED, version.sha256, now=now)
    return remarks


def is_stuck(paper: Paper, *, now: datetime) -> bool:
    """A worker died over it, or the queue stands still: a draft takes seconds."""
    return paper.state == PaperState.MAKING and now - paper.created_at > STUCK_AFTER


def retry_paper(session: Session, actor: Actor, paper_id: int, *, now: datetime) -> Paper:
    """Order a paper anew under the rights of who asks; whichever run comes first writes it."""
    paper = queries.readable_paper(session, actor, paper_id, lock=True)
    if paper.unit_id != actor.unit_id:
        raise Refused("Văn bản của đơn vị nào do đơn vị đó soạn.")
    if paper.state != PaperState.FAILED and not is_stuck(paper, now=now):
        raise Conflict("Văn bản này không cần soạn lại.")
    batch = secrets.token_hex(16)
    paper.state, paper.problem, paper.batch = PaperState.MAKING, "", batch
    paper.created_by, paper.creator_name, paper.created_at = actor.user_id, actor.name, now
    session.flush()
    enqueue(session, Job.DRAFT_PAPERS, {"batch": batch}, now=now)
    return paper


# --- the parts ------------------------------------------------------------------------------


def lock_case(session: Session, paper: Paper) -> CaseHead | None:
    """The case held until the end, so that two papers of it do not meet in its chain."""
    if paper.case_id is None:
        return None
    return lock_heads(session, [paper.case_id])[paper.case_id]


def keep_version(
    session: Session, actor: Actor, paper: Paper, stored: StoredFile, *, made: Made, now: datetime
) -> PaperVersion:
    asked = select(func.max(PaperVersion.number)).where(PaperVersion.paper_id == paper.id)
    version = PaperVersion(
        paper_id=paper.id,
        number=(session.scalar(asked) or 0) + 1,
        made=made,
        file_name=stored.file_name,
        size=stored.size,
        sha256=stored.sha256,
        made_by=actor.user_id,
        maker_name=actor.name,
        made_at=now,
    )
    session.add(version)
    session.flush()
    return version


def keep_pdf(
    session: Session, actor: Actor, paper: Paper, content: bytes, *, name: str, now: datetime
) -> PaperVersion:
    stored = shelf.keep(name, content)
    return keep_version(session, actor, paper, stored, made=Made.PDF, now=now)


def _tell(
    session: Session, actor: Actor, paper: Paper, kind: EventKind, sha256: str, *, now: datetime
) -> None:
    head = lock_case(session, paper)
    if head is not None:
        happening = happening_of_paper(paper.id, paper.kind, kind, sha256)
        note_paper(session, actor, head, happening, now=now)


def happening_of_paper(
    paper_id: int,
    kind_code: str,
    event: EventKind,
    sha256: str,
    *,
    number: str = "",
    reason: str = "",
) -> Happening:
    """What the timeline keeps: the kind, the number and the hash; nothing of what it says."""
    name = kind_of(kind_code).name.vi
    data = {
        "paper": {"id": paper_id, "label": f"{name} {number}".rstrip()},
        "name": f"{name} {number}".rstrip(),
        "sha256": sha256,
    }
    text = "\n".join(filter(None, [reason, f"SHA-256: {sha256}"]))
    return Happening(event, text=text, data=data, summary=f"{name} {number}".rstrip())
