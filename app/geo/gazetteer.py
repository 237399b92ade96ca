"""The reference pack in use: borders, provinces, communes and zones, loaded in a moment."""

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
import yaml
from numpy.typing import NDArray

from app.geo.areas import Areas
from app.geo.lines import BorderLines
from app.geo.remarks import GeoError, Remark

MANIFEST_NAME: Final = "pack.yaml"
INDEX_NAME: Final = "index.npz"
AREA_LAYERS: Final = ("communes", "provinces", "sea_zones", "world")
HOME: Final = "VN"
# The zones of the pack format that are Viet Nam's own territory or waters under its sovereignty.
HOME_ZONES: Final = ("hoang_sa", "truong_sa", "internal_waters", "territorial_sea")
_REQUIRED_KEYS: Final = (
    "name",
    "version",
    "date",
    "source",
    "licence",
    "crs",
    "accuracy_m",
    "layers",
)


class PackError(GeoError):
    """The pack cannot be used; the remark says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class LayerFile:
    """One file of a pack as its manifest describes it."""

    name: str
    path: Path
    sha256: str
    features: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What pack.yaml says: `accuracy_m` is how far its lines may lie from the true ones.

    `attribution` and `note_vi` are the sentences that every map drawn from the pack must show.
    """

    root: Path
    name: str
    name_en: str
    version: str
    issued: date
    source: tuple[str, ...]
    licence: tuple[str, ...]
    crs: str
    accuracy_m: float
    attribution: str
    note_vi: str
    layers: Mapping[str, LayerFile]


@dataclass(frozen=True, slots=True)
class AreaName:
    """A province or commune as it was called: code, name, kind and the province of a commune."""

    code: str
    name: str
    kind: str
    province_code: str | None


@dataclass(frozen=True, eq=False)
class Pack:
    """A prepared pack in memory; safe to share between threads, never changed."""

    manifest: Manifest
    communes: Areas
    provinces: Areas
    sea_zones: Areas
    world: Areas
    lines: BorderLines

    @property
    def accuracy_m(self) -> float:
        return self.manifest.accuracy_m

    @cached_property
    def is_home_zone(self) -> NDArray[np.bool_]:
        return np.isin(self.sea_zones.codes, HOME_ZONES)

    @cached_property
    def is_home_country(self) -> NDArray[np.bool_]:
        return np.asarray(self.world.codes == HOME)

    def province(self, code: str, *, on: date | None = None) -> AreaName | None:
        """The province of that code in force on a date (None: today's map)."""
        return _named(self.provinces.in_force(on), code)

    def commune(self, code: str, *, on: date | None = None) -> AreaName | None:
        """The commune of that code in force on a date (None: today's map)."""
        return _named(self.communes.in_force(on), code)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a pack. Raises PackError when it is missing or does not hold."""
    path = folder / MANIFEST_NAME
    if not path.is_file():
        raise PackError(
            Remark(
                "manifest_missing",
                f"Không có tệp {MANIFEST_NAME} trong thư mục “{folder.name}”.",
                f"There is no {MANIFEST_NAME} in the folder “{folder.name}”.",
            )
        )
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise PackError(_bad_manifest(str(problem).splitlines()[0])) from problem
    return _manifest(folder, content)


def load_pack(prepared: Path) -> Pack:
    """The pack that `prepare_pack` wrote into a folder. Raises PackError."""
    path = prepared / INDEX_NAME
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
    except (OSError, ValueError, zipfile.BadZipFile) as problem:
        raise PackError(
            Remark(
                "index_missing",
                "Bộ dữ liệu địa lý chưa được cài đặt hoặc bị hỏng: chạy “flask geodata install”.",
                "The reference pack is not installed or is damaged: run “flask geodata install”.",
            )
        ) from problem
    return Pack(
        manifest=read_manifest(prepared),
        lines=_lines(arrays),
        **{name: _areas(arrays, name) for name in AREA_LAYERS},
    )


def file_sha256(path: Path) -> str:
    """The sha256 of a file in hex, read piece by piece."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _manifest(folder: Path, content: Any) -> Manifest:
    """`content` is what YAML made of the file, so anything at all."""
    if not isinstance(content, dict):
        raise PackError(_bad_manifest("not a mapping"))
    missing = [key for key in _REQUIRED_KEYS if key not in content]
    if missing:
        raise PackError(_bad_manifest(", ".join(missing)))
    try:
        return Manifest(
            root=folder,
            name=str(content["name"]),
            name_en=str(content.get("name_en", content["name"])),
            version=str(content["version"]),
            issued=_date(content["date"]),
            source=_texts(content["source"]),
            licence=_texts(content["licence"]),
            crs=str(content["crs"]),
            accuracy_m=float(content["accuracy_m"]),
            attribution=str(content.get("attribution", "")),
            note_vi=str(content.get("note_vi", "")),
            layers={str(name): _layer(folder, name, at) for name, at in content["layers"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise PackError(_bad_manifest(str(problem))) from problem


def _layer(folder: Path, name: str, said: Mapping[str, Any]) -> LayerFile:
    path = (folder / str(said["file"])).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{name}: {said['file']}")
    return LayerFile(str(name), path, str(said["sha256"]), int(said["features"]))


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def _areas(arrays: Mapping[str, NDArray[Any]], layer: str) -> Areas:
    rings = tuple(arrays[f"{layer}_offsets{depth}"] for depth in range(3))
    kind = shapely.GeometryType.MULTIPOLYGON
    return Areas(
        arrays[f"{layer}_codes"],
        arrays[f"{layer}_names"],
        arrays[f"{layer}_kinds"],
        arrays[f"{layer}_parents"],
        arrays[f"{layer}_from"],
        arrays[f"{layer}_to"],
        np.asarray(shapely.from_ragged_array(kind, arrays[f"{layer}_coords"], rings)),
    )


def _lines(arrays: Mapping[str, NDArray[Any]]) -> BorderLines:
    coords, ends = arrays["lines_coords"], arrays["lines_ends"]
    parts = np.split(coords, ends[:-1])
    names = (str(name) for name in arrays["lines_neighbours"])
    return BorderLines.from_parts(list(zip(names, parts, strict=True)))


def _named(areas: Areas, code: str) -> AreaName | None:
    index = areas.index_of(code)
    if index is None:
        return None
    parent = str(areas.parents[index])
    return AreaName(code, str(areas.names[index]), str(areas.kinds[index]), parent or None)


def _bad_manifest(detail: str) -> Remark:
    return Remark(
        "manifest_invalid",
        f"Tệp {MANIFEST_NAME} không hợp lệ: {detail}.",
        f"The file {MANIFEST_NAME} does not hold: {detail}.",
    )
