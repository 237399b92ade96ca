"""Observations, inspections and intervals: through the services, and as a station does it."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.audit import AuditEntry
from app.database import reading, transaction
from app.errors import Forbidden, Invalid
from app.geo.gazetteer import Pack
from app.registers.history import courses_of
from app.registers.inspection_models import InspectionDue, InspectionInterval, Observation
from app.registers.inspection_pages import markers_named
from app.registers.inspection_services import (
    Found,
    IntervalFacts,
    Walk,
    record_inspection,
    record_interval,
    record_observation,
)
from app.registers.models import Marker, MarkerChange
from app.registers.past import list_markers_on
from app.registers.queries import MarkerFilter, list_markers
from tests.integration.accounts.conftest import token_in
from tests.integration.cases.desk import person, sign_in
from tests.integration.registers.factories import (
    MINISTRY,
    NOW,
    PROVINCE_08,
    add_stretch,
)

TODAY = NOW.date()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def stretch(app: Flask, pack: Pack) -> dict[str, Marker]:
    """Nine markers that stand in the field."""
    del app
    with transaction() as writer:
        markers = add_stretch(writer, pack)
        for marker in markers.values():
            marker.stage = "handed_over"
    return markers


def observed(session: Session, marker: Marker, on: date, condition: str = "intact") -> Observation:
    return record_observation(session, MINISTRY, marker, Found(condition, on), now=NOW)


def test_an_observation_moves_the_condition_and_the_history(
    session: Session, stretch: dict[str, Marker]
) -> None:
    marker = stretch["47/7(2)"]
    seen = Found("leaning", TODAY, "nghiêng về phía suối")

    record_observation(session, PROVINCE_08, marker, seen, now=NOW)

    change = session.scalars(
        select(MarkerChange).where(MarkerChange.marker_id == marker.id).order_by(MarkerChange.id)
    ).all()[-1]
    assert marker.condition == "leaning"
    assert change.after == {"condition": "leaning"}
    assert change.reason == "nghiêng về phía suối"


def test_an_older_observation_entered_late_leaves_the_condition_of_today(
    session: Session, stretch: dict[str, Marker]
) -> None:
    marker = stretch["47"]
    observed(session, marker, TODAY, "leaning")

    observed(session, marker, TODAY - timedelta(days=40), "intact")

    assert marker.condition == "leaning"
    due = session.get(InspectionDue, marker.id)
    assert due is not None
    assert due.inspected_on == TODAY
    assert courses_of([], {"condition": marker.condition})["condition"].on(TODAY) == "leaning"


@pytest.mark.parametrize(
    "seen",
    [Found("intact", TODAY + timedelta(days=3)), Found("under_repair", TODAY), Found("", TODAY)],
)
def test_what_cannot_have_been_seen_is_refused(
    session: Session, stretch: dict[str, Marker], seen: Found
) -> None:
    with pytest.raises(Invalid):
        record_observation(session, MINISTRY, stretch["47"], seen, now=NOW)


def test_a_marker_is_overdue_once_its_interval_has_passed(
    session: Session, stretch: dict[str, Marker]
) -> None:
    observed(session, stretch["47"], TODAY - timedelta(days=181))
    observed(session, stretch["168/2"], TODAY - timedelta(days=180))
    session.commit()

    def labels(asked: str) -> list[str]:
        filters = MarkerFilter(neighbour="KH", inspection=asked, today=TODAY)
        return [one.label for one in list_markers(session, MINISTRY, filters).rows]

    assert labels("overdue") == ["47"]
    assert labels("in_time") == ["168/2"]
    assert labels("never") == ["47/7(2)", "168/2.3"]


def test_the_register_of_a_past_day_knows_what_was_overdue_then(
    session: Session, stretch: dict[str, Marker], pack: Pack
) -> None:
    observed(session, stretch["47"], date(2026, 1, 5))
    observed(session, stretch["47"], date(2026, 11, 1))
    for change in session.scalars(select(MarkerChange)):
        change.valid_on = date(2025, 1, 1)
    session.commit()
    filters = MarkerFilter(inspection="overdue")

    then = list_markers_on(session, MINISTRY, filters, on=date(2026, 10, 1), pack=pack)
    today = list_markers_on(session, MINISTRY, filters, on=date(2026, 11, 20), pack=pack)

    assert [one.label for one in then.page.rows] == ["47"]
    assert today.page.rows == []


def test_a_new_interval_counts_every_marker_of_its_line_again(
    session: Session, stretch: dict[str, Marker]
) -> None:
    observed(session, stretch["47"], TODAY - timedelta(days=60))
    observed(session, stretch["260"], TODAY - timedelta(days=60))
    facts = IntervalFacts("KH", "main", 30, date(2026, 1, 1), None, "S", "Văn bản thử", "")

    record_interval(session, MINISTRY, facts, now=NOW)

    due = {row.marker_id: row.due_on for row in session.scalars(select(InspectionDue))}
    assert due[stretch["47"].id] == TODAY - timedelta(days=30)
    assert due[stretch["260"].id] == TODAY + timedelta(days=120)


@pytest.mark.usefixtures("stretch")
def test_a_province_does_not_decide_the_interval(session: Session) -> None:
    row = session.scalars(select(InspectionInterval)).first()
    facts = IntervalFacts("KH", "", 10, None, None, "S", "Văn bản thử", "")

    with pytest.raises(Forbidden):
        record_interval(session, PROVINCE_08, facts, row=row, now=NOW)


@pytest.mark.usefixtures("stretch")
def test_an_inspection_names_the_markers_of_its_route(session: Session) -> None:
    markers = markers_named(session, MINISTRY, "CN", "260 – 262")
    walk = Walk("CN", "260 – 262", TODAY, is_joint=True, partner_body="Phía bạn")

    made = record_inspection(session, MINISTRY, walk, markers, now=NOW)

    assert [one.label for one in markers] == ["260", "261(1)", "261(2)", "262"]
    assert made.is_joint


def test_a_joint_patrol_names_the_other_side(session: Session, stretch: dict[str, Marker]) -> None:
    walk = Walk("CN", "260", TODAY, is_joint=True)

    with pytest.raises(Invalid) as refused:
        record_inspection(session, MINISTRY, walk, [stretch["260"]], now=NOW)

    assert "partner_body" in refused.value.problems


# --- as a station does it -------------------------------------------------------------------


@pytest.fixture
def station(app: Flask, session: Session) -> FlaskClient:
    unit = unit_by_code(session, "BP08", on=TODAY)
    person(session, "don.thu", "border_command", unit)
    client = app.test_client()
    sign_in(client, "don.thu")
    return client


def test_a_station_finds_the_marker_observes_it_with_a_photo_and_goes_on_to_the_case(
    station: FlaskClient, stretch: dict[str, Marker]
) -> None:
    marker_page = station.get("/so-dang-ky/moc/KH/47-7_2").text
    assert "/so-dang-ky/moc/KH/47-7_2/quan-sat" in marker_page
    form = station.get("/so-dang-ky/moc/KH/47-7_2/quan-sat").text

    answer = station.post(
        "/so-dang-ky/moc/KH/47-7_2/quan-sat",
        data={
            "csrf_token": token_in(form),
            "condition": "leaning",
            "remark": "Nghiêng khoảng 10 độ",
            "observed_on": TODAY.isoformat(),
            "photos": (BytesIO(PNG), "moc.png"),
        },
    )

    assert answer.status_code == 302
    page = station.get(answer.location).text
    assert "Mở hồ sơ mốc hư hỏng" in page
    assert "marker_damage?" in page
    assert f"moc={stretch['47/7(2)'].id}" in page
    assert "condition=leaning" in page
    photo = page.split('src="/so-dang-ky/anh/')[1].split('"', 1)[0]
    with station.get(f"/so-dang-ky/anh/{photo}") as opened:
        assert opened.data == PNG
    actions = set(reading().scalars(select(AuditEntry.action)))
    assert {"marker.observed", "photo.opened"} <= actions


@pytest.mark.usefixtures("stretch")
def test_a_file_that_is_no_picture_is_refused_at_its_field(station: FlaskClient) -> None:
    form = station.get("/so-dang-ky/moc/KH/47/quan-sat").text
    sent = {
        "csrf_token": token_in(form),
        "condition": "intact",
        "remark": "còn nguyên",
        "observed_on": TODAY.isoformat(),
        "photos": (BytesIO(b"%PDF-1.7"), "moc.pdf"),
    }

    answer = station.post("/so-dang-ky/moc/KH/47/quan-sat", data=sent)

    assert answer.status_code == 422
    assert "Không nhận tệp" in answer.text
    assert "còn nguyên" in answer.text


@pytest.mark.usefixtures("stretch")
def test_a_marker_of_another_province_cannot_be_observed(app: Flask, session: Session) -> None:
    person(session, "don.khac", "border_command", unit_by_code(session, "BP91", on=TODAY))
    client = app.test_client()
    sign_in(client, "don.khac")

    assert client.get("/so-dang-ky/moc/KH/47/quan-sat").status_code == 404


def test_an_inspection_is_written_down_marker_by_marker(
    station: FlaskClient, stretch: dict[str, Marker]
) -> None:
    form = station.get("/so-dang-ky/kiem-tra/moi").text
    made = station.post(
        "/so-dang-ky/kiem-tra/moi",
        data={
            "csrf_token": token_in(form),
            "neighbour": "CN",
            "route": "260 – 262",
            "began_on": TODAY.isoformat(),
            "is_joint": "y",
            "partner_body": "Đội biên phòng phía bạn",
        },
    )
    page = station.get(made.location).text
    marker = stretch["260"]

    station.post(
        made.location + "/ghi",
        data={"csrf_token": token_in(page), f"tinh-trang-{marker.id}": "at_risk"},
    )

    assert "1 trên" in station.get(made.location).text
    assert "260 – 262" in station.get("/so-dang-ky/kiem-tra").text


def test_the_list_of_markers_counts_and_shows_what_is_overdue(
    station: FlaskClient, stretch: dict[str, Marker]
) -> None:
    with transaction() as session:
        marker = session.get_one(Marker, stretch["47"].id)
        record_observation(
            session, MINISTRY, marker, Found("intact", TODAY - timedelta(days=900)), now=NOW
        )

    page = station.get("/so-dang-ky/moc").text
    narrowed = station.get("/so-dang-ky/moc?kiem-tra=overdue").text

    assert "1 mốc quá hạn kiểm tra" in page
    assert "Mốc 47<" in narrowed
    assert "Mốc 260" not in narrowed
