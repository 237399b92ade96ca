"""The administrator's calendar reaches the deadlines that are running."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.errands import expect_soon, open_protection
from tests.e2e.person import Person

CLOCK = "Phân loại vụ thường"


def test_a_new_holiday_moves_an_open_deadline(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("lanhsu.bng")
    reference = open_protection(officer, "Phnôm Pênh, quận Chbar Ampov", danger="Bình thường")
    due = _due(officer)

    administrator = arrive("quantri")
    administrator.go(f"/quan-tri/lich?nam={due[-4:]}")
    _add_holiday(administrator, due)
    shoot(administrator, "quan-tri-1-lich")
    expect(administrator.page.get_by_role("main")).to_contain_text("Nghỉ theo công điện")

    moved = (
        officer.page.get_by_role("region", name="Thời hạn")
        .get_by_role("listitem")
        .filter(has_text=CLOCK, has_not_text=f"hạn {due}")
    )
    expect_soon(officer, f"/ho-so/{reference}", moved)
    shoot(officer, "quan-tri-2-han-moi")
    assert _order(_due(officer)) > _order(due)


def _order(day: str) -> list[str]:
    """Year, month, day: as the calendar orders them."""
    return day.split("/")[::-1]


def _due(officer: Person) -> str:
    """The day of the triage deadline, as it stands on the case's page."""
    clock = officer.page.get_by_role("region", name="Thời hạn").get_by_role("listitem")
    said = clock.filter(has_text=CLOCK).first.inner_text()
    found = re.search(r"hạn (\d\d/\d\d/\d{4})", said)
    assert found is not None, said
    return found[1]


def _add_holiday(administrator: Person, day: str) -> None:
    administrator.field("Ngày").fill("-".join(_order(day)))
    administrator.field("Tên ngày").fill("Nghỉ theo công điện")
    administrator.field("Căn cứ").fill("Công điện minh họa")
    administrator.press("Lưu ngày")
