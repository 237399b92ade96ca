"""Imported incidents taken back: untouched ones are withdrawn, the others stay and are listed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.cases.conversation import add_note
from app.cases.models import Case, CaseClock, CaseEvent, EventKind
from app.database import reading, transaction
from app.imports import services
from app.imports.fields import Target
from app.imports.models import BatchState, ImportBatch, ImportEffect
from app.imports.work import Workroom, carry_on
from app.permissions import Actor
from tests.integration.imports.conftest import NOW
from tests.integration.imports.files import incidents
from tests.integration.imports.test_running import brought_in, ordered

Person = Callable[[str, str], Actor]


@pytest.fixture
def station(person: Person) -> Actor:
    return person("BP08", "border_command")


def bring(room: Workroom, actor: Actor, path: Path) -> ImportBatch:
    return ordered(room, actor, brought_in(room, actor, path, Target.INCIDENTS))


def undone(batch_id: int, actor: Actor, room: Workroom) -> dict[int, str]:
    with transaction() as session:
        services.order_undo(session, actor, session.get_one(ImportBatch, batch_id), now=NOW)
    carry_on(batch_id, room)
    reading().expire_all()
    assert reading().get_one(ImportBatch, batch_id).state == BatchState.UNDONE
    rows = reading().scalars(select(ImportEffect).where(ImportEffect.batch_id == batch_id))
    return {one.row: f"{one.undo} {one.note}".strip() for one in rows}


def test_untouched_cases_are_withdrawn_and_the_others_stay(
    station: Actor, room: Workroom, tmp_path: Path
) -> None:
    batch = bring(room, station, incidents(tmp_path / "a.csv", 3))
    cases = reading().scalars(select(Case).order_by(Case.id)).all()
    with transaction() as session:
        add_note(
            session, station, cases[1].reference, kind=EventKind.NOTED, text="Đã hỏi lại.", now=NOW
        )
    told = undone(batch.id, station, room)
    assert sorted(told.values())[1:] == ["undone", "undone"]
    kept = next(text for text in told.values() if text != "undone")
    assert cases[1].reference in kept
    assert "đã có người xử lý" in kept
    assert [case.is_open for case in cases] == [False, True, False]
    assert (cases[0].z_key, cases[0].import_key) == (None, None)
    assert (
        not reading()
        .scalars(select(CaseClock).where(CaseClock.case_id == cases[0].id, CaseClock.is_running))
        .all()
    )
    last = (
        reading()
        .scalars(
            select(CaseEvent).where(CaseEvent.case_id == cases[0].id).order_by(CaseEvent.seq.desc())
        )
        .first()
    )
    assert last is not None
    assert (last.kind, "a.csv" in last.text) == (EventKind.WITHDRAWN, True)


def test_a_corrected_file_opens_new_cases(station: Actor, room: Workroom, tmp_path: Path) -> None:
    path = incidents(tmp_path / "a.csv", 2)
    undone(bring(room, station, path).id, station, room)
    again = bring(room, station, path)
    assert again.created == 2
    references = reading().scalars(select(Case.reference)).all()
    assert len(set(references)) == 4


def test_the_command_takes_back_what_a_command_brought(
    house: Flask, station: Actor, tmp_path: Path
) -> None:
    runner = house.test_cli_runner()

    def run(*words: str | Path) -> Result:
        return runner.invoke(args=["import", *map(str, words)])

    brought = run("incidents", incidents(tmp_path / "a.csv", 2), "--unit", station.unit_code)
    batch_id = reading().scalars(select(ImportBatch.id)).one()
    assert f"flask import undo {batch_id}" in brought.output
    assert "trả lại 2 dòng, giữ nguyên 0 dòng" in run("undo", str(batch_id)).output
    assert "không hoàn tác được" in run("undo", str(batch_id)).output
    assert "Không có lần nhập 99" in run("undo", "99").output
