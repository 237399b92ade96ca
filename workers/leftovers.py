"""Clears what nobody refers to any more: uploads of forms never sent, traces past their time."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts.throttle import forget_old_attempts
from app.cases.models import Attachment
from app.config import Settings
from app.imports.models import ImportBatch
from app.maps.prints import clear_prints
from app.registers.dossier_models import MarkerDocument

# A form that was refused keeps its files until it is sent again; after this nobody comes back.
KEPT = timedelta(days=7)


def clear(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Forget old sign-in attempts, and delete uploads that nobody has taken and old prints."""
    del payload
    forget_old_attempts(session, now=now)
    settings: Settings = current_app.extensions["settings"]
    clear_uploads(session, settings.uploads_dir)
    clear_prints(settings.uploads_dir, now=now)
    kept = timedelta(days=settings.import_file_days)
    clear_import_files(session, settings.uploads_dir / "imports", kept=kept, now=now)


def clear_uploads(session: Session, folder: Path) -> int:
    """Delete files of the attachment shelf that lie there longer than KEPT and that no row names.

    Age is the file's own: sending the same bytes again makes it young. Returns how many went.
    """
    oldest = time.time() - KEPT.total_seconds()
    old = [path for path in _shelved(folder) if path.stat().st_mtime < oldest]
    names = [path.name for path in old]
    taken = {
        name
        for address in (Attachment.sha256, MarkerDocument.sha256)
        for name in session.scalars(select(address).where(address.in_(names)))
    }
    left = [path for path in old if path.name not in taken]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _shelved(folder: Path) -> Iterator[Path]:
    """Whole files by their hash, and half-received ones; other folders are not ours."""
    yield from folder.glob("nhan-*")
    yield from folder.glob("[0-9a-f][0-9a-f]/*")


def clear_import_files(session: Session, folder: Path, *, kept: timedelta, now: datetime) -> int:
    """Delete the files of imports that ended longer ago than `kept`; what they did stays.

    A file that another import still needs stays, and one that no import names goes with its age.
    """
    young = select(ImportBatch.sha256).where(
        or_(ImportBatch.finished_at.is_(None), ImportBatch.finished_at > now - kept)
    )
    needed = set(session.scalars(young))
    oldest = time.time() - kept.total_seconds()
    named = set(session.scalars(select(ImportBatch.sha256)))
    gone = [
        path
        for path in _shelved(folder)
        if path.name not in needed and (path.name in named or path.stat().st_mtime < oldest)
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    session.execute(
        update(ImportBatch)
        .where(ImportBatch.sha256.in_([path.name for path in gone]))
        .values(file_deleted_at=now)
    )
    return len(gone)
