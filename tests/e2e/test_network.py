"""Every page that a persona reaches by links: quiet, at home, narrow enough, readable."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.errands import open_incident
from tests.e2e.person import Person

PERSONAS = (
    "don.mocbai",
    "ngoaivu.tayninh",
    "biengioi.bng",
    "lanhsu.bng",
    "lanhsu.campuchia",
    "thuysan.angiang",
    "quantri",
)
MOST_PAGES = 14  # of each kind of address only the first is opened
DOWNLOADS = ("/xuat", "/tep/", "/mau/", "/loi")
SERIOUS = {"serious", "critical"}


@pytest.mark.parametrize("persona", PERSONAS)
def test_pages_ask_no_other_host_and_fit_a_phone(
    arrive: Arrive, shoot: Shoot, persona: str
) -> None:
    """Console errors, refused scripts and foreign requests are the person's complaints."""
    person = arrive(persona, is_phone=True)
    wide = []
    for number, path in enumerate(_pages(person)):
        person.page.wait_for_load_state("networkidle")
        shoot(person, f"trang-{persona}-{number:02d}")
        if person.sideways() > 0:
            wide.append(f"{path}: {person.sideways()} px")
    assert wide == []


def _pages(person: Person) -> Iterator[str]:
    """Open the pages one by one, found by their links, one of each kind."""
    waiting, seen = [urlsplit(person.page.url).path], set[str]()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if _kind(path) in seen:
            continue
        seen.add(_kind(path))
        answer = person.page.goto(f"{person.address}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        yield path
        waiting += [found for found in _links(person) if _kind(found) not in seen]


def _links(person: Person) -> list[str]:
    """Addresses of this host that the page leads to, without downloads."""
    found: list[str] = person.page.eval_on_selector_all(
        "a[href]",  # a link within a drawing says its address otherwise
        "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href)",
    )
    parts = [urlsplit(one) for one in found if one.startswith(person.address)]
    paths = dict.fromkeys(part.path for part in parts)
    return [path for path in paths if not any(word in path for word in DOWNLOADS)]


def _kind(path: str) -> str:
    """Addresses that differ in a number or a name alone are of one kind."""
    parts = path.strip("/").split("/")
    return "/".join("*" if any(sign.isdigit() for sign in part) else part for part in parts)


def test_main_screens_have_no_serious_barrier(arrive: Arrive) -> None:
    officer = arrive("don.mocbai")
    reference = open_incident(officer, "ngã ba kênh Vàm Trảng")
    paths = ("/ho-so?muc=tat-ca", f"/ho-so/{reference}", f"/ho-so/{reference}/chuyen/dispatch")
    others = (
        "/ho-so/mo/border_incident",
        "/thong-bao",
        "/so-dang-ky/moc/KH/160-4",
        "/tien-do",
        "/ban-do",
    )
    found = [barrier for path in (*paths, *others) for barrier in _barriers(officer, path)]
    visitor = arrive()
    found += _barriers(visitor, "/dang-nhap")
    assert not found, "\n".join(found)


def _barriers(person: Person, path: str) -> list[str]:
    person.go(path)
    person.page.wait_for_load_state("networkidle")
    results = Axe().run(person.page)
    return [
        f"{path}: {one['impact']} {one['id']}: {node['html'][:160]}"
        for one in results.response["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]
