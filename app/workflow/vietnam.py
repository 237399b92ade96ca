"""The working calendar of Viet Nam: computed for any year, corrected by the dated table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import holidays

from app.workflow.calendars import DayKind, DayRule, DayStatus, Week, WorkCalendar
from app.workflow.expressions import HANOI

_BASIS = "tính theo Bộ luật Lao động, Điều 112"


def vietnam_calendar(
    table: Mapping[date, DayRule],
    years: Iterable[int],
    *,
    time_zone: ZoneInfo = HANOI,
    weeks: Sequence[Week] = (),
) -> WorkCalendar:
    """Build the calendar for some years.

    A year whose 1 January stands in the table is the table's alone: a full list replaces the
    computed one, which knows neither every swapped Saturday nor a decision that differs from it.
    In other years the rows of the table correct the computed days one by one.
    """
    full_years = {day.year for day in table if (day.month, day.day) == (1, 1)}
    days = {
        day: rule for day, rule in _computed(years).items() if day.year not in full_years
    } | dict(table)
    return WorkCalendar(days, time_zone=time_zone, code="VN", weeks=tuple(weeks))


def _computed(years: Iterable[int]) -> dict[date, DayRule]:
    wanted = sorted(set(years))
    if not wanted:
        return {}
    found = holidays.country_holidays("VN", years=wanted, language="vi")
    plain = holidays.country_holidays("VN", years=wanted, language="vi", observed=False)
    days = {
        day: _rule(day, DayKind.HOLIDAY if day in plain else DayKind.MAKE_UP, name)
        for day, name in found.items()
    }
    swapped = (day for day in found.weekend_workdays if day.year in wanted)
    return days | {day: _rule(day, DayKind.SWAP_WORK, "làm bù") for day in swapped}


def _rule(day: date, kind: DayKind, name: str) -> DayRule:
    return DayRule(day, kind, name, DayStatus.COMPUTED, _BASIS)
