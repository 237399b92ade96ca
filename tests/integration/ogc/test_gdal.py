"""The real client: GDAL's OAPIF driver against the running application, with a token."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from pyproj import Transformer
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from app.config import ROOT, child_environment
from tests.integration.ogc.conftest import Place, Program


class Silent(WSGIRequestHandler):
    """Keeps the addresses that were asked for instead of printing them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del size
        self.server.asked.append((self.path, str(code)))  # type: ignore[attr-defined]


class Running:
    """The application behind an address of this machine."""

    def __init__(self, app: Flask) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
        self.asked: list[tuple[str, str]] = []
        self._server.asked = self.asked  # type: ignore[attr-defined]
        self.address = f"http://127.0.0.1:{self._server.server_port}/ogc"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def running(app: Flask, session: Session) -> Iterator[Running]:
    session.rollback()
    server = Running(app)
    yield server
    server.stop()


@pytest.fixture
def markers(add_marker: Place) -> int:
    """Markers enough for several pages of GDAL's."""
    count = 25
    for number in range(count):
        stage = "built" if number % 5 == 0 else "handed_over"
        add_marker(22.0 + number * 0.01, 105.0 + number * 0.02, province_code="04", stage=stage)
    return count


Answer = dict[str, Any]  # Any: JSON


def ask(running: Running, layer: str | None, *, config: dict[str, str], **options: Any) -> Answer:
    """What GDAL answers, in a process of its own."""
    question = {
        "address": f"OAPIF:{running.address}",
        "layer": layer,
        "config": {"GDAL_HTTP_TIMEOUT": "30", **config},
        "options": options,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.ogc.gdal_client"],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=ROOT,
        env=child_environment(no_proxy="*"),
    )
    found: Answer = json.loads(done.stdout)
    return found


def read(running: Running, program: Program, layer: str | None, **options: Any) -> Answer:
    config = {"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": program.key}
    return ask(running, layer, config=config, **options)


def test_gdal_lists_the_collections_and_their_fields(
    running: Running, ministry: Program, add_case: Place, markers: int
) -> None:
    add_case(22.5, 106.0, province_code="04")
    assert markers
    assert read(running, ministry, None) == {"layers": ["markers", "cases"]}
    cases = read(running, ministry, "cases")
    assert cases["count"] == 1
    assert {"reference", "title", "opened_at", "is_open"} <= set(cases["types"])
    assert cases["types"]["opened_at"].startswith("datetime64")
    assert cases["types"]["is_open"] == "bool"
    assert [path for path, code in running.asked if not code.startswith("2")] == []


def test_gdal_reads_every_page(running: Running, ministry: Program, markers: int) -> None:
    found = read(running, ministry, "markers", PAGE_SIZE="10")
    assert found["count"] == markers
    assert len(set(found["values"]["label"])) == markers
    assert "CRS84" in found["crs"]
    assert found["points"][0] == pytest.approx([105.0, 22.0])
    assert len([path for path, _code in running.asked if "cursor=" in path]) >= 2


def test_gdal_asks_the_server_for_boxes_and_properties(
    running: Running, ministry: Program, markers: int
) -> None:
    assert markers
    near = read(running, ministry, "markers", bbox=(104.99, 21.99, 105.05, 22.03))
    assert len(near["points"]) == 3
    assert any("bbox=" in path for path, _code in running.asked)
    built = read(running, ministry, "markers", where="stage = 'built'")
    assert len(built["points"]) == 5
    assert any("filter=stage" in path for path, _code in running.asked)


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("stage <> 'built'", 20),
        ("stage = 'built' OR province_code = '99'", 5),
        ("NOT (stage = 'built' OR kind = 'peg') AND neighbour = 'CN'", 20),
        ("stage ILIKE 'BUI%' AND updated_at > '2020/01/01 00:00:00'", 5),
    ],
)
def test_gdal_sends_its_filters_to_the_server(
    running: Running, ministry: Program, markers: int, where: str, count: int
) -> None:
    assert markers
    assert len(read(running, ministry, "markers", where=where)["points"]) == count
    filtered = [path for path, _code in running.asked if "filter=" in path]
    assert filtered
    assert all("filter-lang=cql-text" in path for path in filtered)
    assert [path for path, code in running.asked if not code.startswith("2")] == []


@pytest.mark.parametrize("code", ["EPSG:3405", "EPSG:3857", "EPSG:9210"])
def test_gdal_reads_in_the_system_that_it_asks_for(
    running: Running, ministry: Program, markers: int, code: str
) -> None:
    assert markers
    found = read(running, ministry, "markers", CRS=code)
    assert found["crs"] == code
    into = Transformer.from_crs("EPSG:4326", code, always_xy=True)
    first = min(found["points"])
    # Left alone, PROJ may take another operation to VN-2000, up to a metre and a half away.
    assert first == pytest.approx(into.transform(105.0, 22.0), abs=1.5)
    box = (first[0] - 100, first[1] - 100, first[0] + 100, first[1] + 100)
    assert len(read(running, ministry, "markers", CRS=code, bbox=box)["points"]) == 1


def test_gdal_signs_in_by_name_and_token_too(
    running: Running, ministry: Program, markers: int
) -> None:
    config = {"GDAL_HTTP_USERPWD": f"bo:{ministry.key}", "GDAL_HTTP_AUTH": "BASIC"}
    assert ask(running, "markers", config=config)["count"] == markers


def test_gdal_without_a_token_reads_nothing(running: Running, markers: int) -> None:
    assert markers
    assert "error" in ask(running, "markers", config={})
