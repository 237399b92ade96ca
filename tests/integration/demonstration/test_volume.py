"""Cases made for measuring: as many as asked, located, searchable, with unbroken chains."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseClock, CaseEvent
from app.cases.recording import first_bad_event
from app.cases.search import matching
from app.cases.text_models import CaseText
from app.config import Settings
from app.demonstration.commands import COMMANDS
from app.permissions import SYSTEM_ACTOR
from tests.integration.demonstration.conftest import SHARE, run


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Case)) or 0


def test_scale_adds_exactly_so_many_cases_and_resumes(
    demonstration: Flask, loaded_session: Session
) -> None:
    before = _count(loaded_session)
    run(demonstration, "load", "--share", SHARE, "--scale", "300")
    assert _count(loaded_session) == before + 300
    run(demonstration, "load", "--share", SHARE, "--scale", "500")
    run(demonstration, "load", "--share", SHARE, "--scale", "500")
    assert _count(loaded_session) == before + 500
    _check_rows(loaded_session, before)


def _check_rows(session: Session, before: int) -> None:
    ids = session.scalars(select(Case.id).order_by(Case.id).offset(before)).all()
    assert all(first_bad_event(session, case_id) is None for case_id in ids)
    placed = select(func.count()).where(Case.id.in_(ids), Case.z_key.is_not(None))
    assert session.scalar(placed) == 500
    still_open = set(session.scalars(select(Case.id).where(Case.id.in_(ids), Case.is_open)))
    with_clock = set(
        session.scalars(
            select(CaseClock.case_id).where(CaseClock.case_id.in_(ids), CaseClock.is_running)
        )
    )
    assert still_open == with_clock
    for model in (CaseEvent, CaseText):
        rows = select(func.count()).select_from(model).where(model.case_id.in_(ids))
        assert session.scalar(rows) == 500
    found = matching(session, SYSTEM_ACTOR, "minh họa để đo tải", limit=1000)
    assert found is not None
    assert set(session.scalars(found)) >= set(ids)


def test_an_instance_that_is_no_demonstration_refuses(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update={"is_demonstration": False})
    for name in ("load", "accounts"):
        result = app.test_cli_runner().invoke(COMMANDS[name])
        assert result.exit_code == 1
        assert "không phải bản minh họa" in result.output
