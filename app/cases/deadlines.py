"""The clocks of a case in the database: started, stopped, paused and moved with what happens."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.calendar import load_calendar
from app.cases.catalogue import Definition
from app.cases.dated_settings import Limits
from app.cases.heads import CaseHead
from app.cases.models import CaseClock
from app.database import Prepared
from app.workflow.calendars import DayStatus, WorkCalendar
from app.workflow.clocks import ClockAction, ClockChange, OpenClock, Pause, PausedBy, advance
from app.workflow.happenings import Happening
from app.workflow.limits import Limit

_COLUMNS = tuple(column.name for column in CaseClock.__table__.columns if column.name != "id")
_INSERT = Prepared(insert(CaseClock).values({name: bindparam(name) for name in _COLUMNS}))
_CHANGED = (
    "origin",
    "due_at",
    "day_status",
    "pauses",
    "warn_at",
    "next_warn_at",
    "is_running",
    "ended_at",
    "ended_how",
    "on_time",
    "missed_at",
    "paused_at",
    "escalated",
    "next_escalate_at",
)
_UPDATE = Prepared(
    update(CaseClock)
    .where(CaseClock.id == bindparam("b_id"))
    .values({name: bindparam(f"v_{name}") for name in _CHANGED})
)
_OF_CASE = Prepared(
    select(*CaseClock.__table__.columns).where(CaseClock.case_id == bindparam("wanted"))
)
ENDINGS = frozenset({ClockAction.STOPPED, ClockAction.CANCELLED})


def run_clocks(
    session: Session, head: CaseHead, definition: Definition, happened: Happening
) -> dict[str, Any]:  # Any: columns of case
    """Apply what happened to the clocks of the case; returns the case's next deadline."""
    rules = definition.machine.clocks
    if not rules:
        return {}
    rows = _OF_CASE.rows(session, {"wanted": head.id})
    running = {row["code"]: row for row in rows if row["is_running"]}
    open_clocks = [open_clock(row) for row in running.values()]
    changes = advance(
        rules,
        open_clocks,
        happened,
        calendar=calendar_of(session, head),
        settings=Limits(session, head, happened.at),
        rounds=_last_rounds(rows),
    )
    for change in changes:
        store_change(session, head.id, running.get(change.clock.code), change)
    return next_deadline(_after(open_clocks, changes)) if changes else {}


def first_clocks(
    session: Session,
    head: CaseHead,
    definition: Definition,
    happened: Happening,
    *,
    calendar: WorkCalendar,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:  # Any: rows of case_clock, columns of case
    """The clocks that start with a new case and its next deadline; the caller writes them."""
    rules = definition.machine.clocks
    settings = Limits(session, head, happened.at)
    changes = advance(rules, (), happened, calendar=calendar, settings=settings)
    rows = [
        {**clock_columns(change), **first_clock_columns(head.id, change.clock)}
        for change in changes
    ]
    return rows, next_deadline(_after((), changes)) if changes else {}


def calendar_of(session: Session, head: CaseHead) -> WorkCalendar:
    """The calendar of the unit that owns the case: its country's days and its own, in its zone."""
    return load_calendar(
        session,
        head.owner_country,
        time_zone=head.owner_zone,
        unit_id=head.owner_unit_id,
        stamp=head.calendar_stamp,
    )


def _last_rounds(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    rounds: dict[str, int] = {}
    for row in rows:
        rounds[row["code"]] = max(row["round"], rounds.get(row["code"], 0))
    return rounds


def _after(before: Sequence[OpenClock], changes: Iterable[ClockChange]) -> list[OpenClock]:
    clocks = {clock.code: clock for clock in before}
    for change in changes:
        if change.action in ENDINGS:
            clocks.pop(change.clock.code, None)
        else:
            clocks[change.clock.code] = change.clock
    return list(clocks.values())


def next_deadline(clocks: Iterable[OpenClock]) -> dict[str, Any]:  # Any: columns of case
    """The nearest deadline of the clocks that are not paused, as columns of the case."""
    ticking = [clock for clock in clocks if not clock.is_paused]
    nearest = min(ticking, key=lambda clock: clock.due_at, default=None)
    return {
        "next_due_at": nearest.due_at if nearest else None,
        "next_due_clock": nearest.code if nearest else None,
    }


def open_clock(row: Mapping[str, Any]) -> OpenClock:  # Any: a row of case_clock
    return OpenClock(
        code=row["code"],
        limit=Limit.parse(row["limit"]),
        origin=row["origin"],
        started_at=row["started_at"],
        due_at=row["due_at"],
        status=DayStatus(row["day_status"]),
        round=row["round"],
        is_before=row["is_before"],
        warn_at=tuple(datetime.fromisoformat(moment) for moment in row["warn_at"]),
        pauses=tuple(_pause(pause) for pause in row["pauses"]),
    )


def _pause(stored: Mapping[str, str | None]) -> Pause:
    until = stored["until"]
    return Pause(
        since=datetime.fromisoformat(str(stored["since"])),
        until=datetime.fromisoformat(until) if until else None,
        reason=str(stored["reason"]),
        by=PausedBy(stored.get("by") or PausedBy.CASE),
    )


def store_change(
    session: Session, case_id: int, running: Mapping[str, Any] | None, change: ClockChange
) -> None:
    """Write a clock as a change leaves it; `running` is its row, None for a new one."""
    if change.action is ClockAction.STARTED:
        _INSERT.run(
            session, {**clock_columns(change), **first_clock_columns(case_id, change.clock)}
        )
    elif running is not None:
        values = {f"v_{name}": value for name, value in clock_columns(change).items()}
        _UPDATE.run(session, {**values, **_told(running, change), "b_id": running["id"]})


def _told(running: Mapping[str, Any], change: ClockChange) -> dict[str, Any]:  # Any: columns
    """Who was told of a missed deadline; one that was moved ahead can be missed again."""
    names = ("missed_at", "escalated", "next_escalate_at")
    if change.clock.due_at > change.at:
        return dict(zip((f"v_{name}" for name in names), (None, 0, None), strict=True))
    return {f"v_{name}": running[name] for name in names}


def first_clock_columns(case_id: int, clock: OpenClock) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "code": clock.code,
        "round": clock.round,
        "limit": str(clock.limit),
        "started_at": clock.started_at,
        "is_before": clock.is_before,
        "missed_at": None,
        "escalated": 0,
        "next_escalate_at": None,
    }


def clock_columns(change: ClockChange) -> dict[str, Any]:
    clock, has_ended = change.clock, change.action in ENDINGS
    warns = [moment for moment in clock.warn_at if moment > change.at]
    return {
        "origin": clock.origin,
        "due_at": clock.due_at,
        "day_status": clock.status.value,
        "pauses": [
            {
                "since": pause.since.isoformat(),
                "until": pause.until.isoformat() if pause.until else None,
                "reason": pause.reason,
                "by": pause.by.value,
            }
            for pause in clock.pauses
        ],
        "warn_at": [moment.isoformat() for moment in clock.warn_at],
        "next_warn_at": min(warns, default=None),
        "is_running": not has_ended,
        "ended_at": change.at if has_ended else None,
        "ended_how": change.action.value if has_ended else None,
        "on_time": change.on_time,
        "paused_at": clock.pauses[-1].since if clock.is_paused and not has_ended else None,
    }
