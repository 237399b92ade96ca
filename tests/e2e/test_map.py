"""The map in a real browser: strict policy, shared address, islands always named, a phone."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Arrive
from tests.e2e.errands import open_from_list, settle_map
from tests.e2e.person import Person

ISLANDS = ("QĐ. Hoàng Sa", "QĐ. Trường Sa", "Biển Đông")


def test_filters_that_match_nothing_leave_the_islands_and_say_so(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng")
    reviewer.go("/ban-do?tim=khongcogikhopvoichunay")
    page = reviewer.page
    expect(page.locator("[data-map-list]")).to_contain_text("Không có mốc hoặc hồ sơ nào")
    for name in ISLANDS:
        expect(page.get_by_role("application").get_by_text(name).first).to_be_visible()


def test_the_address_brings_back_view_and_layers(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng")
    page = reviewer.page
    reviewer.go("/ban-do?xem=9/22.8000/106.4000")
    expect(page.locator("[data-map-summary]")).to_contain_text("Trong khung nhìn")
    page.get_by_label("Cửa khẩu").uncheck()
    expect(page).to_have_url(re.compile(r"nen=\d"))
    page.get_by_label("Độ đậm của nhóm Biển").press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"mo=bien\.90"))
    page.reload()
    expect(page.get_by_label("Độ đậm của nhóm Biển")).to_have_value("90")
    expect(page.get_by_label("Cửa khẩu")).not_to_be_checked()
    expect(page).to_have_url(re.compile(r"xem=9%2F22\.8000%2F106\.4000"))


def test_what_was_opened_from_the_list_stays_open(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng")
    page = reviewer.page
    reviewer.go("/ban-do?tim=KH+160%2F4")
    open_from_list(reviewer, "Mốc 160/4 ")
    drawer = page.get_by_role("dialog", name="Chi tiết")
    link = drawer.get_by_role("link", name="Mở trang chi tiết")
    expect(link).to_have_attribute("href", re.compile(r"/so-dang-ky/moc/KH/160-4$"))
    page.wait_for_load_state("networkidle")
    expect(link).to_be_visible()


def test_on_a_phone_the_list_follows_the_map(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng", is_phone=True)
    page = reviewer.page
    reviewer.go("/ban-do")
    expect(page.locator("[data-map-summary]")).to_contain_text("Trong khung nhìn")
    chart = page.get_by_role("application").bounding_box()
    found = page.locator(".map-results").bounding_box()
    assert chart is not None
    assert found is not None
    assert found["y"] >= chart["y"] + chart["height"] - 1
    assert reviewer.sideways() <= 0


def test_a_hostile_title_does_not_run(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng")
    page = reviewer.page
    hostile = '<img src=x onerror="document.title=1">'
    page.route(
        "**/ban-do/doi-tuong?*",
        lambda route: route.fulfill(
            json={
                "clusters": [],
                "points": [
                    {
                        "id": "h1",
                        "is": "case",
                        "type": hostile,
                        "title": hostile,
                        "reference": hostile,
                        "state": hostile,
                        "tone": "working",
                        "place": hostile,
                        "province": None,
                        "due": None,
                        "lat": 15.0,
                        "lon": 108.0,
                        "url": "/ho-so/X",
                    }
                ],
                "markers": 0,
                "cases": 1,
                "shown": 1,
                "most": 2000,
                "notice": "",
            }
        ),
    )
    reviewer.go("/ban-do")
    page.locator("[data-map-list] .map-row").first.press("Enter")
    expect(page.get_by_role("dialog", name="Chi tiết")).to_contain_text(hostile)
    assert page.locator("img[src=x]").count() == 0


def test_the_map_shows_a_past_day_beside_another_and_plays_the_years(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng")
    page = reviewer.page
    reviewer.go("/ban-do?tuyen=LA&ngay=2025-06-30&so-sanh=2012-12-31")
    expect(page.locator("[data-map-day]")).to_contain_text("theo 63 tỉnh")
    counted = page.get_by_role("table", name="So hai ngày")
    expect(counted.get_by_role("row", name="Mốc: Đã bàn giao quản lý")).to_contain_text("1.00")
    reviewer.field("Tại ngày").fill("01/07/2025")
    reviewer.page.keyboard.press("Tab")
    expect(page.locator("[data-map-day]")).to_contain_text("theo 34 tỉnh")
    expect(page).to_have_url(re.compile(r"ngay=2025-07-01"))
    reviewer.field("Tại ngày").fill("31/12/2012")
    reviewer.page.keyboard.press("Tab")
    years = page.get_by_role("group", name="Chạy qua các năm")
    years.get_by_role("button", name="Chạy qua các năm").press("Enter")
    expect(years).to_contain_text("31/12/2014")
    page.keyboard.press("Escape")
    expect(years.get_by_role("button", name="Chạy qua các năm")).to_be_visible()
    for name in ISLANDS:
        expect(page.get_by_role("application").get_by_text(name).first).to_be_visible()


def test_tools_measure_choose_and_tell_where(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng")
    page = reviewer.page
    reviewer.go("/ban-do?xem=12/22.8000/106.4000&he=vn-utm&luoi=vn")
    settle_map(reviewer)
    chart = page.get_by_role("application")
    expect(chart).to_contain_text(re.compile(r"\d+ Đ"))
    expect(page.get_by_role("group", name="Tọa độ con trỏ")).to_contain_text("VN-2000 UTM 48N: X =")
    tools, told = page.get_by_role("toolbar"), page.get_by_role("group", name="Công cụ đang dùng")
    tools.get_by_role("button", name="Đo khoảng cách").click()
    _draw_by_keyboard(reviewer, "ArrowRight")
    expect(told).to_contain_text(re.compile(r"\d+(,\d+)? (m|km)"))
    tools.get_by_role("button", name="Chọn trong hình chữ nhật").click()
    box = chart.bounding_box()
    assert box is not None
    for across, down in ((0.1, 0.1), (0.75, 0.9)):
        page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
    said = page.locator("[data-map-chosen-said]")
    expect(said).to_contain_text(re.compile(r"Đã chọn [1-9]\d* mốc"))
    with page.expect_download() as file:
        page.get_by_role("button", name="Xuất mốc").click()
    assert file.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("button", name="Bỏ chọn").click()
    expect(said).to_be_hidden()


def _draw_by_keyboard(reviewer: Person, key: str) -> None:
    page = reviewer.page
    page.keyboard.press("Space")
    page.keyboard.press(key)
    settle_map(reviewer)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")


def test_the_drawer_walks_along_the_border_and_gives_the_focus_back(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng")
    page = reviewer.page
    reviewer.go("/ban-do?xem=13/22.8000/106.4000&lop=moc")
    settle_map(reviewer)
    row = page.locator(".map-row").first
    row.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Chi tiết")
    onward = drawer.get_by_role("button", name="Mốc sau trên tuyến")
    first = drawer.get_by_role("heading").inner_text()
    onward.press("Enter")
    expect(drawer.get_by_role("heading")).not_to_have_text(first)
    settle_map(reviewer)
    expect(onward).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator(".map-row:focus")).to_have_count(1)
