"""Draws the small map of one place as SVG: what lies around it, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray

from app.geo.gazetteer import Pack
from app.geo.plane import ground_scale, to_plane

WIDTH: Final = 320
HEIGHT: Final = 200
_NEAR_M: Final = 30_000.0  # width of the view close to the border line
_COAST_M: Final = 400_000.0
_ABROAD_M: Final = 1_500_000.0
_CLOSE_TO_LINE_M: Final = 20_000.0
_CLOSE_HOME_M: Final = 800_000.0
_MARGIN: Final = 0.1
_FILLS: Final = {"sea": "#dce9f1", "land": "#f1f0ea", "home": "#fbfaf5"}


@dataclass(frozen=True, slots=True)
class _View:
    """A rectangle of the search plane and how it maps to the picture."""

    x: float
    y: float
    width: float

    @property
    def scale(self) -> float:
        return WIDTH / self.width

    @property
    def box(self) -> tuple[float, float, float, float]:
        half, high = self.width / 2, self.width * HEIGHT / WIDTH / 2
        grow = 1 + _MARGIN
        return (
            self.x - half * grow,
            self.y - high * grow,
            self.x + half * grow,
            self.y + high * grow,
        )

    def pixels(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = (coordinates - (self.x, self.y)) * (self.scale, -self.scale)
        return np.asarray(np.round(moved + np.array([WIDTH / 2, HEIGHT / 2]), 1))


def draw_minimap(pack: Pack, lat: float, lon: float, *, title: str, note: str) -> str:
    """SVG of 320 × 200 pixels around a point (EPSG:4326 degrees); colours come from the page.

    Classes carry the look; the attributes are what a reader without the page's styles sees.
    """
    view = _view_around(pack, lat, lon)
    parts = [
        _area("mini-land", _around(pack.world.polygons[~pack.is_home_country], view), view, "land"),
        _area("mini-home", _around(pack.world.polygons[pack.is_home_country], view), view, "home"),
        # The world's outline is coarse: the provinces reach to the border line.
        _area("mini-near", _around(pack.provinces.in_force(None).polygons, view), view, "home"),
        _lines("mini-province", _provinces(pack, view), view, "#b9b7ac"),
        _lines("mini-border", _border(pack, view), view, "#8a3b12"),
        _point(),
    ]
    drawn = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="minimap" role="img" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" aria-label={quoteattr(title)}>'
        f'<rect class="mini-sea" width="{WIDTH}" height="{HEIGHT}" fill="{_FILLS["sea"]}"/>'
        f"{drawn}{_scale_bar(view, lat)}<title>{escape(title)}</title>"
        f"<desc>{escape(note)}</desc></svg>"
    )


def _view_around(pack: Pack, lat: float, lon: float) -> _View:
    x, y = (float(value[0]) for value in to_plane(np.array([lon]), np.array([lat])))
    line = pack.lines.locate(np.array([lon]), np.array([lat]))
    away = float(line.offset_m[0])
    far = _COAST_M if away < _CLOSE_HOME_M else _ABROAD_M
    width = _NEAR_M if away < _CLOSE_TO_LINE_M else far
    return _View(x, y, width / float(ground_scale(np.array([lat]))[0]))


def _around(polygons: NDArray[Any], view: _View) -> NDArray[Any]:
    near = polygons[shapely.box(*view.box).intersects(polygons)]
    cut = shapely.clip_by_rect(near, *view.box)
    return np.asarray(shapely.simplify(cut, 0.4 / view.scale))


def _provinces(pack: Pack, view: _View) -> NDArray[Any]:
    today = pack.provinces.in_force(None).polygons
    near = today[shapely.box(*view.box).intersects(today)]
    return np.asarray(
        shapely.simplify(shapely.clip_by_rect(shapely.boundary(near), *view.box), 0.4 / view.scale)
    )


def _border(pack: Pack, view: _View) -> NDArray[Any]:
    """The runs of the border lines' short pieces that come into the view."""
    lines = pack.lines
    x, y = to_plane(lines.start[:, 0], lines.start[:, 1])
    west, south, east, north = view.box
    here = np.flatnonzero((west <= x) & (x <= east) & (south <= y) & (y <= north))
    breaks = np.flatnonzero((np.diff(here) != 1) | (np.diff(lines.part[here]) != 0)) + 1
    runs = [run for run in np.split(here, breaks) if len(run) > 1]
    shapes = [shapely.linestrings(np.column_stack((x[run], y[run]))) for run in runs]
    return np.asarray(shapely.simplify(np.array(shapes, dtype=object), 0.4 / view.scale))


def _area(name: str, shapes: NDArray[Any], view: _View, fill: str) -> str:
    drawn = "".join(f"{_path(ring, view)}Z" for ring in _rings(shapes))
    return f'<path class="{name}" fill="{_FILLS[fill]}" fill-rule="evenodd" d="{drawn}"/>'


def _lines(name: str, shapes: NDArray[Any], view: _View, stroke: str) -> str:
    drawn = "".join(_path(line, view) for line in _strings(shapes))
    return f'<path class="{name}" fill="none" stroke="{stroke}" d="{drawn}"/>'


def _rings(shapes: NDArray[Any]) -> Iterator[Any]:  # Any: shapely's geometry
    for part in shapely.get_parts(shapely.get_parts(shapes)):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield part.exterior
            yield from part.interiors


def _strings(shapes: NDArray[Any]) -> Iterator[Any]:  # Any: shapely's geometry
    for part in shapely.get_parts(shapely.get_parts(shapes)):
        if part.geom_type in {"LineString", "LinearRing"} and not part.is_empty:
            yield part


def _path(line: Any, view: _View) -> str:  # Any: shapely's geometry
    pixels = view.pixels(shapely.get_coordinates(line))
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in pixels)


def _point() -> str:
    middle = f'cx="{WIDTH / 2:g}" cy="{HEIGHT / 2:g}"'
    return (
        f'<circle class="mini-halo" {middle} r="9" fill="#fff" fill-opacity="0.7"/>'
        f'<circle class="mini-point" {middle} r="5" fill="#d55e00" stroke="#fff"/>'
    )


def _scale_bar(view: _View, lat: float) -> str:
    ground_width = view.width * float(ground_scale(np.array([lat]))[0])
    length = next(step for step in _STEPS if step >= ground_width / 8)
    pixels = round(length / ground_width * WIDTH)
    words = f"{length // 1000:,} km".replace(",", ".")
    return (
        f'<g class="mini-scale"><path d="M10 {HEIGHT - 10}h{pixels}" stroke="#444" fill="none"/>'
        f'<text x="10" y="{HEIGHT - 15}" font-size="11">{words}</text></g>'
    )


_STEPS: Final = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)


Corners = list[list[float]]


def corners_of_areas(
    pack: Pack, *, provinces: frozenset[str], countries: frozenset[str]
) -> Corners | None:
    """South-west and north-east corners ([lat, lon], EPSG:4326) of these areas, if any."""
    found = [
        layer.polygons[index]
        for layer, codes in ((pack.provinces.in_force(None), provinces), (pack.world, countries))
        for index in map(layer.index_of, sorted(codes))
        if index is not None
    ]
    if not found:
        return None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(found))
    return [[_latitude(south), _longitude(west)], [_latitude(north), _longitude(east)]]


_RADIUS: Final = 6_378_137.0


def _longitude(x: float) -> float:
    return float(np.degrees(x / _RADIUS))


def _latitude(y: float) -> float:
    """On the sphere, which is near enough to frame a view."""
    return float(np.degrees(2 * np.arctan(np.exp(y / _RADIUS)) - np.pi / 2))
