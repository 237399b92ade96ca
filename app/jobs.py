"""Work to do after commit: stored with the change that asks for it, handed to RQ by a relay.

The queue is only a doorbell. The truth is the outbox row, so a lost queue loses nothing.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import (
    Index,
    String,
    UniqueConstraint,
    bindparam,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import (
    Base,
    IntPk,
    JsonDict,
    LongText,
    Moment,
    Prepared,
    ShortText,
    session_registry,
)

logger = logging.getLogger(__name__)

QUEUE_NAME = "cot-moc"
RUNNER = "workers.runner.run_outbox"
DOORBELL_GRACE = timedelta(seconds=2)
LEASE = timedelta(seconds=15)
MOST_ATTEMPTS = 8
_RUNG = "outbox_ids"


class Job(StrEnum):
    ACCEPT_LATE_ROWS = "accept_late_rows"
    CLEAR_LEFTOVERS = "clear_leftovers"
    CONVERT_PAPER = "convert_paper"
    DRAFT_CHASE = "draft_chase"
    DRAFT_MINUTES = "draft_minutes"
    DRAFT_PAPERS = "draft_papers"
    FOLLOW_CASE_EVENT = "follow_case_event"
    MIGRATE_CASES = "migrate_cases"
    MEASURE_STEPS = "measure_steps"
    OPEN_MASS_CASES = "open_mass_cases"
    PRINT_LIST = "print_list"
    PRUNE_OUTBOX = "prune_outbox"
    RECOMPUTE_CLOCKS = "recompute_clocks"
    REPLAY_HISTORY = "replay_history"
    REBUILD_LAYERS = "rebuild_layers"
    REMIND_HANDOVERS = "remind_handovers"
    RUN_IMPORT = "run_import"
    SEND_MAIL = "send_mail"
    SWEEP_DEADLINES = "sweep_deadlines"
    SWEEP_VMS = "sweep_vms"
    TAKE_MASS_LIST = "take_mass_list"
    TELL_REVEAL = "tell_reveal"
    VERIFY_AUDIT = "verify_audit"


class OutboxState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"
    DISCARDED = "discarded"


class OutboxEntry(Base):
    """One piece of work; `payload` holds ids only, never personal data."""

    __tablename__ = "outbox"

    id: Mapped[IntPk]
    job: Mapped[ShortText]
    payload: Mapped[JsonDict]
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    state: Mapped[ShortText] = mapped_column(default=OutboxState.PENDING)
    due: Mapped[Moment]
    attempt: Mapped[int] = mapped_column(default=0)
    running_until: Mapped[Moment | None]  # a job in chunks is held by its worker until then
    last_error: Mapped[LongText | None]
    created_at: Mapped[Moment]
    done_at: Mapped[Moment | None]


Index(
    "ix_outbox_pending_due",
    OutboxEntry.due,
    sqlite_where=OutboxEntry.state == OutboxState.PENDING,
    postgresql_where=OutboxEntry.state == OutboxState.PENDING,
)
Index("ix_outbox_state_job", OutboxEntry.state, OutboxEntry.job, OutboxEntry.id)


class ScheduleSlot(Base):
    """One run of periodic work; unique, so that any number of hosts makes it once."""

    __tablename__ = "schedule_slot"
    __table_args__ = (UniqueConstraint("name", "slot"),)

    id: Mapped[IntPk]
    name: Mapped[ShortText]
    slot: Mapped[Moment]


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
    Periodic(Job.SWEEP_VMS, every=timedelta(minutes=5)),
    Periodic(Job.REBUILD_LAYERS, every=timedelta(hours=1), at=timedelta(minutes=10)),
    Periodic(Job.VERIFY_AUDIT, every=timedelta(days=1), at=timedelta(hours=2)),
    Periodic(Job.PRUNE_OUTBOX, every=timedelta(days=1), at=timedelta(hours=3)),
    Periodic(Job.MEASURE_STEPS, every=timedelta(days=1), at=timedelta(hours=3, minutes=30)),
    Periodic(Job.REMIND_HANDOVERS, every=timedelta(days=1), at=timedelta(hours=6, minutes=30)),
    Periodic(Job.CLEAR_LEFTOVERS, every=timedelta(days=1), at=timedelta(hours=4)),
)


_INSERT = Prepared(
    insert(OutboxEntry)
    .values(
        {
            name: bindparam(name)
            for name in ("job", "payload", "key", "state", "due", "attempt", "created_at")
        }
    )
    .returning(OutboxEntry.id)
)


def enqueue(
    session: Session,
    job: Job,
    payload: Mapping[str, Any],  # JSON scalars: ids
    *,
    now: datetime,
    due: datetime | None = None,
    key: str | None = None,
) -> None:
    """Store work in the caller's transaction; a repeated `key` is stored once."""
    values = {
        "job": job.value,
        "payload": dict(payload),
        "key": key,
        "state": OutboxState.PENDING.value,
        "due": due or now + DOORBELL_GRACE,
        "attempt": 0,
        "created_at": now,
    }
    if key is None:
        entry_id = _INSERT.value(session, values)
    else:
        insert_once = insert_sqlite if _is_sqlite(session) else insert_postgresql
        once = (
            insert_once(OutboxEntry).values(values).on_conflict_do_nothing(index_elements=["key"])
        )
        entry_id = session.execute(once.returning(OutboxEntry.id)).scalar()
    if entry_id is not None and due is None:
        remember_entry(session, entry_id)


def remember_entry(session: Session, entry_id: int) -> None:
    """Ring the doorbell for this row once its transaction has committed."""
    session.info.setdefault(_RUNG, []).append(entry_id)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def claim_due(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Lease the due rows to this relay; another relay skips them until the lease ends."""
    statement = (
        select(OutboxEntry.id)
        .where(OutboxEntry.state == OutboxState.PENDING, OutboxEntry.due <= now)
        .order_by(OutboxEntry.due)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(statement))
    if ids:
        session.execute(update(OutboxEntry).where(OutboxEntry.id.in_(ids)).values(due=now + LEASE))
    return ids


def init_doorbell(app: Flask, redis_url: str) -> None:
    """Ring RQ after each commit; a queue that is away is no failure: the relay delivers."""
    app.extensions["job_queue"] = job_queue(redis_url) if redis_url else None
    event.listen(session_registry(), "after_commit", _ring_after_commit)
    event.listen(session_registry(), "after_soft_rollback", _forget_after_rollback)


def job_queue(redis_url: str) -> Queue:
    connection = Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=1)
    return Queue(QUEUE_NAME, connection=connection, serializer=JSONSerializer)


def ring(queue: Queue, entry_ids: list[int]) -> None:
    for entry_id in entry_ids:
        queue.enqueue(RUNNER, entry_id, result_ttl=0, failure_ttl=3600, job_timeout=3600)


def _ring_after_commit(session: Session) -> None:
    # The hook also fires when a savepoint is released: that is not yet the commit.
    if session.in_nested_transaction():
        return
    entry_ids = session.info.pop(_RUNG, [])
    queue = _current_queue()
    if not entry_ids or queue is None:
        return
    try:
        ring(queue, entry_ids)
    except RedisError:
        logger.warning("doorbell is away; the relay will deliver %d rows", len(entry_ids))


def _forget_after_rollback(session: Session, previous: Any) -> None:  # Any: SessionTransaction
    if previous.parent is None:
        session.info.pop(_RUNG, None)


def _current_queue() -> Queue | None:
    queue: Queue | None = current_app.extensions.get("job_queue")
    return queue


def utc_now() -> datetime:
    return datetime.now(UTC)
