"""The coordinate systems of the API: by URI, in the axis order of their authority."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.transformer import Transformer

from app.geo.crs import System, from_wgs84, systems, to_wgs84
from app.maps.cells import Box
from app.ogc.faults import BadParameter

Floats = NDArray[np.float64]
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_AUTHORITY: Final = "http://www.opengis.net/def/crs/EPSG/0/"
_WEB_MERCATOR: Final = "EPSG:3857"
# Known to some forty metres only, so no system in which to hand a position on.
_NOT_GIVEN: Final = "Indian 1960"
_DEGREE_DIGITS: Final = 8
_METRE_DIGITS: Final = 3
_EDGE_POINTS: Final = 21


@dataclass(frozen=True, slots=True)
class Crs:
    """One system: `system` is None for Web Mercator; `is_north_first` as its authority has it."""

    uri: str
    system: System | None
    is_geographic: bool
    is_north_first: bool

    @property
    def header(self) -> str:
        return f"<{self.uri}>"

    @property
    def is_rectangular(self) -> bool:
        """Whether a box of this system is a box of degrees too."""
        return self.system is None or (self.is_geographic and self.system.datum == "WGS 84")

    def given(self, lon: Sequence[float], lat: Sequence[float]) -> tuple[Floats, Floats]:
        """Degrees of EPSG:4326 in this system, in its axis order, rounded to the millimetre."""
        lons, lats = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        east, north = self._forward(lons, lats)
        digits = _DEGREE_DIGITS if self.is_geographic else _METRE_DIGITS
        east, north = np.round(east, digits), np.round(north, digits)
        return (north, east) if self.is_north_first else (east, north)

    def holds(self, lon: Sequence[float], lat: Sequence[float], box: "GivenBox") -> list[bool]:
        """Which of these places lie in a box of this system."""
        lons, lats = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        east, north = self._forward(lons, lats)
        inside = (east >= box.west) & (east <= box.east) & (north >= box.south)
        return [bool(one) for one in inside & (north <= box.north)]

    def degrees(self, box: "GivenBox") -> Box:
        """The box of EPSG:4326 degrees that holds a box of this system. Raises BadParameter."""
        if self.is_geographic and self.is_rectangular:
            return Box(box.west, box.south, box.east, box.north)
        share = np.linspace(0.0, 1.0, _EDGE_POINTS)
        east = box.west + (box.east - box.west) * np.concatenate(
            [share, share, share * 0, share * 0 + 1]
        )
        north = box.south + (box.north - box.south) * np.concatenate(
            [share * 0, share * 0 + 1, share, share]
        )
        lon, lat = self._back(east, north)
        if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
            raise BadParameter("bbox", _("Khung nằm ngoài vùng dùng được của hệ tọa độ này."))
        return Box(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))

    def degrees_of(self, places: Floats) -> Floats:
        """Rows of east and north in this system as rows of longitude and latitude."""
        if self.is_geographic and self.is_rectangular:
            return places
        return np.column_stack(self._back(places[:, 0], places[:, 1]))

    def _forward(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        if self.system is None:
            east, north = _mercator().transform(lon, lat)
            return np.asarray(east), np.asarray(north)
        if self.is_rectangular:
            return lon, lat
        return from_wgs84(self.system, lon, lat)

    def _back(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        if self.system is None:
            lon, lat = _mercator().transform(east, north, direction="INVERSE")
            return np.asarray(lon), np.asarray(lat)
        return to_wgs84(self.system, east, north)


@dataclass(frozen=True, slots=True)
class GivenBox:
    """A box in the units of its own system."""

    west: float
    south: float
    east: float
    north: float


@lru_cache(maxsize=1)
def known() -> dict[str, Crs]:
    """Every system that the API reads and writes, CRS84 first."""
    wgs84 = systems()["EPSG:4326"]
    found = [Crs(CRS84, wgs84, is_geographic=True, is_north_first=False)]
    found.append(Crs(_uri(_WEB_MERCATOR), None, is_geographic=False, is_north_first=False))
    found += [
        Crs(_uri(code), system, system.is_geographic, is_north_first=_is_north_first(code))
        for code, system in systems().items()
        if system.datum != _NOT_GIVEN
    ]
    return {one.uri: one for one in found}


def default() -> Crs:
    return known()[CRS84]


def crs_of(text: str, *, parameter: str) -> Crs:
    """The system of a URI, or of a short form such as EPSG:3405. Raises BadParameter."""
    asked = text.strip().strip("[]").replace("https://", "http://")
    found = known().get(asked) or known().get(_uri(asked.upper()))
    if found is None:
        raise BadParameter(
            parameter, _("Hệ tọa độ %(crs)s không có trong danh sách được hỗ trợ.", crs=text[:100])
        )
    return found


def _uri(code: str) -> str:
    return _AUTHORITY + code.removeprefix("EPSG:")


def _is_north_first(code: str) -> bool:
    return CRS.from_user_input(code).axis_info[0].direction == "north"


@lru_cache(maxsize=1)
def _mercator() -> Transformer:
    return Transformer.from_crs("EPSG:4326", _WEB_MERCATOR, always_xy=True)
