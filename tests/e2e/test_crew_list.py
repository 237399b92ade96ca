"""A list of people written on a telephone, fields that follow answers, facts put right later."""

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.errands import today
from tests.e2e.person import Person


def open_arrest(officer: Person) -> str:
    officer.go("/ho-so/mo/fisher_violation")
    officer.choose("Tin bị nước ngoài bắt giữ")
    officer.field("Số hiệu tàu theo tin báo").fill("KG 91234 TS")
    officer.field("Thời điểm nhận tin").fill(f"{today()} 00:10")
    officer.press("Mở hồ sơ")
    expect(officer.heading).to_have_text("KG 91234 TS – Tin bị nước ngoài bắt giữ")
    return officer.reference


def list_two(officer: Person, crew: Locator) -> None:
    """Two rows; the second is asked for and filled by keyboard alone."""
    crew.get_by_label("Họ tên theo tin").fill("Hồ Văn Minh Họa")
    crew.get_by_label("Tuổi").fill("46")
    crew.get_by_role("button", name="Thêm dòng").press("Enter")
    officer.page.keyboard.type("LE VAN VI DU")
    crew.get_by_label("Tuổi").nth(1).fill("17")


def test_a_crew_is_listed_by_telephone_and_corrected(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("thuysan.angiang", is_phone=True)
    page = officer.page
    reference = open_arrest(officer)
    officer.go(f"/ho-so/{reference}/chuyen/open_arrest")
    officer.choose("Đơn của gia đình")
    crew = page.get_by_role("group", name="Danh sách người theo tin báo")
    list_two(officer, crew)
    computed = page.locator("[data-computed=minors_listed]")
    expect(computed).to_have_text("1")
    shoot(officer, "thuyen-vien-1-danh-sach")
    assert officer.sideways() == 0
    officer.press("Ghi nhận tin bị bắt giữ")

    main = page.get_by_role("main")
    expect(main.get_by_text("LE VAN VI DU, 17", exact=True)).to_be_visible()
    shoot(officer, "thuyen-vien-2-ho-so")
    officer.follow("Sửa thông tin")
    crew.get_by_label("Tuổi").nth(1).fill("19")
    expect(computed).to_have_text("0")
    officer.press("Lưu thông tin")
    expect(main.get_by_role("alert")).to_contain_text("phải nêu lý do")
    officer.field("Lý do").fill("Gia đình báo lại tuổi")
    officer.press("Lưu thông tin")
    expect(main.get_by_text("LE VAN VI DU, 19", exact=True)).to_be_visible()
    expect(main.locator("#timeline")).to_contain_text("Gia đình báo lại tuổi")


def test_a_field_appears_when_its_answer_calls_for_it(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("thuysan.angiang", is_phone=True)
    reference = open_arrest(officer)
    officer.go(f"/ho-so/{reference}/sua?muc=verification")
    province = officer.page.get_by_label("Tỉnh chuyển tiếp")
    expect(province).to_be_hidden()
    officer.choose("Của tỉnh khác")
    expect(province).to_be_visible()
    shoot(officer, "dieu-kien-1-tinh-khac")
    officer.choose("Số giả, sơn lại")
    expect(province).to_be_hidden()
    officer.press("Lưu thông tin")
    expect(officer.page.get_by_role("main")).to_contain_text("Số giả, sơn lại")
