"""A protection case from a telephone call to the first visit, through the Ministry and a mission."""

from playwright.sync_api import expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.errands import expect_soon, open_protection, today
from tests.e2e.person import Person

CITY = "Svay Rieng, khu phức hợp Bà Vẹt"


def test_protection_case_goes_from_the_call_to_the_visit(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("lanhsu.bng")
    reference = open_protection(officer, CITY)
    assert reference.startswith("BHCD-")
    shoot(officer, "lanh-su-1-moi")

    officer.follow("Phân loại")
    officer.choose("Không", within="Có người dưới 18 tuổi")
    officer.press("Phân loại")
    expect(officer.here).to_contain_text("Đã phân loại")
    officer.follow("Giao cơ quan đại diện")
    officer.field("Cơ quan đại diện").fill("ĐSQ Campuchia")
    shoot(officer, "lanh-su-2-giao")
    officer.press("Giao cơ quan đại diện")
    expect(officer.here).to_contain_text("Đã giao cơ quan đại diện")

    consul = arrive("lanhsu.campuchia")
    row = consul.page.get_by_role("row").filter(has_text=reference)
    expect(row).to_be_visible()
    shoot(consul, "co-quan-dai-dien-1-hang-doi")
    _read_notice(consul, reference)
    shoot(consul, "co-quan-dai-dien-2-ho-so")

    consul.follow("Cơ quan đại diện nhận việc")
    consul.field("Cán bộ phụ trách").fill("Đặng Quang Huy")
    consul.press("Cơ quan đại diện nhận việc")
    expect(consul.here).to_contain_text("Đang xác minh nhân thân")
    consul.follow("Đã rõ nhân thân")
    consul.choose("Phỏng vấn, ảnh nhận dạng")
    consul.field("Số người đã xác minh").fill("1")
    consul.press("Đã rõ nhân thân")
    expect(consul.here).to_contain_text("Đề nghị, tiếp cận lãnh sự")
    consul.follow("Đã thăm, tiếp xúc lãnh sự")
    consul.field("Ngày thăm, tiếp xúc").fill(today())
    consul.field("Biên bản thăm lãnh sự").fill("Sức khỏe ổn định, đề nghị được về nước sớm.")
    consul.choose("Đồng ý", within="Đồng ý báo gia đình")
    shoot(consul, "co-quan-dai-dien-3-tham")
    consul.press("Đã thăm, tiếp xúc lãnh sự")
    expect(consul.here).to_contain_text("Đang hỗ trợ")
    shoot(consul, "co-quan-dai-dien-4-dang-ho-tro")


def _read_notice(consul: Person, reference: str) -> None:
    """The notice comes through the queue and a worker, so it may take a moment."""
    notice = consul.page.get_by_role("row").filter(has_text=reference)
    expect_soon(consul, "/thong-bao", notice)
    notice.get_by_role("link").first.click()
    expect(consul.page.get_by_role("main")).to_contain_text(reference)
