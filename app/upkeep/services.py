"""What an administrator does about work that failed: try it again, or give it up with a trace."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Conflict, NotFound
from app.jobs import Job, OutboxEntry, OutboxState, enqueue, remember_entry
from app.permissions import Actor

FAILED = (OutboxState.DEAD, OutboxState.PENDING)


def retry_entry(session: Session, actor: Actor, entry_id: int, *, now: datetime) -> None:
    """Give a failed row all its attempts again, at once."""
    entry = _failed_entry(session, entry_id, now)
    entry.state, entry.attempt = OutboxState.PENDING, 0
    entry.due, entry.running_until = now, None
    record_access(session, actor, "job_retried", f"outbox:{entry.id}", now=now)
    remember_entry(session, entry.id)


def discard_entry(session: Session, actor: Actor, entry_id: int, *, now: datetime) -> None:
    """Give a failed row up for good; it stays to be seen until finished work is pruned."""
    entry = _failed_entry(session, entry_id, now)
    entry.state, entry.done_at = OutboxState.DISCARDED, now
    record_access(session, actor, "job_discarded", f"outbox:{entry.id}", reason=entry.job, now=now)


def ask_for_check(session: Session, actor: Actor, *, now: datetime) -> None:
    """Have the history of all cases checked now, besides the nightly check."""
    record_access(session, actor, "audit_check_asked", "audit", now=now)
    slot = now.replace(second=0, microsecond=0).isoformat()
    enqueue(session, Job.VERIFY_AUDIT, {"slot": slot}, now=now, key=f"verify:{slot}")


def _failed_entry(session: Session, entry_id: int, now: datetime) -> OutboxEntry:
    """The row, locked; work that is running or finished is left alone."""
    entry = session.scalar(
        select(OutboxEntry)
        .where(OutboxEntry.id == entry_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if entry is None:
        raise NotFound("Không có việc này.")
    if entry.state not in FAILED or entry.last_error is None:
        raise Conflict("Việc này không còn ở tình trạng lỗi. Hãy tải lại trang.")
    if entry.running_until is not None and entry.running_until > now:
        raise Conflict("Việc này đang được làm. Hãy chờ kết quả rồi tải lại trang.")
    return entry
