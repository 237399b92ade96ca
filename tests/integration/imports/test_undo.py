"""An import taken back: what it made is withdrawn, what it changed is as before, all is told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import reading, transaction
from app.imports import services
from app.imports.fields import Target
from app.imports.models import BatchState, ImportBatch, ImportEffect, Undo
from app.imports.storage import keep_file
from app.imports.tables import Options
from app.imports.work import Workroom, carry_on
from app.permissions import Actor
from app.registers.models import Marker, MarkerChange
from app.registers.queries import marker_index, visible_to
from app.registers.withdrawing import restore_facts
from tests.integration.imports.conftest import NOW
from tests.integration.imports.test_geofiles import LABELS, PLACES
from tests.unit.imports.geofiles import written

Person = Callable[[str, str], Actor]


@pytest.fixture
def room(room: Workroom) -> Workroom:
    """A workroom whose clock goes on, as every clock does."""
    ticks = count(1)
    return replace(room, clock=lambda: NOW + timedelta(seconds=next(ticks)))


@pytest.fixture
def officer(person: Person) -> Actor:
    return person("UBBG", "boundary_officer")


@pytest.fixture
def bring(room: Workroom, officer: Actor, tmp_path: Path) -> Callable[..., int]:
    """Imports two markers; `columns` are further facts, `east` moves them."""

    def make(number: int, *, east: float = 0.0, **columns: list[str]) -> int:
        places = [(lon + east, lat) for lon, lat in PLACES]
        path = written(tmp_path / f"{number}.gpkg", places, {**LABELS, **columns}, driver="GPKG")
        with path.open("rb") as stream:
            kept = keep_file(room.shelf.folder, path.name, stream, limit_mb=5)
        with transaction() as session:
            batch = services.start_batch(
                session, officer, Target.MARKERS, kept, shelf=room.shelf, now=NOW
            )
        with transaction() as session:
            services.match_columns(
                session,
                officer,
                batch,
                mapping=batch.mapping,
                options=Options(),
                shelf=room.shelf,
                now=NOW,
            )
        carry_on(batch.id, room)
        with transaction() as session:
            services.order_run(session, officer, held(session, batch.id), now=NOW)
        carry_on(batch.id, room)
        return batch.id

    return make


def held(session: Session, batch_id: int) -> ImportBatch:
    return session.get_one(ImportBatch, batch_id, populate_existing=True)


def undo(batch_id: int, officer: Actor, room: Workroom) -> Mapping[str, str]:
    with transaction() as session:
        services.order_undo(session, officer, held(session, batch_id), now=NOW)
    carry_on(batch_id, room)
    reading().expire_all()
    assert held(reading(), batch_id).state == BatchState.UNDONE
    rows = reading().scalars(select(ImportEffect).where(ImportEffect.batch_id == batch_id))
    return {str(one.row): f"{one.undo} {one.note}".strip() for one in rows}


def seen(officer: Actor) -> dict[str, Marker]:
    found = reading().scalars(select(Marker).where(visible_to(officer)))
    return {one.label: one for one in found}


def test_what_was_made_is_withdrawn_and_its_history_stays(
    bring: Callable[..., int], officer: Actor, room: Workroom
) -> None:
    batch_id = bring(1)
    assert set(seen(officer)) == {"428", "429"}
    assert undo(batch_id, officer, room) == {"1": "undone", "2": "undone"}
    assert seen(officer) == {}
    assert len(marker_index(reading()).ids) == 0
    said = [one.after for one in reading().scalars(select(MarkerChange).order_by(MarkerChange.id))]
    assert said.count({"withdrawn": True}) == 2
    assert len(said) == 4


def test_what_is_imported_again_comes_back(
    bring: Callable[..., int], officer: Actor, room: Workroom
) -> None:
    undo(bring(1), officer, room)
    again = bring(2)
    assert held(reading(), again).created == 2
    assert set(seen(officer)) == {"428", "429"}
    assert undo(again, officer, room) == {"1": "undone", "2": "undone"}
    assert seen(officer) == {}


def test_what_was_changed_is_as_before(
    bring: Callable[..., int], officer: Actor, room: Workroom
) -> None:
    bring(1, noi_dat=["bản A", "bản B"])
    batch_id = bring(2, east=0.001, noi_dat=["bản C", "bản B"])
    moved = seen(officer)["428"]
    assert moved.place_text == "bản C"
    assert moved.lon == pytest.approx(PLACES[0][0] + 0.001)
    assert undo(batch_id, officer, room) == {"1": "undone", "2": "undone"}
    back = seen(officer)["428"]
    assert back.place_text == "bản A"
    assert back.lon == pytest.approx(PLACES[0][0])
    assert [one.is_in_force for one in back.measurements] == [False, True]


def test_work_done_since_is_kept_and_told(
    bring: Callable[..., int], officer: Actor, room: Workroom
) -> None:
    first = bring(1, noi_dat=["bản A", "bản B"])
    second = bring(2, noi_dat=["bản C", "bản D"], ghi_chu=["x", "y"])
    with transaction() as session:
        marker = session.scalars(select(Marker).where(Marker.label == "428")).one()
        restore_facts(
            session, officer, marker, {"place_text": "bản mới"}, reason="sửa tay", now=NOW
        )
    told = undo(second, officer, room)
    assert told["1"] == "kept Mốc 428 (CN): giữ giá trị mới hơn của place_text."
    assert told["2"] == "undone"
    found = seen(officer)
    assert (found["428"].place_text, found["428"].note) == ("bản mới", "")
    assert (found["429"].place_text, found["429"].note) == ("bản B", "")
    told = undo(first, officer, room)
    assert told["1"].startswith(f"{Undo.KEPT} Mốc 428 (CN) giữ nguyên")
    assert told["2"] == "undone"
    assert set(seen(officer)) == {"428"}


def test_the_page_takes_an_import_back(
    house: Flask,
    bring: Callable[..., int],
    person: Person,
    signed_in: Callable[[Actor], FlaskClient],
) -> None:
    del house
    batch_id = bring(1)
    other = signed_in(person("NV08", "foreign_affairs_officer"))
    assert other.post(f"/nhap-du-lieu/{batch_id}/hoan-tac").status_code == 404
    clerk = signed_in(person("UBBG", "boundary_officer"))
    assert f"/nhap-du-lieu/{batch_id}/hoan-tac" in clerk.get(f"/nhap-du-lieu/{batch_id}").text
    assert clerk.post(f"/nhap-du-lieu/{batch_id}/hoan-tac").status_code == 302
    page = clerk.get(f"/nhap-du-lieu/{batch_id}").text
    assert "Đã hoàn tác" in page
    assert f"/nhap-du-lieu/{batch_id}/hoan-tac" not in page
    assert clerk.post(f"/nhap-du-lieu/{batch_id}/hoan-tac").status_code == 409
    reading().expire_all()
    assert all(one.withdrawn_at for one in reading().scalars(select(Marker)))
