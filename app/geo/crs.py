"""The coordinate systems met on Vietnamese papers, each with the one operation pinned to WGS 84."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast, overload

import numpy as np
from numpy.typing import NDArray
from pyproj.enums import TransformDirection
from pyproj.transformer import Transformer, TransformerGroup

from app.geo.remarks import GeoError, Remark

Datum = Literal["WGS 84", "VN-2000", "Indian 1960"]
Kind = Literal["geographic", "utm", "tm3"]
Floats = NDArray[np.float64]

_DATA = Path(__file__).parent / "data"


class UnknownSystem(GeoError):  # noqa: N818  the domain's word
    """A coordinate system that the table does not hold."""


@dataclass(frozen=True, slots=True)
class System:
    """One coordinate system; `central_meridian` in degrees east, `operation` its pinned shift."""

    code: str
    datum: Datum
    kind: Kind
    central_meridian: float | None
    zone: int | None
    name_vi: str
    name_en: str
    operation: str
    operation_accuracy_m: float

    @property
    def is_geographic(self) -> bool:
        return self.kind == "geographic"


@dataclass(frozen=True, slots=True)
class Axis:
    """The central meridian of a province's maps from `valid_from` to `valid_to`, and its source.

    `province_code` is the province of today, `code` and `province` the one that drew the maps.
    """

    province_code: str
    code: str
    province: str
    system: System
    valid_from: date | None
    valid_to: date | None
    check: str
    source: str

    def is_in_force(self, on: date) -> bool:
        began = self.valid_from is None or self.valid_from <= on
        return began and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class AxisTable:
    """Every axis that is known, as the shipped file or an office's own table says it."""

    rows: tuple[Axis, ...]

    def of(self, province_code: str, *, on: date | None = None) -> tuple[Axis, ...]:
        """The axes that papers of a province may use: its own and those of its predecessors.

        `on` is the date of the paper; None gives every axis, the present one first.
        """
        own = (axis for axis in self.rows if province_code in (axis.province_code, axis.code))
        return tuple(axis for axis in own if on is None or axis.is_in_force(on))


@lru_cache(maxsize=1)
def systems() -> dict[str, System]:
    """Every known system by its code ("EPSG:9210"), in the order of the data file."""
    return {row["code"]: _system(row) for row in _rows("coordinate_systems.csv")}


def system_of(code: str) -> System:
    """The system "EPSG:9210" (or "9210"). Raises UnknownSystem."""
    found = systems().get(code if ":" in code else f"EPSG:{code}")
    if found is None:
        raise UnknownSystem(
            Remark(
                "system_unknown",
                f"Hệ toạ độ {code} không có trong danh mục.",
                f"The coordinate system {code} is not in the table.",
            )
        )
    return found


@lru_cache(maxsize=1)
def shipped_axes() -> AxisTable:
    """The axes of circulars 973/2001/TT-TCĐC and 24/2025/TT-BNNMT, with their check marks."""
    return AxisTable(tuple(_axis(row) for row in _rows("provincial_meridians.csv")))


def provincial_axes(province_code: str, *, on: date | None = None) -> tuple[Axis, ...]:
    """The shipped axes of a province, by the rule of `AxisTable.of`."""
    return shipped_axes().of(province_code, on=on)


def utm_system(datum: Datum, zone: int) -> System | None:
    """The UTM system of a datum and a zone, where the table holds it."""
    named = (one for one in systems().values() if one.datum == datum and one.kind == "utm")
    return next((one for one in named if one.zone == zone), None)


@overload
def to_wgs84(system: System, east: float, north: float) -> tuple[float, float]: ...
@overload
def to_wgs84(system: System, east: Floats, north: Floats) -> tuple[Floats, Floats]: ...
def to_wgs84(system: System, east: Any, north: Any) -> tuple[Any, Any]:
    """(lon, lat) in EPSG:4326 degrees of metres east and north, or of degrees where geographic."""
    lon, lat = _transformer(system.code).transform(east, north)
    return lon, lat


@overload
def from_wgs84(system: System, lon: float, lat: float) -> tuple[float, float]: ...
@overload
def from_wgs84(system: System, lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...
def from_wgs84(system: System, lon: Any, lat: Any) -> tuple[Any, Any]:
    """(east, north) in `system` of EPSG:4326 degrees, by the inverse of the same operation."""
    way_back = TransformDirection.INVERSE
    east, north = _transformer(system.code).transform(lon, lat, direction=way_back)
    return east, north


@lru_cache(maxsize=64)
def _transformer(code: str) -> Transformer:
    """The pinned operation: left alone, PROJ changes it from point to point (0,82 m apart)."""
    system = system_of(code)
    group = TransformerGroup(code, "EPSG:4326", always_xy=True)
    pinned = [one for one in group.transformers if system.operation in one.description]
    return Transformer.from_pipeline(pinned[0].definition)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def _system(row: dict[str, str]) -> System:
    return System(
        row["code"],
        cast("Datum", row["datum"]),
        cast("Kind", row["kind"]),
        float(row["central_meridian"]) if row["central_meridian"] else None,
        int(row["zone"]) if row["zone"] else None,
        row["name_vi"],
        row["name_en"],
        row["operation"],
        float(row["operation_accuracy_m"]),
    )


def _axis(row: dict[str, str]) -> Axis:
    begin, end = row["valid_from"], row["valid_to"]
    return Axis(
        row["successor_code"],
        row["code"],
        row["province"],
        system_of(row["system"]),
        date.fromisoformat(begin) if begin else None,
        date.fromisoformat(end) if end else None,
        row["check"],
        row["source"],
    )
