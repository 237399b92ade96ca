"""What an administrator sees of the product's own work: what waits, what failed, what was due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from redis import RedisError
from rq import Queue
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.audit import AuditCheck
from app.jobs import PERIODIC, Job, OutboxEntry, OutboxState, Periodic, ScheduleSlot

LOOKED_BACK = timedelta(days=1)
MOST_FAILURES = 50
_PENDING = OutboxEntry.state == OutboxState.PENDING
_DEAD = OutboxEntry.state == OutboxState.DEAD


@dataclass(frozen=True, slots=True)
class Backlog:
    """The work of one job: rows that wait, of them due, rows given up, and the last finished."""

    job: str
    waiting: int = 0
    due: int = 0
    dead: int = 0
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    """One periodic job: its last slot made, its next, and the slots of the day that were not."""

    job: str
    every: timedelta
    last: datetime | None
    next: datetime
    missed: Sequence[datetime] = field(default=())


@dataclass(frozen=True, slots=True)
class Depth:
    """Everything in numbers; `rings` is None when the queue does not answer."""

    waiting: int
    due: int
    dead: int
    oldest: datetime | None
    rings: int | None


def backlogs(session: Session, *, now: datetime) -> list[Backlog]:
    """Every job, in the order of their names."""
    counts = _counts(session, now)
    return [
        Backlog(
            job.value,
            *counts.get(job.value, (0, 0, 0)),
            done_at=_last_done(session, job),
        )
        for job in Job
    ]


def _counts(session: Session, now: datetime) -> Mapping[str, tuple[int, int, int]]:
    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    is_due = and_(_PENDING, OutboxEntry.due <= now)
    rows = session.execute(
        select(OutboxEntry.job, counted(_PENDING), counted(is_due), counted(_DEAD))
        .where(or_(_PENDING, _DEAD))
        .group_by(OutboxEntry.job)
    )
    return {job: (waiting, due, dead) for job, waiting, due, dead in rows}


def _last_done(session: Session, job: Job) -> datetime | None:
    return session.scalar(
        select(OutboxEntry.done_at)
        .where(OutboxEntry.state == OutboxState.DONE, OutboxEntry.job == job)
        .order_by(OutboxEntry.id.desc())
        .limit(1)
    )


def depth(
    session: Session, found: Sequence[Backlog], queue: Queue | None, *, now: datetime
) -> Depth:
    oldest = session.scalar(
        select(func.min(OutboxEntry.created_at)).where(_PENDING, OutboxEntry.due <= now)
    )
    return Depth(
        waiting=sum(one.waiting for one in found),
        due=sum(one.due for one in found),
        dead=sum(one.dead for one in found),
        oldest=oldest,
        rings=_rings(queue),
    )


def _rings(queue: Queue | None) -> int | None:
    """How many rings wait in the queue; None where no queue answers."""
    if queue is None:
        return None
    try:
        return int(queue.count)
    except RedisError:
        return None


def failures(session: Session) -> Sequence[OutboxEntry]:
    """Rows given up, then rows that failed and will be tried again; the newest of each first."""
    return session.scalars(
        select(OutboxEntry)
        .where(or_(_DEAD, and_(_PENDING, OutboxEntry.last_error.is_not(None))))
        .order_by(OutboxEntry.state, OutboxEntry.id.desc())
        .limit(MOST_FAILURES)
    ).all()


def timetables(session: Session, zone: ZoneInfo, *, now: datetime) -> list[Timetable]:
    return [_timetable(session, work, zone, now) for work in PERIODIC]


def _timetable(session: Session, work: Periodic, zone: ZoneInfo, now: datetime) -> Timetable:
    """Slots are missed from the first one ever made on: before it the product did not run."""
    latest = work.latest_slot(now, zone)
    first, last = session.execute(
        select(func.min(ScheduleSlot.slot), func.max(ScheduleSlot.slot)).where(
            ScheduleSlot.name == work.job.value
        )
    ).one()
    missed: list[datetime] = []
    if first is not None:
        start = max(first, latest - LOOKED_BACK)
        made = set(
            session.scalars(
                select(ScheduleSlot.slot).where(
                    ScheduleSlot.name == work.job.value, ScheduleSlot.slot >= start
                )
            )
        )
        missed = missing_slots(work, made, since=start, until=latest)
    return Timetable(work.job.value, work.every, last, latest + work.every, missed)


def missing_slots(
    work: Periodic, made: set[datetime], *, since: datetime, until: datetime
) -> list[datetime]:
    """The slots in [since, until) that were not made, newest first; `until` may still be."""
    slots = []
    slot = until - work.every
    while slot >= since:
        if slot not in made:
            slots.append(slot)
        slot -= work.every
    return slots


def latest_check(session: Session) -> AuditCheck | None:
    return session.scalar(select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1))
