"""A person at a browser: signs in, reads, clicks, and notices whatever the browser complains of."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
)

from app.demonstration.people import demonstration_password

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1440, "height": 900}
# A refusal is a page like any other; the browser reports its status as an error of its own.
_REFUSED = re.compile(r"Failed to load resource.* status of (403|404|409|422)")


class Person:
    """One signed-in browser window; `complaints` must be empty at the end."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complain(f"script: {error}"))
        context.on("request", self._watch)

    def _hear(self, message: ConsoleMessage) -> None:
        is_page = message.location.get("url", "").split("#")[0] == self.page.url.split("#")[0]
        if message.type not in {"error", "warning"} or (is_page and _REFUSED.match(message.text)):
            return
        self._complain(f"{message.type}: {message.text}")

    def _watch(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and (
            f"{parts.scheme}://{parts.netloc}" != self.address
        ):
            self._complain(f"another host: {request.url}")

    def _complain(self, sentence: str) -> None:
        self.complaints.append(f"{self.page.url}: {sentence}")

    # --- moving about -----------------------------------------------------------------------

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def sign_in(self, username: str) -> None:
        self.go("/dang-nhap")
        self.type_credentials(username)
        expect(self.page.get_by_role("banner")).to_contain_text("Tài khoản")

    def type_credentials(self, username: str) -> None:
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu").fill(demonstration_password())
        self.page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()

    def field(self, label: str) -> Locator:
        """A control by the words above it, with or without the mark of a required field."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}(\s|$)")).first

    def press(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name, exact=True).click()

    def choose(self, option: str, *, within: str = "", beneath: str = "") -> None:
        """Tick a card, of the question `within` if that is said, in the fold `beneath`."""
        place = self.page.get_by_role("main")
        if beneath:
            place.get_by_text(re.compile(rf"^{re.escape(beneath)}")).click()
        if within:
            place = place.get_by_role("group", name=re.compile(rf"^{re.escape(within)}"))
        place.get_by_role("radio", name=option, exact=True).first.check()

    # --- what is on the page ----------------------------------------------------------------

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def reference(self) -> str:
        """The number of the case whose page is open."""
        return self.path.removeprefix("/ho-so/").split("/")[0]

    @property
    def here(self) -> Locator:
        """The step of the case's path that is marked as the present one."""
        return self.page.get_by_role("listitem").filter(has_text="(đang ở đây)")

    def sideways(self) -> int:
        """How many pixels the page is wider than its window."""
        overflow: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return overflow
