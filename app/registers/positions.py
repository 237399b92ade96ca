"""Answers one box: any coordinate or told place becomes a point, a question, or a reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.geo.coordinates import Candidate, Coordinate, Near, Unresolved, parse_coordinate
from app.geo.crs import AxisTable, system_of
from app.geo.gazetteer import Pack
from app.geo.geotag import VN_SIDE
from app.geo.nearness import near_province
from app.geo.places import PlaceExpression, Told, read_place
from app.geo.remarks import Remark
from app.permissions import Actor
from app.registers.dated_rules import axis_table
from app.registers.models import Marker
from app.registers.place_finding import FoundPlace, FoundStretch, find_place
from app.registers.place_questions import Choice, PlaceOpenError
from app.registers.place_telling import ToldPoint, tell_point
from app.registers.position_judging import judge
from app.registers.position_systems import SystemLine, in_every_system

_BARE_NUMBER = re.compile(
    r"\s*[0-9]{1,4}\s*(?:\([1-3]\))?(?:/[0-9]{1,3}(?:\.[0-9]{1,3})?)?\s*(?:\([1-3]\))?\s*"
)
_MOST_CANDIDATES = 8
_MOST_TOLD = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person typed and chose; `chosen` is the key of a reading."""

    text: str
    province_code: str | None = None
    on: date | None = None
    crs: str | None = None
    line: str | None = None
    chosen: str = ""
    named: Marker | None = None


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """A reading that the text allows, and what it would mean."""

    key: str
    candidate: Candidate
    told: ToldPoint
    is_near: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A position that was understood: where, how, how surely, and in every system."""

    lat: float
    lon: float
    uncertainty_m: float
    told: ToldPoint
    systems: Sequence[SystemLine]
    value: dict[str, Any]  # Any: JSON, as a case keeps a coordinate
    coordinate: Coordinate | None = None
    stretch: FoundStretch | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The judgement of one text; without a point, `reason` says why and what to choose from."""

    point: Point | None = None
    reason: Remark | None = None
    remarks: tuple[Remark, ...] = ()
    readings: Sequence[ReadingLine] = ()
    choices: Sequence[Choice] = field(default=())


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every step needs: who asks, on which day, with which pack and table of axes."""

    session: Session
    actor: Actor
    pack: Pack
    axes: AxisTable
    today: date
    near: Near | None

    def tell(self, lat: float, lon: float) -> ToldPoint:
        return tell_point(self.session, self.actor, lat, lon, pack=self.pack, on=self.today)


def answer_position(
    session: Session, actor: Actor, asked: Asked, *, pack: Pack, today: date
) -> Answer:
    """The point that a text means, else the question that must be answered first."""
    near = near_province(pack, asked.province_code)
    desk = _Desk(session, actor, pack, axis_table(session), today, near)
    if _BARE_NUMBER.fullmatch(asked.text) and (
        told := read_place(f"mốc {asked.text}", line=asked.line)
    ):
        return _told(desk, told, asked)
    found = parse_coordinate(
        asked.text,
        crs=asked.crs,
        province_code=asked.province_code,
        on=asked.on,
        axes=desk.axes,
        near=near,
    )
    if isinstance(found, Coordinate):
        return _understood(desk, found, asked)
    if found.candidates:
        return _open(desk, found, asked)
    told = read_place(asked.text, line=asked.line)
    return _told(desk, told, asked) if told else Answer(reason=found.reason)


# --- coordinates ----------------------------------------------------------------------------


def _understood(desk: _Desk, found: Coordinate, asked: Asked) -> Answer:
    judged = judge(desk.session, desk.actor, found, near=desk.near, named=asked.named)
    candidates = [one.candidate for one in judged.better]
    chosen = _chosen(candidates, asked)
    if chosen is not None:
        return _as_chosen(desk, chosen, asked)
    point = _point(desk, found)
    remarks = (*judged.remarks, *found.warnings, *point.told.tag.warnings)
    return Answer(point, remarks=remarks, readings=_readings(desk, candidates))


def _open(desk: _Desk, found: Unresolved, asked: Asked) -> Answer:
    chosen = _chosen(found.candidates, asked)
    if chosen is not None:
        return _as_chosen(desk, chosen, asked)
    return Answer(reason=found.reason, readings=_readings(desk, found.candidates))


def _chosen(candidates: Sequence[Candidate], asked: Asked) -> Candidate | None:
    if not asked.chosen:
        return None
    return next((one for one in candidates if candidate_key(one) == asked.chosen), None)


def _as_chosen(desk: _Desk, chosen: Candidate, asked: Asked) -> Answer:
    system = system_of(chosen.crs)
    found = Coordinate(
        chosen.lat,
        chosen.lon,
        asked.text,
        chosen.crs,
        system.operation,
        system.operation_accuracy_m,
        1.0,
        "chosen_reading",
    )
    point = _point(desk, found)
    return Answer(point, remarks=point.told.tag.warnings)


def _point(desk: _Desk, found: Coordinate) -> Point:
    told = desk.tell(found.lat, found.lon)
    off = found.precision_m / 2 + found.operation_accuracy_m
    point = _drawn(desk, (found.lat, found.lon), told, off)
    return replace(point, coordinate=found, value=coordinate_value(found))


def _readings(desk: _Desk, candidates: Sequence[Candidate]) -> list[ReadingLine]:
    """The readings, those in the province first, then those in the country, the nearest first."""
    lines = [
        ReadingLine(
            candidate_key(one),
            one,
            desk.tell(one.lat, one.lon),
            is_near=desk.near is not None and desk.near(one.lat, one.lon),
        )
        for one in candidates[:_MOST_TOLD]
    ]
    return sorted(lines, key=_likelihood)[:_MOST_CANDIDATES]


def _likelihood(line: ReadingLine) -> tuple[bool, bool, bool]:
    tag = line.told.tag
    return not line.is_near, tag.side != VN_SIDE and tag.sea_zone is None, tag.side is None


def candidate_key(candidate: Candidate) -> str:
    return f"{candidate.crs}|{candidate.lat:.6f}|{candidate.lon:.6f}"


def coordinate_value(found: Coordinate) -> dict[str, Any]:  # Any: JSON
    """A position as a case keeps it: EPSG:4326 degrees, and where they come from."""
    return {
        "lat": round(found.lat, 8),
        "lon": round(found.lon, 8),
        "original": found.original,
        "crs": found.crs,
        "operation": found.operation,
        "precision_m": round(found.precision_m, 3),
        "method": found.method,
    }


# --- told places ----------------------------------------------------------------------------


def _told(desk: _Desk, told: Told, asked: Asked) -> Answer:
    try:
        found = find_place(desk.session, desk.actor, told, pack=desk.pack)
    except PlaceOpenError as problem:
        return Answer(reason=problem.remark, choices=problem.choices)
    point = _drawn(
        desk, (found.lat, found.lon), desk.tell(found.lat, found.lon), found.uncertainty_m
    )
    point = replace(point, stretch=found.stretch, value=place_value(asked.text, told, found))
    return Answer(point, remarks=(*found.remarks, *point.told.tag.warnings))


def place_value(original: str, told: Told, found: FoundPlace) -> dict[str, Any]:  # Any: JSON
    """A told place as a case keeps it: the words, the point that follows, how far it may be off."""
    is_offset = isinstance(told, PlaceExpression)
    return {
        "lat": round(found.lat, 8),
        "lon": round(found.lon, 8),
        "original": original,
        "crs": "EPSG:4326",
        "operation": "",
        "precision_m": round(found.uncertainty_m, 1),
        "method": "told_place" if is_offset or found.stretch is None else "told_stretch",
    }


def _drawn(desk: _Desk, place: tuple[float, float], told: ToldPoint, uncertainty_m: float) -> Point:
    code = told.tag.province_code
    axes = desk.axes.of(code) if code else ()
    lat, lon = place
    systems = in_every_system(lat, lon, axes=axes, locale=desk.actor.locale)
    return Point(lat, lon, uncertainty_m, told, systems, {})
