"""The account of a deadline in words, so that nobody has to trust a bare date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Protocol

from app.workflow.calendars import NOON, ONE_DAY, DayRule, DayStatus, WorkCalendar, days_from
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


@dataclass(frozen=True, slots=True)
class Stop:
    """A pause as the account tells it: `days` is what it covers, `until` None while it lasts."""

    since: datetime
    until: datetime | None
    days: int
    reason: Text | None = None


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


def lines_of(due: Accountable, stops: Sequence[Stop]) -> tuple[DueLine, ...]:
    """Return the lines: the start, what is counted and what is not, the pauses, the end."""
    body = _days(due) if due.limit.kind is ClockKind.WORKING_DAYS else _sum_only(due)
    return (_origin_line(due), *body, *(_pause_line(due, stop) for stop in stops), _end_line(due))


def _origin_line(due: Accountable) -> DueLine:
    moment, calendar = _moment(due.origin, due.calendar), due.calendar
    if due.is_before:
        return DueLine(Text(f"Tính lùi từ {moment.vi}", f"Counted back from {moment.en}"))
    day = calendar.local(due.origin).date()
    if due.limit.kind is not ClockKind.WORKING_DAYS or calendar.day_of_start(due.origin) == day:
        return DueLine(Text(f"Bắt đầu {moment.vi}", f"Starts {moment.en}"))
    end = _end_of(calendar, day)
    return DueLine(
        Text(
            f"Bắt đầu {moment.vi}, sau giờ làm việc ({end.vi}): tính như ngày hôm sau",
            f"Starts {moment.en}, after working hours ({end.en}): counts as the next day",
        )
    )


def _end_of(calendar: WorkCalendar, day: date) -> Text:
    """Return the hour at which a day ends, with the half day's name where it is one."""
    hour, half = f"{calendar.end_hour(day):%H:%M}", calendar.half_day(day)
    name = f" – {half[0].name}" if half else ""
    return Text(f"{hour}{name}", f"{hour}{name}")


def _sum_only(due: Accountable) -> Iterator[DueLine]:
    sign_vi, sign_en = ("Trừ", "Minus") if due.is_before else ("Cộng", "Plus")
    yield DueLine(
        Text(
            f"{sign_vi} {due.limit.text.vi}, tính cả đêm và ngày nghỉ",
            f"{sign_en} {due.limit.text.en}, nights and days off included",
        ),
        due.limit.amount,
    )
    if due.limit.kind is ClockKind.HOURS:
        yield from _clock_change(due)
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
    if calendar.special(day) is not None:
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
    if rule.is_half_day:
        hour = f"{rule.ends_at or NOON:%H:%M}"
        vi, en = f"làm việc đến {hour}", f"worked until {hour}"
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


def _pause_line(due: Accountable, stop: Stop) -> DueLine:
    start = _moment(stop.since, due.calendar)
    why_vi = f" ({stop.reason.vi})" if stop.reason else ""
    why_en = f" ({stop.reason.in_locale('en')})" if stop.reason else ""
    if stop.until is None:
        return DueLine(
            Text(
                f"Đang tạm dừng từ {start.vi}{why_vi}: hạn sẽ lùi thêm khi chạy tiếp",
                f"Suspended since {start.en}{why_en}: the deadline moves on when it resumes",
            )
        )
    end = _moment(stop.until, due.calendar)
    vi = f"Tạm dừng từ {start.vi} đến {end.vi}{why_vi}"
    en = f"Suspended from {start.en} to {end.en}{why_en}"
    if due.limit.kind is ClockKind.HOURS:
        added = _span(stop.until.astimezone(UTC) - stop.since.astimezone(UTC))
    else:
        added = Limit(stop.days, due.limit.kind).text
    return DueLine(Text(f"{vi}: thêm {added.vi}", f"{en}: {added.en} more"))


def _span(span: timedelta) -> Text:
    """A duration to the minute, which an account in hours adds."""
    hours, minutes = divmod(round(span / timedelta(minutes=1)), 60)
    parts = [(hours, "giờ", "h")] * bool(hours) + [(minutes, "phút", "min")] * (
        bool(minutes) or not hours
    )
    return Text(
        " ".join(f"{number} {vi}" for number, vi, _ in parts),
        " ".join(f"{number} {en}" for number, _, en in parts),
    )


def _clock_change(due: Accountable) -> Iterator[DueLine]:
    """Where the clocks of a zone are changed on the way, wall times alone would not add up."""
    first, last = due.calendar.local(due.origin), due.calendar.local(due.at)
    begun, ended = first.utcoffset(), last.utcoffset()
    if begun is None or ended is None or begun == ended:
        return
    change = _span(abs(ended - begun))
    is_forward = (ended > begun) is not due.is_before
    zone = due.calendar.time_zone.key
    vi, en = ("vặn nhanh", "put forward") if is_forward else ("vặn chậm", "put back")
    yield DueLine(
        Text(
            f"Trong khoảng này đồng hồ ở {zone} {vi} {change.vi}",
            f"Meanwhile the clocks in {zone} are {en} {change.en}",
        )
    )


def _end_line(due: Accountable) -> DueLine:
    """Return the end; abroad by the clock of Hà Nội as well, which the ministry reads."""
    calendar = due.calendar
    moment = _moment(due.at, calendar)
    vi, en = f"Hạn: {moment.vi}", f"Due: {moment.en}"
    half = calendar.half_day(calendar.local(due.at).date())
    if half and due.limit.kind is ClockKind.WORKING_DAYS:
        vi, en = f"{vi} ({half[0].name})", f"{en} ({half[0].name})"
    home = due.at.astimezone(HANOI)
    if home.utcoffset() != calendar.local(due.at).utcoffset():
        day = _day(home.date())
        vi, en = f"{vi}, tức {home:%H:%M} {day.vi} giờ Hà Nội", f"{en}, {home:%H:%M} {day.en} Hanoi"
    return DueLine(Text(vi, en))


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
