"""When a time limit ends, and the account of it, line by line.

How each kind of clock counts:

* hours run through nights, weekends and holidays;
* calendar days: the day of the start is not counted; the limit ends with the last second of its
  last day. It is not moved when that day is free: an earlier warning harms nobody, and the account
  says so;
* working days: the day of the start is not counted, and a start after the end of the working day
  counts as made on the next date; the limit ends with the working day (17:00 by default, noon on a
  half day) in the zone of the calendar. A half day counts as one working day. A limit of 0 ends
  with the same day, or the next worked one.

A pause lengthens a limit by what it covers in the unit of the clock: its exact duration, the dates
passed, or the working days passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from app.workflow.calendars import ONE_DAY, DayRule, DayStatus, WorkCalendar, weakest
from app.workflow.due_lines import DueLine, Stop, lines_of
from app.workflow.limits import ClockKind, Limit
from app.workflow.text import Text

__all__ = ["Due", "DueLine", "Pause", "PausedBy", "due_at", "due_before", "first_day"]


class PausedBy(StrEnum):
    """What holds a paused clock."""

    CASE = "case"
    TRIGGER = "trigger"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a clock stood still; `until` is None while it lasts.

    `by` says what holds the clock: the suspended case, a trigger of the definition, or a person.
    """

    since: datetime
    until: datetime | None
    reason: str
    by: PausedBy = PausedBy.CASE


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a limit: `at` is aware UTC, `rests_on` the special days that decided it."""

    at: datetime
    rests_on: tuple[DayRule, ...]
    limit: Limit
    origin: datetime
    calendar: WorkCalendar
    pauses: tuple[Pause, ...] = ()
    is_before: bool = False

    @property
    def status(self) -> DayStatus:
        """The least firm of the days that the deadline rests on."""
        return weakest(self.rests_on)

    @property
    def provisional(self) -> tuple[DayRule, ...]:
        """The days that no decision has fixed yet: statutory, computed and proposed ones."""
        return tuple(rule for rule in self.rests_on if rule.status is not DayStatus.OFFICIAL)

    @property
    def lines(self) -> tuple[DueLine, ...]:
        """The account: the start, every counted or free stretch, the pauses, the end."""
        return self.account({})

    def account(self, reasons: Mapping[str, Text]) -> tuple[DueLine, ...]:
        """Return the lines with the reasons of the pauses by their names."""
        kind, calendar = self.limit.kind, self.calendar
        stops = [
            Stop(p.since, p.until, paused_amount(kind, p, calendar), reasons.get(p.reason))
            for p in self.pauses
        ]
        return lines_of(self, stops)


def due_at(
    kind: ClockKind,
    amount: int,
    start: datetime,
    calendar: WorkCalendar,
    *,
    pauses: tuple[Pause, ...] = (),
) -> Due:
    """Return the end of a limit that starts at an aware moment.

    Raises ValueError for a negative amount or a naive start.
    """
    _check(amount, start)
    limit, kind = Limit(amount, ClockKind(kind)), ClockKind(kind)
    if kind is ClockKind.HOURS:
        # In UTC: sums within one zone are sums of its wall clock, which a change of time breaks.
        at = start.astimezone(UTC) + timedelta(hours=amount) + paused_time(pauses)
        return Due(at, (), limit, start, calendar, pauses)
    amount += sum(paused_amount(kind, pause, calendar) for pause in pauses)
    first = first_day(kind, start, calendar)
    if kind is ClockKind.CALENDAR_DAYS:
        at = calendar.end_of_day(first + timedelta(days=amount))
        return Due(at, (), limit, start, calendar, pauses)
    last = calendar.shift(first, amount)
    after = first if amount else first - ONE_DAY
    rests_on = (*_early_start(start, calendar), *calendar.rules_between(after, last))
    rests_on += calendar.half_day(last)
    return Due(calendar.end_of_work(last), rests_on, limit, start, calendar, pauses)


def due_before(kind: ClockKind, amount: int, target: datetime, calendar: WorkCalendar) -> Due:
    """Return the last moment that is a limit ahead of an aware moment: notice given in time.

    Days are counted back from the date of the target, which is not counted itself; the result is
    never later than the target.
    """
    _check(amount, target)
    limit, day = Limit(amount, ClockKind(kind)), calendar.local(target).date()
    if limit.kind is ClockKind.HOURS:
        at = target.astimezone(UTC) - timedelta(hours=amount)
        return Due(at, (), limit, target, calendar, is_before=True)
    if limit.kind is ClockKind.CALENDAR_DAYS:
        at = min(calendar.end_of_day(day - timedelta(days=amount)), target.astimezone(UTC))
        return Due(at, (), limit, target, calendar, is_before=True)
    is_same_day = amount == 0 and calendar.is_working(day)
    last = day if is_same_day else calendar.shift(day, -max(amount, 1))
    rests_on = calendar.rules_between(last - ONE_DAY, max(day - ONE_DAY, last))
    rests_on += calendar.half_day(last)
    at = min(calendar.end_of_work(last), target.astimezone(UTC))
    return Due(at, rests_on, limit, target, calendar, is_before=True)


def _early_start(start: datetime, calendar: WorkCalendar) -> tuple[DayRule, ...]:
    """Return the half day that has put a start off to the next date."""
    day = calendar.local(start).date()
    return calendar.half_day(day) if calendar.day_of_start(start) > day else ()


def first_day(kind: ClockKind, start: datetime, calendar: WorkCalendar) -> date:
    """Return the local date that counts as the day of the start (itself not counted)."""
    if kind is ClockKind.WORKING_DAYS:
        return calendar.day_of_start(start)
    return calendar.local(start).date()


def paused_time(pauses: Iterable[Pause], now: datetime | None = None) -> timedelta:
    """Return the duration of the pauses; one that still lasts runs to `now`, if given."""
    ends = ((pause, pause.until or now) for pause in pauses)
    spans = (end.astimezone(UTC) - pause.since.astimezone(UTC) for pause, end in ends if end)
    return sum(spans, timedelta())


def paused_amount(kind: ClockKind, pause: Pause, calendar: WorkCalendar) -> int:
    """Return the dates or working days that an ended pause covers (0 while it lasts)."""
    if pause.until is None:
        return 0
    since, until = (first_day(kind, moment, calendar) for moment in (pause.since, pause.until))
    if kind is ClockKind.WORKING_DAYS:
        return calendar.working_days_between(since, until)
    return (until - since).days


def _check(amount: int, moment: datetime) -> None:
    if amount < 0:
        raise ValueError("Thời hạn không được âm.")
    if moment.tzinfo is None:
        raise ValueError("Mốc thời gian phải có múi giờ.")
