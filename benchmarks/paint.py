"""How soon a browser shows the map, and all of the nation on it, beside Folium's own pages."""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, Route, sync_playwright
from sqlalchemy import select

from app.config import ROOT, child_environment
from app.database import reading
from app.registers.models import Marker
from benchmarks.crew import BenchmarkError, alone
from benchmarks.databases import Instance, large
from benchmarks.harness import Options, Row, measured, percentile
from benchmarks.map import FOLIUM, GEOJSON, folium_page, geojson_page
from benchmarks.visitors import VISITORS, application

NAME = "paint"
FIRST_MS, USABLE_MS = 1500.0, 2000.0
PATIENCE_SECONDS = 60
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZE: Any = {"width": 1440, "height": 900}
NOWHERE = "http://peer.invalid/"
# What Folium fetches from other hosts is given to it from the packages of this product.
ASSETS = {
    re.compile(r"leaflet\.js$"): "leaflet/dist/leaflet.js",
    re.compile(r"leaflet\.css$"): "leaflet/dist/leaflet.css",
    re.compile(r"markercluster\.js$"): "leaflet.markercluster/dist/leaflet.markercluster.js",
    re.compile(r"MarkerCluster\.css$"): "leaflet.markercluster/dist/MarkerCluster.css",
}
WATCH = """globalThis.usableAt = new Promise((done) => {
  document.addEventListener("map:shown", () => done(performance.now()), { once: true });
});"""
PAINTED = """new Promise((done) => {
  new PerformanceObserver((list) => {
    const first = list.getEntriesByName("first-contentful-paint")[0];
    if (first) done(first.startTime);
  }).observe({ type: "paint", buffered: true });
})"""


def measure(options: Options) -> Iterator[Row]:
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise BenchmarkError("no Chromium on this machine")
    rounds = 3 if options.is_quick else 9
    for engine in options.engines[:1]:
        instance = large(engine, options.cases)
        points = alone(_points, instance)
        pages = {FOLIUM: folium_page(points), GEOJSON: geojson_page(points)}
        with sync_playwright() as playwright, _served(instance) as address:
            browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
            ours = _ours(browser, address, rounds)
            theirs = {name: _theirs(browser, page, rounds) for name, page in pages.items()}
            browser.close()
        yield from _rows(engine, ours, theirs)


def _rows(
    engine: str, ours: list[tuple[float, float]], theirs: dict[str, list[tuple[float, float]]]
) -> Iterator[Row]:
    for index, (what, most) in enumerate(
        (("first contentful paint", FIRST_MS), ("the nation's features usable", USABLE_MS))
    ):
        found = [one[index] for one in ours]
        half, worst = percentile(found, 50), max(found)
        yield measured(
            f"{NAME}: {what} p50, {engine}",
            half,
            "ms",
            peers={name: percentile([o[index] for o in them], 50) for name, them in theirs.items()},
            target=f"< {most:g} ms",
            met=worst < most,
            note=f"{len(found)} visits without a cache, the worst {worst:.0f} ms; "
            "the peers hold the markers only and were built before",
        )


# --- our page ---------------------------------------------------------------------------------


@contextmanager
def _served(instance: Instance) -> Iterator[str]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = child_environment(
        database_url=instance.url,
        instance_dir=str(instance.folder),
        redis_url="",
        environment="development",
        host="127.0.0.1",
        port=str(port),
        web_processes="2",
    )
    command = ["-m", "gunicorn", "--config", "python:workers.web_server"]
    process = subprocess.Popen(
        [sys.executable, *command, "app.factory:create_app()"], cwd=ROOT, env=environment
    )
    try:
        _wait(f"http://127.0.0.1:{port}/dang-nhap")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit:
        try:
            urlopen(address, timeout=5).close()  # noqa: S310  our own server
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise BenchmarkError("the server did not start")


def _ours(browser: Browser, address: str, rounds: int) -> list[tuple[float, float]]:
    from app.demonstration.people import demonstration_password  # noqa: PLC0415  not always there

    entrance = browser.new_context(viewport=SIZE)
    page = entrance.new_page()
    page.goto(f"{address}/dang-nhap")
    page.fill("[name=email]", VISITORS["ministry"])
    page.fill("[name=password]", demonstration_password())
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    known: Any = entrance.storage_state()
    entrance.close()
    found = []
    for _ in range(rounds + 1):
        visit = browser.new_context(viewport=SIZE, storage_state=known)
        page = visit.new_page()
        page.add_init_script(WATCH)
        page.goto(f"{address}/ban-do")
        found.append((_painted(page), float(page.evaluate("usableAt"))))
        visit.close()
    return found[1:]  # the first one warms the server


# --- the other ways ---------------------------------------------------------------------------


def _theirs(browser: Browser, content: str, rounds: int) -> list[tuple[float, float]]:
    found = []
    for _ in range(rounds):
        visit = browser.new_context(viewport=SIZE)
        page = visit.new_page()
        page.set_default_timeout(180_000)
        page.route("**/*", lambda route: _answer(route, content))
        page.goto(NOWHERE)
        usable = float(
            page.evaluate(
                "new Promise(done => requestAnimationFrame(() => done(performance.now())))"
            )
        )
        found.append((_painted(page), usable))
        visit.close()
    return found


def _answer(route: Route, content: str) -> None:
    url = route.request.url
    if url == NOWHERE:
        route.fulfill(body=content, content_type="text/html; charset=utf-8")
        return
    asset = next((path for pattern, path in ASSETS.items() if pattern.search(url)), None)
    if asset is None:
        route.fulfill(body="", content_type="text/plain")
    else:
        route.fulfill(path=Path(ROOT, "node_modules", asset))


def _painted(page: Page) -> float:
    return float(page.evaluate(PAINTED))


def _points(instance: Instance) -> list[tuple[float, float, str]]:
    with application(instance).app_context():
        marked = select(Marker.lat, Marker.lon, Marker.label).where(Marker.z_key.is_not(None))
        return [(row.lat, row.lon, row.label) for row in reading().execute(marked)]
