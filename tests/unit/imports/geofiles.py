"""Geographic files as offices send them, and as nobody should."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pyogrio.raw import write

_POINT = struct.Struct("<BIdd")
Columns = Mapping[str, Sequence[Any]]  # Any: texts, numbers, days


def points(places: Sequence[tuple[float, float] | None]) -> Any:  # Any: numpy of WKB
    """East and north as GDAL takes them."""
    found = np.empty(len(places), dtype=object)
    for number, place in enumerate(places):
        found[number] = _POINT.pack(1, 1, *place) if place else None
    return found


def written(
    path: Path,
    places: Sequence[tuple[float, float] | None],
    columns: Columns,
    *,
    driver: str,
    crs: str | None = "EPSG:4326",
    encoding: str = "UTF-8",
    **options: Any,  # Any: GDAL's own
) -> Path:
    """One layer of points."""
    values = []
    for given in columns.values():
        is_text = any(isinstance(one, str) for one in given)
        values.append(np.array(given, dtype=object) if is_text else np.array(given))
    write(
        str(path),
        geometry=points(places),
        field_data=values,
        fields=np.array(list(columns), dtype=object),
        layer=options.pop("layer", "diem"),
        driver=driver,
        geometry_type="Point",
        crs=crs,
        encoding=encoding,
        **options,
    )
    return path


def shapefile(
    folder: Path,
    places: Sequence[tuple[float, float] | None],
    columns: Columns,
    *,
    crs: str | None = "EPSG:4326",
    charset: str | None = None,
    prj: str | None = None,
    without: Sequence[str] = (),
) -> Path:
    """A zipped shapefile; `charset` is what its .cpg says, texts are given as bytes in Latin-1."""
    folder.mkdir(exist_ok=True)
    written(
        folder / "moc.shp",
        places,
        columns,
        driver="ESRI Shapefile",
        crs=crs or "EPSG:4326",
        encoding="ISO-8859-1",
    )
    if crs is None:
        (folder / "moc.prj").unlink()
    (folder / "moc.cpg").unlink(missing_ok=True)
    if charset is not None:
        (folder / "moc.cpg").write_text(charset, encoding="ascii")
    if prj is not None:
        (folder / "moc.prj").write_text(prj, encoding="utf-8")
    return zipped(
        folder.parent / f"{folder.name}.zip",
        {
            part.name: part.read_bytes()
            for part in folder.iterdir()
            if part.suffix.lstrip(".") not in without
        },
    )


def zipped(path: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def as_latin(text: str, encoding: str) -> str:
    """The letters whose Latin-1 bytes are those of a text in another encoding."""
    return text.encode(encoding).decode("latin-1")


def kml(*placemarks: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>Mốc</name>{''.join(placemarks)}</Document></kml>"
    )


def placemark(name: str, place: str, more: str = "") -> str:
    point = f"<Point><coordinates>{place}</coordinates></Point>"
    return f"<Placemark><name>{name}</name>{more}{point}</Placemark>"
