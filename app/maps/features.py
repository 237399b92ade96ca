"""What one view of the map holds, under the viewer's rights: clusters and single features."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.cases.queries import Filters
from app.maps import queries
from app.maps.cells import Box, Window, box_of_cell, level_of_zoom, window_of
from app.maps.queries import Columns
from app.maps.rules import Tone, tone_of_case, tone_of_kind, tone_of_marker
from app.permissions import Actor
from app.registers.queries import MarkerFilter, beside, marker_by_id

MOST_POINTS: Final = 2_000
_POINTS_FROM_ZOOM: Final = 12.0
_ALWAYS_POINTS_FROM_ZOOM: Final = 15.0
_FEW: Final = 600
_DIGITS: Final = 5

Feature = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Asked:
    """A view and its filters; None for a kind of feature that is switched off."""

    box: Box
    zoom: float
    cases: Filters | None
    markers: MarkerFilter | None


@dataclass(slots=True)
class Cluster:
    """What is counted of one square."""

    markers: int = 0
    cases: int = 0
    sum_lat: float = 0.0
    sum_lon: float = 0.0
    tones: Counter[Tone] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    sample: tuple[str, int] = ("", 0)

    @property
    def n(self) -> int:
        return self.markers + self.cases


@dataclass(frozen=True, slots=True)
class Answer:
    """Clusters and points of a view; `shown` of `total` where not everything fits."""

    clusters: Sequence[Feature]
    points: Sequence[Feature]
    markers: int
    cases: int
    shown: int

    @property
    def total(self) -> int:
        return self.markers + self.cases


Links = Callable[[str, Columns], str]


def features_in(
    session: Session, actor: Actor, asked: Asked, *, links: Links, now: datetime
) -> Answer:
    """The features of a view: counted by square, one by one where they are few or near."""
    window = window_of(asked.box, level_of_zoom(asked.zoom))
    clusters = _clusters(session, actor, asked, window, now=now)
    markers = sum(cluster.markers for cluster in clusters.values())
    cases = sum(cluster.cases for cluster in clusters.values())
    if is_shown_singly(asked.zoom, markers + cases):
        points = _points_in(session, actor, asked, window, links=links, now=now)
        return _singly(points, markers, cases)
    points = _lone_points(session, actor, clusters.values(), links=links, now=now)
    crowds = [
        cluster_feature(cell, window.level, cluster)
        for cell, cluster in sorted(clusters.items())
        if cluster.n > 1
    ]
    return Answer(crowds, points, markers, cases, markers + cases)


def _singly(points: Sequence[Feature], markers: int, cases: int) -> Answer:
    """Where all fit, the points themselves are the count: squares reach beyond the view's edge."""
    if len(points) < MOST_POINTS:
        markers = sum(point["is"] == "marker" for point in points)
        cases = len(points) - markers
    return Answer([], points, markers, cases, len(points))


def is_shown_singly(zoom: float, total: int) -> bool:
    return zoom >= _ALWAYS_POINTS_FROM_ZOOM or (zoom >= _POINTS_FROM_ZOOM and total <= _FEW)


def _clusters(
    session: Session, actor: Actor, asked: Asked, window: Window, *, now: datetime
) -> Mapping[int, Cluster]:
    found: dict[int, Cluster] = {}
    if asked.cases is not None:
        for group in queries.case_groups(session, actor, asked.cases, window, now=now):
            cluster = found.setdefault(group.cell, Cluster())
            cluster.cases += group.n
            _count(cluster, group, "case", tone_of_kind(group.state), group.type_code)
    if asked.markers is not None:
        for marked in queries.marker_groups(session, actor, asked.markers, window):
            cluster = found.setdefault(marked.cell, Cluster())
            cluster.markers += marked.n
            tone = tone_of_marker(marked.stage, marked.condition)
            _count(cluster, marked, "marker", tone, marked.kind)
    return found


def _count(
    cluster: Cluster,
    group: queries.Group | queries.MarkerGroup,
    kind: str,
    tone: Tone,
    type_code: str,
) -> None:
    cluster.sum_lat += group.sum_lat
    cluster.sum_lon += group.sum_lon
    cluster.tones[tone] += group.n
    cluster.types[type_code] += group.n
    cluster.sample = (kind, group.sample_id)


def cluster_feature(cell: int, level: int, cluster: Cluster) -> Feature:
    box = box_of_cell(cell, level)
    return {
        "id": f"c{level}-{cell}",
        "lat": round(cluster.sum_lat / cluster.n, _DIGITS),
        "lon": round(cluster.sum_lon / cluster.n, _DIGITS),
        "box": [round(edge, _DIGITS) for edge in (box.west, box.south, box.east, box.north)],
        "n": cluster.n,
        "markers": cluster.markers,
        "cases": cluster.cases,
        "tones": {tone.value: cluster.tones[tone] for tone in Tone if cluster.tones[tone]},
        "types": dict(cluster.types.most_common()),
    }


def _lone_points(
    session: Session, actor: Actor, clusters: Iterable[Cluster], *, links: Links, now: datetime
) -> list[Feature]:
    lone = [cluster.sample for cluster in clusters if cluster.n == 1]
    marker_ids = {number for kind, number in lone if kind == "marker"}
    case_ids = {number for kind, number in lone if kind == "case"}
    return [
        *(marker_point(row, links) for row in queries.markers_by_id(session, actor, marker_ids)),
        *(case_point(row, links, now) for row in queries.cases_by_id(session, actor, case_ids)),
    ]


def _points_in(
    session: Session, actor: Actor, asked: Asked, window: Window, *, links: Links, now: datetime
) -> list[Feature]:
    points: list[Feature] = []
    if asked.markers is not None:
        rows = queries.marker_points(session, actor, asked.markers, window, limit=MOST_POINTS)
        points.extend(marker_point(row, links) for row in rows)
    left = MOST_POINTS - len(points)
    if asked.cases is not None and left:
        rows = queries.case_points(session, actor, asked.cases, window, limit=left, now=now)
        points.extend(case_point(row, links, now) for row in rows)
    return points


def marker_point(row: Columns, links: Links) -> Feature:
    return {
        "id": f"m{row.id}",
        "is": "marker",
        "type": row.kind,
        "title": row.label,
        "line": row.neighbour,
        "state": row.stage,
        "condition": row.condition,
        "tone": tone_of_marker(row.stage, row.condition),
        "province": row.province_code,
        "lat": round(row.lat, _DIGITS + 1),
        "lon": round(row.lon, _DIGITS + 1),
        "inspection_due": row.inspection_due,
        "url": links("marker", row),
    }


def beside_on_line(
    session: Session, actor: Actor, marker_id: int, *, links: Links
) -> tuple[Feature | None, Feature | None]:
    """The previous and the next marker of the line. Raises NotFound outside the actor's scope."""
    marker = marker_by_id(session, actor, marker_id)
    both = beside(session, actor, marker)
    ids = {one.id for one in both if one is not None and one.lat is not None}
    points = {
        row.id: marker_point(row, links) for row in queries.markers_by_id(session, actor, ids)
    }
    before, after = (points.get(one.id) if one is not None else None for one in both)
    return before, after


def case_point(row: Columns, links: Links, now: datetime) -> Feature:
    tone = tone_of_case(row.state_kind, row.next_due_at, is_open=row.is_open, now=now)
    return {
        "id": f"h{row.id}",
        "is": "case",
        "type": row.type_code,
        "title": row.title,
        "reference": row.reference,
        "state": row.state,
        "tone": tone,
        "place": row.place_text,
        "province": row.province_code,
        "due": row.next_due_at if row.is_open else None,
        "lat": round(row.lat, _DIGITS + 1),
        "lon": round(row.lon, _DIGITS + 1),
        "url": links("case", row),
    }
