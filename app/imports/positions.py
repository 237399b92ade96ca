"""Puts the columns of a position together: degrees, a grid pair or one text, never guessed."""

import math
import re
from dataclasses import dataclass
from datetime import date

from app.geo.coordinates import EAST, NORTH, SOUTH, WEST, Coordinate, parse_coordinate
from app.geo.crs import system_of, systems
from app.imports.judging import Judged, RowProblemError

_SWAPPED = "lat_lon_swapped"
_METRES_PER_DEGREE = 111_320.0
_AGREEMENT_M = 30.0
_SMALLEST_STEP_M = 0.001
_PLAIN = re.compile(r"(?P<lat>\d{1,2}[.,]\d{4,9}); (?P<lon>\d{3}[.,]\d{4,9})")
_EPSG_CODE = re.compile(r"EPSG:[0-9]{4,5}", re.IGNORECASE)
_MUCH_COARSER = 100
_MOST_NAMED = 4
_PAIRS = (("lat_dms", "lon_dms"), ("lat", "lon"), ("north", "east"))
_NAMES = {"lat_dms": "vĩ độ", "lat": "vĩ độ", "north": "X", "east": "Y"}


@dataclass(frozen=True, slots=True)
class Given:
    """A position as the row writes it, and the system that goes with it."""

    text: str
    crs: str | None


def read_position(
    row: Judged, *, declared: str | None, province_code: str | None, on: date | None
) -> Coordinate | None:
    """The position of a row in EPSG:4326, None where it gives none.

    Raises RowProblemError with the question that the row leaves open.
    """
    found = [given for given in _all_given(row, declared) if given is not None]
    if not found:
        return None
    first = _resolved(row, found[0], province_code, on)
    others = [_resolved(row, other, province_code, on) for other in found[1:]]
    for other in others:
        _require_agreement(first, other)
    finest = min(others, key=lambda one: one.precision_m, default=first)
    return finest if first.precision_m > _MUCH_COARSER * finest.precision_m else first


def _all_given(row: Judged, declared: str | None) -> list[Given | None]:
    own = row.text("crs") if "crs" in row.values else ""
    crs = f"{declared or ''} {_worded(own)}".strip() if own else declared
    has_grid = bool(_written(row, "north") and _written(row, "east"))
    pairs = [_pair(row, north, east, crs, has_grid=has_grid) for north, east in _PAIRS]
    whole = row.text("coordinate") if "coordinate" in row.values else ""
    return [*pairs, Given(whole, crs) if whole else None]


def _worded(said: str) -> str:
    """A column of systems often holds the bare axis: 105°30' or 105.5."""
    return f"kinh tuyến trục {said}" if said[:1] == "1" and len(said) < 9 else said  # noqa: PLR2004


def _pair(row: Judged, north: str, east: str, crs: str | None, *, has_grid: bool) -> Given | None:
    first, second = _written(row, north), _written(row, east)
    if not first and not second:
        return None
    if not first or not second:
        name = _NAMES.get(north, north) if not first else {"north": "Y"}.get(north, "kinh độ")
        raise RowProblemError(f"Tọa độ thiếu {name}.", "half_position")
    if north == "north":
        # A pair of small numbers under X and Y is degrees after all.
        return Given(f"{first}; {second}", crs)
    return Given(f"{first}; {second}", None if _is_grid_only(crs, has_grid=has_grid) else crs)


def _is_grid_only(crs: str | None, *, has_grid: bool) -> bool:
    """A declared grid says nothing of degrees that stand in columns of their own."""
    if crs is None:
        return False
    if has_grid and (code := _EPSG_CODE.search(crs)):
        declared = systems().get(code[0].upper())
        return declared is not None and not declared.is_geographic
    return "EPSG" not in crs.upper() and "kinh tuyến trục" in crs.lower()


def _written(row: Judged, name: str) -> str:
    if name not in row.values:
        return ""
    cell = row.cell(name)
    if cell is None:
        return ""
    if isinstance(cell, float):
        return repr(cell)
    return str(cell)


def _resolved(row: Judged, given: Given, province_code: str | None, on: date | None) -> Coordinate:
    found = _plain_degrees(given) or parse_coordinate(
        given.text, crs=given.crs, province_code=province_code, on=on
    )
    if not isinstance(found, Coordinate):
        names = list(dict.fromkeys(one.name_vi for one in found.candidates))
        more = f" Có thể là: {'; '.join(names[:_MOST_NAMED])}." if names else ""
        raise RowProblemError(f"Tọa độ “{given.text[:60]}”: {found.reason.vi}{more}", "position")
    _refuse_swapped(given, found)
    for remark in found.warnings:
        row.warn(remark.vi, remark.code)
    return found


def _plain_degrees(given: Given) -> Coordinate | None:
    """Two decimal degrees of our region, the commonest case: read without the grammar.

    The same answer as `parse_coordinate` gives, in a tenth of its time.
    """
    plain = _PLAIN.fullmatch(given.text) if given.crs is None else None
    if plain is None:
        return None
    north, east = plain["lat"].replace(",", "."), plain["lon"].replace(",", ".")
    lat, lon = float(north), float(east)
    decimals = min(len(north.partition(".")[2]), len(east.partition(".")[2]))
    if not _is_home(lat, lon):
        return None
    system = system_of("EPSG:4326")
    return Coordinate(
        lat,
        lon,
        given.text,
        system.code,
        system.operation,
        system.operation_accuracy_m,
        max(10.0**-decimals * _METRES_PER_DEGREE, _SMALLEST_STEP_M),
        "degrees",
    )


def _refuse_swapped(given: Given, found: Coordinate) -> None:
    is_said = any(remark.code == _SWAPPED for remark in found.warnings)
    if is_said or (_is_home(found.lon, found.lat) and not _is_home(found.lat, found.lon)):
        raise RowProblemError(
            f"Vĩ độ và kinh độ có vẻ bị đảo chỗ ({given.text[:60]}): hãy đổi lại hai cột "
            "ở bước ghép cột, hoặc sửa dòng này.",
            _SWAPPED,
        )
    if not _is_home(found.lat, found.lon):
        lat, lon = (f"{value:.4f}".replace(".", ",") for value in (found.lat, found.lon))
        raise RowProblemError(
            f"Điểm vĩ độ {lat}, kinh độ {lon} ở ngoài lãnh thổ và các vùng biển: "
            "kiểm tra số và hệ tọa độ.",
            "outside_region",
        )


def _is_home(lat: float, lon: float) -> bool:
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST


def _require_agreement(one: Coordinate, other: Coordinate) -> None:
    """Two ways of writing one position may differ by their last decimals only."""
    metres = distance_m(one.lat, one.lon, other.lat, other.lon)
    if metres > max(_AGREEMENT_M, 2 * one.precision_m, 2 * other.precision_m):
        raise RowProblemError(
            f"Hai cách ghi tọa độ trong dòng lệch nhau {metres:.0f} m: "
            f"“{one.original[:40]}” và “{other.original[:40]}”. Hãy sửa một trong hai.",
            "positions_differ",
        )


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two near places (EPSG:4326 degrees)."""
    north = (lat - other_lat) * _METRES_PER_DEGREE
    east = (lon - other_lon) * _METRES_PER_DEGREE * math.cos(math.radians(lat))
    return math.hypot(north, east)
