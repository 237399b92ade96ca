"""Measures between two markers, and writes degrees as protocols write them."""

from dataclasses import dataclass

from pyproj import Geod

_WGS84 = Geod(ellps="WGS84")
_THOUSANDTHS_PER_DEGREE = 3_600_000
_THOUSANDTHS_PER_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Bearing:
    """A distance in metres on the WGS-84 ellipsoid, and the azimuth in degrees from north."""

    distance_m: float
    azimuth: float


def bearing(start: tuple[float, float], end: tuple[float, float]) -> Bearing:
    """The geodesic from one (lat, lon) in EPSG:4326 degrees to another."""
    azimuth, _back, distance = _WGS84.inv(start[1], start[0], end[1], end[0])
    return Bearing(float(distance), float(azimuth) % 360)


def degrees_minutes_seconds(degrees: float, letters: str) -> str:
    """22°24'02,295"B: to 0,001", as the 2019 Protocol writes coordinates.

    `letters` are those of the positive and the negative direction: "BN" or "NS", "ĐT" or "EW".
    """
    thousandths = round(abs(degrees) * _THOUSANDTHS_PER_DEGREE)
    whole, rest = divmod(thousandths, _THOUSANDTHS_PER_DEGREE)
    minutes, seconds = divmod(rest, _THOUSANDTHS_PER_MINUTE)
    written = f"{seconds / 1000:06.3f}".replace(".", ",")
    return f"{whole}°{minutes:02d}'{written}\"{letters[degrees < 0]}"


def destination(start: tuple[float, float], azimuth: float, metres: float) -> tuple[float, float]:
    """The (lat, lon) in EPSG:4326 degrees that lies so far from another in a direction."""
    lon, lat, _back = _WGS84.fwd(start[1], start[0], azimuth, metres)
    return float(lat), float(lon)
