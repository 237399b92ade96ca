"""The templates of an office: the shipped one, or its own versions from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.documents import shelf
from app.documents.building import shipped_template
from app.documents.fields import sample, vocabulary
from app.documents.filling import Ready, fill, read_template
from app.documents.kinds import Kind, kind_of
from app.documents.models import PaperTemplate
from app.documents.page import departures
from app.errors import Invalid, NotFound
from app.permissions import Actor


@dataclass(frozen=True, slots=True)
class InForce:
    """The template that holds on a day; `row` is None for the shipped one."""

    kind: Kind
    row: PaperTemplate | None
    content: bytes

    @property
    def file_name(self) -> str:
        return self.row.file_name if self.row else f"mau-{self.kind.code.replace('_', '-')}.docx"


def template_on(session: Session, unit_id: int, kind: Kind, on: date) -> InForce:
    row = session.scalar(
        select(PaperTemplate)
        .where(
            PaperTemplate.unit_id == unit_id,
            PaperTemplate.kind == kind.code,
            PaperTemplate.valid_from <= on,
        )
        .order_by(PaperTemplate.valid_from.desc(), PaperTemplate.number.desc())
        .limit(1)
    )
    if row is None or row.is_shipped:
        return InForce(kind, None, shipped_template(kind.code))
    return InForce(kind, row, shelf.kept(row.sha256))


def versions_of(session: Session, unit_id: int, kind: Kind) -> Sequence[PaperTemplate]:
    """The unit's own versions, the newest first."""
    return session.scalars(
        select(PaperTemplate)
        .where(PaperTemplate.unit_id == unit_id, PaperTemplate.kind == kind.code)
        .order_by(PaperTemplate.number.desc())
    ).all()


def version_content(session: Session, actor: Actor, kind: Kind, number: int) -> tuple[str, bytes]:
    """The file of one version of the actor's own unit."""
    row = session.scalar(
        select(PaperTemplate).where(
            PaperTemplate.unit_id == actor.unit_id,
            PaperTemplate.kind == kind.code,
            PaperTemplate.number == number,
        )
    )
    if row is None or row.is_shipped:
        raise NotFound
    return row.file_name, shelf.kept(row.sha256)


def add_version(
    session: Session,
    actor: Actor,
    kind_code: str,
    *,
    file_name: str,
    content: bytes | None,
    valid_from: date,
    now: datetime,
) -> list[str]:
    """Keep an office's version after it was judged and tried; answers with what departs from rule.

    Without content the shipped template holds again.
    """
    kind = kind_of(kind_code)
    remarks: list[str] = []
    facts: dict[str, str | int] = {}
    if content is not None:
        if not file_name.lower().endswith(".docx"):
            raise Invalid("Chưa nhận được mẫu.", {"file": ["Hãy chọn tệp Word dạng .docx."]})
        preview(session, content)
        remarks = [] if kind.is_note else departures(content)
        stored = shelf.keep(file_name, content)
        facts = {"file_name": stored.file_name, "size": stored.size, "sha256": stored.sha256}
    session.add(
        PaperTemplate(
            unit_id=actor.unit_id,
            kind=kind.code,
            number=_next_number(session, actor.unit_id, kind),
            valid_from=valid_from,
            uploaded_by=actor.user_id,
            uploader_name=actor.name,
            uploaded_at=now,
            **facts,
        )
    )
    session.flush()
    subject = f"paper_template:{actor.unit_id}:{kind.code}"
    record_access(session, actor, "paper_template.added", subject, now=now)
    return remarks


def _next_number(session: Session, unit_id: int, kind: Kind) -> int:
    asked = select(func.max(PaperTemplate.number)).where(
        PaperTemplate.unit_id == unit_id, PaperTemplate.kind == kind.code
    )
    return (session.scalar(asked) or 0) + 1


def preview(session: Session, content: bytes) -> bytes:
    """The template with invented values; Invalid with one sentence where it cannot be filled."""
    return fill(ready(session, content), sample(session))


def ready(session: Session, content: bytes) -> Ready:
    return read_template(content, vocabulary(session))
