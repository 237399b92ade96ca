"""Vector tiles of points: the square of a tile, and its bytes after Mapbox Vector Tile 2.1."""

import math
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

MOST_ZOOM = 22
EXTENT = 4096  # the steps along a side of a tile
_VERSION = 2
_POINT = 1
_MOVE_TO_ONE = (1 << 3) | 1  # one MoveTo command
_VARINT, _DOUBLE, _BYTES = 0, 1, 2  # wire types of protocol buffers
_DOUBLE_BYTES = struct.Struct("<d")

TileValue = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of WebMercatorQuad: rows are counted from the north, columns from the west."""

    zoom: int
    row: int
    column: int

    @property
    def is_real(self) -> bool:
        side = 1 << max(self.zoom, 0)
        return 0 <= self.zoom <= MOST_ZOOM and 0 <= self.row < side and 0 <= self.column < side

    @property
    def centre(self) -> tuple[float, float]:
        """(latitude, longitude) in EPSG:4326 degrees."""
        side = 1 << self.zoom
        north = math.pi * (1.0 - 2.0 * (self.row + 0.5) / side)
        return math.degrees(math.atan(math.sinh(north))), (self.column + 0.5) / side * 360.0 - 180.0

    def steps(self, lat: float, lon: float) -> tuple[int, int]:
        """Where a point (EPSG:4326 degrees) lies in the tile, in steps from its north-west."""
        side = 1 << self.zoom
        across = (lon + 180.0) / 360.0 * side - self.column
        phi = math.radians(lat)
        down = (1.0 - math.asinh(math.tan(phi)) / math.pi) / 2.0 * side - self.row
        return math.floor(across * EXTENT), math.floor(down * EXTENT)


@dataclass(frozen=True, slots=True)
class TilePoint:
    """A point of EPSG:4326 degrees and what is said of it."""

    lat: float
    lon: float
    values: Mapping[str, TileValue]


def encode(tile: Tile, name: str, points: Iterable[TilePoint]) -> bytes:
    """The tile with one layer of points; empty bytes where there are none."""
    keys: dict[str, int] = {}
    values: dict[tuple[type, TileValue], int] = {}
    features = []
    for point in points:
        tags = []
        for key, value in point.values.items():
            tags.append(keys.setdefault(key, len(keys)))
            # True equals 1: the type keeps them apart.
            tags.append(values.setdefault((type(value), value), len(values)))
        features.append(_field(2, _feature(tags, tile.steps(point.lat, point.lon))))
    if not features:
        return b""
    layer = [
        _number(15, _VERSION),
        _field(1, name.encode()),
        *features,
        *(_field(3, key.encode()) for key in keys),
        *(_field(4, _value(value)) for _type, value in values),
        _number(5, EXTENT),
    ]
    return _field(3, b"".join(layer))


def _feature(tags: Sequence[int], steps: tuple[int, int]) -> bytes:
    geometry = [_MOVE_TO_ONE, _zigzag(steps[0]), _zigzag(steps[1])]
    return _field(2, _packed(tags)) + _number(3, _POINT) + _field(4, _packed(geometry))


def _value(value: TileValue) -> bytes:
    if isinstance(value, bool):
        return _number(7, int(value))
    if isinstance(value, int):
        return _number(6, _zigzag(value))
    if isinstance(value, float):
        return _varint((3 << 3) | _DOUBLE) + _DOUBLE_BYTES.pack(value)
    return _field(1, value.encode())


def _zigzag(number: int) -> int:
    return number * 2 if number >= 0 else -number * 2 - 1


def _field(number: int, content: bytes) -> bytes:
    return _varint((number << 3) | _BYTES) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint((number << 3) | _VARINT) + _varint(value)


def _packed(numbers: Sequence[int]) -> bytes:
    return b"".join(_varint(number) for number in numbers)


def _varint(number: int) -> bytes:
    return bytes(_sevens(number))


def _sevens(number: int) -> Iterator[int]:
    while number > 0x7F:  # noqa: PLR2004  seven bits a byte, the eighth says that more follow
        yield number & 0x7F | 0x80
        number >>= 7
    yield number
