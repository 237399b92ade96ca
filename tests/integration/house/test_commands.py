"""The operator's commands: one line when it went well, one sentence when it did not."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.cases.catalogue import DEFINITIONS
from app.cases.models import CaseEvent
from app.database import transaction
from tests.integration.cases.people import an_incident, station


def test_verify_passes_and_then_names_the_first_bad_row(app: Flask) -> None:
    with transaction() as session:
        head = an_incident(session, station(session))
    runner = app.test_cli_runner()
    good = runner.invoke(args=["audit", "verify"])
    assert good.exit_code == 0
    assert good.output.startswith("Đạt: 1 hồ sơ")
    with transaction() as session:
        session.execute(update(CaseEvent).values(actor_name="Người khác"))
    bad = runner.invoke(args=["audit", "verify"])
    assert bad.exit_code == 1
    assert f"Hồ sơ {head.reference}: sự kiện số 1" in bad.output


def test_the_shipped_definitions_pass_their_check(app: Flask) -> None:
    checked = app.test_cli_runner().invoke(args=["workflow", "check"])
    assert checked.exit_code == 0, checked.output
    assert checked.output.count("đạt") == len(list(DEFINITIONS.glob("*.yaml")))


@pytest.mark.parametrize(
    "words", ["workflow check", "audit verify", "import incidents {file} --unit BP08 --json"]
)
def test_a_database_without_tables_ends_in_one_sentence(
    words: str, empty_database: Flask, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(
        "Loại vụ việc,Thời gian\nBuôn lậu,05/03/2026\n", encoding="utf-8"
    )
    asked = words.format(file=tmp_path / "a.csv").split()
    told = empty_database.test_cli_runner().invoke(args=asked)
    assert told.exit_code == 1
    assert "Cơ sở dữ liệu chưa sẵn sàng" in told.output


def test_a_diagram_is_an_accessible_picture(app: Flask) -> None:
    drawn = app.test_cli_runner().invoke(args=["workflow", "diagram", "border_incident"])
    assert drawn.exit_code == 0
    assert drawn.output.lstrip().startswith("<svg")
    assert "<title" in drawn.output


def test_an_unknown_diagram_is_refused_in_one_sentence(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=["workflow", "diagram", "nothing"])
    assert refused.exit_code == 1
    assert "Không có định nghĩa nothing." in refused.output
