"""The Ministry's boundary reviewer: markers and their state on the map."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.errands import open_from_list
from tests.e2e.person import Person

MARKER = "Mốc 160/4 "


def test_reviewer_finds_a_marker_from_the_map_by_keyboard(arrive: Arrive, shoot: Shoot) -> None:
    reviewer = arrive("biengioi.bng")
    page = reviewer.page
    expect(page).to_have_url(re.compile(r"/ban-do"))
    expect(_summary(reviewer)).to_contain_text(re.compile(r"Trong khung nhìn: 5\.0\d\d mốc"))
    shoot(reviewer, "bien-gioi-1-ban-do")

    page.get_by_label("Tuyến biên giới").select_option(label="Campuchia")
    expect(_summary(reviewer)).to_contain_text("2.047 mốc")
    expect(page).to_have_url(re.compile(r"tuyen=KH"))
    page.get_by_label("Có chữ").fill("KH 160/4")
    page.get_by_label("Có chữ").press("Enter")
    expect(_summary(reviewer)).to_contain_text(": 1 mốc")
    open_from_list(reviewer, MARKER)
    drawer = page.get_by_role("dialog", name="Chi tiết")
    expect(drawer).to_contain_text("160/4")
    shoot(reviewer, "bien-gioi-2-moc")
    _go_on_to_its_page(reviewer, drawer)
    shoot(reviewer, "bien-gioi-3-trang-moc")

    reviewer.follow("Ghi hồ sơ về mốc này")
    expect(reviewer.heading).to_have_text("Xử lý mốc quốc giới hư hỏng")
    expect(page.get_by_role("main").locator("input[value='KH 160/4']")).to_have_count(1)


def test_the_islands_and_the_note_are_always_on_the_map(arrive: Arrive) -> None:
    reviewer = arrive("biengioi.bng")
    chart = reviewer.page.get_by_role("application")
    for name in ("QĐ. Hoàng Sa", "(Đà Nẵng, Việt Nam)", "QĐ. Trường Sa", "(Khánh Hòa, Việt Nam)"):
        expect(chart.get_by_text(name).first).to_be_visible()
    note = chart.get_by_text("Đường biên giới chỉ có tính minh họa")
    expect(note.first).to_be_visible()


def _summary(reviewer: Person) -> Locator:
    return reviewer.page.get_by_role("main").get_by_role("status").filter(has_text="khung nhìn")


def _go_on_to_its_page(reviewer: Person, drawer: Locator) -> None:
    drawer.get_by_role("link", name="Mở trang chi tiết").focus()
    reviewer.page.keyboard.press("Enter")
    expect(reviewer.heading).to_have_text("Mốc 160/4")


def test_reviewer_reads_how_far_the_line_is_and_what_holds_it_up(
    arrive: Arrive, shoot: Shoot
) -> None:
    reviewer = arrive("biengioi.bng")
    page, main = reviewer.page, reviewer.page.get_by_role("main")
    reviewer.go("/tien-do")
    expect(main).to_contain_text("Tuyến Campuchia: 1.045 / 1.245 km (84 %)")
    expect(main).to_contain_text("đoạn còn lại nhiều nhất: Gia Lai")
    shoot(reviewer, "tien-do-1-hom-nay")

    page.get_by_label("Tại ngày").fill("31/12/2012")
    reviewer.press("Áp dụng")
    expect(main).to_contain_text("Đang xem tình trạng ngày 31/12/2012")
    page.get_by_label("Tỉnh", exact=True).select_option(label="Tỉnh Quảng Bình")
    reviewer.press("Áp dụng")
    expect(page).to_have_url(re.compile("tinh=44"))
    table = page.get_by_role("table", name="Theo tuyến")
    expect(table).to_contain_text("Lào")
    shoot(reviewer, "tien-do-2-ngay-cu")

    figure = table.get_by_role("row").nth(1).get_by_role("link").nth(1)
    number = figure.inner_text()
    figure.click()
    expect(reviewer.heading).to_have_text("Sổ đăng ký mốc")
    expect(page.get_by_role("main")).to_contain_text(f"trong {number}")
    expect(page.get_by_role("main")).to_contain_text("Đang xem tình trạng ngày 31/12/2012")
    reviewer.follow("Về hôm nay")
    expect(page).not_to_have_url(re.compile("ngay="))
