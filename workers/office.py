"""Jobs of a unit's own office: the day of a hand-over comes near."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.office.reminders import remind_of_handovers


def remind(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Tell of hand-overs near their day; what was told already is not told again."""
    del payload
    remind_of_handovers(session, now=now)
