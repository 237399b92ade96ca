"""Reads GeoJSON points as a table: properties are columns, the position is two more."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from app.errors import Refused
from app.imports.readers.source import (
    MOST_COLUMNS,
    Cell,
    Sheet,
    Source,
    SourceRow,
    Unreadable,
    limited,
    refuse_columns,
)
from app.imports.readers.text import recognise

NORTH, EAST = "geometry.north", "geometry.east"
_DEGREES = ("CRS84", "4326")
_GEOMETRY_MISSING = Unreadable("Đối tượng không có hình học điểm.")


def read_geojson(path: Path) -> Source:
    """Open a FeatureCollection of points; row n is the n-th feature. Raises Refused."""
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        read: Any = orjson.loads(content)  # Any: JSON from outside, judged below
    except orjson.JSONDecodeError as error:
        raise Refused(f"Tệp GeoJSON sai cú pháp ở dòng {error.lineno}: {error.msg}.") from error
    features = _features(read)
    columns = _columns(features)
    texts = (
        str(value)
        for feature in features[:500]
        for value in _properties(feature).values()
        if isinstance(value, str)
    )
    return Source(
        "geojson",
        (Sheet("", partial(_rows, features, columns)),),
        font=recognise(texts),
        crs=_declared(read),
    )


def _features(read: object) -> Sequence[Mapping[str, Any]]:
    kind = read.get("type") if isinstance(read, dict) else None
    if kind == "Feature":
        return [read]  # type: ignore[list-item]  # a dict, seen above
    found = read.get("features") if isinstance(read, dict) else None
    if kind != "FeatureCollection" or not isinstance(found, list):
        raise Refused("Tệp JSON này không phải GeoJSON (FeatureCollection).")
    if not found:
        raise Refused("Tệp GeoJSON không có đối tượng nào.")
    return [one for one in found if isinstance(one, dict)]


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    found = feature.get("properties")
    return found if isinstance(found, dict) else {}


def _columns(features: Sequence[Mapping[str, Any]]) -> list[str]:
    names: dict[str, None] = {}
    for feature in features:
        names |= dict.fromkeys(_properties(feature))
        if len(names) > MOST_COLUMNS:
            refuse_columns(len(names))
    return list(names)


def _declared(read: Mapping[str, Any]) -> str | None:
    """The system of an old-style `crs` member; today's standard has none: WGS 84."""
    crs = read.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if not name or name.endswith(_DEGREES):
        return None
    return f"EPSG:{name.rpartition(':')[2]}" if "EPSG" in name.upper() else name


def _rows(features: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[SourceRow]:
    yield SourceRow(0, (*columns, NORTH, EAST))
    yield from limited(_all_rows(features, columns))


def _all_rows(features: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[SourceRow]:
    for number, feature in enumerate(features, start=1):
        properties = _properties(feature)
        cells = [_cell(properties.get(name)) for name in columns]
        yield SourceRow(number, (*cells, *_position(feature)))


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return orjson.dumps(value).decode()


def _position(feature: Mapping[str, Any]) -> tuple[Cell, Cell]:
    """North and east of a point, in the order of columns; GeoJSON writes east first."""
    geometry = feature.get("geometry")
    if geometry is None:
        return None, None
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        kind = geometry.get("type") if isinstance(geometry, dict) else "?"
        said = Unreadable(f"Hình học kiểu {kind}: chỉ nhận điểm (Point).")
        return said, said
    pair: Any = geometry.get("coordinates")  # Any: JSON
    if not isinstance(pair, list) or [isinstance(one, int | float) for one in pair[:2]] != [
        True,
        True,
    ]:
        return _GEOMETRY_MISSING, _GEOMETRY_MISSING
    return float(pair[1]), float(pair[0])
