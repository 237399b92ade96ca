"""Keeps notes and reasons out of what an outsider's search finds, where the page masks them."""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.catalogue import definition_by_id
from app.cases.children.models import CaseChild
from app.cases.models import Case, CaseLink
from app.cases.search import Words, searchable, words_of_data
from app.cases.text_models import CaseText
from app.registers.models import Marker, Vessel
from app.workflow.tracks import Track


def words_beside(session: Session, case_id: int, parts: Iterable[str]) -> Words:
    """Free words of a note or a reason as the search keeps them: closed as they are on the page."""
    found = searchable(parts)
    if not found:
        return Words("")
    is_protected = session.scalar(select(Case.is_protected).where(Case.id == case_id))
    return Words("", found) if is_protected else Words(found)


def close_words(session: Session, case_ids: Collection[int]) -> int:
    """Leave open only what all may read of these cases; in how many there was more.

    Notes and reasons are masked to outsiders, and a word that finds the case would tell them.
    """
    texts = session.scalars(select(CaseText).where(CaseText.case_id.in_(case_ids))).all()
    cases = session.execute(
        select(
            *(Case.id, Case.reference, Case.title, Case.place_text),
            *(Case.data, Case.type_version_id),
        ).where(Case.id.in_(case_ids))
    )
    known = {row.id: row for row in cases}
    closed = 0
    for kept in texts:
        row = known[kept.case_id]
        beside = (row.reference, row.title, row.place_text, *_named(session, row.id))
        fields = definition_by_id(session, row.type_version_id).fields
        is_open = words_of_data(fields, row.data, beside=beside).open
        if not set(kept.folded.split()) <= set(is_open.split()):
            kept.personal = f"{kept.personal} {kept.folded}".strip()
            kept.folded = is_open
            closed += 1
    session.flush()
    return closed


def _named(session: Session, case_id: int) -> Iterator[str]:
    """The vessels and markers of the case, and what its sanctions are called."""
    yield from session.scalars(
        select(CaseChild.label).where(
            CaseChild.case_id == case_id, CaseChild.track != Track.PERSONS
        )
    )
    of_case = CaseLink.case_id == case_id
    vessels = select(Vessel.canonical, Vessel.raw_number).join(
        CaseLink, CaseLink.vessel_id == Vessel.id
    )
    markers = select(Marker.neighbour, Marker.label).join(CaseLink, CaseLink.marker_id == Marker.id)
    for row in (*session.execute(vessels.where(of_case)), *session.execute(markers.where(of_case))):
        yield from filter(None, row)
