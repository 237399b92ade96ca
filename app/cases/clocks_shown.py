"""The clocks of one case in words: what is due, how it was counted, and how it ended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.clock_services import may_pause
from app.cases.dated_settings import EVERYWHERE, Limits
from app.cases.deadlines import calendar_of, open_clock
from app.cases.deadlines_shown import Shown, shown_clock
from app.cases.heads import CaseHead
from app.cases.models import CaseClock
from app.cases.queries import clocks_of
from app.cases.setting_sources import source_said
from app.permissions import Actor
from app.workflow.acts import SUSPEND_REASONS
from app.workflow.calendars import DayStatus, WorkCalendar
from app.workflow.clock_rules import ClockRule
from app.workflow.clock_words import elapsed
from app.workflow.clocks import OpenClock, PausedBy, due_of
from app.workflow.due_lines import STATUS_NAMES
from app.workflow.limits import ClockKind, Limit
from app.workflow.text import Text

HOME_ZONE = "Asia/Ho_Chi_Minh"
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
    code: str = ""
    reasons: Sequence[tuple[str, str]] = ()
    can_resume: bool = False
    paused_for: str = ""
    elsewhere: str = ""  # the same moment where the case is kept, or in Hà Nội


def clock_lines(
    session: Session, actor: Actor, head: CaseHead, definition: Definition, *, now: datetime
) -> list[ClockLine]:
    """Running clocks first, the nearest deadline on top; then those that ended, newest first."""
    calendar = calendar_of(session, head)
    rows = clocks_of(session, head.id)
    running = [row for row in rows if row.is_running]
    ended = sorted((row for row in rows if not row.is_running), key=_ended_at, reverse=True)
    rules = {rule.code: rule for rule in definition.machine.clocks}
    reader = _Reader(session, actor, head, definition, calendar, now)
    return [reader.line(row, rules.get(row.code)) for row in [*running, *ended]]


def _ended_at(row: CaseClock) -> datetime:
    return row.ended_at or row.due_at


@dataclass(frozen=True, slots=True)
class _Reader:
    """One reader of the clocks of one case."""

    session: Session
    actor: Actor
    head: CaseHead
    definition: Definition
    calendar: WorkCalendar
    now: datetime

    def line(self, row: CaseClock, rule: ClockRule | None) -> ClockLine:
        locale = self.actor.locale
        clock = open_clock({c.name: getattr(row, c.name) for c in CaseClock.__table__.columns})
        shown = shown_clock(clock, now=self.now, calendar=self.calendar, locale=locale)
        name = rule.name.in_locale(locale) if rule else row.code
        may = row.is_running and may_pause(self.actor, self.head, self.definition, rule)
        is_by_hand = clock.is_paused and clock.pauses[-1].by is PausedBy.PERSON
        options = rule.pause_reasons if rule and may and not clock.is_paused else ()
        return ClockLine(
            name=f"{name} ({row.round})" if row.round > 1 else name,
            limit=clock.limit.text.in_locale(locale),
            due_at=row.due_at,
            is_running=row.is_running,
            shown=shown if row.is_running else _ending(row),
            day_status=_day_status(clock, locale),
            elapsed=_elapsed(clock, self.calendar, now=row.ended_at or self.now, locale=locale),
            account=list(self.account(clock, rule)),
            code=row.code,
            reasons=[(one.code, one.name.in_locale(locale)) for one in options],
            can_resume=may and is_by_hand,
            paused_for=self.paused_for(clock, rule) if row.is_running else "",
            elsewhere=self.elsewhere(row.due_at),
        )

    def elsewhere(self, due_at: datetime) -> str:
        """The deadline in the other zone of the case, where its clock shows another hour."""
        here = due_at.astimezone(ZoneInfo(self.actor.time_zone))
        for zone in dict.fromkeys((self.head.owner_zone, HOME_ZONE)):
            there = due_at.astimezone(ZoneInfo(zone))
            if there.utcoffset() != here.utcoffset():
                city = get_timezone_location(zone, locale="vi", return_city=True)
                city = _("Hà Nội") if zone == HOME_ZONE else city
                return str(_("%(at)s giờ %(city)s", at=f"{there:%d/%m/%Y %H:%M}", city=city))
        return ""

    def account(self, clock: OpenClock, rule: ClockRule | None) -> Iterator[str]:
        """Where the limit comes from, then the deadline line by line."""
        if rule is not None and rule.setting:
            yield from self._origin_of_limit(clock, rule)
        for line in due_of(clock, self.calendar).account(reasons_of(rule)):
            yield line.text.in_locale(self.actor.locale)

    def _origin_of_limit(self, clock: OpenClock, rule: ClockRule) -> Iterator[str]:
        key = rule.setting or ""
        row = Limits(self.session, self.head, clock.started_at).row(key)
        if row is None or Limit.parse(f"{row['value']} {row['unit']}") != clock.limit:
            return
        place = _("mọi nơi") if row["scope"] == EVERYWHERE else row["scope"]
        since = row["valid_from"].strftime("%d/%m/%Y") if row["valid_from"] else _("trước nay")
        said = _("Thời hạn theo ngưỡng “%(key)s” cho %(place)s, từ %(since)s; nguồn: %(source)s")
        source = source_said(row["source"], self.actor.locale)
        yield said % {"key": key, "place": place, "since": since, "source": source}

    def paused_for(self, clock: OpenClock, rule: ClockRule | None) -> str:
        if not clock.is_paused:
            return ""
        name = reasons_of(rule).get(clock.pauses[-1].reason)
        return name.in_locale(self.actor.locale) if name else ""


def reasons_of(rule: ClockRule | None) -> Mapping[str, Text]:
    """The names of everything a clock can have been paused for."""
    own = {one.code: one.name for one in rule.pause_reasons} if rule else {}
    return {**dict(SUSPEND_REASONS), **own}


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
    """How much has run: by the clock on the wall, and as the deadline counts it."""
    run = elapsed(clock, now=now, calendar=calendar)
    kind = clock.limit.kind
    amount = run.net // _ONE_HOUR if run.net_days is None else run.net_days
    net = Limit(amount, kind).text.in_locale(locale)
    said: str = _("Đã trôi qua %(raw)s; tính vào hạn %(net)s", raw=_span(run.raw, locale), net=net)
    if run.raw == run.net:
        return said
    stood = _("không kể %(time)s tạm dừng", time=_span(run.raw - run.net, locale))
    return f"{said}, {stood}"


def _span(span: timedelta, locale: str) -> str:
    """Two days and a bit as "2 ngày 5 giờ"."""
    days, rest = span.days, timedelta(seconds=span.seconds)
    hours = Limit(rest // _ONE_HOUR, ClockKind.HOURS).text.in_locale(locale)
    if not days:
        return hours
    whole = Limit(days, ClockKind.CALENDAR_DAYS).text
    return f"{whole.vi if locale == 'vi' else whole.en.replace('calendar ', '')} {hours}"
