"""What a page holds, under the rights and filters of the one who prints it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.models import Case, Confidentiality
from app.geo.gazetteer import Pack
from app.maps.cells import Box
from app.maps.features import Asked, Feature, Links, features_in
from app.maps.rules import tone_of_marker
from app.maps.sheets.backdrop import zoom_of_scale
from app.permissions import Actor
from app.registers.days import Day
from app.registers.past import standings, traced_markers

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
    session: Session, actor: Actor, asked: Asked, day: Day, *, pack: Pack | None
) -> Contents:
    """The markers of a past day as they stood then; of cases the map knows only the present."""
    if asked.markers is None:
        return Contents((), (), 0, 0, is_past=True)
    places = {one.marker_id: one.placed for one in traced_markers(session).values()}
    stood = standings(session, actor, asked.markers, on=day.on, pack=pack)
    points: list[Feature] = []
    for one in stood:
        place = places[one.marker_id]
        if place.lat is None or place.lon is None or not asked.box.holds(place.lat, place.lon):
            continue
        points.append(
            {
                "id": f"m{one.marker_id}",
                "is": "marker",
                "type": one.kind,
                "title": one.label,
                "line": one.neighbour,
                "tone": tone_of_marker(one.stage, one.condition),
                "lat": place.lat,
                "lon": place.lon,
            }
        )
    if len(points) <= MOST_SINGLE:
        return Contents(points, (), len(points), 0, is_past=True)
    return Contents((), list(_crowds(points, asked.box)), len(points), 0, is_past=True)


_SQUARES: Final = 24  # across the longer side of the page


def _crowds(points: Iterable[Feature], box: Box) -> Iterable[Feature]:
    """The points counted in squares of the page, as the live map counts its own."""
    side = max(box.east - box.west, box.north - box.south) / _SQUARES
    squares: dict[tuple[int, int], list[Feature]] = {}
    for point in points:
        key = int((point["lon"] - box.west) / side), int((point["lat"] - box.south) / side)
        squares.setdefault(key, []).append(point)
    for held in squares.values():
        yield {
            "n": len(held),
            "lat": sum(one["lat"] for one in held) / len(held),
            "lon": sum(one["lon"] for one in held) / len(held),
            "tones": dict(Counter(one["tone"] for one in held)),
            "types": dict(Counter(one["type"] for one in held)),
        }
