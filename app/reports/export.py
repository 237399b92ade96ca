"""Writes the progress page as a workbook: a sheet for each table, one for the published figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter  # type: ignore[import-untyped]  # the package ships no types
from flask_babel import gettext as _

from app.registers.models import Stage
from app.registers.stages import LEGAL_STEPS, STEPS
from app.registers.vocabulary import word
from app.reports.pages import ProgressPage, Row, Table
from app.reports.published import Beside, figures
from app.reports.rules import Tally

Cell = str | float | None
_LONGEST_TITLE = 31  # of a sheet


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what stands above the table, its headers and its rows."""

    title: str
    notes: Sequence[str]
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def progress_workbook(page: ProgressPage, *, unit: str, locale: str) -> bytes:
    """Every table with its day, unit and source above it; text is written as text."""
    notes = [
        _("Tiến độ phân giới cắm mốc"),
        _(
            "Đơn vị: %(unit)s. Nguồn: sổ đăng ký mốc, tình trạng ngày %(day)s.",
            unit=unit,
            day=f"{page.day.on:%d/%m/%Y}",
        ),
        _("Đường biên giới chỉ có tính minh họa."),
    ]
    sheets = [_progress_sheet(page, table, notes, locale) for table in page.tables]
    return _written([*sheets, _published_sheet(page, notes, locale)])


def sheet_titles() -> dict[str, str]:
    return {
        "line": _("Theo tuyến"),
        "segment": _("Theo đoạn"),
        "province": _("Theo tỉnh"),
        "kind": _("Theo loại"),
    }


def _progress_sheet(page: ProgressPage, table: Table, notes: Sequence[str], locale: str) -> Sheet:
    columns = [
        _("Tổng"),
        *(word("stage", step, locale) for step in STEPS),
        word("stage", Stage.SET_ASIDE, locale),
        *(word("legal_stage", step, locale) for step in LEGAL_STEPS),
    ]
    days = [f"{page.day.on:%d/%m/%Y}"]
    if page.compared is not None:
        days.insert(0, f"{page.compared.on:%d/%m/%Y}")
    headers = [
        f"{column} ({day})" if len(days) > 1 else column for column in columns for day in days
    ]
    rows = [_cells(row) for row in table.rows]
    total = [_("Cộng"), *_cells(table.total)[1:]]
    return Sheet(sheet_titles()[table.code], notes, [_("Nhóm"), *headers], [*rows, total])


def _cells(row: Row) -> list[Cell]:
    if row.then is None:
        return [row.name, *_figures(row.now)]
    pairs = zip(_figures(row.then), _figures(row.now), strict=True)
    return [row.name, *(number for pair in pairs for number in pair)]


def _figures(counted: Tally) -> Iterator[float]:
    yield from (counted.total, *counted.reached, counted.aside, *counted.legal)


def _published_sheet(page: ProgressPage, notes: Sequence[str], locale: str) -> Sheet:
    headers = [
        _("Tuyến biên giới"), _("Mã tỉnh"), _("Số liệu"), _("Công bố"), _("Đơn vị"), _("Ngày"),
        _("Sổ đếm được"), _("Chênh lệch"), _("Nguồn"), _("Ghi chú"),
    ]  # fmt: skip
    rows = [_published_cells(row, locale) for row in page.published]
    return Sheet(_("Số liệu công bố"), notes, headers, rows)


def _published_cells(row: Beside, locale: str) -> list[Cell]:
    fact = row.fact
    return [
        word("neighbour", row.subject.neighbour, locale),
        row.subject.province_code,
        figures()[fact.key].in_locale(locale),
        float(fact.value),
        fact.unit,
        f"{fact.as_of:%d/%m/%Y}",
        row.counted,
        row.difference,
        fact.source,
        fact.note,
    ]


def _written(sheets: Sequence[Sheet]) -> bytes:
    written = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        number = book.add_format({"num_format": "#,##0.###"})
        for one in sheets:
            sheet = book.add_worksheet(one.title[:_LONGEST_TITLE])
            top = len(one.notes) + 1
            sheet.set_column(0, 0, 36)
            sheet.set_column(1, len(one.headers) - 1, 15)
            sheet.freeze_panes(top + 1, 1)
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)
            for line, note in enumerate(one.notes):
                sheet.write_string(line, 0, note)
            for place, header in enumerate(one.headers):
                sheet.write_string(top, place, header, bold)
            for line, cells in enumerate(one.rows, start=top + 1):
                _write_row(sheet, line, cells, number)
    return written.getvalue()


def _write_row(
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    cells: Sequence[Cell],
    number: xlsxwriter.format.Format,
) -> None:
    for place, value in enumerate(cells):
        if isinstance(value, str):
            sheet.write_string(line, place, value)
        elif value is not None:
            sheet.write_number(line, place, round(value, 3), number)
