"""The provinces of a day, and in which of them a marker stood: the map of 63 or that of 34."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.geo.areas import PointSet
from app.geo.gazetteer import Pack


@dataclass(frozen=True, slots=True)
class ProvinceMap:
    """The provinces in force on `day` by code, and for every code of today those that became it.

    Before the first map that the units know, `day` is the first day of that map.
    """

    day: date
    names: Mapping[str, str]
    origins: Mapping[str, tuple[str, ...]]

    @property
    def is_ambiguous(self) -> bool:
        """Whether some province of today was several, so that the place must tell which."""
        return any(len(codes) > 1 for codes in self.origins.values())


@dataclass(frozen=True, slots=True)
class Placed:
    """A marker with its province of today and its place (EPSG:4326 degrees)."""

    marker_id: int
    province_code: str | None
    lat: float | None
    lon: float | None


def province_map(session: Session, on: date) -> ProvinceMap:
    """The provinces of a day."""
    rows = session.execute(
        select(Unit.id, Unit.code, Unit.name, Unit.valid_from, Unit.valid_to, Unit.successor_id)
        .where(Unit.kind == UnitKind.PROVINCE)
        .order_by(Unit.code)
    ).all()
    day = max([on, *sorted(row.valid_from for row in rows)[:1]])
    here = [row for row in rows if row.valid_from <= day and (row.valid_to or date.max) >= day]
    codes = {row.id: row.code for row in rows}
    successors = {row.id: row.successor_id for row in rows}
    origins: dict[str, list[str]] = {}
    for row in here:
        origins.setdefault(codes[_heir(row.id, successors)], []).append(row.code)
    return ProvinceMap(
        day,
        {row.code: row.name for row in here},
        {code: tuple(own) for code, own in origins.items()},
    )


def _heir(unit_id: int, successors: Mapping[int, int | None]) -> int:
    while (later := successors[unit_id]) is not None and later in successors:
        unit_id = later
    return unit_id


def provinces_of(
    markers: Iterable[Placed], provinces: ProvinceMap, pack: Pack | None
) -> dict[int, str | None]:
    """The province of each marker on the map's day, always one that became today's.

    Where today's province was several, the nearest of their polygons in the pack decides; without
    a place or a pack the province of that day is not known.
    """
    found: dict[int, str | None] = {}
    unclear: dict[str, list[Placed]] = {}
    for marker in markers:
        codes = provinces.origins.get(marker.province_code or "", ())
        if len(codes) > 1 and marker.lat is not None:
            unclear.setdefault(marker.province_code or "", []).append(marker)
        found[marker.marker_id] = codes[0] if len(codes) == 1 else None
    if pack is not None:
        for code, group in unclear.items():
            found |= _nearest(group, provinces.origins[code], provinces.day, pack)
    return found


def _nearest(
    markers: Sequence[Placed], codes: Sequence[str], day: date, pack: Pack
) -> dict[int, str]:
    areas = pack.provinces.in_force(day).among(codes)
    if not len(areas):
        return {}
    points = PointSet(
        np.array([marker.lon for marker in markers], dtype=np.float64),
        np.array([marker.lat for marker in markers], dtype=np.float64),
    )
    index, _ = areas.nearest(points)
    return {
        marker.marker_id: str(areas.codes[place])
        for marker, place in zip(markers, index, strict=True)
    }
