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
from app.imports.readers.text import decode, recognise

NORTH, EAST = "geometry.north", "geometry.east"
_FLAT = 2  # a position without height
_DEGREES = ("CRS84", "4326")
_GEOMETRY_MISSING = Unreadable("Đối tượng không có hình học điểm.")

_NO_FEATURE = Unreadable("Phần tử này không phải đối tượng GeoJSON (Feature).")


def read_geojson(path: Path) -> Source:
    """Open a FeatureCollection of points; row n is the n-th feature. Raises Refused."""
    read = _parsed(path.read_bytes())
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
        (Sheet("", partial(_rows, features, columns), is_office=False),),
        _height_notes(features),
        font=recognise(texts),
        crs=_declared(read),
    )


def _parsed(content: bytes) -> Any:  # Any: JSON from outside, judged by the caller
    if b"\x00" in content[:4] or content.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16
        content = decode(content).text.encode()
    try:
        return orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        if not _is_utf8(content):
            raise Refused(
                "Tệp GeoJSON không theo bảng mã UTF-8. Hãy xuất lại dạng UTF-8 rồi gửi lại."
            ) from error
        said = (
            f"Tệp GeoJSON sai cú pháp ở dòng {error.lineno}, cột {error.colno}: "
            "hãy xuất lại từ phần mềm bản đồ."
        )
        raise Refused(said) from error


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _height_notes(features: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    has_height = any(len(_pair(one.get("geometry"))) > _FLAT for one in features)
    said = "Không đọc độ cao (Z) trong hình học; nếu cần, hãy ghi vào một cột độ cao."
    return (said,) if has_height else ()


def _features(read: object) -> Sequence[Mapping[str, Any]]:
    kind = read.get("type") if isinstance(read, dict) else None
    if kind == "Feature":
        return [read]  # type: ignore[list-item]  # a dict, seen above
    found = read.get("features") if isinstance(read, dict) else None
    if kind != "FeatureCollection" or not isinstance(found, list):
        raise Refused("Tệp JSON này không phải GeoJSON (FeatureCollection).")
    if not found:
        raise Refused("Tệp GeoJSON không có đối tượng nào.")
    # What is no feature keeps its place, so that the numbers of the others stay true.
    return [one if isinstance(one, dict) else {} for one in found]


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
    yield SourceRow(0, (*(name.replace("\0", "") for name in columns), NORTH, EAST))
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
    if not feature:
        return _NO_FEATURE, _NO_FEATURE
    geometry = feature.get("geometry")
    if geometry is None:
        return None, None
    kind = geometry.get("type") if isinstance(geometry, dict) else "?"
    if kind not in ("Point", "MultiPoint"):
        said = Unreadable(f"Hình học kiểu {kind}: chỉ nhận điểm (Point).")
        return said, said
    pair = _pair(geometry)
    if [_is_number(one) for one in pair[:2]] != [True, True]:
        return _GEOMETRY_MISSING, _GEOMETRY_MISSING
    return float(pair[1]), float(pair[0])


def _pair(geometry: object) -> Sequence[Any]:  # Any: JSON
    """The numbers of a point, or of a multipoint that holds one; empty for anything else."""
    found = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if isinstance(geometry, dict) and geometry.get("type") == "MultiPoint":
        found = found[0] if isinstance(found, list) and len(found) == 1 else None
    return found if isinstance(found, list) else ()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
