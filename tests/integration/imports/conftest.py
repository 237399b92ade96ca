"""The default pack in use, people who bring files in, and the shelf that the files lie on."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Role, Unit, User, UserRole
from app.accounts.passwords import hash_password
from app.accounts.session import build_actor
from app.config import ROOT
from app.database import transaction
from app.geo.packs import prepare_pack
from app.imports.services import Shelf
from app.imports.work import Workroom
from app.permissions import Actor
from app.registers.packs import current_pack
from app.registers.reference import load_reference

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PASSWORD = "mat-khau-thu-nghiem-2026"


@pytest.fixture(scope="session")
def prepared_default(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_pack(ROOT / "geodata" / "default", tmp_path_factory.mktemp("default"))


@pytest.fixture
def house(app: Flask, prepared_default: Path) -> Flask:
    """An application with the default pack and the border lines."""
    shutil.copytree(prepared_default, app.extensions["settings"].geodata_dir, dirs_exist_ok=True)
    with transaction() as session:
        load_reference(session)
    return app


@pytest.fixture
def room(house: Flask) -> Workroom:
    settings = house.extensions["settings"]
    shelf = Shelf(settings.uploads_dir / "imports", settings.max_upload_mb)
    return Workroom(shelf, current_pack(), lambda: NOW)


@pytest.fixture
def person(house: Flask) -> Callable[[str, str], Actor]:
    """Makes someone who holds a role in a unit of the reference."""
    del house

    def make(unit_code: str, role_code: str) -> Actor:
        with transaction() as session:
            return _make_person(session, unit_code, role_code)

    return make


def _make_person(session: Session, unit_code: str, role_code: str) -> Actor:
    unit = session.scalars(select(Unit).where(Unit.code == unit_code)).one()
    role = session.scalars(select(Role).where(Role.code == role_code)).one()
    name = f"{unit_code}-{role_code}".lower()
    user = session.scalar(select(User).where(User.username == name))
    if user is None:
        user = User(
            username=name,
            email=f"{name}@example.vn",
            name=f"Người của {unit_code}",
            main_unit_id=unit.id,
            created_at=NOW,
            password=hash_password(PASSWORD),
        )
        session.add(user)
        session.flush()
        session.add(UserRole(user_id=user.id, role_id=role.id, unit_id=unit.id))
        session.flush()
    actor = build_actor(session, user, unit_id=unit.id)
    assert actor is not None
    return actor


@pytest.fixture
def signed_in(house: Flask) -> Callable[[Actor], FlaskClient]:
    house.config["WTF_CSRF_ENABLED"] = False

    def enter(actor: Actor) -> FlaskClient:
        client = house.test_client()
        name = actor.name.removeprefix("Người của ").lower()
        role = next(iter(actor.roles))
        client.post("/dang-nhap", data={"email": f"{name}-{role}", "password": PASSWORD})
        return client

    return enter
