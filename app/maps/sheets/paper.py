"""Where things lie on a page: all lengths in millimetres from the lower left corner."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SCALES: Final = (
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
)
LARGEST_DENOMINATOR: Final = 20_000_000
_MARGIN: Final = 8.0
_RING: Final = 5.5  # around the map, for the figures of the grid
_FOOT: Final = 4.0
_NICE: Final = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


class Paper(StrEnum):
    A4 = "a4"
    A3 = "a3"


class Turn(StrEnum):
    """How the sheet lies."""

    PORTRAIT = "doc"
    LANDSCAPE = "ngang"


_SIZES: Final = {Paper.A4: (210.0, 297.0), Paper.A3: (297.0, 420.0)}


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle of the page in millimetres."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def top(self) -> float:
        return self.bottom + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.bottom + self.height / 2

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top


@dataclass(frozen=True, slots=True)
class Layout:
    """A page: the title above, the map, and columns for what explains it."""

    width: float
    height: float
    margin: float
    title_top: float
    map: Rectangle
    columns: tuple[Rectangle, ...]
    foot: float

    @property
    def is_wide(self) -> bool:
        return len(self.columns) == 1


def layout_of(paper: Paper, turn: Turn) -> Layout:
    """The layout of a sheet; explanations stand beside a wide map and below a high one."""
    short, long = _SIZES[paper]
    return _wide(long, short) if turn is Turn.LANDSCAPE else _high(short, long)


def _wide(width: float, height: float) -> Layout:
    side = 62.0 if width < _SIZES[Paper.A3][1] else 76.0
    top, bottom = height - _MARGIN - 14.0, _MARGIN + _FOOT
    frame = Rectangle(
        _MARGIN + _RING,
        bottom + _RING,
        width - 2 * _MARGIN - side - 2 * _RING - 4.0,
        top - bottom - 2 * _RING,
    )
    column = Rectangle(width - _MARGIN - side, bottom, side, top - bottom)
    return Layout(width, height, _MARGIN, height - _MARGIN, frame, (column,), _MARGIN - 2.5)


def _high(width: float, height: float) -> Layout:
    below = 88.0 if width < _SIZES[Paper.A3][0] else 96.0
    top, bottom = height - _MARGIN - 14.0, _MARGIN + _FOOT
    frame = Rectangle(
        _MARGIN + _RING,
        bottom + below + _RING + 2.0,
        width - 2 * _MARGIN - 2 * _RING,
        top - bottom - below - 2 * _RING - 2.0,
    )
    gap = 5.0
    each = (width - 2 * _MARGIN - 2 * gap) / 3
    columns = tuple(
        Rectangle(_MARGIN + place * (each + gap), bottom, each, below) for place in range(3)
    )
    return Layout(width, height, _MARGIN, height - _MARGIN, frame, columns, _MARGIN - 2.5)


def picture_layout(width: float, height: float) -> Layout:
    """A picture for a document: the map, and its explanations in three columns below."""
    below = 38.0
    frame = Rectangle(_RING, below + _RING, width - 2 * _RING, height - below - 2 * _RING)
    gap = 4.0
    each = (width - 2 * gap - 2.0) / 3
    columns = tuple(
        Rectangle(1.0 + place * (each + gap), 4.0, each, below - 5.0) for place in range(3)
    )
    return Layout(width, height, 1.0, height, frame, columns, 1.0)


def fitting_denominator(ground_m: tuple[float, float], frame: Rectangle) -> int:
    """The largest round scale at which a ground width and height come into a frame."""
    needed = max(ground_m[0] / frame.width, ground_m[1] / frame.height) * 1000
    needed = min(max(needed, 1_000.0), float(LARGEST_DENOMINATOR))
    step = int(10.0 ** (len(str(int(needed))) - 1))
    return round(next(nice for nice in _NICE if nice * step >= needed * 0.999) * step)
