"""The working calendar as the clocks read it: the dated tables of the database over the law.

A unit works by the days of its country and by days of its own; both are dated rows. The same holds
for the week: which weekdays are free and when the day closes, from a day on.
"""

from collections.abc import Sequence
from datetime import date, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.types import String

from app.accounts.calendar_stamps import CalendarStamp
from app.accounts.models import CalendarDay, WorkWeek
from app.database import Prepared
from app.workflow.calendars import (
    CLOSING,
    DayKind,
    DayRule,
    DayStatus,
    Week,
    WorkCalendar,
)
from app.workflow.countries import country_calendar
from app.workflow.vietnam import vietnam_calendar

HOME = "VN"
YEARS = range(2015, 2041)
_WEEK = "week"
_STAMP = "stamp"
_MOST_KEPT = 1024
Row = tuple[Any, ...]  # Any: columns as the driver gives them


def load_calendar(
    session: Session,
    code: str = HOME,
    *,
    time_zone: str = "Asia/Ho_Chi_Minh",
    unit_id: int | None = None,
    stamp: str | None = None,
) -> WorkCalendar:
    """The calendar of a country (ISO A2), with a unit's own days and hours if one is named.

    Whoever knows the stamp of the calendars gets the one that this process has built already.
    """
    own = own_calendar(unit_id) if unit_id is not None else code
    known = _kept.get((stamp, code, own, time_zone))
    if known is not None:
        return known
    found = _ROWS.tuples(session, {"country": code, "own": own})
    rows = tuple(row for row in found if row[2] != _STAMP)
    calendar = _build(code, own, rows, time_zone)
    # Under the stamp that was read in the same statement, which is the one of these rows.
    stamps = [row[0] for row in found if row[2] == _STAMP]
    _keep((*stamps, code, own, time_zone), calendar)
    return calendar


def _keep(key: tuple[str, ...], calendar: WorkCalendar) -> None:
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[key] = calendar


def own_calendar(unit_id: int) -> str:
    """The name under which the days of one unit are kept."""
    return f"u{unit_id}"


_kept: dict[tuple[str | None, ...], WorkCalendar] = {}
_NAMES: list[BindParameter[str]] = [bindparam("country"), bindparam("own")]
# Days, weeks and their stamp in one statement: they belong together.
_ROWS = Prepared(
    union_all(
        select(
            CalendarDay.calendar,
            cast(CalendarDay.day, String(10)).label("day"),
            CalendarDay.kind,
            CalendarDay.name,
            CalendarDay.status,
            CalendarDay.basis,
            CalendarDay.ends_at,
            cast(null(), String(7)).label("weekend"),
        ).where(CalendarDay.calendar.in_(_NAMES)),
        select(
            WorkWeek.calendar,
            cast(WorkWeek.valid_from, String(10)).label("day"),
            literal(_WEEK).label("kind"),
            literal("").label("name"),
            WorkWeek.status,
            WorkWeek.basis,
            WorkWeek.cut_off.label("ends_at"),
            WorkWeek.weekend,
        ).where(WorkWeek.calendar.in_(_NAMES)),
        select(
            CalendarStamp.stamp.label("calendar"),
            cast(null(), String(10)).label("day"),
            literal(_STAMP).label("kind"),
            literal("").label("name"),
            literal("").label("status"),
            literal("").label("basis"),
            cast(null(), String(5)).label("ends_at"),
            cast(null(), String(7)).label("weekend"),
        ),
    )
)


@lru_cache(maxsize=256)
def _build(code: str, own: str, rows: tuple[Row, ...], time_zone: str) -> WorkCalendar:
    # Kept by content, as the driver gave it: computing the years costs far more than reading.
    ordered = sorted(rows, key=lambda row: (row[0] == own, row[1]))
    rules = (_rule_from(row) for row in ordered if row[2] != _WEEK)
    table = {rule.date: rule for rule in rules}
    zone = ZoneInfo(time_zone)
    plain = _of_country(code, table, zone, ())
    decided = [row for row in ordered if row[2] == _WEEK]
    if not decided:
        return plain
    return _of_country(code, table, zone, _weeks(plain, decided, own))


def _of_country(
    code: str, table: dict[date, DayRule], zone: ZoneInfo, weeks: Sequence[Week]
) -> WorkCalendar:
    if code == HOME:
        return vietnam_calendar(table, YEARS, time_zone=zone, weeks=weeks)
    return country_calendar(code, table, YEARS, time_zone=zone, weeks=weeks)


def _weeks(plain: WorkCalendar, rows: Sequence[Row], own: str) -> list[Week]:
    """The week in force from each date on which a row begins; the unit's row before the country's.

    What a row leaves out is taken from the row below it.
    """
    first = min(_date(row[1]) for row in rows)
    # Turns of the country's own week that come after the first decided row still count.
    later = {week.since for week in plain.weeks if week.since > first}
    return [
        _week_of(plain, [row for row in rows if _date(row[1]) <= since], own, since)
        for since in sorted(later | {_date(row[1]) for row in rows})
    ]


def _week_of(plain: WorkCalendar, rows: Sequence[Row], own: str, since: date) -> Week:
    ordered = sorted(rows, key=lambda row: (row[0] == own, _date(row[1])), reverse=True)
    weekend = next((_weekdays(row[7]) for row in ordered if row[7]), plain.weekend_on(since))
    cut_off = next((time.fromisoformat(row[6]) for row in ordered if row[6]), CLOSING)
    return Week(since, weekend, cut_off)


def _weekdays(text: str) -> frozenset[int]:
    return frozenset(int(number) for number in text)


def _date(written: date | str) -> date:
    return date.fromisoformat(written) if isinstance(written, str) else written


def days_of_year(
    session: Session, year: int, code: str = HOME, *, unit_id: int | None = None
) -> list[DayRule]:
    """Every day of the year that departs from the week, dated or computed, in order."""
    days = load_calendar(session, code, unit_id=unit_id).days
    return sorted((rule for rule in days.values() if rule.date.year == year), key=_date_of)


def _date_of(rule: DayRule) -> date:
    return rule.date


def _rule_from(row: Row) -> DayRule:
    _calendar, day, kind, name, status, basis, ends_at, _weekend = row
    end = time.fromisoformat(ends_at) if ends_at else None
    return DayRule(_date(day), DayKind(kind), name, DayStatus(status), basis, end)
