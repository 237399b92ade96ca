"""Carries on the opening of cases for the people of a mass event; may be killed at any moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.crises.opening import carry_on
from app.registers.packs import pack_if_installed
from workers.work import chunked


@chunked
def open_cases(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Open what is left of the run, from wherever an earlier attempt has left it."""
    del session
    carry_on(int(payload["run_id"]), pack=pack_if_installed(), now=now)
