"""Chooses the reader by what the file holds, not by what it is called."""

from itertools import islice
from pathlib import Path

from app.errors import Refused, TooLarge
from app.imports.readers.archive import is_archive, refuse_other_kinds
from app.imports.readers.delimited import read_delimited
from app.imports.readers.geo_archive import kind_in_archive, kind_of
from app.imports.readers.geofiles import read_geofile
from app.imports.readers.geojson import read_geojson
from app.imports.readers.source import Source, Unreadable
from app.imports.readers.text import recognise
from app.imports.readers.xlsx import read_xlsx

_MEGABYTE = 1024 * 1024
_SAMPLED_ROWS = 300


def open_source(path: Path, *, limit_mb: int) -> Source:
    """The file as a table. Raises Refused or TooLarge with the sentence for its sender."""
    size = path.stat().st_size
    if size > limit_mb * _MEGABYTE:
        said = (
            f"Tệp nặng {size // _MEGABYTE} MB, vượt giới hạn {limit_mb} MB. "
            "Hãy chia nhỏ rồi gửi lại."
        )
        raise TooLarge(said)
    refuse_other_kinds(path)
    if is_archive(path):
        packed = kind_in_archive(path)
        if packed is not None:
            return read_geofile(path, packed, is_archive=True)
        return _with_font(read_xlsx(path))
    kind = kind_of(path)
    if kind is not None:
        return read_geofile(path, kind, is_archive=False)
    if _is_json(path):
        return read_geojson(path)
    return read_delimited(path)


def _is_json(path: Path) -> bool:
    """Whatever the encoding: the signs that open JSON are the first that are no blank."""
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").startswith((b"{", b"["))


def _with_font(source: Source) -> Source:
    """A workbook is Unicode outside, but its cells may be written for an old font."""
    texts = [
        cell
        for sheet in source.sheets
        for row in islice(sheet.rows(), _SAMPLED_ROWS)
        for cell in row.cells
        if isinstance(cell, str)
    ]
    if not texts and not _has_cells(source):
        raise Refused("Tệp không có dữ liệu: các trang tính đều trống.")
    return Source(source.kind, source.sheets, source.notes, recognise(texts), source.crs)


def _has_cells(source: Source) -> bool:
    return any(
        isinstance(cell, int | float | Unreadable)
        for sheet in source.sheets
        for row in islice(sheet.rows(), 1)
        for cell in row.cells
    )
