"""Draws the map of a page: base layers, grid, features, names, and the edge around them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from app.geo.crs import System
from app.maps.features import Feature
from app.maps.rules import Tone
from app.maps.sheets.backdrop import Backdrop
from app.maps.sheets.canvas import INK, QUIET, Canvas
from app.maps.sheets.contents import Contents
from app.maps.sheets.frame import Frame
from app.maps.sheets.grids import grid_lines
from app.maps.sheets.letters import width_of
from app.maps.sheets.names import NEAR, POINT_MM, Taken, is_inside
from app.maps.sheets.paper import Rectangle
from app.maps.sheets.sheet import Shape

SEA: Final = "#d5e5ee"
LAND: Final = "#efede7"
HOME: Final = "#fdfcf8"
PROVINCE: Final = "#b3ab9b"
SEA_LINE: Final = "#4a7fa5"
BORDERS: Final[Mapping[str, tuple[str, tuple[float, ...] | None]]] = {
    "cn": ("#a4272a", None),
    "la": ("#6b3fa0", (6.0, 2.0)),
    "kh": ("#00655f", (6.0, 2.0, 1.3, 2.0)),
}
DASHED: Final = (4.0, 3.0)
BORDER_WIDTH: Final = 0.55
_COARSE_OUTLINE_M: Final = 12_000.0  # the outlines of countries lie at most so far off the line
_CROWDED: Final = 120


@dataclass(frozen=True, slots=True)
class Seen:
    """Which base layers came into the page: what the legend has to explain."""

    borders: tuple[str, ...]
    has_official_sea_lines: bool
    has_other_sea_lines: bool
    has_provinces: bool
    has_gates: bool


def draw_base(canvas: Canvas, frame: Frame, backdrop: Backdrop) -> Seen:
    """Land, provinces, lines and gates of the published layers, cut to the frame."""
    clip = _ground(canvas, frame.rectangle)
    scale = frame.denominator
    world = backdrop.layer("the-gioi", scale)
    borders = backdrop.layer("bien-gioi", scale)
    other = frame.turned(world.of("other"))
    is_far = scale > NEAR  # near by, the coarse outlines of countries mislead
    edge = "#c9c4b8" if is_far else LAND
    canvas.areas(other, fill=LAND, edge=edge, width=0.12, clip=clip)
    lines = {code: frame.turned(borders.of(code)) for code in BORDERS}
    coarse = frame.turned(world.of("vn"))
    if is_far:
        canvas.areas(coarse, fill=HOME, clip=clip)
    else:
        _fill_along(canvas, frame, [*lines.values()], coarse, clip)
    home = frame.turned(backdrop.layer("dat-lien", scale).shapes)
    canvas.areas(home, fill=HOME, edge="#a79f90", width=0.12, clip=clip)
    _islets(canvas, frame, backdrop, clip)
    provinces = frame.turned(shapely.boundary(backdrop.layer("tinh", scale).shapes))
    canvas.shape_lines(provinces, color=PROVINCE, width=0.22, dash=(5.0, 2.0), clip=clip)
    official, others = _sea_lines(canvas, frame, backdrop, clip)
    for code, shapes in lines.items():
        color, dash = BORDERS[code]
        canvas.shape_lines(shapes, color="#ffffffb0", width=BORDER_WIDTH + 0.5, clip=clip)
        canvas.shape_lines(shapes, color=color, width=BORDER_WIDTH, dash=dash, clip=clip)
    return Seen(
        borders=tuple(code for code, shapes in lines.items() if len(shapes)),
        has_official_sea_lines=official,
        has_other_sea_lines=others,
        has_provinces=bool(len(provinces)),
        has_gates=_gates(canvas, frame, backdrop),
    )


def _ground(canvas: Canvas, one: Rectangle) -> Polygon:
    return canvas.box((one.left, one.bottom), (one.width, one.height), fill=SEA, edge="none")


def _fill_along(
    canvas: Canvas,
    frame: Frame,
    lines: Sequence[NDArray[Any]],
    coarse: NDArray[Any],
    clip: Polygon,
) -> None:
    """Near the line, what only the coarse outline calls home belongs to the other side's land."""
    near = [shape for shapes in lines for shape in shapes]
    if not near or not len(coarse):
        return
    reach = _COARSE_OUTLINE_M / frame.ground_m_per_mm
    line = shapely.simplify(shapely.union_all(near), max(reach / 10, 0.2))
    canvas.areas(shapely.intersection(coarse, shapely.buffer(line, reach)), fill=LAND, clip=clip)


def _islets(canvas: Canvas, frame: Frame, backdrop: Backdrop, clip: Polygon) -> None:
    for point in frame.turned(backdrop.layer("dao", frame.denominator).shapes):
        square = shapely.Point(point.x, point.y).buffer(0.28)
        canvas.areas(np.array([square], dtype=object), fill="#8d8373", clip=clip)


def _sea_lines(
    canvas: Canvas, frame: Frame, backdrop: Backdrop, clip: Polygon
) -> tuple[bool, bool]:
    layer = backdrop.layer("duong-bien", frame.denominator)
    official = frame.turned(layer.shapes[layer.classes == "official"])
    others = frame.turned(layer.shapes[layer.classes != "official"])
    canvas.shape_lines(official, color=SEA_LINE, width=0.35, clip=clip)
    canvas.shape_lines(others, color=SEA_LINE, width=0.35, dash=DASHED, clip=clip)
    return bool(len(official)), bool(len(others))


def _gates(canvas: Canvas, frame: Frame, backdrop: Backdrop) -> bool:
    if frame.denominator > NEAR / 2:
        return False
    found = _inside(frame, backdrop.layer("cua-khau", frame.denominator).shapes)
    for x, y in found:
        canvas.symbol((x, y), "square", "#ffffff", size=2.4)
        canvas.symbol((x, y), "square", INK, size=1.2)
    return bool(found)


def _inside(frame: Frame, points: NDArray[Any]) -> list[tuple[float, float]]:
    both = shapely.get_coordinates(points)
    x, y = frame.to_mm(both[:, 0], both[:, 1])
    one = frame.rectangle
    kept = (one.left < x) & (x < one.right) & (one.bottom < y) & (y < one.top)
    return [(float(a), float(b)) for a, b in zip(x[kept], y[kept], strict=True)]


# --- grid and edge --------------------------------------------------------------------------


def draw_grid(canvas: Canvas, frame: Frame, system: System | None) -> None:
    """Grid lines, their figures in the ring around the map, and the neat line."""
    lines = grid_lines(frame, system)
    canvas.lines([line.points for line in lines], color="#5c7f9480", width=0.12)
    for line in lines:
        for x, y, side in line.ends:
            _figure(canvas, (x, y), side, line.text)


def draw_edge(canvas: Canvas, frame: Frame, *, ring: float) -> None:
    one = frame.rectangle
    canvas.box((one.left, one.bottom), (one.width, one.height), edge=INK, width=0.3)
    canvas.box(
        (one.left - ring, one.bottom - ring),
        (one.width + 2 * ring, one.height + 2 * ring),
        edge=INK,
        width=0.6,
    )


_FIGURES: Final[Mapping[str, Any]] = {  # side: (right, up, turn, which end is at the place)
    "bottom": (0.0, -2.6, 0.0),
    "top": (0.0, 1.4, 0.0),
    "left": (-1.4, 0.0, 90.0),
    "right": (2.6, 0.0, 90.0),
}


def _figure(canvas: Canvas, place: tuple[float, float], side: str, said: str) -> None:
    right, up, turn = _FIGURES[side]
    canvas.text(
        (place[0] + right, place[1] + up), said, size=5.2, color=QUIET, side="center", turn=turn
    )


# --- features -------------------------------------------------------------------------------


def draw_features(
    canvas: Canvas, frame: Frame, contents: Contents, shapes: Mapping[str, Shape], taken: Taken
) -> None:
    """Clusters as rings with a count, single features as symbols, markers with their number."""
    for cluster in _merged(frame, contents.clusters):
        _cluster(canvas, cluster, taken)
    size = 3.2 if len(contents.points) <= _CROWDED else 2.4
    placed = list(_spread(frame, contents.points, size))
    for point, place in placed:
        known = shapes.get(str(point["type"]), {"shape": "circle", "color": "#bdbdbd"})
        canvas.symbol(place, known["shape"], known["color"], tone=str(point["tone"]), size=size)
        half = size / 2
        taken.take((place[0] - half, place[1] - half, place[0] + half, place[1] + half))
    for point, place in placed:
        if point["is"] == "marker":
            _number(canvas, frame, place, str(point["title"]), taken=taken, size=size)


@dataclass(slots=True)
class _Crowd:
    """Clusters that would lie over each other, as one."""

    x: float
    y: float
    n: int
    tones: Counter[str]

    @property
    def radius(self) -> float:
        return float(min(2.0 + 0.75 * np.log10(self.n), 4.2))

    def touches(self, other: "_Crowd") -> bool:
        reach = (self.radius + other.radius) * 0.95
        return (self.x - other.x) ** 2 + (self.y - other.y) ** 2 < reach**2

    def take(self, other: "_Crowd") -> None:
        whole = self.n + other.n
        self.x = (self.x * self.n + other.x * other.n) / whole
        self.y = (self.y * self.n + other.y * other.n) / whole
        self.n, self.tones = whole, self.tones + other.tones


def _merged(frame: Frame, clusters: Sequence[Feature]) -> list[_Crowd]:
    kept: list[_Crowd] = []
    one = frame.rectangle
    for cluster in sorted(clusters, key=lambda each: -each["n"]):
        x, y = (float(value) for value in frame.to_mm(cluster["lon"], cluster["lat"]))
        if not one.holds(x, y):
            continue
        crowd = _Crowd(x, y, cluster["n"], Counter(cluster["tones"]))
        near = next((other for other in kept if other.touches(crowd)), None)
        if near is None:
            kept.append(crowd)
        else:
            near.take(crowd)
    return kept


def _cluster(canvas: Canvas, crowd: _Crowd, taken: Taken) -> None:
    x, y, radius = crowd.x, crowd.y, crowd.radius
    shares = {tone.value: crowd.tones[tone] for tone in Tone if crowd.tones[tone]}
    canvas.donut((x, y), shares, radius)
    said = f"{crowd.n:,}".replace(",", ".")
    canvas.text((x, y), said, size=4.6, bold=True, side="center", is_centred=True)
    taken.take((x - radius, y - radius, x + radius, y + radius))


def _spread(
    frame: Frame, points: Sequence[Feature], size: float
) -> Iterator[tuple[Feature, tuple[float, float]]]:
    """Each point with its place; those of one spot are set side by side."""
    used: dict[tuple[int, int], int] = {}
    one = frame.rectangle
    for point in points:
        x, y = (float(value) for value in frame.to_mm(point["lon"], point["lat"]))
        if not (one.left <= x <= one.right and one.bottom <= y <= one.top):
            continue
        spot = round(x * 5), round(y * 5)
        count = used[spot] = used.get(spot, -1) + 1
        yield point, (x + count * size * 0.6, y)


def _number(
    canvas: Canvas,
    frame: Frame,
    place: tuple[float, float],
    said: str,
    *,
    taken: Taken,
    size: float,
) -> None:
    wide, high = width_of(said, 5.0), 5.0 * POINT_MM
    away = size / 2 + 0.4
    x, y = place
    for left, bottom in (
        (x + away, y - high / 3),
        (x - away - wide, y - high / 3),
        (x - wide / 2, y + away),
        (x - wide / 2, y - away - high * 0.8),
    ):
        box = (left, bottom, left + wide, bottom + high * 0.9)
        if taken.is_free(box) and is_inside(frame.rectangle, box):
            taken.take(box)
            canvas.text((left, bottom), said, size=5.0, halo=True)
            return
