"""The ground on paper: one projection per page, made true to scale at its middle."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Proj, Transformer

from app.geo.crs import System, from_wgs84, to_wgs84
from app.maps.cells import Box
from app.maps.sheets.paper import Rectangle

Floats = NDArray[np.float64]
_GEOD: Final = Geod(ellps="WGS84")
_SHORT_M: Final = 500.0  # a step along which the scale at a point is measured
_EDGE_SAMPLES: Final = 24


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a page, EPSG:4326 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of paper and the ground that it shows at 1:`denominator`.

    The plane is a coordinate system of the papers, or, without one, a transverse Mercator plane of
    WGS 84 through the page's middle. Either way lengths are those on the ground at the middle:
    `plane_scale` takes the system's own factor (0,9999 or 0,9996) out.
    """

    rectangle: Rectangle
    centre: Centre
    denominator: int
    system: System | None
    origin: tuple[float, float]
    plane_scale: float

    def to_mm(self, lon: Any, lat: Any) -> tuple[Any, Any]:  # Any: numbers or arrays
        """Millimetres on the page of EPSG:4326 degrees."""
        return self.plane_to_mm(*_forward(self.system, self.centre, lon, lat))

    def plane_to_mm(self, east: Any, north: Any) -> tuple[Any, Any]:  # Any: as above
        x, y = self.rectangle.middle
        factor = 1000.0 / (self.denominator * self.plane_scale)
        return x + (east - self.origin[0]) * factor, y + (north - self.origin[1]) * factor

    def to_plane(self, x: Any, y: Any) -> tuple[Any, Any]:  # Any: as above
        middle_x, middle_y = self.rectangle.middle
        factor = self.denominator * self.plane_scale / 1000.0
        return self.origin[0] + (x - middle_x) * factor, self.origin[1] + (y - middle_y) * factor

    def to_degrees(self, x: Any, y: Any) -> tuple[Any, Any]:  # Any: as above
        """(lon, lat) in EPSG:4326 degrees of millimetres on the page."""
        return _backward(self.system, self.centre, *self.to_plane(x, y))

    @property
    def ground_m_per_mm(self) -> float:
        return self.denominator / 1000.0

    @property
    def outline(self) -> Floats:
        """The frame's edge as (lon, lat) rows, so finely that it may be drawn on another map."""
        return _outline(self)

    @property
    def box(self) -> Box:
        """What the frame shows, rounded outward to a box of degrees."""
        edge = self.outline
        west, south = edge.min(axis=0)
        east, north = edge.max(axis=0)
        return Box(
            float(max(west, -180.0)),
            float(max(south, -84.0)),
            float(min(east, 180.0)),
            float(min(north, 84.0)),
        )

    def holds(self, lat: float, lon: float) -> bool:
        x, y = self.to_mm(lon, lat)
        one = self.rectangle
        return bool(one.left <= x <= one.right and one.bottom <= y <= one.top)

    def turned(self, shapes: NDArray[Any]) -> NDArray[Any]:  # Any: shapely's geometries
        """Shapes in EPSG:4326 degrees as shapes in millimetres, cut to the frame."""
        box, pad = self.box, 0.3 + 0.05 * (self.box.east - self.box.west)
        around = shapely.box(box.west - pad, box.south - pad, box.east + pad, box.north + pad)
        near = shapely.make_valid(shapes[shapely.intersects(shapes, around)])
        near = shapely.segmentize(shapely.clip_by_rect(near, *around.bounds), 0.25)
        moved = shapely.transform(near, lambda both: np.column_stack(self.to_mm(*both.T)))
        one = self.rectangle
        cut = shapely.clip_by_rect(
            shapely.make_valid(moved), one.left - 2, one.bottom - 2, one.right + 2, one.top + 2
        )
        return np.asarray(cut[~shapely.is_empty(cut)])

    @property
    def true_north(self) -> float:
        """How far true north lies from the page's upward direction, degrees, east positive."""
        lat, lon = self.centre.lat, self.centre.lon
        step = _SHORT_M / 111_000.0
        x1, y1 = self.to_mm(lon, lat)
        x2, y2 = self.to_mm(lon, lat + step)
        return math.degrees(math.atan2(x2 - x1, y2 - y1))

    @property
    def most_off(self) -> float:
        """By which share lengths at the worst corner differ from the page's scale."""
        one = self.rectangle
        corners = [(x, y) for x in (one.left, one.right) for y in (one.bottom, one.top)]
        return max(abs(self._scale_at(x, y) - 1.0) for x, y in corners)

    def _scale_at(self, x: float, y: float) -> float:
        lon, lat = self.to_degrees(x, y)
        east, north, _back = _GEOD.fwd(lon, lat, 90.0, _SHORT_M)
        x2, y2 = self.to_mm(east, north)
        return math.hypot(x2 - x, y2 - y) * self.ground_m_per_mm / _SHORT_M


def frame_of(
    rectangle: Rectangle, centre: Centre, denominator: int, *, system: System | None = None
) -> Frame:
    """The frame around a centre; `system` is a plane one, or None for the page's own plane."""
    east, north = _forward(system, centre, centre.lon, centre.lat)
    scale = 1.0
    if system is not None:
        lon, lat, _back = _GEOD.fwd(centre.lon, centre.lat, 90.0, _SHORT_M)
        east2, north2 = _forward(system, centre, lon, lat)
        scale = math.hypot(east2 - east, north2 - north) / _SHORT_M
    return Frame(rectangle, centre, denominator, system, (float(east), float(north)), scale)


@lru_cache(maxsize=32)
def _outline(frame: Frame) -> Floats:
    one, share = frame.rectangle, np.linspace(0.0, 1.0, _EDGE_SAMPLES)
    across, upward = one.left + share * one.width, one.bottom + share * one.height
    still = np.ones(_EDGE_SAMPLES)
    x = np.concatenate([across, one.right * still, across[::-1], one.left * still])
    y = np.concatenate([one.bottom * still, upward, one.top * still, upward[::-1]])
    return np.column_stack(frame.to_degrees(x, y))


def ground_size(box: Box) -> tuple[float, float]:
    """Width and height in metres of a box of degrees, at its widest."""
    low = min(abs(box.south), abs(box.north)) if box.south * box.north > 0 else 0.0
    middle = (box.west + box.east) / 2
    width = _GEOD.line_length([box.west, middle, box.east], [low, low, low])
    return float(width), float(_GEOD.line_length([middle, middle], [box.south, box.north]))


def _forward(system: System | None, centre: Centre, lon: Any, lat: Any) -> tuple[Any, Any]:
    if system is not None:
        return from_wgs84(system, lon, lat)
    east, north = _own_plane(centre).transform(lon, lat)
    return east, north


def _backward(system: System | None, centre: Centre, east: Any, north: Any) -> tuple[Any, Any]:
    if system is not None:
        return to_wgs84(system, east, north)
    return _own_plane(centre).transform(east, north, direction="INVERSE")


@lru_cache(maxsize=32)
def _own_plane(centre: Centre) -> Transformer:
    plane = Proj(proj="tmerc", lat_0=centre.lat, lon_0=centre.lon, k=1.0, ellps="WGS84").crs
    return Transformer.from_crs(CRS("EPSG:4326"), plane, always_xy=True)
