"""Keeps the past quiet: nobody is told today of what an illustration did months ago."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.jobs import Job, OutboxEntry, OutboxState

_STILL_NEWS = timedelta(days=3)


def leave_past_untold(session: Session, now: datetime) -> None:
    """Mark the follow-ups of events older than three days as done; the newest ones still run."""
    session.execute(
        update(OutboxEntry)
        .where(
            OutboxEntry.job == Job.FOLLOW_CASE_EVENT,
            OutboxEntry.state == OutboxState.PENDING,
            OutboxEntry.created_at < now - _STILL_NEWS,
        )
        .values(state=OutboxState.DONE, done_at=now)
    )
