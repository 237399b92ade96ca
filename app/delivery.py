"""How bytes reach a slow link: compressed, and static files under addresses that never change."""

import gzip
from functools import cache, lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for

from app.stylesheets import Vocabulary, trimmed

YEAR_SECONDS = 365 * 24 * 3600
WORTH_BYTES = 1_400  # what fits into one packet gains nothing
COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "application/javascript",
    "image/svg+xml",
)
VERSION = "v"
TRIMMED = "vendor/tabler/tabler.min.css"  # of its 630 kB the pages use a sixth
# Fonts and pictures are named by style sheets, which know no version.
VERSIONED = (".css", ".js")
DAY = "public, max-age=86400"


def init_delivery(app: Flask) -> None:
    app.url_defaults(lambda endpoint, values: _add_version(app, endpoint, values))
    app.after_request(deliver)
    app.jinja_env.globals["symbols_address"] = symbols_address


def symbols_address() -> str:
    """Where the icons lie; a full page asks two hundred times, so it is built once."""
    if "symbols_address" not in g:
        g.symbols_address = url_for("static", filename="img/symbols.svg")
    address: str = g.symbols_address
    return address


def _add_version(app: Flask, endpoint: str, values: dict[str, Any]) -> None:  # Any: URL values
    if endpoint != "static" or VERSION in values or app.static_folder is None:
        return
    if not values["filename"].endswith(VERSIONED):
        return
    path = Path(app.static_folder) / values["filename"]
    if values["filename"] == TRIMMED and path.is_file():
        values[VERSION] = _version_of_trimmed(path, app.root_path)
    elif path.is_file():
        values[VERSION] = _newest(path)


def _newest(*paths: Path) -> str:
    moment = max(path.stat().st_mtime_ns for path in paths)
    return format(moment // 1_000_000 % 2**40, "x")


@cache
def _version_of_trimmed(path: Path, root: str) -> str:
    return _newest(path, *_sources(root))


@cache
def _sources(root: str) -> tuple[Path, ...]:
    """Where the names of classes stand: templates, scripts, and the code that makes markup."""
    patterns = ("templates/**/*.html", "static/js/**/*.js", "**/*.py")
    return tuple(path for pattern in patterns for path in sorted(Path(root).glob(pattern)))


@cache
def _trimmed(sheet: bytes, root: str) -> bytes:
    vocabulary = Vocabulary.of(path.read_text("utf-8") for path in _sources(root))
    return trimmed(sheet.decode(), vocabulary).encode()


def deliver(response: Response) -> Response:
    if request.endpoint == "static" and VERSION in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    elif request.endpoint == "static":
        response.headers["Cache-Control"] = DAY
    if request.path.endswith(TRIMMED) and response.status_code == HTTPStatus.OK:
        response.set_data(_trimmed(_file_body(response), current_app.root_path))
    if _is_compressible(response):
        body = response.get_data() if not response.direct_passthrough else _file_body(response)
        if len(body) > WORTH_BYTES:
            response.set_data(
                _compress_file(body) if request.endpoint == "static" else _compress(body)
            )
            response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _is_compressible(response: Response) -> bool:
    return (
        response.status_code == HTTPStatus.OK  # a whole answer, not a part of one
        and request.accept_encodings.best_match(["gzip"]) is not None
        and "Content-Encoding" not in response.headers
        and request.method == "GET"
        and (not response.is_streamed or response.direct_passthrough)
        and (response.mimetype or "").startswith(COMPRESSIBLE)
    )


def _file_body(response: Response) -> bytes:
    response.direct_passthrough = False
    return response.get_data()


def _compress(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=5, mtime=0)


@lru_cache(maxsize=128)
def _compress_file(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=9, mtime=0)
