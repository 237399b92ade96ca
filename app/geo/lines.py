"""Places along the border: how far along the line, how far off it, on which side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from app.geo.plane import Floats, distance_m, plane_points, to_plane

VIETNAM, ON_THE_LINE, OTHER_SIDE = 1, 0, -1
NEIGHBOURS: Final = ("CN", "LA", "KH")
# Seen along the numbers: eastward with China, Viet Nam is on the right; southward with Laos and
# Cambodia it is on the left.
_VIETNAM_IS_LEFT: Final = {"CN": -1, "LA": 1, "KH": 1}
_REACHING_THE_SEA: Final = ("CN", "KH")
_MOUTH_M: Final = 5_000.0
_LONGEST_PIECE_DEG: Final = 0.005
_TREE_NODE: Final = 4  # measured: twice as fast as the default of 10 for pieces of a line
_FEW: Final = 100
_ROW_M: Final = 20_000.0


@dataclass(frozen=True, slots=True)
class Located:
    """Arrays of one row per point: the neighbour's index, metres along, metres off, side."""

    line: NDArray[np.int64]
    chainage_m: Floats
    offset_m: Floats
    side: NDArray[np.int8]
    foot_lon: Floats
    foot_lat: Floats


@dataclass(frozen=True)
class BorderLines:
    """The lines of several neighbours cut into two-point pieces, ready to be searched.

    `start` and `end` are (pieces, 2) arrays of EPSG:4326 lon, lat in the order of the marker
    numbers; `chainage` is the geodesic distance in metres from the beginning of the neighbour's
    line to each piece; `part` numbers the unbroken parts.
    """

    neighbours: tuple[str, ...]
    line: NDArray[np.int64]
    part: NDArray[np.int64]
    start: Floats
    end: Floats
    chainage: Floats
    length: Floats
    home_side: Mapping[str, int] = field(default_factory=lambda: _VIETNAM_IS_LEFT)

    @classmethod
    def from_parts(
        cls,
        parts: Sequence[tuple[str, Floats]],
        *,
        home_side: Mapping[str, int] = _VIETNAM_IS_LEFT,
    ) -> "BorderLines":
        """Lines from (neighbour, (n, 2) array of lon, lat) parts, in the order of the numbers.

        Long pieces are cut to some 500 m, so that a share of a piece is the same in degrees, on
        the plane and on the ground (2 mm). `home_side` is 1 where Viet Nam is left of a line, -1
        where it is right.
        """
        parts = [(name, _cut(points)) for name, points in parts]
        neighbours = tuple(dict.fromkeys(name for name, _ in parts))
        line = [np.full(len(points) - 1, neighbours.index(name)) for name, points in parts]
        part = [np.full(len(points) - 1, index) for index, (_, points) in enumerate(parts)]
        start = np.concatenate([points[:-1] for _, points in parts])
        end = np.concatenate([points[1:] for _, points in parts])
        length = distance_m(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
        lines = np.concatenate(line)
        chainage = np.zeros(len(length))
        for index in range(len(neighbours)):
            here = lines == index
            chainage[here] = np.cumsum(length[here]) - length[here]
        pieces = (lines, np.concatenate(part), start, end, chainage, length)
        return cls(neighbours, *pieces, home_side)

    def only(self, neighbour: str) -> "BorderLines":
        """The line with one neighbour."""
        here = self.line == self.neighbours.index(neighbour)
        return BorderLines(
            (neighbour,),
            np.zeros(int(here.sum()), dtype=np.int64),
            self.part[here],
            self.start[here],
            self.end[here],
            self.chainage[here],
            self.length[here],
            self.home_side,
        )

    def length_m(self, neighbour: str) -> float:
        """The geodesic length of the line with one neighbour, in metres."""
        return float(self.length[self.line == self.neighbours.index(neighbour)].sum())

    def locate(self, lon: Floats, lat: Floats) -> Located:
        """Where points (EPSG:4326 arrays) lie along the nearest line.

        Chainage and offset are geodesic metres; side is +1 in Viet Nam, -1 beyond, 0 on the line.
        Chainage and side mean little beyond some tens of kilometres.
        """
        x, y = to_plane(lon, lat)
        piece = self._nearest(x, y)
        ax, ay, dx, dy = (values[piece] for values in self._pieces_on_plane)
        along = ((x - ax) * dx + (y - ay) * dy) / np.maximum(dx * dx + dy * dy, 1e-12)
        share = np.clip(along, 0.0, 1.0)
        foot = self.start[piece] + share[:, None] * (self.end[piece] - self.start[piece])
        side = self._side(piece, share, x - ax - share * dx, y - ay - share * dy)
        return Located(
            self.line[piece],
            self.chainage[piece] + share * self.length[piece],
            distance_m(lon, lat, foot[:, 0], foot[:, 1]),
            side,
            foot[:, 0],
            foot[:, 1],
        )

    def is_inland(self, located: Located) -> NDArray[np.bool_]:
        """Whether the nearest place of the line is far from the sea, where two of the lines end."""
        left = self._lengths[located.line] - located.chainage_m
        return np.asarray(~self._ends_at_sea[located.line] | (left > _MOUTH_M))

    def at(self, neighbour: str, chainage_m: Floats) -> tuple[Floats, Floats]:
        """(lon, lat) of places on a line by their chainage; held at its two ends."""
        here = np.flatnonzero(self.line == self.neighbours.index(neighbour))
        begins = self.chainage[here]
        piece = here[np.clip(np.searchsorted(begins, chainage_m, side="right") - 1, 0, None)]
        share = (chainage_m - self.chainage[piece]) / np.maximum(self.length[piece], 1e-9)
        foot = self.start[piece] + np.clip(share, 0, 1)[:, None] * (
            self.end[piece] - self.start[piece]
        )
        return foot[:, 0], foot[:, 1]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The search tree over the pieces on the plane; built once, before threads share it."""
        ax, ay, dx, dy = self._pieces_on_plane
        ends = np.stack([np.column_stack([ax, ay]), np.column_stack([ax + dx, ay + dy])], axis=1)
        return shapely.STRtree(np.asarray(shapely.linestrings(ends)), node_capacity=_TREE_NODE)

    @cached_property
    def _pieces_on_plane(self) -> tuple[Floats, Floats, Floats, Floats]:
        ax, ay = to_plane(self.start[:, 0], self.start[:, 1])
        bx, by = to_plane(self.end[:, 0], self.end[:, 1])
        return ax, ay, bx - ax, by - ay

    @cached_property
    def _tangents(self) -> tuple[Floats, Floats]:
        """Directions at the start and end of each piece, halved between the pieces that meet."""
        _, _, dx, dy = self._pieces_on_plane
        size = np.maximum(np.hypot(dx, dy), 1e-12)
        own = np.column_stack([dx / size, dy / size])
        meets = (self.part[1:] == self.part[:-1])[:, None]
        at_start, at_end = own.copy(), own.copy()
        at_start[1:] += np.where(meets, own[:-1], 0.0)
        at_end[:-1] += np.where(meets, own[1:], 0.0)
        return at_start, at_end

    @cached_property
    def names(self) -> NDArray[np.str_]:
        """The neighbours as an array, to be indexed by `Located.line`."""
        return np.array(self.neighbours)

    @cached_property
    def _lengths(self) -> Floats:
        return np.array([self.length_m(name) for name in self.neighbours])

    @cached_property
    def _ends_at_sea(self) -> NDArray[np.bool_]:
        return np.isin(self.neighbours, _REACHING_THE_SEA)

    @cached_property
    def _vietnam_is_left(self) -> NDArray[np.int64]:
        return np.array([self.home_side[name] for name in self.neighbours])

    def _nearest(self, x: Floats, y: Floats) -> NDArray[np.int64]:
        """The piece nearest to each point; asked row by row over the plane, twice as fast."""
        points = plane_points(x, y)
        if len(points) < _FEW:
            return np.asarray(self.tree.nearest(points))
        order = np.lexsort((x, np.floor(y / _ROW_M)))
        found = np.empty(len(points), dtype=np.int64)
        found[order] = self.tree.nearest(points[order])
        return found

    def _side(self, piece: NDArray[Any], share: Floats, vx: Floats, vy: Floats) -> NDArray[np.int8]:
        """Left or right of the piece; where a corner is nearest, of the direction between both."""
        _, _, dx, dy = (values[piece] for values in self._pieces_on_plane)
        at_start, at_end = self._tangents
        tx = np.where(share <= 0, at_start[piece, 0], np.where(share >= 1, at_end[piece, 0], dx))
        ty = np.where(share <= 0, at_start[piece, 1], np.where(share >= 1, at_end[piece, 1], dy))
        left = np.sign(tx * vy - ty * vx)
        return np.asarray(left * self._vietnam_is_left[self.line[piece]], dtype=np.int8)


def _cut(points: Floats) -> Floats:
    return np.asarray(
        shapely.get_coordinates(shapely.segmentize(shapely.linestrings(points), _LONGEST_PIECE_DEG))
    )


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """The markers of one line in the order of their chainage, to name those around a place."""

    ids: tuple[int, ...]
    chainage_m: Floats

    @classmethod
    def along(cls, line: BorderLines, ids: Sequence[int], lon: Floats, lat: Floats) -> "MarkerRow":
        """The row of markers at EPSG:4326 `lon`, `lat` along `line` (of one neighbour)."""
        chainage = line.locate(lon, lat).chainage_m
        order = np.argsort(chainage, kind="stable")
        return cls(tuple(ids[index] for index in order), chainage[order])

    def around(self, chainage_m: float) -> tuple[int | None, int | None]:
        """The ids of the last marker before and the first after a chainage."""
        after = int(np.searchsorted(self.chainage_m, chainage_m, side="right"))
        before = self.ids[after - 1] if after > 0 else None
        return before, self.ids[after] if after < len(self.ids) else None
