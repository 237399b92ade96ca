"""Asks what else a coordinate could be, so that a wrong datum shows before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.geo.coordinates import EAST, NORTH, SOUTH, WEST, Candidate, Coordinate
from app.geo.crs import System, from_wgs84, system_of, systems, to_wgs84
from app.geo.remarks import Remark

_CLOSE_M = 30.0  # a reading that falls so near to a known place was meant
_TIMES_CLOSER = 4.0
_METRES_PER_KILOMETRE = 1000.0


@dataclass(frozen=True, slots=True)
class Sibling:
    """The same numbers in another system, or in the other order."""

    candidate: Candidate
    is_swapped: bool = False


def siblings(found: Coordinate) -> tuple[Sibling, ...]:
    """The other positions that the numbers of a coordinate may mean, within the region.

    Tried are the other datums of the same grid, the other axes of 3-degree zones, UTM for a
    3-degree pair and the other way round, and the swapped order where both orders are possible.
    """
    system = system_of(found.crs)
    east, north = from_wgs84(system, found.lon, found.lat)
    others = [one for one in systems().values() if _is_sibling(system, one)]
    read = [Sibling(_candidate(one, east, north)) for one in others]
    if not system.is_geographic:
        read.append(Sibling(_candidate(system, north, east), is_swapped=True))
    return tuple(one for one in read if _is_in_region(one.candidate))


def better_reading(
    found: Coordinate, own_m: float, others: Sequence[tuple[Sibling, float]]
) -> tuple[Sibling, float] | None:
    """The sibling that lies far nearer to a known place than the coordinate as it was read.

    `own_m` and the number beside each sibling are the metres to that place.
    """
    close = max(_CLOSE_M, 2 * found.precision_m)
    if own_m <= 2 * close or not others:
        return None
    best = min(others, key=lambda row: row[1])
    return best if best[1] <= close and best[1] * _TIMES_CLOSER <= own_m else None


def suspected(sibling: Sibling, *, place: tuple[str, str], own_m: float, left_m: float) -> Remark:
    """The question that a better reading raises; `place` is the known place in both languages."""
    system = system_of(sibling.candidate.crs)
    name_vi, name_en = system.name_vi, system.name_en
    if system.is_geographic:
        name_vi = name_en = system.datum
    if sibling.is_swapped:
        name_vi, name_en = "X, Y ghi ngược thứ tự", "X and Y in the other order"
    return Remark(
        "datum_suspected",
        f"Cách {place[0]} {_metres(own_m)}; nếu là {name_vi} thì còn {_metres(left_m)}: "
        f"có phải {name_vi}?",
        f"{_metres(own_m, '.')} from {place[1]}, but only {_metres(left_m, '.')} if it is "
        f"{name_en}: was that meant?",
    )


def away_from(*, place: tuple[str, str], metres: float) -> Remark:
    return Remark(
        "away_from_known",
        f"Cách {place[0]} {_metres(metres)}.",
        f"{_metres(metres, '.')} from {place[1]}.",
    )


def _is_sibling(system: System, other: System) -> bool:
    if other is system:
        return False
    if system.is_geographic or other.is_geographic:
        return system.is_geographic and other.is_geographic
    is_same_grid = system.kind == other.kind and system.zone == other.zone
    return is_same_grid or "tm3" in (system.kind, other.kind)


def _candidate(system: System, east: float, north: float) -> Candidate:
    lon, lat = to_wgs84(system, east, north)
    return Candidate(lat, lon, system.code, system.name_vi, system.name_en)


def _is_in_region(one: Candidate) -> bool:
    return SOUTH <= one.lat <= NORTH and WEST <= one.lon <= EAST


def _metres(metres: float, point: str = ",") -> str:
    if metres < 1:
        return "chưa đến 1 m" if point == "," else "less than 1 m"
    if metres < _METRES_PER_KILOMETRE:
        digits = 1 if metres < 10 else 0  # noqa: PLR2004  below ten metres a decimal matters
        return f"{metres:.{digits}f} m".replace(".", point)
    return f"{metres / _METRES_PER_KILOMETRE:.1f} km".replace(".", point)
