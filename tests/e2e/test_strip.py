"""The straightened line by keyboard and on a phone, as the map's accessible twin."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.person import Person


def _has_focus(mark: Locator, said: str) -> None:
    expect(mark.page.locator("[data-mark]:focus")).to_have_attribute("aria-label", re.compile(said))


def _markers(reviewer: Person, stretch: str) -> Locator:
    section = reviewer.page.get_by_role("region", name=stretch)
    return section.get_by_role("list", name="Mốc theo lý trình")


def test_reviewer_walks_along_the_border_by_arrow_keys(arrive: Arrive, shoot: Shoot) -> None:
    reviewer = arrive("biengioi.bng")
    page = reviewer.page
    reviewer.go("/so-dang-ky/tuyen?tuyen=KH")
    expect(reviewer.heading).to_have_text("Tuyến duỗi thẳng")
    expect(page.get_by_text("Còn vướng:")).to_be_visible()
    shoot(reviewer, "tuyen-1-ca-tuyen")

    marks = _markers(reviewer, "Việt Nam – Campuchia: Gia Lai").get_by_role("link")
    expect(marks).to_have_count(19)
    assert marks.evaluate_all("all => all.filter(one => one.tabIndex === 0).length") == 1
    marks.first.focus()
    _has_focus(marks, r"^Mốc 25, KH, km 111,7, ")
    page.keyboard.press("ArrowRight")
    _has_focus(marks, r"^Mốc 26, KH, ")
    expect(page.locator("[data-strip-said]")).to_contain_text("Mốc 26, KH")
    page.keyboard.press("End")
    _has_focus(marks, r"^Mốc 34, KH, ")
    page.keyboard.press("ArrowRight")  # the next stretch of the border begins here
    _has_focus(marks, r"^Mốc 40, KH, ")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(reviewer.heading).to_have_text("Mốc 34")


def test_reviewer_goes_from_what_is_behind_to_one_stretch_drawn_wide(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng")
    reviewer.go("/so-dang-ky/tuyen?tuyen=KH")
    reviewer.page.get_by_role("link", name="Việt Nam – Campuchia: Lâm Đồng").click()
    expect(reviewer.heading).to_have_text("Việt Nam – Campuchia: Lâm Đồng")
    expect(_markers(reviewer, "Lâm Đồng").get_by_role("link")).to_have_count(73)
    reviewer.page.get_by_role("link", name="Pháp lý").click()
    expect(reviewer.page.get_by_text("Chưa có hiệu lực:")).to_be_visible()


def test_on_a_phone_the_line_runs_downward(arrive: Arrive, shoot: Shoot) -> None:
    reviewer = arrive("biengioi.bng", is_phone=True)
    reviewer.go("/so-dang-ky/tuyen?tuyen=KH")
    page = reviewer.page
    page.get_by_role("link", name="Việt Nam – Campuchia: Gia Lai").click()
    expect(reviewer.heading).to_have_text("Việt Nam – Campuchia: Gia Lai")
    marks = page.get_by_role("main").get_by_role("listitem").get_by_role("link")
    first = marks.filter(has_text="Mốc 25, KH").bounding_box()
    second = marks.filter(has_text="Mốc 26, KH").bounding_box()
    assert first is not None
    assert second is not None
    assert second["y"] > first["y"]
    assert first["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shoot(reviewer, "tuyen-2-dien-thoai")
