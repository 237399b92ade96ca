"""One box finds a case by words typed without their marks; another language changes the words."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.errands import open_incident

VIETNAMESE = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")


def test_the_top_box_finds_words_without_their_marks(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("don.mocbai")
    reference = open_incident(officer, "đường sang khu chợ Lao Bảo, xóm Hoà Hội")
    for asked in ("lao bao", "HOÀ HỘI", "hòa hội"):
        box = officer.page.get_by_role("searchbox", name="Tìm hồ sơ, người, tàu, mốc")
        box.fill(asked)
        box.press("Enter")
        found = officer.page.get_by_role("region", name="Hồ sơ")
        expect(found).to_contain_text(reference)
    shoot(officer, "tim-kiem")
    assert officer.sideways() == 0


def test_another_province_finds_nothing_of_it(arrive: Arrive) -> None:
    officer = arrive("don.mocbai")
    reference = open_incident(officer, "gốc dầu cổ thụ Trà Cú")
    stranger = arrive("ngoaivu.angiang")
    stranger.go("/tim-kiem?q=goc+dau+co+thu")

    expect(stranger.page.get_by_role("main")).to_contain_text("Không tìm thấy gì")
    stranger.go(f"/ho-so/{reference}")
    expect(stranger.heading).not_to_contain_text("Trà Cú")


def test_english_leaves_no_vietnamese_around_the_queue(arrive: Arrive, shoot: Shoot) -> None:
    consul = arrive("lanhsu.hanquoc")
    page = consul.page
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("button", name="English").click()
    expect(consul.heading).not_to_have_text("Bàn làm việc")
    shoot(consul, "tieng-anh-hang-doi")
    main = page.get_by_role("main")
    around = (
        consul.heading,
        page.get_by_role("navigation").get_by_role("link"),
        page.get_by_role("columnheader"),
        main.get_by_role("button"),
        main.locator("label"),
    )
    left = [word for place in around for word in _words(place) if VIETNAMESE.search(word)]
    assert left == []


def _words(place: Locator) -> list[str]:
    return [text.strip() for text in place.all_inner_texts()]
