"""The operator's commands: one line when it went well, one sentence when it did not."""

from flask import Flask
from sqlalchemy import update

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
    assert checked.output.count("đạt") == 6


def test_a_diagram_is_an_accessible_picture(app: Flask) -> None:
    drawn = app.test_cli_runner().invoke(args=["workflow", "diagram", "border_incident"])
    assert drawn.exit_code == 0
    assert drawn.output.lstrip().startswith("<svg")
    assert "<title" in drawn.output


def test_an_unknown_diagram_is_refused_in_one_sentence(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=["workflow", "diagram", "nothing"])
    assert refused.exit_code == 1
    assert "Không có định nghĩa nothing." in refused.output
