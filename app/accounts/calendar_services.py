"""What an administrator changes in the calendars: days, weekends, closing hours; never unseen.

Each change is written down with its source, and every open deadline it may move is counted again
after commit.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import calendar_queries
from app.accounts.calendar import HOME, load_calendar
from app.accounts.models import CalendarDay, WorkWeek
from app.audit import record_access
from app.errors import Conflict, Invalid, NotFound
from app.jobs import Job, enqueue
from app.permissions import Actor
from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar

_WHOLE_WEEK = 7


@dataclass(frozen=True, slots=True)
class NewWeek:
    """A week from a day on; a weekend or hour of None stays as it is otherwise."""

    valid_from: date
    weekend: frozenset[int] | None
    cut_off: time | None
    status: DayStatus
    basis: str


def save_calendar_day(
    session: Session, actor: Actor, rule: DayRule, *, now: datetime, calendar: str = HOME
) -> CalendarDay:
    """Add or change one day; every open deadline is computed again after commit."""
    country, unit_id = calendar_queries.calendar_parts(session, calendar)
    _refuse_pointless(rule, load_calendar(session, country, unit_id=unit_id))
    entry = calendar_queries.calendar_day(session, calendar, rule.date)
    if entry is None:
        entry = CalendarDay(calendar=calendar, day=rule.date)
        session.add(entry)
    entry.kind, entry.status = str(rule.kind), str(rule.status)
    entry.name, entry.basis = rule.name, rule.basis
    entry.ends_at = rule.ends_at.isoformat("minutes") if rule.ends_at else None
    session.flush()
    _recompute(session, actor, rule.date, act="calendar_day_saved", now=now, calendar=calendar)
    return entry


def _refuse_pointless(rule: DayRule, calendar: WorkCalendar) -> None:
    day, kind = rule.date, rule.kind
    is_weekend = day.weekday() in calendar.weekend_on(day)
    if kind is DayKind.SWAP_WORK and not is_weekend and day not in calendar.days:
        problem = "Làm bù chỉ đặt vào thứ Bảy hoặc Chủ nhật."
        raise Invalid("Chưa lưu được ngày.", {"day": [problem]})
    if kind in {DayKind.SWAP_OFF, DayKind.MAKE_UP} and is_weekend:
        problem = "Nghỉ bù, nghỉ hoán đổi chỉ đặt vào ngày trong tuần."
        raise Invalid("Chưa lưu được ngày.", {"day": [problem]})


def remove_calendar_day(session: Session, actor: Actor, day_id: int, *, now: datetime) -> str:
    """Take a dated day out; returns the calendar that it was in."""
    entry = session.get(CalendarDay, day_id)
    if entry is None:
        raise NotFound
    day, calendar = entry.day, entry.calendar
    session.delete(entry)
    _recompute(session, actor, day, act="calendar_day_removed", now=now, calendar=calendar)
    return calendar


def add_work_week(
    session: Session, actor: Actor, new: NewWeek, *, calendar: str, now: datetime
) -> WorkWeek:
    """A week from a day on, beside the earlier ones: what was in force then stays readable."""
    _refuse_week(new)
    taken = select(WorkWeek.id).where(
        WorkWeek.calendar == calendar, WorkWeek.valid_from == new.valid_from
    )
    if session.scalar(taken) is not None:
        raise Conflict("Đã có tuần làm việc bắt đầu từ ngày này. Hãy chọn một ngày khác.")
    weekend = "".join(str(number) for number in sorted(new.weekend)) if new.weekend else None
    entry = WorkWeek(
        calendar=calendar,
        valid_from=new.valid_from,
        weekend=weekend,
        cut_off=new.cut_off.isoformat("minutes") if new.cut_off else None,
        status=new.status.value,
        basis=new.basis,
        recorded_at=now,
        recorded_by=actor.user_id,
    )
    session.add(entry)
    session.flush()
    _recompute(session, actor, new.valid_from, act="work_week_added", now=now, calendar=calendar)
    return entry


def _refuse_week(new: NewWeek) -> None:
    if new.weekend is None and new.cut_off is None:
        problem = "Hãy nhập ngày nghỉ trong tuần, giờ kết thúc, hoặc cả hai."
        raise Invalid("Chưa lưu được tuần làm việc.", {"cut_off": [problem]})
    if new.weekend is not None and len(new.weekend) >= _WHOLE_WEEK:
        problem = "Tuần phải có ít nhất một ngày làm việc."
        raise Invalid("Chưa lưu được tuần làm việc.", {"weekend": [problem]})


def _recompute(
    session: Session, actor: Actor, day: date, *, act: str, now: datetime, calendar: str
) -> None:
    record_access(session, actor, act, f"calendar:{calendar}:{day.isoformat()}", now=now)
    payload = {
        "calendar": calendar,
        "day": day.isoformat(),
        "by": actor.user_id,
        "run": uuid.uuid4().hex,
    }
    enqueue(session, Job.RECOMPUTE_CLOCKS, payload, now=now)
