"""The squares of the map: which ones a view shows, and where a square lies."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.errors import Invalid
from app.geo.zorder import BITS, KeyRange, morton_key, morton_ranges

LEAST_LEVEL: Final = 2
MOST_LEVEL: Final = 15  # of the pyramid: squares of some twelve hundred metres
OWNER_LEVEL: Final = 13  # up to it the pyramid tells owners apart: squares of five kilometres
MOST_RANGES: Final = 24
_FINEST_LEVEL: Final = 20
_LEVELS_PER_ZOOM: Final = 2  # a square is 64 pixels wide at its zoom
_LAST_LATITUDE: Final = 85.0
_HALF_TURN: Final = 180.0
_SPREADS: Final = (
    (1, 0x3333333333333333),
    (2, 0x0F0F0F0F0F0F0F0F),
    (4, 0x00FF00FF00FF00FF),
    (8, 0x0000FFFF0000FFFF),
    (16, 0x00000000FFFFFFFF),
)


@dataclass(frozen=True, slots=True)
class Box:
    """A view in EPSG:4326 degrees; west is greater than east where it crosses the date line."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: float, lon: float) -> bool:
        if not self.south <= lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= lon <= self.east
        return lon >= self.west or lon <= self.east

    @property
    def halves(self) -> tuple["Box", ...]:
        """The box, or its two parts on either side of the date line."""
        if self.west <= self.east:
            return (self,)
        return (
            Box(self.west, self.south, _HALF_TURN, self.north),
            Box(-_HALF_TURN, self.south, self.east, self.north),
        )


@dataclass(frozen=True, slots=True)
class Window:
    """The whole squares of one level that a view touches."""

    level: int
    box: Box
    columns: tuple[range, ...]
    rows: range

    @property
    def shift(self) -> int:
        """How many bits of a key lie below its square."""
        return shift_of(self.level)

    def holds(self, cell: int) -> bool:
        x, y = column_and_row(cell)
        return y in self.rows and any(x in columns for columns in self.columns)

    def key_ranges(self) -> Sequence[KeyRange]:
        """At most 24 ranges of keys that cover the squares; filter with `holds`."""
        return _key_ranges(self)

    def cell_ranges(self) -> list[KeyRange]:
        """The same ranges, counted in squares of this level."""
        return [
            KeyRange(one.first >> self.shift, one.last >> self.shift) for one in self.key_ranges()
        ]


@lru_cache(maxsize=512)
def _key_ranges(window: Window) -> Sequence[KeyRange]:
    # A hair inside, so that the edge does not pull in the next row of squares.
    parts = [_inner_box(columns, window.rows, window.level) for columns in window.columns]
    share = MOST_RANGES // len(parts)
    return sorted(one for box in parts for one in morton_ranges(_edges(box), share))


def shift_of(level: int) -> int:
    return 2 * (BITS - level)


def level_of_zoom(zoom: float) -> int:
    """The level whose squares are some 64 pixels wide at a zoom of the map."""
    return min(max(round(zoom) + _LEVELS_PER_ZOOM, LEAST_LEVEL), _FINEST_LEVEL)


def cell_of(lat: float, lon: float, level: int) -> int:
    """The square of a level that holds a point (EPSG:4326 degrees)."""
    return morton_key(lat, lon) >> shift_of(level)


def window_of(box: Box, level: int) -> Window:
    """The squares that a view touches."""
    columns = tuple(
        range(
            column_and_row(cell_of(0.0, half.west, level))[0],
            column_and_row(cell_of(0.0, half.east, level))[0] + 1,
        )
        for half in box.halves
    )
    rows = range(
        column_and_row(cell_of(box.south, 0.0, level))[1],
        column_and_row(cell_of(box.north, 0.0, level))[1] + 1,
    )
    return Window(level, box, columns, rows)


def parse_box(text: str) -> Box:
    """A view from "west,south,east,north" in degrees. Raises Invalid."""
    parts = text.split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        raise Invalid(_BAD_BOX) from None
    if not all(map(math.isfinite, (west, south, east, north))) or south > north:
        raise Invalid(_BAD_BOX)
    south, north = (min(max(lat, -_LAST_LATITUDE), _LAST_LATITUDE) for lat in (south, north))
    if east - west >= 2 * _HALF_TURN:
        return Box(-_HALF_TURN, south, _HALF_TURN, north)
    return Box(_wrapped(west), south, _wrapped(east), north)


_BAD_BOX: Final = "Khung nhìn không hợp lệ: cần tây,nam,đông,bắc tính bằng độ."


def column_and_row(cell: int) -> tuple[int, int]:
    """Where a square stands in its level: counted from the west and from the south."""
    return _closed_up(cell), _closed_up(cell >> 1)


def box_of_cell(cell: int, level: int) -> Box:
    """The edges of a square in EPSG:4326 degrees."""
    x, y = column_and_row(cell)
    return _box(range(x, x + 1), range(y, y + 1), level)


def parents_of(cells: Iterable[int]) -> set[int]:
    """The squares one level up that hold these."""
    return {cell >> _LEVELS_PER_ZOOM for cell in cells}


def _closed_up(key: int) -> int:
    """Every second bit of a key, moved together."""
    value = key & 0x5555555555555555
    for shift, mask in _SPREADS:
        value = (value | (value >> shift)) & mask
    return value


def _wrapped(lon: float) -> float:
    if -_HALF_TURN <= lon <= _HALF_TURN:
        return lon
    return (lon + _HALF_TURN) % (2 * _HALF_TURN) - _HALF_TURN


def _box(columns: range, rows: range, level: int) -> Box:
    side = 1 << level
    return Box(
        columns.start / side * 360.0 - _HALF_TURN,
        _latitude(rows.start / side),
        columns.stop / side * 360.0 - _HALF_TURN,
        _latitude(rows.stop / side),
    )


def _inner_box(columns: range, rows: range, level: int) -> Box:
    whole = _box(columns, rows, level)
    hair = 360.0 / (1 << level) / 1000
    return Box(whole.west + hair, whole.south + hair, whole.east - hair, whole.north - hair)


def _latitude(share: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (2.0 * share - 1.0))))


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.west, box.south, box.east, box.north
