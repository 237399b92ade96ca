"""Jobs that time brings to vessels at sea: steps of the ladder, reports that did not come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.database import transaction
from app.vms.sweeping import sweep_trips
from workers.work import chunked


@chunked
def sweep(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Look at every trip that stands open, a chunk in each transaction."""
    del session, payload
    after: int | None = 0
    while after is not None:
        with transaction() as writer:
            after = sweep_trips(writer, after=after, now=now)
