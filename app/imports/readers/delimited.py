"""Reads tables in text files: which sign parts the columns is found out, never asked."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import StringIO
from itertools import islice
from pathlib import Path
from statistics import median

from app.errors import Refused
from app.imports.readers.source import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Sheet,
    Source,
    SourceRow,
    limited,
    refuse_columns,
)
from app.imports.readers.text import decode

_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 60
_ENCODING_NOTES = {
    "cp1258": "Tệp dùng bảng mã Windows-1258, đã đọc sang Unicode.",
    "utf-16": "Tệp dùng bảng mã UTF-16.",
    "utf-16-le": "Tệp dùng bảng mã UTF-16.",
    "utf-16-be": "Tệp dùng bảng mã UTF-16.",
}


@dataclass(frozen=True, slots=True)
class _Layout:
    delimiter: str
    skipped: int = 0  # rows before the table that only name the delimiter


def read_delimited(path: Path) -> Source:
    """Open CSV or TSV. Raises Refused where the bytes are no text or the columns too many."""
    decoded = decode(path.read_bytes())
    layout = _layout(decoded.text)
    note = _ENCODING_NOTES.get(decoded.encoding)
    rows = partial(_rows, decoded.text, layout)
    return Source("csv", (Sheet("", rows),), (note,) if note else (), decoded.font)


def _layout(text: str) -> _Layout:
    """The sign that gives most rows the same number of columns, more than one if possible."""
    first, _, _ = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # noqa: PLR2004
        return _Layout(first.strip()[4], 1)
    best = max(_DELIMITERS, key=lambda delimiter: _evenness(text, delimiter))
    return _Layout(best)


def _evenness(text: str, delimiter: str) -> tuple[float, float]:
    try:
        counts = [len(row) for row in islice(_records(text, delimiter), _LOOKED_AT) if any(row)]
    except csv.Error:
        return 0.0, 0.0
    if not counts:
        return 0.0, 0.0
    usual = median(counts)
    if usual < 2:  # noqa: PLR2004  one column is no table
        return 0.0, float(max(counts))
    return sum(count == usual for count in counts) / len(counts), usual


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL * 4)
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter)


def _rows(text: str, layout: _Layout) -> Iterator[SourceRow]:
    return limited(_all_rows(text, layout))


def _all_rows(text: str, layout: _Layout) -> Iterator[SourceRow]:
    number = 0
    record: list[str] = []
    try:
        for number, record in enumerate(_records(text, layout.delimiter), start=1):
            if number <= layout.skipped:
                continue
            if len(record) > MOST_COLUMNS and any(record[MOST_COLUMNS:]):
                refuse_columns(len(record))
            yield SourceRow(number, tuple(record))
    except csv.Error as error:
        raise _never_closed(number + 1) from error
    if text.count('"') % 2 and any("\n" in cell for cell in record):
        raise _never_closed(number)


def _never_closed(number: int) -> Refused:
    """A quote that swallowed the rest of the file would make one row of many."""
    said = (
        f"Dòng {number}: dấu nháy kép mở ra mà không đóng lại, không tách được cột. "
        "Hãy sửa dòng này rồi gửi lại."
    )
    return Refused(said)
