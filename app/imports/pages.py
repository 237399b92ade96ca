"""Puts together what the pages of an import show, so that routes and templates stay plain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # the package ships no types
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.errors import AppError
from app.geo.crs import systems
from app.imports import queries
from app.imports.fields import Plan, Target, plan_of
from app.imports.judging import Severity
from app.imports.models import BatchState, ImportBatch, ImportEffect, ImportFinding, Undo
from app.imports.question_words import asked_in_words
from app.imports.readers.fonts import NAMES
from app.imports.readers.source import Cell, Unreadable
from app.imports.services import Shelf, may_undo, open_batch, options_of
from app.imports.tables import Opened, Options
from app.imports.undoing import kept_notes, undo_counts
from app.permissions import Actor
from app.registers.rules import Column, Seen

STATES: Mapping[str, tuple[str, str]] = {
    BatchState.MAPPING: (_("Chờ ghép cột"), "initial"),
    BatchState.CHECKING: (_("Đang kiểm tra"), "working"),
    BatchState.CHECKED: (_("Đã kiểm tra, chưa nhập"), "waiting"),
    BatchState.RUNNING: (_("Đang nhập"), "working"),
    BatchState.DONE: (_("Đã nhập xong"), "done"),
    BatchState.CANCELLED: (_("Đã dừng"), "closed"),
    BatchState.REFUSED: (_("Không nhận tệp"), "overdue"),
    BatchState.UNDOING: (_("Đang hoàn tác"), "working"),
    BatchState.UNDONE: (_("Đã hoàn tác"), "closed"),
}
_LONGEST_SAMPLE = 60
_EXAMPLES: Mapping[str, str] = {
    "line": "KH",
    "label": "47/7(2)",
    "lat": "10,4235278",
    "lon": "104,4407222",
    "crs": "WGS-84",
    "elevation_m": "12,5",
    "measured_on": "05/03/2026",
    "number": "BC-15/2026",
    "incident_kind": "Xuất nhập cảnh trái phép",
    "occurred_at": "05/03/2026 08:30",
    "nearest_marker": "160/4",
    "marker_offset_m": "300",
    "place_text": "bờ suối, thôn 3",
    "persons_count": "3",
    "person_name": "Nguyễn Văn Mẫu",
    "foreign_name": "NGUYEN VAN MAU",
    "birth": "05/03/1990",
    "sex": "Nam",
    "id_number": "C0000000",
    "home_text": "Thôn 3",
    "province": "Cà Mau",
    "country": "MY",
    "contact": "Vợ, 0900000000",
    "vessel_number": "KG-91234-TS",
    "owner": "Trần Văn Mẫu",
    "master": "Nguyễn Văn Mẫu",
    "length_m": "16,5",
    "verdict": "Đã xác minh",
    "alert_kind": "Mất tín hiệu",
    "alert_at": "05/03/2026 08:30",
    "ended_at": "05/03/2026 22:08",
    "position_at": "05/03/2026 08:30",
    "description": "Tổ tuần tra phát hiện ba người đi qua lối mở.",
}
_TEMPLATE_FIELDS: Mapping[Target, tuple[str, ...]] = {
    Target.MARKERS: (
        "line", "label", "lat", "lon", "crs", "elevation_m", "place_text", "condition",
        "measured_on", "source", "note",
    ),
    Target.MEASUREMENTS: ("line", "label", "lat", "lon", "crs", "measured_on", "source"),
    Target.INCIDENTS: (
        "number", "incident_kind", "occurred_at", "line", "nearest_marker", "marker_offset_m",
        "lat", "lon", "place_text", "persons_count", "description",
    ),
    Target.PERSONS: (
        "person_name", "foreign_name", "birth", "sex", "id_number", "home_text", "province",
        "country", "contact", "note",
    ),
    Target.VESSELS: (
        "vessel_number", "owner", "master", "vms_device", "home_port", "gear", "length_m",
        "province", "verdict", "note",
    ),
    Target.VMS: (
        "vessel_number", "alert_kind", "alert_at", "ended_at", "lat", "lon", "province", "note",
    ),
    Target.VMS_POSITIONS: ("vessel_number", "position_at", "lat", "lon"),
}  # fmt: skip


@dataclass(frozen=True)
class MappedColumn:
    """One column of the file on the page where columns are matched."""

    index: int
    title: str
    code: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class MappingPage:
    """What the person needs to see to agree with how the columns were matched."""

    columns: Sequence[MappedColumn]
    plan: Plan
    options: Options
    sheets: Sequence[str]
    font_name: str
    systems: Sequence[tuple[str, str]]
    problem: str
    question: str = ""

    @property
    def sheet_choices(self) -> list[tuple[str, str]]:
        return [(name, name) for name in self.sheets]


def mapping_page(
    batch: ImportBatch, shelf: Shelf, *, asked: Mapping[str, int] | None = None
) -> MappingPage:
    """The columns with their first values; `asked` is how a refused form had matched them."""
    plan = plan_of(Target(batch.target))
    options = options_of(batch)
    opened: Opened | None = None
    problem = ""
    try:
        opened = open_batch(batch, shelf)
    except AppError as error:
        problem = gettext(str(error))
    rows = opened.preview() if opened else []
    is_english = str(get_locale()) == "en"
    matched = batch.mapping if asked is None else asked
    by_column = {int(column): code for code, column in matched.items()}
    columns = [
        MappedColumn(
            index,
            str(title),
            by_column.get(index, ""),
            tuple(_sample(row.cells[index]) for row in rows if index < len(row.cells)),
        )
        for index, title in enumerate(batch.titles)
    ]
    return MappingPage(
        columns,
        plan,
        options,
        opened.sheets if opened else (),
        NAMES[opened.font] if opened and opened.font else "",
        [(one.code, one.name_en if is_english else one.name_vi) for one in systems().values()],
        problem,
        asked_in_words(opened.question) if opened else "",
    )


def _sample(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Unreadable):
        unread: str = gettext("(công thức)")
        return unread
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M")
    text = f"{cell:.7f}".rstrip("0").replace(".", ",") if isinstance(cell, float) else str(cell)
    return text if len(text) <= _LONGEST_SAMPLE else f"{text[:_LONGEST_SAMPLE]}…"


@dataclass(frozen=True)
class ResultPage:
    """What was found in a file, errors before warnings."""

    errors: Sequence[ImportFinding]
    warnings: Sequence[ImportFinding]
    counts: Mapping[str, int]
    may_undo: bool = False
    undone: int = 0
    kept: int = 0
    kept_rows: Sequence[ImportEffect] = ()


def result_page(session: Session, actor: Actor, batch: ImportBatch) -> ResultPage:
    found = queries.findings_of(session, batch, limit=2 * queries.SHOWN_FINDINGS)
    errors = [one for one in found if one.severity == Severity.ERROR]
    warnings = [one for one in found if one.severity == Severity.WARNING]
    return ResultPage(
        errors[: queries.SHOWN_FINDINGS],
        warnings[: queries.SHOWN_FINDINGS],
        queries.count_findings(session, batch),
        may_undo(actor, batch),
        *_taken_back(session, batch),
    )


def _taken_back(session: Session, batch: ImportBatch) -> tuple[int, int, Sequence[ImportEffect]]:
    """How many rows were taken back, how many were not, and why these were not."""
    if batch.state != BatchState.UNDONE:
        return 0, 0, ()
    counts = undo_counts(session, batch)
    kept = kept_notes(session, batch, limit=queries.SHOWN_FINDINGS)
    return counts.get(Undo.UNDONE, 0), counts.get(Undo.KEPT, 0), kept


FINDING_COLUMNS = (
    Column("row", _("Dòng"), lambda one, _locale: one.row),
    Column("severity", _("Mức"), lambda one, _locale: one.severity),
    Column("text", _("Nội dung"), lambda one, _locale: one.text),
)
_SEVERITIES = {Severity.ERROR: _("Từ chối"), Severity.WARNING: _("Lưu ý")}


def problem_rows(findings: Sequence[ImportFinding]) -> list[Seen]:
    """The problem list as a table that office programs read."""
    return [
        Seen(
            one,
            {
                "row": one.row,
                "severity": str(_SEVERITIES[Severity(one.severity)]),
                "text": one.text,
            },
            frozenset(),
        )
        for one in findings
    ]


def template_file(target: Target) -> BytesIO:
    """An empty table with one example row, for whoever starts from nothing."""
    plan, written = plan_of(target), BytesIO()
    codes: tuple[Any, ...] = _TEMPLATE_FIELDS[target]
    with xlsxwriter.Workbook(written, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(gettext("Bảng nhập"))
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        as_text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(codes) - 1, 20, as_text)
        sheet.freeze_panes(1, 0)
        for column, code in enumerate(codes):
            sheet.write_string(0, column, plan.field(code).vi, bold)
            sheet.write_string(1, column, _EXAMPLES.get(code, ""), as_text)
    written.seek(0)
    return written
