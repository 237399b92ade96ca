"""The working calendar as the clocks read it: the dated table of the database over the law."""

from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.accounts.models import CalendarDay
from app.database import Prepared
from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar
from app.workflow.vietnam import vietnam_calendar

HOME = "VN"
YEARS = range(2015, 2041)


def load_calendar(
    session: Session, code: str = HOME, *, time_zone: str = "Asia/Ho_Chi_Minh"
) -> WorkCalendar:
    """The calendar of a country (ISO A2): computed for Viet Nam, corrected by the dated table.

    Another country has the days of the table alone.
    """
    return _build(code, _DAYS.tuples(session, {"wanted": code}), time_zone)


_DAYS = Prepared(
    select(
        CalendarDay.day, CalendarDay.kind, CalendarDay.name, CalendarDay.status, CalendarDay.basis
    )
    .where(CalendarDay.calendar == bindparam("wanted"))
    .order_by(CalendarDay.day)
)


@lru_cache(maxsize=64)
def _build(code: str, rows: tuple[tuple[Any, ...], ...], time_zone: str) -> WorkCalendar:
    # Kept by content, as the driver gave it: computing the years costs far more than reading.
    rules = (_rule_from(*row) for row in rows)
    table = {rule.date: rule for rule in rules}
    zone = ZoneInfo(time_zone)
    if code == HOME:
        return vietnam_calendar(table, YEARS, time_zone=zone)
    return WorkCalendar(days=table, time_zone=zone, code=code)


def days_of_year(session: Session, year: int, code: str = HOME) -> list[DayRule]:
    """Every day of the year that departs from the week, dated or computed, in order."""
    days = load_calendar(session, code).days
    return sorted((rule for rule in days.values() if rule.date.year == year), key=_date_of)


def _date_of(rule: DayRule) -> date:
    return rule.date


def _rule_from(day: date | str, kind: str, name: str, status: str, basis: str) -> DayRule:
    written = date.fromisoformat(day) if isinstance(day, str) else day
    return DayRule(written, DayKind(kind), name, DayStatus(status), basis)


def rule_of(entry: CalendarDay) -> DayRule:
    return DayRule(
        date=entry.day,
        kind=DayKind(entry.kind),
        name=entry.name,
        status=DayStatus(entry.status),
        basis=entry.basis,
    )
