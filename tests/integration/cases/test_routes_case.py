"""The page of a case and what is added to it, as people of every kind see them."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import AuditEntry
from app.cases import queries
from app.cases.models import Attachment, EventKind
from app.cases.services import open_case
from app.database import transaction
from app.permissions import SYSTEM_ACTOR, Actor
from tests.integration.cases import desk
from tests.integration.cases.people import INCIDENT

PHOTO = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
PROTECTION = {
    "protection_kind": "detained",
    "danger_level": "high",
    "country": "JP",
    "city": "Osaka",
    "persons_claimed": 1,
    "caller_name": "Nguyễn Thị Hoa",
    "caller_phone": "0912345678",
}


def an_incident(actor: Actor, **changed: object) -> str:
    answers = {**INCIDENT, **changed}
    with transaction() as writer:
        head = open_case(writer, actor, "border_incident", answers=answers, pack=None, now=desk.NOW)
    return head.reference


@pytest.fixture
def incident(session: Session) -> str:
    return an_incident(desk.station(session), description="Ba người đi bộ qua lối mòn")


def test_the_page_shows_next_step_path_facts_and_clock(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    page = client.get(f"/ho-so/{incident}").text
    assert f"/ho-so/{incident}/chuyen/dispatch" in page
    assert page.count('class="btn btn-primary"') == 1
    assert "Số người liên quan" in page
    assert "Báo cáo nhanh cấp trên" in page
    assert "Ba người đi bộ qua lối mòn" in page
    assert 'aria-current="step"' in page


def test_refused_steps_say_who_can(client: FlaskClient, session: Session, incident: str) -> None:
    commander = desk.command(session)
    with transaction() as writer:
        queries.get_by_id(writer, commander, _share(writer, incident, commander))
    desk.sign_in(client, "chihuy")
    page = client.get(f"/ho-so/{incident}").text
    assert "Vì sao tôi không làm được?" in page
    assert "“Triển khai lực lượng” do Đồn Biên phòng thực hiện." in page


def _share(session: Session, reference: str, actor: Actor) -> int:
    case = queries.get(session, SYSTEM_ACTOR, reference)
    case.province_code = next(iter(actor.area.province_codes))
    session.flush()
    return case.id


@pytest.mark.parametrize(
    "path",
    ["", "/chuyen/dispatch", "/su-kien/activity_resumed", "/tep/1"],
)
def test_outside_the_scope_nothing_is_there(
    client: FlaskClient, session: Session, incident: str, path: str
) -> None:
    desk.consul(session)
    desk.sign_in(client, "lanhsu")
    assert client.get(f"/ho-so/{incident}{path}").status_code == 404


@pytest.mark.parametrize("path", ["ghi", "lien-ket", "nhan", "chuyen/dispatch"])
def test_outside_the_scope_nothing_can_be_sent(
    client: FlaskClient, session: Session, incident: str, path: str
) -> None:
    desk.consul(session)
    desk.sign_in(client, "lanhsu")
    answer = desk.send(
        client, f"/ho-so/{incident}/{path}", page="/ho-so/mo", text="x", other="x", version=1
    )
    assert answer.status_code == 404


def test_personal_facts_are_masked_without_the_right(client: FlaskClient, session: Session) -> None:
    actor = desk.commune(session)
    reference = an_incident(actor, description="Tên người bị hại là Trần Thị B")
    desk.sign_in(client, "xa")
    page = client.get(f"/ho-so/{reference}").text
    assert "Trần Thị B" not in page
    assert "Nội dung báo cáo ban đầu" in page
    assert "Đã che" in page


def test_a_note_stands_on_the_timeline(
    client: FlaskClient, session: Session, incident: str
) -> None:
    desk.sign_in(client, "tram")
    page = f"/ho-so/{incident}"
    answer = desk.send(client, f"{page}/ghi", page=page, kind="cuoc-goi", text="Đã gọi Trực ban")
    assert answer.status_code == 302
    assert "Đã gọi Trực ban" in client.get(page).text
    case = desk.case_now(session, SYSTEM_ACTOR, incident)
    assert queries.events_of(session, case.id)[0].kind == EventKind.CALLED


def test_a_file_that_comes_as_text_is_no_file(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    page = f"/ho-so/{incident}"
    answer = desk.send(client, f"{page}/ghi", page=page, kind="ghi-chu", text="Lời", files="abc")
    assert answer.status_code == 302


@pytest.mark.parametrize("address", ["/ho-so/{case}/tep/{huge}", "/nhap-du-lieu/{huge}"])
def test_an_id_beyond_every_database_is_not_found(
    client: FlaskClient, incident: str, address: str
) -> None:
    desk.sign_in(client, "tram")
    assert client.get(address.format(case=incident, huge=10**30)).status_code == 404


def test_an_empty_note_comes_back_with_a_sentence(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    page = f"/ho-so/{incident}"
    answer = desk.send(client, f"{page}/ghi", page=page, kind="ghi-chu", text="  ")
    assert answer.status_code == 422
    assert "Hãy nhập nội dung hoặc chọn tệp." in answer.text


def test_a_refused_file_loses_no_word_of_the_note(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    page = f"/ho-so/{incident}"
    bad = (BytesIO(b"MZ..."), "anh.png")
    answer = desk.send(client, f"{page}/ghi", page=page, kind="ghi-chu", text="Kèm ảnh", files=bad)
    assert answer.status_code == 422
    assert "không đúng với đuôi .png" in answer.text
    assert "Kèm ảnh" in answer.text


def test_a_download_is_an_attachment_and_leaves_a_trace(
    client: FlaskClient, session: Session, incident: str
) -> None:
    desk.sign_in(client, "tram")
    page = f"/ho-so/{incident}"
    desk.send(client, f"{page}/ghi", page=page, kind="ghi-chu", files=(BytesIO(PHOTO), "ảnh.png"))
    session.rollback()
    found = session.scalars(select(Attachment)).one()
    with client.get(f"{page}/tep/{found.id}") as answer:
        assert answer.data == PHOTO
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    session.rollback()
    action = session.scalar(select(AuditEntry.action).order_by(AuditEntry.id.desc()))
    assert action == "file.downloaded"


def test_a_file_with_personal_data_opens_only_with_the_right(
    client: FlaskClient, session: Session
) -> None:
    actor = desk.commune(session)
    desk.sign_in(client, "xa")
    page = "/ho-so/mo/border_incident"
    answer = desk.send(
        client,
        page,
        incident_kind="stray",
        occurred_at="20/11/2026 08:30",
        place_text="bờ suối",
        photos=(BytesIO(PHOTO), "hien-truong.png"),
    )
    reference = answer.location.split("/")[-1].partition("?")[0]
    session.rollback()
    found = session.scalars(select(Attachment)).one()
    assert desk.case_now(session, actor, reference).data["photos"][0]["id"] == found.id
    assert "hien-truong.png" not in client.get(f"/ho-so/{reference}").text
    assert client.get(f"/ho-so/{reference}/tep/{found.id}").status_code == 403


def test_a_file_of_another_case_is_not_found_through_mine(
    client: FlaskClient, session: Session, incident: str
) -> None:
    desk.sign_in(client, "tram")
    page = f"/ho-so/{incident}"
    desk.send(client, f"{page}/ghi", page=page, kind="ghi-chu", files=(BytesIO(PHOTO), "a.png"))
    other = an_incident(desk.neighbour_station(session))
    session.rollback()
    found = session.scalars(select(Attachment)).one()
    own = client.application.test_client()
    desk.sign_in(own, "khac")
    assert own.get(f"/ho-so/{other}/tep/{found.id}").status_code == 404


def test_links_show_on_both_sides(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    answer = desk.send(
        client,
        "/ho-so/mo/border_incident",
        incident_kind="stray",
        occurred_at="20/11/2026 08:30",
        place_text="bờ suối",
    )
    other = answer.location.split("/")[-1].partition("?")[0]
    page = f"/ho-so/{incident}"
    desk.send(client, f"{page}/lien-ket", page=page, target="case", other=other)
    assert other in client.get(page).text
    assert incident in client.get(f"/ho-so/{other}").text


def test_a_leader_gives_the_case_to_a_colleague(client: FlaskClient, session: Session) -> None:
    commander = desk.command(session)
    reference = an_incident(commander)
    desk.sign_in(client, "chihuy")
    page = f"/ho-so/{reference}"
    assert "Giao người xử lý" in client.get(page).text
    desk.send(client, f"{page}/giao", page=page, assignee=commander.user_id)
    assert desk.case_now(session, commander, reference).assignee_id == commander.user_id


def test_a_post_without_its_token_is_refused(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    for path in ("ghi", "nhan", "lien-ket", "chuyen/dispatch"):
        answer = client.post(f"/ho-so/{incident}/{path}", data={"text": "x", "version": 1})
        assert answer.status_code == 403


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, incident: str) -> None:
    answer = client.get(f"/ho-so/{incident}")
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/dang-nhap")
