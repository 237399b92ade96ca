"""Someone says that a marker leans: the station looks at it and begins its case, on a telephone."""

from playwright.sync_api import expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.files import photo


def test_a_station_observes_a_leaning_marker_and_opens_its_case(
    arrive: Arrive, shoot: Shoot
) -> None:
    officer = arrive("don.mocbai", is_phone=True)
    page = officer.page
    search = page.get_by_role("searchbox").first
    search.fill("160/4")
    search.press("Enter")
    # Cases of other journeys may hold the number as well.
    page.locator('main a[href*="/so-dang-ky/moc/KH/160-4"]').first.click()
    expect(officer.heading).to_contain_text("160/4")

    page.get_by_role("link", name="Ghi quan sát").first.click()
    assert officer.sideways() == 0
    officer.page.get_by_label("Ảnh").set_input_files([photo("moc-160-4.png")])
    officer.choose("Bị nghiêng, sạt lở")
    officer.field("Nhận xét").fill("Nghiêng khoảng 10 độ về phía bờ ruộng")
    shoot(officer, "quan-sat-1-ghi")
    officer.press("Ghi quan sát")

    expect(officer.heading).to_contain_text("Quan sát mốc 160/4")
    expect(page.get_by_role("img", name="Ảnh 1")).to_be_visible()
    shoot(officer, "quan-sat-2-da-ghi")
    assert officer.sideways() == 0
    officer.follow("Mở hồ sơ mốc hư hỏng")
    expect(officer.field("Mốc")).to_have_value("KH 160/4")
    expect(page.get_by_role("radio", name="Nghiêng, sạt lở")).to_be_checked()
    expect(officer.field("Mô tả")).to_contain_text("Nghiêng khoảng 10 độ")
    officer.press("Mở hồ sơ")

    assert officer.reference.startswith("MOC-")
    expect(officer.heading).to_contain_text("160/4")
