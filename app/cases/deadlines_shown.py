"""What the nearest deadline of each case in a list says, in words, with one read for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.accounts.calendar import load_calendar
from app.accounts.models import Unit
from app.cases.deadlines import open_clock
from app.cases.models import Case, CaseClock
from app.workflow.calendars import DayStatus, WorkCalendar
from app.workflow.clock_words import Phase, left_in_words, phase
from app.workflow.clocks import OpenClock

SOON = timedelta(days=2)
_STATUS_OF_PHASE = {Phase.OVERDUE: "overdue", Phase.WARNED: "soon", Phase.PAUSED: "stopped"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A deadline in words; `basis` names a day status that is not official yet."""

    words: str
    status: str
    at: datetime
    basis: str


def shown_clock(clock: OpenClock, *, now: datetime, calendar: WorkCalendar, locale: str) -> Shown:
    status = _STATUS_OF_PHASE.get(phase(clock, now=now))
    if status is None:
        status = "soon" if clock.due_at - now <= SOON else "ok"
    basis = "" if clock.status is DayStatus.OFFICIAL else clock.status.value
    words = left_in_words(clock, now=now, calendar=calendar).in_locale(locale)
    return Shown(words, status, clock.due_at, basis)


def nearest_deadlines(
    session: Session, cases: Sequence[Case], *, now: datetime, locale: str
) -> Mapping[int, Shown]:
    """The deadline that each open case counts down to, by case id."""
    due = {case.id: case for case in cases if case.is_open and case.next_due_clock}
    rows = session.execute(
        select(*CaseClock.__table__.columns).where(
            CaseClock.case_id.in_(due), CaseClock.is_running.is_(true())
        )
    )
    calendars = _Calendars(session, {case.owner_unit_id for case in due.values()})
    found = {}
    for row in rows:
        case = due[row.case_id]
        if row.code == case.next_due_clock:
            calendar = calendars.of_unit(case.owner_unit_id)
            clock = open_clock(row._asdict())
            found[case.id] = shown_clock(clock, now=now, calendar=calendar, locale=locale)
    return found


class _Calendars:
    """The calendars of the owning units, each read once for a page."""

    def __init__(self, session: Session, unit_ids: set[int]) -> None:
        rows = session.execute(
            select(Unit.id, Unit.country_code, Unit.time_zone).where(Unit.id.in_(unit_ids))
        )
        self._session = session
        self._keys = {row.id: (row.country_code or "VN", row.time_zone) for row in rows}
        self._held: dict[int, WorkCalendar] = {}

    def of_unit(self, unit_id: int) -> WorkCalendar:
        if unit_id not in self._held:
            code, zone = self._keys[unit_id]
            self._held[unit_id] = load_calendar(
                self._session, code, time_zone=zone, unit_id=unit_id
            )
        return self._held[unit_id]
