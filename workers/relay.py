"""Hands due outbox rows to the queue; the safety net under the doorbell that rings at commit."""

from datetime import datetime

from rq import Queue
from sqlalchemy import select

from app.database import reading, transaction
from app.jobs import OutboxEntry, OutboxState, claim_due, ring

MOST_WAITING = 200  # more rings than workers can answer within a lease would only ring again


def deliver_due(queue: Queue, *, now: datetime) -> int:
    """Ring for the due rows and return how many; RedisError when the queue is away."""
    if not _is_any_due(now):
        return 0
    room = MOST_WAITING - queue.count
    if room <= 0:
        return 0
    with transaction() as session:
        entry_ids = claim_due(session, now=now, limit=min(room, 100))
    ring(queue, entry_ids)
    return len(entry_ids)


def _is_any_due(now: datetime) -> bool:
    """A plain read, so that an idle relay never takes SQLite's write lock."""
    session = reading()
    found = session.scalar(
        select(OutboxEntry.id)
        .where(OutboxEntry.state == OutboxState.PENDING, OutboxEntry.due <= now)
        .limit(1)
    )
    session.rollback()
    return found is not None
