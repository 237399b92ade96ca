"""Keeps the outbox small: finished work is forgotten after a while, dead work stays to be seen."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.jobs import OutboxEntry, OutboxState, ScheduleSlot

KEPT = timedelta(days=14)


def prune(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Delete done and discarded rows and schedule slots older than two weeks."""
    del payload
    oldest = now - KEPT
    session.execute(
        delete(OutboxEntry).where(
            OutboxEntry.state.in_((OutboxState.DONE, OutboxState.DISCARDED)),
            OutboxEntry.done_at < oldest,
        )
    )
    session.execute(delete(ScheduleSlot).where(ScheduleSlot.slot < oldest))
