"""The queue as a table file: what the screen shows, in an office program's form."""

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]  # the package ships no types
from flask import Response, send_file
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, load_only

from app.accounts.queries import province_names
from app.cases import pages
from app.cases.features import CASE_COLUMNS, CASE_PROPERTIES, case_features
from app.cases.listed_names import listed_name
from app.cases.milestones import milestones_of_cases
from app.cases.models import Case
from app.cases.published import definitions
from app.cases.queries import SHOWN_COLUMNS, Filters, conditions
from app.permissions import Actor
from app.registers.country_names import country_name
from app.vectors import PointTable

MOST_ROWS = 20_000
# A cell that begins like this is run as a formula by office programs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows of text."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def count(self) -> int:
        return len(self.rows)


def case_table(
    session: Session,
    actor: Actor,
    filters: Filters,
    *,
    now: datetime,
    only: Collection[int] | None = None,
) -> Table:
    """The cases of a tab and its filters, newest change first; titles hold nothing personal."""
    cases = session.scalars(
        select(Case)
        .options(load_only(*SHOWN_COLUMNS))
        .where(*conditions(session, actor, filters, now=now), _among(only))
        .order_by(Case.updated_at.desc(), Case.id.desc())
        .limit(MOST_ROWS)
    ).all()
    known = definitions(session, {case.type_version_id for case in cases})
    names = _Names(
        locale=actor.locale,
        zone=ZoneInfo(actor.time_zone),
        provinces=province_names(session),
        units=pages.unit_names(session, (case.owner_unit_id for case in cases)),
        people=pages.people_names(session, (case.assignee_id for case in cases)),
    )
    reached = milestones_of_cases(session, actor, cases, known)
    # One column per milestone that any of these cases has reached, in a stable order.
    columns = sorted({name for names_of_case in reached.values() for name in names_of_case})
    rows = []
    for case in cases:
        definition = known[case.type_version_id]
        kind = listed_name(definition.case_type).in_locale(actor.locale)
        state = definition.state_names[case.state].in_locale(actor.locale)
        dates = reached.get(case.id, {})
        rows.append([*names.row(case, kind, state), *(dates.get(column, "") for column in columns)])
    return Table([*_headers(), *columns], rows)


def case_points(
    session: Session,
    actor: Actor,
    filters: Filters,
    *,
    now: datetime,
    only: Collection[int] | None = None,
) -> PointTable:
    """The same cases as points, for the files of geographic programs."""
    rows = session.execute(
        select(*CASE_COLUMNS)
        .where(*conditions(session, actor, filters, now=now), _among(only))
        .order_by(Case.updated_at.desc(), Case.id.desc())
        .limit(MOST_ROWS)
    ).all()
    return PointTable(
        name="ho-so",
        properties=CASE_PROPERTIES,
        features=case_features(session, actor, rows),
        title="reference",
        text="title",
    )


def _among(ids: Collection[int] | None) -> ColumnElement[bool]:
    """Of these cases alone, where some were chosen one by one."""
    return true() if ids is None else Case.id.in_(ids)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of the codes and ids of one table."""

    locale: str
    zone: ZoneInfo
    provinces: dict[str, str]
    units: dict[int, str]
    people: dict[int, str]

    def row(self, case: Case, kind: str, state: str) -> list[str]:
        return [
            case.reference,
            kind,
            case.title,
            state,
            case.place_text,
            self.provinces.get(case.province_code or "", ""),
            country_name(case.country_code, self.locale) if case.country_code else "",
            self.units.get(case.owner_unit_id, ""),
            self.people.get(case.assignee_id or 0, ""),
            self.moment(case.opened_at),
            self.moment(case.updated_at),
            self.moment(case.next_due_at),
        ]

    def moment(self, moment: datetime | None) -> str:
        return moment.astimezone(self.zone).strftime("%d/%m/%Y %H:%M") if moment else ""


def _headers() -> list[str]:
    return [
        _("Số hồ sơ"),
        _("Loại hồ sơ"),
        _("Trích yếu"),
        _("Trạng thái"),
        _("Nơi xảy ra"),
        _("Tỉnh"),
        _("Nước"),
        _("Đơn vị giữ"),
        _("Người xử lý"),
        _("Mở lúc"),
        _("Cập nhật lúc"),
        _("Hạn gần nhất"),
    ]


def send(table: Table, *, is_csv: bool, on: date) -> Response:
    return send_file(
        BytesIO(as_csv(table) if is_csv else as_xlsx(table)),
        mimetype=_CSV if is_csv else _XLSX,
        as_attachment=True,
        download_name=f"ho-so-{on:%Y%m%d}.{'csv' if is_csv else 'xlsx'}",
    )


def as_csv(table: Table) -> bytes:
    """UTF-8 with its mark, so that office programs read Vietnamese; text cannot become formula."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(table.headers)
    writer.writerows([[_inert(cell) for cell in row] for row in table.rows])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """One sheet with frozen headers; every cell is written as text."""
    written = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet("ho-so")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(table.headers) - 1, 20)
        sheet.set_column(2, 2, 48)
        for line, row in enumerate([table.headers, *table.rows]):
            for place, cell in enumerate(row):
                sheet.write_string(line, place, cell, None if line else bold)
    return written.getvalue()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
