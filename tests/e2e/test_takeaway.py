"""What is taken away from the map: reached from it, printed, opened without any network."""

import re
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Download, Page, expect

from tests.e2e.conftest import Arrive
from tests.e2e.person import DESK

VIEW = "xem=9/11.2000/106.1000"
PATIENCE_MS = 120_000  # the first page of a process loads what draws


def taken(page: Page, name: str, folder: Path) -> tuple[Download, Path]:
    with page.expect_download(timeout=PATIENCE_MS) as coming:
        page.get_by_role("button", name=name).click(no_wait_after=True)
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return coming.value, path


def test_the_map_leads_to_a_page_of_its_own_view(arrive: Arrive, tmp_path: Path) -> None:
    officer = arrive("ngoaivu.tayninh")
    page = officer.page
    officer.go(f"/ban-do?{VIEW}&tuyen=KH")
    expect(page.locator("[data-map-summary]")).to_contain_text("Trong khung nhìn")
    page.get_by_role("link", name="In trang bản đồ").click()
    expect(page).to_have_url(re.compile(r"mang-di\?.*tuyen=KH.*khung="))
    page.get_by_label("Tiêu đề").fill("Đoạn Tây Ninh")
    page.get_by_label("Tỷ lệ").select_option("250000")
    _download, path = taken(page, "Tạo trang PDF", tmp_path)
    assert path.read_bytes().startswith(b"%PDF")
    _download, path = taken(page, "Ảnh SVG", tmp_path)
    assert b"<svg" in path.read_bytes()[:2000]


def test_the_offline_file_opens_without_any_network(
    arrive: Arrive, chromium: Browser, tmp_path: Path
) -> None:
    officer = arrive("ngoaivu.tayninh")
    officer.go("/ban-do/mang-di?khung=105.9,11.0,106.3,11.3")
    officer.page.get_by_label("Tiêu đề").fill("</script><img src=x onerror=alert(1)>")
    _download, path = taken(officer.page, "Tải bản đồ ngoại tuyến", tmp_path)

    context = chromium.new_context(viewport=DESK, offline=True)
    page, said, asked = context.new_page(), list[str](), list[str]()

    def hear(message: ConsoleMessage) -> None:
        said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "</script><img src=x onerror=alert(1)>"
    )
    expect(page.get_by_text("KHÔNG MẬT")).to_be_visible()
    expect(page.get_by_text("Đường biên giới chỉ có tính minh họa")).to_be_visible()
    _walk_through_the_tools(page, tmp_path)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert said == []
    context.close()


def _walk_through_the_tools(page: Page, folder: Path) -> None:
    """Search, measure, draw, the years, and the whole country with its islands."""
    field = page.get_by_role("searchbox", name="Tìm mốc, hồ sơ")
    field.fill("moc 171 (camp")
    field.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text("Mốc 171 (Campuchia)")
    page.keyboard.press("Escape")
    page.locator(".leaflet-popup-close-button").click()

    page.get_by_role("button", name="Đo khoảng cách").click()
    page.mouse.click(500, 620)
    page.mouse.click(700, 620)
    page.keyboard.press("Enter")
    expect(page.locator(".map-measured")).to_have_count(1)  # the moving one fades
    expect(page.locator(".map-measured")).to_contain_text("m")

    page.get_by_role("button", name="Vẽ điểm").click()
    page.mouse.click(600, 680)
    _download, path = taken(page, "Lưu hình vẽ thành tệp GeoJSON", folder)
    assert '"Point"' in path.read_text("utf-8")

    page.get_by_role("button", name="Cả nước").click()
    for name in ("QĐ. Hoàng Sa", "QĐ. Trường Sa"):
        expect(page.get_by_text(name).first).to_be_visible()
    page.get_by_role("button", name="Xem tiến độ mốc theo năm").click()
    page.get_by_role("slider", name="Năm").fill("2012")
    expect(page.locator(".map-years output")).to_contain_text("2012")


def test_a_marker_and_a_list_are_printed_from_their_own_pages(
    arrive: Arrive, tmp_path: Path
) -> None:
    officer = arrive("ngoaivu.tayninh")
    page = officer.page
    officer.go("/so-dang-ky/moc/KH/171")
    page.get_by_text("Khác", exact=True).click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Phiếu mốc (PDF)").click()
    coming.value.save_as(tmp_path / "phieu.pdf")
    assert (tmp_path / "phieu.pdf").read_bytes().startswith(b"%PDF")
    officer.go("/so-dang-ky/moc?tuyen=KH&tim=171")
    with page.expect_download() as coming:
        page.get_by_role("link", name="In danh sách (PDF)").click()
    assert coming.value.suggested_filename.startswith("danh-sach-moc")
