"""The working calendar of a host country: what its public holidays are known to be.

The days come from the `holidays` library and are only computed; rows of the dated table correct
them one by one. A country that the library does not know has the days of the table alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from app.workflow.calendars import (
    CLOSING,
    SATURDAY_AND_SUNDAY,
    DayKind,
    DayRule,
    DayStatus,
    Week,
    WorkCalendar,
)

_BASIS = "tính theo thư viện holidays, chưa đối chiếu với nước sở tại"
_ENGLISH = "en_US"


def country_calendar(
    code: str,
    table: Mapping[date, DayRule],
    years: Iterable[int],
    *,
    time_zone: ZoneInfo,
    weeks: Sequence[Week] = (),
) -> WorkCalendar:
    """Build the calendar of a country (ISO A2) for some years; `weeks` are its dated ones."""
    wanted = tuple(sorted(set(years)))
    computed, known_weeks = _computed(code, wanted)
    first = known_weeks[0].weekend if known_weeks else SATURDAY_AND_SUNDAY
    return WorkCalendar(
        {**computed, **table}, first, time_zone, code=code, weeks=laid_over(known_weeks, weeks)
    )


def laid_over(known: Sequence[Week], decided: Sequence[Week]) -> tuple[Week, ...]:
    """Return the known weeks up to the first decided one, then the decided ones."""
    ordered = sorted(decided, key=lambda week: week.since)
    kept = [week for week in known if not ordered or week.since < ordered[0].since]
    return (*kept, *ordered)


@lru_cache(maxsize=64)
def _computed(code: str, years: tuple[int, ...]) -> tuple[Mapping[date, DayRule], tuple[Week, ...]]:
    if not years or code not in holidays.list_supported_countries(include_aliases=False):
        return {}, ()
    plain = holidays.country_holidays(code)
    language = _ENGLISH if _ENGLISH in plain.supported_languages else plain.default_language
    found = holidays.country_holidays(code, years=years, language=language)
    days = {
        day: DayRule(day, DayKind.HOLIDAY, name, DayStatus.COMPUTED, _BASIS)
        for day, name in sorted(found.items())
    }
    worked = (day for day in found.weekend_workdays if day.year in years)
    days |= {
        day: DayRule(day, DayKind.SWAP_WORK, "working day", DayStatus.COMPUTED, _BASIS)
        for day in worked
    }
    return days, tuple(_weeks(found, years))


def _weeks(country: holidays.HolidayBase, years: Iterable[int]) -> Iterable[Week]:
    """Yield the weeks of the country, one for each year in which the weekend changed."""
    last: frozenset[int] | None = None
    for year in years:
        first = date(year, 1, 1)
        days = (first + timedelta(days=number) for number in range(7))
        weekend = frozenset(day.weekday() for day in days if country.is_weekend(day))
        if weekend != last:
            yield Week(first, weekend, CLOSING)
        last = weekend
