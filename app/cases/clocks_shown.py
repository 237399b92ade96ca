"""The clocks of one case in words: what is due, how it was counted, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.deadlines import calendar_of, open_clock
from app.cases.deadlines_shown import Shown, shown_clock
from app.cases.heads import CaseHead
from app.cases.models import CaseClock
from app.cases.queries import clocks_of
from app.permissions import Actor
from app.workflow.calendars import DayStatus, WorkCalendar
from app.workflow.clock_words import elapsed
from app.workflow.clocks import OpenClock, due_of
from app.workflow.due_lines import STATUS_NAMES
from app.workflow.limits import ClockKind, Limit

_ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One round of a deadline."""

    name: str
    limit: str
    due_at: datetime
    is_running: bool
    shown: Shown
    day_status: str
    elapsed: str
    account: Sequence[str]


def clock_lines(
    session: Session, actor: Actor, head: CaseHead, definition: Definition, *, now: datetime
) -> list[ClockLine]:
    """Running clocks first, the nearest deadline on top; then those that ended, newest first."""
    calendar = calendar_of(session, head)
    rows = clocks_of(session, head.id)
    running = [row for row in rows if row.is_running]
    ended = sorted((row for row in rows if not row.is_running), key=_ended_at, reverse=True)
    names = {rule.code: rule.name.in_locale(actor.locale) for rule in definition.machine.clocks}
    return [
        _line(row, names.get(row.code, row.code), calendar, now=now, locale=actor.locale)
        for row in [*running, *ended]
    ]


def _ended_at(row: CaseClock) -> datetime:
    return row.ended_at or row.due_at


def _line(
    row: CaseClock, name: str, calendar: WorkCalendar, *, now: datetime, locale: str
) -> ClockLine:
    columns = {column.name: getattr(row, column.name) for column in CaseClock.__table__.columns}
    clock = open_clock(columns)
    due = due_of(clock, calendar)
    shown = shown_clock(clock, now=now, calendar=calendar, locale=locale)
    return ClockLine(
        name=f"{name} ({row.round})" if row.round > 1 else name,
        limit=clock.limit.text.in_locale(locale),
        due_at=row.due_at,
        is_running=row.is_running,
        shown=shown if row.is_running else _ending(row),
        day_status=_day_status(clock, locale),
        elapsed=_elapsed(clock, calendar, now=row.ended_at or now, locale=locale),
        account=[line.text.in_locale(locale) for line in due.lines],
    )


def _ending(row: CaseClock) -> Shown:
    if row.on_time is None:
        return Shown(_("Đã hủy"), "stopped", row.due_at, "")
    if row.on_time:
        return Shown(_("Đúng hạn"), "met", row.due_at, "")
    return Shown(_("Quá hạn"), "overdue", row.due_at, "")


def _day_status(clock: OpenClock, locale: str) -> str:
    if clock.status is DayStatus.OFFICIAL:
        return ""
    return STATUS_NAMES[clock.status].in_locale(locale)


def _elapsed(clock: OpenClock, calendar: WorkCalendar, *, now: datetime, locale: str) -> str:
    """How much has run; the raw time too where pauses make a difference."""
    run = elapsed(clock, now=now, calendar=calendar)
    kind = clock.limit.kind
    if run.net_days is not None and run.raw_days is not None:
        net, raw = Limit(run.net_days, kind).text, Limit(run.raw_days, kind).text
    else:
        net, raw = (Limit(span // _ONE_HOUR, ClockKind.HOURS).text for span in (run.net, run.raw))
    said: str = _("Đã chạy %(net)s", net=net.in_locale(locale))
    if net == raw:
        return said
    pauses = _("(kể cả lúc tạm dừng: %(raw)s)", raw=raw.in_locale(locale))
    return f"{said} {pauses}"
