"""Tells which geographic file it is, and lays its parts out for GDAL under our own names."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from app.errors import Refused
from app.imports.readers.archive import opened

_SQLITE = b"SQLite format 3\x00"
_HEAD = 4096
_BLOCK = 1024 * 1024
_ROOT = re.compile(rb"<(?:\w+:)?(?P<name>kml|gpx)[\s>]", re.IGNORECASE)
_LINK = re.compile(rb"<(?:\w+:)?NetworkLink[\s>]")
_PARTS = ("shp", "shx", "dbf", "prj")
_MOST_SETS = 30


class GeoKind(StrEnum):
    """The kinds of files that GDAL reads for us, by its driver's word."""

    GPKG = "gpkg"
    SHAPEFILE = "shp"
    KML = "kml"
    GPX = "gpx"


@dataclass(frozen=True, slots=True)
class GeoPart:
    """One file laid out: where, how its sender called it, what its .cpg says of its letters."""

    path: Path
    name: str
    charset: str = ""


@dataclass(frozen=True, slots=True)
class GeoParts:
    """What GDAL is to read, and what was noticed."""

    kind: GeoKind
    parts: tuple[GeoPart, ...]
    notes: tuple[str, ...] = ()


def kind_of(path: Path) -> GeoKind | None:
    """The kind of a file that is no archive; None for tables and GeoJSON."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_SQLITE):
        return GeoKind.GPKG
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")  # UTF-16 too
    if not text.startswith(b"<"):
        return None
    root = _ROOT.search(text)
    if root is None:
        raise Refused("Tệp XML này không phải KML hay GPX.")
    return GeoKind(root["name"].decode().lower())


def kind_in_archive(path: Path) -> GeoKind | None:
    """Whether an archive holds shapefiles or a KML document; None for a workbook."""
    with opened(path) as archive:
        names = [name.lower() for name in archive.namelist()]
    if "[content_types].xml" in names:
        return None
    if any(name.endswith(".shp") for name in names):
        return GeoKind.SHAPEFILE
    if any(name.endswith(".kml") for name in names):
        return GeoKind.KML
    if any(name.endswith((".zip", ".kmz")) for name in names):
        raise Refused("Tệp nén chứa tệp nén khác. Hãy giải nén rồi gửi từng tệp.")
    return None


@contextmanager
def laid_out(path: Path, kind: GeoKind, *, is_archive: bool) -> Iterator[GeoParts]:
    """The parts in a folder that is gone afterwards. Raises Refused for what is not whole."""
    with TemporaryDirectory(prefix="cot-moc-") as name:
        folder = Path(name)
        if is_archive:
            with opened(path) as archive:
                _refuse_escapes(archive)
                if kind is GeoKind.SHAPEFILE:
                    yield GeoParts(kind, tuple(_shapefiles(archive, folder)))
                else:
                    yield _document(archive, folder)
            return
        target = folder / f"tep.{kind.value}"
        shutil.copyfile(path, target)
        if kind is GeoKind.GPKG:
            yield GeoParts(kind, (GeoPart(target, ""),))
        else:
            yield _markup(kind, target)


def _refuse_escapes(archive: zipfile.ZipFile) -> None:
    """Names are never used as paths; one that leaves its folder tells what the file is after."""
    for name in archive.namelist():
        parts = PurePosixPath(name.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
            raise Refused("Tệp nén chứa đường dẫn trỏ ra ngoài, nên hệ thống không mở.")


def _shapefiles(archive: zipfile.ZipFile, folder: Path) -> Iterator[GeoPart]:
    found = {name.lower(): name for name in archive.namelist() if not name.startswith("__MACOSX")}
    layers = [name for name in found if name.endswith(".shp")]
    if len(layers) > _MOST_SETS:
        raise Refused(f"Tệp nén có hơn {_MOST_SETS} lớp Shapefile. Hãy chia nhỏ rồi gửi lại.")
    for number, layer in enumerate(layers):
        stem, shown = layer[:-4], PurePosixPath(found[layer]).stem
        if f"{stem}.dbf" not in found:
            raise Refused(f"Shapefile “{shown}” thiếu tệp .dbf: nén đủ .shp, .shx, .dbf, .prj.")
        for part in _PARTS:
            if f"{stem}.{part}" in found:
                _unpack(archive, found[f"{stem}.{part}"], folder / f"lop{number}.{part}")
        charset = found.get(f"{stem}.cpg")
        said = archive.read(charset)[:40].decode("ascii", "replace").strip() if charset else ""
        yield GeoPart(folder / f"lop{number}.shp", shown, said)


def _document(archive: zipfile.ZipFile, folder: Path) -> GeoParts:
    names = [name for name in archive.namelist() if name.lower().endswith(".kml")]
    main = next((name for name in names if name.lower() == "doc.kml"), names[0])
    _unpack(archive, main, folder / "tep.kml")
    found = _markup(GeoKind.KML, folder / "tep.kml")
    others = len(names) - 1
    more = (f"Chỉ đọc “{main}”; {others} tệp KML khác trong KMZ được bỏ qua.",) if others else ()
    return GeoParts(found.kind, found.parts, (*found.notes, *more))


def _markup(kind: GeoKind, path: Path) -> GeoParts:
    """A KML or GPX document that declares nothing and whose links stay unfollowed."""
    notes: tuple[str, ...] = ()
    last = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            text = (last + block).replace(b"\x00", b"")
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Refused("Tệp chứa khai báo không được phép (DOCTYPE), nên hệ thống không mở.")
            if _LINK.search(text):
                notes = ("Tệp có liên kết đến tệp khác (NetworkLink): hệ thống không tải về.",)
            last = block[-32:]
    return GeoParts(kind, (GeoPart(path, ""),), notes)


def _unpack(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    if archive.getinfo(name).flag_bits & 1:
        raise Refused("Tệp nén có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")
    with archive.open(name) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, _BLOCK)
