"""Reads GeoPackage, Shapefile, KML and GPX as tables: a point is two columns more."""

import math
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson

from app.config import ROOT, child_environment
from app.errors import Refused
from app.imports.readers.geo_archive import GeoKind, GeoPart, laid_out
from app.imports.readers.geo_systems import settled_system
from app.imports.readers.geojson import EAST, NORTH
from app.imports.readers.source import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Sheet,
    Source,
    SourceRow,
    Unreadable,
    limited,
    refuse_columns,
)
from app.imports.readers.text import decode, recognise
from app.registers.features import MARKER_PROPERTIES
from app.vectors import short_names

_DRIVERS: Final = {
    GeoKind.GPKG: ("GPKG",),
    GeoKind.SHAPEFILE: ("ESRI Shapefile",),
    GeoKind.KML: ("LIBKML", "KML"),
    GeoKind.GPX: ("GPX",),
}
_NAMES: Final = {
    GeoKind.GPKG: "GeoPackage",
    GeoKind.SHAPEFILE: "Shapefile",
    GeoKind.KML: "KML",
    GeoKind.GPX: "GPX",
}
# GDAL opens by content; those that would follow an address or another file are not loaded at all.
_SKIPPED: Final = (
    "VRT OGR_VRT GDALG HTTP OAPIF OGCAPI WFS WMS WMTS WCS CSW CSV XLSX ODS EEDA PLSCENES NGW "
    "Elasticsearch Carto AmigoCloud GeoRSS STACIT STACTA DAAS"
)
_LATIN: Final = "ISO-8859-1"
_SECONDS: Final = 120
_MOST_LAYERS: Final = 30
_SAMPLED: Final = 500
_MIDNIGHT: Final = "T00:00:00"
_PREFIX: Final = "ogr_"  # of what GPX holds beyond its own fields
# Fields that every document of the format has and that say nothing of ours.
_FORMAL: Final = {
    GeoKind.KML: {
        "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility",
        "drawOrder", "icon", "id", "snippet",
    },
    GeoKind.GPX: {
        "magvar", "geoidheight", "sym", "fix", "sat", "hdop", "vdop", "pdop", "ageofdgpsdata",
        "dgpsid", "link1_href", "link1_text", "link1_type", "link2_href", "link2_text",
        "link2_type", "src", "type",
    },
}  # fmt: skip

_OWN_FIELDS: Final = tuple(one.code for one in MARKER_PROPERTIES)

Layer = Mapping[str, Any]  # Any: JSON of the child


def read_geofile(path: Path, kind: GeoKind, *, is_archive: bool) -> Source:
    """The points of a file; each layer is a sheet, row n its n-th feature. Raises Refused."""
    with laid_out(path, kind, is_archive=is_archive) as found:
        layers = _layers(kind, found.parts)
    used = [layer for layer in layers if layer["count"] and _is_used(kind, layer)]
    if not used:
        raise Refused(_nothing(kind, layers))
    charsets = {part.name: part.charset for part in found.parts}
    texts = [_Texts(kind, layer, charsets.get(layer["file"], "")) for layer in used]
    sheets = tuple(_sheet(kind, text) for text in texts)
    notes = [*found.notes, *_left_out(kind, layers, used)]
    if any(layer.get("has_height") for layer in used):
        notes.append("Không đọc độ cao (Z) trong hình học; nếu cần, hãy ghi vào một cột độ cao.")
    font = next((one.font for one in texts if one.font is not None), None)
    settled = settled_system(used[0]["crs"], used[0]["east"], used[0]["north"])
    return Source(kind.value, sheets, tuple(notes), font, settled.crs, question=settled.question)


def _layers(kind: GeoKind, parts: Sequence[GeoPart]) -> list[Layer]:
    encoding = _LATIN if kind is GeoKind.SHAPEFILE else None
    question = {
        "files": [{"path": str(one.path), "name": one.name, "encoding": encoding} for one in parts],
        "drivers": _DRIVERS[kind],
        "most_rows": MOST_ROWS + 1,
        "most_layers": _MOST_LAYERS,
    }
    environment = child_environment(
        GDAL_SKIP=_SKIPPED, CPL_VSIL_CURL_ALLOWED_EXTENSIONS=".khong", GDAL_NUM_THREADS="1"
    )
    name = _NAMES[kind]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app.imports.readers.gdal_child"],
            input=orjson.dumps(question),
            capture_output=True,
            check=True,
            timeout=_SECONDS,
            cwd=ROOT,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(f"Đọc tệp {name} quá lâu. Hãy chia nhỏ rồi gửi lại.") from error
    except subprocess.CalledProcessError as error:
        raise Refused(f"Không đọc được tệp {name}: tệp hỏng hoặc thiếu phần.") from error
    layers: list[Layer] = orjson.loads(done.stdout)["layers"]
    return layers


def _is_used(kind: GeoKind, layer: Layer) -> bool:
    return kind is not GeoKind.GPX or layer["name"] == "waypoints"


def _nothing(kind: GeoKind, layers: Sequence[Layer]) -> str:
    if kind is GeoKind.GPX and any(layer["count"] for layer in layers):
        return "Tệp GPX chỉ có tuyến hoặc vết; chỉ nhận điểm mốc (waypoint)."
    return f"Tệp {_NAMES[kind]} không có đối tượng nào."


def _left_out(kind: GeoKind, layers: Sequence[Layer], used: Sequence[Layer]) -> list[str]:
    if kind is not GeoKind.GPX or len(used) == sum(1 for layer in layers if layer["count"]):
        return []
    return ["Chỉ đọc điểm mốc (waypoint) của tệp GPX; tuyến và vết được bỏ qua."]


# --- one layer ------------------------------------------------------------------------------


class _Texts:
    """A layer whose letters are told: of a shapefile the bytes, of the others Unicode."""

    def __init__(self, kind: GeoKind, layer: Layer, charset: str) -> None:
        self.layer = layer
        self.fields: list[str] = list(layer["fields"])
        if len(self.fields) > MOST_COLUMNS:
            refuse_columns(len(self.fields))
        if kind is GeoKind.SHAPEFILE and self.fields == short_names(_OWN_FIELDS):
            self.fields = list(_OWN_FIELDS)  # our own list of markers comes back
        self._charset: str | None = None
        self.font = None
        if kind is GeoKind.SHAPEFILE:
            self._charset, self.font = _charset(self._samples(), charset)
        else:
            self.font = recognise(self._samples())

    def _samples(self) -> list[str]:
        texts = [text for column in self.layer["columns"] for text in column[:_SAMPLED]]
        return [text for text in (*self.fields, *texts) if isinstance(text, str)]

    def read(self, text: str) -> str:
        if self._charset is None or text.isascii():
            return text
        return text.encode(_LATIN, "replace").decode(self._charset, "replace")


def _charset(samples: Sequence[str], said: str) -> tuple[str | None, Any]:  # Any: an old font
    """How the bytes of a table are read: as its .cpg says where that holds, else as they look."""
    content = "\n".join(samples).encode(_LATIN, "replace")
    name = said.lower().replace("ansi ", "cp").replace("_", "-")
    if name.isdecimal():
        name = f"cp{name}"
    if name in {"utf-8", "utf8", "cp65001"}:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return "utf-8", recognise(samples)
    if content.isascii():
        return None, None
    decoded = decode(content)
    return decoded.encoding, decoded.font


def _sheet(kind: GeoKind, text: _Texts) -> Sheet:
    name = text.read(text.layer["file"] or text.layer["name"])
    return Sheet(name, partial(_rows, kind, text), is_office=False)


def _rows(kind: GeoKind, text: _Texts) -> Iterator[SourceRow]:
    formal = _FORMAL.get(kind, set())
    kept = [place for place, name in enumerate(text.fields) if name not in formal]
    names = [text.read(text.fields[place]).removeprefix(_PREFIX) for place in kept]
    yield SourceRow(0, (*(name.replace("\0", "") for name in names), NORTH, EAST))
    yield from limited(_all_rows(text, kept))


def _all_rows(text: _Texts, kept: Sequence[int]) -> Iterator[SourceRow]:
    layer = text.layer
    columns = [layer["columns"][place] for place in kept]
    types = [layer["types"][place] for place in kept]
    places = zip(layer["north"], layer["east"], layer["kinds"], strict=True)
    for number, place in enumerate(places):
        cells = [
            _cell(text, column[number], kind) for column, kind in zip(columns, types, strict=True)
        ]
        yield SourceRow(number + 1, (*cells, *_position(*place)))


def _cell(text: _Texts, value: object, kind: str) -> Cell:
    if isinstance(value, str):
        return _moment(value) if kind.startswith("datetime") else text.read(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, int | float | bool) else None


def _moment(value: str) -> Cell:
    """A day or a moment as the file has it; with its zone it stays text, which says the zone."""
    try:
        if len(value) == len("2026-11-22"):
            return date.fromisoformat(value)
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    if found.tzinfo is not None:
        return value
    return found.date() if value.endswith(_MIDNIGHT) else found


def _position(north: float | None, east: float | None, kind: str | None) -> tuple[Cell, Cell]:
    if kind is not None:
        said = Unreadable(f"Hình học kiểu {kind}: loại dữ liệu này chỉ nhận điểm (Point).")
        return said, said
    if north is None or east is None or not (math.isfinite(north) and math.isfinite(east)):
        return None, None
    return float(north), float(east)
