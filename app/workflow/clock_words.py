"""What a clock says to a person: how much has run, how much is left, raw and without the pauses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.workflow.calendars import WorkCalendar
from app.workflow.clocks import OpenClock
from app.workflow.due import first_day, paused_amount, paused_time
from app.workflow.limits import ClockKind, Limit
from app.workflow.text import Text

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


class Phase(StrEnum):
    """How a running clock stands."""

    RUNNING = "running"
    WARNED = "warned"
    OVERDUE = "overdue"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Time since a clock started: raw, and net of the pauses.

    `raw_days` and `net_days` count dates or working days, and are None for a clock of hours.
    """

    raw: timedelta
    net: timedelta
    raw_days: int | None
    net_days: int | None


def elapsed(clock: OpenClock, *, now: datetime, calendar: WorkCalendar) -> Elapsed:
    """Return the raw and net time that has run at an aware moment."""
    start = clock.started_at if clock.is_before else clock.origin
    raw = max(now - start, timedelta())
    net = max(raw - paused_time(clock.pauses, now), timedelta())
    kind = clock.limit.kind
    if kind is ClockKind.HOURS:
        return Elapsed(raw, net, None, None)
    days = max(_days(kind, start, now, calendar), 0)
    stood = 0
    for pause in clock.pauses:
        ended = pause if pause.until else replace(pause, until=now)
        stood += paused_amount(kind, ended, calendar)
    return Elapsed(raw, net, days, max(days - stood, 0))


def phase(clock: OpenClock, *, now: datetime) -> Phase:
    """Return how the clock stands; a clock that was late when it paused stays late."""
    if clock.is_paused:
        return Phase.OVERDUE if clock.pauses[-1].since > clock.due_at else Phase.PAUSED
    if now > clock.due_at:
        return Phase.OVERDUE
    is_warned = bool(clock.warn_at) and clock.warn_at[0] <= now
    return Phase.WARNED if is_warned else Phase.RUNNING


def left_in_words(clock: OpenClock, *, now: datetime, calendar: WorkCalendar) -> Text:
    """Return "Còn 2 ngày làm việc", "Quá hạn 3 giờ", "Hạn trong hôm nay" or "Đang tạm dừng"."""
    if phase(clock, now=now) is Phase.PAUSED:
        return Text("Đang tạm dừng", "Suspended")
    is_late = now > clock.due_at
    near, far = (clock.due_at, now) if is_late else (now, clock.due_at)
    kind = clock.limit.kind
    if kind is not ClockKind.HOURS:
        days = _whole_days(kind, near, far, calendar)
        if days:
            return _sentence(Limit(days, kind).text, is_late=is_late)
        if not is_late and calendar.local(near).date() == calendar.local(far).date():
            local = calendar.local(far)
            return Text(f"Hạn trong hôm nay, {local:%H:%M}", f"Due today, {local:%H:%M}")
    return _sentence(_hours(far - near), is_late=is_late)


def _sentence(amount: Text, *, is_late: bool) -> Text:
    if is_late:
        return Text(f"Quá hạn {amount.vi}", f"{amount.en} overdue")
    return Text(f"Còn {amount.vi}", f"{amount.en} left")


def _hours(span: timedelta) -> Text:
    if span >= _HOUR:
        return Limit(span // _HOUR, ClockKind.HOURS).text
    minutes = span // _MINUTE
    return Text(f"{minutes} phút", f"{minutes} minute{'' if minutes == 1 else 's'}")


def _days(kind: ClockKind, start: datetime, end: datetime, calendar: WorkCalendar) -> int:
    # Both ends as a pause counts its own, or net time would run backwards in the evening.
    first, last = first_day(kind, start, calendar), first_day(kind, end, calendar)
    return _between(kind, start=first, end=last, calendar=calendar)


def _whole_days(kind: ClockKind, near: datetime, far: datetime, calendar: WorkCalendar) -> int:
    start, end = calendar.local(near).date(), calendar.local(far).date()
    return _between(kind, start=start, end=end, calendar=calendar)


def _between(kind: ClockKind, *, start: date, end: date, calendar: WorkCalendar) -> int:
    if kind is ClockKind.WORKING_DAYS:
        return calendar.working_days_between(start, end)
    return (end - start).days
