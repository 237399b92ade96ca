"""Reads and writes positions of the military grid (MGRS), as handheld receivers show them."""

import re
from dataclasses import dataclass

from app.geo.crs import from_wgs84, utm_system
from app.geo.reading import bare, tidy
from app.geo.remarks import GeoError, Remark

_GRID = re.compile(
    r"(?<![a-z0-9])(?P<zone>[0-9]{1,2})\s*(?P<band>[c-hj-np-x])\s*"
    r"(?P<column>[a-hj-np-z])(?P<row>[a-hj-np-v])\s*"
    r"(?P<digits>[0-9]{1,5}\s+[0-9]{1,5}|[0-9]{2,10})(?![0-9.,a-z])"
)
_BANDS = "cdefghjklmnpqrstuvwx"
_COLUMNS = ("stuvwxyz", "abcdefgh", "jklmnpqr")  # by the zone's number modulo 3
_ROWS = "abcdefghjklmnpqrstuv"
_SQUARE_M = 100_000
_ROW_CYCLE_M = 2_000_000
_FULL_DIGITS = 5
_BAND_DEGREES = 8.0
_METRES_PER_DEGREE = 110_700.0  # of latitude, near enough to tell rows 2,000 km apart
_FIRST_BAND = -80.0
_ZONE_DEGREES = 6


class MgrsUnreadable(GeoError):  # noqa: N818  the domain's word
    """The text has the shape of a grid reference, but no such square exists here."""


@dataclass(frozen=True, slots=True)
class GridReference:
    """A square of the grid: its middle in UTM metres of `zone`, and the length of its side."""

    zone: int
    north: float
    east: float
    step_m: float


def read_mgrs(text: str) -> tuple[GridReference, str] | None:
    """The grid reference in `text` and what is left of it, or None where there is none.

    A reference names a square ("48P YB 75331 25160" one of 1 m): its middle is the position.
    Raises MgrsUnreadable for uneven digits and for squares outside zones 48 to 50 north.
    """
    plain = tidy(text)
    found = _GRID.search(bare(plain))
    if found is None:
        return None
    rest = plain[: found.start()] + " " + plain[found.end() :]
    return _reference(found, plain), rest


def to_mgrs(lat: float, lon: float) -> str:
    """The 1 m square of an EPSG:4326 position, "48P YB 75331 25160"; empty outside zones 48-50."""
    zone = int((lon + 180) // _ZONE_DEGREES) + 1
    system = utm_system("WGS 84", zone)
    if system is None or not 0 <= lat < -_FIRST_BAND:
        return ""
    east, north = from_wgs84(system, lon, lat)
    band = _BANDS[int((lat - _FIRST_BAND) // _BAND_DEGREES)]
    column = _COLUMNS[zone % 3][int(east // _SQUARE_M) - 1]
    row = _ROWS[(int(north // _SQUARE_M) + _row_shift(zone)) % len(_ROWS)]
    letters = f"{zone}{band} {column}{row}".upper()
    return f"{letters} {int(east % _SQUARE_M):05d} {int(north % _SQUARE_M):05d}"


def _reference(found: re.Match[str], text: str) -> GridReference:
    zone, band = int(found["zone"]), found["band"]
    column = _COLUMNS[zone % 3].find(found["column"]) + 1
    digits = _halves(found["digits"])
    if digits is None or not column or band < "n" or utm_system("WGS 84", zone) is None:
        raise MgrsUnreadable(_unreadable(text))
    step = 10.0 ** (_FULL_DIGITS - len(digits[0]))
    row = (_ROWS.index(found["row"]) - _row_shift(zone)) % len(_ROWS)
    middle = (_FIRST_BAND + _BAND_DEGREES * (_BANDS.index(band) + 0.5)) * _METRES_PER_DEGREE
    cycles = round((middle - row * _SQUARE_M) / _ROW_CYCLE_M)
    east = column * _SQUARE_M + (int(digits[0]) + 0.5) * step
    north = cycles * _ROW_CYCLE_M + row * _SQUARE_M + (int(digits[1]) + 0.5) * step
    return GridReference(zone, north, east, step)


def _halves(digits: str) -> tuple[str, str] | None:
    parts = digits.split()
    if len(parts) == 1:
        parts = [digits[: len(digits) // 2], digits[len(digits) // 2 :]]
    return (parts[0], parts[1]) if len(parts[0]) == len(parts[1]) else None


def _row_shift(zone: int) -> int:
    """Rows of odd zones begin at A, those of even zones at F."""
    return 0 if zone % 2 else 5


def _unreadable(text: str) -> Remark:
    shown = text[:60]
    return Remark(
        "mgrs_unreadable",
        f"“{shown}” không phải ô lưới MGRS ở vùng này. Viết như 48P YB 75331 25160, hai nhóm số "
        "cùng độ dài.",
        f"“{shown}” is no MGRS square of this region. Write it like 48P YB 75331 25160, with two "
        "groups of the same length.",
    )
