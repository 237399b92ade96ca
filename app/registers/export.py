"""Writes what an actor sees of a register as a table file for office programs."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO

import xlsxwriter  # type: ignore[import-untyped]  # the package ships no types

from app.registers.rules import Column, Seen

# A cell that begins like this is run as a formula by office programs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(columns: Sequence[Column], rows: Iterable[Seen]) -> bytes:
    """UTF-8 with its mark, so that office programs read Vietnamese; text cannot become formula."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([str(column.label) for column in columns])
    for row in rows:
        writer.writerow([_inert(_cell(row, column)) for column in columns])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def as_xlsx(columns: Sequence[Column], rows: Iterable[Seen], *, title: str) -> bytes:
    """One sheet with frozen headers; every text is written as text."""
    written = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(columns) - 1, 16)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, str(column.label), bold)
        for line, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                _write(sheet, line, place, value=_cell(row, column))
    return written.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, line: int, place: int, *, value: str | float
) -> None:
    if isinstance(value, str):
        if value:
            sheet.write_string(line, place, value)
    else:
        sheet.write_number(line, place, value)


def _cell(row: Seen, column: Column) -> str | float:
    if column.code in row.masked:
        return "***"
    value = row[column.code]
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return value if isinstance(value, int | float) else str(value)


def _inert(value: str | float) -> str | float:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
