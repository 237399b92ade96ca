"""The pages as people at their browsers meet them: without script, in two clicks."""

import re
from io import BytesIO

import openpyxl
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.crises.models import MassEvent, Participant
from tests.integration.cases import desk
from tests.integration.cases.desk import sign_in, token_in
from tests.integration.crises.scene import HEAD, PEOPLE


def begun(client: FlaskClient, session: Session) -> int:
    """An event of the mission in Japan with four people, through its pages."""
    desk.consul(session)
    sign_in(client, "lanhsu")
    token = token_in(client.get("/su-kien/moi").text)
    said = {"csrf_token": token, "name": "Sơ tán thử", "kind": "evacuation", "country_code": "JP"}
    answer = client.post("/su-kien/moi", data={**said, "time_zone": "Asia/Tokyo"})
    assert answer.status_code == 302
    event_id = int(answer.headers["Location"].rpartition("/")[2])
    pasted = "\n".join((HEAD, *PEOPLE, "5\t\t1990\tNam\tB1\t\t\t"))
    listed = {"csrf_token": token, "source": "foreign", "name": "Danh sách", "pasted": pasted}
    answer = client.post(f"/su-kien/{event_id}/danh-sach", data=listed)
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).text
    assert "Thiếu họ tên." in page
    session.rollback()  # the requests wrote in sessions of their own
    return event_id


def test_a_pasted_list_becomes_people_who_are_found_and_tapped(
    client: FlaskClient, session: Session
) -> None:
    event_id = begun(client, session)
    page = client.get(f"/su-kien/{event_id}/cua-khau?q=hoang dung").text
    assert "Lê Hoàng Dũng" in page
    assert "Trần Thị Mai" not in page
    (person,) = session.scalars(select(Participant).where(Participant.name == "Lê Hoàng Dũng"))
    address = f"/su-kien/{event_id}/cua-khau/{person.id}"
    token = token_in(page)
    said = {"csrf_token": token, "trang-thai": "received", "thay": "expected", "q": "hoang"}
    answer = client.post(address, data=said)
    assert answer.headers["Location"].endswith(f"/cua-khau?q=hoang#nguoi-{person.id}")
    asked = {"Accept": "application/json"}
    again = client.post(address, data=said, headers=asked)
    assert again.json == {"status": "received", "label": "Đã nhận"}
    conflict = client.post(address, data={**said, "trang-thai": "absent"}, headers=asked)
    assert conflict.status_code == 409
    assert conflict.json is not None
    assert "vừa ghi “Đã nhận”" in conflict.json["error"]


def test_many_are_acted_upon_over_the_filter(client: FlaskClient, session: Session) -> None:
    event_id = begun(client, session)
    page = client.get(f"/su-kien/{event_id}?tinh=96").text
    assert "Ghi cho cả 2 người đang lọc" in page
    said = {"csrf_token": token_in(page), "tinh": "96", "viec": "trang-thai:handed_on"}
    answer = client.post(f"/su-kien/{event_id}/lam-nhieu", data=said)
    assert answer.headers["Location"] == f"/su-kien/{event_id}?tinh=96"
    session.rollback()
    statuses = sorted(session.scalars(select(Participant.status)))
    assert statuses == ["expected", "expected", "handed_on", "handed_on"]


def test_the_table_of_a_province_holds_its_people_with_masked_papers(
    client: FlaskClient, session: Session
) -> None:
    event_id = begun(client, session)
    answer = client.get(f"/su-kien/{event_id}/xuat?tinh=33")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 2
    assert rows[1][1] == "Nguyễn Văn Hùng"
    assert "C1•••••67" in rows[1]
    assert "C1234567" not in str(rows)


def test_those_unclear_are_sorted_by_hand_and_the_balance_names_everybody(
    client: FlaskClient, session: Session
) -> None:
    event_id = begun(client, session)
    page = client.get(f"/su-kien/{event_id}/tinh/chua-ro").text
    (name,) = set(re.findall(r'name="(tinh-\d+)"', page))
    token = token_in(page)
    client.post(f"/su-kien/{event_id}/tinh/chua-ro", data={"csrf_token": token, name: "40"})
    assert "Mọi người đã có tỉnh" in client.get(f"/su-kien/{event_id}/tinh/chua-ro").text
    page = client.get(f"/su-kien/{event_id}/doi-soat").text
    assert page.count("chưa có kết quả tiếp nhận</td>") == 4
    refused = client.post(f"/su-kien/{event_id}/dong", data={"csrf_token": token, "text": ""})
    assert refused.status_code == 422
    assert "còn 4 người" in refused.text


def test_a_registration_after_the_closing_minute_is_refused_and_kept(
    client: FlaskClient, session: Session
) -> None:
    event_id = begun(client, session)
    token = token_in(client.get(f"/su-kien/{event_id}/sua").text)
    said = {"csrf_token": token, "name": "Sơ tán thử", "kind": "evacuation", "country_code": "JP"}
    hours = {"time_zone": "Asia/Tokyo", "closes_at": "17/06/2025 15:00"}
    assert client.post(f"/su-kien/{event_id}/sua", data={**said, **hours}).status_code == 302
    typed = {"csrf_token": token, "person_name": "Bùi Thị Xuân", "birth": "1979"}
    answer = client.post(f"/su-kien/{event_id}/dang-ky", data=typed, follow_redirects=True)
    assert "Đăng ký đến muộn" in answer.text
    assert session.scalars(select(Participant).where(Participant.is_late.is_(True))).all() == []
    page = client.get(f"/su-kien/{event_id}/danh-sach").text
    (address,) = set(re.findall(rf"/su-kien/{event_id}/danh-sach/2", page))
    assert "đã đóng lúc 15:00 ngày 17/06/2025 (Tokyo)" in client.get(address).text
    client.post(f"{address}/nhan-muon", data={"csrf_token": token})
    session.rollback()
    late = session.scalars(select(Participant).where(Participant.is_late.is_(True))).all()
    assert [one.name for one in late] == ["Bùi Thị Xuân"]
    assert session.scalars(select(MassEvent)).one().time_zone == "Asia/Tokyo"


def test_an_open_event_says_why_it_is_not_closed_and_where_that_is_done(
    client: FlaskClient, session: Session
) -> None:
    event_id = begun(client, session)
    page = client.get(f"/su-kien/{event_id}/doi-soat").text
    assert "4 người chưa có giải trình" in page
    assert f'href="/su-kien/{event_id}/doi-soat#vi-sao-no_result"' in page
    assert 'id="vi-sao-no_result"' in page
    assert f'href="/su-kien/{event_id}/dong"' not in page
    closing = client.get(f"/su-kien/{event_id}/dong").text
    assert "4 người chưa có giải trình" in closing
    assert "<form" not in closing.partition("<main")[2].partition("</main")[0]
    said = {"csrf_token": token_in(page), "viec": "trang-thai:hospital"}
    client.post(f"/su-kien/{event_id}/lam-nhieu", data=said)
    assert f'href="/su-kien/{event_id}/dong"' in client.get(f"/su-kien/{event_id}/doi-soat").text


def test_closing_and_opening_again_are_said_as_what_they_are(
    client: FlaskClient, session: Session
) -> None:
    event_id = begun(client, session)
    token = token_in(client.get(f"/su-kien/{event_id}?q=").text)
    said = {"csrf_token": token, "viec": "trang-thai:unneeded"}
    client.post(f"/su-kien/{event_id}/lam-nhieu", data=said)
    address, word = f"/su-kien/{event_id}/dong", {"csrf_token": token, "text": "Xong."}
    closed = client.post(address, data=word, follow_redirects=True).text
    assert "Sự kiện đã đóng." in closed
    assert "Sự kiện đã mở lại." not in closed
    assert "Sự kiện đã mở lại." in client.post(address, data=word, follow_redirects=True).text
