"""The grid over a page: round lines of degrees or metres and the figures at their ends."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from app.geo.crs import System, from_wgs84, to_wgs84
from app.geo.plane import round_step
from app.maps.sheets.frame import Frame

_LEAST_MM: Final = 34.0  # between two lines
_DEGREE_STEPS: Final = (
    *(5, 10, 15, 20, 30),  # seconds
    *(60, 120, 300, 600, 1200, 1800),
    *(3600, 7200, 18_000, 36_000),
)
_SECONDS: Final = 3600
_SAMPLES: Final = 60
_EDGE_MM: Final = 0.05


@dataclass(frozen=True, slots=True)
class GridLine:
    """One line in millimetres of the page, and what stands at its ends: (x, y, side)."""

    points: NDArray[np.float64]
    text: str
    ends: tuple[tuple[float, float, str], ...]


def grid_lines(frame: Frame, system: System | None) -> list[GridLine]:
    """The lines of a plane system, or of degrees (WGS 84) where there is none."""
    if system is None:
        return list(_degree_lines(frame))
    return list(_metre_lines(frame, system))


def _degree_lines(frame: Frame) -> Iterator[GridLine]:
    box = frame.box
    per_mm = frame.ground_m_per_mm / 111_320.0 * _SECONDS
    needed = _LEAST_MM * per_mm / max(math.cos(math.radians(frame.centre.lat)), 0.2)
    step = next((one for one in _DEGREE_STEPS if one >= needed), _DEGREE_STEPS[-1])
    for second in _round_steps(box.west * _SECONDS, box.east * _SECONDS, step):
        lat = np.linspace(box.south, box.north, _SAMPLES)
        line = frame.to_mm(np.full(_SAMPLES, second / _SECONDS), lat)
        yield from _cut(frame, np.column_stack(line), _in_degrees(second, "ĐT"), "bottom top")
    for second in _round_steps(box.south * _SECONDS, box.north * _SECONDS, step):
        lon = np.linspace(box.west, box.east, _SAMPLES)
        line = frame.to_mm(lon, np.full(_SAMPLES, second / _SECONDS))
        yield from _cut(frame, np.column_stack(line), _in_degrees(second, "BN"), "left right")


def _metre_lines(frame: Frame, system: System) -> Iterator[GridLine]:
    edge = frame.outline
    east, north = from_wgs84(system, edge[:, 0], edge[:, 1])
    step = round_step(_LEAST_MM * frame.ground_m_per_mm)
    for metres in _round_steps(east.min(), east.max(), step):
        along = np.linspace(north.min(), north.max(), _SAMPLES)
        points = _on_page(frame, system, np.full(_SAMPLES, float(metres)), along)
        yield from _cut(frame, points, f"{_figures(metres)} Đ", "bottom top")
    for metres in _round_steps(north.min(), north.max(), step):
        along = np.linspace(east.min(), east.max(), _SAMPLES)
        points = _on_page(frame, system, along, np.full(_SAMPLES, float(metres)))
        yield from _cut(frame, points, f"{_figures(metres)} B", "left right")


def _on_page(
    frame: Frame, system: System, east: NDArray[np.float64], north: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.column_stack(frame.to_mm(*to_wgs84(system, east, north)))


def _round_steps(least: float, most: float, step: float) -> Iterator[int]:
    for number in range(math.ceil(least / step), math.floor(most / step) + 1):
        yield round(number * step)


def _cut(frame: Frame, points: NDArray[np.float64], text: str, sides: str) -> Iterator[GridLine]:
    """The part of a line inside the frame, with the figures where it meets the named sides."""
    one = frame.rectangle
    inside = shapely.clip_by_rect(
        shapely.LineString(points), one.left, one.bottom, one.right, one.top
    )
    for part in shapely.get_parts(inside):
        kept = shapely.get_coordinates(part)
        ends = [
            (float(x), float(y), side)
            for x, y in (kept[0], kept[-1])
            for side in sides.split()
            if abs(_away(frame, x, y, side)) < _EDGE_MM
        ]
        yield GridLine(kept, text, tuple(ends))


def _away(frame: Frame, x: float, y: float, side: str) -> float:
    one = frame.rectangle
    return {
        "left": x - one.left,
        "right": x - one.right,
        "bottom": y - one.bottom,
        "top": y - one.top,
    }[side]


def _in_degrees(seconds: int, letters: str) -> str:
    whole, rest = divmod(abs(seconds), _SECONDS)
    minutes, left = divmod(rest, 60)
    written = f"{whole}°"
    if minutes or left:
        written += f"{minutes:02d}'"
    if left:
        written += f'{left:02d}"'
    return written + letters[seconds < 0]


def _figures(number: int) -> str:
    return f"{number:,}".replace(",", ".")
