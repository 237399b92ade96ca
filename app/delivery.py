"""How bytes reach a slow link: compressed, and static files under addresses that never change."""

import gzip
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, url_for

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
    if path.is_file():
        values[VERSION] = format(path.stat().st_mtime_ns // 1_000_000 % 2**40, "x")


def deliver(response: Response) -> Response:
    if request.endpoint == "static" and VERSION in request.args:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    elif request.endpoint == "static":
        response.headers["Cache-Control"] = DAY
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
