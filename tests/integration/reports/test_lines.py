"""Lines and stretches as a tree, and the figures that were published of them."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import reading
from app.registers.models import LineFact, Segment
from tests.integration.accounts.conftest import token_in
from tests.integration.reports.conftest import SignIn
from tests.integration.reports.test_progress import text_of

LINES = "/so-dang-ky/doan"
FIGURE = "/so-dang-ky/so-lieu/moi"


def stretch_address(neighbour: str) -> str:
    found = select(Segment.id).where(Segment.neighbour == neighbour)
    return f"{LINES}/{reading().scalars(found).first()}"


def test_every_line_stands_with_its_stretches_and_counts(reviewer: FlaskClient) -> None:
    said = text_of(reviewer.get(LINES).text)
    assert "Tuyến Việt Nam – Campuchia" in said
    assert "Theo sổ: 3 vị trí có mốc; 2 mốc chính, 1 cọc dấu." in said
    assert "2.337,459 mốc" not in said
    for figure in ("1.245 km", "1.137 km", "1.270 km"):
        assert figure in said


def test_a_stretch_is_a_tree_of_numbers(reviewer: FlaskClient) -> None:
    page = reviewer.get(stretch_address("KH")).text
    tree = page[page.index("marker-tree") :]
    assert re.search(r"<summary>47 .*2 vị trí có mốc; 1 mốc chính, 1 cọc dấu", tree, re.DOTALL)
    assert tree.index(">47</a>") < tree.index(">47/1.1</a>") < tree.index(">48</a>")


def test_a_stretch_on_a_past_day_holds_what_stood_then(reviewer: FlaskClient) -> None:
    page = reviewer.get(f"{stretch_address('KH')}?ngay=2015-01-01").text
    assert "47/1.1" not in page
    assert "Đang xem tình trạng ngày 01/01/2015" in text_of(page)


def test_another_province_does_not_find_the_stretch(signed_in: SignIn) -> None:
    stranger = signed_in("foreign_affairs_officer", "NV91")
    assert stranger.get(stretch_address("KH")).status_code == 404
    assert "Đoạn thử" not in stranger.get(LINES).text


def sent(page: str, **changed: str) -> dict[str, str]:
    return {
        "csrf_token": token_in(page),
        "subject": "line:KH",
        "key": "length_km",
        "value": "1.258,5",
        "unit": "km",
        "as_of": "2024-05-20",
        "source": "Số đo thử",
        "check": "stated",
        **changed,
    }


def lengths() -> list[str]:
    session = reading()
    session.rollback()
    found = select(LineFact.value).where(LineFact.subject == "line:KH", LineFact.key == "length_km")
    return sorted(f"{value:.1f}" for value in session.scalars(found))


def test_a_new_figure_stands_beside_the_older_ones(reviewer: FlaskClient) -> None:
    form = reviewer.get(FIGURE).text
    said = text_of(reviewer.post(FIGURE, data=sent(form), follow_redirects=True).text)
    assert "số liệu cũ vẫn được giữ" in said
    assert lengths() == ["1137.0", "1245.0", "1258.5", "1270.0"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"value": "nhiều"}, "Hãy nhập một số"),
        ({"value": "-3"}, "Hãy nhập một số"),
        ({"as_of": "2126-01-01"}, "còn ở tương lai"),
        ({"source": ""}, "Cần nhập mục này"),
        ({"subject": "line:XX"}, "Hãy chọn trong danh sách"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_beside_its_field(
    reviewer: FlaskClient, changed: dict[str, str], told: str
) -> None:
    answer = reviewer.post(FIGURE, data=sent(reviewer.get(FIGURE).text, **changed))
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    assert lengths() == ["1137.0", "1245.0", "1270.0"]


def test_the_same_source_and_day_are_not_overwritten(reviewer: FlaskClient) -> None:
    form = reviewer.get(FIGURE).text
    reviewer.post(FIGURE, data=sent(form))
    again = reviewer.post(FIGURE, data=sent(form, value="99"))
    assert again.status_code == 422
    assert "số cũ không bị ghi đè" in text_of(again.text)


def test_a_province_does_not_record_figures(signed_in: SignIn) -> None:
    assert signed_in("foreign_affairs_officer", "NV91").get(FIGURE).status_code == 403
