"""Open deadlines counted again after the working calendar has changed, case by case."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select, true, update
from sqlalchemy.orm import Session

from app.accounts.calendar import load_calendar
from app.accounts.models import Unit
from app.cases.deadlines import next_deadline, open_clock
from app.cases.heads import CaseHead, definition_of_head, get_head_by_id
from app.cases.models import Case, CaseClock, EventKind
from app.cases.recording import Happening, record
from app.database import Prepared
from app.permissions import SYSTEM_ACTOR
from app.workflow.calendars import WorkCalendar
from app.workflow.clocks import ClockChange, OpenClock, recalculate
from app.workflow.limits import ClockKind

CHUNK = 200
_MOVED = ("due_at", "day_status", "warn_at", "next_warn_at", "missed_at")
_UPDATE = Prepared(
    update(CaseClock)
    .where(CaseClock.id == bindparam("b_id"))
    .values({name: bindparam(f"v_{name}") for name in _MOVED})
)


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """Which day of which calendar has changed, and when that is worked off."""

    calendar: str
    day: date
    now: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the recount has come; `last_case_id` is None when nothing is left."""

    last_case_id: int | None
    moved: int


def recount_chunk(session: Session, change: CalendarChange, *, after: int) -> Progress:
    """Recount the clocks of the next cases; a case that is already right stays untouched."""
    case_ids = _cases_with_clocks(session, change.calendar, after)
    if not case_ids:
        return Progress(None, 0)
    rows = _lock_clocks(session, case_ids)
    # Locked after their clocks, in the order of every other writer.
    session.execute(select(Case.id).where(Case.id.in_(case_ids)).with_for_update()).all()
    calendars: dict[str, WorkCalendar] = {}
    moved = 0
    for case_id in case_ids:
        head = get_head_by_id(session, SYSTEM_ACTOR, case_id)
        if head.owner_zone not in calendars:
            calendars[head.owner_zone] = load_calendar(
                session, change.calendar, time_zone=head.owner_zone
            )
        moved += _recount_case(
            session, head, rows[case_id], calendars[head.owner_zone], change=change
        )
    return Progress(case_ids[-1], moved)


def _cases_with_clocks(session: Session, calendar: str, after: int) -> list[int]:
    """Cases of the calendar's units that have a running clock of working days."""
    with_clock = select(CaseClock.case_id).where(
        CaseClock.case_id == Case.id,
        CaseClock.is_running.is_(true()),
        CaseClock.limit.endswith(ClockKind.WORKING_DAYS.value),
    )
    statement = (
        select(Case.id)
        .join(Unit, Unit.id == Case.owner_unit_id)
        .where(
            Case.id > after,
            Case.is_open.is_(true()),
            func.coalesce(Unit.country_code, "VN") == calendar,
            with_clock.exists(),
        )
        .order_by(Case.id)
        .limit(CHUNK)
    )
    return list(session.scalars(statement))


def _lock_clocks(session: Session, case_ids: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
    statement = (
        select(*CaseClock.__table__.columns)
        .where(CaseClock.case_id.in_(case_ids), CaseClock.is_running.is_(true()))
        .order_by(CaseClock.id)
        .with_for_update()
    )
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(statement).mappings():
        rows[row["case_id"]].append(dict(row))
    return rows


def _recount_case(
    session: Session,
    head: CaseHead,
    rows: Sequence[Mapping[str, Any]],  # Any: rows of case_clock
    calendar: WorkCalendar,
    *,
    change: CalendarChange,
) -> int:
    """Move what the calendar moves; how many deadlines changed their moment."""
    clocks = {row["code"]: open_clock(row) for row in rows}
    rules = definition_of_head(session, head).machine.clocks
    changes = recalculate(rules, clocks.values(), calendar=calendar, now=change.now)
    stored = {row["code"]: row for row in rows}
    for one in changes:
        _UPDATE.run(session, _columns(one, stored[one.clock.code], change.now))
    moved = [one for one in changes if one.clock.due_at != clocks[one.clock.code].due_at]
    if moved:
        names = {rule.code: rule.name.vi for rule in rules}
        happening = _happening(moved, clocks, names, calendar, change=change)
        after = {**clocks, **{one.clock.code: one.clock for one in changes}}
        due = next_deadline(after.values())
        record(session, SYSTEM_ACTOR, head, happening, now=change.now, changes=due)
    return len(moved)


def _columns(
    change: ClockChange, row: Mapping[str, Any], now: datetime
) -> dict[str, Any]:  # Any: columns of case_clock
    clock = change.clock
    return {
        "b_id": row["id"],
        "v_due_at": clock.due_at,
        "v_day_status": clock.status.value,
        "v_warn_at": [moment.isoformat() for moment in clock.warn_at],
        "v_next_warn_at": min((m for m in clock.warn_at if m > now), default=None),
        # A deadline that lies ahead again can be missed again.
        "v_missed_at": None if clock.due_at > now else row["missed_at"],
    }


def _happening(
    moved: Sequence[ClockChange],
    before: Mapping[str, OpenClock],
    names: Mapping[str, str],
    calendar: WorkCalendar,
    *,
    change: CalendarChange,
) -> Happening:
    def said(moment: datetime) -> str:
        return calendar.local(moment).strftime("%d/%m/%Y %H:%M")

    lines = [
        f"{names.get(one.clock.code, one.clock.code)}: "
        f"{said(before[one.clock.code].due_at)} → {said(one.clock.due_at)}"
        for one in moved
    ]
    day = change.day.strftime("%d/%m/%Y")
    return Happening(
        EventKind.CLOCKS_RECOMPUTED,
        text="\n".join([f"Lịch làm việc thay đổi ngày {day}.", *lines]),
        data={
            "calendar": change.calendar,
            "day": change.day.isoformat(),
            "clocks": [
                {
                    "clock": one.clock.code,
                    "round": one.clock.round,
                    "was": before[one.clock.code].due_at.isoformat(),
                    "now": one.clock.due_at.isoformat(),
                    "day_status": one.clock.status.value,
                }
                for one in moved
            ],
        },
        summary=f"Tính lại thời hạn theo lịch ngày {day}",
    )
