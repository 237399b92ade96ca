"""The inbox as a person uses it, through the web."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.passwords import hash_password
from app.cases.models import Case, CaseUnit
from app.database import reading, transaction
from app.notices import queries
from app.notices.models import Notice, NoticeKind
from app.notices.services import Cause, tell
from app.workflow.text import Text
from tests.integration.accounts.conftest import PASSWORD, sign_in, token_in
from tests.integration.cases.people import NOW, a_unit, a_user, acting, an_incident

TEXTS = {NoticeKind.MOVED: Text("Vụ việc biên giới: có bước mới.", "Border incident: moved.")}


@pytest.fixture
def lan(session: Session) -> User:
    del session
    with transaction() as writer:
        user = a_user(writer, a_unit(writer, "DBP-LP"), "lan", "border_station")
        user.password = hash_password(PASSWORD)
    return user


@pytest.fixture
def reference(lan: User) -> str:
    with transaction() as writer:
        unit = a_unit(writer, "DBP-LP")
        return an_incident(writer, acting(unit, "border_station", user_id=lan.id)).reference


def told(user: User, reference: str, *sources: str) -> None:
    """Notices of the user, one per source, each a minute after the other."""
    with transaction() as writer:
        case_id = writer.scalars(select(Case.id).where(Case.reference == reference)).one()
        for number, source in enumerate(sources):
            at = NOW + timedelta(minutes=number)
            tell(writer, {user.id: NoticeKind.MOVED}, TEXTS, Cause(source, case_id), now=at)


def notices() -> list[Notice]:
    reading().rollback()  # SQLite: a read that is still open sees the past
    return list(reading().scalars(select(Notice).order_by(Notice.id)))


def test_the_bell_counts_and_the_inbox_links_to_the_case(
    client: FlaskClient, lan: User, reference: str
) -> None:
    told(lan, reference, "event:1", "event:2")
    sign_in(client, "lan")
    page = client.get("/thong-bao").text
    assert "2 thông báo chưa đọc" in page
    assert page.count(f'href="/ho-so/{reference}"') == 2
    assert 'class="badge-count">2<' in page
    assert "Vụ việc biên giới: có bước mới." in page


def test_reading_one_notice_lowers_the_count(
    client: FlaskClient, lan: User, reference: str
) -> None:
    told(lan, reference, "event:1", "event:2")
    sign_in(client, "lan")
    first = notices()[0]
    form = {"csrf_token": token_in(client.get("/thong-bao").text)}
    assert client.post(f"/thong-bao/{first.id}/da-doc", data=form).status_code == 302
    assert [notice.read_at is not None for notice in notices()] == [True, False]
    assert "1 thông báo chưa đọc" in client.get("/thong-bao").text


def test_all_are_read_up_to_what_was_on_the_screen(
    client: FlaskClient, lan: User, reference: str
) -> None:
    told(lan, reference, "event:1", "event:2")
    sign_in(client, "lan")
    page = client.get("/thong-bao").text
    told(lan, reference, "event:3")
    form = {"csrf_token": token_in(page), "up_to": str(notices()[1].id)}
    client.post("/thong-bao/da-doc", data=form)
    assert [notice.read_at is not None for notice in notices()] == [True, True, False]


def test_reading_needs_a_post_with_its_token(
    client: FlaskClient, lan: User, reference: str
) -> None:
    told(lan, reference, "event:1")
    sign_in(client, "lan")
    path = f"/thong-bao/{notices()[0].id}/da-doc"
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 403
    assert notices()[0].read_at is None


def test_somebody_elses_notice_is_not_found(client: FlaskClient, lan: User, reference: str) -> None:
    with transaction() as writer:
        other = a_user(writer, a_unit(writer, "DBP-LP"), "minh", "border_station")
    told(other, reference, "event:1")
    sign_in(client, "lan")
    page = client.get("/thong-bao").text
    assert "Chưa có thông báo nào" in page
    assert lan.id != other.id
    form = {"csrf_token": token_in(page)}
    path = f"/thong-bao/{notices()[0].id}/da-doc"
    assert client.post(path, data=form).status_code == 404


def test_a_case_out_of_reach_is_neither_named_nor_linked(
    client: FlaskClient, lan: User, reference: str
) -> None:
    told(lan, reference, "event:1")
    with transaction() as writer:
        other = a_unit(writer, "DBP-MB")
        writer.execute(update(Case).values(owner_unit_id=other.id))
        writer.execute(update(CaseUnit).values(unit_id=other.id))
    sign_in(client, "lan")
    page = client.get("/thong-bao").text
    assert reference not in page
    assert "có bước mới" not in page
    assert "ngoài phạm vi hiện nay của bạn" in page


def test_pages_of_the_inbox_hold_every_notice_once_unread_first(
    session: Session, lan: User, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    told(lan, reference, *(f"event:{number}" for number in range(5)))
    with transaction() as writer:
        writer.execute(update(Notice).where(Notice.source == "event:4").values(read_at=NOW))
    actor = acting(a_unit(session, "DBP-LP"), "border_station", user_id=lan.id)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = queries.inbox(session, actor, cursor=cursor)
        seen += [row.notice.source for row in page.rows]
        cursor = page.next_cursor
    assert seen == ["event:3", "event:2", "event:1", "event:0", "event:4"]


@pytest.mark.parametrize("cursor", ["", "x", "2-5", "0-", "0-abc", "0-²", "-1"])
def test_a_broken_cursor_starts_from_the_top(
    session: Session, lan: User, reference: str, cursor: str
) -> None:
    told(lan, reference, "event:1")
    actor = acting(a_unit(session, "DBP-LP"), "border_station", user_id=lan.id)
    assert len(queries.inbox(session, actor, cursor=cursor).rows) == 1
