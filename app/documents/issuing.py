"""A draft becomes a paper: it takes the next number of the book, and nobody changes it again."""

from datetime import date, datetime

from babel.dates import format_date
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.accounts.queries import unit_by_id
from app.audit import record_access
from app.cases.conversation import note_paper
from app.cases.models import EventKind
from app.documents import queries, shelf
from app.documents.filling import put_number, traces_of, unfilled_in
from app.documents.kinds import Kind, kind_of
from app.documents.models import Made, Paper, PaperNumber, PaperState
from app.documents.numbering import Number, day_at, next_number
from app.documents.services import happening_of_paper, keep_version, lock_case, persons_in
from app.documents.wording import wording_from
from app.errors import Conflict, Invalid, Refused
from app.permissions import Actor
from app.registers.person_facts import require_family_contact
from app.storage import StoredFile

# --- issuing --------------------------------------------------------------------------------


def issue_paper(session: Session, actor: Actor, paper_id: int, *, now: datetime) -> PaperNumber:
    """Give the newest draft the next number of the unit's book; it is not changed afterwards."""
    paper = queries.readable_paper(session, actor, paper_id, lock=True)
    if paper.state != PaperState.DRAFT:
        raise Conflict("Chỉ cấp số cho bản dự thảo. Văn bản này đã có số hoặc chưa soạn xong.")
    if paper.unit_id != actor.unit_id:
        raise Refused("Văn bản của đơn vị nào do đơn vị đó cấp số.")
    kind, unit = kind_of(paper.kind), unit_by_id(session, actor.unit_id)
    _refuse_unfinished(session, paper, kind)
    head = lock_case(session, paper)
    if kind.is_to_family and paper.case_id is not None:
        tied = persons_in(session, [paper.case_id]).get(paper.case_id, [])
        require_family_contact(session, tied)
    number = next_number(session, unit, kind, on=day_at(unit, now))
    stored = _numbered(session, paper, kind, number=number, on=day_at(unit, now))
    version = keep_version(session, actor, paper, stored, made=Made.ISSUED, now=now)
    line = _book_line(actor, unit, paper, kind, number=number, sha256=version.sha256, now=now)
    session.add(line)
    paper.state = PaperState.ISSUED
    session.flush()
    record_access(session, actor, "paper.issued", f"paper:{paper.id}", now=now)
    if head is not None:
        happening = happening_of_paper(
            paper.id, kind.code, EventKind.PAPER_ISSUED, stored.sha256, number=line.symbol
        )
        note_paper(session, actor, head, happening, now=now)
    return line


def _refuse_unfinished(session: Session, paper: Paper, kind: Kind) -> None:
    """No number for a letter in which the places of the shipped words still stand open.

    Minutes are filled by hand at the table, so that theirs may. No paper leaves with the changes
    and remarks of its drafters.
    """
    draft = shelf.kept(queries.newest_word_file(session, paper.id).sha256)
    if traces := traces_of(draft):
        raise Refused("Chưa cấp số được.", traces)
    if kind.is_minutes:
        return
    if found := unfilled_in(draft):
        reason = f"Còn chỗ chưa điền: “{found}”. Hãy sửa trong Word rồi gửi lại."
        raise Refused("Chưa cấp số được.", [reason])


def _numbered(
    session: Session, paper: Paper, kind: Kind, *, number: Number, on: date
) -> StoredFile:
    """The newest draft with its number and day in their places."""
    draft = shelf.kept(queries.newest_word_file(session, paper.id).sha256)
    day = f"ngày {on.day:02d} tháng {_month(on.month)} năm {on.year}"
    whole = put_number(
        draft,
        number=f"{number.number:02d}",
        symbol=number.symbol,
        day=day,
        day_translated=format_date(on, "d MMMM y", locale="en"),
    )
    return shelf.keep(_file_name(kind, number.symbol), whole)


def _book_line(
    actor: Actor,
    unit: Unit,
    paper: Paper,
    kind: Kind,
    *,
    number: Number,
    sha256: str,
    now: datetime,
) -> PaperNumber:
    said = wording_from(paper.content)
    return PaperNumber(
        unit_id=unit.id,
        year=number.year,
        register=kind.register,
        number=number.number,
        kind=kind.code,
        symbol=number.symbol,
        issued_on=day_at(unit, now),
        abstract=said.abstract,
        addressee=said.addressed,
        signer=said.signer,
        paper_id=paper.id,
        sha256=sha256,
        issued_by=actor.user_id,
        issuer_name=actor.name,
        issued_at=now,
    )


def _month(month: int) -> str:
    """January and February take a nought, the other months do not (Nghị định 30/2020)."""
    return f"{month:02d}" if month < 3 else str(month)  # noqa: PLR2004  as said above


def withdraw_paper(
    session: Session, actor: Actor, paper_id: int, *, reason: str, now: datetime
) -> PaperNumber:
    """Take an issued paper back; its number stays in the book with the reason and is not reused."""
    paper = queries.readable_paper(session, actor, paper_id, lock=True)
    line = queries.number_of(session, paper.id)
    if paper.state != PaperState.ISSUED or line is None:
        raise Conflict("Chỉ thu hồi văn bản đã cấp số.")
    if paper.unit_id != actor.unit_id:
        raise Refused("Văn bản của đơn vị nào do đơn vị đó thu hồi.")
    said = reason.strip()
    if not said:
        raise Invalid("Cần lý do.", {"reason": ["Hãy ghi lý do thu hồi."]})
    line.withdrawn_at, line.withdrawer_name, line.withdrawn_reason = now, actor.name, said
    paper.state = PaperState.WITHDRAWN
    session.flush()
    record_access(session, actor, "paper.withdrawn", f"paper:{paper.id}", now=now)
    head = lock_case(session, paper)
    if head is not None:
        happening = happening_of_paper(
            paper.id,
            paper.kind,
            EventKind.PAPER_WITHDRAWN,
            line.sha256,
            number=line.symbol,
            reason=said,
        )
        note_paper(session, actor, head, happening, now=now)
    return line


def _file_name(kind: Kind, symbol: str) -> str:
    safe = "".join(mark if mark.isalnum() or mark in "-." else "-" for mark in symbol)
    return f"{kind.code.replace('_', '-')}-{safe}.docx"
