"""What the pages of papers show: a paper with its versions, the papers of a case, the book."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]  # the package ships no types
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from app.cases.case_page import size_in_words
from app.cases.heads import CaseHead
from app.documents import pdf, queries, shelf
from app.documents.composing import Wanted, wanted_by
from app.documents.kinds import Kind, kind_of, kinds
from app.documents.models import Made, Paper, PaperNumber, PaperState
from app.documents.services import is_stuck
from app.documents.wording import Wording, wording_from
from app.jobs import utc_now
from app.permissions import Actor, Permission

STATES: Final = {
    PaperState.MAKING: (lazy_gettext("Đang soạn"), "waiting"),
    PaperState.DRAFT: (lazy_gettext("Dự thảo, chưa có số"), "working"),
    PaperState.FAILED: (lazy_gettext("Chưa soạn được"), "overdue"),
    PaperState.ISSUED: (lazy_gettext("Đã ban hành"), "done"),
    PaperState.WITHDRAWN: (lazy_gettext("Đã thu hồi"), "closed"),
}
MADE: Final = {
    Made.DRAFTED: lazy_gettext("Hệ thống soạn"),
    Made.UPLOADED: lazy_gettext("Sửa trong Word"),
    Made.ISSUED: lazy_gettext("Bản ban hành"),
    Made.PDF: lazy_gettext("PDF"),
}
_HEADERS: Final = (
    *("Số, ký hiệu", "Ngày", "Loại văn bản", "Trích yếu", "Nơi nhận", "Người ký"),
    *("Người cấp số", "Mã SHA-256", "Thu hồi"),
)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One file of a paper."""

    number: int
    made: str
    who: str
    at: datetime
    size: str
    sha256: str
    is_pdf: bool


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper as one row of a list."""

    id: int
    kind: str
    symbol: str
    state: str
    tone: str
    who: str
    at: datetime
    problem: str
    about: str = ""  # number and title of the case, where a list is of several cases


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One paper: what it says, its files, what may be done with it."""

    paper: Paper
    kind: Kind
    line: PaperLine
    head: CaseHead | None
    wording: Wording
    versions: Sequence[VersionLine]
    number: PaperNumber | None
    is_open: bool
    may_issue: bool
    may_edit: bool
    has_pdf: bool
    can_pdf: bool
    is_stuck: bool
    may_retry: bool

    @property
    def newest(self) -> VersionLine | None:
        return next((one for one in self.versions if not one.is_pdf), None)


@dataclass(frozen=True, slots=True)
class CasePapers:
    """The papers of a case, and the kinds that can be written."""

    head: CaseHead
    lines: Sequence[PaperLine]
    wanted: Sequence[Wanted]
    kinds: Sequence[Kind]


def case_papers(session: Session, actor: Actor, head: CaseHead) -> CasePapers:
    papers = queries.papers_of_case(session, head.id)
    return CasePapers(
        head=head,
        lines=lines_of(session, actor, papers),
        wanted=wanted_by(session, actor, head),
        kinds=list(kinds().values()),
    )


def lines_of(session: Session, actor: Actor, papers: Iterable[Paper]) -> list[PaperLine]:
    shown = list(papers)
    symbols = queries.symbols_given(session, [one.id for one in shown])
    return [_line(actor, paper, symbols.get(paper.id, "")) for paper in shown]


def batch_lines(session: Session, actor: Actor, papers: Sequence[Paper]) -> list[PaperLine]:
    """Letters of one act, each with the case that it is about; of cases in sight only."""
    about = queries.cases_of(session, actor, papers)
    lines = lines_of(session, actor, papers)
    return [
        replace(line, about=about.get(paper.case_id or 0, ""))
        for line, paper in zip(lines, papers, strict=True)
    ]


def _line(actor: Actor, paper: Paper, symbol: str) -> PaperLine:
    state, tone = STATES[PaperState(paper.state)]
    return PaperLine(
        id=paper.id,
        kind=kind_of(paper.kind).name.in_locale(actor.locale),
        symbol=symbol,
        state=str(state),
        tone=tone,
        who=paper.creator_name,
        at=paper.created_at,
        problem=paper.problem,
    )


def paper_page(session: Session, actor: Actor, paper: Paper) -> PaperPage:
    """Everything on the page; what stands in the paper only for those who may read it."""
    is_open = queries.is_open_to(session, actor, paper)
    number = queries.number_of(session, paper.id)
    versions = [
        VersionLine(
            number=one.number,
            made=str(MADE[Made(one.made)]),
            who=one.maker_name,
            at=one.made_at,
            size=size_in_words(one.size),
            sha256=one.sha256,
            is_pdf=one.made == Made.PDF,
        )
        for one in queries.versions_of(session, paper.id)
    ]
    is_draft = paper.state == PaperState.DRAFT and is_open
    return PaperPage(
        paper=paper,
        kind=kind_of(paper.kind),
        line=_line(actor, paper, number.symbol if number else ""),
        head=queries.head_of(session, actor, paper),
        wording=wording_from(paper.content) if is_open else Wording(),
        versions=versions,
        number=number,
        is_open=is_open,
        may_issue=is_draft and _may_issue(actor, paper),
        may_edit=is_draft,
        has_pdf=bool(versions) and versions[0].is_pdf,
        can_pdf=pdf.program(shelf.settings_in_use()) is not None,
        is_stuck=(stuck := is_stuck(paper, now=utc_now())),
        may_retry=_may_retry(actor, paper, is_stuck=stuck) and is_open,
    )


def _may_issue(actor: Actor, paper: Paper) -> bool:
    return actor.may(Permission.DOCUMENT_ISSUE) and paper.unit_id == actor.unit_id


def _may_retry(actor: Actor, paper: Paper, *, is_stuck: bool) -> bool:
    is_ours = paper.unit_id == actor.unit_id and paper.case_id is not None
    is_idle = is_stuck or paper.state == PaperState.FAILED
    return is_ours and is_idle and actor.may(Permission.DOCUMENT_DRAFT)


# --- the book -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BookLine:
    """One line of the book; what it is about only for those who may read the paper."""

    paper_id: int
    symbol: str
    issued_on: str
    kind: str
    abstract: str
    addressee: str
    signer: str
    issuer: str
    sha256: str
    withdrawn: str
    is_masked: bool


def book_lines(session: Session, actor: Actor, rows: Sequence[PaperNumber]) -> list[BookLine]:
    open_ids = queries.readable_among(session, actor, [row.paper_id for row in rows])
    return [_book_line(actor, row, is_open=row.paper_id in open_ids) for row in rows]


def _book_line(actor: Actor, row: PaperNumber, *, is_open: bool) -> BookLine:
    withdrawn = ""
    if row.withdrawn_at is not None:
        day = f"{row.withdrawn_at:%d/%m/%Y}"
        withdrawn = _(
            "%(day)s, %(who)s: %(why)s",
            day=day,
            who=row.withdrawer_name,
            why=row.withdrawn_reason,
        )
    return BookLine(
        paper_id=row.paper_id,
        symbol=row.symbol,
        issued_on=f"{row.issued_on:%d/%m/%Y}",
        kind=kind_of(row.kind).name.in_locale(actor.locale),
        abstract=(row.abstract or "") if is_open else "•••",
        addressee=(row.addressee or "") if is_open else "•••",
        signer=row.signer,
        issuer=row.issuer_name,
        sha256=row.sha256,
        withdrawn=withdrawn,
        is_masked=not is_open,
    )


def book_file(lines: Sequence[BookLine], *, unit: str, year: int) -> bytes:
    """The book as a table file; every text is written as text, never as a formula."""
    written = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet("So van ban di")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, f"SỔ ĐĂNG KÝ VĂN BẢN ĐI NĂM {year} – {unit}", bold)
        for column, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(2, column, header, bold)
        for row, line in enumerate(lines, start=3):
            for column, text in enumerate(_cells(line)):
                sheet.write_string(row, column, text, wrapped)
        sheet.freeze_panes(3, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
    return written.getvalue()


_WIDTHS: Final = (18, 11, 18, 40, 28, 20, 20, 16, 28)


def _cells(line: BookLine) -> tuple[str, ...]:
    return (
        *(line.symbol, line.issued_on, line.kind, line.abstract, line.addressee),
        *(line.signer, line.issuer, line.sha256, line.withdrawn),
    )
