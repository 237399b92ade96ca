"""What nobody refers to goes after a week; what a case holds stays for good."""

import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import SignInAttempt
from app.cases import conversation
from app.cases.models import EventKind
from app.config import Settings
from app.storage import path_of, store_file
from tests.integration.cases.people import NOW, an_incident, station
from workers import leftovers


def _uploads(app: Flask) -> Path:
    settings: Settings = app.extensions["settings"]
    return settings.uploads_dir


def _aged(path: Path, days: int) -> Path:
    moment = time.time() - timedelta(days=days).total_seconds()
    os.utime(path, (moment, moment))
    return path


def test_only_old_uploads_that_no_case_holds_are_deleted(app: Flask, session: Session) -> None:
    folder = _uploads(app)
    held, lost, young = (
        store_file(folder, f"{name}.txt", BytesIO(name.encode()), limit_mb=1)
        for name in ("giu", "mat", "moi")
    )
    actor = station(session)
    head = an_incident(session, actor)
    conversation.add_note(
        session, actor, head.reference, kind=EventKind.NOTED, text="", files=[held], now=NOW
    )
    for file in (held, lost):
        _aged(path_of(folder, file.sha256), 8)
    partial = folder / "nhan-dodang"
    partial.write_bytes(b"x")
    _aged(partial, 8)
    imported = folder / "imports" / "ab" / "tep"
    imported.parent.mkdir(parents=True)
    imported.write_bytes(b"x")
    _aged(imported, 8)

    assert leftovers.clear_uploads(session, folder) == 2
    assert path_of(folder, held.sha256).exists()
    assert path_of(folder, young.sha256).exists()
    assert imported.exists()
    assert not path_of(folder, lost.sha256).exists()
    assert not partial.exists()


def test_old_sign_in_attempts_are_forgotten(app: Flask, session: Session) -> None:
    del app
    for days in (1, 91):
        session.add(SignInAttempt(account="a", address="b", at=NOW - timedelta(days=days)))
    session.flush()
    leftovers.clear(session, {}, NOW)
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 1
