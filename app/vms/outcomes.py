"""The table of outcomes as the directorate asks for it: per province, the period and the year."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.cases.children.models import CaseChild
from app.cases.models import Case, CaseLink
from app.permissions import Actor
from app.registers.rules import Column, Seen
from app.vms.ladder import LimitBook
from app.vms.models import AlertKind, VmsAlert, VmsTrip
from app.vms.queries import visible_to
from app.workflow.expressions import HANOI
from app.workflow.tracks import Track

FIGURES: Final = (
    ("alerts", _("Cảnh báo")),
    ("vessels", _("Số tàu")),
    ("counted", _("Mất trên 6 giờ")),
    ("long", _("Mất trên 10 ngày")),
    ("reconnected", _("Đã kết nối lại")),
    ("fined", _("Đã xử phạt")),
    ("handed", _("Đã chuyển hồ sơ")),
)
_DECIDED: Final = ("decided", "appealed", "paid", "enforced")  # statuses of a sanction
_FINED: Final = ("decision_number", "fine_total")  # facts of a case that a fine leaves


@dataclass(slots=True)
class Tally:
    """What is counted of one province in one span of days."""

    alerts: int = 0
    counted: int = 0
    long: int = 0
    reconnected: int = 0
    folds: set[str] = field(default_factory=set)
    fined_trips: set[int] = field(default_factory=set)
    handed_trips: set[int] = field(default_factory=set)

    @property
    def vessels(self) -> int:
        return len(self.folds)

    @property
    def fined(self) -> int:
        return len(self.fined_trips)

    @property
    def handed(self) -> int:
        return len(self.handed_trips)

    def add(self, other: "Tally") -> None:
        for name in ("alerts", "counted", "long", "reconnected"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.folds |= other.folds
        self.fined_trips |= other.fined_trips
        self.handed_trips |= other.handed_trips


@dataclass(frozen=True, slots=True)
class Period:
    """The days of the report and, up to its last day, those of the year."""

    first: date
    last: date

    @property
    def year_begins(self) -> date:
        return min(self.first, date(self.last.year, 1, 1))


@dataclass(frozen=True, slots=True)
class Line:
    """One province, or all of them together."""

    name: str
    now: Tally
    year: Tally


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """The whole table; the totals count a vessel once, wherever it is kept."""

    period: Period
    lines: Sequence[Line]
    total: Line


def outcome_table(session: Session, actor: Actor, period: Period, *, now: datetime) -> OutcomeTable:
    names, book = province_names(session), LimitBook(session)
    lines: dict[str, Line] = {}
    begins = _begin(period.first)
    for row in _rows(session, actor, period):
        name = names.get(row.province_code or "", row.province_code or str(_("Chưa rõ tỉnh")))
        line = lines.setdefault(name, Line(name, Tally(), Tally()))
        limits = book.of(row.province_code, row.started_at.date())
        counted = _counted(row, limits.counted_loss, limits.long_loss, now=now)
        line.year.add(counted)
        if row.started_at >= begins:
            line.now.add(counted)
    total = Line(str(_("Cộng")), Tally(), Tally())
    for line in lines.values():
        total.now.add(line.now)
        total.year.add(line.year)
    return OutcomeTable(period, [lines[name] for name in sorted(lines)], total)


def _rows(session: Session, actor: Actor, period: Period) -> Iterable[Any]:  # Any: rows
    columns = (
        *(VmsAlert.kind, VmsAlert.started_at, VmsAlert.ended_at, VmsAlert.number_fold),
        *(VmsTrip.id.label("trip_id"), VmsTrip.province_code, VmsTrip.case_id),
        *(Case.data, _is_sanctioned().label("is_sanctioned")),
    )
    return session.execute(
        select(*columns)
        .join(VmsTrip, VmsTrip.id == VmsAlert.trip_id)
        .outerjoin(Case, Case.id == VmsTrip.case_id)
        .where(
            visible_to(actor),
            VmsAlert.started_at >= _begin(period.year_begins),
            VmsAlert.started_at < _begin(period.last + timedelta(days=1)),
        )
    )


def _is_sanctioned() -> ColumnElement[bool]:
    """Whether the case of the trip, or the file tied to it, holds a sanction that was decided."""
    tied = select(CaseLink.other_case_id).where(CaseLink.case_id == VmsTrip.case_id)
    return exists().where(
        CaseChild.track == Track.SANCTIONS,
        CaseChild.status.in_(_DECIDED),
        or_(CaseChild.case_id == VmsTrip.case_id, CaseChild.case_id.in_(tied)),
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), HANOI)


def _counted(row: Any, counted: timedelta, long: timedelta, *, now: datetime) -> Tally:  # Any: row
    tally = Tally(alerts=1, folds={row.number_fold})
    if row.kind == AlertKind.SIGNAL_LOST:
        length = (row.ended_at or now) - row.started_at
        tally.counted, tally.long = int(length > counted), int(length > long)
    tally.reconnected = int(row.ended_at is not None)
    if row.case_id is not None:
        tally.handed_trips = {row.trip_id}
        said = row.data or {}
        if row.is_sanctioned or any(said.get(code) for code in _FINED):
            tally.fined_trips = {row.trip_id}
    return tally


# --- as a file ------------------------------------------------------------------------------


def _figure(span: str, code: str) -> Any:  # Any: what reads a line of the table
    def read(line: Line, locale: str) -> int:
        del locale
        return int(getattr(getattr(line, span), code))

    return read


COLUMNS: Final = (
    Column("name", _("Tỉnh"), lambda line, _locale: line.name),
    *(
        Column(f"{span}_{code}", label, _figure(span, code))
        for code, label in FIGURES
        for span in ("now", "year")
    ),
)


def labelled_columns() -> list[Column]:
    """The columns with the span behind each name: kỳ, then luỹ kế."""
    said = {"now": str(_("kỳ")), "year": str(_("luỹ kế"))}
    return [
        column
        if column.code == "name"
        else Column(
            column.code, f"{column.label} ({said[column.code.partition('_')[0]]})", column.read
        )
        for column in COLUMNS
    ]


def seen_lines(table: OutcomeTable, locale: str) -> Iterator[Seen]:
    """Every line and the sum, as the export writes them."""
    for line in (*table.lines, table.total):
        yield Seen(line, {one.code: one.read(line, locale) for one in COLUMNS}, frozenset())
