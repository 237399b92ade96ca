"""People of the demonstration who open pages of the real application, without a network."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.database import reading
from app.factory import create_app
from benchmarks.crew import BenchmarkError
from benchmarks.databases import Instance
from benchmarks.harness import percentile
from workers.web_server import when_ready

VISITORS = {"ministry": "biengioi.bng", "province": "ngoaivu.tayninh"}


@dataclass(frozen=True)
class Delays:
    """Milliseconds."""

    half: float
    last: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Delays":
        return cls(percentile(seconds, 50) * 1000, percentile(seconds, 99) * 1000)

    def __str__(self) -> str:
        return f"{self.half:.1f}/{self.last:.1f}"


def application(instance: Instance) -> Flask:
    app = create_app(instance.settings())
    when_ready(None)
    return app


def signed_in(app: Flask, visitor: str) -> FlaskClient:
    """A browser's session of this person."""
    from app.demonstration.people import demonstration_password  # noqa: PLC0415  not always there

    client = app.test_client()
    page = client.get("/dang-nhap").text
    token = page.split('name="csrf_token" value="')[1].partition('"')[0]
    form = {
        "csrf_token": token,
        "email": VISITORS.get(visitor, visitor),
        "password": demonstration_password(),
    }
    if client.post("/dang-nhap", data=form).status_code != HTTPStatus.FOUND:
        raise BenchmarkError(f"{visitor} cannot sign in: is the demonstration loaded?")
    return client


def opened(client: FlaskClient, address: str) -> tuple[float, bytes]:
    """Seconds that the application took to answer, and what it answered."""
    began = time.perf_counter()
    answer = client.get(address)
    taken = time.perf_counter() - began
    if answer.status_code != HTTPStatus.OK:
        raise BenchmarkError(f"GET {address} answers {answer.status_code}")
    return taken, answer.data


def actor_of(app: Flask, visitor: str) -> Any:
    """The same person as services know them."""
    from app.accounts.queries import user_by_identity  # noqa: PLC0415  beside its one use
    from app.accounts.session import build_actor  # noqa: PLC0415

    with app.app_context():
        session = reading()
        user = user_by_identity(session, VISITORS.get(visitor, visitor))
        if user is None:
            raise BenchmarkError(f"{visitor} is not in the demonstration")
        return build_actor(session, user)
