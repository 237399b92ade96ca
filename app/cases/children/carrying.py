"""When two files turn out to be one incident, the kept one goes on with the children of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.children.models import CaseChild
from app.cases.children.queries import children_of, open_counts
from app.cases.heads import CaseHead, definition_of_head
from app.cases.models import CaseLink
from app.cases.search import Words, extend_text, searchable
from app.database import fold_text
from app.permissions import Actor
from app.workflow.text import joined
from app.workflow.tracks import Track, counted

_ENTRY = {Track.VESSELS: "vessel_id", Track.PERSONS: "person_id"}
Columns = dict[str, Any]  # Any: columns of case
Data = dict[str, Any]  # Any: JSON, of an event


@dataclass(frozen=True, slots=True)
class Carried:
    """What moved: the events of both cases say it, and both count anew what is still open."""

    data: Data
    of_merged: Columns
    of_kept: Columns


NOBODY = Carried({}, {}, {})


def carry_children(
    session: Session, actor: Actor, merged: CaseHead, kept: CaseHead, *, now: datetime
) -> Carried:
    """Move the children into the kept case; who stands on its lists already stays behind.

    A row keeps its id and its facts, so that its history in the merged case is still its own.
    """
    tracks = definition_of_head(session, kept).machine.tracks
    coming = [one for one in children_of(session, merged.id) if Track(one.track) in tracks]
    if not coming:
        return NOBODY
    there = children_of(session, kept.id)
    pairs = [(one, next((own for own in there if _is_same(one, own)), None)) for one in coming]
    twins = {one.id: own.id for one, own in pairs if own is not None}
    moved = [one for one, own in pairs if own is None]
    for child in moved:
        child.case_id = kept.id
        _point_anew(child, twins)
        child.updated_at, child.updated_by = now, actor.name
    _tie(session, kept, moved, now=now)
    session.flush()
    _extend_search(session, kept, moved)
    return Carried(
        _data(moved, twins),
        {"open_children": open_counts(children_of(session, merged.id))},
        {"open_children": open_counts(children_of(session, kept.id))},
    )


def _is_same(one: CaseChild, other: CaseChild) -> bool:
    """The same entry of the register, else the same claim; two decisions by their number."""
    if one.track != other.track:
        return False
    if one.track == Track.SANCTIONS:
        number = one.facts.get("decision_number")
        return bool(number) and number == other.facts.get("decision_number")
    column = _ENTRY[Track(one.track)]
    mine, theirs = getattr(one, column), getattr(other, column)
    if mine is not None and theirs is not None:
        return bool(mine == theirs)
    return fold_text(one.label) == fold_text(other.label)


def _point_anew(child: CaseChild, twins: Mapping[int, int]) -> None:
    """The vessel or the man that stayed behind is now the one of the kept case."""
    child.parent_id = twins.get(child.parent_id or 0, child.parent_id)
    about = child.facts.get("subject_child")
    if isinstance(about, int) and about in twins:
        child.facts = {**child.facts, "subject_child": twins[about]}


def _tie(session: Session, kept: CaseHead, moved: Sequence[CaseChild], *, now: datetime) -> None:
    """The kept case is tied to the entries of the registers that came with them."""
    for child in moved:
        column = _ENTRY.get(Track(child.track), "")
        entry = getattr(child, column) if column else None
        if entry is None:
            continue
        tie = {"case_id": kept.id, column: entry}
        if session.scalar(select(CaseLink.id).filter_by(**tie).limit(1)) is None:
            session.add(CaseLink(role="related", linked_at=now, **tie))
            session.flush()


def _extend_search(session: Session, kept: CaseHead, moved: Sequence[CaseChild]) -> None:
    persons = [child.label for child in moved if child.track == Track.PERSONS]
    others = [child.label for child in moved if child.track != Track.PERSONS]
    extend_text(session, kept.id, Words(searchable(others), searchable(persons)))


def _data(moved: Sequence[CaseChild], twins: Mapping[int, int]) -> Data:
    data: Data = {
        "children": [child.id for child in moved],
        "carried": [
            {
                "id": child.id,
                "track": child.track,
                "status": child.status,
                "is_verified": child.is_verified,
                "province": child.province_code,
            }
            for child in moved
        ],
        "twins": {str(one): own for one, own in twins.items()},
    }
    counts = [
        counted(track, sum(child.track == track for child in moved))
        for track in Track
        if any(child.track == track for child in moved)
    ]
    if counts:
        data["word"] = joined(counts, "và", "and").vi
    return data
