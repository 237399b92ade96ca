"""Reads XLSX as it is stored: row by row, with the formulas and merged cells that others hide.

A general reader gives the last computed value of a formula and forgets which cells were merged;
for a register both are reasons to ask.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import ZipFile

from app.errors import Refused
from app.imports.readers.archive import GuardedPart, opened
from app.imports.readers.source import (
    MOST_COLUMNS,
    Cell,
    MergedBlock,
    Sheet,
    Source,
    SourceRow,
    Unreadable,
    column_index,
    column_name,
    limited,
    refuse_columns,
)

_REF = re.compile(r"([A-Z]+)([0-9]+)(?::([A-Z]+)([0-9]+))?")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_DATE_SIGNS = re.compile(r"[dyhs]|m(?!\w*%)", re.IGNORECASE)
_NO_SIGNS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  no zone in sheets
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BLOCK = 1024 * 1024
_HIDDEN = ("hidden", "veryHidden")


@dataclass(frozen=True, slots=True)
class _Book:
    """What the cells of every sheet refer to."""

    path: Path
    strings: Sequence[str]
    date_styles: frozenset[int]
    epoch: datetime


def read_xlsx(path: Path) -> Source:
    """Open a workbook; its hidden sheets are left out and said so. Raises Refused."""
    with opened(path) as archive:
        _require_workbook(archive)
        listed, is_1904 = _listed_sheets(archive)
        strings = tuple(_shared_strings(archive))
        dates = _date_styles(archive)
    book = _Book(path, strings, dates, _EPOCH_1904 if is_1904 else _EPOCH_1900)
    shown = [(name, part) for name, part, is_hidden in listed if not is_hidden]
    hidden = [name for name, _part, is_hidden in listed if is_hidden]
    if not shown:
        raise Refused("Tệp không có trang tính nào đang hiện để đọc.")
    notes = [f"Không đọc trang ẩn: {', '.join(f'“{name}”' for name in hidden)}."] if hidden else []
    return Source(
        "xlsx",
        tuple(
            Sheet(name, partial(_rows, book, part), cache(partial(_merged, path, part)))
            for name, part in shown
        ),
        tuple(notes),
    )


def _require_workbook(archive: ZipFile) -> None:
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise Refused("Tệp theo định dạng XLSB. Hãy lưu lại dạng XLSX rồi gửi lại.")
    said = "văn bản Word" if "word/document.xml" in names else "tệp nén"
    raise Refused(f"Tệp là {said}, không phải bảng tính XLSX. Hãy gửi tệp XLSX, CSV hoặc GeoJSON.")


# --- the parts that sheets refer to ---------------------------------------------------------


def _elements(archive: ZipFile, name: str, wanted: str) -> Iterator[Element]:
    """The elements of one kind in a part, each given once whole; none where the part is absent."""
    if name not in archive.namelist():
        return
    with archive.open(name) as stream:
        yield from _parsed(stream, wanted)


def _parsed(stream: IO[bytes], wanted: str) -> Iterator[Element]:
    try:
        # Entities are refused by the guard, so the standard parser has nothing to expand.
        for _event, element in iterparse(GuardedPart(stream), ("end",)):  # noqa: S314
            if _local(element) == wanted:
                yield element
                element.clear()
    except ParseError as error:
        raise _broken() from error


def _broken() -> Refused:
    return Refused("Tệp XLSX bị hỏng: không đọc được nội dung. Hãy lưu lại rồi gửi lại.")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _listed_sheets(archive: ZipFile) -> tuple[list[tuple[str, str, bool]], bool]:
    targets = {
        element.get("Id", ""): element.get("Target", "")
        for element in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    is_1904 = any(
        element.get("date1904") in ("1", "true")
        for element in _elements(archive, "xl/workbook.xml", "workbookPr")
    )
    found = []
    for element in _elements(archive, "xl/workbook.xml", "sheet"):
        key = next((value for name, value in element.items() if name.endswith("}id")), "")
        part = _part_of(targets.get(key, ""))
        if part in archive.namelist() and "worksheet" in part:
            found.append((element.get("name", ""), part, element.get("state") in _HIDDEN))
    return found, is_1904


def _part_of(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _shared_strings(archive: ZipFile) -> Iterator[str]:
    for element in _elements(archive, "xl/sharedStrings.xml", "si"):
        yield _text_of(element)


def _text_of(element: Element) -> str:
    """The text of a cell's string: its runs, without the reading aids of East Asian text."""
    direct = [child.text or "" for child in element if _local(child) == "t"]
    runs = [
        part.text or ""
        for child in element
        if _local(child) == "r"
        for part in child
        if _local(part) == "t"
    ]
    return _ESCAPED.sub(_unescaped, "".join([*direct, *runs]))


def _unescaped(found: re.Match[str]) -> str:
    """What XML cannot hold is written _x000D_; of control signs only the line break says much."""
    sign = chr(int(found[1], 16))
    return sign if sign.isprintable() or sign in "\n\t" else ""


def _date_styles(archive: ZipFile) -> frozenset[int]:
    formats: dict[int, str] = {}
    for element in _elements(archive, "xl/styles.xml", "numFmt"):
        formats[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
    for element in _elements(archive, "xl/styles.xml", "cellXfs"):
        used = [int(style.get("numFmtId", "0")) for style in element]
        return frozenset(index for index, code in enumerate(used) if _is_date(code, formats))
    return frozenset()


def _is_date(code: int, formats: Mapping[int, str]) -> bool:
    if code in _BUILT_IN_DATES:
        return True
    signs = _NO_SIGNS.sub("", formats.get(code, "")).split(";")[0]
    return bool(_DATE_SIGNS.search(signs)) and "general" not in signs.lower()


# --- one sheet ------------------------------------------------------------------------------


def _rows(book: _Book, part: str) -> Iterator[SourceRow]:
    return limited(_all_rows(book, part))


def _all_rows(book: _Book, part: str) -> Iterator[SourceRow]:
    number = 0
    with opened(book.path) as archive, archive.open(part) as stream:
        for element in _parsed(stream, "row"):
            try:
                number = int(element.get("r") or number + 1)
                cells = _cells(book, element, number)
            except (ValueError, IndexError) as error:  # numbers and references that are none
                raise _broken() from error
            yield SourceRow(number, cells, is_hidden=element.get("hidden") in ("1", "true"))


def _cells(book: _Book, row: Element, number: int) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for element in row:
        place = len(cells)
        reference = element.get("r")
        if reference:
            place = column_index(reference.rstrip("0123456789"))
        value = _value(book, element, place, number)
        if value is None:
            continue
        if place >= MOST_COLUMNS:
            refuse_columns(place + 1)
        cells.extend([None] * (place - len(cells)))
        cells.append(value)
    return tuple(cells)


def _value(book: _Book, element: Element, place: int, number: int) -> Cell:
    kind = element.get("t", "n")
    raw: str | None = None
    for child in element:
        name = _local(child)
        if name == "f":
            return _formula(f"{column_name(place)}{number}", child.text or "")
        if name == "v":
            raw = child.text
        elif name == "is":
            raw, kind = _text_of(child), "str"
    if raw is None or raw == "":
        return None
    if kind == "s":
        return book.strings[int(raw)] or None
    if kind == "e":
        return Unreadable(f"Ô {column_name(place)}{number} báo lỗi {raw}.")
    return _plain_value(book, element, kind, raw)


def _formula(name: str, formula: str) -> Unreadable:
    said = f" (={formula[:40]})" if formula else ""
    return Unreadable(
        f"Ô {name} chứa công thức{said}: hãy chép rồi dán lại thành giá trị để biết chắc số nào."
    )


def _plain_value(book: _Book, element: Element, kind: str, raw: str) -> Cell:
    if kind == "b":
        return raw == "1"
    if kind != "n":
        return raw
    number = float(raw)
    if int(element.get("s", "0")) in book.date_styles:
        return _moment(number, book.epoch)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number  # noqa: PLR2004


def _moment(serial: float, epoch: datetime) -> datetime | date | time | float:
    """A day with its time as sheets count them: days since the epoch of the workbook."""
    if not 0 <= serial < 2_958_466:  # noqa: PLR2004  the day after 31/12/9999
        return serial
    moment = epoch + timedelta(seconds=round(serial * 86_400))
    if serial < 1:
        return moment.time()
    return moment.date() if serial.is_integer() else moment


def _merged(path: Path, part: str) -> tuple[MergedBlock, ...]:
    """The blocks of cells that were merged over more than one row."""
    found: list[bytes] = []
    with opened(path) as archive, archive.open(part) as stream:
        rest = b""
        while block := stream.read(_BLOCK):
            whole = rest + block
            found.extend(_MERGE.findall(whole))
            rest = whole[whole.rfind(b"<") :]
    blocks = (_block(reference.decode()) for reference in dict.fromkeys(found))
    return tuple(block for block in blocks if block.last_row > block.first_row)


def _block(reference: str) -> MergedBlock:
    match = _REF.fullmatch(reference)
    if match is None or match[3] is None:
        raise Refused("Tệp XLSX bị hỏng: không đọc được các ô gộp.")
    return MergedBlock(
        reference, int(match[2]), int(match[4]), column_index(match[1]), column_index(match[3])
    )
