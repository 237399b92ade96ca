"""The designer's pages through a browser without scripts, and who may open them."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.database import reading
from app.designer import queries
from app.permissions import Actor
from app.workflow import editing
from app.workflow.definition import load_definition
from app.workflow.writing import to_yaml
from tests.integration.accounts.conftest import sign_in, token_in
from tests.integration.cases import desk as desk_of
from tests.integration.designer.conftest import CODE

HOME = "/quan-tri/quy-trinh"
DRAFT = f"{HOME}/{CODE}/ban-thao"
NAMED = {"name-vi": "Tên mới", "name-en": "New name", "kind": "initial"}
ALL = (
    *("", "/moi", "/nhap", f"/{CODE}", f"/{CODE}/phien-ban/1", f"/{CODE}/phien-ban/1/tep"),
    *(f"/{CODE}/ban-thao{rest}" for rest in ("", "/so-do", "/lich-su", "/tep", "/xem-thu")),
    *(f"/{CODE}/ban-thao?muc={slug}" for slug in ("buoc", "truong", "thoi-han", "van-ban")),
    *(f"/{CODE}/ban-thao?muc={slug}" for slug in ("su-kien", "dau-moc", "muc")),
    f"/{CODE}/ban-thao/chung/{CODE}",
    f"/{CODE}/cong-bo",
)


@pytest.fixture
def desk(client: FlaskClient, administrator: User, draft: str) -> FlaskClient:
    del draft
    sign_in(client, administrator.username)
    return client


def post(desk: FlaskClient, path: str, **fields: str | list[str]) -> TestResponse:
    page = desk.get(f"{HOME}/{CODE}/ban-thao").text
    reading().rollback()
    draft = queries.draft_row(reading(), CODE)
    version = str(draft.version) if draft else "0"
    form = {"csrf_token": token_in(page or desk.get(HOME).text), "version": version, **fields}
    return desk.post(path, data=form)


def content() -> queries.Content:
    reading().rollback()
    reading().expire_all()
    return queries.draft_or_404(reading(), CODE).content


@pytest.mark.parametrize("path", ALL)
def test_every_page_opens_for_the_administrator(desk: FlaskClient, path: str) -> None:
    assert desk.get(f"{HOME}{path}").status_code == 200


@pytest.mark.parametrize("make", [desk_of.station, desk_of.command, desk_of.consul])
def test_nobody_else_opens_the_designer(
    client: FlaskClient, session: Session, draft: str, make: Callable[[Session], Actor]
) -> None:
    del draft
    actor = make(session)
    username = session.get_one(User, actor.user_id).username
    desk_of.sign_in(client, username)
    assert {client.get(f"{HOME}{path}").status_code for path in ALL} == {403}


def test_a_state_is_added_edited_and_removed_without_scripts(desk: FlaskClient) -> None:
    answer = post(
        desk, f"{DRAFT}/trang-thai", **{"new-name-vi": "Bổ sung hồ sơ", "new-kind": "waiting"}
    )
    assert answer.location == f"{DRAFT}/trang-thai/bo_sung_ho_so#part-form"
    fields = {"name-vi": "Chờ bổ sung", "name-en": "Waiting", "kind": "waiting", "code": "cho"}
    answer = post(desk, answer.location, **fields)
    assert answer.location == f"{DRAFT}/trang-thai/cho"
    assert editing.row_of(content(), "state", "cho")["name"] == {
        "vi": "Chờ bổ sung",
        "en": "Waiting",
    }
    assert "Không chỗ nào khác dùng" in desk.get(f"{DRAFT}/trang-thai/cho/xoa").text
    post(desk, f"{DRAFT}/trang-thai/cho/xoa")
    assert not editing.has_row(content(), "state", "cho")


def test_the_problems_of_a_draft_link_to_their_places(desk: FlaskClient) -> None:
    post(desk, f"{DRAFT}/trang-thai", **{"new-name-vi": "Lạc lõng"})
    page = desk.get(DRAFT).text
    assert "lỗi phải sửa trước khi công bố" in page
    assert f'href="{DRAFT}/trang-thai/lac_long' in page


def test_lines_of_a_list_are_added_filled_moved_and_taken_away(desk: FlaskClient) -> None:
    state = editing.codes(content(), "state")[0]
    path = f"{DRAFT}/trang-thai/{state}"
    row = editing.row_of(content(), "state", state)
    base = {"name-vi": row["name"]["vi"], "name-en": row["name"]["en"], "kind": "initial"}
    assert post(desk, path, **base, act="add:checklist").location == f"{path}#checklist-0"
    line = {"checklist-0-is": "1", "checklist-0-code": "", "checklist-0-name-vi": "Đã báo tỉnh"}
    post(desk, path, **base, **line, act="add:checklist")
    found = editing.row_of(content(), "state", state)["checklist"]
    assert found[0] == {"code": "da_bao_tinh", "name": {"vi": "Đã báo tỉnh"}, "required": False}
    line |= {"checklist-0-code": "da_bao_tinh", "checklist-0-required": "y"}
    post(desk, path, **base, **line, act="remove:checklist:1")
    found = editing.row_of(content(), "state", state)["checklist"]
    assert [(one["code"], one.get("required", True)) for one in found] == [("da_bao_tinh", True)]


def test_typing_answers_with_what_changed_around_the_form(desk: FlaskClient) -> None:
    state = editing.codes(content(), "state")[0]
    form = {
        "csrf_token": token_in(desk.get(DRAFT).text),
        "version": "1",
        "name-vi": "Tên mới",
        "kind": "initial",
    }
    path = f"{DRAFT}/trang-thai/{state}"
    answer = desk.post(path, data=form, headers={"HX-Request": "true"})
    assert 'id="draft-version" value="2" hx-swap-oob' in answer.text
    assert 'id="problems"' in answer.text
    assert "<form" not in answer.text.replace('<form method="post" action="/quan-tri', "", 1)


def test_a_condition_is_judged_and_completed_while_it_is_written(desk: FlaskClient) -> None:
    path = f"{DRAFT}/bieu-thuc"
    wrong = desk.get(path, query_string={"nguon": "data.khong_co > 1"}).get_json()
    assert wrong["problems"]
    half = desk.get(path, query_string={"nguon": "has(data.inc", "con-tro": "12"}).get_json()
    assert "incident_kind" in [one["text"] for one in half["completions"]]
    assert desk.get(path, query_string={"nguon": ""}).get_json()["problems"] == []


def test_publishing_and_going_back_are_told_in_the_history(desk: FlaskClient) -> None:
    state = editing.codes(content(), "state")[0]
    post(desk, f"{DRAFT}/trang-thai/{state}", **NAMED)
    page = desk.get(f"{HOME}/{CODE}/cong-bo").text
    assert "Tên mới" in page
    assert post(desk, f"{HOME}/{CODE}/cong-bo").status_code == 422
    assert post(desk, f"{HOME}/{CODE}/cong-bo", note="Công văn 12").status_code == 302
    assert "Công văn 12" in desk.get(f"{HOME}/{CODE}").text
    token = token_in(desk.get(f"{HOME}/{CODE}/phien-ban/1").text)
    form = {"csrf_token": token, "note": "Chưa thống nhất"}
    assert desk.post(f"{HOME}/{CODE}/phien-ban/1/cong-bo-lai", data=form).status_code == 302
    assert "Trở lại nội dung phiên bản 1. Chưa thống nhất" in desk.get(f"{HOME}/{CODE}").text


def test_an_undo_takes_back_the_last_change(desk: FlaskClient) -> None:
    post(desk, f"{DRAFT}/trang-thai", **{"new-name-vi": "Thừa"})
    assert "Hoàn tác" in desk.get(DRAFT).text
    post(desk, f"{DRAFT}/hoan-tac")
    assert not editing.has_row(content(), "state", "thua")


def test_a_preview_draws_the_form_that_a_role_would_get(desk: FlaskClient) -> None:
    page = desk.get(f"{DRAFT}/xem-thu", query_string={"vai-tro": "border_station"}).text
    assert "disabled" in page
    assert 'name="incident_kind"' in page


def test_a_downloaded_file_comes_back_as_the_same_draft(desk: FlaskClient) -> None:
    before = content()
    text = desk.get(f"{DRAFT}/tep").text
    assert load_definition(text).code == CODE
    form = {
        "csrf_token": token_in(desk.get(f"{HOME}/nhap").text),
        "file": (BytesIO(text.encode()), "x.yaml"),
    }
    assert desk.post(f"{HOME}/nhap", data=form).location == f"{HOME}/{CODE}/cong-bo"
    assert content() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Hãy chọn tệp hoặc dán nội dung."),
        ("a: [", "không đọc được YAML"),
        ("a: &a [*a]", "lặp vòng"),
        ("code: x\ncode: y", "viết hai lần"),
        ("code: Sai Mã", "mã chỉ gồm chữ thường"),
    ],
)
def test_a_pasted_file_that_is_broken_is_refused_with_its_lines(
    desk: FlaskClient, text: str, said: str
) -> None:
    form = {"csrf_token": token_in(desk.get(f"{HOME}/nhap").text), "text": text}
    answer = desk.post(f"{HOME}/nhap", data=form)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_new_type_is_begun_from_another(desk: FlaskClient, session: Session) -> None:
    form = {
        "csrf_token": token_in(desk.get(f"{HOME}/moi").text),
        "name_vi": "Tuần tra chung",
        "name_en": "Joint patrol",
        "copy_of": CODE,
    }
    assert desk.post(f"{HOME}/moi", data=form).location == f"{HOME}/tuan_tra_chung/ban-thao"
    session.rollback()
    made = queries.draft_or_404(reading(), "tuan_tra_chung")
    assert made.base_number is None
    assert to_yaml(made.content).startswith("code: tuan_tra_chung")


@pytest.mark.parametrize(
    "path", [f"{DRAFT}/trang-thai/khong_co", f"{DRAFT}/la/x", f"{HOME}/khong_co", f"{DRAFT}?muc=la"]
)
def test_what_is_not_there_is_not_found(desk: FlaskClient, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_a_table_of_rows_gets_its_columns_on_its_own_page(desk: FlaskClient) -> None:
    group = {"new-name-vi": "Danh sách đội", "new-name-en": "Team", "new-type": "group"}
    page = post(desk, f"{DRAFT}/truong", **group).location
    assert "bảng nhiều dòng phải có ít nhất một cột" in desk.get(page).text
    column = {"new-name-vi": "Họ tên", "new-name-en": "Name", "new-type": "text"}
    answer = post(desk, f"{DRAFT}/cot", **column, group="danh_sach_doi")
    assert answer.location == f"{DRAFT}/cot/danh_sach_doi.ho_ten#part-form"
    assert desk.get(answer.location).status_code == 200
    post(desk, page, **{"name-vi": "Đội", "name-en": "Team", "type": "group"})
    field = editing.row_of(content(), "field", "danh_sach_doi")
    assert [one["code"] for one in field["fields"]] == ["ho_ten"]
