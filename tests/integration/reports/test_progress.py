"""The progress page: its first sentence, its figures, and where each of them leads."""

import csv
import re
from html import unescape
from io import BytesIO, StringIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.integration.reports.conftest import SignIn

LIST = "/so-dang-ky/moc"


def text_of(page: str) -> str:
    """What is read on a page, as one line."""
    body = page[page.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_first_sentence_answers_how_far_the_cambodian_line_is(reviewer: FlaskClient) -> None:
    said = text_of(reviewer.get("/tien-do").text)
    assert "Tuyến Campuchia: 1.045 / 1.245 km (84 %) đã phân giới cắm mốc; còn 200 km" in said
    assert "Nghị định thư phân giới cắm mốc Việt Nam – Campuchia 5/10/2019, 22/12/2020" in said
    assert "đoạn còn lại nhiều nhất: Đoạn thử" in said
    assert said.index("Tuyến Campuchia:") < said.index("Tuyến Trung Quốc:")


def test_every_figure_leads_to_as_many_markers(reviewer: FlaskClient) -> None:
    page = reviewer.get("/tien-do?ngay=2015-01-01").text
    table = page[page.index('id="theo-tuyen'.replace("tuyen", "line")) :]
    table = table[: table.index("</table>")]
    figures = re.findall(r'<a href="(/so-dang-ky/moc[^"]+)">([\d.]+)</a>', table)
    assert len(figures) == 30
    for address, number in figures:
        found = text_of(reviewer.get(unescape(address)).text)
        shown = re.search(r"trong ([\d.]+)", found)
        assert (shown.group(1) if shown else "0") == number, address


def test_conflicting_lengths_stand_beside_each_other_with_their_sources(
    reviewer: FlaskClient,
) -> None:
    said = text_of(reviewer.get("/tien-do").text)
    for figure in ("1.245 km", "1.137 km", "1.270 km", "414,712 km", "360 km"):
        assert figure in said
    assert "các nguồn ghi khác nhau" in said
    assert "Công văn 857/UBBG-PT 4/12/2017" in said


def test_difference_between_published_and_counted_is_said(reviewer: FlaskClient) -> None:
    said = text_of(reviewer.get("/tien-do").text)
    assert "315 22/12/2020 2 sổ ít hơn 313" in said


def test_past_day_is_said_and_leads_back(reviewer: FlaskClient) -> None:
    page = reviewer.get("/tien-do?ngay=2013-06-01").text
    said = text_of(page)
    assert "Đang xem tình trạng ngày 01/06/2013" in said
    assert "Về hôm nay" in said
    assert "1.045 / 1.245 km" not in said
    assert "Tỉnh Hà Giang" in said
    assert "Tỉnh Tuyên Quang" not in said


def test_two_days_side_by_side(reviewer: FlaskClient) -> None:
    said = text_of(reviewer.get("/tien-do?tuyen=KH&ngay=2021-01-01&so-sanh=2013-01-01").text)
    assert "Những gì đã thay đổi từ 01/01/2013 đến 01/01/2021" in said
    assert "Đã xác định trên thực địa → Đã bàn giao quản lý: 1 mốc ( 47 )" in said
    assert "ghi mới → Thống nhất trên bản đồ: 1 mốc ( 47/1.1 )" in said
    assert "0 → 1 +1" in said


@pytest.mark.parametrize("measure", ["moc", "vi-tri", "km"])
def test_every_measure_is_drawn(reviewer: FlaskClient, measure: str) -> None:
    answer = reviewer.get(f"/tien-do?theo={measure}")
    assert answer.status_code == 200
    assert ("Theo loại" in answer.text) == (measure != "km")


def test_day_that_cannot_be_read_shows_today_and_says_so(reviewer: FlaskClient) -> None:
    assert "không đọc được hoặc ở tương lai" in text_of(
        reviewer.get("/tien-do?ngay=9999-01-01").text
    )


def test_day_before_the_register_is_explained(reviewer: FlaskClient) -> None:
    assert "Chưa có mốc nào vào ngày này" in text_of(reviewer.get("/tien-do?ngay=2001-01-01").text)


def test_other_province_reads_nothing_of_the_stretch(signed_in: SignIn) -> None:
    said = text_of(signed_in("foreign_affairs_officer", "NV91").get("/tien-do").text)
    assert "Chưa có mốc nào vào ngày này" in said
    assert "Đoạn thử" not in said
    assert "414,712" not in said


def test_register_list_shows_the_day_in_its_own_provinces(reviewer: FlaskClient) -> None:
    said = text_of(reviewer.get(f"{LIST}?ngay=2015-01-01&tuyen=KH").text)
    assert "Đang xem tình trạng ngày 01/01/2015" in said
    assert "Đã xây dựng" in said
    assert "Tỉnh Hà Giang" in said
    assert "Đang xem 2 trong 2" in said


def test_export_of_a_past_day_says_what_held(reviewer: FlaskClient) -> None:
    answer = reviewer.get(f"{LIST}/xuat?dang=csv&ngay=2015-01-01&tuyen=KH")
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["Số hiệu"], row["Tiến độ"], row["Mã tỉnh"]) for row in rows] == [
        ("47", "Đã xây dựng", "02"),
        ("48", "Thống nhất trên bản đồ", "02"),
    ]
    assert "moc-quoc-gioi-20150101.csv" in answer.headers["Content-Disposition"]


def test_workbook_holds_the_tables_with_their_day_and_sources(reviewer: FlaskClient) -> None:
    answer = reviewer.get("/tien-do/xuat?ngay=2015-01-01&theo=moc")
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames == [
        "Theo tuyến",
        "Theo đoạn",
        "Theo tỉnh",
        "Theo loại",
        "Số liệu công bố",
    ]
    lines = [[cell.value for cell in row] for row in book["Theo tuyến"].iter_rows()]
    assert "tình trạng ngày 01/01/2015" in str(lines[1][0])
    assert lines[2][0] == "Đường biên giới chỉ có tính minh họa."
    headers = lines[4]
    campuchia = dict(zip(headers, next(row for row in lines if row[0] == "Campuchia"), strict=True))
    assert (campuchia["Tổng"], campuchia["Đã xây dựng"], campuchia["Đã có hiệu lực"]) == (2, 1, 0)


def test_workbook_of_two_days_has_both(reviewer: FlaskClient) -> None:
    answer = reviewer.get("/tien-do/xuat?tuyen=KH&ngay=2021-01-01&so-sanh=2013-01-01")
    sheet = load_workbook(BytesIO(answer.data))["Theo tuyến"]
    headers, row, *_rest = list(sheet.iter_rows(min_row=5, values_only=True))
    named = dict(zip(headers, row, strict=True))
    assert (named["Tổng (01/01/2013)"], named["Tổng (01/01/2021)"]) == (2, 3)


def test_the_page_leads_to_a_printed_map_of_its_line(reviewer: FlaskClient) -> None:
    page = reviewer.get("/tien-do?tuyen=CN").text
    link = re.search(r'href="(/ban-do/mang-di/trang\?[^"]+)"', page)
    assert link is not None
    box = re.findall(r"khung=([^&]+)", link[1])[0].replace("%2C", ",")
    west, south, east, north = map(float, box.split(","))
    assert west < east
    assert south < north
    assert "tuyen=CN" in link[1]
