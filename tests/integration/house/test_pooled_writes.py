"""Where the engine keeps connections: reads see what was written, a refusal leaves nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

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
        reading().close()
        reading().get_bind().dispose()  # type: ignore[union-attr]  # an Engine here


def note(number: int) -> None:
    with transaction() as session:
        row = {"type_code": "t", "unit_code": "u", "year": number, "last": 1}
        session.execute(insert(ReferenceCounter).values(row))


def count() -> int:
    session = reading()
    session.rollback()
    mine = select(func.count()).where(ReferenceCounter.type_code == "t")
    return session.scalar(mine) or 0


def test_reads_see_each_write(web: Flask) -> None:
    del web
    for number in range(4):
        note(number)
        assert count() == number + 1


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
