"""A day's positions come in through the pages: checked first, kept by the worker, let go."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import transaction
from app.imports import services, track_work
from app.imports.models import BatchState, ImportBatch
from app.imports.services import Shelf
from app.imports.work import Workroom, carry_on
from app.jobs import utc_now
from app.permissions import Actor
from app.registers.packs import current_pack
from app.vms.models import VmsAlert, VmsDay
from tests.integration.imports.test_routes import chosen

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
HEAD = "Số tàu,Thời gian,Vĩ độ,Kinh độ\n"


def row(vessel: str, hours_ago: float, lat: float, lon: float) -> str:
    local = NOW - timedelta(hours=hours_ago) + timedelta(hours=7)
    return f"{vessel},{local:%d/%m/%Y %H:%M},{lat},{lon}\n"


ROWS = (
    row("KG-95001-TS", 20, 8.0, 107.0)
    + row("KG-95001-TS", 10, 4.0, 107.0)
    + row("KG-95002-TS", 9, 9.4, 103.8)
    + "KG-95003-TS,xx,9,104\n"
)


@pytest.fixture
def officer(person: Callable[[str, str], Actor]) -> Actor:
    return person("NV91", "fisheries_officer")


@pytest.fixture
def at_home(house: Flask) -> Workroom:
    settings = house.extensions["settings"]
    shelf = Shelf(settings.uploads_dir / "imports", settings.max_upload_mb)
    return Workroom(shelf, current_pack(), utc_now)


def checked(client: FlaskClient, target: str) -> int:
    sent = client.post(
        "/nhap-du-lieu/moi",
        data={"target": target, "file": (BytesIO((HEAD + ROWS).encode()), "vi-tri.csv")},
        content_type="multipart/form-data",
    )
    page = client.get(sent.location).text
    answer = client.post(f"{sent.location}/cot", data=chosen(page))
    assert answer.status_code == 302, answer.text
    return int(sent.location.rsplit("/", 1)[1])


def fresh(session: Session, batch_id: int) -> ImportBatch:
    session.expire_all()
    session.rollback()
    return session.get_one(ImportBatch, batch_id)


@pytest.mark.parametrize("target", ["vms", "vms_positions"])
def test_positions_are_checked_then_kept_by_the_worker(
    target: str,
    session: Session,
    officer: Actor,
    signed_in: Callable[[Actor], FlaskClient],
    at_home: Workroom,
) -> None:
    client = signed_in(officer)
    batch_id = checked(client, target)
    page = client.get(f"/nhap-du-lieu/{batch_id}").text
    batch = fresh(session, batch_id)
    assert (batch.target, batch.state) == ("vms_positions", BatchState.CHECKED)
    assert (batch.accepted, batch.refused, batch.total) == (3, 1, 4)
    assert "Ghi cảnh báo từ 3 vị trí" in page
    assert "Đã đối chiếu 3 vị trí của 2 tàu" in page
    assert session.scalar(select(func.count()).select_from(VmsDay)) == 0

    client.post(f"/nhap-du-lieu/{batch_id}/nhap")
    carry_on(batch_id, at_home)

    assert fresh(session, batch_id).state == BatchState.DONE
    [day] = session.scalars(select(VmsDay))
    alerts = session.scalar(select(func.count()).select_from(VmsAlert))
    assert (day.positions, day.vessels, day.refused) == (3, 2, 1)
    assert day.hits == alerts
    assert "Đến cảnh báo VMS" in client.get(f"/nhap-du-lieu/{batch_id}").text
    assert "vi-tri.csv" in client.get("/canh-bao-vms/tep-vi-tri").text


def test_a_run_that_died_reads_the_file_again_and_doubles_nothing(
    session: Session,
    officer: Actor,
    signed_in: Callable[[Actor], FlaskClient],
    at_home: Workroom,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch_id = checked(signed_in(officer), "vms_positions")
    with transaction() as writer:
        services.order_run(writer, officer, writer.get_one(ImportBatch, batch_id), now=utc_now())

    def dies(*_any: object, **_more: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(track_work, "keep_day", dies)
        with pytest.raises(RuntimeError):
            carry_on(batch_id, at_home)
    carry_on(batch_id, at_home)
    carry_on(batch_id, at_home)
    batch = fresh(session, batch_id)
    assert (batch.state, batch.done, batch.refused) == (BatchState.DONE, 4, 1)
    assert session.scalar(select(func.count()).select_from(VmsDay)) == 1


def test_a_run_that_is_called_off_keeps_nothing(
    session: Session,
    officer: Actor,
    signed_in: Callable[[Actor], FlaskClient],
    at_home: Workroom,
) -> None:
    client = signed_in(officer)
    batch_id = checked(client, "vms_positions")
    client.post(f"/nhap-du-lieu/{batch_id}/nhap")
    client.post(f"/nhap-du-lieu/{batch_id}/huy")
    carry_on(batch_id, at_home)
    assert fresh(session, batch_id).state == BatchState.CANCELLED
    assert session.scalar(select(func.count()).select_from(VmsDay)) == 0
