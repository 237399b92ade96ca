"""Talks, agreed points, rules and visitors of a shared project, as an officer records them."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.cases.models import Case, CaseEvent
from app.cases.services import open_case
from app.database import transaction
from app.errors import Conflict, Forbidden, Invalid
from app.permissions import Actor, Area
from app.projects.models import AgreedPoint, VisitorCount
from app.projects.queries import points_of, project_by_reference
from app.projects.rules import DayCount
from app.projects.services import (
    PublishedCount,
    RoundFacts,
    finish_point,
    record_days,
    record_published,
    record_round,
)
from tests.integration.accounts.conftest import token_in
from tests.integration.cases.desk import person, sign_in
from tests.integration.cases.people import NOW, a_unit, acting, an_incident, station

TODAY = NOW.date()
ANSWERS = {
    "project_name": "Cầu thử",
    "project_kind": "bridge",
    "neighbour": "kh",
    "partner_body": "Tỉnh bạn",
    "summary": "Thử",
}


@pytest.fixture
def officer(session: Session) -> Actor:
    unit = unit_by_code(session, "NV80", on=TODAY)
    area = Area(unit_ids=frozenset({unit.id}), province_codes=frozenset({"80"}))
    return acting(unit, "foreign_affairs_officer", area=area)


@pytest.fixture
def project(officer: Actor) -> Case:
    with transaction() as session:
        head = open_case(session, officer, "shared_project", answers=ANSWERS, pack=None, now=NOW)
        return session.get_one(Case, head.id)


def test_a_round_keeps_its_points_and_stands_in_the_history(
    session: Session, officer: Actor, project: Case
) -> None:
    facts = RoundFacts(1, date(2026, 3, 1))

    record_round(session, officer, project, facts, points=["Làm đường", "Đo mốc"], now=NOW)

    said = session.scalars(select(CaseEvent.text).where(CaseEvent.case_id == project.id)).all()[-1]
    assert [point.text for point in points_of(session, project)] == ["Làm đường", "Đo mốc"]
    assert said == "Ghi hội đàm vòng 1 ngày 01/03/2026.\n1. Làm đường\n2. Đo mốc"


def test_a_round_is_numbered_once(session: Session, officer: Actor, project: Case) -> None:
    record_round(session, officer, project, RoundFacts(3, None), now=NOW)

    with pytest.raises(Conflict):
        record_round(session, officer, project, RoundFacts(3, None), now=NOW)


def test_a_point_is_not_done_before_it_was_agreed(
    session: Session, officer: Actor, project: Case
) -> None:
    record_round(session, officer, project, RoundFacts(1, date(2026, 3, 1)), points=["x"], now=NOW)
    point = points_of(session, project)[0]

    with pytest.raises(Invalid):
        finish_point(session, officer, project, point, done_on=date(2026, 2, 1), note="", now=NOW)


def test_who_only_sees_the_project_does_not_write(session: Session, project: Case) -> None:
    other = station(session, code="DBP-KHAC")

    with pytest.raises(Forbidden):
        record_round(session, other, project, RoundFacts(1, None), now=NOW)


def test_a_day_given_again_is_corrected_and_the_old_number_is_told(
    session: Session, officer: Actor, project: Case
) -> None:
    day = date(2026, 5, 1)
    record_days(session, officer, project, [DayCount(day, 3, 4)], now=NOW)

    answer = record_days(session, officer, project, [DayCount(day, 5, 4)], now=NOW)

    row = session.scalars(select(VisitorCount)).one()
    said = session.scalars(select(CaseEvent.text).where(CaseEvent.case_id == project.id)).all()[-1]
    assert answer == (0, 1)
    assert (row.outbound, row.total) == (5, 9)
    assert "số cũ 01/05/2026: 3/4" in said


def test_published_directions_must_add_up(session: Session, officer: Actor, project: Case) -> None:
    wrong = PublishedCount(
        date(2023, 9, 15), date(2024, 10, 11), 16_092, 5_190, 10_903, None, "báo", "S"
    )

    with pytest.raises(Invalid):
        record_published(session, officer, project, wrong, now=NOW)


# --- as an officer does it ------------------------------------------------------------------


@pytest.fixture
def client(app: Flask, session: Session, project: Case) -> FlaskClient:
    assert project.id
    person(session, "nv.thu", "foreign_affairs_officer", unit_by_code(session, "NV80", on=TODAY))
    client = app.test_client()
    sign_in(client, "nv.thu")
    return client


def test_an_open_point_appears_in_the_next_round_until_it_is_done(
    client: FlaskClient, project: Case
) -> None:
    home = f"/du-an/{project.reference}"
    for number, day in ((1, "2026-03-01"), (2, "2026-06-01")):
        form = client.get(f"{home}/vong/moi").text
        assert f'value="{number}"' in form
        sent = {
            "number": number,
            "held_on": day,
            "source": "Biên bản",
            "points": f"Việc vòng {number}",
        }
        client.post(f"{home}/vong/moi", data={**sent, "csrf_token": token_in(form)})

    second = client.get(f"{home}/vong/2").text
    assert "Việc vòng 1" in second
    with transaction() as session:
        named = select(AgreedPoint.id).where(AgreedPoint.text == "Việc vòng 1")
        point = session.scalars(named).one()
    done = {"done_on": "2026-05-01", "note": "xong", "csrf_token": token_in(second)}
    client.post(f"{home}/viec/{point}", data=done)

    assert "Việc vòng 1" not in client.get(f"{home}/vong/2").text
    overview = client.get(home).text
    assert "Việc vòng 2" in overview
    assert "Cầu thử" in client.get("/du-an/").text


def test_pasted_visitors_are_counted_by_month(client: FlaskClient, project: Case) -> None:
    home = f"/du-an/{project.reference}"
    form = client.get(f"{home}/khach/ngay").text
    sent = {"days": "01/05/2026; 10; 20\n02/05/2026; 1; 2", "csrf_token": token_in(form)}

    wrong = client.post(f"{home}/khach/ngay", data={**sent, "days": "x\nkhông; 1; 2"})
    client.post(f"{home}/khach/ngay", data=sent)

    page = client.get(home).text
    assert wrong.status_code == 422
    assert "Không đọc được dòng 2" in wrong.text
    assert "05/2026" in page
    assert ">33<" in page


def test_rules_totals_and_days_of_history_are_kept_with_their_source(
    client: FlaskClient, project: Case
) -> None:
    home = f"/du-an/{project.reference}"
    token = token_in(client.get(f"{home}/quy-che/moi").text)
    shared = {"csrf_token": token, "source": "Báo thử 123", "check": "S"}

    client.post(f"{home}/quy-che/moi", data={**shared, "kind": "hours", "text": "08:00–17:00"})
    client.post(f"{home}/lich-su/moi", data={**shared, "on_day": "2015-11-05", "text": "Ký"})
    published = {"first_day": "2023-09-15", "last_day": "2024-10-11", "total": "16092"}
    client.post(f"{home}/khach/cong-bo", data={**shared, **published})

    page = client.get(home).text
    assert "08:00–17:00" in page
    assert "05/11/2015" in page
    assert "16.092" in page
    assert page.count("Báo thử 123") == 3


def test_another_case_or_area_is_not_found(client: FlaskClient) -> None:
    with transaction() as session:
        a_unit(session, "DBP04", province_code="04")
        incident = an_incident(session, station(session, code="DBP04"))

    assert client.get(f"/du-an/{incident.reference}").status_code == 404
    assert client.get("/du-an/DA-2099-001").status_code == 404


def test_the_project_is_read_only_in_scope(session: Session, project: Case) -> None:
    stranger = acting(a_unit(session, "DBP04", province_code="04"), "border_station")

    with pytest.raises(Exception, match="Không tìm thấy"):
        project_by_reference(session, stranger, project.reference)
