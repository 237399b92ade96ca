"""An administrator changes fisher violation by keyboard alone, publishes, and goes back."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.person import Person

TYPE = "/quan-tri/quy-trinh/fisher_violation"
STATE, MORE = "Chờ bổ sung hồ sơ", "Yêu cầu bổ sung hồ sơ"
DONE = "Đã bổ sung đủ"
MOST_TABS = 400


def test_a_process_is_changed_published_and_undone_by_keyboard(
    arrive: Arrive, shoot: Shoot
) -> None:
    administrator = arrive("quantri")
    administrator.go(TYPE)
    press(administrator, button(administrator, "Sửa quy trình"))

    is_refused(administrator)
    shoot(administrator, "quy-trinh-1-bi-tu-choi")
    is_repaired(administrator)
    shoot(administrator, "quy-trinh-2-thoi-han")
    publish(administrator, "Theo công điện minh họa", "Công bố phiên bản 2")
    expect(administrator.page.get_by_role("status").first).to_contain_text("phiên bản 2")

    open_case(arrive("thuysan.angiang"))
    administrator.go(TYPE)
    row = administrator.page.get_by_role("row").filter(has_text="Phiên bản 2")
    expect(row.get_by_role("cell").nth(3)).to_have_text("1")
    shoot(administrator, "quy-trinh-3-phien-ban")

    press(administrator, link(administrator, "Phiên bản 1"))
    publish(administrator, "Chưa thống nhất", "Công bố lại nội dung này")
    expect(administrator.page.get_by_role("main")).to_contain_text(
        "Trở lại nội dung phiên bản 1. Chưa thống nhất"
    )


def is_refused(administrator: Person) -> None:
    """A state that nothing leads to cannot be published."""
    add_state(administrator)
    problems = administrator.page.get_by_role("region", name="Vấn đề")
    expect(problems).to_contain_text("không bước nào đi tới")
    press(administrator, link(administrator, "Xem và công bố"))
    expect(administrator.page.get_by_role("main")).to_contain_text("lỗi phải sửa")
    expect(button(administrator, "Công bố phiên bản 2")).to_have_count(0)


def is_repaired(administrator: Person) -> None:
    """A step to the state that a leader approves, one back, and a deadline while it lasts."""
    press(administrator, link(administrator, "Bản thảo"))
    add_step(administrator, MORE, "More papers needed", "Xử lý trong nước", STATE)
    approve(administrator)
    add_step(administrator, DONE, "Papers complete", STATE, "Xử lý trong nước")
    add_deadline(administrator)
    press(administrator, link(administrator, "Xem và công bố"))
    expect(administrator.page.get_by_role("main")).to_contain_text("Thêm thời hạn")


# --- by keyboard alone ----------------------------------------------------------------------


def reach(person: Person, place: Locator) -> None:
    """Press Tab until the keyboard is there."""
    expect(place).to_be_visible()
    for _ in range(MOST_TABS):
        if place.evaluate("one => one === document.activeElement"):
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {place}")


def press(person: Person, place: Locator) -> None:
    reach(person, place)
    person.page.keyboard.press("Enter")
    person.page.wait_for_load_state()


def write(person: Person, label: str, text: str) -> None:
    reach(person, person.field(label))
    person.page.keyboard.press("Control+a")
    person.page.keyboard.type(text)


def choose(person: Person, label: str, option: str) -> None:
    """Go down the list to the option."""
    place = person.field(label)
    reach(person, place)
    person.page.keyboard.press("Home")
    for _ in range(MOST_TABS):
        if place.evaluate("one => one.selectedOptions[0].label") == option:
            return
        person.page.keyboard.press("ArrowDown")
    raise AssertionError(f"{label} does not offer {option}")


def tick(person: Person, group: str, option: str) -> None:
    """Open a list of codes and tick one."""
    fieldset = person.page.get_by_role("group", name=re.compile(rf"^{group}")).first
    fold = fieldset.locator("details")
    if fold.get_attribute("open") is None:
        reach(person, fold.locator("summary"))
        person.page.keyboard.press("Enter")
    reach(person, fieldset.get_by_role("checkbox", name=option, exact=True))
    person.page.keyboard.press("Space")


def saved(person: Person) -> None:
    """Leave the control, so that it is saved, and wait until it is."""
    with person.page.expect_response(lambda answer: answer.request.method == "POST"):
        person.page.keyboard.press("Tab")
    person.page.wait_for_load_state("networkidle")


def arrived(person: Person) -> None:
    """A part opens with the keyboard in its form."""
    expect(person.page.locator("#name-vi")).to_be_focused()


def button(person: Person, name: str) -> Locator:
    return person.page.get_by_role("main").get_by_role("button", name=name, exact=True)


def link(person: Person, name: str) -> Locator:
    return person.page.get_by_role("main").get_by_role("link", name=name, exact=True).first


# --- the changes ----------------------------------------------------------------------------


def add_state(person: Person) -> None:
    write(person, "Tên, tiếng Việt", STATE)
    write(person, "Tên, tiếng Anh", "Waiting for papers")
    choose(person, "Loại trạng thái", "Chờ nơi khác")
    press(person, button(person, "Thêm"))
    expect(person.page.get_by_role("heading", name=STATE)).to_be_visible()
    arrived(person)


def add_step(person: Person, vi: str, en: str, start: str, end: str) -> None:
    press(person, person.page.get_by_role("link", name=re.compile("^Bước chuyển")))
    write(person, "Tên, tiếng Việt", vi)
    write(person, "Tên, tiếng Anh", en)
    tick(person, "Từ trạng thái", start)
    choose(person, "Đến trạng thái", end)
    press(person, button(person, "Thêm"))
    expect(person.page.get_by_role("heading", name=vi)).to_be_visible()
    arrived(person)


def approve(person: Person) -> None:
    reach(person, person.field("Cần người thứ hai duyệt"))
    person.page.keyboard.press("Space")
    saved(person)
    tick(person, "Vai trò được duyệt", "Lãnh đạo Ủy ban nhân dân tỉnh")
    saved(person)


def add_deadline(person: Person) -> None:
    press(person, person.page.get_by_role("link", name=re.compile("^Thời hạn")))
    write(person, "Tên, tiếng Việt", "Bổ sung hồ sơ")
    write(person, "Tên, tiếng Anh", "Complete the papers")
    write(person, "Thời hạn", "5")
    press(person, button(person, "Thêm"))
    arrived(person)
    tick(person, "Bắt đầu tính khi", f"Vào trạng thái: {STATE}")
    saved(person)
    tick(person, "Dừng khi", f"Làm bước: {DONE}")
    saved(person)
    tick(person, "Quá hạn báo cho", "Chi cục Thủy sản và Kiểm ngư")
    saved(person)
    expect(person.page.get_by_role("region", name="Vấn đề")).to_contain_text("Không có vấn đề nào")


def publish(person: Person, note: str, words: str) -> None:
    write(person, "Lý do", note)
    press(person, button(person, words))


def open_case(officer: Person) -> None:
    officer.go("/ho-so/mo/fisher_violation")
    officer.choose("Mất tín hiệu giám sát hành trình")
    officer.field("Số hiệu tàu theo tin báo").fill("AG 91234 TS")
    officer.press("Mở hồ sơ")
    expect(officer.page.get_by_role("heading", level=1)).to_contain_text("AG 91234 TS")
