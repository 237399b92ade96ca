"""Carries on what is long of a mass event: its lists, its cases; may be killed at any moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.crises import opening, taking
from app.registers.packs import pack_if_installed
from workers.work import chunked


@chunked
def open_cases(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Open what is left of the run, from wherever an earlier attempt has left it."""
    del session
    opening.carry_on(int(payload["run_id"]), pack=pack_if_installed(), now=now)


@chunked
def take_list(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Take what is left of a list, from wherever an earlier attempt has left it."""
    del session
    with force_locale("vi"):
        taking.carry_on(int(payload["list_id"]), now=now)
