"""The station officer's job, on a telephone at the border."""

from playwright.sync_api import expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.files import photo
from tests.e2e.person import Person

PLACE = "cách mốc phụ 160/4 khoảng 300 m, lối mở ruộng mía"


def test_station_officer_logs_an_incident_and_dispatches(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("don.mocbai", is_phone=True)
    page = officer.page
    page.get_by_role("navigation", name="Điều hướng nhanh").get_by_text("Ghi nhanh").click()
    page.get_by_role("main").get_by_text("Vụ việc biên giới", exact=True).click()
    shoot(officer, "don-1-ghi-nhanh")

    _write_down(officer)

    expect(officer.heading).to_contain_text(PLACE)
    shoot(officer, "don-2-ho-so")
    main = page.get_by_role("main")
    assert officer.reference.startswith("BG-")
    expect(main).to_contain_text(f"Đã mở hồ sơ {officer.reference}.")
    _expect_clock_place_and_photo(officer)
    assert officer.sideways() == 0

    officer.follow("Triển khai lực lượng")
    shoot(officer, "don-3-trien-khai")
    officer.press("Triển khai lực lượng")

    expect(main).to_contain_text("Đã thực hiện: Triển khai lực lượng.")
    expect(main.get_by_role("listitem").filter(has_text="(đang ở đây)")).to_contain_text(
        "Đang xử lý tại chỗ"
    )
    expect(main.get_by_role("link", name="Thông báo phía bạn")).to_be_visible()


def _write_down(officer: Person) -> None:
    officer.field("Ảnh hiện trường").set_input_files([photo()])
    officer.field("Mốc gần nhất").fill("160/4")
    officer.field("Cách mốc").fill("300")
    officer.field("Mô tả địa điểm").fill(PLACE)
    officer.choose("Xuất nhập cảnh trái phép")
    officer.field("Nội dung báo cáo ban đầu").fill("Tổ tuần tra phát hiện 3 người đi bộ.")
    officer.press("Mở hồ sơ")


def _expect_clock_place_and_photo(officer: Person) -> None:
    main = officer.page.get_by_role("main")
    expect(main.get_by_role("region", name="Thời hạn")).to_contain_text("Báo cáo nhanh cấp trên")
    expect(main.get_by_role("region", name="Thời hạn")).to_contain_text("Còn 1 giờ")
    expect(main.get_by_role("region", name="Vị trí")).to_contain_text("Tỉnh Tây Ninh")
    expect(main.get_by_role("region", name="Tệp")).to_contain_text("hien-truong.png")


def test_a_photo_survives_a_form_that_was_refused(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("don.mocbai", is_phone=True)
    officer.go("/ho-so/mo/border_incident")
    officer.field("Ảnh hiện trường").set_input_files([photo("cot-moc.png")])
    officer.field("Mô tả địa điểm").fill("lối mở Bến Đình")
    officer.press("Mở hồ sơ")

    summary = officer.page.get_by_role("alert")
    expect(summary).to_contain_text("Loại vụ việc")
    shoot(officer, "don-4-thieu-muc")
    expect(officer.field("Mô tả địa điểm")).to_have_value("lối mở Bến Đình")
    expect(officer.page.get_by_role("main")).to_contain_text("cot-moc.png")

    officer.choose("Nổ súng", beneath="Loại khác")
    officer.press("Mở hồ sơ")

    expect(officer.heading).to_contain_text("Nổ súng – lối mở Bến Đình")
    files = officer.page.get_by_role("region", name="Tệp")
    expect(files).to_contain_text("cot-moc.png")
