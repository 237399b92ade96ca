"""Periodic work: each slot becomes one outbox row, however many schedulers are running."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from app.jobs import PERIODIC, Job, Periodic, ScheduleSlot, enqueue

__all__ = ["PERIODIC", "Periodic", "make_slots"]


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
