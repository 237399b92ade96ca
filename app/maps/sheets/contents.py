"""What a page holds, under the rights and filters of the one who prints it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.models import Case, Confidentiality
from app.maps.features import Asked, Feature, Links, features_in
from app.maps.past import features_on
from app.maps.past_cases import Then
from app.maps.sheets.backdrop import zoom_of_scale
from app.permissions import Actor

MOST_SINGLE: Final = 400
_SINGLY_ZOOM: Final = 15.0
_MOST_CLUSTER_ZOOM: Final = 11.0


@dataclass(frozen=True, slots=True)
class Contents:
    """The features of a page: one by one, or counted by square where they are many."""

    points: Sequence[Feature]
    clusters: Sequence[Feature]
    markers: int
    cases: int
    has_restricted: bool = False
    is_past: bool = False
    lacks_cases: bool = False  # too many of them in the box for a past day

    @property
    def types(self) -> set[str]:
        """Types of cases and kinds of markers that are to be seen on the page."""
        held = {str(point["type"]) for point in self.points}
        return held.union(*(cluster["types"] for cluster in self.clusters))

    @property
    def tones(self) -> set[str]:
        held = {str(point["tone"]) for point in self.points}
        return held.union(*(cluster["tones"] for cluster in self.clusters))


def contents_of(
    session: Session, actor: Actor, asked: Asked, denominator: int, *, links: Links, now: datetime
) -> Contents:
    """The features in the box of `asked` as they stand now, for a page of a scale."""
    zoom = min(zoom_of_scale(denominator) + 0.6, _MOST_CLUSTER_ZOOM)
    answer = features_in(session, actor, replace(asked, zoom=zoom), links=links, now=now)
    if answer.total <= MOST_SINGLE:
        singly = replace(asked, zoom=_SINGLY_ZOOM)
        answer = features_in(session, actor, singly, links=links, now=now)
    return Contents(
        points=answer.points,
        clusters=answer.clusters,
        markers=answer.markers,
        cases=answer.cases,
        has_restricted=_has_restricted(session, answer.points),
    )


def _has_restricted(session: Session, points: Sequence[Feature]) -> bool:
    ids = [int(point["id"][1:]) for point in points if point["is"] == "case"]
    if not ids:
        return False
    statement = select(func.count()).where(
        Case.id.in_(ids), Case.confidentiality == Confidentiality.RESTRICTED
    )
    return bool(session.scalar(statement))


def contents_on(
    session: Session, actor: Actor, asked: Asked, denominator: int, *, then: Then, now: datetime
) -> Contents:
    """The features in the box of `asked` as they stood on a past day."""
    zoom = min(zoom_of_scale(denominator) + 0.6, _MOST_CLUSTER_ZOOM)
    past = features_on(session, actor, replace(asked, zoom=zoom), then=then, now=now)
    if past.answer.total <= MOST_SINGLE:
        past = features_on(session, actor, replace(asked, zoom=_SINGLY_ZOOM), then=then, now=now)
    answer = past.answer
    return Contents(
        points=answer.points,
        clusters=answer.clusters,
        markers=answer.markers,
        cases=answer.cases,
        has_restricted=_has_restricted(session, answer.points),
        is_past=True,
        lacks_cases=past.has_too_many_cases,
    )
