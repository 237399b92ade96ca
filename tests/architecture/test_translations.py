"""Both languages stay whole: every Vietnamese sentence of a screen has its English one."""

import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.cases.services import open_case
from app.database import transaction
from app.maps.layers import BASE_LAYERS
from app.maps.pages import drawn_words
from app.maps.publishing import ALWAYS_SAID
from app.permissions import Actor
from app.registers.forms import CoordinateForm
from tests.integration.accounts.conftest import token_in
from tests.integration.cases import desk
from tests.integration.cases.people import INCIDENT

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
RAISED = (
    "AppError Conflict Forbidden Invalid NotFound Refused TooLarge TooManyRequests"
    " LookupProblemError ValueProblemError"
)
KEYWORDS = {**DEFAULT_KEYWORDS, **dict.fromkeys(["lazy_gettext", *RAISED.split()])}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
READ_ALOUD = {"alt", "aria-label", "content", "placeholder", "title"}

Key = str | tuple[str, ...]


@pytest.fixture(scope="module")
def extracted() -> set[Key]:
    """Every message of the code and the templates."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    mappings = settings["tool"]["babel"]["mappings"]
    methods = [(one["pattern"], one["method"]) for one in mappings]
    options = {one["pattern"]: {k: v for k, v in one.items() if k == "silent"} for one in mappings}
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found if message}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def _sentences(message: Message) -> Iterator[tuple[str, str]]:
    """The Vietnamese and the English text, once for each form of a plural."""
    if isinstance(message.id, str):
        yield message.id, str(message.string)
    else:
        yield from ((message.id[-1], text) for text in message.string or ())


def test_every_message_has_an_english_sentence(extracted: set[Key], catalogue: Catalog) -> None:
    missing = [
        key
        for key in extracted
        if (message := catalogue.get(key if isinstance(key, str) else key[0])) is None
        or message.fuzzy
        or not all(text for _, text in _sentences(message))
    ]
    assert sorted(map(str, missing)) == []


def test_the_catalogue_holds_no_message_that_is_gone(
    extracted: set[Key], catalogue: Catalog
) -> None:
    kept = {message.id for message in catalogue if message.id}
    assert sorted(map(str, kept - extracted)) == []
    assert not catalogue.obsolete


def test_an_english_sentence_has_the_placeholders_of_its_source(catalogue: Catalog) -> None:
    differing = [
        (source, text)
        for message in catalogue
        if message.id
        for source, text in _sentences(message)
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(text))
    ]
    assert differing == []


# --- pages ----------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Collects what a person sees or hears on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        self.said += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def _left_in_vietnamese(page: str, catalogue: Catalog) -> list[str]:
    """What is said on the page and is the source of a message whose English differs."""
    reader = Reader()
    reader.feed(page)
    sources = [
        re.compile(".+".join(re.escape(part) for part in PLACEHOLDER.split(source)))
        for message in catalogue
        if message.id
        for source, text in _sentences(message)
        if source != text
    ]
    said = {" ".join(text.split()) for text in reader.said}
    return sorted(text for text in said if text and any(one.fullmatch(text) for one in sources))


@pytest.fixture
def english(app: Flask, catalogue: Catalog, tmp_path: Path) -> Flask:
    """The application with the catalogue as it stands in the tree now."""
    folder = tmp_path / "translations" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app.extensions["babel"].translation_directories[:] = [str(tmp_path / "translations")]
    return app


@pytest.fixture
def reader(english: Flask, session: Session) -> FlaskClient:
    """An officer of a border station with one case, who has chosen English."""
    actor: Actor = desk.station(session)
    with transaction() as writer:
        open_case(writer, actor, "border_incident", answers=INCIDENT, pack=None, now=desk.NOW)
    client = english.test_client()
    desk.sign_in(client, "tram")
    form = {"csrf_token": token_in(client.get("/ho-so").text), "locale": "en", "next": "/ho-so"}
    assert client.post("/ngon-ngu", data=form).status_code == 302
    return client


@pytest.mark.parametrize(
    "address", ["/ho-so", "/ho-so?muc=tat-ca", "/ho-so/mo", "/ban-do", "/tien-do"]
)
def test_a_page_in_english_says_nothing_in_vietnamese(
    address: str, reader: FlaskClient, catalogue: Catalog
) -> None:
    answer = reader.get(address, follow_redirects=True)
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text
    assert _left_in_vietnamese(answer.text, catalogue) == []


def test_a_refusal_is_said_in_english(reader: FlaskClient) -> None:
    answer = reader.get("/ho-so/BG-2020-0401-99999")
    assert answer.status_code == 404
    assert "was not found, or is outside your scope." in answer.text


def test_the_published_map_holds_only_words_that_can_be_said_in_english(
    english: Flask, catalogue: Catalog
) -> None:
    with english.test_request_context():
        known = drawn_words()
    names = {layer.name for layer in BASE_LAYERS if layer.is_optional}
    assert names | {ALWAYS_SAID} <= set(known)
    assert all(catalogue.get(word) for word in known)


@pytest.mark.parametrize(
    ("locale", "said"), [("vi", "Hãy nhập ngày dạng"), ("en", "Enter a date as")]
)
def test_a_check_of_the_form_package_speaks_the_language_of_the_screen(
    locale: str, said: str, english: Flask
) -> None:
    asked = english.test_request_context(method="POST", data={"measured_on": "x"})
    with asked, force_locale(locale):
        form = CoordinateForm()
        form.offer_systems(locale)
        form.validate()
        assert str(form.measured_on.errors[0]).startswith(said)


def test_the_sign_in_page_speaks_the_chosen_language(english: Flask, catalogue: Catalog) -> None:
    client = english.test_client()
    assert _left_in_vietnamese(client.get("/dang-nhap").text, catalogue) != []
    client.set_cookie("locale", "en")
    page = client.get("/dang-nhap").text
    assert _left_in_vietnamese(page, catalogue) == []
    assert "Sign in" in page
