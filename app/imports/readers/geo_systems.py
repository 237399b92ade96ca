"""Settles the coordinate system of a geographic file, or leaves it as a question, never a guess."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from app.geo.coordinates import EAST, NORTH, SOUTH, WEST
from app.geo.crs import System, systems, to_wgs84

Floats = NDArray[np.float64]
_WGS84: Final = "EPSG:4326"
_MOST_DEGREES: Final = 360.0
_ENOUGH: Final = 0.9  # of the places must lie where a system that fits puts them
_VN2000: Final = re.compile(r"vn[\s_-]*2000|vietnam[\s_-]*2000", re.IGNORECASE)
_SAME_AXIS: Final = 0.001


class Doubt(StrEnum):
    """Why the system of a file is a question."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class CrsQuestion:
    """What a file leaves open; `said` is how it names its system, empty where it does not."""

    doubt: Doubt
    said: str = ""

    @property
    def sentence(self) -> str:
        return {
            Doubt.MISSING: "Tệp không ghi hệ tọa độ.",
            Doubt.UNKNOWN: f"Tệp ghi hệ tọa độ “{self.said}”, không có trong danh mục.",
            Doubt.UNFIT: f"Tệp ghi hệ tọa độ “{self.said}” nhưng tọa độ trong tệp không khớp.",
        }[self.doubt]


@dataclass(frozen=True, slots=True)
class Settled:
    """The declaration of a file's coordinates: None for WGS 84 degrees, or the question."""

    crs: str | None
    question: CrsQuestion | None = None


def settled_system(
    written: str | None, east: Sequence[float | None], north: Sequence[float | None]
) -> Settled:
    """What the file declares, where its coordinates bear it out."""
    pairs = _pairs(east, north)
    if not len(pairs):
        return Settled(None)
    if not written:
        return Settled(None, CrsQuestion(Doubt.MISSING))
    system, name = _recognised(written)
    if system is None:
        return Settled(None, CrsQuestion(Doubt.UNKNOWN, name[:80]))
    if share_at_home(system, pairs) < _ENOUGH:
        return Settled(None, CrsQuestion(Doubt.UNFIT, system.name_vi))
    return Settled(None if system.code == _WGS84 else system.code)


def _pairs(east: Sequence[float | None], north: Sequence[float | None]) -> Floats:
    """Rows of east and north, those that are known."""
    found = np.array([east, north], dtype=np.float64).T
    return found[np.isfinite(found).all(axis=1)]


def share_at_home(system: System, pairs: Floats) -> float:
    """The share of places that a system puts into the region of Viet Nam."""
    if system.is_geographic and np.abs(pairs).max() > _MOST_DEGREES:
        return 0.0
    with np.errstate(invalid="ignore"):
        lon, lat = to_wgs84(system, pairs[:, 0].copy(), pairs[:, 1].copy())
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    return float(inside.mean())


def _recognised(written: str) -> tuple[System | None, str]:
    """The system of our table that a file names by code, or describes by its parameters."""
    known = systems()
    if written in known:
        return known[written], written
    try:
        crs = CRS.from_user_input(written)
    except CRSError:
        return None, written
    code = crs.to_epsg(min_confidence=70)
    if f"EPSG:{code}" in known:
        return known[f"EPSG:{code}"], crs.name
    if _VN2000.search(crs.to_wkt()):
        return _on_axis(crs), crs.name
    return None, crs.name


def _on_axis(crs: CRS) -> System | None:
    """A VN-2000 grid that an office described itself: by its axis and its scale."""
    if crs.is_geographic:
        return next(
            one for one in systems().values() if one.is_geographic and one.datum == "VN-2000"
        )
    operation = crs.coordinate_operation
    if operation is None:
        return None
    said: dict[str, float] = {one.name: float(one.value or 0.0) for one in operation.params}
    axis = said.get("Longitude of natural origin")
    kind = {0.9999: "tm3", 0.9996: "utm"}.get(
        round(said.get("Scale factor at natural origin", 0.0), 6)
    )
    if axis is None or said.get("False easting") != 500_000 or said.get("False northing") != 0:  # noqa: PLR2004  metres, of both grids
        return None
    return next(
        (
            one
            for one in systems().values()
            if one.datum == "VN-2000"
            and one.kind == kind
            and one.central_meridian is not None
            and abs(one.central_meridian - axis) < _SAME_AXIS
        ),
        None,
    )
