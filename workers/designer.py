"""Long work on case types: open cases carried to another version, the past run through a draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.designer.migration_services import carry_on
from app.jobs import utc_now
from workers.work import chunked


@chunked
def migrate_cases(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Try out, move or put back the cases of a migration, from wherever it stands."""
    del session, now
    carry_on(int(payload["migration_id"]), utc_now)
