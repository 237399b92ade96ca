"""What leaves the house as points with attributes: one shape for API, tiles and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

_NAME_WIDTH = 10  # of a field in a shapefile

Value = str | int | float | bool | datetime | None


class Kind(StrEnum):
    """What the values of a property are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Property:
    """One attribute: its code, its name for people, and the codes that its values may take."""

    code: str
    label: Any  # Any: a lazy translation
    kind: Kind = Kind.TEXT
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """One point as an actor may see it; EPSG:4326 degrees, without a place where none is known.

    `values` stand in the order of the properties that they belong to; `page` is its address here.
    """

    id: str
    page: str
    lon: float | None
    lat: float | None
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class PointTable:
    """Points of one kind; `title` and `text` are the codes of what names and describes one."""

    name: str
    properties: Sequence[Property]
    features: Sequence[Feature]
    title: str
    text: str

    @property
    def count(self) -> int:
        return len(self.features)


class FileKind(StrEnum):
    """The files for geographic programs, by their word in an address."""

    GEOJSON = "geojson"
    GPKG = "gpkg"
    KML = "kml"
    GPX = "gpx"
    SHAPEFILE = "shp"

    @property
    def suffix(self) -> str:
        return "shp.zip" if self is FileKind.SHAPEFILE else self.value

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    FileKind.GEOJSON: "application/geo+json",
    FileKind.GPKG: "application/geopackage+sqlite3",
    FileKind.KML: "application/vnd.google-earth.kml+xml",
    FileKind.GPX: "application/gpx+xml",
    FileKind.SHAPEFILE: "application/zip",
}


def file_kind_of(word: str) -> FileKind | None:
    """The kind of file that a word of an address asks for; None for office programs."""
    return FileKind(word) if word in set(FileKind) else None


def short_names(names: Sequence[str]) -> list[str]:
    """Names as a shapefile has them: ten letters at most, still different from each other."""
    short: list[str] = []
    for name in names:
        cut, number = name[:_NAME_WIDTH], 1
        while cut in short:
            number += 1
            cut = f"{name[: _NAME_WIDTH - len(str(number))]}{number}"
        short.append(cut)
    return short
