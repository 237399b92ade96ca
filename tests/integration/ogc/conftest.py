"""People with API tokens, and the markers and cases that their programs read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts import queries
from app.accounts.tokens import make_token
from app.database import transaction
from app.jobs import utc_now
from app.permissions import Actor
from tests.integration.cases import desk
from tests.integration.maps.conftest import add_case as add_case  # noqa: PLC0414  a fixture
from tests.integration.maps.conftest import add_marker as add_marker  # noqa: PLC0414  a fixture

Place = Callable[..., int]


@dataclass(frozen=True)
class Program:
    """A program that reads with a person's token."""

    actor: Actor
    key: str
    client: FlaskClient

    def get(self, path: str, **arguments: str | int) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.client.get(f"/ogc{path}", query_string=arguments or None, headers=headers)

    def read(self, path: str, **arguments: str | int) -> Mapping[str, Any]:  # Any: JSON
        answer = self.get(path, **arguments)
        assert answer.status_code == 200, answer.text
        found: Mapping[str, Any] = answer.get_json(force=True)
        return found


Programs = Callable[..., Program]


@pytest.fixture
def program(app: Flask, session: Session) -> Programs:
    """A program of somebody with a role at a unit."""

    def make(username: str, role: str, unit_code: str) -> Program:
        unit = queries.unit_by_code(session, unit_code, on=desk.NOW.date())
        actor = desk.person(session, username, role, unit)
        with transaction() as writer:
            _token, key = make_token(writer, actor, name="QGIS", days=30, now=utc_now())
        return Program(actor, key, app.test_client())

    return make


@pytest.fixture
def ministry(program: Programs) -> Program:
    return program("bo", "boundary_leader", "UBBG")


@pytest.fixture
def province(program: Programs) -> Program:
    return program("caobang", "foreign_affairs_officer", "NV04")
