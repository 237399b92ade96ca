"""A province brings in its spreadsheet of incidents: tried first, then run, and watched."""

from io import BytesIO

from openpyxl import Workbook
from playwright.sync_api import FilePayload, expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.errands import expect_soon, today

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLES = ("STT", "Loại vụ việc", "Ngày", "Giờ", "Mốc gần nhất", "Địa điểm", "Số người")


def _spreadsheet() -> FilePayload:
    """As an office keeps it: a block of titles, the table, a line of totals."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
    sheet.append(["TỔNG HỢP VỤ VIỆC BIÊN GIỚI"])
    sheet.append([])
    sheet.append(TITLES)
    sheet.append([1, "Vượt biên trái phép", today(-3), "07:30", "KH 160/4", "Rẫy mía ông Tám", 2])
    sheet.append([2, "Buôn lậu", today(-2), "22:10", "KH 160/4", "Bến đò Gò Dầu", 1])
    sheet.append([3, "Bắn pháo hoa", today(-1), "21:00", "KH 160/4", "Ấp Long Cường", 0])
    sheet.append(["Cộng", None, None, None, None, None, 3])
    content = BytesIO()
    book.save(content)
    return {"name": "vu-viec.xlsx", "mimeType": SPREADSHEET, "buffer": content.getvalue()}


def test_province_tries_a_spreadsheet_and_brings_it_in(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("ngoaivu.tayninh")
    main = officer.page.get_by_role("main")
    officer.page.get_by_text("Mục khác", exact=True).click()
    officer.page.get_by_role("link", name="Nhập dữ liệu").first.click()
    officer.page.get_by_role("link", name="Nhập tệp mới").first.click()
    officer.choose("Vụ việc biên giới")
    officer.field("Tệp").set_input_files([_spreadsheet()])
    officer.press("Gửi tệp")
    expect(officer.heading).to_have_text("Ghép cột")
    shoot(officer, "nhap-1-ghep-cot")

    officer.press("Kiểm tra tệp")
    expect(main).to_contain_text("Đã kiểm tra, chưa ghi gì.")
    expect(main).to_contain_text("Bắn pháo hoa")
    shoot(officer, "nhap-2-kiem-tra")
    officer.press("Nhập 2 dòng")

    ended = main.get_by_text("Đã nhập xong lúc")
    expect_soon(officer, officer.path, ended)
    shoot(officer, "nhap-3-xong")
    officer.go("/ho-so?muc=tat-ca&tim=ray+mia+ong+tam")
    expect(main.get_by_role("row").filter(has_text="Rẫy mía ông Tám")).to_have_count(1)
