"""One sortable number per place: near places get near numbers, so a plain index finds a view."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BITS = 31
_SIDE = 1 << BITS
_LAST_LATITUDE = 85.05112877980659
_SPREADS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
_QUARTERS = 4
_MOST_SQUARES = 512


class KeyRange(NamedTuple):
    """Keys from `first` to `last`, both included."""

    first: int
    last: int


class _Square(NamedTuple):
    level: int
    x: int
    y: int
    prefix: int  # the bits that all keys of the square share


class _Window(NamedTuple):
    west: int
    south: int
    east: int
    north: int

    def touches(self, square: _Square) -> bool:
        size = _SIDE >> square.level
        left, bottom = square.x * size, square.y * size
        return (
            left <= self.east
            and left + size > self.west
            and bottom <= self.north
            and bottom + size > self.south
        )

    def covers(self, square: _Square) -> bool:
        size = _SIDE >> square.level
        left, bottom = square.x * size, square.y * size
        return (
            self.west <= left
            and left + size - 1 <= self.east
            and self.south <= bottom
            and bottom + size - 1 <= self.north
        )


def morton_keys(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.int64]:
    """The Z-order keys of EPSG:4326 degrees: Web Mercator, 31 bits an axis, positive int64."""
    x, y = _cells(np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64))
    return (_spread(x) | (_spread(y) << np.uint64(1))).astype(np.int64)


def morton_key(lat: float, lon: float) -> int:
    """The Z-order key of one place; arrays of one number would cost twenty times as much."""
    phi = math.radians(min(max(lat, -_LAST_LATITUDE), _LAST_LATITUDE))
    across = (min(max(lon, -180.0), 180.0) + 180.0) / 360.0
    up = (1.0 + math.asinh(math.tan(phi)) / math.pi) / 2.0
    x, y = (min(max(int(share * _SIDE), 0), _SIDE - 1) for share in (across, up))
    return _spread_one(x) | (_spread_one(y) << 1)


def _spread_one(cell: int) -> int:
    for shift, mask in _SPREADS:
        cell = (cell | (cell << shift)) & mask
    return cell


def morton_ranges(bbox: tuple[float, float, float, float], max_ranges: int = 24) -> list[KeyRange]:
    """Key ranges that cover `bbox` (west, south, east, north in degrees), with some over-cover.

    A box over the date line (west > east) is taken in two parts. Sorted, without overlap.
    """
    west, south, east, north = bbox
    if west > east:
        half = max(max_ranges // 2, 1)
        parts = ((west, south, 180.0, north), (-180.0, south, east, north))
        return _merged([found for part in parts for found in morton_ranges(part, half)])
    x, y = _cells(np.array([south, north]), np.array([west, east]))
    window = _Window(int(x[0]), int(y[0]), int(x[1]), int(y[1]))
    return _cover(window, max(max_ranges, 1))


def _cover(window: _Window, most: int) -> list[KeyRange]:
    """Split the squares level by level for as long as the merged ranges stay few."""
    squares = [_Square(0, 0, 0, 0)]
    best = _merged([_keys(square) for square in squares])
    for _ in range(BITS):
        finer = [part for square in squares for part in _split(square, window)]
        ranges = _merged([_keys(square) for square in finer])
        if len(ranges) > most or len(finer) > _MOST_SQUARES or finer == squares:
            return _glued(best, most)
        squares, best = finer, ranges
    return best


def _split(square: _Square, window: _Window) -> Iterator[_Square]:
    if window.covers(square):
        yield square
        return
    for quarter in range(_QUARTERS):
        x, y = square.x * 2 + quarter % 2, square.y * 2 + quarter // 2
        part = _Square(square.level + 1, x, y, square.prefix * _QUARTERS + quarter)
        if window.touches(part):
            yield part


def _keys(square: _Square) -> KeyRange:
    shift = 2 * (BITS - square.level)
    return KeyRange(square.prefix << shift, ((square.prefix + 1) << shift) - 1)


def _merged(ranges: list[KeyRange]) -> list[KeyRange]:
    merged: list[KeyRange] = []
    for found in sorted(ranges):
        if merged and found.first <= merged[-1].last + 1:
            merged[-1] = KeyRange(merged[-1].first, max(found.last, merged[-1].last))
        else:
            merged.append(found)
    return merged


def _glued(ranges: list[KeyRange], most: int) -> list[KeyRange]:
    """Close the smallest gaps until the ranges are few enough."""
    glued = list(ranges)
    while len(glued) > most:
        gaps = [after.first - before.last for before, after in pairwise(glued)]
        at = gaps.index(min(gaps))
        glued[at : at + 2] = [KeyRange(glued[at].first, glued[at + 1].last)]
    return glued


def _cells(
    lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    phi = np.radians(np.clip(lat, -_LAST_LATITUDE, _LAST_LATITUDE))
    across = (np.clip(lon, -180.0, 180.0) + 180.0) / 360.0
    up = (1.0 + np.arcsinh(np.tan(phi)) / np.pi) / 2.0
    return _cell(across), _cell(up)


def _cell(share: NDArray[np.float64]) -> NDArray[np.uint64]:
    return np.clip(np.floor(share * _SIDE), 0, _SIDE - 1).astype(np.uint64)


def _spread(cells: NDArray[np.uint64]) -> NDArray[np.uint64]:
    spread = cells.astype(np.uint64)
    for shift, mask in _SPREADS:
        spread = (spread | (spread << np.uint64(shift))) & np.uint64(mask)
    return spread
