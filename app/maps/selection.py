"""What lies inside an area that a reader drew, or on a stretch of the line, under their rights."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
import shapely
from flask_babel import gettext as _
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import queries as cases
from app.cases.conversation import assign_case
from app.cases.models import Case
from app.errors import Invalid, NotFound
from app.maps.cells import MOST_LEVEL, Box, Window, window_of
from app.maps.features import Asked, Feature, Links, case_point, marker_point
from app.maps.queries import cases_by_id, markers_by_id
from app.maps.sight import in_box, in_sight
from app.permissions import Actor
from app.registers import queries as registers
from app.registers.models import Marker, Segment

MOST_CHOSEN: Final = 10_000
MOST_SHOWN: Final = 200
_MOST_CORNERS: Final = 500
_LEAST_CORNERS: Final = 3
_SQUARES_ACROSS: Final = 3  # the key ranges need not be finer than some squares
_AT_ONCE: Final = 5_000
_CIRCLE: Final = 360.0

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn area (EPSG:4326 degrees) and the box around it."""

    shape: BaseGeometry
    box: Box


@dataclass(frozen=True, slots=True)
class Chosen:
    """The markers and cases inside, in the order of the border and newest first."""

    markers: Ids
    cases: Ids

    @property
    def is_cut(self) -> bool:
        return max(len(self.markers), len(self.cases)) >= MOST_CHOSEN


def read_area(text: str) -> Drawn:
    """An area from JSON `[[lon, lat], …]`, the ring not closed. Raises Invalid."""
    try:
        corners = [(float(lon), float(lat)) for lon, lat in json.loads(text)]
    except (TypeError, ValueError):
        raise Invalid(_("Vùng chọn không đọc được. Hãy vẽ lại.")) from None
    is_sound = _LEAST_CORNERS <= len(corners) <= _MOST_CORNERS and all(
        abs(lon) <= _CIRCLE / 2 and abs(lat) <= _CIRCLE / 4 for lon, lat in corners
    )
    shape = shapely.make_valid(shapely.Polygon(corners)) if is_sound else shapely.Polygon()
    if shape.area == 0:
        raise Invalid(_("Vùng chọn cần ít nhất ba góc và không quá 500 góc."))
    west, south, east, north = shape.bounds
    return Drawn(shape, Box(west, south, east, north))


# --- inside an area -------------------------------------------------------------------------


def chosen_inside(
    session: Session, actor: Actor, asked: Asked, drawn: Drawn, *, now: datetime
) -> Chosen:
    """The markers and cases of the filters that lie inside the area."""
    window = window_of(drawn.box, _level(drawn.box))
    markers: Ids = ()
    if asked.markers is not None:
        columns = (Marker.id, Marker.lat, Marker.lon, Marker.sort_key)
        seen = in_sight(
            *(session, columns, Marker, Marker.z_key, window.key_ranges()),
            in_box(Marker.lat, Marker.lon, drawn.box),
            registers.matching(actor, asked.markers),
        ).subquery()
        found = select(seen.c.id, seen.c.lat, seen.c.lon).order_by(seen.c.sort_key)
        markers = _inside(session.execute(found).all(), drawn)
    found_cases: Ids = ()
    if asked.cases is not None:
        found_cases = _inside(_cases_around(session, actor, asked.cases, window, now=now), drawn)
    return Chosen(markers[:MOST_CHOSEN], found_cases[:MOST_CHOSEN])


def _level(box: Box) -> int:
    """The level whose squares are about a third of the area wide."""
    across = max(box.east - box.west, box.north - box.south, 1e-6)
    return min(max(round(math.log2(_CIRCLE / across * _SQUARES_ACROSS)), 2), MOST_LEVEL)


def _cases_around(
    session: Session, actor: Actor, filters: cases.Filters, window: Window, *, now: datetime
) -> Sequence[Any]:  # Any: rows of id, lat, lon
    conditions = [
        *cases.conditions(session, actor, filters, now=now),
        in_box(Case.lat, Case.lon, window.box),
    ]
    columns = (Case.id, Case.lat, Case.lon)
    seen = in_sight(session, columns, Case, Case.z_key, window.key_ranges(), *conditions)
    inside = seen.subquery()
    newest = select(inside).order_by(inside.c.id.desc()).limit(2 * MOST_CHOSEN)
    return session.execute(newest).all()


def _inside(rows: Sequence[Any], drawn: Drawn) -> Ids:  # Any: rows of id, lat, lon
    if not rows:
        return ()
    ids, lat, lon = (np.array(column) for column in zip(*rows, strict=True))
    shapely.prepare(drawn.shape)
    return tuple(int(one) for one in ids[shapely.contains_xy(drawn.shape, lon, lat)])


# --- on a stretch of the line ---------------------------------------------------------------


def chosen_on_segment(
    session: Session, actor: Actor, asked: Asked, segment_id: int, *, now: datetime
) -> Chosen:
    """The markers of a stretch, and the cases placed along it. Raises NotFound outside scope."""
    segment = _segment(session, actor, segment_id)
    markers: Ids = ()
    if asked.markers is not None:
        own = replace(asked.markers, segment_id=segment.id)
        found = select(Marker.id).where(registers.matching(actor, own)).order_by(Marker.sort_key)
        markers = tuple(session.scalars(found.limit(MOST_CHOSEN)))
    placed: Ids = ()
    if asked.cases is not None:
        along = [
            *cases.conditions(session, actor, asked.cases, now=now),
            Case.neighbour == segment.neighbour,
            Case.chainage_m.between(segment.chainage_from_m, segment.chainage_to_m),
        ]
        newest = select(Case.id).where(*along).order_by(Case.id.desc()).limit(MOST_CHOSEN)
        placed = tuple(session.scalars(newest))
    return Chosen(markers, placed)


def _segment(session: Session, actor: Actor, segment_id: int) -> Segment:
    for segment in registers.segments_seen_by(session, actor):
        if segment.id == segment_id:
            return segment
    raise NotFound


# --- what is done with them -----------------------------------------------------------------


def shown_points(
    session: Session, actor: Actor, chosen: Chosen, *, links: Links, now: datetime
) -> list[Feature]:
    """The first of them as features of the map."""
    markers = markers_by_id(session, actor, chosen.markers[:MOST_SHOWN])
    placed = cases_by_id(session, actor, chosen.cases[:MOST_SHOWN])
    points = [marker_point(row, links) for row in markers]
    points += [case_point(row, links, now) for row in placed if row.lat is not None]
    return points[:MOST_SHOWN]


def chosen_markers(session: Session, actor: Actor, chosen: Chosen) -> list[Marker]:
    """The markers themselves, in the order of the border."""
    found: list[Marker] = []
    for part in _parts(chosen.markers):
        wanted = select(Marker).where(Marker.id.in_(part), registers.visible_to(actor))
        found.extend(session.scalars(wanted.order_by(Marker.sort_key)))
    return found


def take_chosen(session: Session, actor: Actor, chosen: Chosen, *, now: datetime) -> int:
    """Make the actor the one who works on those that nobody works on in the actor's own unit."""
    free = (Case.is_open.is_(True), Case.owner_unit_id == actor.unit_id, Case.assignee_id.is_(None))
    taken = 0
    for part in _parts(chosen.cases):
        wanted = select(Case.reference).where(Case.id.in_(part), cases.visible_to(actor), *free)
        for reference in session.scalars(wanted.order_by(Case.id)).all():
            assign_case(session, actor, reference, user_id=actor.user_id, now=now)
            taken += 1
    return taken


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
