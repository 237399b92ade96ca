from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import queries, services
from app.accounts.models import HeldForm, SignInAttempt, User
from app.accounts.session import SEEN_AT
from app.database import transaction
from app.permissions import SYSTEM_ACTOR
from tests.integration.accounts.conftest import NOW, PASSWORD, Person, sign_in, token_in

NEW_PASSWORD = "thác Bản Giốc mùa nước đổ"


def expire_session(client: FlaskClient, app: Flask) -> None:
    hours = app.extensions["settings"].session_hours
    with client.session_transaction() as cookie:
        cookie[SEEN_AT] = datetime.now(UTC).timestamp() - hours * 3600 - 60


@pytest.mark.parametrize(
    ("role", "unit", "landing"),
    [
        ("foreign_affairs_officer", "NV04", "/ho-so"),
        ("boundary_officer", "UBBG", "/ban-do"),
        ("administrator", "BNG", "/quan-tri/nguoi-dung"),
    ],
)
def test_after_sign_in_each_lands_on_the_own_first_page(
    client: FlaskClient, person: Person, role: str, unit: str, landing: str
) -> None:
    person("lan", (role, unit))

    assert sign_in(client, "lan") == "/"
    assert client.get("/").location == landing


@pytest.mark.parametrize("identity", ["lan", "LAN", "  Lan@Vi-Du.VN "])
def test_name_or_mail_in_any_case_signs_in(
    client: FlaskClient, person: Person, identity: str
) -> None:
    person("lan", ("clerk", "NV04"))

    assert sign_in(client, identity) == "/"


@pytest.mark.parametrize("asking", [{"HX-Request": "true"}, {"Accept": "application/json"}])
def test_a_late_answer_to_an_open_page_leaves_the_sign_in_page_its_token(
    client: FlaskClient, app: Flask, person: Person, asking: dict[str, str]
) -> None:
    person("lan", ("foreign_affairs_officer", "NV04"))
    sign_in(client, "lan")
    expire_session(client, app)

    answer = client.get("/ho-so", headers=asking)

    assert answer.status_code in {200, 401}
    assert "Set-Cookie" not in answer.headers
    assert client.get("/ho-so").status_code == 302
    assert sign_in(client, "lan") == "/"


@pytest.mark.parametrize(("identity", "password"), [("lan", "sai"), ("khong.co", PASSWORD)])
def test_wrong_name_and_wrong_password_read_the_same(
    client: FlaskClient, person: Person, identity: str, password: str
) -> None:
    person("lan", ("clerk", "NV04"))

    page = sign_in(client, identity, password)

    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in page
    assert client.get("/tai-khoan").status_code == 302


def test_sign_in_leaves_its_trace(client: FlaskClient, person: Person, session: Session) -> None:
    user = person("lan", ("clerk", "NV04"))
    sign_in(client, "lan", "sai")
    sign_in(client, "lan")

    attempts = queries.sign_ins_of(session, "lan")

    assert [attempt.is_success for attempt in attempts] == [True, False]
    kept = session.get_one(User, user.id, populate_existing=True)
    assert kept.login_count == 1
    assert kept.current_login_ip == "127.0.0.1"
    assert kept.current_login_at is not None
    assert kept.current_login_at.tzinfo is not None


def test_an_account_pauses_after_failures_even_with_the_right_password(
    client: FlaskClient, app: Flask, person: Person
) -> None:
    person("lan", ("clerk", "NV04"))
    for _attempt in range(app.extensions["settings"].sign_in_attempts):
        sign_in(client, "lan", "sai")

    page = sign_in(client, "lan@vi-du.vn")

    assert "Tạm dừng đăng nhập đến" in page
    assert "nhập sai nhiều lần" in page


def test_an_address_pauses_over_many_accounts(
    client: FlaskClient, app: Flask, person: Person
) -> None:
    person("lan", ("clerk", "NV04"))
    settings = app.extensions["settings"]
    with transaction() as writer:
        for number in range(settings.sign_in_attempts * 5):
            writer.add(
                SignInAttempt(at=datetime.now(UTC), account=f"x{number}", address="127.0.0.1")
            )

    assert "Tạm dừng đăng nhập" in sign_in(client, "lan")


def test_the_pause_ends_with_its_window(client: FlaskClient, app: Flask, person: Person) -> None:
    person("lan", ("clerk", "NV04"))
    settings = app.extensions["settings"]
    for _attempt in range(settings.sign_in_attempts):
        sign_in(client, "lan", "sai")
    past = datetime.now(UTC) - timedelta(minutes=settings.sign_in_window_minutes + 1)
    with transaction() as writer:
        writer.execute(update(SignInAttempt).values(at=past))

    assert sign_in(client, "lan") == "/"


def test_a_success_ends_the_count(client: FlaskClient, app: Flask, person: Person) -> None:
    person("lan", ("clerk", "NV04"))
    limit = app.extensions["settings"].sign_in_attempts
    for password in [*["sai"] * (limit - 1), PASSWORD]:
        answer = sign_in(client, "lan", password)
    assert answer == "/"
    client.post("/dang-xuat", data={"csrf_token": token_in(client.get("/tai-khoan").text)})

    sign_in(client, "lan", "sai")

    assert sign_in(client, "lan") == "/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_sign_in_never_leads_to_another_host(
    client: FlaskClient, person: Person, elsewhere: str
) -> None:
    person("lan", ("clerk", "NV04"))

    assert sign_in(client, "lan", next=elsewhere) in {"/", "/%5Cevil.example"}


def test_sign_in_returns_to_the_page_asked_for(client: FlaskClient, person: Person) -> None:
    person("lan", ("clerk", "NV04"))

    asked = client.get("/tai-khoan?a=1").location

    assert asked == "/dang-nhap?next=/tai-khoan?a%3D1"
    assert sign_in(client, "lan", next="/tai-khoan?a=1") == "/tai-khoan?a=1"


def test_a_post_without_its_token_is_refused(client: FlaskClient, person: Person) -> None:
    person("lan", ("clerk", "NV04"))

    answer = client.post("/dang-nhap", data={"email": "lan", "password": PASSWORD})

    assert answer.status_code == 403


def test_an_account_without_a_role_is_told_so(client: FlaskClient, person: Person) -> None:
    person("lan")

    assert "chưa được giao vai trò" in sign_in(client, "lan")


def test_a_disabled_account_signs_in_no_more_and_its_session_ends(
    client: FlaskClient, person: Person
) -> None:
    user = person("lan", ("clerk", "NV04"))
    sign_in(client, "lan")
    assert client.get("/tai-khoan").status_code == 200

    with transaction() as writer:
        services.disable_user(writer, SYSTEM_ACTOR, writer.get_one(User, user.id), now=NOW)

    assert client.get("/tai-khoan").status_code == 302
    assert "chưa đúng" in sign_in(client, "lan")


def test_losing_the_last_role_ends_the_session(client: FlaskClient, person: Person) -> None:
    user = person("lan", ("clerk", "NV04"))
    sign_in(client, "lan")

    with transaction() as writer:
        kept = writer.get_one(User, user.id)
        held = kept.assignments[0].id
        services.remove_role(writer, SYSTEM_ACTOR, kept, assignment_id=held, now=NOW)

    assert client.get("/tai-khoan").location == "/dang-nhap?next=/tai-khoan"
    assert client.get("/dang-nhap").status_code == 200


def test_sign_out_needs_a_post_and_ends_the_session(client: FlaskClient, person: Person) -> None:
    person("lan", ("clerk", "NV04"))
    sign_in(client, "lan")
    token = token_in(client.get("/tai-khoan").text)

    assert client.get("/dang-xuat").status_code == 405
    assert client.post("/dang-xuat", data={"csrf_token": token}).location == "/dang-nhap"
    assert client.get("/tai-khoan").status_code == 302


# --- expiry ---------------------------------------------------------------------------------


def test_an_idle_session_ends_and_sign_in_returns_to_the_page(
    client: FlaskClient, app: Flask, person: Person
) -> None:
    person("lan", ("clerk", "NV04"))
    sign_in(client, "lan")
    expire_session(client, app)

    assert client.get("/tai-khoan").location == "/dang-nhap?next=/tai-khoan"


def test_what_was_typed_survives_an_expired_session(
    client: FlaskClient, app: Flask, person: Person, session: Session
) -> None:
    person("lan", ("clerk", "NV04"))
    sign_in(client, "lan")
    token = token_in(client.get("/tai-khoan").text)
    expire_session(client, app)

    typed = {"csrf_token": token, "locale": "en", "next": "/tai-khoan", "note": "cách mốc 160/4"}
    answer = client.post("/ngon-ngu", data=typed)

    held = session.scalars(select(HeldForm)).one()
    assert answer.location == f"/dang-nhap?next=/tiep-tuc/{held.token}"
    assert "Nội dung bạn vừa nhập còn nguyên" in client.get(answer.location).text
    assert b"160/4" not in held.sealed
    assert sign_in(client, "lan", next=f"/tiep-tuc/{held.token}") == f"/tiep-tuc/{held.token}"
    page = client.get(f"/tiep-tuc/{held.token}").text
    assert 'action="/ngon-ngu"' in page
    assert 'name="note" value="cách mốc 160/4"' in page


def test_a_held_form_is_its_authors_alone(
    client: FlaskClient, app: Flask, person: Person, session: Session
) -> None:
    person("lan", ("clerk", "NV04"))
    person("khac", ("clerk", "NV04"))
    sign_in(client, "lan")
    token = token_in(client.get("/tai-khoan").text)
    expire_session(client, app)
    client.post("/ngon-ngu", data={"csrf_token": token, "locale": "en"})

    sign_in(client, "khac")

    held = session.scalars(select(HeldForm)).one()
    assert client.get(f"/tiep-tuc/{held.token}").status_code == 404


def test_a_stranger_cannot_leave_a_form_behind(client: FlaskClient, session: Session) -> None:
    token = token_in(client.get("/dang-nhap").text)

    answer = client.post("/ngon-ngu", data={"csrf_token": token, "locale": "en"})

    assert answer.location == "/dang-nhap?next=/ngon-ngu"
    assert session.scalars(select(HeldForm)).all() == []


def test_an_expired_fragment_leads_the_whole_page_to_sign_in(client: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/tai-khoan?x=1"}

    answer = client.get("/", headers=headers)

    assert answer.headers["HX-Redirect"] == "/dang-nhap?next=/tai-khoan?x%3D1"


# --- passwords ------------------------------------------------------------------------------


def change(client: FlaskClient, old: str, new: str, again: str | None = None) -> str:
    token = token_in(client.get("/doi-mat-khau").text)
    form = {
        "csrf_token": token,
        "password": old,
        "new_password": new,
        "new_password_confirm": again if again is not None else new,
    }
    answer = client.post("/doi-mat-khau", data=form)
    return answer.location if answer.status_code == 302 else answer.text


def test_a_changed_password_replaces_the_old_and_ends_other_sessions(
    client: FlaskClient, app: Flask, person: Person
) -> None:
    person("lan", ("clerk", "NV04"))
    other = app.test_client()
    sign_in(client, "lan")
    sign_in(other, "lan")

    assert change(client, PASSWORD, NEW_PASSWORD) == "/"

    assert client.get("/tai-khoan").status_code == 200
    assert other.get("/tai-khoan").status_code == 302
    assert "chưa đúng" in sign_in(other, "lan", PASSWORD)
    assert sign_in(other, "lan", NEW_PASSWORD) == "/"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("sai", NEW_PASSWORD), "Mật khẩu hiện tại chưa đúng."),
        ((PASSWORD, "ngắn quá"), "Mật khẩu phải có ít nhất 14 ký tự."),
        ((PASSWORD, NEW_PASSWORD, "khác"), "Hai lần nhập mật khẩu mới không giống nhau."),
        ((PASSWORD, PASSWORD), "Mật khẩu mới phải khác mật khẩu hiện tại."),
        ((PASSWORD, "la " * 6), "Mật khẩu lặp lại quá ít ký tự khác nhau."),
    ],
)
def test_a_poor_new_password_is_refused_with_its_reason(
    client: FlaskClient, person: Person, typed: tuple[str, ...], said: str
) -> None:
    person("lan", ("clerk", "NV04"))
    sign_in(client, "lan")

    assert said in change(client, *typed)


def test_a_temporary_password_opens_only_the_page_that_replaces_it(
    client: FlaskClient, person: Person
) -> None:
    user = person("lan", ("clerk", "NV04"))
    with transaction() as writer:
        kept = writer.get_one(User, user.id)
        temporary = services.reset_password(writer, SYSTEM_ACTOR, kept, now=NOW)

    sign_in(client, "lan", temporary)

    assert client.get("/tai-khoan").location == "/doi-mat-khau"
    assert change(client, temporary, NEW_PASSWORD) == "/"
    assert client.get("/tai-khoan").status_code == 200


# --- one's own account ----------------------------------------------------------------------


def test_a_person_of_two_units_switches_between_them(
    client: FlaskClient, person: Person, session: Session
) -> None:
    person("lan", ("clerk", "NV04"), ("border_command", "BP04"))
    sign_in(client, "lan")
    page = client.get("/tai-khoan").text
    command = queries.unit_by_code(session, "BP04")

    client.post("/tai-khoan/don-vi", data={"csrf_token": token_in(page), "unit_id": command.id})

    assert f"<dd>{command.name}</dd>" in client.get("/tai-khoan").text.replace("\n", "")


def test_a_unit_without_a_role_cannot_be_switched_to(
    client: FlaskClient, person: Person, session: Session
) -> None:
    person("lan", ("clerk", "NV04"))
    sign_in(client, "lan")
    token = token_in(client.get("/tai-khoan").text)
    ministry = queries.unit_by_code(session, "BNG")

    answer = client.post("/tai-khoan/don-vi", data={"csrf_token": token, "unit_id": ministry.id})

    assert answer.status_code == 404


def test_the_language_is_kept_with_the_person(
    client: FlaskClient, person: Person, session: Session
) -> None:
    user = person("lan", ("clerk", "NV04"))
    sign_in(client, "lan")
    token = token_in(client.get("/tai-khoan").text)

    answer = client.post(
        "/ngon-ngu", data={"csrf_token": token, "locale": "en", "next": "//evil.example"}
    )

    assert answer.location == "/"
    assert session.get_one(User, user.id, populate_existing=True).locale == "en"


def test_a_visitor_chooses_the_language_of_the_sign_in_page(client: FlaskClient) -> None:
    page = client.get("/dang-nhap?next=/ho-so").text
    assert 'action="/dang-nhap/ngon-ngu"' in page
    form = {"csrf_token": token_in(page), "locale": "en", "next": "/dang-nhap?next=/ho-so"}

    answer = client.post("/dang-nhap/ngon-ngu", data=form)

    assert answer.location == "/dang-nhap?next=/ho-so"
    assert "<h1>Sign in</h1>" in client.get(answer.location).text
    refused = client.post("/dang-nhap/ngon-ngu", data={**form, "locale": "xx"})
    assert refused.status_code == 422


def test_sign_in_renews_a_hash_made_with_older_settings(
    client: FlaskClient, person: Person, session: Session
) -> None:
    lan = person("lan", ("clerk", "NV04"))
    older = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with transaction() as writer:
        writer.execute(update(User).where(User.id == lan.id).values(password=older))

    assert sign_in(client, "lan") == "/"
    session.rollback()
    assert session.scalar(select(User.password).where(User.id == lan.id)) != older
