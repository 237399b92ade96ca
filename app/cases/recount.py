"""Open deadlines counted again after the calendar or a dated setting has changed, many at a time.

A recount is a row: it knows how far it came, so that a killed worker's successor goes on from
there and an administrator sees the progress. What it moves is logged deadline by deadline, and
told on the case itself by one event.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.accounts.calendar import own_calendar
from app.accounts.models import Unit
from app.cases.catalogue import definition_by_id
from app.cases.clock_models import ClockMove, ClockRecount
from app.cases.dated_settings import RowsOfKey, rows_of
from app.cases.deadlines import calendar_of, next_deadline, open_clock
from app.cases.heads import CaseHead, definition_of_head, heads_by_id
from app.cases.models import Case, CaseClock, CaseTypeVersion, EventKind
from app.cases.recording import Happening, record_many
from app.database import insert_rows, update_rows
from app.permissions import SYSTEM_ACTOR
from app.workflow.calendars import WorkCalendar
from app.workflow.clock_rules import ClockRule
from app.workflow.clocks import ClockChange, OpenClock, recalculate
from app.workflow.limits import ClockKind, Limit

CHUNK = 500
Row = Mapping[str, Any]  # Any: a row of case_clock


@dataclass(frozen=True, slots=True)
class Change:
    """What has changed: a day of a calendar or a unit, or a setting from a day on."""

    day: date
    calendar: str = ""
    setting: str = ""

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> "Change":  # Any: JSON scalars
        day = date.fromisoformat(payload["day"])
        return cls(day, payload.get("calendar", ""), payload.get("setting", ""))

    @property
    def as_json(self) -> dict[str, str]:
        named = {"calendar": self.calendar, "setting": self.setting}
        return {"day": self.day.isoformat(), **{k: v for k, v in named.items() if v}}

    @property
    def sentence(self) -> str:
        day = self.day.strftime("%d/%m/%Y")
        if self.setting:
            return f"Ngưỡng “{self.setting}” thay đổi từ ngày {day}."
        return f"Lịch làm việc thay đổi ngày {day}."


@dataclass(slots=True)
class _Chunk:
    """What one chunk of cases leaves to be written."""

    session: Session
    recount_id: int
    change: Change
    now: datetime
    setting: RowsOfKey | None
    calendars: dict[int, WorkCalendar] = field(default_factory=dict)
    clocks: list[dict[str, Any]] = field(default_factory=list)  # Any: columns of case_clock
    moves: list[dict[str, Any]] = field(default_factory=list)  # Any: columns of clock_move
    events: list[tuple[CaseHead, Happening, dict[str, Any]]] = field(default_factory=list)


def begin_recount(
    session: Session, payload: Mapping[str, Any], *, now: datetime
) -> tuple[int, bool]:  # Any: JSON scalars
    """The recount of this change, made the first time it is asked for; and whether it is done."""
    change = Change.of(payload)
    source = f"{change.calendar or change.setting}:{change.day}@{payload.get('run', '')}"
    found = session.scalar(select(ClockRecount).where(ClockRecount.source == source))
    if found is None:
        total = session.scalar(select(func.count()).select_from(_cases(session, change).subquery()))
        found = ClockRecount(
            source=source,
            change=change.as_json,
            requested_by=int(payload.get("by", 0)),
            started_at=now,
            total=total or 0,
            seen=0,
            moved=0,
            last_case_id=0,
        )
        session.add(found)
        session.flush()
    return found.id, found.finished_at is not None


def recount_chunk(session: Session, recount_id: int, *, now: datetime) -> bool:
    """Recount the clocks of the next cases and note how far it came; whether any was left.

    A case that is already right stays untouched, so a second run of a chunk changes nothing.
    """
    recount = session.get_one(ClockRecount, recount_id, with_for_update=True)
    change = Change.of(recount.change)
    wanted = _cases(session, change).where(Case.id > recount.last_case_id)
    case_ids = list(session.scalars(wanted.order_by(Case.id).limit(CHUNK)))
    if not case_ids:
        recount.finished_at = now
        return False
    rows = _lock_clocks(session, case_ids)
    # Locked after their clocks, in the order of every other writer.
    session.execute(select(Case.id).where(Case.id.in_(case_ids)).with_for_update()).all()
    setting = rows_of(session, change.setting) if change.setting else None
    chunk = _Chunk(session, recount_id, change, now, setting)
    heads = heads_by_id(session, case_ids)
    for case_id in case_ids:
        _recount_case(chunk, heads[case_id], rows[case_id])
    _write(chunk)
    recount.last_case_id = case_ids[-1]
    recount.seen += len(case_ids)
    recount.moved += len(chunk.moves)
    session.flush()
    return True


def _write(chunk: _Chunk) -> None:
    update_rows(chunk.session, CaseClock, chunk.clocks)
    insert_rows(chunk.session, ClockMove, chunk.moves)
    record_many(chunk.session, SYSTEM_ACTOR, chunk.events, now=chunk.now)


def _cases(session: Session, change: Change) -> Select[int]:
    """Open cases with a running clock that the change may move."""
    running = [CaseClock.case_id == Case.id, CaseClock.is_running.is_(true())]
    if change.setting:
        versions = _versions_with(session, change.setting)
        named = or_(
            false(),
            *(and_(Case.type_version_id == key, CaseClock.code.in_(v)) for key, v in versions),
        )
        return select(Case.id).where(
            Case.is_open.is_(true()),
            select(CaseClock.case_id).where(*running, named).exists(),
        )
    in_days = CaseClock.limit.endswith(ClockKind.WORKING_DAYS.value)
    return (
        select(Case.id)
        .join(Unit, Unit.id == Case.owner_unit_id)
        .where(
            Case.is_open.is_(true()),
            _counts_by(change.calendar),
            select(CaseClock.case_id).where(*running, in_days).exists(),
        )
    )


def _counts_by(calendar: str) -> ColumnElement[bool]:
    if calendar.startswith(own_calendar(0)[:1]):
        return Unit.id == int(calendar[1:])
    return func.coalesce(Unit.country_code, "VN") == calendar


def _versions_with(session: Session, setting: str) -> list[tuple[int, list[str]]]:
    """The published versions with clocks that take their limit from a setting."""
    found = []
    for version_id in session.scalars(select(CaseTypeVersion.id)):
        rules = definition_by_id(session, version_id).machine.clocks
        codes = [rule.code for rule in rules if rule.setting == setting]
        if codes:
            found.append((version_id, codes))
    return found


def _lock_clocks(session: Session, case_ids: Sequence[int]) -> Mapping[int, list[Row]]:
    statement = (
        select(*CaseClock.__table__.columns)
        .where(CaseClock.case_id.in_(case_ids), CaseClock.is_running.is_(true()))
        .order_by(CaseClock.id)
        .with_for_update()
    )
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in session.execute(statement).mappings():
        rows[row["case_id"]].append(dict(row))
    return rows


def _recount_case(chunk: _Chunk, head: CaseHead, rows: Iterable[Row]) -> None:
    """Note what the change moves on one case."""
    stored = {row["code"]: row for row in rows}
    clocks = {code: open_clock(row) for code, row in stored.items()}
    rules = definition_of_head(chunk.session, head).machine.clocks
    calendar = _calendar(chunk, head)
    changes = recalculate(
        rules,
        clocks.values(),
        calendar=calendar,
        now=chunk.now,
        limits=_limits(chunk, head, rules, clocks),
    )
    for one in changes:
        chunk.clocks.append(_columns(one, stored[one.clock.code], chunk.now))
    moved = [one for one in changes if one.clock.due_at != clocks[one.clock.code].due_at]
    if not moved:
        return
    for one in moved:
        chunk.moves.append(_move(chunk.recount_id, stored[one.clock.code], one))
    names = {rule.code: rule.name.vi for rule in rules}
    after = {**clocks, **{one.clock.code: one.clock for one in changes}}
    happening = _happening(moved, clocks, names, calendar, change=chunk.change)
    chunk.events.append((head, happening, next_deadline(after.values())))


def _calendar(chunk: _Chunk, head: CaseHead) -> WorkCalendar:
    if head.owner_unit_id not in chunk.calendars:
        chunk.calendars[head.owner_unit_id] = calendar_of(chunk.session, head)
    return chunk.calendars[head.owner_unit_id]


def _limits(
    chunk: _Chunk, head: CaseHead, rules: Sequence[ClockRule], clocks: Mapping[str, OpenClock]
) -> dict[str, Limit]:
    """The limits of the clocks that hang on the changed setting, as of the day they started."""
    if chunk.setting is None:
        return {}
    return {
        rule.code: chunk.setting.limit_of(head, clocks[rule.code].started_at) or rule.limit
        for rule in rules
        if rule.setting == chunk.setting.key and rule.code in clocks
    }


def _columns(change: ClockChange, row: Row, now: datetime) -> dict[str, Any]:  # Any: columns
    clock = change.clock
    is_ahead = clock.due_at > now
    return {
        "id": row["id"],
        "limit": str(clock.limit),
        "due_at": clock.due_at,
        "day_status": clock.status.value,
        "warn_at": [moment.isoformat() for moment in clock.warn_at],
        "next_warn_at": min((m for m in clock.warn_at if m > now), default=None),
        # A deadline that lies ahead again can be missed again.
        "missed_at": None if is_ahead else row["missed_at"],
        "escalated": 0 if is_ahead else row["escalated"],
        "next_escalate_at": None if is_ahead else row["next_escalate_at"],
    }


def _move(recount_id: int, row: Row, change: ClockChange) -> dict[str, Any]:  # Any: columns
    return {
        "recount_id": recount_id,
        "case_id": row["case_id"],
        "clock_id": row["id"],
        "code": row["code"],
        "was_at": row["due_at"],
        "now_at": change.clock.due_at,
        "was_limit": row["limit"],
        "now_limit": str(change.clock.limit),
    }


def _happening(
    moved: Sequence[ClockChange],
    before: Mapping[str, OpenClock],
    names: Mapping[str, str],
    calendar: WorkCalendar,
    *,
    change: Change,
) -> Happening:
    def said(moment: datetime) -> str:
        return calendar.local(moment).strftime("%d/%m/%Y %H:%M")

    lines = [
        f"{names.get(one.clock.code, one.clock.code)}: "
        f"{said(before[one.clock.code].due_at)} → {said(one.clock.due_at)}"
        for one in moved
    ]
    cause = "ngưỡng" if change.setting else "lịch"
    return Happening(
        EventKind.CLOCKS_RECOMPUTED,
        text="\n".join([change.sentence, *lines]),
        data={
            **change.as_json,
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
        summary=f"Tính lại thời hạn theo {cause} ngày {change.day:%d/%m/%Y}",
    )
