"""A protection case from the call to the first visit, through the Ministry and a mission."""

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
    _classify(officer)
    _hand_to_the_mission(officer)
    shoot(officer, "lanh-su-2-da-giao")

    consul = arrive("lanhsu.campuchia")
    expect(consul.page.get_by_role("row").filter(has_text=reference)).to_be_visible()
    shoot(consul, "co-quan-dai-dien-1-hang-doi")
    _follow_the_notice(consul, reference)
    shoot(consul, "co-quan-dai-dien-2-ho-so")
    _accept(consul)
    _verify(consul)
    _record_the_visit(consul)
    expect(consul.page.get_by_role("region", name="Diễn biến", exact=True)).to_contain_text(
        "Hoàng Ngọc Mai"
    )
    shoot(consul, "co-quan-dai-dien-3-dang-ho-tro")


def _classify(officer: Person) -> None:
    officer.follow("Phân loại")
    officer.choose("Không", within="Có người dưới 18 tuổi")
    officer.press("Phân loại")
    expect(officer.here).to_contain_text("Đã phân loại")


def _hand_to_the_mission(officer: Person) -> None:
    officer.follow("Giao cơ quan đại diện")
    officer.field("Cơ quan đại diện").fill("ĐSQ Campuchia")
    officer.press("Giao cơ quan đại diện")
    expect(officer.here).to_contain_text("Đã giao cơ quan đại diện")


def _follow_the_notice(consul: Person, reference: str) -> None:
    """The notice comes through the queue and a worker, so it may take a moment."""
    notice = consul.page.get_by_role("row").filter(has_text=reference)
    expect_soon(consul, "/thong-bao", notice)
    notice.get_by_role("link").first.click()
    expect(consul.heading).to_contain_text(CITY)
    assert consul.reference == reference


def _accept(consul: Person) -> None:
    consul.follow("Cơ quan đại diện nhận việc")
    consul.field("Cán bộ phụ trách").fill("Đặng Quang Huy")
    consul.press("Cơ quan đại diện nhận việc")
    expect(consul.here).to_contain_text("Đang xác minh nhân thân")


def _verify(consul: Person) -> None:
    consul.follow("Đã rõ nhân thân")
    consul.choose("Phỏng vấn, ảnh nhận dạng")
    consul.field("Số người đã xác minh").fill("1")
    consul.press("Đã rõ nhân thân")
    expect(consul.here).to_contain_text("Đề nghị, tiếp cận lãnh sự")


def _record_the_visit(consul: Person) -> None:
    consul.follow("Đã thăm, tiếp xúc lãnh sự")
    consul.field("Ngày thăm, tiếp xúc").fill(today())
    consul.field("Biên bản thăm lãnh sự").fill("Sức khỏe ổn định, đề nghị được về nước sớm.")
    consul.choose("Đồng ý", within="Đồng ý báo gia đình")
    consul.press("Đã thăm, tiếp xúc lãnh sự")
    expect(consul.here).to_contain_text("Đang hỗ trợ")
