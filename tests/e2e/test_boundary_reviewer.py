"""The Ministry's boundary reviewer: markers and their state on the map."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Arrive, Shoot


def test_reviewer_finds_a_marker_from_the_map_by_keyboard(arrive: Arrive, shoot: Shoot) -> None:
    reviewer = arrive("biengioi.bng")
    page = reviewer.page
    expect(page).to_have_url(re.compile(r"/ban-do"))
    summary = page.locator("[data-map-summary]")
    expect(summary).to_contain_text("Trong khung nhìn: 5.0")
    shoot(reviewer, "bien-gioi-1-ban-do")
    chart = page.get_by_role("application")
    for name in ("QĐ. Hoàng Sa", "(Đà Nẵng, Việt Nam)", "QĐ. Trường Sa", "(Khánh Hòa, Việt Nam)"):
        expect(chart.get_by_text(name).first).to_be_visible()
    expect(page.get_by_text("Đường biên giới chỉ có tính minh họa").first).to_be_visible()

    page.get_by_label("Tuyến biên giới").select_option(label="Campuchia")
    expect(summary).to_contain_text("2.047 mốc")
    expect(page).to_have_url(re.compile(r"tuyen=KH"))

    page.get_by_label("Có chữ").fill("KH 160/4")
    page.get_by_label("Có chữ").press("Enter")
    listed = page.get_by_role("main").locator("[data-map-list]").get_by_role("button")
    entry = listed.filter(has_text="160/4").first
    entry.focus()
    page.keyboard.press("Enter")
    popup = chart.locator(".leaflet-popup")
    expect(popup).to_contain_text("160/4")
    shoot(reviewer, "bien-gioi-2-moc")

    popup.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    expect(reviewer.heading).to_have_text("Mốc 160/4")
    shoot(reviewer, "bien-gioi-3-trang-moc")
    reviewer.follow("Ghi hồ sơ về mốc này")
    expect(reviewer.heading).to_have_text("Xử lý mốc quốc giới hư hỏng")
    expect(page.get_by_role("main").locator("input").filter(visible=True).first).to_be_visible()
    expect(reviewer.field("Mốc")).to_have_value("KH 160/4")
