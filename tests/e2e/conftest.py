"""A live product and a real Chromium; where no browser is found, these tests are skipped."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from tests.e2e.person import DESK, PHONE, Person
from tests.e2e.product import Product, running

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)  # a loaded machine is slow, not wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own browser."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("Không tìm thấy chromium: kiểm thử trên trình duyệt bị bỏ qua (no browser).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def product(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Product]:
    """The product with the demonstration, started once per test process."""
    del chromium  # asked for first: nothing is prepared where there is no browser
    base = tmp_path_factory.getbasetemp()
    with running(base if worker_id == "master" else base.parent) as product:
        yield product


class Arrive(Protocol):
    def __call__(self, username: str | None = None, *, is_phone: bool = False) -> Person: ...


@pytest.fixture
def arrive(chromium: Browser, product: Product) -> Iterator[Arrive]:
    """Bring a person to a browser of their own; at the end none of them has a complaint."""
    people: list[Person] = []

    def bring(username: str | None = None, *, is_phone: bool = False) -> Person:
        size: ViewportSize = PHONE if is_phone else DESK
        context = chromium.new_context(
            viewport=size,
            is_mobile=is_phone,
            has_touch=is_phone,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        context.set_default_timeout(PATIENCE_MS)
        person = Person(context, product.address)
        people.append(person)
        if username is not None:
            person.sign_in(username)
        return person

    yield bring
    complaints = [sentence for person in people for sentence in person.complaints]
    for person in people:
        person.context.close()
    assert complaints == []


Shoot = Callable[[Person, str], None]


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Shoot:
    """Keep a picture where --pictures says; for people who look at the screens."""
    folder: str | None = request.config.getoption("--pictures")

    def take(person: Person, name: str) -> None:
        if folder is not None:
            Path(folder).mkdir(parents=True, exist_ok=True)
            person.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", help="keep screenshots of the journeys in this folder")
