"""Which days are worked, on whose authority, and how many of them lie between two dates.

A day follows the week of its calendar unless a dated rule says otherwise: holidays, make-up days
off and swapped days off are free, swapped Saturdays are worked, half days are worked until noon.
The week itself is dated too: from a day on a country or a unit may rest on other weekdays, or end
its working day at another hour. Every rule carries the status of its source, because a deadline is
only as firm as the days that it rests on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate
from zoneinfo import ZoneInfo

from app.workflow.expressions import HANOI

ONE_DAY = timedelta(days=1)
NOON = time(12, 0)
CLOSING = time(17, 0)
SATURDAY_AND_SUNDAY = frozenset({5, 6})
_WEEK = 7


class DayKind(StrEnum):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    SWAP_OFF = "swap_off"
    SWAP_WORK = "swap_work"
    HALF_DAY = "half_day"


class DayStatus(StrEnum):
    """How firm a day is: decided, fixed by law, computed by astronomy, or only proposed."""

    OFFICIAL = "official"
    STATUTORY = "statutory"
    COMPUTED = "computed"
    PROPOSED = "proposed"


_FIRMNESS = {status: rank for rank, status in enumerate(DayStatus)}


@dataclass(frozen=True, slots=True)
class DayRule:
    """One day that differs; `basis` is the decision or article that says so.

    `ends_at` is the local end of a half day; without it a half day ends at noon.
    """

    date: date
    kind: DayKind
    name: str
    status: DayStatus
    basis: str = ""
    ends_at: time | None = None

    @property
    def is_working(self) -> bool:
        return self.kind in {DayKind.SWAP_WORK, DayKind.HALF_DAY}

    @property
    def is_half_day(self) -> bool:
        return self.kind is DayKind.HALF_DAY


def weakest(rules: Iterable[DayRule]) -> DayStatus:
    """Return the least firm status among rules: official when there is none."""
    statuses = (rule.status for rule in rules)
    return max(statuses, key=_FIRMNESS.__getitem__, default=DayStatus.OFFICIAL)


@dataclass(frozen=True, slots=True)
class Week:
    """The week from a date on: its free weekdays (Monday is 0) and the end of its working day."""

    since: date
    weekend: frozenset[int]
    cut_off: time


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Time with one weekend: `counts` are the working days in the first 0 to 7 days of a week."""

    before: int
    weekend: frozenset[int]
    counts: tuple[int, ...]

    def worked(self, ordinal: int) -> int:
        """Count the days in (0, ordinal] outside the weekends."""
        weeks, rest = divmod(ordinal, _WEEK)
        return self.before + weeks * self.counts[_WEEK] + self.counts[rest]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The worked days of one country or post, in its time zone.

    `weekend` and `cut_off` (the local end of the working day) hold until the first of `weeks`,
    which follow each other by date. Raises ValueError for a week without a working day.
    """

    days: Mapping[date, DayRule] = field(default_factory=dict)
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    time_zone: ZoneInfo = HANOI
    cut_off: time = CLOSING
    code: str = "VN"
    weeks: tuple[Week, ...] = ()
    _dates: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _sums: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _ordinals: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _turns: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _stretches: tuple[_Stretch, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weekends = [self.weekend, *(week.weekend for week in self.weeks)]
        if not all(weekend < frozenset(range(_WEEK)) for weekend in weekends):
            raise ValueError("Lịch làm việc phải có ít nhất một ngày làm việc trong tuần.")
        object.__setattr__(self, "_turns", tuple(week.since.toordinal() for week in self.weeks))
        object.__setattr__(self, "_stretches", tuple(_stretches(self.weekend, self.weeks)))
        dates = sorted(day for day, rule in self.days.items() if self._differs(day, rule))
        changes = [1 if self.days[day].is_working else -1 for day in dates]
        object.__setattr__(self, "_dates", tuple(dates))
        object.__setattr__(self, "_ordinals", tuple(day.toordinal() for day in dates))
        object.__setattr__(self, "_sums", (0, *accumulate(changes)))

    def is_working(self, day: date) -> bool:
        """Tell whether a local date is worked."""
        rule = self.days.get(day)
        return day.weekday() not in self.weekend_on(day) if rule is None else rule.is_working

    def weekend_on(self, day: date) -> frozenset[int]:
        """Return the free weekdays that are in force on a date."""
        return self._stretches[bisect_right(self._turns, day.toordinal())].weekend

    def end_hour(self, day: date) -> time:
        """Return the local hour at which a worked date ends."""
        rule = self.days.get(day)
        if rule is not None and rule.is_half_day:
            return rule.ends_at or NOON
        turn = bisect_right(self._turns, day.toordinal())
        return self.weeks[turn - 1].cut_off if turn else self.cut_off

    def working_days_between(self, after: date, until: date) -> int:
        """Count the working days in (after, until]; negative when `until` is earlier."""
        return self._rank(until) - self._rank(after)

    def shift(self, day: date, amount: int) -> date:
        """Return the working day that is `amount` working days after a date.

        The date itself is not counted. A negative amount goes back. Zero gives the date itself when
        it is worked, else the next working day.
        """
        if amount == 0:
            return day if self.is_working(day) else self.shift(day, 1)
        target = self._rank(day if amount > 0 else day - ONE_DAY) + amount
        if amount < 0:
            target += 1
        return self._day_of_rank(target, near=day)

    def rules_between(self, after: date, until: date) -> tuple[DayRule, ...]:
        """Return the rules in (after, until] that differ from the weekend rule, by date."""
        low, high = bisect_right(self._dates, after), bisect_right(self._dates, until)
        return tuple(self.days[day] for day in self._dates[low:high])

    def special(self, day: date) -> DayRule | None:
        """Return the rule of a date that differs from its weekday in being worked or in its end."""
        rule = self.days.get(day)
        if rule is None or not (rule.is_half_day or self._differs(day, rule)):
            return None
        return rule

    def half_day(self, day: date) -> tuple[DayRule, ...]:
        """Return the rule of a weekday that ends early, as a tuple of one or none."""
        rule = self.days.get(day)
        is_early = rule is not None and rule.is_half_day and not self._differs(day, rule)
        return (rule,) if rule is not None and is_early else ()

    def local(self, moment: datetime) -> datetime:
        """Return an aware moment in the time zone of the calendar."""
        return moment.astimezone(self.time_zone)

    def day_of_start(self, moment: datetime) -> date:
        """Return the local date that a start counts on: after the cut-off it is the next date."""
        local = self.local(moment)
        day = local.date()
        return day + ONE_DAY if local.time() > self.end_hour(day) else day

    def end_of_work(self, day: date) -> datetime:
        """Return the end of the working day, aware UTC."""
        return datetime.combine(day, self.end_hour(day), self.time_zone).astimezone(UTC)

    def end_of_day(self, day: date) -> datetime:
        """Return the last second of a local date, aware UTC."""
        return datetime.combine(day, time(23, 59, 59), self.time_zone).astimezone(UTC)

    def _differs(self, day: date, rule: DayRule) -> bool:
        return rule.is_working == (day.weekday() in self.weekend_on(day))

    def _rank(self, day: date) -> int:
        """Return how many working days lie in (0001-01-01 minus one, day]."""
        return self._rank_at(day.toordinal())

    def _rank_at(self, ordinal: int) -> int:
        worked = self._stretches[bisect_right(self._turns, ordinal)].worked(ordinal)
        return worked + self._sums[bisect_right(self._ordinals, ordinal)]

    def _day_of_rank(self, target: int, near: date) -> date:
        """Return the first day whose rank is `target`, by bisection: the rank never falls."""
        span = (abs(target - self._rank(near)) + len(self._dates) + 1) * _WEEK
        here = near.toordinal()
        ordinals = range(max(1, here - span), min(date.max.toordinal(), here + span) + 1)
        found = bisect_left(ordinals, target, key=self._rank_at)
        return date.fromordinal(ordinals[found])


def _stretches(weekend: frozenset[int], weeks: Iterable[Week]) -> Iterator[_Stretch]:
    """Yield the stretches of time with one weekend, each knowing what the earlier ones add."""
    stretch = _stretch(0, weekend)
    yield stretch
    for week in weeks:
        last = week.since.toordinal() - 1
        counted, plain = stretch.worked(last), _stretch(0, week.weekend).worked(last)
        stretch = _stretch(counted - plain, week.weekend)
        yield stretch


def _stretch(before: int, weekend: frozenset[int]) -> _Stretch:
    # Ordinal 1 is a Monday, so the first days of a running week are Monday onwards.
    worked = accumulate((0 if day in weekend else 1 for day in range(_WEEK)), initial=0)
    return _Stretch(before, weekend, tuple(worked))


def days_from(start: date, until: date) -> Iterator[date]:
    """Yield the dates in [start, until]."""
    for ordinal in range(start.toordinal(), until.toordinal() + 1):
        yield date.fromordinal(ordinal)
