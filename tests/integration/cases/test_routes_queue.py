"""The queue, its filters, its export and the search, as people of every kind see them."""

from io import BytesIO

import openpyxl
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.audit import AuditEntry
from app.cases import queries
from app.cases.services import open_case
from app.database import transaction
from app.permissions import SYSTEM_ACTOR, Actor
from tests.integration.cases import desk
from tests.integration.cases.people import INCIDENT


def an_incident(actor: Actor, **changed: object) -> str:
    answers = {**INCIDENT, **changed}
    with transaction() as writer:
        head = open_case(writer, actor, "border_incident", answers=answers, pack=None, now=desk.NOW)
    return head.reference


def test_the_queue_shows_a_case_with_its_next_deadline(
    client: FlaskClient, session: Session
) -> None:
    reference = an_incident(desk.station(session))
    desk.sign_in(client, "tram")
    page = client.get("/ho-so").text
    assert reference in page
    assert "Phát hiện, ghi nhận" in page
    assert "Còn 1 giờ" in page or "Còn 2 giờ" in page
    assert "Nhận việc" in page


def test_an_empty_tab_says_why_and_what_next(client: FlaskClient, session: Session) -> None:
    desk.station(session)
    desk.sign_in(client, "tram")
    page = client.get("/ho-so").text
    assert "Không có việc nào chờ bạn" in page
    assert "Xem tất cả hồ sơ" in page


def test_filters_live_in_the_address_and_come_off_one_by_one(
    client: FlaskClient, session: Session
) -> None:
    actor = desk.station(session)
    kept = an_incident(actor, place_text="suối Đá Bàn")
    other = an_incident(actor, place_text="đồi Tranh")
    desk.sign_in(client, "tram")
    page = client.get("/ho-so?muc=tat-ca&loai=border_incident&tim=suoi+da+ban").text
    assert kept in page
    assert other not in page
    assert "tim=suoi" not in page.split('class="chips"')[1].split("Có chữ")[0].split("href")[-1]


def test_an_ambiguous_marker_filter_lists_the_lines(client: FlaskClient, session: Session) -> None:
    desk.command(session)
    for line in ("CN", "KH", "LA"):
        desk.a_marker(line, "304", 11.0, 106.0, "80")
    desk.sign_in(client, "chihuy")
    page = client.get("/ho-so?muc=tat-ca&so-moc=304").text
    assert "CN 304, KH 304, LA 304" in page


def test_taking_a_case_makes_it_mine(client: FlaskClient, session: Session) -> None:
    actor = desk.station(session)
    reference = an_incident(actor)
    desk.sign_in(client, "tram")
    answer = desk.send(client, f"/ho-so/{reference}/nhan", page="/ho-so", next="/ho-so")
    assert answer.location == "/ho-so"
    assert desk.case_now(session, actor, reference).assignee_id == actor.user_id


def test_a_case_that_a_colleague_took_is_not_snatched(
    client: FlaskClient, session: Session
) -> None:
    reference = an_incident(desk.station(session))
    desk.station(session, "tram2")
    for name in ("tram", "tram2"):
        other = client.application.test_client()
        desk.sign_in(other, name)
        answer = desk.send(other, f"/ho-so/{reference}/nhan", page="/ho-so/mo/border_incident")
    assert answer.status_code == 422
    assert "đã có người nhận" in answer.text


def test_an_export_needs_its_permission(client: FlaskClient, session: Session) -> None:
    desk.station(session)
    desk.sign_in(client, "tram")
    assert client.get("/ho-so/xuat").status_code == 403


def test_an_export_holds_only_what_the_reader_sees(client: FlaskClient, session: Session) -> None:
    desk.command(session)
    seen = an_incident(desk.station(session))
    hidden = an_incident(desk.person(session, "xa2", "border_station", _far_station()))
    with transaction() as writer:
        case = queries.get_by_id(writer, SYSTEM_ACTOR, _id_of(writer, seen))
        case.province_code = "80"
    desk.sign_in(client, "chihuy")
    content = client.get("/ho-so/xuat?muc=tat-ca&dang=csv").data
    assert content.startswith(b"\xef\xbb\xbf")
    assert seen in content.decode()
    assert hidden not in content.decode()
    session.rollback()
    assert session.scalar(select(AuditEntry.action).order_by(AuditEntry.id.desc())) == (
        "case.exported"
    )


def _far_station() -> Unit:
    return desk.unit("DBP-XX", UnitKind.BORDER_STATION, province_code="04")


def _id_of(session: Session, reference: str) -> int:
    return queries.get(session, SYSTEM_ACTOR, reference).id


def test_a_hostile_title_is_no_formula_in_the_export(client: FlaskClient, session: Session) -> None:
    actor = desk.command(session)
    an_incident(actor, place_text='=HYPERLINK("http://x")')
    desk.sign_in(client, "chihuy")
    content = client.get("/ho-so/xuat?muc=tat-ca&dang=csv").data.decode()
    assert "'=HYPERLINK" in content
    book = openpyxl.load_workbook(BytesIO(client.get("/ho-so/xuat?muc=tat-ca").data))
    cell = book["ho-so"].cell(2, 5)
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')


def test_search_is_blind_to_diacritics_and_groups_what_it_finds(
    client: FlaskClient, session: Session
) -> None:
    reference = an_incident(desk.station(session), place_text="suối Đá Bàn")
    desk.a_marker("KH", "1608", 11.0, 106.0, "80")
    desk.sign_in(client, "tram")
    assert reference in client.get("/tim-kiem?q=suoi+da+ban").text
    assert "KH 1608" in client.get("/tim-kiem?q=1608").text
    assert "Không tìm thấy gì" in client.get("/tim-kiem?q=khongcogi").text


def test_search_never_leaves_the_readers_scope(client: FlaskClient, session: Session) -> None:
    reference = an_incident(desk.station(session))
    desk.consul(session)
    desk.sign_in(client, "lanhsu")
    page = client.get(f"/tim-kiem?q={reference}").text
    assert f"/ho-so/{reference}" not in page
    assert "Không tìm thấy gì" in page


def test_cases_that_no_map_shows_are_counted_there_and_listed_here(
    client: FlaskClient, session: Session
) -> None:
    actor = desk.station(session)
    placed = an_incident(actor, position={"lat": 11.2, "lon": 106.1, "original": "11,2; 106,1"})
    nowhere = an_incident(actor, place_text="chưa rõ nơi")
    desk.sign_in(client, "tram")
    page = client.get("/ban-do").text
    assert "1 hồ sơ chưa có vị trí trên bản đồ" in page
    page = client.get("/ho-so?muc=tat-ca&vi-tri=chua-co").text
    assert nowhere in page
    assert placed not in page
    assert "chưa có trên bản đồ" in page
