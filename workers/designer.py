"""Long work on case types: open cases carried to another version, the past run through a draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.designer import lab_services, migration_services
from app.jobs import utc_now
from workers.work import chunked


@chunked
def migrate_cases(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Try out, move or put back the cases of a migration, from wherever it stands."""
    del session, now
    migration_services.carry_on(int(payload["migration_id"]), utc_now)


@chunked
def replay_history(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Run a draft through the past, from the last case that an earlier attempt has replayed."""
    del session, now
    lab_services.carry_on(int(payload["run_id"]), utc_now)
