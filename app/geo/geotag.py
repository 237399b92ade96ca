"""Tags a place with its province, commune, border distance, side and sea zone: warns, never blocks.

Public polygons and lines are only near the true ones, so a point beyond the line is not refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from app.geo.areas import NONE, Areas, Indices, PointSet
from app.geo.gazetteer import HOME, Pack
from app.geo.lines import VIETNAM, Located
from app.geo.plane import Floats, distance_m, plane_points, to_plane
from app.geo.remarks import Remark
from app.geo.tag_remarks import remarks_of
from app.geo.zorder import morton_key as morton_key  # noqa: PLC0414  offered from here too
from app.geo.zorder import morton_ranges as morton_ranges  # noqa: PLC0414  the same

ACROSS_M: Final = 3_000.0  # within it a point beyond the line belongs to the nearest commune
GAP_M: Final = 200.0  # slivers between polygons, on our side of the line
BORDER_REACH_M: Final = 100_000.0  # farther off, chainage and side say nothing
VN_SIDE: Final = "vn"
OTHER_SIDE: Final = "other"
_NOWHERE: Final = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """What the reference pack says of one place; None where it says nothing.

    `side` is "vn" or "other"; distances and chainage in metres; `country_code` is ISO 3166 alpha-2;
    `marker_id` the nearest of the markers given.
    """

    province_code: str | None
    commune_code: str | None
    country_code: str | None
    neighbour: str | None
    border_distance_m: float
    side: str | None
    chainage_m: float | None
    sea_zone: str | None
    marker_id: int | None
    marker_distance_m: float | None
    warnings: tuple[Remark, ...]


@dataclass(frozen=True, eq=False)
class Tags:
    """Tags of many places as arrays of one row each; empty text, NaN and -1 mean nothing said.

    `warning` holds the code of the first remark of a row.
    """

    province_code: NDArray[np.str_]
    commune_code: NDArray[np.str_]
    country_code: NDArray[np.str_]
    neighbour: NDArray[np.str_]
    border_distance_m: Floats
    side: NDArray[np.str_]
    chainage_m: Floats
    sea_zone: NDArray[np.str_]
    marker_id: NDArray[np.int64]
    marker_distance_m: Floats
    warning: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.province_code)

    def row(self, index: int, *, accuracy_m: float) -> Tag:
        """One row as a Tag with its remarks; `accuracy_m` is the pack's."""
        chainage, marker = float(self.chainage_m[index]), int(self.marker_id[index])
        distance, code = float(self.border_distance_m[index]), str(self.warning[index])
        return Tag(
            _said(self.province_code[index]),
            _said(self.commune_code[index]),
            _said(self.country_code[index]),
            _said(self.neighbour[index]),
            distance,
            _said(self.side[index]),
            None if np.isnan(chainage) else chainage,
            _said(self.sea_zone[index]),
            None if marker == NONE else marker,
            None if marker == NONE else float(self.marker_distance_m[index]),
            remarks_of(code, distance, accuracy_m),
        )


class Markers:
    """The markers of the register as a search tree: `ids` with EPSG:4326 `lon`, `lat` arrays."""

    def __init__(self, ids: Sequence[int], lon: Floats, lat: Floats) -> None:
        self.ids = np.asarray(ids, dtype=np.int64)
        self.lon, self.lat = lon, lat
        self.tree = shapely.STRtree(plane_points(*to_plane(lon, lat)))

    def nearest(self, points: PointSet) -> tuple[NDArray[np.int64], Floats]:
        """The id of the nearest marker of each point and the metres to it."""
        index = np.asarray(self.tree.nearest(points.points))
        return self.ids[index], distance_m(points.lon, points.lat, self.lon[index], self.lat[index])


@dataclass(frozen=True, eq=False)
class _Placed:
    """Where points fall: indices into the layers, -1 where nowhere."""

    area: Indices
    zone: Indices
    country: Indices
    is_home: NDArray[np.bool_]
    is_across: NDArray[np.bool_]


def tag_points(
    lat: Floats, lon: Floats, pack: Pack, *, markers: Markers | None = None, on: date | None = None
) -> Tags:
    """The tags of EPSG:4326 points by the administrative map of a date (None: today's).

    Inside a commune: that commune. At sea (near the line only at its mouth): the zone. Outside the
    country and within 3 km of the line: the nearest commune, side "other". In a gap of the
    polygons on our side: the nearest commune. Before the communes of the pack begin, provinces
    alone are tagged.
    """
    points = PointSet(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    located = pack.lines.locate(points.lon, points.lat)
    communes = pack.communes.in_force(on)
    areas = communes if len(communes) else pack.provinces.in_force(on)
    placed = _place(pack, areas, points, located)
    marker_id, marker_m = _nearest_marker(markers, points)
    return Tags(
        province_code=_texts(areas.parents if len(communes) else areas.codes, placed.area),
        commune_code=_texts(areas.codes, placed.area if len(communes) else placed.area * 0 - 1),
        country_code=_countries(pack, placed, located),
        neighbour=_within_reach(located, pack.lines.names[located.line]),
        border_distance_m=located.offset_m,
        side=_sides(pack, placed, located),
        chainage_m=np.where(located.offset_m <= BORDER_REACH_M, located.chainage_m, np.nan),
        sea_zone=_texts(pack.sea_zones.codes, placed.zone),
        marker_id=marker_id,
        marker_distance_m=marker_m,
        warning=_warnings(pack, placed, located),
    )


def tag_point(
    lat: float, lon: float, pack: Pack, *, markers: Markers | None = None, on: date | None = None
) -> Tag:
    """The tag of one EPSG:4326 place, by the rule of `tag_points`."""
    tags = tag_points(np.array([lat]), np.array([lon]), pack, markers=markers, on=on)
    return tags.row(0, accuracy_m=pack.accuracy_m)


def _place(pack: Pack, areas: Areas, points: PointSet, located: Located) -> _Placed:
    area = areas.containing(points)
    outside = area == NONE
    is_by_line = located.offset_m <= ACROSS_M
    zone = _among(pack.sea_zones, points, outside & ~(is_by_line & pack.lines.is_inland(located)))
    ashore = outside & (zone == NONE)
    country = _among(pack.world, points, ashore)
    is_near = ashore & is_by_line
    is_coarse_home = ashore & ~is_near & _flags(pack.is_home_country, country)
    asked = np.flatnonzero(is_near | is_coarse_home)
    is_gap = np.zeros(len(points), dtype=bool)
    if len(asked) and len(areas):
        nearest, metres = areas.nearest(points.only(asked))
        is_ours = ~is_near[asked] | (located.side[asked] == VIETNAM)
        is_gap[asked] = is_ours & (metres <= GAP_M)
        area[asked] = np.where(is_gap[asked] | is_near[asked], nearest, NONE)
    return _Placed(area, zone, country, ~outside | is_gap, is_near & ~is_gap)


def _among(layer: Areas, points: PointSet, asked: NDArray[np.bool_]) -> Indices:
    """The areas of a layer that hold the points asked about, -1 for the others."""
    found = np.full(len(points), NONE, dtype=np.int64)
    if asked.any():
        found[asked] = layer.containing(points if asked.all() else points.only(asked))
    return found


def _countries(pack: Pack, placed: _Placed, located: Located) -> NDArray[np.str_]:
    neighbour = pack.lines.names[located.line]
    abroad = np.where(placed.is_across, neighbour, _texts(pack.world.codes, placed.country))
    is_home = placed.is_home | _flags(pack.is_home_zone, placed.zone)
    return np.where(is_home, HOME, abroad)


def _sides(pack: Pack, placed: _Placed, located: Located) -> NDArray[np.str_]:
    is_abroad = (placed.country != NONE) & ~_flags(pack.is_home_country, placed.country)
    is_near_abroad = is_abroad & (located.offset_m <= BORDER_REACH_M)
    other = np.where(placed.is_across | is_near_abroad, OTHER_SIDE, _NOWHERE)
    return np.where(placed.is_home, VN_SIDE, other)


def _warnings(pack: Pack, placed: _Placed, located: Located) -> NDArray[np.str_]:
    is_unsure = (placed.is_home | placed.is_across) & (located.offset_m < pack.accuracy_m)
    is_outside = (placed.area == NONE) & (placed.zone == NONE)
    near = np.where(is_unsure, "side_uncertain", _NOWHERE)
    return np.where(placed.is_across, "other_side", np.where(is_outside, "outside_country", near))


def _within_reach(located: Located, values: NDArray[np.str_]) -> NDArray[np.str_]:
    return np.where(located.offset_m <= BORDER_REACH_M, values, _NOWHERE)


def _nearest_marker(markers: Markers | None, points: PointSet) -> tuple[NDArray[np.int64], Floats]:
    if markers is None or not len(markers.ids):
        nothing = np.full(len(points), NONE, dtype=np.int64)
        return nothing, np.full(len(points), np.nan)
    return markers.nearest(points)


def _texts(values: NDArray[np.str_], index: Indices) -> NDArray[np.str_]:
    if not len(values):
        return np.full(len(index), _NOWHERE)
    return np.where(index == NONE, _NOWHERE, values[index])


def _flags(flags: NDArray[np.bool_], index: Indices) -> NDArray[np.bool_]:
    return flags[index] & (index != NONE) if len(flags) else np.zeros(len(index), dtype=bool)


def _said(value: Any) -> str | None:
    """`value` is a numpy text, empty where nothing is said."""
    return str(value) or None
