"""Carries imports on: a long job that commits chunk by chunk and may be killed at any moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.config import Settings
from app.imports.services import Shelf
from app.imports.work import Workroom, carry_on
from app.jobs import utc_now
from app.registers.packs import current_pack
from workers.work import chunked


@chunked
def run_import(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Check or store the batch, from wherever an earlier attempt has left it."""
    del session, now
    settings: Settings = current_app.extensions["settings"]
    shelf = Shelf(settings.uploads_dir / "imports", settings.max_upload_mb)
    carry_on(int(payload["batch_id"]), Workroom(shelf, current_pack(), utc_now))
