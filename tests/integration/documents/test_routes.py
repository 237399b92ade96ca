"""The screens of papers: from the case to a numbered paper, templates, the book, minutes."""

import re
from io import BytesIO

import docx
import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.cases.models import Case
from app.documents.building import shipped_template
from app.documents.models import Paper, PaperState
from app.errors import NotFound
from app.jobs import Job, OutboxEntry
from app.permissions import Actor
from tests.integration.cases import desk
from tests.integration.documents.desk import WORDING, a_case, a_draft, words_in
from tests.unit.documents.test_letterhead import a_png
from workers.papers import draft_papers


@pytest.fixture
def clerk(session: Session) -> Actor:
    return desk.command(session)


@pytest.fixture
def case(clerk: Actor) -> Case:
    return a_case(clerk)


@pytest.fixture
def signed(client: FlaskClient, clerk: Actor) -> FlaskClient:
    del clerk
    desk.sign_in(client, "chihuy")
    return client


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def post(client: FlaskClient, path: str, page: str, **data: object) -> str:
    """The page after the form, wherever it leads."""
    answer = client.post(
        path, data={"csrf_token": token(client, page), **data}, follow_redirects=True
    )
    assert answer.status_code in {200, 422}, answer.status_code
    return answer.text


def test_a_paper_is_written_by_a_worker_from_the_page_of_the_case(
    session: Session, signed: FlaskClient, case: Case
) -> None:
    of_case = f"/van-ban/ho-so/{case.reference}"
    compose = f"{of_case}/soan/to_trinh"
    assert of_case in signed.get(f"/ho-so/{case.reference}").text
    assert compose in signed.get(of_case).text

    said = {"abstract": "sửa mốc", "body": "Hồ sơ {so}.", "place": "Tây Ninh"}
    assert "Đang soạn" in post(signed, compose, compose, **said)
    order = session.scalars(select(OutboxEntry).where(OutboxEntry.job == Job.DRAFT_PAPERS)).one()
    draft_papers(session, order.payload, order.created_at)
    session.rollback()
    paper = session.scalars(select(Paper)).one()
    assert paper.state == PaperState.DRAFT, paper.problem
    with signed.get(f"/van-ban/{paper.id}/tep/1") as file:
        assert f"Hồ sơ {case.reference}." in words_in(file.data)


def test_a_draft_is_edited_in_word_numbered_and_withdrawn_with_its_line_in_the_book(
    session: Session, signed: FlaskClient, clerk: Actor, case: Case
) -> None:
    address = f"/van-ban/{a_draft(session, clerk, case).id}"
    with signed.get(f"{address}/tep/1") as file:
        edited = with_a_line(file.data, "Câu sửa trong Word.")
    page = post(signed, f"{address}/ban-moi", address, file=(edited, "sua.docx"))
    assert "Sửa trong Word" in page
    assert "01/TTr-BP80" in post(signed, f"{address}/cap-so", address)
    with signed.get(f"{address}/tep/3") as file:
        words = words_in(file.data)
    assert "Câu sửa trong Word." in words
    assert "Số: 01/TTr-BP80" in words

    assert "Đã thu hồi" in post(signed, f"{address}/thu-hoi", address, reason="Nhầm")
    timeline = signed.get(f"/ho-so/{case.reference}").text
    assert "Ban hành văn bản: Tờ trình 01/TTr-BP80" in timeline
    assert f'href="{address}"' in timeline
    book = signed.get("/van-ban/so").text
    assert "01/TTr-BP80" in book
    assert "Nhầm" in book
    with signed.get("/van-ban/so?dang=xlsx") as file:
        sheet = load_workbook(BytesIO(file.data)).active
    assert sheet is not None
    assert [sheet[name].value for name in ("A4", "C4", "D4")] == [
        *("01/TTr-BP80", "Tờ trình", "sửa mốc phụ")
    ]


def test_a_paper_that_was_taken_back_is_written_anew_from_its_own_words(
    session: Session, signed: FlaskClient, clerk: Actor, case: Case
) -> None:
    address = f"/van-ban/{a_draft(session, clerk, case).id}"
    post(signed, f"{address}/cap-so", address)
    page = post(signed, f"{address}/thu-hoi", address, reason="Nhầm")
    again = re.search(rf'href="(/van-ban/ho-so/{case.reference}/soan/to_trinh[^"]+)"', page)
    assert again is not None
    assert "sửa mốc phụ" in signed.get(again[1]).text
    elsewhere = again[1].replace("to_trinh", "bao_cao")
    assert signed.get(elsewhere).status_code == NotFound().status


def with_a_line(content: bytes, text: str) -> BytesIO:
    document = docx.Document(BytesIO(content))
    document.add_paragraph(text)
    written = BytesIO()
    document.save(written)
    written.seek(0)
    return written


def test_a_note_in_the_first_person_comes_back_with_what_was_typed(
    signed: FlaskClient, case: Case
) -> None:
    compose = f"/van-ban/ho-so/{case.reference}/soan/cong_ham"
    page = post(signed, compose, compose, abstract="x", body="Chúng tôi đề nghị.")
    assert "ngôi thứ ba" in page
    assert "Chúng tôi đề nghị." in page


def test_a_letter_to_the_family_without_consent_says_so_and_makes_nothing(
    session: Session, signed: FlaskClient, case: Case
) -> None:
    compose = f"/van-ban/ho-so/{case.reference}/soan/thu_gia_dinh"
    page = post(signed, compose, compose, addressee="Bà Hoa", abstract="x", body="Kính báo.")
    assert "đồng ý báo cho gia đình" in page
    assert session.scalars(select(Paper)).all() == []


def test_another_unit_neither_sees_nor_numbers_the_paper(
    session: Session, client: FlaskClient, clerk: Actor, case: Case
) -> None:
    paper = a_draft(session, clerk, case, wording=WORDING)
    desk.station(session)
    desk.sign_in(client, "tram")
    for path in ("", "/tep/1"):
        assert client.get(f"/van-ban/{paper.id}{path}").status_code == NotFound().status
    assert client.get("/van-ban/999999").status_code == NotFound().status


def test_an_office_sends_its_template_and_a_hostile_one_is_refused(
    session: Session, client: FlaskClient
) -> None:
    from_unit = desk.unit("VT-1", UnitKind.DEPARTMENT)
    desk.person(session, "vanthu", "clerk", from_unit)
    desk.sign_in(client, "vanthu")
    page = "/van-ban/mau/to_trinh"

    def send(content: bytes) -> str:
        data = {"file": (BytesIO(content), "mau.docx"), "valid_from": "01/01/2026"}
        return post(client, f"{page}/ban-moi", page, **data)

    document = docx.Document()
    document.add_paragraph("{{ ''.__class__ }}")
    hostile = BytesIO()
    document.save(hostile)
    assert "Mẫu chỉ được ghi tên trường" in send(hostile.getvalue())
    assert "Đã nhận mẫu mới" in send(shipped_template("to_trinh"))
    assert "của đơn vị, bản 1" in client.get("/van-ban/").text
    with client.get(f"{page}/xem-thu") as file:
        assert "TỜ TRÌNH" in words_in(file.data)
    assert "dùng lại mẫu của hệ thống" in post(client, f"{page}/mau-he-thong", page)
    said = post(
        client,
        "/van-ban/ky-hieu/them",
        "/van-ban/ky-hieu",
        kind="to_trinh",
        pattern="{so}/TTr-VT",
        valid_from="01/01/2026",
        source="QĐ 1",
    )
    assert "01/TTr-VT" in said


def test_an_office_puts_its_own_emblem_at_the_head_of_its_notes(
    session: Session, client: FlaskClient
) -> None:
    desk.person(session, "vanthu", "clerk", desk.unit("VT-1", UnitKind.DEPARTMENT))
    desk.sign_in(client, "vanthu")
    page = "/van-ban/mau/cong_ham"

    def send(content: bytes, where: str = page) -> str:
        picture = (BytesIO(content), "quoc-huy.png")
        return post(client, f"{where}/quoc-huy", where, picture=picture)

    assert "PNG hoặc JPEG" in send(b"<svg/>")
    assert "Đã đưa hình quốc huy" in send(a_png(300, 300))
    with client.get(f"{page}/xem-thu") as file:
        assert len(docx.Document(BytesIO(file.data)).inline_shapes) == 1
    assert "quoc-huy" not in client.get("/van-ban/mau/to_trinh").text
    assert "Chỉ công hàm" in send(a_png(300, 300), "/van-ban/mau/to_trinh")


def test_a_letter_that_asks_for_money_begins_with_what_is_owed_or_a_place_for_it(
    signed: FlaskClient, case: Case
) -> None:
    page = signed.get(f"/van-ban/ho-so/{case.reference}/soan/don_doc_khac").text
    assert "còn phải hoàn trả: …." in page
    assert "Đề nghị {kinh_gui} hoàn trả" in page


def test_who_may_not_give_numbers_is_refused(session: Session, client: FlaskClient) -> None:
    station = desk.station(session)
    paper = a_draft(session, station, a_case(station))
    desk.sign_in(client, "tram")
    page = f"/van-ban/{paper.id}"
    assert "Cấp số" not in re.sub(r"<p.*?</p>", "", client.get(page).text)
    answer = client.post(f"{page}/cap-so", data={"csrf_token": token(client, page)})
    assert answer.status_code == 403
