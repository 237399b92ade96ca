"""Where the engine keeps connections a thread writes on one, and reads see what it wrote."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from app import database
from app.cases.models import ReferenceCounter
from app.config import Settings
from app.database import reading, transaction
from app.factory import create_app


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application as it serves requests: with a pool."""
    given = {"database_url": database_url, "instance_dir": str(tmp_path), "redis_url": ""}
    app = create_app(Settings.model_validate({"environment": "test", **given}))
    with app.app_context():
        yield app
        database.close_writer()
        reading().close()
        reading().get_bind().dispose()  # type: ignore[union-attr]  # an Engine here


def note(number: int) -> int:
    """Write one row; tells which connection of the driver it went over."""
    with transaction() as session:
        row = {"type_code": "t", "unit_code": "u", "year": number, "last": 1}
        session.execute(insert(ReferenceCounter).values(row))
        return id(session.connection().connection.dbapi_connection)


def count() -> int:
    session = reading()
    session.rollback()
    mine = select(func.count()).where(ReferenceCounter.type_code == "t")
    return session.scalar(mine) or 0


def test_writes_go_over_one_connection_and_reads_see_them(web: Flask) -> None:
    del web
    used = set()
    for number in range(4):
        used.add(note(number))
        assert count() == number + 1
    assert len(used) == 1


def test_a_refused_write_leaves_nothing_and_the_next_one_goes_on(web: Flask) -> None:
    del web
    note(1)
    with pytest.raises(RuntimeError, match="refused"):
        refused(2)
    note(3)
    assert count() == 2


def refused(number: int) -> None:
    with transaction() as session:
        row = {"type_code": "t", "unit_code": "u", "year": number, "last": 1}
        session.execute(insert(ReferenceCounter).values(row))
        raise RuntimeError("refused")


def test_an_idle_connection_goes_back_to_the_pool_first(
    web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    del web
    monkeypatch.setattr(database, "FRESH_SECONDS", 0.0)
    for number in range(3):
        note(number)
    assert count() == 3


def test_each_thread_writes_on_its_own(web: Flask) -> None:
    used = [note(0)]

    def work() -> None:
        with web.app_context():
            used.append(note(1))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert count() == 2
    assert len(set(used)) == 2
