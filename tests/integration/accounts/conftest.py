"""The seeded reference and people of every kind for the tests of accounts."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries, services
from app.accounts.models import Role, Unit, UnitKind, User
from app.accounts.passwords import hash_password
from app.accounts.seeding import seed_reference
from app.database import transaction
from app.permissions import SYSTEM_ACTOR

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PASSWORD = "mốc 1116 Đồng Đăng"

Person = Callable[..., User]


@pytest.fixture
def reference(session: Session) -> Session:
    """A session over a database that holds units, roles and the calendar."""
    if session.scalar(select(Role.id).limit(1)) is None:
        with transaction() as writer:
            seed_reference(writer, NOW)
    return session


@pytest.fixture
def person(reference: Session) -> Person:
    """Make a user who holds (role, unit code) pairs."""

    def make(username: str, *held: tuple[str, str]) -> User:
        with transaction() as writer:
            user = services.create_user(
                writer,
                SYSTEM_ACTOR,
                services.NewUser(username, f"Người {username}", f"{username}@vi-du.vn"),
                now=NOW,
                password_hash=hash_password(PASSWORD),
            )
            for role_code, unit_code in held:
                unit = queries.unit_by_code(writer, unit_code, on=TODAY)
                services.assign_role(
                    writer, SYSTEM_ACTOR, user, role_code=role_code, unit=unit, now=NOW
                )
        return user

    del reference
    return make


@pytest.fixture
def station(reference: Session) -> Unit:
    """A border station in Cao Bằng."""
    del reference
    with transaction() as writer:
        new = services.NewUnit(
            code="DBP0401",
            kind=UnitKind.BORDER_STATION,
            name="Đồn Biên phòng Đàm Thủy",
            valid_from=date(2025, 7, 1),
            parent_id=queries.unit_by_code(writer, "BP04").id,
            province_code="04",
        )
        return services.create_unit(writer, SYSTEM_ACTOR, new, now=NOW)


def token_in(page: str) -> str:
    """The CSRF token that a page's form carries."""
    return page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD, **fields: str) -> str:
    """Sign in as a browser does; where the answer leads, or the page it shows."""
    page = client.get("/dang-nhap").text
    form = {"csrf_token": token_in(page), "email": username, "password": password, **fields}
    answer = client.post("/dang-nhap", data=form)
    return answer.location if answer.status_code == 302 else answer.text
