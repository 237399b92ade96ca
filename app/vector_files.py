"""Writes points with attributes as files for geographic programs, by GDAL.

Imported when the first file is asked for: GDAL's package costs a second and a hundred megabytes.
"""

import struct
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyogrio.raw import write

from app.vectors import Feature, FileKind, Kind, PointTable, Value, short_names

_DRIVERS = {
    FileKind.GEOJSON: "GeoJSON",
    FileKind.GPKG: "GPKG",
    FileKind.KML: "LIBKML",
    FileKind.GPX: "GPX",
    FileKind.SHAPEFILE: "ESRI Shapefile",
}
_OPTIONS: dict[FileKind, dict[str, str]] = {
    FileKind.GEOJSON: {"RFC7946": "YES"},
    FileKind.GPX: {"GPX_USE_EXTENSIONS": "YES"},
}
# What these formats themselves call the name and the text of a point.
_NAMED = {FileKind.KML: ("Name", "description"), FileKind.GPX: ("name", "desc")}
# A waypoint and a placemark are places; the others also hold rows whose place is not known.
_PLACED_ONLY = frozenset(_NAMED)
_WITHOUT_MOMENTS = frozenset({FileKind.SHAPEFILE, FileKind.GPX})
_TEXT_WIDTH = 254  # of a value in a shapefile, in bytes
_POINT = struct.Struct("<BIdd")  # WKB: little endian, kind 1, x, y
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


def file_of(table: PointTable, kind: FileKind) -> bytes:
    """The table as one file in EPSG:4326; a shapefile comes as the archive of its parts."""
    features = [one for one in table.features if kind not in _PLACED_ONLY or one.lon is not None]
    fields = list(_fields(table, features, kind))
    with tempfile.TemporaryDirectory(prefix="cot-moc-") as folder:
        path = Path(folder) / f"{table.name}.{kind.suffix}"
        write(
            str(path),
            geometry=_geometry(features),
            field_data=[values for _name, values, _mask in fields],
            fields=np.array([name for name, _values, _mask in fields], dtype=object),
            field_mask=[mask for _name, _values, mask in fields],
            layer=table.name,
            driver=_DRIVERS[kind],
            geometry_type="Point",
            crs="EPSG:4326",
            encoding="UTF-8",
            **_OPTIONS.get(kind, {}),
        )
        return path.read_bytes()


def _geometry(features: Sequence[Feature]) -> NDArray[Any]:  # Any: bytes or None
    found = np.empty(len(features), dtype=object)
    for place, one in enumerate(features):
        if one.lon is not None and one.lat is not None:
            found[place] = _POINT.pack(1, 1, one.lon, one.lat)
    return found


def _fields(table: PointTable, features: Sequence[Feature], kind: FileKind) -> Any:
    """(name, values, which are absent) of each field that the format is given."""
    names = [one.code for one in table.properties]
    for title, code in zip(_NAMED.get(kind, ()), (table.title, table.text), strict=False):
        column = [one.values[names.index(code)] for one in features]
        yield title, *_column(column, Kind.TEXT, kind)
    written = short_names(names) if kind is FileKind.SHAPEFILE else names
    for place, (one, name) in enumerate(zip(table.properties, written, strict=True)):
        yield name, *_column([each.values[place] for each in features], one.kind, kind)


def _column(
    values: Sequence[Value], of: Kind, kind: FileKind
) -> tuple[NDArray[Any], NDArray[np.bool_]]:  # Any: of the field's type
    absent = np.array([value is None for value in values], dtype=np.bool_)
    if of is Kind.MOMENT and kind not in _WITHOUT_MOMENTS:
        moments = [_utc(value) if isinstance(value, datetime) else None for value in values]
        return np.array(moments, dtype="datetime64[ms]"), absent
    if of in {Kind.TEXT, Kind.MOMENT}:
        texts = np.empty(len(values), dtype=object)
        texts[:] = [_text(value, kind) for value in values]
        return texts, absent
    types = {Kind.NUMBER: np.float64, Kind.INTEGER: np.int64, Kind.BOOLEAN: np.bool_}
    return np.array([value or 0 for value in values], dtype=types[of]), absent


def _text(value: Value, kind: FileKind) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return f"{_utc(value).isoformat(timespec='seconds')}Z"
    said = str(value).translate(_CONTROLS)
    if kind is FileKind.SHAPEFILE:
        return said.encode()[:_TEXT_WIDTH].decode(errors="ignore")
    return said


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
