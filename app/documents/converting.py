"""Orders a PDF of a paper and keeps it beside the version it was made from."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.database import transaction
from app.documents import pdf, queries, shelf
from app.documents.models import Made, PaperVersion
from app.documents.services import keep_version
from app.errors import AppError, Conflict, Refused
from app.jobs import Job, enqueue
from app.permissions import Actor


def order_pdf(session: Session, actor: Actor, paper_id: int, *, now: datetime) -> None:
    """Ask a worker for the PDF of the newest version; Refused where LibreOffice is not there."""
    paper = queries.readable_paper(session, actor, paper_id, lock=True)
    version = queries.newest_word_file(session, paper.id)
    if pdf.program(shelf.settings_in_use()) is None:
        raise Refused(pdf.ABSENT)
    if has_pdf(session, version):
        raise Conflict("Phiên bản này đã có PDF.")
    payload = {"version": version.id, "user": actor.user_id, "unit": actor.unit_id}
    paper.problem = ""
    enqueue(session, Job.CONVERT_PAPER, payload, now=now)


def has_pdf(session: Session, version: PaperVersion) -> bool:
    return any(
        one.made == Made.PDF and one.number > version.number
        for one in queries.versions_of(session, version.paper_id)
    )


def convert(session: Session, actor: Actor, version_id: int, *, now: datetime) -> None:
    """Make and keep the PDF; why it could not be made is said on the paper."""
    version = session.get_one(PaperVersion, version_id)
    source = shelf.kept(version.sha256)
    session.rollback()
    content, problem = b"", ""
    try:
        content = pdf.as_pdf(shelf.settings_in_use(), source)
    except AppError as refusal:
        problem = str(refusal)
    with transaction() as writer:
        paper = queries.paper_of(writer, actor, version.paper_id, lock=True)
        paper.problem = problem
        if content and not has_pdf(writer, version):
            name = version.file_name.rsplit(".", 1)[0] + ".pdf"
            keep_version(writer, actor, paper, shelf.keep(name, content), made=Made.PDF, now=now)
