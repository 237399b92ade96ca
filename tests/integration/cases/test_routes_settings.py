"""The administrator's pages of thresholds and recounts, and of calendars beside Viet Nam's."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.calendar import own_calendar
from app.accounts.models import UnitKind, WorkWeek
from app.accounts.queries import unit_by_code
from app.cases.clock_models import ClockRecount
from app.cases.models import DatedSetting
from app.database import transaction
from tests.integration.cases import desk

KEY = "country.consular_access_days"
ROW = {
    "key": KEY,
    "scope": "JP",
    "value": "5",
    "unit": "cd",
    "valid_from": "01/12/2026",
    "source": "Công hàm số 1",
    "check": "sourced",
}


@pytest.fixture
def admin(client: FlaskClient, session: Session) -> FlaskClient:
    desk.person(session, "quantri", "administrator", unit_by_code(session, "BNG"))
    desk.sign_in(client, "quantri")
    return client


def test_a_threshold_is_added_and_the_earlier_rows_stay(
    admin: FlaskClient, session: Session
) -> None:
    before = session.scalars(select(DatedSetting.id)).all()
    session.rollback()
    answer = desk.send(admin, "/quan-tri/nguong", page="/quan-tri/nguong", **ROW)
    assert answer.status_code == 302
    page = admin.get("/quan-tri/nguong").text
    assert "Công hàm số 1" in page
    assert "Nhật Bản" in page
    assert set(before) < set(session.scalars(select(DatedSetting.id)))


def test_what_is_missing_is_said_beside_its_field(admin: FlaskClient) -> None:
    answer = desk.send(
        admin, "/quan-tri/nguong", page="/quan-tri/nguong", **(ROW | {"source": "", "scope": "Q9"})
    )
    assert "Nguồn: Mục này không được để trống." in answer.text
    wrong = desk.send(admin, "/quan-tri/nguong", page="/quan-tri/nguong", **(ROW | {"scope": "Q9"}))
    assert "Không có nơi nào mang mã này cho ngưỡng đã chọn." in wrong.text


def test_recounts_are_listed_with_their_progress(admin: FlaskClient) -> None:
    with transaction() as writer:
        recount = ClockRecount(
            source="VN:x",
            change={"calendar": "VN", "day": "2026-11-24"},
            requested_by=0,
            started_at=desk.NOW,
            total=200,
            seen=50,
        )
        writer.add(recount)
    page = admin.get("/quan-tri/tinh-lai").text
    assert "Lịch làm việc thay đổi ngày 24/11/2026." in page
    assert "50 trên 200 hồ sơ" in page
    assert 'value="25"' in page
    assert admin.get(f"/quan-tri/tinh-lai/{recount.id}").status_code == 200
    assert admin.get("/quan-tri/tinh-lai/999999").status_code == 404


def test_a_unit_gets_its_own_closing_hour_from_a_day_on(
    admin: FlaskClient, session: Session
) -> None:
    mission = unit_by_code(session, "JP", kind=UnitKind.MISSION)
    session.rollback()
    found = admin.get("/quan-tri/lich/don-vi", query_string={"unit": mission.name})
    assert found.location.endswith(f"lich={own_calendar(mission.id)}")
    page = f"/quan-tri/lich?lich={own_calendar(mission.id)}"
    answer = desk.send(
        admin,
        f"/quan-tri/lich/tuan?lich={own_calendar(mission.id)}",
        page=page,
        valid_from="01/12/2026",
        cut_off="16:30",
        weekend=["5", "6"],
        week_status="official",
        week_basis="Quyết định 1",
    )
    assert answer.status_code == 302
    number = mission.id
    session.rollback()  # a new snapshot
    week = session.scalars(select(WorkWeek)).one()
    assert (week.calendar, week.cut_off, week.weekend) == (f"u{number}", "16:30", "56")
    assert "16:30" in admin.get(page).text
    assert admin.get("/quan-tri/lich?lich=u999999").status_code == 404


@pytest.mark.parametrize("hour", ["25:00", "chiều"])
def test_an_hour_that_is_none_is_refused(admin: FlaskClient, hour: str) -> None:
    answer = desk.send(
        admin,
        "/quan-tri/lich/tuan?lich=VN",
        page="/quan-tri/lich",
        valid_from="01/12/2026",
        cut_off=hour,
        week_status="official",
        week_basis="x",
    )
    assert "Hãy nhập giờ dạng 16:30." in answer.text
