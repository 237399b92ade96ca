"""Names on a page, and the room that they and everything else take, so that nothing collides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely

from app.maps.sheets.backdrop import Backdrop, zoom_of_scale
from app.maps.sheets.canvas import INK, QUIET, Canvas
from app.maps.sheets.frame import Frame
from app.maps.sheets.letters import width_of
from app.maps.sheets.paper import Rectangle

SEA_INK: Final = "#3c7396"
NEAR: Final = 5_000_000
_LABEL_GAP: Final = 0.8
POINT_MM: Final = 25.4 / 72


@dataclass(slots=True)
class Taken:
    """What already lies on the map, so that no text is written over it."""

    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)

    def is_free(self, box: tuple[float, float, float, float]) -> bool:
        return not any(
            box[0] < one[2] and one[0] < box[2] and box[1] < one[3] and one[1] < box[3]
            for one in self.boxes
        )

    def take(self, box: tuple[float, float, float, float]) -> None:
        self.boxes.append(box)


def is_inside(one: Rectangle, box: tuple[float, float, float, float]) -> bool:
    return (
        one.left + 0.5 < box[0]
        and one.bottom + 0.5 < box[1]
        and box[2] < one.right - 0.5
        and box[3] < one.top - 0.5
    )


_LOOKS: Final[Mapping[str, tuple[float, str, bool, bool]]] = {  # points, colour, bold, italic
    "archipelago": (7.0, INK, True, False),
    "sea": (8.5, SEA_INK, False, True),
    "country": (8.0, QUIET, False, False),
    "capital": (7.0, INK, True, False),
    "province": (6.2, QUIET, False, False),
    "island": (5.8, SEA_INK, False, True),
}
_ALWAYS: Final = ("archipelago", "sea")


def draw_names(canvas: Canvas, frame: Frame, backdrop: Backdrop, taken: Taken) -> None:
    """Names in the order of their weight; archipelagos and seas are never left out."""
    layer = backdrop.layer("ten-goi", frame.denominator)
    zoom = zoom_of_scale(frame.denominator) + 0.9
    order = {kind: rank for rank, kind in enumerate(_LOOKS)}
    rows = sorted(
        zip(layer.shapes, layer.classes, layer.names, layer.zooms, strict=True),
        key=lambda row: (order.get(str(row[1]), len(order)), row[3]),
    )
    is_near = frame.denominator < NEAR / 2
    for point, kind, name, least in rows:
        wanted = (zoom >= least and not (is_near and kind in _AREAS)) or kind in _ALWAYS
        if wanted and frame.holds(point.y, point.x):
            place = frame.to_mm(point.x, point.y)
            _name(canvas, frame, place, str(kind), name, taken=taken)
    if is_near:
        _area_names(canvas, frame, backdrop, taken)


_AREAS: Final = ("country", "province")
_LEAST_AREA_MM2: Final = 500.0


def _area_names(canvas: Canvas, frame: Frame, backdrop: Backdrop, taken: Taken) -> None:
    """Near by, a province or country is named in the middle of what is seen of it."""
    page = shapely.box(frame.box.west, frame.box.south, frame.box.east, frame.box.north)
    for code, kind in (("tinh", "province"), ("the-gioi", "country")):
        layer = backdrop.layer(code, frame.denominator)
        here = shapely.intersects(layer.shapes, page) & (layer.classes != "vn")
        for index in np.flatnonzero(here):
            name, seen = layer.names[index], frame.turned(layer.shapes[index : index + 1])
            if len(seen) and shapely.area(seen[0]) > _LEAST_AREA_MM2:
                largest = max(shapely.get_parts(seen[0]), key=shapely.area)
                middle = shapely.maximum_inscribed_circle(largest, tolerance=2.0).coords[0]
                _name(canvas, frame, middle, kind, name, taken=taken)


def _name(
    canvas: Canvas,
    frame: Frame,
    place: tuple[float, float],
    kind: str,
    name: str,
    *,
    taken: Taken,
) -> None:
    size, color, bold, italic = _LOOKS.get(kind, _LOOKS["province"])
    lines = _in_lines(name) if kind == "archipelago" else [name]
    wide = max(width_of(line, size, bold=bold) for line in lines)
    high = size * POINT_MM * 1.25
    x, y = float(place[0]), float(place[1])
    must = kind in _ALWAYS
    if must:
        x, y = _pulled_in(frame.rectangle, (x, y), wide / 2, high * len(lines) / 2)
    box = _around((x, y), wide / 2 + _LABEL_GAP, high * len(lines) / 2)
    for right, up in _SHIFTS if must or kind in _AREAS else _SHIFTS[:1]:
        moved = (box[0] + right, box[1] + up, box[2] + right, box[3] + up)
        if taken.is_free(moved) and is_inside(frame.rectangle, moved):
            x, y, box = x + right, y + up, moved
            break
    else:
        if not must:
            return
    taken.take(box)
    for row, line in enumerate(lines):
        level = y + (len(lines) / 2 - row - 0.8) * high
        look: dict[str, Any] = {"bold": bold and not row, "italic": italic, "color": color}
        canvas.text((x, level), line, size=size - 0.8 * row, side="center", halo=True, **look)


_SHIFTS: Final = [(right, up) for up in (0, 6, -6, 12, -12) for right in (0, 8, -8, 16, -16)]


def _pulled_in(
    one: Rectangle, place: tuple[float, float], wide: float, high: float
) -> tuple[float, float]:
    """A name that stands near the edge, moved so that it is whole on the page."""
    gap = 2.0
    x = min(max(place[0], one.left + wide + gap), one.right - wide - gap)
    y = min(max(place[1], one.bottom + high + gap), one.top - high - gap)
    return x, y


def _around(
    place: tuple[float, float], wide: float, high: float
) -> tuple[float, float, float, float]:
    return place[0] - wide, place[1] - high, place[0] + wide, place[1] + high


def _in_lines(name: str) -> list[str]:
    """What stands in brackets goes below: QĐ. Hoàng Sa (Đà Nẵng, Việt Nam)."""
    head, bracket, rest = name.partition(" (")
    return [head, bracket.strip() + rest] if bracket else [name]
