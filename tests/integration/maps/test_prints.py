"""A long list on paper is ordered, drawn by a worker and fetched by whoever ordered it."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs import Job, OutboxEntry, utc_now
from app.maps import prints
from tests.integration.maps.conftest import NOW
from workers.prints import print_list

SignIn = Callable[..., FlaskClient]
AddMarker = Callable[..., int]


def ordered(client: FlaskClient, session: Session) -> str:
    answer = client.get("/ban-do/so-moc?tuyen=CN")
    assert answer.status_code == 302
    name = session.scalars(
        select(OutboxEntry.payload).where(OutboxEntry.job == Job.PRINT_LIST)
    ).one()["print"]
    assert answer.location.endswith(f"/ban-do/trang-in/{name}")
    return str(name)


def test_a_long_list_is_drawn_by_a_worker_for_whoever_ordered_it(
    app: Flask, session: Session, signed_in: SignIn, add_marker: AddMarker
) -> None:
    for number in range(70):
        add_marker(22.5, 106.0 + number / 100, province_code="04")
    client = signed_in("bo", "boundary_leader", "UBBG")
    name = ordered(client, session)
    address = f"/ban-do/trang-in/{name}"
    assert "70 mốc" in client.get(address).text
    assert client.get(f"{address}/tep").status_code == 409
    print_list(session, {"print": name}, NOW)
    progress = client.get(f"{address}/tien-do")
    assert progress.headers["HX-Refresh"] == "true"
    assert "Tải tệp PDF" in client.get(address).text
    assert client.get(f"{address}/tep").data.startswith(b"%PDF")
    another = signed_in("khac", "boundary_leader", "UBBG")
    assert {another.get(f"{address}{end}").status_code for end in ("", "/tien-do", "/tep")} == {404}
    folder = app.extensions["settings"].uploads_dir
    assert prints.clear_prints(folder, now=utc_now()) == 0
    assert prints.clear_prints(folder, now=utc_now() + timedelta(days=3)) == 2
    assert client.get(address).status_code == 404


def test_the_worker_draws_with_the_rights_of_its_moment(
    app: Flask, session: Session, signed_in: SignIn, add_marker: AddMarker
) -> None:
    for number in range(70):
        add_marker(22.5, 106.0 + number / 100, province_code="04")
    client = signed_in("bo", "boundary_leader", "UBBG")
    name = ordered(client, session)
    folder = app.extensions["settings"].uploads_dir
    made = prints.find(folder, name)
    assert made is not None
    prints.save(folder, prints.Print(made.name, made.user_id, -1, made.arguments, 70, NOW))
    print_list(session, {"print": name}, NOW)
    assert "không còn quyền" in client.get(f"/ban-do/trang-in/{name}").text


def test_a_name_that_is_no_order_leads_nowhere(signed_in: SignIn) -> None:
    client = signed_in("bo", "boundary_leader", "UBBG")
    for name in ("khong-co", "0" * 32, "..%2f..%2fcot-moc"):
        assert client.get(f"/ban-do/trang-in/{name}").status_code == 404
