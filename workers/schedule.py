"""Periodic work: each slot becomes one outbox row, however many schedulers are running."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from app.jobs import Job, ScheduleSlot, enqueue


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that is due every so often, counted from `at` after midnight of the product's zone."""

    job: Job
    every: timedelta
    at: timedelta = timedelta()

    def latest_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The newest moment at or before `now` at which this job was due, in UTC."""
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        first = (midnight + self.at).astimezone(UTC)
        return first + (now - first) // self.every * self.every


PERIODIC = (
    Periodic(Job.SWEEP_DEADLINES, every=timedelta(minutes=1)),
    Periodic(Job.REBUILD_LAYERS, every=timedelta(hours=1), at=timedelta(minutes=10)),
    Periodic(Job.VERIFY_AUDIT, every=timedelta(days=1), at=timedelta(hours=2)),
    Periodic(Job.PRUNE_OUTBOX, every=timedelta(days=1), at=timedelta(hours=3)),
)


def make_slots(
    session: Session, periodic: Iterable[Periodic], *, zone: ZoneInfo, now: datetime
) -> list[Job]:
    """Enqueue each job whose latest slot is not made yet; older missed slots are let go."""
    return [work.job for work in periodic if _make_slot(session, work, zone=zone, now=now)]


def _make_slot(session: Session, work: Periodic, *, zone: ZoneInfo, now: datetime) -> bool:
    slot = work.latest_slot(now, zone)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = insert_sqlite if is_sqlite else insert_postgresql
    statement = (
        insert(ScheduleSlot)
        .values(name=work.job.value, slot=slot)
        .on_conflict_do_nothing(index_elements=["name", "slot"])
        .returning(ScheduleSlot.id)
    )
    if session.execute(statement).scalar() is None:
        return False
    enqueue(session, work.job, {"slot": slot.isoformat()}, now=now)
    return True
