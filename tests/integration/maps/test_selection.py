"""Choosing by an area: what lies inside under the reader's rights, as a list, a file, work."""

import csv
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import AuditEntry
from app.cases.models import Case
from tests.integration.accounts.conftest import token_in
from tests.integration.maps.conftest import AddCase, unit_of
from tests.integration.maps.test_routes import SignIn

Send = Callable[..., Any]  # Any: a test response
# A triangle: its box holds the second place, the area itself does not.
TRIANGLE = json.dumps([[106.0, 22.0], [107.0, 22.0], [106.0, 23.0]])
INSIDE, IN_THE_BOX_ONLY = (22.3, 106.3), (22.9, 106.9)


def send(client: FlaskClient, path: str, **form: str) -> Any:  # Any: a test response
    token = token_in(client.get("/ban-do").text)
    data = {"csrf_token": token, "vung": TRIANGLE, **form}
    return client.post(f"/ban-do/vung{path}", data=data, headers={"Accept": "application/json"})


@pytest.fixture
def places(add_case: AddCase, add_marker: Callable[..., int]) -> None:
    add_case(*INSIDE, province_code="04", title="Bên trong")
    add_case(*IN_THE_BOX_ONLY, province_code="04", title="Bên ngoài")
    add_case(22.2, 106.2, province_code="20", title="Tỉnh khác")
    add_marker(*INSIDE, province_code="04", label="676")
    add_marker(*IN_THE_BOX_ONLY, province_code="04", label="677")


@pytest.mark.usefixtures("places")
def test_only_what_lies_inside_and_in_scope_is_chosen(signed_in: SignIn) -> None:
    ministry = send(signed_in("bo", "boundary_leader", "UBBG"), "").json
    own = send(signed_in("caobang", "foreign_affairs_officer", "NV04"), "").json
    assert {point["title"] for point in ministry["points"]} == {"Bên trong", "Tỉnh khác", "676"}
    assert {point["title"] for point in own["points"]} == {"Bên trong", "676"}
    assert own["said"] == "Đã chọn 1 mốc, 1 hồ sơ"


@pytest.mark.usefixtures("places")
def test_the_filters_of_the_map_narrow_the_choice(signed_in: SignIn) -> None:
    client = signed_in("bo", "boundary_leader", "UBBG")
    assert send(client, "", lop="moc").json["cases"] == 0
    assert send(client, "", tinh="20").json["cases"] == 1


@pytest.mark.usefixtures("places")
def test_an_area_that_is_none_is_refused_in_words(signed_in: SignIn) -> None:
    client = signed_in("bo", "boundary_leader", "UBBG")
    for wrong in ("", "x", "[[1,2]]", "[[1,2],[1,2],[1,2]]", "[[1,2],[3,4],[500,6]]", "{}", "[1]"):
        answer = send(client, "", vung=wrong)
        assert answer.status_code == 422
        assert "Vùng chọn" in answer.json["error"]
    assert send(client, "", doan="999999").status_code == 404


@pytest.mark.usefixtures("places")
def test_the_files_hold_what_was_chosen_and_are_recorded(
    session: Session, signed_in: SignIn
) -> None:
    client = signed_in("caobang", "foreign_affairs_officer", "NV04")
    cases = _rows(send(client, "/xuat-ho-so?dang=csv"))
    markers = _rows(send(client, "/xuat-moc?dang=csv"))
    points = send(client, "/xuat-ho-so?dang=geojson").get_json(force=True)
    assert [row["Trích yếu"] for row in cases] == ["Bên trong"]
    assert len(markers) == 1
    assert len(points["features"]) == 1
    acts = session.scalars(select(AuditEntry.subject).order_by(AuditEntry.id)).all()
    assert acts[-3:] == ["cases:1:map", "markers:1:map", "cases:1:map"]


def test_free_cases_of_the_own_unit_are_taken_over(
    session: Session, signed_in: SignIn, add_case: AddCase
) -> None:
    client = signed_in("caobang", "foreign_affairs_officer", "NV04")
    add_case(*INSIDE, province_code="04", owner_unit_id=unit_of(session, "04"))
    add_case(*INSIDE, province_code="04", owner_unit_id=unit_of(session, "20"))
    add_case(*IN_THE_BOX_ONLY, province_code="04", owner_unit_id=unit_of(session, "04"))
    answer = send(client, "/nhan").json
    assert (answer["taken"], answer["left"]) == (1, 1)
    session.expire_all()
    taken = session.scalars(select(Case.assignee_id).order_by(Case.id)).all()
    assert [one is not None for one in taken] == [True, False, False]


def _rows(answer: Any) -> list[dict[str, str]]:  # Any: a test response
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
