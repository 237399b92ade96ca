"""What a place brings to mind: the nearest marker, and cases that may be the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, load_only

from app.cases.models import Case
from app.cases.queries import SHOWN_COLUMNS, visible_to
from app.geo.zorder import morton_ranges
from app.permissions import Actor
from app.registers.geodesy import bearing

TWIN_REACH_M = 500.0
TWIN_SPAN = timedelta(hours=48)
MOST_TWINS = 5
_METRES_PER_DEGREE = 110_574.0  # of latitude at the equator, where it is shortest


@dataclass(frozen=True, slots=True)
class Sought:
    """A case that is being written: its type, when, and where (EPSG:4326 degrees)."""

    type_code: str
    at: datetime
    lat: float | None = None
    lon: float | None = None
    marker_id: int | None = None
    own_id: int | None = None

    @property
    def is_placed(self) -> bool:
        return self.marker_id is not None or (self.lat is not None and self.lon is not None)


@dataclass(frozen=True, slots=True)
class Twin:
    """A case of the same type, near in place and time; metres where both have a point."""

    reference: str
    title: str
    at: datetime
    distance_m: int | None


def twins(session: Session, actor: Actor, sought: Sought) -> list[Twin]:
    """Cases of the type within 500 m or at the same marker, within 48 hours, nearest first."""
    if not sought.is_placed:
        return []
    cases = session.scalars(
        select(Case)
        .options(load_only(*SHOWN_COLUMNS, Case.lat, Case.lon))
        .where(
            visible_to(actor),
            Case.type_code == sought.type_code,
            Case.opened_at.between(sought.at - TWIN_SPAN, sought.at + TWIN_SPAN),
            or_(*_nearby(sought)),
            Case.id != (sought.own_id or 0),
        )
        .order_by(Case.opened_at.desc())
        .limit(50)
    ).all()
    found = [twin for case in cases if (twin := _twin(sought, case)) is not None]
    return sorted(found, key=lambda twin: twin.distance_m or 0)[:MOST_TWINS]


def twins_of_case(session: Session, actor: Actor, case: Case) -> list[Twin]:
    return twins(
        session,
        actor,
        Sought(case.type_code, case.opened_at, case.lat, case.lon, case.marker_id, case.id),
    )


def _nearby(sought: Sought) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if sought.marker_id is not None:
        conditions.append(Case.marker_id == sought.marker_id)
    if sought.lat is not None and sought.lon is not None:
        wide = 2 * TWIN_REACH_M / _METRES_PER_DEGREE
        box = (sought.lon - wide, sought.lat - wide, sought.lon + wide, sought.lat + wide)
        conditions.extend(Case.z_key.between(*keys) for keys in morton_ranges(box))
    return conditions


def _twin(sought: Sought, case: Case) -> Twin | None:
    """A twin by distance where both have a point, else by the marker named."""
    if None in {sought.lat, sought.lon, case.lat, case.lon}:
        return Twin(case.reference, case.title, case.opened_at, None)
    here, there = (sought.lat, sought.lon), (case.lat, case.lon)
    distance = bearing(here, there).distance_m  # type: ignore[arg-type]  # none is None
    if distance > TWIN_REACH_M:
        return None
    return Twin(case.reference, case.title, case.opened_at, round(distance))


def place_in(answers: Mapping[str, Any]) -> Mapping[str, Any]:  # Any: JSON
    """The first point and the first marker among answers."""
    found: dict[str, Any] = {}
    for value in answers.values():
        item = value[0] if isinstance(value, list) and value else value
        if isinstance(item, dict) and "lat" in item and "lat" not in found:
            found |= {"lat": item["lat"], "lon": item["lon"]}
        elif isinstance(item, dict) and "id" in item and "marker_id" not in found:
            found["marker_id"] = item["id"]
    return found
