"""The pages of an import as a clerk walks through them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.cases.models import Case
from app.database import reading
from app.imports import routes
from app.imports.work import Workroom, carry_on
from app.permissions import Actor
from tests.integration.imports.files import incidents
from tests.unit.imports.files import in_tcvn3, sheet

Person = Callable[[str, str], Actor]
Enter = Callable[[Actor], FlaskClient]


@pytest.fixture
def clerk(person: Person, signed_in: Enter) -> FlaskClient:
    return signed_in(person("BP08", "border_command"))


def upload(client: FlaskClient, path: Path, target: str = "incidents") -> str:
    with path.open("rb") as stream:
        sent = client.post(
            "/nhap-du-lieu/moi",
            data={"target": target, "file": (stream, path.name)},
            content_type="multipart/form-data",
        )
    assert sent.status_code == 302, sent.text
    return sent.location


def chosen(page: str) -> dict[str, str]:
    """What the form of columns would send as it stands."""
    fields = {}
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        found = re.search(r'value="([^"]*)" selected', options)
        fields[name] = found[1] if found else ""
    return fields


def test_a_clerk_brings_a_file_in(
    house: Flask, room: Workroom, clerk: FlaskClient, tmp_path: Path
) -> None:
    del house
    address = upload(clerk, incidents(tmp_path / "thang-3.csv", 5, kind={2: "?"}))
    page = clerk.get(address).text
    assert "Ghép cột" in page
    assert clerk.post(f"{address}/cot", data=chosen(page)).status_code == 302
    checked = clerk.get(address).text
    assert "Nhập 4 dòng" in checked
    assert "Chưa rõ loại vụ việc" in checked
    assert reading().scalar(select(func.count()).select_from(Case)) == 0
    assert clerk.post(f"{address}/nhap").status_code == 302
    assert "hx-get" in clerk.get(address).text
    assert "HX-Refresh" not in clerk.get(f"{address}/tien-do").headers
    carry_on(int(address.rsplit("/", 1)[1]), room)
    assert clerk.get(f"{address}/tien-do").headers["HX-Refresh"] == "true"
    assert "Đã nhập xong" in clerk.get(address).text
    assert "thang-3.csv" in clerk.get("/nhap-du-lieu/").text


def test_the_problem_list_is_a_file_for_office_programs(
    house: Flask, clerk: FlaskClient, tmp_path: Path
) -> None:
    del house
    address = upload(clerk, incidents(tmp_path / "a.csv", 3, kind={2: "?"}))
    clerk.post(f"{address}/cot", data=chosen(clerk.get(address).text))
    as_csv = clerk.get(f"{address}/loi?dang=csv").data
    assert as_csv.startswith(b"\xef\xbb\xbf")
    assert "3,Từ chối,Chưa rõ loại vụ việc" in as_csv.decode("utf-8-sig").replace('"', "")
    assert clerk.get(f"{address}/loi").data.startswith(b"PK")


def test_an_old_font_is_offered_converted(house: Flask, clerk: FlaskClient, tmp_path: Path) -> None:
    del house
    rows = [
        ("Loại vụ việc", "Thời gian", "Địa điểm"),
        ("Buôn lậu", "05/03/2026 08:00", "bờ suối"),
    ]
    spelt = [[in_tcvn3(cell) for cell in row] for row in rows]
    page = clerk.get(upload(clerk, sheet(tmp_path / "a.xlsx", spelt))).text
    assert "Chữ trong tệp theo bảng mã TCVN3 (ABC)" in page
    assert "bờ suối" in page
    assert chosen(page)["convert"] == "tcvn3"


def test_two_columns_for_one_field_are_asked_about_and_nothing_is_lost(
    house: Flask, clerk: FlaskClient, tmp_path: Path
) -> None:
    del house
    address = upload(clerk, incidents(tmp_path / "a.csv", 2))
    fields = chosen(clerk.get(address).text)
    answer = clerk.post(f"{address}/cot", data={**fields, "cot-0": "place_text"})
    assert answer.status_code == 422
    assert "Hai cột cùng được ghép vào" in answer.text or "đã được ghép" in answer.text


def test_a_file_that_is_no_table_shows_its_sentence(
    house: Flask, clerk: FlaskClient, tmp_path: Path
) -> None:
    del house
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    assert "Tệp là tài liệu PDF" in clerk.get(upload(clerk, path)).text


def test_a_large_file_is_checked_by_a_worker(
    room: Workroom, clerk: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "AT_ONCE_BYTES", 10)
    address = upload(clerk, incidents(tmp_path / "a.csv", 3))
    clerk.post(f"{address}/cot", data=chosen(clerk.get(address).text))
    assert "Đang kiểm tra" in clerk.get(address).text
    carry_on(int(address.rsplit("/", 1)[1]), room)
    assert "Nhập 3 dòng" in clerk.get(address).text


def test_another_unit_finds_none_of_the_pages(
    house: Flask, clerk: FlaskClient, person: Person, signed_in: Enter, tmp_path: Path
) -> None:
    del house
    address = upload(clerk, incidents(tmp_path / "a.csv", 2))
    stranger = signed_in(person("BP04", "border_command"))
    for end in ("", "/cot", "/tien-do", "/loi"):
        assert stranger.get(f"{address}{end}").status_code == 404
    for end in ("/cot", "/nhap", "/huy"):
        assert stranger.post(f"{address}{end}").status_code == 404


def test_the_sample_table_can_be_brought_in_again(
    house: Flask, clerk: FlaskClient, tmp_path: Path
) -> None:
    del house
    path = tmp_path / "mau.xlsx"
    path.write_bytes(clerk.get("/nhap-du-lieu/mau/incidents").data)
    address = upload(clerk, path)
    clerk.post(f"{address}/cot", data=chosen(clerk.get(address).text))
    assert "Nhập 1 dòng" in clerk.get(address).text


def test_who_may_not_import_is_kept_out(person: Person, signed_in: Enter) -> None:
    reader = signed_in(person("NV08", "foreign_affairs_leader"))
    assert reader.get("/nhap-du-lieu/").status_code == 403
