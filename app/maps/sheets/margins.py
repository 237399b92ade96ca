"""What explains a map on paper: legend, scale, north, the islands, sources and who printed it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, floor, log10, radians, sin
from typing import Final

import numpy as np
import shapely

from app.maps.sheets.backdrop import Backdrop
from app.maps.sheets.canvas import INK, QUIET, RULE, Canvas
from app.maps.sheets.drawing import (
    BORDER_WIDTH,
    BORDERS,
    DASHED,
    HOME,
    LAND,
    PROVINCE,
    SEA,
    SEA_LINE,
)
from app.maps.sheets.frame import Centre, Frame, frame_of
from app.maps.sheets.letters import shortened, width_of, wrapped
from app.maps.sheets.paper import Rectangle

ROW: Final = 3.55
HEAD: Final = 4.6
_SMALL: Final = 6.2
_TINY: Final = 5.4
_SYMBOL: Final = 3.0
# The sea east of Viet Nam with both archipelagos, and the whole country for orientation.
ISLANDS: Final = {"Hoàng Sa": Centre(16.45, 111.95), "Trường Sa": Centre(9.6, 113.6)}
_EASTERN_SEA: Final = Centre(14.6, 109.7)
_EASTERN_SEA_M: Final = (1_780_000.0, 2_100_000.0)
_BAR_PARTS: Final = 4
_IN_KILOMETRES: Final = 2_000.0


@dataclass(slots=True)
class Column:
    """A column that is written from above; `y` is how far it has come."""

    canvas: Canvas
    place: Rectangle
    y: float = field(default=0.0)

    def __post_init__(self) -> None:
        self.y = self.place.top

    @property
    def left(self) -> float:
        return self.place.left

    def heading(self, said: str) -> None:
        self.y -= HEAD
        self.canvas.text((self.left, self.y + 1.2), said, size=6.8, bold=True)

    def paragraph(
        self, said: str, *, size: float = _TINY, color: str = QUIET, bold: bool = False
    ) -> None:
        step = size * 0.353 * 1.28
        for line in wrapped(said, size * (1.09 if bold else 1.0), self.place.width):
            self.y -= step
            self.canvas.text((self.left, self.y), line, size=size, color=color, bold=bold)
        self.y -= 0.7

    def skip(self, millimetres: float) -> None:
        self.y -= millimetres

    @property
    def left_over(self) -> float:
        return self.y - self.place.bottom


# --- legend ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend; `kind` says how its sample is drawn."""

    kind: str  # symbol tone cluster line
    name: str
    shape: str = "circle"
    color: str = "#e9eded"
    tone: str = ""
    dash: tuple[float, ...] | None = None
    width: float = 0.35


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading; short ones stand two in a row."""

    heading: str
    entries: tuple[Entry, ...]
    is_short: bool = False


def line_entry(kind: str, name: str) -> Entry:
    """The sample of a base line: cn la kh, sea, sea_other, province."""
    if kind in BORDERS:
        color, dash = BORDERS[kind]
        return Entry("line", name, color=color, dash=dash, width=BORDER_WIDTH)
    if kind == "province":
        return Entry("line", name, color=PROVINCE, dash=(5.0, 2.0), width=0.3)
    return Entry("line", name, color=SEA_LINE, dash=DASHED if kind == "sea_other" else None)


def draw_legend(columns: Sequence[Column], groups: Sequence[Group]) -> None:
    """The groups one below another, going on in the next column where one is full."""
    held = iter(columns)
    column = next(held)
    for group in groups:
        rows = list(_rows(group))
        if column.left_over < HEAD + ROW * min(len(rows), 4):
            column = next(held, column)
        column.heading(group.heading)
        for row in rows:
            if column.left_over < ROW:
                column = next(held, column)
            column.skip(ROW)
            wide = column.place.width / (2 if group.is_short else 1)
            for place, entry in enumerate(row):
                _entry(column, column.left + place * wide, wide, entry)
        column.skip(0.8)


def _rows(group: Group) -> Iterator[tuple[Entry, ...]]:
    step = 2 if group.is_short else 1
    for start in range(0, len(group.entries), step):
        yield group.entries[start : start + step]


def _entry(column: Column, left: float, width: float, entry: Entry) -> None:
    canvas, y = column.canvas, column.y + 1.1
    if entry.kind == "line":
        ends = np.array([[left, y], [left + 5.4, y]])
        canvas.lines([ends], color=entry.color, width=entry.width, dash=entry.dash)
    elif entry.kind == "cluster":
        canvas.donut((left + 2.4, y), {"working": 2, "waiting": 1}, 1.6)
    else:
        canvas.symbol((left + 2.4, y), entry.shape, entry.color, tone=entry.tone, size=_SYMBOL)
    said = shortened(entry.name, _SMALL, width - 7.2)
    canvas.text((left + 6.6, y), said, size=_SMALL, is_centred=True)


# --- scale and north ------------------------------------------------------------------------


def draw_scale(column: Column, frame: Frame, *, said: str, beside: float = 14.0) -> None:
    """The numeric scale and a bar of the same; `beside` is left free for the north arrow."""
    canvas = column.canvas
    part = bar_part_m(frame.denominator, column.place.width - beside - 8.0)
    step = part / frame.ground_m_per_mm
    column.skip(5.4)
    canvas.text((column.left, column.y), said, size=8.5, bold=True)
    column.skip(3.6)
    for place in range(_BAR_PARTS):
        fill = INK if place % 2 == 0 else "#ffffff"
        canvas.box((column.left + place * step, column.y), (step, 1.3), fill=fill, width=0.15)
    column.skip(2.7)
    unit, per_unit = ("km", 1000.0) if part * _BAR_PARTS >= _IN_KILOMETRES else ("m", 1.0)
    for place in (0, 1, 2, _BAR_PARTS):
        number = f"{place * part / per_unit:,.3f}".rstrip("0").rstrip(".")
        figure = number.translate(str.maketrans(",.", ".,"))
        last = f"{figure} {unit}" if place == _BAR_PARTS else figure
        canvas.text((column.left + place * step, column.y), last, size=_TINY, side="center")
    column.skip(1.5)


def bar_part_m(denominator: int, most_mm: float) -> float:
    """The metres of one part of the scale bar: 1, 2 or 5 of a power of ten, as long as fits."""
    longest = most_mm / _BAR_PARTS * denominator / 1000.0
    power = 10.0 ** floor(log10(longest))
    return max(power * one for one in (1, 2, 5) if power * one <= longest)


def draw_north(canvas: Canvas, place: tuple[float, float], degrees: float, size: float) -> None:
    """An arrow to true north, `degrees` east of the page's upward direction."""
    turn = radians(degrees)

    def moved(x: float, y: float) -> tuple[float, float]:
        return (
            place[0] + x * cos(turn) + y * sin(turn),
            place[1] - x * sin(turn) + y * cos(turn),
        )

    half = size / 2
    tip, back = moved(0, half), moved(0, -half * 0.45)
    for side, fill in ((-1, INK), (1, "#ffffff")):
        foot = moved(side * size * 0.22, -half)
        shape = np.array([shapely.Polygon([tip, foot, back])], dtype=object)
        canvas.areas(shape, fill=fill, edge=INK, width=0.2)
    x, y = moved(0, half + 1.6)
    canvas.text((x, y), "B", size=7, bold=True, side="center", is_centred=True)


# --- the islands ----------------------------------------------------------------------------


def shows_islands(frame: Frame) -> bool:
    """Whether both archipelagos lie inside the page, so that no inset is needed."""
    return all(frame.holds(one.lat, one.lon) for one in ISLANDS.values())


def inset_height(width: float) -> float:
    return width * _EASTERN_SEA_M[1] / _EASTERN_SEA_M[0]


def draw_islands(
    canvas: Canvas, place: Rectangle, backdrop: Backdrop, page: Frame, names: Mapping[str, str]
) -> None:
    """The whole country with Hoàng Sa and Trường Sa by name, and where the page lies in it."""
    denominator = round(_EASTERN_SEA_M[0] / place.width * 1000)
    small = frame_of(place, _EASTERN_SEA, denominator)
    ground = canvas.box(
        (place.left, place.bottom), (place.width, place.height), fill=SEA, edge="none"
    )
    world = backdrop.layer("the-gioi", denominator)
    canvas.areas(
        small.turned(world.of("other")), fill=LAND, edge="#c9c4b8", width=0.08, clip=ground
    )
    home = [world.of("vn"), backdrop.layer("dat-lien", denominator).shapes]
    for shapes in home:
        canvas.areas(small.turned(shapes), fill=HOME, edge="#a79f90", width=0.08, clip=ground)
    for point in small.turned(backdrop.layer("dao", denominator).shapes):
        dot = shapely.Point(point.x, point.y).buffer(0.22)
        canvas.areas(np.array([dot], dtype=object), fill=INK, clip=ground)
    outline = np.column_stack(small.to_mm(*page.outline.T))
    canvas.lines([np.vstack([outline, outline[:1]])], color="#d55e00", width=0.35, clip=ground)
    for name, centre in ISLANDS.items():
        x, y = (float(one) for one in small.to_mm(centre.lon, centre.lat))
        _island_name(canvas, place, (x, y + 1.0), names.get(name, name))
    canvas.box((place.left, place.bottom), (place.width, place.height), edge=INK, width=0.25)


def _island_name(canvas: Canvas, place: Rectangle, at: tuple[float, float], said: str) -> None:
    head, bracket, rest = said.partition(" (")
    lines = [head, bracket.strip() + rest] if bracket else [head]
    wide = max(width_of(line, 5.0, bold=True) for line in lines) / 2
    x = min(max(at[0], place.left + wide + 0.6), place.right - wide - 0.6)
    for number, line in enumerate(reversed(lines)):
        place_of_line = (x, at[1] + number * 2.2)
        is_head = number == len(lines) - 1
        canvas.text(place_of_line, line, size=5.0, bold=is_head, side="center", halo=True)


# --- the edges of the page ------------------------------------------------------------------


def draw_rule(canvas: Canvas, left: float, right: float, y: float) -> None:
    canvas.lines([np.array([[left, y], [right, y]])], color=RULE, width=0.15)
