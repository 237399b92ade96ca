"""The straightened line: who sees which markers on it, in which order, and what is behind."""

import re
from html import unescape
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.cases.models import Case
from app.database import transaction
from app.registers.models import Marker
from tests.integration.cases.people import an_incident, station
from tests.integration.reports.conftest import SignIn
from tests.integration.reports.test_progress import text_of

STRIP = "/so-dang-ky/tuyen"


def labels_of(page: str) -> list[str]:
    return [unescape(said) for said in re.findall(r'aria-label="([^"]+)" data-mark', page)]


def test_every_marker_is_a_link_that_says_number_line_kilometre_and_state(
    reviewer: FlaskClient,
) -> None:
    page = reviewer.get(STRIP).text
    said = labels_of(page)
    assert len(said) == 4
    assert re.fullmatch(
        r"Mốc 47, KH, km \d+,\d, Đã bàn giao quản lý, Chưa kiểm tra",
        next(one for one in said if one.startswith("Mốc 47,")),
    )
    assert 'href="/so-dang-ky/moc/KH/47"' in page
    assert any(one.startswith("Cọc dấu 47/1.1, KH") for one in said)


def test_markers_follow_each_other_along_the_border(reviewer: FlaskClient) -> None:
    said = labels_of(reviewer.get(STRIP, query_string={"tuyen": "KH"}).text)
    along = [float(re.findall(r"km (\d+,\d)", one)[0].replace(",", ".")) for one in said]
    assert len(along) == 6  # three markers, drawn across and once more down a small screen
    assert all(left <= right for left, right in pairwise(along[:3]))


def test_the_stretch_that_holds_up_is_said_first_with_its_reason(reviewer: FlaskClient) -> None:
    page = reviewer.get(STRIP).text
    said = text_of(page)
    assert re.search(r"Còn vướng: Đoạn thử còn [\d,]+ km", said)
    assert "1 mốc chính: Thống nhất trên bản đồ" in said
    link = re.search(r'href="([^"]+)">1 mốc chính: Thống nhất', page)
    assert link is not None
    assert "trong 1" in text_of(reviewer.get(unescape(link.group(1))).text)


def test_the_law_is_another_clock_than_the_field(reviewer: FlaskClient) -> None:
    field = text_of(reviewer.get(STRIP, query_string={"tuyen": "CN", "ngay": "2010-07-13"}).text)
    law = text_of(
        reviewer.get(
            STRIP, query_string={"tuyen": "CN", "ngay": "2010-07-14", "dong-ho": "phap-ly"}
        ).text
    )
    assert "Còn vướng:" in field
    assert "Mọi đoạn đã có hiệu lực." in law


def test_filters_are_those_of_the_register(reviewer: FlaskClient) -> None:
    query = {"tuyen": "KH", "loai": "main", "tien-do": "agreed_on_map"}
    assert {
        one.split(",")[0] for one in labels_of(reviewer.get(STRIP, query_string=query).text)
    } == {"Mốc 48"}
    assert "Không có mốc nào khớp" in text_of(
        reviewer.get(STRIP, query_string={"tinh-trang": "lost"}).text
    )


def test_a_past_day_shows_what_stood_then(reviewer: FlaskClient) -> None:
    page = reviewer.get(STRIP, query_string={"ngay": "2017-01-01", "tuyen": "KH"}).text
    said = labels_of(page)
    assert "Đang xem tình trạng ngày 01/01/2017" in text_of(page)
    assert not any("47/1.1" in one for one in said)
    assert any(one.startswith("Mốc 47") and "Đã xây dựng" in one for one in said)
    assert 'href="/so-dang-ky/moc/KH/47?ngay=2017-01-01"' in page


def test_another_province_finds_no_marker_on_the_line(signed_in: SignIn) -> None:
    page = signed_in("foreign_affairs_officer", "NV91").get(STRIP).text
    assert labels_of(page) == []
    assert "Không có mốc nào khớp" in text_of(page)


def _open_at(marker_label: str) -> str:
    with transaction() as session:
        marker = session.query(Marker).filter_by(label=marker_label).one()
        head = an_incident(session, station(session))
        session.execute(
            update(Case)
            .where(Case.id == head.id)
            .values(
                neighbour=marker.neighbour, chainage_m=marker.chainage_m, border_distance_m=12.0
            )
        )
        return head.reference


@pytest.mark.parametrize(
    ("role", "unit", "is_seen"),
    [
        ("boundary_officer", "UBBG", True),
        ("foreign_affairs_officer", "NV91", False),
    ],
)
def test_open_cases_stand_above_the_line_for_those_who_may_see_them(
    signed_in: SignIn, role: str, unit: str, *, is_seen: bool
) -> None:
    reader = signed_in(role, unit)
    reference = _open_at("47")
    assert (f"/ho-so/{reference}" in reader.get(STRIP).text) is is_seen
