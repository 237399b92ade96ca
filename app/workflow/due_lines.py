"""The account of a deadline in words, so that nobody has to trust a bare date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Protocol

from app.workflow.calendars import ONE_DAY, DayRule, DayStatus, WorkCalendar, days_from
from app.workflow.expressions import HANOI
from app.workflow.limits import ClockKind, Limit
from app.workflow.text import Text

STATUS_NAMES = {
    DayStatus.OFFICIAL: Text("đã có quyết định", "decided"),
    DayStatus.STATUTORY: Text("theo luật, chưa có thông báo", "by law, not announced yet"),
    DayStatus.COMPUTED: Text("tính theo lịch, chưa có thông báo", "computed, not announced yet"),
    DayStatus.PROPOSED: Text("mới dự kiến", "only proposed"),
}
_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_COUNTED, _WEEKEND = "counted", "weekend"
_LONGEST_ACCOUNT = 400  # days; a longer limit is told in totals


@dataclass(frozen=True, slots=True)
class DueLine:
    """One line; `counted` is the number reached so far, `rule` the special day it speaks of."""

    text: Text
    counted: int | None = None
    rule: DayRule | None = None


class Accountable(Protocol):
    """What the account needs to know of a deadline."""

    @property
    def at(self) -> datetime: ...
    @property
    def rests_on(self) -> tuple[DayRule, ...]: ...
    @property
    def limit(self) -> Limit: ...
    @property
    def origin(self) -> datetime: ...
    @property
    def calendar(self) -> WorkCalendar: ...
    @property
    def is_before(self) -> bool: ...


def lines_of(
    due: Accountable, pauses: Sequence[tuple[datetime, datetime, int]]
) -> tuple[DueLine, ...]:
    """Return the lines; `pauses` holds (since, until, days covered) of the ended pauses."""
    body = _days(due) if due.limit.kind is ClockKind.WORKING_DAYS else _sum_only(due)
    stops = (_pause_line(due, since, until, days) for since, until, days in pauses)
    return (_origin_line(due), *body, *stops, _end_line(due))


def _origin_line(due: Accountable) -> DueLine:
    moment = _moment(due.origin, due.calendar)
    if due.is_before:
        return DueLine(Text(f"Tính lùi từ {moment.vi}", f"Counted back from {moment.en}"))
    late = due.calendar.day_of_start(due.origin) > due.calendar.local(due.origin).date()
    if late and due.limit.kind is ClockKind.WORKING_DAYS:
        return DueLine(
            Text(
                f"Bắt đầu {moment.vi}, sau giờ làm việc: tính như ngày hôm sau",
                f"Starts {moment.en}, after working hours: counts as the next day",
            )
        )
    return DueLine(Text(f"Bắt đầu {moment.vi}", f"Starts {moment.en}"))


def _sum_only(due: Accountable) -> Iterator[DueLine]:
    sign_vi, sign_en = ("Trừ", "Minus") if due.is_before else ("Cộng", "Plus")
    yield DueLine(
        Text(
            f"{sign_vi} {due.limit.text.vi}, tính cả đêm và ngày nghỉ",
            f"{sign_en} {due.limit.text.en}, nights and days off included",
        ),
        due.limit.amount,
    )
    last = due.calendar.local(due.at).date()
    if due.limit.kind is ClockKind.CALENDAR_DAYS and not due.calendar.is_working(last):
        yield DueLine(
            _opening(
                f"{_day(last).vi} là ngày nghỉ; hạn theo ngày liên tục không dời",
                f"{_day(last).en} is a day off; a calendar-day limit is not moved",
            )
        )


def _days(due: Accountable) -> Iterator[DueLine]:
    calendar = due.calendar
    last = calendar.local(due.at).date()
    first = calendar.day_of_start(due.origin)
    if due.is_before:
        first, last = last - ONE_DAY, calendar.local(due.origin).date() - ONE_DAY
    elif not due.limit.amount:
        first = min(first, last - ONE_DAY)
    if (last - first).days > _LONGEST_ACCOUNT:
        yield from _totals(due, calendar.working_days_between(first, last))
        return
    counted = 0
    days = days_from(first + ONE_DAY, last)
    for key, group in groupby(days, key=lambda day: _kind(calendar, day)):
        run = list(group)
        if key == _COUNTED:
            yield _counted_line(run, counted)
            counted += len(run)
        elif key == _WEEKEND:
            yield DueLine(_about(run, "nghỉ cuối tuần", "weekend"))
        else:
            counted += calendar.days[run[0]].is_working
            yield _rule_line(calendar.days[run[0]], counted)


def _kind(calendar: WorkCalendar, day: date) -> str:
    if calendar.rules_between(day - ONE_DAY, day):
        return day.isoformat()
    return _COUNTED if calendar.is_working(day) else _WEEKEND


def _counted_line(run: list[date], counted: int) -> DueLine:
    first, last = counted + 1, counted + len(run)
    number = str(first) if first == last else f"{first}–{last}"
    text = _about(run, f"ngày làm việc thứ {number}", f"working day {number}")
    return DueLine(text, last)


def _rule_line(rule: DayRule, counted: int) -> DueLine:
    status = STATUS_NAMES[rule.status]
    basis = f", {rule.basis}" if rule.basis else ""
    vi, en = ("làm việc", "worked") if rule.is_working else ("nghỉ", "off")
    number_vi = f", ngày làm việc thứ {counted}" if rule.is_working else ""
    number_en = f", working day {counted}" if rule.is_working else ""
    text = _opening(
        f"{_day(rule.date).vi}: {vi} – {rule.name} ({status.vi}{basis}){number_vi}",
        f"{_day(rule.date).en}: {en} – {rule.name} ({status.en}{basis}){number_en}",
    )
    return DueLine(text, counted if rule.is_working else None, rule)


def _totals(due: Accountable, worked: int) -> Iterator[DueLine]:
    yield DueLine(Text(f"Cộng {worked} ngày làm việc", f"Plus {worked} working days"), worked)
    for rule in due.rests_on:
        if rule.status is not DayStatus.OFFICIAL:
            yield _rule_line(rule, 0)


def _pause_line(due: Accountable, since: datetime, until: datetime, days: int) -> DueLine:
    start, end = _moment(since, due.calendar), _moment(until, due.calendar)
    vi, en = f"Tạm dừng từ {start.vi} đến {end.vi}", f"Suspended from {start.en} to {end.en}"
    if due.limit.kind is not ClockKind.HOURS:
        added = Limit(days, due.limit.kind).text
        vi, en = f"{vi}: thêm {added.vi}", f"{en}: {added.en} more"
    return DueLine(Text(vi, en))


def _end_line(due: Accountable) -> DueLine:
    moment = _moment(due.at, due.calendar)
    return DueLine(Text(f"Hạn: {moment.vi}", f"Due: {moment.en}"))


def _about(run: list[date], vi: str, en: str) -> Text:
    first, last = _day(run[0]), _day(run[-1])
    if len(run) == 1:
        return _opening(f"{first.vi}: {vi}", f"{first.en}: {en}")
    return _opening(f"{first.vi} đến {last.vi}: {vi}", f"{first.en} to {last.en}: {en}")


def _opening(vi: str, en: str) -> Text:
    """Return a text that opens a line: its first letter is a capital."""
    return Text(vi[:1].upper() + vi[1:], en)


def _day(day: date) -> Text:
    stamp = f"{day:%d/%m/%Y}"
    return Text(f"{_WEEKDAYS_VI[day.weekday()]} {stamp}", f"{_WEEKDAYS_EN[day.weekday()]} {stamp}")


def _moment(moment: datetime, calendar: WorkCalendar) -> Text:
    local = calendar.local(moment)
    zone = "" if calendar.time_zone.key == HANOI.key else f" ({calendar.time_zone.key})"
    day = _day(local.date())
    return Text(f"{local:%H:%M} {day.vi}{zone}", f"{local:%H:%M} {day.en}{zone}")


def described(rules: Iterable[DayRule]) -> tuple[DueLine, ...]:
    """Return a line for each day that a deadline rests on (for a warning beside the date)."""
    return tuple(_rule_line(rule, 0) for rule in rules)
