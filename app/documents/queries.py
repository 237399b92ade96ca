"""Reads of papers: through the case or the hand-over they belong to, and the unit's own book."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.heads import CaseHead, get_head_by_id
from app.cases.models import Case
from app.cases.queries import visible_to
from app.documents.facts import cases_with_protected, may_open
from app.documents.kinds import Kind
from app.documents.models import Made, Paper, PaperNumber, PaperVersion
from app.documents.wording import Wording, wording_from
from app.errors import Forbidden, NotFound
from app.office.handovers import handover_of
from app.permissions import Actor, Permission

MOST_BOOK_LINES = 5_000
_CHUNK = 500


def paper_of(session: Session, actor: Actor, paper_id: int, *, lock: bool = False) -> Paper:
    """A paper of a case in scope, of a hand-over that concerns the actor, of the own unit's event.

    Any other is NotFound.
    """
    statement = select(Paper).where(Paper.id == paper_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None:
        raise NotFound
    if found.case_id is not None:
        get_head_by_id(session, actor, found.case_id)
    elif found.handover_id is not None:
        handover_of(session, actor, found.handover_id)
    elif found.unit_id != actor.unit_id:
        raise NotFound
    return found


def head_of(session: Session, actor: Actor, paper: Paper) -> CaseHead | None:
    return get_head_by_id(session, actor, paper.case_id) if paper.case_id is not None else None


def is_open_to(session: Session, actor: Actor, paper: Paper) -> bool:
    """Whether the actor may read what stands in the paper."""
    if paper.mass_event_id is not None:  # it names everybody
        return actor.may(Permission.PERSONAL_DATA_VIEW)
    head = head_of(session, actor, paper)
    return head is None or may_open(
        session, actor, head, fields_read=paper.fields_read, persons=paper.persons
    )


def readable_paper(session: Session, actor: Actor, paper_id: int, *, lock: bool = False) -> Paper:
    paper = paper_of(session, actor, paper_id, lock=lock)
    if not is_open_to(session, actor, paper):
        raise Forbidden("Văn bản có dữ liệu mà bạn không có quyền xem.")
    return paper


def words_again(
    session: Session, actor: Actor, paper_id: int | None, *, head: CaseHead, kind: Kind
) -> Wording | None:
    """What an earlier paper of the case and kind said, for the one that takes its place."""
    if paper_id is None:
        return None
    paper = readable_paper(session, actor, paper_id)
    if paper.case_id != head.id or paper.kind != kind.code:
        raise NotFound
    return wording_from(paper.content)


def papers_of_case(session: Session, case_id: int) -> Sequence[Paper]:
    return session.scalars(
        select(Paper).where(Paper.case_id == case_id).order_by(Paper.id.desc())
    ).all()


def papers_of_batch(session: Session, actor: Actor, batch: str) -> Sequence[Paper]:
    """What one act of the actor's unit had written, as far as its cases are in scope."""
    found = session.scalars(
        select(Paper)
        .join(Case, Case.id == Paper.case_id)
        .where(Paper.batch == batch, Paper.unit_id == actor.unit_id, visible_to(actor))
        .order_by(Paper.id)
    ).all()
    if not found:
        raise NotFound
    return found


def versions_of(session: Session, paper_id: int) -> Sequence[PaperVersion]:
    """The newest first."""
    return session.scalars(
        select(PaperVersion)
        .where(PaperVersion.paper_id == paper_id)
        .order_by(PaperVersion.number.desc())
    ).all()


def newest_word_file(session: Session, paper_id: int) -> PaperVersion:
    found = next(
        (one for one in versions_of(session, paper_id) if one.made != Made.PDF),
        None,
    )
    if found is None:
        raise NotFound
    return found


def number_of(session: Session, paper_id: int) -> PaperNumber | None:
    return session.scalar(select(PaperNumber).where(PaperNumber.paper_id == paper_id))


def book_of(
    session: Session, unit_id: int, *, year: int, register: str = ""
) -> Sequence[PaperNumber]:
    """The lines of a year's book, the newest first."""
    statement = select(PaperNumber).where(PaperNumber.unit_id == unit_id, PaperNumber.year == year)
    if register:
        statement = statement.where(PaperNumber.register == register)
    return session.scalars(statement.order_by(PaperNumber.id.desc()).limit(MOST_BOOK_LINES)).all()


def years_of(session: Session, unit_id: int) -> list[int]:
    asked = select(PaperNumber.year).where(PaperNumber.unit_id == unit_id).distinct()
    return sorted(session.scalars(asked), reverse=True)


def symbols_given(session: Session, paper_ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(PaperNumber.paper_id, PaperNumber.symbol).where(PaperNumber.paper_id.in_(paper_ids))
    )
    return {row.paper_id: row.symbol for row in rows}


def readable_among(session: Session, actor: Actor, paper_ids: Sequence[int]) -> set[int]:
    """Of these papers, those whose words the actor may read; most say so without a closer look."""
    found: set[int] = set()
    for start in range(0, len(paper_ids), _CHUNK):
        part = paper_ids[start : start + _CHUNK]
        papers = session.scalars(select(Paper).where(Paper.id.in_(part))).all()
        cases = {paper.case_id for paper in papers if paper.case_id is not None}
        seen = set(session.scalars(select(Case.id).where(Case.id.in_(cases), visible_to(actor))))
        guarded = cases_with_protected(session, seen)
        for paper in papers:
            if paper.case_id is None:
                is_open = paper.unit_id == actor.unit_id and is_open_to(session, actor, paper)
            elif paper.fields_read or paper.persons or paper.case_id in guarded:
                is_open = paper.case_id in seen and is_open_to(session, actor, paper)
            else:
                is_open = paper.case_id in seen
            found.update({paper.id} if is_open else ())
    return found


def cases_of(session: Session, actor: Actor, papers: Iterable[Paper]) -> dict[int, str]:
    """Number and title of each case that these papers are about and the actor sees."""
    ids = {paper.case_id for paper in papers if paper.case_id is not None}
    asked = select(Case.id, Case.reference, Case.title).where(Case.id.in_(ids), visible_to(actor))
    return {row.id: f"{row.reference} – {row.title}" for row in session.execute(asked)}


def version_of(session: Session, paper_id: int, number: int) -> PaperVersion:
    found = session.scalar(
        select(PaperVersion).where(PaperVersion.paper_id == paper_id, PaperVersion.number == number)
    )
    if found is None:
        raise NotFound
    return found


def papers_of_handover(session: Session, handover_id: int) -> Sequence[Paper]:
    return session.scalars(
        select(Paper).where(Paper.handover_id == handover_id).order_by(Paper.id.desc())
    ).all()
