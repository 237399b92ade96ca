"""Checks a reference pack and prepares its index; the only module here that needs GeoPandas."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError

from app.geo.gazetteer import (
    AREA_LAYERS,
    INDEX_NAME,
    MANIFEST_NAME,
    LayerFile,
    Manifest,
    PackError,
    file_sha256,
    read_manifest,
)
from app.geo.lines import NEIGHBOURS
from app.geo.plane import to_plane
from app.geo.remarks import Remark

LAYER_COLUMNS: Final = {
    "world": ("code", "name_vi", "name_en"),
    "border_lines": ("neighbour",),
    "provinces": ("code", "name", "kind"),
    "communes": ("code", "name", "kind", "province_code"),
    "sea_zones": ("zone", "name_vi", "status"),
    "border_segments": ("neighbour", "province_code", "chainage_from_m", "chainage_to_m"),
    "labels": ("name_vi", "kind"),
}
_NEEDED: Final = ("world", "border_lines", "provinces", "communes", "sea_zones")
_CRS: Final = "EPSG:4326"
_CODES: Final = {"sea_zones": "zone", "world": "code"}
_NAMES: Final = {"sea_zones": "name_vi", "world": "name_vi"}
_AXIS: Final = {"CN": (0, 1), "LA": (1, -1), "KH": (1, -1)}  # the coordinate that must grow or fall


@dataclass(frozen=True, slots=True)
class _Layer:
    frame: gpd.GeoDataFrame
    code: str
    name: str

    def texts(self, column: str) -> NDArray[np.str_]:
        if column not in self.frame:
            return np.full(len(self.frame), "", dtype=str)
        return self.frame[column].fillna("").astype(str).to_numpy(dtype=str)

    def days(self, column: str, default: date) -> NDArray[np.int64]:
        if column not in self.frame:
            return np.full(len(self.frame), default.toordinal(), dtype=np.int64)
        days = pd.to_datetime(self.frame[column], format="ISO8601")
        return np.array(
            [default.toordinal() if pd.isna(day) else day.date().toordinal() for day in days],
            dtype=np.int64,
        )


def pack_problems(folder: Path) -> tuple[Remark, ...]:
    """Everything that keeps a pack from being used; empty when it may be installed."""
    try:
        manifest = read_manifest(folder)
    except PackError as problem:
        return (problem.remark,)
    return tuple(_problems(manifest))


def prepare_pack(folder: Path, target: Path) -> Path:
    """Write the index of a sound pack, its manifest and its layers into `target`; returns `target`.

    The layers are kept because the map is drawn from them later. In the index, polygons are stored
    on the search plane of `app.geo.plane`; the old index stays in use until the new one is whole.
    Raises PackError with the first problem of the pack.
    """
    problems = pack_problems(folder)
    if problems:
        raise PackError(problems[0])
    manifest = read_manifest(folder)
    target.mkdir(parents=True, exist_ok=True)
    arrays = dict(_line_arrays(_read(manifest.layers["border_lines"])))
    for name in AREA_LAYERS:
        arrays |= dict(_area_arrays(name, _read(manifest.layers[name])))
    half_made = target / f"{INDEX_NAME}.part"
    with half_made.open("wb") as sink:
        np.savez(sink, allow_pickle=False, **arrays)
    for layer in manifest.layers.values():
        copy = target / layer.path.relative_to(folder.resolve())
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(layer.path, copy)
    shutil.copyfile(folder / MANIFEST_NAME, target / MANIFEST_NAME)
    half_made.replace(target / INDEX_NAME)
    return target


def _problems(manifest: Manifest) -> Iterator[Remark]:
    if manifest.crs != _CRS:
        yield _problem("crs", f"Hệ toạ độ phải là {_CRS}", f"The system must be {_CRS}")
    for name in _NEEDED:
        if name not in manifest.layers:
            yield _problem("layer_missing", f"Thiếu lớp “{name}”", f"No layer “{name}”")
    for layer in manifest.layers.values():
        yield from _layer_problems(layer)


def _layer_problems(layer: LayerFile) -> Iterator[Remark]:
    if not layer.path.is_file():
        yield _of(layer, "file_missing", "không có tệp", "the file is missing")
    elif file_sha256(layer.path) != layer.sha256:
        yield _of(layer, "sha256", "tệp đã bị thay đổi (sai sha256)", "the sha256 differs")
    elif layer.path.suffix != ".csv":
        yield from _content_problems(layer)


def _content_problems(layer: LayerFile) -> Iterator[Remark]:
    try:
        frame = _read(layer)
    except (DataSourceError, OSError, ValueError):
        yield _of(layer, "unreadable", "không đọc được tệp", "the file cannot be read")
        return
    if len(frame) != layer.features:
        said = f"có {len(frame)} đối tượng, kê khai {layer.features}"
        yield _of(layer, "features", said, f"has {len(frame)} features, not {layer.features}")
    if frame.crs is None or not frame.crs.equals(_CRS, ignore_axis_order=True):
        yield _of(layer, "crs", f"hệ toạ độ khác {_CRS}", f"is not in {_CRS}")
    for column in LAYER_COLUMNS.get(layer.name, ()):
        if column not in frame:
            yield _of(layer, "column", f"thiếu cột “{column}”", f"has no column “{column}”")
    if frame.geometry.is_empty.any() or frame.geometry.isna().any():
        yield _of(layer, "empty", "có đối tượng không có hình", "has features without a shape")
    if layer.name == "border_lines" and "neighbour" in frame:
        yield from _line_problems(layer, frame)


def _line_problems(layer: LayerFile, frame: gpd.GeoDataFrame) -> Iterator[Remark]:
    for neighbour in NEIGHBOURS:
        shapes = np.asarray(frame.geometry)[(frame["neighbour"] == neighbour).to_numpy()]
        points = shapely.get_coordinates(shapes)
        if not len(points):
            yield _of(layer, "line", f"thiếu tuyến {neighbour}", f"has no line with {neighbour}")
            continue
        axis, way = _AXIS[neighbour]
        if (points[-1, axis] - points[0, axis]) * way < 0:
            said = f"tuyến {neighbour} ngược chiều số hiệu mốc"
            yield _of(layer, "direction", said, f"runs against the numbers of {neighbour}")


def _read(layer: LayerFile) -> gpd.GeoDataFrame:
    if layer.path.suffix == ".parquet":
        return gpd.read_parquet(layer.path)
    return gpd.read_file(layer.path)


def _line_arrays(frame: gpd.GeoDataFrame) -> Iterator[tuple[str, NDArray[Any]]]:
    whole = frame.explode(ignore_index=True)
    points = [shapely.get_coordinates(shape) for shape in whole.geometry]
    yield "lines_neighbours", whole["neighbour"].astype(str).to_numpy(dtype=str)
    yield "lines_coords", np.concatenate(points)
    yield "lines_ends", np.cumsum([len(part) for part in points])


def _area_arrays(name: str, frame: gpd.GeoDataFrame) -> Iterator[tuple[str, NDArray[Any]]]:
    if name == "sea_zones":
        frame = _in_cells(frame)
    layer = _Layer(frame, _CODES.get(name, "code"), _NAMES.get(name, "name"))
    yield f"{name}_codes", layer.texts(layer.code)
    yield f"{name}_names", layer.texts(layer.name)
    yield f"{name}_kinds", layer.texts("kind")
    yield f"{name}_parents", layer.texts("province_code")
    yield f"{name}_from", layer.days("valid_from", date.min)
    yield f"{name}_to", layer.days("valid_to", date.max)
    polygons = _as_multipolygons(_on_plane(np.asarray(frame.geometry)))
    _, coords, offsets = shapely.to_ragged_array(polygons)
    yield f"{name}_coords", coords
    for depth, offset in enumerate(offsets):
        yield f"{name}_offsets{depth}", offset


def _on_plane(shapes: Any) -> Any:
    """`shapes` is an array of geometries in EPSG:4326."""
    return shapely.transform(shapes, lambda xy: np.column_stack(to_plane(xy[:, 0], xy[:, 1])))


def _as_multipolygons(shapes: Any) -> list[shapely.MultiPolygon]:
    """`shapes` is an array of geometries; stray lines and points of a repair are dropped."""
    sound = [shape if shape.is_valid else shapely.make_valid(shape) for shape in shapes]
    return [
        shapely.MultiPolygon(
            [
                polygon
                for part in shapely.get_parts(shape)
                for polygon in shapely.get_parts(part)
                if polygon.geom_type == "Polygon"
            ]
        )
        for shape in sound
    ]


def _in_cells(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut wide zones on a 1-degree grid: the same answers, four times as fast (measured)."""
    frame = frame.reset_index(drop=True).assign(order=range(len(frame)))
    west, south, east, north = np.floor(frame.total_bounds).astype(int)
    cells = [
        shapely.box(x, y, x + 1, y + 1)
        for x in range(west, east + 1)
        for y in range(south, north + 1)
    ]
    grid = gpd.GeoDataFrame(geometry=cells, crs=frame.crs)
    sound = frame.assign(geometry=shapely.make_valid(np.asarray(frame.geometry)))
    pieces = gpd.overlay(sound, grid, how="intersection", keep_geom_type=True)
    return gpd.GeoDataFrame(pieces.sort_values("order", kind="stable").reset_index(drop=True))


def _of(layer: LayerFile, code: str, vi: str, en: str) -> Remark:
    return _problem(code, f"Lớp “{layer.name}” {vi}", f"The layer “{layer.name}” {en}")


def _problem(code: str, vi: str, en: str) -> Remark:
    return Remark(code, f"{vi}.", f"{en}.")
