"""The tool and the dated tables at the browser: who sees, who keeps, what is answered."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import AuditEntry
from app.errors import Forbidden
from app.geo.coordinates import Coordinate, parse_coordinate
from app.permissions import Area
from app.registers.dated_models import DistanceRule, ProvincialAxis
from app.registers.dated_rules import (
    AxisFacts,
    DistanceFacts,
    axis_table,
    correct_axis,
    load_dated_rules,
    record_distance,
    rules_at,
)
from app.registers.models import Marker, MarkerMeasurement
from tests.integration.accounts.conftest import token_in
from tests.integration.registers.factories import MINISTRY, NOW, PROVINCE_08, actor_with
from tests.integration.registers.test_pages import signed_in as signed_in  # noqa: PLC0414

SignIn = Callable[[str, str], FlaskClient]
TOOL = "/so-dang-ky/toa-do"
TODAY = NOW.date()


def _ask(client: FlaskClient, text: str, *, as_json: bool = False, **more: str) -> str:
    token = token_in(client.get(TOOL).text)
    headers = {"Accept": "application/json"} if as_json else {}
    answer = client.post(TOOL, data={"csrf_token": token, "text": text, **more}, headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_tool_shows_the_point_in_every_system_with_marker_and_side(signed_in: SignIn) -> None:
    page = _ask(signed_in("boundary_officer", "UBBG"), "cách mốc 47/7(2) khoảng 300 m về phía tây")
    assert "Cách mốc 47/7(2) (KH) khoảng 300 m về phía tây, phía Việt Nam" in page
    assert "MGRS" in page
    assert "data-minimap" in page
    assert "sai số" in page.lower()


def test_tool_asks_for_the_line_and_takes_the_answer(signed_in: SignIn) -> None:
    client = signed_in("boundary_officer", "UBBG")
    assert "Không có mốc 999" in _ask(client, "mốc 999")
    page = _ask(client, "2212000 455000")
    assert "Các cách hiểu" in page
    assert 'name="reading"' in page


def test_tool_answers_programs_in_json(signed_in: SignIn) -> None:
    client = signed_in("boundary_officer", "UBBG")
    said = _ask(client, "20,001; 104,397", as_json=True)
    assert '"label":"47/7(2)"' in said.replace(" ", "")
    assert '"side":"vn"' in said.replace(" ", "")


def test_judgement_under_another_form_speaks_of_the_named_marker(
    signed_in: SignIn, session: Session
) -> None:
    client = signed_in("boundary_officer", "UBBG")
    slug = session.scalars(select(Marker.slug).where(Marker.label == "47/7(2)")).one()
    session.rollback()
    page = client.get(f"/so-dang-ky/moc/KH/{slug}/so-do").text
    address = page.split('hx-post="')[1].split('"')[0].replace("&amp;", "&")
    data = {"csrf_token": token_in(page), "coordinate": "20,00190; 104,40000"}
    assert "Cách mốc 47/7(2) (KH) 100 m." in client.post(address, data=data).text
    assert client.post(address, data={**data, "coordinate": ""}).text == ""


def test_measurement_of_unknown_system_is_kept_as_written(
    signed_in: SignIn, session: Session
) -> None:
    client = signed_in("boundary_officer", "UBBG")
    marker = session.scalars(select(Marker).where(Marker.label == "47/7(2)")).one()
    address, place = f"/so-dang-ky/moc/KH/{marker.slug}/so-do", (marker.lat, marker.lon)
    session.rollback()
    page = client.get(address).text
    typed = "2212000 455000"
    data = {"csrf_token": token_in(page), "coordinate": typed, "party": "joint", "is_adopted": "y"}
    assert client.post(address, data=data).status_code == 422
    assert client.post(address, data={**data, "is_open": "y"}).status_code == 302
    kept = session.scalars(
        select(MarkerMeasurement).where(MarkerMeasurement.original == typed)
    ).one()
    assert (kept.lat, kept.crs, kept.is_in_force) == (None, "", False)
    session.refresh(marker)
    assert (marker.lat, marker.lon) == place
    assert "chưa xác định hệ tọa độ" in client.get(f"/so-dang-ky/moc/KH/{marker.slug}").text


def test_tables_show_their_sources_and_only_keepers_may_edit(signed_in: SignIn) -> None:
    client = signed_in("foreign_affairs_leader", "NV91")
    axes = client.get("/so-dang-ky/kinh-tuyen-truc").text
    assert "24/2025/TT-BNNMT" in axes
    assert "/sua" not in axes
    distances = client.get("/so-dang-ky/khoang-cach").text
    assert "96/2020" in distances
    assert client.get("/so-dang-ky/khoang-cach/moi").status_code == 403


def test_ministry_corrects_an_axis_at_the_browser(signed_in: SignIn, session: Session) -> None:
    client = signed_in("boundary_officer", "UBBG")
    axis_id = session.scalars(
        select(ProvincialAxis.id).where(
            ProvincialAxis.province_code == "12", ProvincialAxis.valid_from == date(2025, 7, 1)
        )
    ).one()
    session.rollback()
    address = f"/so-dang-ky/kinh-tuyen-truc/{axis_id}/sua"
    page = client.get(address).text
    data = {
        "csrf_token": token_in(page),
        "system": "EPSG:9205",
        "valid_from": "2025-07-01",
        "check": "công báo",
        "source": "Đã đối chiếu công báo",
    }
    assert client.post(address, data=data).status_code == 302
    row = session.get(ProvincialAxis, axis_id)
    assert row is not None
    assert (row.system, row.check) == ("EPSG:9205", "công báo")


# --- the tables without a browser -----------------------------------------------------------


def _axis(session: Session, code: str) -> ProvincialAxis:
    load_dated_rules(session)
    return session.scalars(
        select(ProvincialAxis).where(
            ProvincialAxis.province_code == code, ProvincialAxis.valid_from.is_not(None)
        )
    ).one()


def test_corrected_axis_is_what_papers_are_read_with(session: Session) -> None:
    row = _axis(session, "12")
    facts = AxisFacts("EPSG:9205", row.valid_from, None, "công báo", "đã đối chiếu công báo")
    correct_axis(session, MINISTRY, row, facts, now=NOW)
    found = parse_coordinate(
        "2500000 500000", crs="VN-2000 múi 3", province_code="12", axes=axis_table(session)
    )
    assert isinstance(found, Coordinate)
    assert found.crs == "EPSG:9205"
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "axis.corrected")).one()
    assert entry.reason == "EPSG:9208 → EPSG:9205"


def test_province_keeps_only_its_own_axis(session: Session) -> None:
    row = _axis(session, "12")
    facts = AxisFacts("EPSG:9205", None, None, "x", "y")
    with pytest.raises(Forbidden):
        correct_axis(session, PROVINCE_08, row, facts, now=NOW)


def test_loading_again_keeps_what_an_office_changed(session: Session) -> None:
    row = _axis(session, "12")
    row.system = "EPSG:9205"
    session.flush()
    count = len(session.scalars(select(ProvincialAxis.id)).all())
    load_dated_rules(session)
    assert len(session.scalars(select(ProvincialAxis.id)).all()) == count
    assert row.system == "EPSG:9205"


@pytest.mark.parametrize(("line", "metres"), [("CN", 30), ("LA", 100), ("KH", 100)])
def test_permanent_works_keep_the_distance_of_each_line(
    session: Session, line: str, metres: int
) -> None:
    load_dated_rules(session)
    rules = rules_at(session, line, None, on=TODAY)
    assert [(rule.activity, rule.metres) for rule in rules] == [("permanent_structure", metres)]
    assert all(rule.source and rule.treaty for rule in rules)


def test_rule_holds_only_between_its_days_and_in_its_province(session: Session) -> None:
    load_dated_rules(session)
    belt = DistanceFacts(
        neighbour="LA",
        activity="border_belt",
        metres=500,
        province_code="14",
        stretch="",
        treaty="Quyết định thử",
        valid_from=date(2026, 1, 1),
        valid_to=None,
        check="thử",
        source="thử",
        note="",
    )
    record_distance(session, actor_with(Area(province_codes=frozenset({"14"}))), belt, now=NOW)
    with pytest.raises(Forbidden):
        record_distance(session, PROVINCE_08, belt, now=NOW)
    own = [rule.metres for rule in rules_at(session, "LA", "14", on=TODAY)]
    assert own == [100, 500]
    assert len(rules_at(session, "LA", "40", on=TODAY)) == 1
    assert len(rules_at(session, "LA", "14", on=date(2025, 12, 31))) == 1
    assert not rules_at(session, "LA", "14", on=date(2010, 1, 1))
    assert session.scalars(select(DistanceRule).where(DistanceRule.metres == 500)).one()
