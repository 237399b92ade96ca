"""Turns a told place into a point or a stretch, with how far it may be from the true one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.geo.geotag import tag_point
from app.geo.labels import MarkerLabel, format_label
from app.geo.places import ChainageExpression, PlaceExpression, StretchExpression, Told
from app.geo.remarks import Remark
from app.permissions import Actor
from app.registers import place_questions as ask
from app.registers import place_remarks as say
from app.registers.geodesy import bearing, destination
from app.registers.models import Marker
from app.registers.place_stretches import stretch_of
from app.registers.queries import visible_to

_PROBE_M = 50.0
_QUARTER, _TURN = 90.0, 360.0
_ANYWHERE_ON_HALF_A_CIRCLE = math.sqrt(2)


@dataclass(frozen=True, slots=True)
class FoundStretch:
    """A part of a line: chainages in metres of the drawn line, which is illustrative."""

    neighbour: str
    from_m: float
    to_m: float

    @property
    def length_m(self) -> float:
        return self.to_m - self.from_m


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A told place on the ground: EPSG:4326 degrees, and metres that it may be off."""

    lat: float
    lon: float
    uncertainty_m: float
    neighbour: str
    stretch: FoundStretch | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spot:
    """The bodies of one number on one line, as one place."""

    neighbour: str
    label: str
    lat: float
    lon: float
    chainage_m: float | None


def find_place(session: Session, actor: Actor, told: Told, *, pack: Pack) -> FoundPlace:
    """Where a told place lies. Raises PlaceOpenError with what must be asked first."""
    if isinstance(told, StretchExpression):
        return _between(session, actor, told, pack)
    if isinstance(told, ChainageExpression):
        return _at_kilometre(session, told, pack)
    if told.towards is not None and told.offset_m is not None:
        return _towards(session, actor, told, pack)
    return _from_marker(_spot(session, actor, told.label), told, pack)


# --- from one marker ------------------------------------------------------------------------


def _from_marker(spot: _Spot, told: PlaceExpression, pack: Pack) -> FoundPlace:
    here, off = (spot.lat, spot.lon), told.uncertainty_m
    if told.offset_m is None:
        return FoundPlace(*here, off, spot.neighbour)
    if told.along:
        chainage = _chainage_of(spot, pack) + told.offset_m
        off = math.hypot(off, pack.accuracy_m)
        point = _on_line(pack, spot.neighbour, chainage)
        return FoundPlace(*point, off, spot.neighbour, remarks=(say.along_the_line(),))
    if told.bearing is not None:
        point = destination(here, told.bearing, told.offset_m)
        conflict = _side_conflict(point, told, pack)
        return FoundPlace(*point, off, spot.neighbour, remarks=conflict)
    if told.side is not None:
        point = destination(here, _away_from_line(spot, told.side, pack), told.offset_m)
        off = max(off, told.offset_m * _ANYWHERE_ON_HALF_A_CIRCLE)
        return FoundPlace(*point, off, spot.neighbour, remarks=(say.no_direction(off),))
    return FoundPlace(*here, off, spot.neighbour, remarks=(say.no_direction(off),))


def _towards(session: Session, actor: Actor, told: PlaceExpression, pack: Pack) -> FoundPlace:
    """So far along the line from one marker in the direction of another."""
    assert told.towards is not None and told.offset_m is not None  # noqa: S101, PT018  checked by the caller
    ends = StretchExpression(told.label, told.towards, is_within=True)
    first, aim = _spots_on_one_line(session, actor, ends)
    start, end = _chainage_of(first, pack), _chainage_of(aim, pack)
    chainage = start + math.copysign(told.offset_m, end - start)
    off = math.hypot(told.uncertainty_m, pack.accuracy_m)
    point = _on_line(pack, first.neighbour, chainage)
    remark = say.towards_marker(aim.label)
    return FoundPlace(*point, off, first.neighbour, remarks=(remark,))


def _side_conflict(
    point: tuple[float, float], told: PlaceExpression, pack: Pack
) -> tuple[Remark, ...]:
    """A remark where the point lies clearly on the other side than the words say."""
    tag = tag_point(*point, pack)
    is_clear = tag.border_distance_m > pack.accuracy_m + told.uncertainty_m
    if told.side is None or tag.side in (None, told.side) or not is_clear:
        return ()
    return (say.other_side_than_told(tag.border_distance_m),)


def _away_from_line(spot: _Spot, side: str, pack: Pack) -> float:
    """The azimuth that leads from the line into one side of it, at a marker."""
    chainage = _chainage_of(spot, pack)
    start = _on_line(pack, spot.neighbour, max(chainage - _PROBE_M, 0.0))
    end = _on_line(pack, spot.neighbour, chainage + _PROBE_M)
    left = (bearing(start, end).azimuth - _QUARTER) % _TURN
    middle = _on_line(pack, spot.neighbour, chainage)
    lat, lon = destination(middle, left, _PROBE_M)
    located = pack.lines.only(spot.neighbour).locate(np.array([lon]), np.array([lat]))
    is_ours = int(located.side[0]) > 0
    return left if is_ours == (side == "vn") else (left + 2 * _QUARTER) % _TURN


# --- along the line -------------------------------------------------------------------------


def _between(session: Session, actor: Actor, told: StretchExpression, pack: Pack) -> FoundPlace:
    first, last = _spots_on_one_line(session, actor, told)
    ends = sorted((_chainage_of(first, pack), _chainage_of(last, pack)))
    stretch = FoundStretch(first.neighbour, ends[0], ends[1])
    point = _on_line(pack, first.neighbour, sum(ends) / 2)
    off = math.hypot(stretch.length_m / 2, pack.accuracy_m)
    remark = say.within_stretch(first.label, last.label, stretch.length_m)
    return FoundPlace(*point, off, first.neighbour, stretch, (remark,))


def _at_kilometre(session: Session, told: ChainageExpression, pack: Pack) -> FoundPlace:
    counted = stretch_of(session, told)
    chainage = counted.from_m + told.metres
    if chainage > counted.to_m:
        raise ask.beyond_stretch(told.stretch, counted.to_m - counted.from_m)
    point = _on_line(pack, counted.neighbour, chainage)
    remark = say.counted_on_drawn_line(told.stretch)
    return FoundPlace(*point, pack.accuracy_m, counted.neighbour, remarks=(remark,))


def _on_line(pack: Pack, neighbour: str, chainage_m: float) -> tuple[float, float]:
    lon, lat = pack.lines.at(neighbour, np.array([chainage_m]))
    return float(lat[0]), float(lon[0])


def _chainage_of(spot: _Spot, pack: Pack) -> float:
    if spot.chainage_m is not None:
        return spot.chainage_m
    line = pack.lines.only(spot.neighbour)
    located = line.locate(np.array([spot.lon]), np.array([spot.lat]))
    return float(located.chainage_m[0])


# --- the markers of a number ----------------------------------------------------------------


def _spot(session: Session, actor: Actor, label: MarkerLabel) -> _Spot:
    found = _bodies(session, actor, label)
    if not found:
        raise ask.no_marker(_named(label))
    if len(found) > 1:
        raise ask.which_line(format_label(label), found)
    return _placed(label, next(iter(found.values())))


def _spots_on_one_line(
    session: Session, actor: Actor, told: StretchExpression
) -> tuple[_Spot, _Spot]:
    first, last = (_bodies(session, actor, label) for label in (told.first, told.last))
    for label, bodies in ((told.first, first), (told.last, last)):
        if not bodies:
            raise ask.no_marker(_named(label))
    lines = [line for line in first if line in last]
    if len(lines) > 1:
        raise ask.which_line(format_label(told.first), lines)
    if not lines:
        raise ask.no_marker(f"{_named(told.first)} – {_named(told.last)}")
    return _placed(told.first, first[lines[0]]), _placed(told.last, last[lines[0]])


def _bodies(session: Session, actor: Actor, label: MarkerLabel) -> Mapping[str, Sequence[Marker]]:
    """The markers of a number by line: the very body, else all bodies of the double position."""
    conditions = [visible_to(actor)]
    if label.line is not None:
        conditions.append(Marker.neighbour == label.line)
    exact = session.scalars(
        select(Marker).where(*conditions, Marker.label == format_label(label))
    ).all()
    if not exact and label.suffix is None and label.main is not None:
        same = (Marker.main == label.main, Marker.aux == label.aux, Marker.peg == label.peg)
        exact = session.scalars(select(Marker).where(*conditions, *same)).all()
    found: dict[str, list[Marker]] = {}
    for marker in exact:
        found.setdefault(marker.neighbour, []).append(marker)
    return found


def _placed(label: MarkerLabel, bodies: Sequence[Marker]) -> _Spot:
    """The middle of the bodies that have coordinates."""
    placed = [(one.lat, one.lon) for one in bodies if one.lat is not None and one.lon is not None]
    if not placed:
        raise ask.not_placed(_named(label))
    chainages = [one.chainage_m for one in bodies if one.chainage_m is not None]
    count = len(placed)
    return _Spot(
        bodies[0].neighbour,
        format_label(label),
        sum(lat for lat, _ in placed) / count,
        sum(lon for _, lon in placed) / count,
        sum(chainages) / len(chainages) if chainages else None,
    )


def _named(label: MarkerLabel) -> str:
    return f"{label.line} {format_label(label)}" if label.line else format_label(label)
