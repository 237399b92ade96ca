"""What several journeys begin with: a case opened through the form, as its author does it."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, expect

from tests.e2e.person import Person

PATIENCE_SECONDS = 180
DEEPEST = 12  # presses of Enter on a cluster until single features are listed
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def today(days: int = 0) -> str:
    """A date as people write it, counted from today in Hà Nội."""
    return (datetime.now(HANOI) + timedelta(days=days)).strftime("%d/%m/%Y")


def expect_soon(person: Person, path: str, sought: Locator) -> None:
    """Load a page again until a worker has done its part; it may take a moment."""
    limit = time.monotonic() + PATIENCE_SECONDS
    person.go(path)
    while sought.count() == 0 and time.monotonic() < limit:
        person.page.wait_for_timeout(500)
        person.page.reload()
    expect(sought.first).to_be_visible()


def open_from_list(person: Person, title: str) -> None:
    """Open a feature of the map by keyboard: Enter on a cluster of the list draws nearer."""
    listed = person.page.get_by_role("main").get_by_role("listitem").get_by_role("button")
    clusters = listed.filter(has_text="Cụm")
    wanted = listed.filter(has_text=title).filter(has_not_text="Cụm")
    settle_map(person)
    expect(wanted.or_(clusters).first).to_be_visible()
    if not wanted.count():
        clusters.first.focus()
    for _ in range(DEEPEST):
        if wanted.count():
            break
        person.page.keyboard.press("Enter")
        settle_map(person)
        expect(listed.and_(person.page.locator(":focus"))).to_have_count(1)  # the focus went along
    wanted.first.focus()
    person.page.keyboard.press("Enter")


def settle_map(person: Person) -> None:
    """Wait until the map and its list show what was asked for last."""
    expect(person.page.locator("[data-map]:not([aria-busy])")).to_be_visible()


def open_incident(officer: Person, place: str) -> str:
    """A border incident at marker 160/4; its number."""
    officer.go("/ho-so/mo/border_incident")
    officer.choose("Xuất nhập cảnh trái phép")
    officer.field("Mốc gần nhất").fill("160/4")
    officer.field("Cách mốc").fill("300")
    officer.field("Mô tả địa điểm").fill(place)
    officer.press("Mở hồ sơ")
    expect(officer.heading).to_contain_text(place)
    return officer.reference


def open_protection(
    officer: Person, city: str, *, danger: str = "Cao (nguy hiểm tính mạng)"
) -> str:
    """A protection case told by telephone, about one person in Cambodia; its number."""
    officer.go("/ho-so/mo/citizen_protection")
    officer.field("Loại vụ việc").select_option(label="Bị lừa đảo, cưỡng bức lao động")
    officer.choose(danger)
    officer.field("Nước sở tại").select_option(label="Campuchia")
    officer.field("Thành phố, địa bàn").fill(city)
    officer.field("Số người theo tin báo").fill("1")
    officer.field("Người báo tin").fill("Bà Lê Thị Hạnh")
    officer.field("Điện thoại người báo tin").fill("+84 912 000 111")
    officer.field("Nội dung tin ban đầu").fill("Con trai bị giữ trong một khu nhà, không được ra.")
    officer.press("Mở hồ sơ")
    expect(officer.heading).to_contain_text(city)
    return officer.reference
