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
from app.permissions import SYSTEM_ACTOR
from app.registers.dossier_models import DocumentKind
from app.registers.dossier_services import Paper, file_document
from app.registers.models import Marker, Position
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


def test_photos_of_markers_stay(app: Flask, session: Session) -> None:
    folder = _uploads(app)
    file = store_file(folder, "moc.txt", BytesIO(b"anh moc"), limit_mb=1)
    place = Position(neighbour="KH", label="47")
    session.add(place)
    session.flush()
    marker = Marker(
        position_id=place.id,
        neighbour="KH",
        label="47",
        label_fold="47",
        slug="47",
        sort_key="300047",
        kind="main",
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(marker)
    session.flush()
    paper = Paper(DocumentKind.PHOTO, "Mặt trước", "Đội cắm mốc", None)
    file_document(session, SYSTEM_ACTOR, marker, paper, file=file, now=NOW)
    _aged(path_of(folder, file.sha256), 8)

    assert leftovers.clear_uploads(session, folder) == 0
    assert path_of(folder, file.sha256).exists()
