"""Where the pointer is, in every system of Vietnamese papers, and the map's kilometre grids."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from app.geo.crs import Datum, System, from_wgs84, to_wgs84, utm_system
from app.geo.gazetteer import Pack
from app.geo.geotag import tag_point
from app.geo.plane import Floats, round_step
from app.maps.cells import Box
from app.permissions import Actor
from app.registers.dated_rules import axis_table
from app.registers.position_systems import SystemLine, in_every_system

# How each line begins tells its system; the first that fits is meant.
_BEGINNINGS: Final = (
    ("Indian 1960", "indian"),
    ("VN-2000 múi", "vn-tm3"),
    ("VN-2000 UTM", "vn-utm"),
    ("VN-2000:", "vn-dms"),
    ("WGS-84 UTM", "wgs-utm"),
)
GRIDS: Final[dict[str, Datum]] = {"vn": "VN-2000", "utm": "WGS 84"}
TM3: Final = "tm3"
_LINES_ACROSS: Final = 8
_SAMPLES: Final = 25
_ZONE_DEGREES: Final = 6.0
_METRES_A_KM: Final = 1000
_MOST_DEGREES: Final = 12.0  # a wider view would be all lines


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of one easting or northing: its kilometres, and [lat, lon] points (EPSG:4326)."""

    label: str
    points: list[tuple[float, float]]


def position_lines(
    session: Session, actor: Actor, lat: float, lon: float, pack: Pack | None
) -> dict[str, SystemLine]:
    """The position in every system that serves it, by the system's word in the page's address."""
    code = tag_point(lat, lon, pack).province_code if pack is not None else None
    axes = axis_table(session).of(code) if code else ()
    found: dict[str, SystemLine] = {}
    for line in in_every_system(lat, lon, axes=axes, locale=actor.locale):
        found.setdefault(_word_of(line), line)
    return found


def _word_of(line: SystemLine) -> str:
    if line.code == "MGRS":
        return "mgrs"
    for beginning, word in _BEGINNINGS:
        if line.text.startswith(beginning):
            return word
    return "wgs-dms" if "°" in line.text else "wgs-do"


# --- kilometre grids ------------------------------------------------------------------------


def grid_lines(box: Box, datum: Datum) -> list[GridLine]:
    """The round kilometres of UTM in a view, zone by zone; none where the view is too wide."""
    if not 0 < box.east - box.west <= _MOST_DEGREES:
        return []
    found: list[GridLine] = []
    first, last = (int((edge + 180) // _ZONE_DEGREES) + 1 for edge in (box.west, box.east))
    for zone in range(first, last + 1):
        system = utm_system(datum, zone)
        west, east = (zone - 1) * _ZONE_DEGREES - 180, zone * _ZONE_DEGREES - 180
        seen = Box(max(box.west, west), box.south, min(box.east, east), box.north)
        if system is not None and seen.west < seen.east:
            found.extend(_of_zone(system, seen, limits=(west, east)))
    return found


def tm3_lines(session: Session, box: Box, pack: Pack | None) -> list[GridLine]:
    """The round kilometres of the 3-degree zone of the province in the middle of a view."""
    if not 0 < box.east - box.west <= _MOST_DEGREES:
        return []
    lat, lon = (box.south + box.north) / 2, (box.west + box.east) / 2
    code = tag_point(lat, lon, pack).province_code if pack is not None else None
    axes = axis_table(session).of(code) if code else ()
    return list(_of_zone(axes[0].system, box, limits=(box.west, box.east))) if axes else []


def _of_zone(system: System, box: Box, *, limits: tuple[float, float]) -> Iterator[GridLine]:
    """The lines through a box; they may run on beyond it, though not out of their zone."""
    edges = np.linspace(0, 1, _SAMPLES)
    lon = box.west + edges * (box.east - box.west)
    lat = box.south + edges * (box.north - box.south)
    across, up = np.meshgrid(lon, lat)
    easts, norths = from_wgs84(system, across.ravel(), up.ravel())
    extent = (float(easts.min()), float(easts.max())), (float(norths.min()), float(norths.max()))
    step = round_step(max(high - low for low, high in extent) / _LINES_ACROSS)
    for is_east in (True, False):
        (low, high), other = extent if is_east else extent[::-1]
        along = np.linspace(*other, _SAMPLES)
        for value in np.arange(math.ceil(low / step) * step, high, step):
            same = np.full(_SAMPLES, value)
            points = to_wgs84(system, same, along) if is_east else to_wgs84(system, along, same)
            yield GridLine(_label(float(value), is_east=is_east), _inside(*points, limits))


def _label(metres: float, *, is_east: bool) -> str:
    kilometres = f"{metres / _METRES_A_KM:g}".replace(".", ",")
    return f"{kilometres} {'Đ' if is_east else 'B'}"


def _inside(lon: Floats, lat: Floats, limits: tuple[float, float]) -> list[tuple[float, float]]:
    return [
        (round(float(north), 6), round(float(east), 6))
        for north, east in zip(lat, lon, strict=True)
        if limits[0] <= east <= limits[1]
    ]
