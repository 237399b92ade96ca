"""Turns what is written on a paper into a position, or says why it cannot and what it might be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from app.geo.coordinate_remarks import (
    COARSE_M,
    assumed_datum,
    axes_swapped,
    axis_of_province,
    coarse,
    cut_digits,
    cut_restored,
    degrees_for_grid,
    grid_for_degrees,
    nam_or_north,
    no_grid_position,
    old_datum,
    outside_region,
    square_datum,
    swapped,
    system_missing,
)
from app.geo.coordinate_text import CoordinateUnreadable, Reading, degrees_step, read_pair
from app.geo.crs import (
    AxisTable,
    System,
    UnknownSystem,
    from_wgs84,
    shipped_axes,
    system_of,
    systems,
    to_wgs84,
    utm_system,
)
from app.geo.declarations import (
    Declaration,
    Paper,
    combined,
    declared,
    possible_systems,
    read_declaration,
)
from app.geo.mgrs import GridReference, MgrsUnreadable, read_mgrs
from app.geo.remarks import Remark

WEST, SOUTH, EAST, NORTH = 101.0, 4.0, 118.5, 24.0  # the country and its seas, with a margin
_HALF_TURN, _QUARTER_TURN = 180.0, 90.0
_NORTHINGS = (400_000.0, 2_700_000.0)
_EASTINGS = (100_000.0, 900_000.0)
_METRES_PER_KILOMETRE = 1000.0
_SQUARE_M = 100_000.0  # of the digits that a cut pair leaves out
_SMALLEST_STEP_M = 0.001
_WGS84, _VN2000 = "EPSG:4326", "EPSG:4756"
_GEOGRAPHIC = {"WGS 84": _WGS84, "VN-2000": _VN2000, "Indian 1960": "EPSG:4131"}
_METHODS = {0: "degrees", 1: "degrees", 2: "degrees_minutes", 3: "degrees_minutes_seconds"}


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A position in EPSG:4326 degrees, with everything that its evidence value needs.

    `original` is the text as given, `crs` the system it was in, `operation` the pinned shift and
    `operation_accuracy_m` its own accuracy, `precision_m` the size of the last written decimal.
    """

    lat: float
    lon: float
    original: str
    crs: str
    operation: str
    operation_accuracy_m: float
    precision_m: float
    method: str
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading that an unresolved text allows: the person chooses, the program never does."""

    lat: float
    lon: float
    crs: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A text that is no position yet: why, and which positions it may be (EPSG:4326)."""

    original: str
    reason: Remark
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemPosition:
    """A position in a system: metres (north = X, east = Y), or degrees where geographic."""

    system: System
    north: float
    east: float


Near = Callable[[float, float], bool]  # whether a place (EPSG:4326 lat, lon) is one that is meant


@dataclass(frozen=True, slots=True)
class _Grid:
    north: float
    east: float
    step: float
    is_swapped: bool
    is_kilometres: bool
    is_cut: bool = False


def parse_coordinate(
    text: str,
    *,
    crs: str | None = None,
    province_code: str | None = None,
    on: date | None = None,
    axes: AxisTable | None = None,
    near: Near | None = None,
) -> Coordinate | Unresolved:
    """The position in `text`; X is north and Y is east, as Vietnamese papers write them.

    `crs` is what the file or the form declares (a code or words), the text itself may say more.
    `province_code` and `on`, the date of the paper, order the candidates of a grid pair without
    its axis; they settle it only where the paper says 3-degree zone and the province's papers all
    have one axis. Degrees without a system are WGS 84. `axes` is the table of axes in use (None:
    the shipped one). `near` says where the place must lie, as in the province: candidates that fit
    come first, and a pair whose first digits were cut is looked for there.
    """
    paper = Paper(axes or shipped_axes(), province_code, on)
    try:
        said, rest = read_declaration(text)
        if crs:
            said = combined(said, declared(crs))
        square = read_mgrs(rest)
        if square is not None:
            return _from_square(text, said, square[0])
        north, east = read_pair(rest)
    except (CoordinateUnreadable, MgrsUnreadable, UnknownSystem) as problem:
        return Unresolved(text, problem.remark)
    if north.is_angle or max(abs(north.value), abs(east.value)) <= _HALF_TURN:
        return _from_degrees(text, said, north, east)
    return _from_grid(text, said, _grid(north, east), paper, near)


def to_system(lat: float, lon: float, system: str) -> SystemPosition:
    """The EPSG:4326 position in another system, by code. Raises UnknownSystem."""
    target = system_of(system)
    east, north = from_wgs84(target, lon, lat)
    return SystemPosition(target, north, east)


def _from_degrees(
    text: str, said: Declaration, north: Reading, east: Reading
) -> Coordinate | Unresolved:
    if said.system is not None and not said.system.is_geographic:
        return Unresolved(text, degrees_for_grid(said.system), _both_datums(north, east))
    if north.letter == "n" and east.letter in ("đ", "t"):
        return Unresolved(text, nam_or_north(), _north_and_south(north, east))
    lat, lon, warnings = north.value, east.value, []
    if abs(lat) > _QUARTER_TURN >= abs(lon):
        lat, lon = lon, lat
        warnings.append(swapped(lat, lon))
    if abs(lat) > _QUARTER_TURN or abs(lon) > _HALF_TURN:
        return Unresolved(text, no_grid_position())
    system = said.system or system_of(_GEOGRAPHIC[said.datum or "WGS 84"])
    precision = max(degrees_step(north), degrees_step(east))
    if precision > COARSE_M:
        warnings.append(coarse(precision))
    method = _METHODS[max(north.parts, east.parts)]
    return _coordinate(text, system, (lon, lat), precision, method, warnings)


def _from_square(text: str, said: Declaration, square: GridReference) -> Coordinate | Unresolved:
    """The middle of an MGRS square; a receiver's squares are WGS 84 unless the paper says more."""
    datum = said.system.datum if said.system else said.datum or "WGS 84"
    system = utm_system(datum, square.zone)
    if system is None or datum == "Indian 1960":
        return Unresolved(text, square_datum())
    position = (square.east, square.north)
    warnings = [coarse(square.step_m)] if square.step_m > COARSE_M else []
    return _coordinate(text, system, position, square.step_m, "mgrs", warnings)


def _from_grid(
    text: str, said: Declaration, grid: _Grid | None, paper: Paper, near: Near | None
) -> Coordinate | Unresolved:
    if grid is None:
        return Unresolved(text, no_grid_position())
    if said.system is not None and said.system.is_geographic:
        return Unresolved(text, grid_for_degrees(said.system))
    system, warnings = _settled(said, paper)
    if grid.is_cut:
        return _from_cut(text, grid, [system] if system else possible_systems(said, paper), near)
    if system is None:
        return Unresolved(text, system_missing(), _candidates(said, grid, paper, near))
    if grid.is_swapped:
        warnings.append(axes_swapped())
    method = "grid_kilometres" if grid.is_kilometres else "grid_metres"
    position = (grid.east, grid.north)
    return _coordinate(text, system, position, grid.step, method, warnings)


def _from_cut(
    text: str, grid: _Grid, possible: list[System], near: Near | None
) -> Coordinate | Unresolved:
    """The whole pairs that a cut one may stand for; settled where only one lies in the place."""
    if near is None:
        return Unresolved(text, cut_digits(is_placed=False))
    whole = [
        (system, pair, _candidate(system, pair[1], pair[0]))
        for system in possible
        for pair in _whole_pairs(grid)
    ]
    found = [row for row in whole if near(row[2].lat, row[2].lon)]
    if len(possible) == 1 and len(found) == 1:
        system, (north, east), _ = found[0]
        warnings = [cut_restored(north, east)]
        return _coordinate(text, system, (east, north), grid.step, "cut_grid", warnings)
    return Unresolved(text, cut_digits(is_placed=True), tuple(row[2] for row in found))


def _whole_pairs(grid: _Grid) -> Iterator[tuple[float, float]]:
    rows = range(int(_NORTHINGS[0] // _SQUARE_M), int(_NORTHINGS[1] // _SQUARE_M) + 1)
    for row in rows:
        for column in range(1, 9):
            yield grid.north + row * _SQUARE_M, grid.east + column * _SQUARE_M


def _coordinate(  # noqa: PLR0917  the parts of one record
    text: str,
    system: System,
    position: tuple[float, float],
    precision: float,
    method: str,
    warnings: list[Remark],
) -> Coordinate:
    lon, lat = to_wgs84(system, *position)
    if not system.is_geographic and not _is_in_region(lat, lon):
        warnings.append(outside_region())
    if system.datum == "Indian 1960":
        warnings.append(old_datum(system))
    return Coordinate(
        lat,
        lon,
        text,
        system.code,
        system.operation,
        system.operation_accuracy_m,
        precision,
        method,
        tuple(warnings),
    )


def _settled(said: Declaration, paper: Paper) -> tuple[System | None, list[Remark]]:
    """The one system that the paper names, or None; never a guess."""
    allowed = possible_systems(said, paper)
    if len(allowed) == 1:
        return allowed[0], []
    axis = paper.sole_axis(said)
    if axis is not None:
        return axis, [axis_of_province(axis)]
    if said.zone is not None and said.datum is None:
        system = next(system for system in allowed if system.datum == "WGS 84")
        return system, [assumed_datum(system)]
    return None, []


def _grid(north: Reading, east: Reading) -> _Grid | None:
    """The pair in metres, its axes told apart by size where the paper has them the other way."""
    first, second = abs(north.value), abs(east.value)
    step = max(north.step, east.step)
    if (
        _NORTHINGS[1] < max(first, second) * _METRES_PER_KILOMETRE
        and max(first, second) < _SQUARE_M
    ):
        return _Grid(first, second, step, is_swapped=False, is_kilometres=False, is_cut=True)
    is_kilometres = max(first, second) * _METRES_PER_KILOMETRE <= _NORTHINGS[1]
    if is_kilometres:
        first, second = first * _METRES_PER_KILOMETRE, second * _METRES_PER_KILOMETRE
        step *= _METRES_PER_KILOMETRE
    step = max(step, _SMALLEST_STEP_M)
    if _is_grid(first, second):
        return _Grid(first, second, step, is_swapped=False, is_kilometres=is_kilometres)
    if _is_grid(second, first):
        return _Grid(second, first, step, is_swapped=True, is_kilometres=is_kilometres)
    return None


def _is_grid(north: float, east: float) -> bool:
    return _NORTHINGS[0] <= north <= _NORTHINGS[1] and _EASTINGS[0] <= east <= _EASTINGS[1]


def _candidates(
    said: Declaration, grid: _Grid, paper: Paper, near: Near | None
) -> tuple[Candidate, ...]:
    possible = possible_systems(said, paper)
    is_open = said.datum is None
    if is_open and grid.is_kilometres:
        possible.sort(key=lambda system: system.datum != "Indian 1960")
    elif is_open:
        possible = [system for system in possible if system.datum != "Indian 1960"]
    found = (_candidate(system, grid.east, grid.north) for system in possible)
    kept = [one for one in found if _is_in_region(one.lat, one.lon)]
    if near is not None:
        kept.sort(key=lambda one: not near(one.lat, one.lon))
    return tuple(kept)


def _candidate(system: System, east: float, north: float) -> Candidate:
    lon, lat = to_wgs84(system, east, north)
    return Candidate(lat, lon, system.code, system.name_vi, system.name_en)


def _both_datums(north: Reading, east: Reading) -> tuple[Candidate, ...]:
    known = systems()
    return tuple(_candidate(known[code], east.value, north.value) for code in (_VN2000, _WGS84))


def _north_and_south(north: Reading, east: Reading) -> tuple[Candidate, ...]:
    system = system_of(_WGS84)
    return tuple(_candidate(system, east.value, sign * north.value) for sign in (1, -1))


def _is_in_region(lat: float, lon: float) -> bool:
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST
