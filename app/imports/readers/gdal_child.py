"""Reads geographic files with GDAL in a process of its own: what a bad file does stays here.

A question in JSON comes in, the layers go out as JSON columns. Memory, time and files that it may
write are limited before GDAL is loaded.
"""

import resource
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import orjson
import pyogrio
import shapely
from pyogrio.raw import read

_MEMORY = 4 * 1024**3
_SECONDS = 90
_WRITTEN = 1024**2
_MULTIPOINT = 4

Json = dict[str, Any]  # Any: JSON


def limit_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITTEN, _WRITTEN))


def layers_of(question: Mapping[str, Any]) -> Iterator[Json]:
    """Every layer of the files asked about, up to a number of rows. Any: JSON."""
    left = int(question["most_rows"])
    for file in question["files"]:
        path, encoding = file["path"], file.get("encoding")
        for name, _kind in pyogrio.list_layers(path)[: question["most_layers"]]:
            info = pyogrio.read_info(path, layer=name, encoding=encoding)
            if info["driver"] not in question["drivers"]:
                raise ValueError(f"driver {info['driver']}")
            layer = _layer(path, name, encoding, left)
            left -= layer["count"]
            yield {**layer, "file": file["name"]}


def _layer(path: str, name: str, encoding: str | None, left: int) -> Json:
    meta, _ids, geometry, columns = read(
        path, layer=name, encoding=encoding, datetime_as_string=True, max_features=max(left, 1)
    )
    count = len(columns[0]) if len(columns) else (0 if geometry is None else len(geometry))
    kinds = (str(one) for one in meta["dtypes"])
    return {
        "name": name,
        "fields": [str(field) for field in meta["fields"]],
        "types": list(kinds),
        "crs": meta["crs"],
        "count": count,
        "columns": [_plain(column) for column in columns],
        **_places(geometry, count),
    }


def _plain(column: Any) -> list[Any]:  # Any: of the field's type
    if column.dtype == object:
        return [_text(value) for value in column.tolist()]
    found: list[Any] = column.tolist()
    return found


def _text(value: object) -> object:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return None if isinstance(value, bytes) else str(value)


def _places(geometry: Any, count: int) -> Json:  # Any: WKB or None
    """North and east of the points; of what is no point only the kind."""
    if geometry is None:
        return {"north": [None] * count, "east": [None] * count, "kinds": [None] * count}
    shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    single = (shapely.get_type_id(shapes) == _MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    shapes = np.where(single, shapely.get_geometry(shapes, 0), shapes)
    is_other = ~np.isin(shapely.get_type_id(shapes), (-1, 0))
    kinds = [
        one.geom_type if is_bad else None for one, is_bad in zip(shapes, is_other, strict=True)
    ]
    return {
        "north": shapely.get_y(shapes).tolist(),
        "east": shapely.get_x(shapes).tolist(),
        "kinds": kinds,
        "has_height": bool(shapely.has_z(shapes).any()),
    }


if __name__ == "__main__":
    limit_process()
    asked = orjson.loads(sys.stdin.buffer.read())
    said = {"layers": list(layers_of(asked))}
    sys.stdout.buffer.write(orjson.dumps(said))
