"""Carries on what is long of a mass event: its lists, its cases; may be killed at any moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.config import Settings
from app.crises import late, opening, taking
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
    settings: Settings = current_app.extensions["settings"]
    with force_locale("vi"):
        taking.carry_on(int(payload["list_id"]), limit_mb=settings.max_upload_mb, now=now)


@chunked
def accept_late(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Take the late rows of a list that are left, as of the moment in which that was ordered."""
    del session, now
    with force_locale("vi"):
        late.carry_on(
            int(payload["list_id"]),
            user_id=int(payload["user_id"]),
            unit_id=int(payload["unit_id"]),
            ordered_at=datetime.fromisoformat(payload["at"]),
        )
