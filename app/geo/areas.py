"""Provinces, communes, countries and zones as searchable polygons with dates of validity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from app.geo.plane import Floats, ground_scale, plane_points, to_plane

NONE = -1
_OPEN_END = date.max.toordinal()
_FEW = 50
Indices = NDArray[np.int64]
Texts = NDArray[np.str_]


class PointSet:
    """EPSG:4326 points on the search plane, indexed once for all layers."""

    def __init__(self, lon: Floats, lat: Floats) -> None:
        self.lon, self.lat = lon, lat
        self.x, self.y = to_plane(lon, lat)
        self.points = plane_points(self.x, self.y)

    def __len__(self) -> int:
        return len(self.points)

    def only(self, here: NDArray[Any]) -> "PointSet":
        return PointSet(self.lon[here], self.lat[here])

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.points)


@dataclass(frozen=True, eq=False)
class Areas:
    """A layer of polygons (on the plane of `to_plane`), in the order of their priority.

    `parents` holds the province code of a commune, the empty text elsewhere; validity is kept as
    ordinals of days, both ends included.
    """

    codes: Texts
    names: Texts
    kinds: Texts
    parents: Texts
    valid_from: Indices
    valid_to: Indices
    polygons: NDArray[Any]

    def __len__(self) -> int:
        return len(self.codes)

    def in_force(self, on: date | None) -> "Areas":
        """The areas in force on a date; None asks for those without an end."""
        return self._today if on is None else self._on(on.toordinal())

    def _on(self, day: int) -> "Areas":
        here = (self.valid_from <= day) & (day <= self.valid_to)
        return self if bool(here.all()) else _part(self, here.tobytes())

    @cached_property
    def _today(self) -> "Areas":
        return self._on(_OPEN_END)

    def among(self, codes: Sequence[str]) -> "Areas":
        """The areas with one of these codes."""
        return _part(self, np.isin(self.codes, list(codes)).tobytes())

    def containing(self, points: PointSet) -> Indices:
        """The index of the first area that holds each point, edges included, or -1."""
        found = np.full(len(points), NONE, dtype=np.int64)
        if not len(self):
            return found
        if len(points) < _FEW:
            return self._containing_few(points, found)
        area, point = points.tree.query(self.polygons, predicate="intersects")
        order = np.argsort(-area, kind="stable")
        found[point[order]] = area[order]
        return found

    def nearest(self, points: PointSet) -> tuple[Indices, Floats]:
        """The nearest area of each point and the metres to it (true within some kilometres)."""
        index = np.asarray(self.tree.nearest(points.points))
        on_plane = shapely.distance(points.points, self.polygons[index])
        return index, on_plane * ground_scale(points.lat)

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.polygons)

    @cached_property
    def _index_of(self) -> Mapping[str, int]:
        return {str(code): index for index, code in reversed(list(enumerate(self.codes)))}

    def index_of(self, code: str) -> int | None:
        return self._index_of.get(code)

    def _containing_few(self, points: PointSet, found: Indices) -> Indices:
        for row, point in enumerate(points.points):
            near = np.sort(self.tree.query(point))
            shapely.prepare(self.polygons[near])
            inside = near[shapely.intersects(self.polygons[near], point)]
            if len(inside):
                found[row] = inside[0]
        return found


@lru_cache(maxsize=16)
def _part(areas: Areas, here: bytes) -> Areas:
    """A part of a layer, kept: the same few dates are asked again and again."""
    chosen = np.frombuffer(here, dtype=bool)
    return Areas(
        areas.codes[chosen],
        areas.names[chosen],
        areas.kinds[chosen],
        areas.parents[chosen],
        areas.valid_from[chosen],
        areas.valid_to[chosen],
        areas.polygons[chosen],
    )
