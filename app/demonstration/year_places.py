"""Where the year's border cases lie: each station's own stretch, and the markers on it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demonstration.people import Station, stations
from app.geo.gazetteer import Pack
from app.geo.geotag import Tag, tag_points
from app.registers.models import Marker, MarkerKind, Segment, Stage
from app.registers.queries import marker_index

_REACH_M = 14_000.0
_SPREAD_DEG = 0.006


@dataclass(frozen=True, slots=True)
class Spot:
    """A marker as the cases name it."""

    id: int
    name: str
    neighbour: str
    province_code: str
    lat: float
    lon: float
    chainage_m: float

    @property
    def value(self) -> dict[str, int | str]:
        return {"id": self.id, "label": self.name}


class Stretches:
    """The markers that each station watches."""

    def __init__(self, session: Session) -> None:
        self._held = _standing(session)  # so that the session keeps them at hand
        self._spots = _spots(self._held)
        self._middles = _middles(session, self._spots)

    def stations_of(self, province_code: str) -> Sequence[Station]:
        return [one for one in self._middles if one.province_code == province_code]

    def spot(self, station: Station, chance: Random) -> Spot:
        """A marker near the station's middle, in its province."""
        middle = self._middles[station]
        near = [
            spot
            for spot in self._spots[station.neighbour]
            if abs(spot.chainage_m - middle) < _REACH_M
            and spot.province_code == station.province_code
        ]
        if near:
            return chance.choice(near)
        return min(self._spots[station.neighbour], key=lambda one: abs(one.chainage_m - middle))

    def from_spot(self, first: Spot, count: int) -> Sequence[Spot]:
        """So many markers along the line, from this one on."""
        line = self._spots[first.neighbour]
        start = min(line.index(first), len(line) - count)
        return line[start : start + count]


def _standing(session: Session) -> Sequence[Marker]:
    return session.scalars(
        select(Marker)
        .where(
            Marker.stage == Stage.HANDED_OVER,
            Marker.kind != MarkerKind.TRIPOINT,
            Marker.chainage_m.is_not(None),
        )
        .order_by(Marker.sort_key)
    ).all()


def _spots(markers: Sequence[Marker]) -> Mapping[str, list[Spot]]:
    found: dict[str, list[Spot]] = defaultdict(list)
    for one in markers:
        if one.lat is None or one.lon is None or one.chainage_m is None:
            continue
        name = f"{one.neighbour} {one.label}"
        place = (one.province_code or "", one.lat, one.lon, one.chainage_m)
        found[one.neighbour].append(Spot(one.id, name, one.neighbour, *place))
    return found


def _middles(session: Session, spots: Mapping[str, Sequence[Spot]]) -> dict[Station, float]:
    """Each land station's place along its line: at its marker, else spread over the segment."""
    metres = {spot.name: spot.chainage_m for line in spots.values() for spot in line}
    found: dict[Station, float] = {}
    for segment in session.scalars(select(Segment).order_by(Segment.id)):
        crew = [
            one
            for one in stations()
            if (one.province_code, one.neighbour) == (segment.province_code, segment.neighbour)
        ]
        start, end = segment.chainage_from_m or 0.0, segment.chainage_to_m or 0.0
        for index, station in enumerate(crew):
            spread = start + (end - start) * (index + 0.5) / len(crew)
            known = metres.get(f"{station.neighbour} {station.marker}")
            found[station] = spread if known is None else known
    return found


def scattered(
    session: Session, pack: Pack, spots: Sequence[Spot], chance: Random
) -> list[tuple[float, float, Tag]]:
    """A place near each marker, tagged with all the others at once."""
    lat = np.array([spot.lat + chance.uniform(-_SPREAD_DEG, _SPREAD_DEG) for spot in spots])
    lon = np.array([spot.lon + chance.uniform(-_SPREAD_DEG, _SPREAD_DEG) for spot in spots])
    lat, lon = lat.round(6), lon.round(6)
    tags = tag_points(lat, lon, pack, markers=marker_index(session))
    return [
        (float(lat[index]), float(lon[index]), tags.row(index, accuracy_m=pack.accuracy_m))
        for index in range(len(spots))
    ]
