"""Minutes at the gate: a paper that both sides sign, with the counts of its moment."""

import re
from io import BytesIO

import docx
import pytest
from docx.document import Document
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.crises.minutes import lines_of
from tests.integration.cases.desk import token_in
from tests.integration.crises.test_routes import begun


@pytest.fixture
def paper(client: FlaskClient, session: Session) -> Document:
    """The minutes of four people: one absent, one in hospital, one kept back, one received."""
    event_id = begun(client, session)
    token = token_in(client.get(f"/su-kien/{event_id}/bien-ban").text)
    statuses = {
        "hoang dung": "absent",
        "gia bao": "hospital",
        "van hung": "kept",
        "thi mai": "received",
    }
    for name, status in statuses.items():
        marks = {"csrf_token": token, "viec": f"trang-thai:{status}", "q": name}
        client.post(f"/su-kien/{event_id}/lam-nhieu", data=marks)
    said = {"csrf_token": token, "place": "Mộc Bài", "giving": "Ông Sok", "receiving": "Bà Lan"}
    assert client.post(f"/su-kien/{event_id}/bien-ban", data=said).status_code == 302
    page = client.get(f"/su-kien/{event_id}/bien-ban").text
    (address,) = re.findall(r'href="(/van-ban/\d+)"', page)
    assert "Biên bản của sự kiện" in client.get(address).text
    return docx.Document(BytesIO(client.get(f"{address}/tep/1").data))


def test_the_paper_writes_its_numbers_in_words_and_they_add_up(paper: Document) -> None:
    text = "\n".join(one.text for one in paper.paragraphs)
    assert "Có trong danh sách gốc: 4 (bốn) người." in text
    assert "Đã tiếp nhận: 3 (ba) người." in text
    assert "- Trong đó đưa đi bệnh viện: 1 (một) người;" in text
    assert "Vắng mặt: 1 (một) người." in text


def test_the_paper_names_everybody_who_came_and_is_signed_by_both_sides(paper: Document) -> None:
    rows = [[cell.text for cell in row.cells] for row in paper.tables[1].rows]
    assert rows[0][:2] == ["TT", "Họ và tên"]
    assert [row[1] for row in rows[1:]] == ["Trần Gia Bảo", "Nguyễn Văn Hùng", "Trần Thị Mai"]
    assert rows[1][6] == "Đi bệnh viện; Dưới 18 tuổi"
    assert "C1234567" not in str(rows)
    giving, receiving = (cell.text for cell in paper.tables[2].rows[0].cells)
    assert "BÊN GIAO" in giving
    assert "Ông Sok" in giving
    assert "BÊN NHẬN" in receiving
    assert "Bà Lan" in receiving


def test_minutes_written_before_the_handing_on_agree_with_the_balance_after_it() -> None:
    before = lines_of({"listed": 110, "received": 108, "kept": 1, "hospital": 1})
    after = lines_of({"listed": 110, "handed_on": 108, "kept": 1, "hospital": 1})
    for lines in (before, after):
        received = next(one for one in lines if one.name.vi == "Đã tiếp nhận")
        assert received.number == sum(one.number for one in lines if one.is_part) == 110


def test_minutes_name_those_beyond_the_base_list_so_that_both_sides_add_up() -> None:
    lines = lines_of({"listed": 255, "handed_on": 254, "hospital": 1, "absent": 1, "expected": 7})
    told = {one.name.en: one.number for one in lines if not one.is_part}
    assert told["On the base list"] + told["Beyond the base list"] == 255 + 8
    assert told["Received"] + told["Absent"] + told["No result yet"] == 255 + 8
