"""Keys of a person's programs: who they speak for, when they end, and where they never stand."""

import logging
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import services, tokens
from app.accounts.models import ApiToken, SignInAttempt, User
from app.accounts.session import build_actor
from app.audit import AuditEntry
from app.database import transaction
from app.errors import Refused
from app.jobs import utc_now
from tests.integration.cases.desk import send, sign_in, token_in
from tests.integration.ogc.conftest import Place, Program, Programs


def answer_to(client: FlaskClient, authorization: str) -> int:
    return client.get("/ogc", headers={"Authorization": authorization}).status_code


def test_a_token_reads_as_its_person_does(session: Session, province: Program) -> None:
    landing = province.read("")
    assert "Người caobang" in landing["description"]
    user = session.scalars(select(User).where(User.username == "caobang")).one()
    token = session.scalars(select(ApiToken)).one()
    assert build_actor(session, user, unit_id=token.unit_id) == province.actor


def test_a_token_is_also_the_password_of_basic(province: Program) -> None:
    answer = province.client.get("/ogc", auth=("caobang", province.key))
    assert answer.status_code == 200


def test_the_page_shows_a_new_token_once(app: Flask, province: Program, session: Session) -> None:
    client = app.test_client()
    sign_in(client, "caobang")
    made = send(client, "/tai-khoan/ma-api", name="Máy phòng bản đồ", days="30")
    assert made.status_code == 200
    key = tokens.PREFIX + made.text.split(tokens.PREFIX, 1)[1].split("<", 1)[0].split('"', 1)[0]
    assert answer_to(app.test_client(), f"Bearer {key}") == 200
    assert made.headers["Cache-Control"] == "no-store"
    again = client.get("/tai-khoan/ma-api").text
    assert "Máy phòng bản đồ" in again
    assert key not in again
    assert key not in str(client.get_cookie("session"))
    stored = session.scalars(select(ApiToken.hash)).all()
    assert all(len(one) == 64 and one != key for one in stored)
    assert province.key != key


def test_making_and_ending_a_token_leave_their_traces(
    app: Flask, province: Program, session: Session
) -> None:
    client = app.test_client()
    sign_in(client, "caobang")
    token_id = session.scalars(select(ApiToken.id)).one()
    page = "/tai-khoan/ma-api"
    assert send(client, f"{page}/{token_id}/thu-hoi", page=page).status_code == 302
    assert answer_to(province.client, f"Bearer {province.key}") == 401
    session.rollback()
    said = session.scalars(select(AuditEntry.action).where(AuditEntry.subject.like("api_token%")))
    assert list(said) == ["api_token_made", "api_token_revoked"]


def test_nobody_ends_the_token_of_another(app: Flask, program: Programs, session: Session) -> None:
    program("mot", "foreign_affairs_officer", "NV04")
    other = program("hai", "foreign_affairs_officer", "NV04")
    token = session.scalars(select(ApiToken).where(ApiToken.user_id == other.actor.user_id)).one()
    client = app.test_client()
    sign_in(client, "mot")
    page = "/tai-khoan/ma-api"
    assert send(client, f"{page}/{token.id}/thu-hoi", page=page).status_code == 404
    assert other.get("").status_code == 200


@pytest.mark.parametrize("how", ["expired", "disabled", "new password", "temporary password"])
def test_a_token_ends_with_its_time_its_person_and_the_password(
    how: str, province: Program
) -> None:
    now = utc_now()
    changes = {
        "expired": update(ApiToken).values(expires_at=now - timedelta(seconds=1)),
        "disabled": update(User).values(active=False),
        "new password": update(User).values(password_changed_at=now + timedelta(seconds=1)),
        "temporary password": update(User).values(must_change_password=True),
    }
    with transaction() as writer:
        writer.execute(changes[how])
    answer = province.get("")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json == {
        "code": "Unauthorized",
        "description": "Cần phiên đăng nhập hoặc mã API còn hiệu lực.",
    }


def test_a_token_without_any_role_left_is_refused(session: Session, province: Program) -> None:
    with transaction() as writer:
        user = writer.get_one(User, province.actor.user_id)
        user.assignments.clear()
    assert province.get("").status_code == 401
    assert session is not None


def test_a_token_opens_only_what_is_made_for_programs(province: Program) -> None:
    headers = {"Authorization": f"Bearer {province.key}"}
    for path in ("/ho-so", "/ban-do", "/tai-khoan/ma-api", "/"):
        assert province.client.get(path, headers=headers).location.startswith("/dang-nhap")
    answer = province.client.post("/ogc", headers=headers)
    assert answer.status_code in {403, 405}
    assert province.client.get(f"/ogc?token={province.key}").status_code == 401


def test_wrong_tokens_pause_and_leave_good_ones_and_sign_in_alone(
    app: Flask, province: Program, session: Session
) -> None:
    client = app.test_client()
    limit = app.extensions["settings"].sign_in_attempts * 5
    seen = [answer_to(client, f"Bearer {tokens.PREFIX}{n}") for n in range(limit + 2)]
    assert seen[:limit] == [401] * limit
    assert seen[limit:] == [429, 429]
    session.rollback()
    assert len(session.scalars(select(SignInAttempt.id)).all()) == limit
    assert province.get("").status_code == 200
    sign_in(client, "caobang")


def test_the_last_use_is_noted_and_seldom_written(session: Session, province: Program) -> None:
    province.get("")
    session.rollback()
    first = session.scalars(select(ApiToken.last_used_at)).one()
    assert first is not None
    province.get("")
    session.rollback()
    assert session.scalars(select(ApiToken.last_used_at)).one() == first


def test_a_token_stands_in_no_log_and_in_no_link(
    province: Program, add_marker: Place, caplog: pytest.LogCaptureFixture
) -> None:
    add_marker(22.5, 106.0, province_code="04")
    add_marker(22.6, 106.0, province_code="04")
    with caplog.at_level(logging.DEBUG):
        answer = province.get("/collections/markers/items", limit=1)
    assert "next" in {link["rel"] for link in answer.get_json(force=True)["links"]}
    assert province.key not in answer.text
    assert province.key not in caplog.text


def test_nobody_holds_more_tokens_than_can_be_overseen(province: Program) -> None:
    now = utc_now()
    with transaction() as writer:
        for number in range(tokens.MOST_LIVE - 1):
            tokens.make_token(writer, province.actor, name=str(number), days=1, now=now)
    with transaction() as writer, pytest.raises(Refused):
        tokens.make_token(writer, province.actor, name="x", days=1, now=now)


def test_a_stranger_is_asked_to_sign_in_and_a_program_for_its_key(client: FlaskClient) -> None:
    page = client.get("/ogc", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.location.startswith("/dang-nhap")
    assert client.get("/ogc").status_code == 401
    assert (
        client.get("/ogc/collections/markers/items").get_json(force=True)["code"] == "Unauthorized"
    )
    english = client.get("/ogc", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert english.get_json(force=True)["description"] in {
        "A session or an API token that holds is needed.",
        "Cần phiên đăng nhập hoặc mã API còn hiệu lực.",  # where the catalogue is not compiled
    }


def test_an_administrator_reads_nothing(app: Flask, program: Programs) -> None:
    admin = program("quantri", "administrator", "BNG")
    assert admin.get("").status_code == 403
    assert admin.get("/collections/cases/items").get_json(force=True)["code"] == "Forbidden"
    client = app.test_client()
    sign_in(client, "quantri")
    assert client.get("/tai-khoan/ma-api").status_code == 403
    assert "/tai-khoan/ma-api" not in client.get("/tai-khoan").text
    assert token_in(client.get("/tai-khoan").text)


def test_disabling_an_account_ends_its_programs_too(session: Session, province: Program) -> None:
    with transaction() as writer:
        user = writer.get_one(User, province.actor.user_id)
        admin = build_actor(session, user)
        assert admin is not None
        services.reset_password(writer, admin, user, now=utc_now())
    assert province.get("").status_code == 401
