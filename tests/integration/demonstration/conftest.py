"""A loaded demonstration on each kind of database: one that is read, one on which is played."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.config import ROOT
from app.database import reading
from app.demonstration.commands import COMMANDS
from app.factory import create_app
from app.geo.packs import prepare_pack
from tests.conftest import KINDS, _create_database, _settings

SHARE = "4"


@pytest.fixture(scope="package", params=KINDS)
def demonstration(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    yield from loaded_demonstration(request, tmp_path_factory.mktemp("demonstration"))


@pytest.fixture(scope="package", params=KINDS)
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Where situations are played: what they leave behind is nobody else's to count."""
    yield from loaded_demonstration(request, tmp_path_factory.mktemp("stage"))


def loaded_demonstration(request: pytest.FixtureRequest, folder: Path) -> Iterator[Flask]:
    app = create_app(_settings(_url(request, folder), folder), is_worker=True)
    prepare_pack(ROOT / "geodata" / "default", app.extensions["settings"].geodata_dir)
    with app.app_context():
        run(app, "load", "--share", SHARE)
        yield app
        reading().close()


def _url(request: pytest.FixtureRequest, folder: Path) -> str:
    template = request.getfixturevalue(f"{request.param}_template")
    if template.path is not None:
        shutil.copyfile(template.path, folder / "test.sqlite3")
        return f"sqlite:///{folder / 'test.sqlite3'}"
    server = request.getfixturevalue("postgresql_server")
    return _create_database(server, f"{request.fixturename}_cm", template="template_cm")


def run(app: Flask, command: str, *options: str) -> str:
    """What a command prints."""
    result = app.test_cli_runner().invoke(COMMANDS[command], list(options), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def loaded_session(demonstration: Flask) -> Session:
    del demonstration
    return reading()
