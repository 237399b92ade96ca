"""A handover from the pasted list to the closed event: cases, the gate on a phone, the balance."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.person import Person

HEAD = "STT\tHọ và tên\tNgày sinh\tGiới tính\tSố hộ chiếu\tĐịa chỉ"
PEOPLE = (
    "1\tNguyễn Hữu Thọ\t05/03/1990\tNam\tC7654321\tTây Ninh",
    "2\tLý Thị Cẩm\t12/07/1998\tNữ\tC7654322\tLong An",
    "3\tĐoàn Văn Bách\t1985\tNam\tC7654323\tCà Mau",
)


def test_a_handover_goes_from_the_list_to_the_closed_event(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("ngoaivu.tayninh")
    address = _begin(officer)
    _bring_the_list(officer, address)
    shoot(officer, "su-kien-1-nguoi")
    officer.press("Mở hồ sơ bảo hộ cho từng người đang lọc")
    row = officer.page.get_by_role("row").filter(has_text="Nguyễn Hữu Thọ")
    expect(row.get_by_role("link", name=re.compile("BHCD-"))).to_be_visible(timeout=180_000)

    phone = arrive("ngoaivu.tayninh", is_phone=True)
    _receive(phone, address)
    shoot(phone, "su-kien-2-cua-khau")
    _hand_on(officer, address)
    _close(officer, address)
    shoot(officer, "su-kien-3-doi-soat")


def _begin(officer: Person) -> str:
    officer.go("/su-kien/moi")
    officer.field("Tên sự kiện").fill("Trao trả ba người")
    officer.field("Nước").select_option("KH")
    officer.field("Nơi xảy ra, nơi tập trung").fill("Svay Rieng")
    officer.press("Lưu")
    expect(officer.heading).to_contain_text("Trao trả ba người")
    return officer.page.url.removeprefix(officer.address)


def _bring_the_list(officer: Person, address: str) -> None:
    officer.go(f"{address}/danh-sach")
    officer.field("Nguồn danh sách").select_option("foreign")
    officer.field("Tên danh sách").fill("Danh sách Svay Rieng")
    officer.field("Dán từ Excel").fill("\n".join((HEAD, *PEOPLE, "4\t\t1990\tNam\tB1\t")))
    officer.press("Đọc danh sách")
    expect(officer.page.get_by_role("main")).to_contain_text("Thiếu họ tên.")
    officer.go(address)


def _receive(phone: Person, address: str) -> None:
    """Two are tapped, one of them twice, and one while the link is away."""
    phone.go(f"{address}/cua-khau?q=huu tho")
    tap = phone.page.get_by_role("button", name="Đã nhận")
    tap.dblclick()
    expect(tap).to_have_attribute("aria-pressed", "true")
    phone.go(f"{address}/cua-khau")
    phone.context.set_offline(True)
    row = phone.page.get_by_role("listitem").filter(has_text="Lý Thị Cẩm")
    row.get_by_role("button", name="Đã nhận").click()
    waiting = phone.page.get_by_text("1 lần ghi đang chờ gửi")
    expect(waiting).to_be_visible()
    phone.context.set_offline(False)
    expect(waiting).to_be_hidden()
    absent = phone.page.get_by_role("listitem").filter(has_text="Đoàn Văn Bách")
    absent.get_by_role("button", name="Không có mặt").click()
    expect(absent.get_by_role("button", name="Không có mặt")).to_have_attribute(
        "aria-pressed", "true"
    )
    phone.complaints[:] = [one for one in phone.complaints if "ERR_INTERNET" not in one]


def _hand_on(officer: Person, address: str) -> None:
    officer.go(f"{address}?trang-thai=received")
    expect(officer.page.get_by_role("main")).to_contain_text("2 người khớp")
    officer.page.get_by_label("Ghi cho cả 2 người đang lọc").select_option("trang-thai:handed_on")
    officer.press("Ghi cho tất cả")
    expect(officer.page.get_by_role("main")).to_contain_text("Đã ghi cho 2 người.")


def _close(officer: Person, address: str) -> None:
    officer.go(f"{address}/doi-soat")
    expect(officer.page.get_by_role("main")).to_contain_text("1 người chưa có giải trình")
    officer.follow("Ghi giải trình")
    officer.field("Nội dung").fill("Bệnh, phía bạn giao sau.")
    officer.press("Lưu")
    officer.follow("Đóng sự kiện")
    officer.press("Lưu")
    expect(officer.page.get_by_role("main")).to_contain_text("Đã đóng lúc")
