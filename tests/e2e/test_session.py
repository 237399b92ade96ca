"""A session that runs out while somebody types takes nothing away."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import expect

from app.accounts.session import SEEN_AT
from app.config import DEVELOPMENT_KEY
from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.person import Person

LONG_AGO_SECONDS = 24 * 3600
PLACE = "bờ suối Đá Hàng, nhánh thứ hai"


def let_session_run_out(person: Person) -> None:
    """As if the browser had been left alone for a day: its own cookie, last seen yesterday."""
    app = Flask(__name__)
    app.secret_key = DEVELOPMENT_KEY
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = next(one for one in person.context.cookies() if one.get("name") == "session")
    held = signer.loads(cookie.get("value", ""))
    held[SEEN_AT] -= LONG_AGO_SECONDS
    written = signer.dumps(held)
    assert isinstance(written, str)
    person.context.add_cookies([{"name": "session", "value": written, "url": person.address}])


def test_expired_session_keeps_what_was_typed(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("don.mocbai", is_phone=True)
    officer.go("/ho-so/mo/border_incident")
    with officer.page.expect_response("**/ho-so/goi-y/trung*"):
        officer.choose("Xuất nhập cảnh trái phép")
    officer.field("Mô tả địa điểm").fill(PLACE)
    let_session_run_out(officer)
    officer.press("Mở hồ sơ")

    main = officer.page.get_by_role("main")
    expect(main).to_contain_text("Nội dung bạn vừa nhập còn nguyên")
    shoot(officer, "het-phien-1-dang-nhap")
    officer.type_credentials("don.mocbai")
    expect(officer.heading).to_have_text("Gửi lại nội dung đã nhập")
    expect(main).to_contain_text(PLACE)
    shoot(officer, "het-phien-2-gui-lai")
    officer.press("Gửi lại biểu mẫu")

    expect(officer.heading).to_have_text(f"Xuất nhập cảnh trái phép – {PLACE}")


def test_what_was_typed_waits_as_a_draft_when_a_suggestion_meets_the_end(arrive: Arrive) -> None:
    officer = arrive("don.mocbai")
    officer.go("/ho-so/mo/border_incident")
    officer.field("Mô tả địa điểm").fill(PLACE)
    let_session_run_out(officer)
    officer.field("Mốc gần nhất").press_sequentially("160/4", delay=30)

    expect(officer.heading).to_have_text("Đăng nhập")
    officer.type_credentials("don.mocbai")
    expect(officer.heading).to_have_text("Vụ việc biên giới")
    expect(officer.page.get_by_role("main")).to_contain_text("Đã khôi phục nội dung bạn nhập dở")
    expect(officer.field("Mô tả địa điểm")).to_have_value(PLACE)


def test_a_page_asked_for_while_signed_out_opens_after_sign_in(arrive: Arrive) -> None:
    officer = arrive()
    officer.go("/so-dang-ky/moc?tuyen=KH")
    expect(officer.page.get_by_role("main")).to_contain_text("Bạn cần đăng nhập để mở trang này.")
    officer.type_credentials("don.mocbai")

    expect(officer.page).to_have_url(f"{officer.address}/so-dang-ky/moc?tuyen=KH")
