"""Where points at sea lie against the lines that treaties draw: side, distance, which stretch.

A stretch is official where the points at both its ends are; the others only show roughly where the
line may be. Beyond the two ends of a line nothing is said: no treaty reaches there.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.geo.lines import OTHER_SIDE, BorderLines
from app.geo.plane import Floats, distance_m

METRES_PER_MILE: Final = 1852.0
OFFICIAL_CHECKS: Final = frozenset({"S1", "S2"})
NO_LINE: Final = -1
_STEP_M: Final = 5_000.0
_END_M: Final = 1.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """One side of a treaty line between two numbered points, EPSG:4326 lon, lat."""

    line: str
    from_point: str
    to_point: str
    check: str
    start: tuple[float, float]
    end: tuple[float, float]

    @property
    def is_official(self) -> bool:
        return self.check in OFFICIAL_CHECKS


@dataclass(frozen=True, slots=True)
class AtSea:
    """Arrays of one row per point: the nearest line and stretch (-1 beyond its ends), what of it.

    `is_beyond` says that the point lies on the other side; `miles` are nautical miles to the line.
    """

    line: NDArray[np.int64]
    stretch: NDArray[np.int64]
    is_beyond: NDArray[np.bool_]
    is_official: NDArray[np.bool_]
    miles: Floats


@dataclass(frozen=True, eq=False)
class SeaLines:
    """The lines in the order of `codes`; `stretches` is indexed by `AtSea.stretch`."""

    stretches: tuple[Stretch, ...]
    lines: BorderLines
    first_of_line: NDArray[np.int64]
    ends: tuple[Floats, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return self.lines.neighbours

    def locate(self, lon: Floats, lat: Floats) -> AtSea:
        """The side, the stretch and the distance of EPSG:4326 points, vectorised."""
        found = self.lines.locate(lon, lat)
        stretch = np.full(len(lon), NO_LINE, dtype=np.int64)
        for index, ends in enumerate(self.ends):
            here = found.line == index
            along = found.chainage_m[here]
            inside = (along > _END_M) & (along < ends[-1] - _END_M)
            place = self.first_of_line[index] + np.searchsorted(ends, along, side="right")
            stretch[here] = np.where(inside, place, NO_LINE)
        official = np.array([one.is_official for one in self.stretches], dtype=bool)
        return AtSea(
            found.line,
            stretch,
            (stretch != NO_LINE) & (found.side == OTHER_SIDE),
            (stretch != NO_LINE) & official[stretch],
            found.offset_m / METRES_PER_MILE,
        )


def sea_lines(stretches: Sequence[Stretch], home_side: Mapping[str, int]) -> SeaLines:
    """The lines named in `home_side` (1: Viet Nam is left of it, -1: right), searchable.

    The sides between numbered points are drawn as great circles, as the treaties say.
    """
    kept = [one for one in stretches if one.line in home_side]
    by_line = [list(group) for _, group in groupby(kept, key=lambda one: one.line)]
    paths = [(group[0].line, _path(group)) for group in by_line]
    lines = BorderLines.from_parts(paths, home_side=home_side)
    first = np.cumsum([0, *(len(group) for group in by_line)])[:-1]
    return SeaLines(
        tuple(one for group in by_line for one in group),
        lines,
        np.asarray(first, dtype=np.int64),
        tuple(_ends(group) for group in by_line),
    )


def read_stretches(path: Path) -> list[Stretch]:
    """The stretches of a layer of sea lines (GeoJSON, EPSG:4326), in the order of the file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return [one for feature in content["features"] for one in _stretches(feature)]


def _stretches(feature: Mapping[str, Any]) -> list[Stretch]:  # Any: GeoJSON
    said, points = feature["properties"], feature["geometry"]["coordinates"]
    return [
        Stretch(
            str(said["set"]),
            str(said["from_point"]),
            str(said["to_point"]),
            str(said["check"]),
            (float(start[0]), float(start[1])),
            (float(end[0]), float(end[1])),
        )
        for start, end in pairwise(points)
    ]


def _path(group: Sequence[Stretch]) -> Floats:
    """The points of a whole line; a stretch begins where the one before it ends."""
    pieces = [_great_circle(one)[:-1] for one in group]
    return np.concatenate([*pieces, np.array([group[-1].end])])


def _ends(group: Sequence[Stretch]) -> Floats:
    lengths = []
    for one in group:
        points = _great_circle(one)
        lon, lat = points[:, 0], points[:, 1]
        lengths.append(distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
    return np.asarray(np.cumsum(lengths))


def _great_circle(one: Stretch) -> Floats:
    """Points along the shortest way, some 5 km apart; within metres of the geodesic."""
    (lon1, lat1), (lon2, lat2) = one.start, one.end
    length = float(distance_m(*(np.array([value]) for value in (lon1, lat1, lon2, lat2)))[0])
    share = np.linspace(0.0, 1.0, max(2, int(length / _STEP_M) + 2))
    start, end = _unit(lon1, lat1), _unit(lon2, lat2)
    angle = np.arccos(np.clip(start @ end, -1.0, 1.0))
    if angle < 1e-9:  # noqa: PLR2004  one point twice
        return np.array([one.start, one.end])
    way = (
        np.sin((1 - share) * angle)[:, None] * start + np.sin(share * angle)[:, None] * end
    ) / np.sin(angle)
    lon = np.degrees(np.arctan2(way[:, 1], way[:, 0]))
    lat = np.degrees(np.arctan2(way[:, 2], np.hypot(way[:, 0], way[:, 1])))
    return np.column_stack([lon, lat])


def _unit(lon: float, lat: float) -> Floats:
    lam, phi = np.radians(lon), np.radians(lat)
    return np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
