"""Cases and markers on the map, and people of every scope who look at them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts import queries, services
from app.accounts.models import Unit, UnitKind
from app.accounts.passwords import hash_password
from app.cases.models import Case, CaseTypeVersion
from app.database import transaction
from app.geo.zorder import morton_key
from app.maps.published import Published
from app.maps.publishing import publish_base
from app.permissions import SYSTEM_ACTOR, Actor, Area, Permission
from app.registers.models import BorderLine, Marker, Position
from tests.integration.accounts.conftest import PASSWORD, sign_in
from tests.integration.registers.conftest import pack as pack  # noqa: PLC0414  a fixture
from tests.integration.registers.conftest import (
    prepared_pack as prepared_pack,  # noqa: PLC0414  a fixture
)
from tests.unit.maps.conftest import geodata as geodata  # noqa: PLC0414  a fixture

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
HOSTILE = '<img src=x onerror="alert(1)">'

AddCase = Callable[..., int]


def actor_with(area: Area, *, unit_id: int = 0) -> Actor:
    return Actor(
        user_id=7,
        name="Trần Lan",
        unit_id=unit_id,
        unit_code="T",
        unit_name="Đơn vị thử",
        roles=frozenset(),
        permissions=frozenset(Permission),
        area=area,
    )


MINISTRY = actor_with(Area(is_everything=True))


def unit_of(session: Session, province: str) -> int:
    """The foreign-affairs office of a province."""
    return (
        session.scalars(
            select(Unit.id)
            .where(Unit.kind == UnitKind.PROVINCE_AGENCY, Unit.province_code == province)
            .order_by(Unit.id)
        ).first()
        or 0
    )


@pytest.fixture
def add_case(session: Session) -> AddCase:
    """Store a case at a place; what is not said is ordinary."""
    versions = {row.code: row.id for row in session.scalars(select(CaseTypeVersion))}
    counter = iter(range(1, 1_000_000))

    def add(lat: float, lon: float, **facts: Any) -> int:  # Any: columns of case
        number = next(counter)
        code = facts.setdefault("type_code", "border_incident")
        facts.setdefault("owner_unit_id", unit_of(session, facts.get("province_code") or "04"))
        with transaction() as writer:
            return writer.execute(
                insert(Case)
                .values(
                    reference=f"BG-2026-T-{number:05d}",
                    type_version_id=versions[code],
                    state=facts.pop("state", "detected"),
                    state_kind=facts.pop("state_kind", "initial"),
                    title=facts.pop("title", f"Vụ việc {number}"),
                    data={},
                    confidentiality=facts.pop("confidentiality", "normal"),
                    is_open=facts.pop("is_open", True),
                    last_hash="",
                    opened_at=facts.pop("opened_at", NOW - timedelta(days=1)),
                    updated_at=facts.pop("updated_at", NOW - timedelta(minutes=number)),
                    lat=lat,
                    lon=lon,
                    z_key=morton_key(lat, lon),
                    **facts,
                )
                .returning(Case.id)
            ).scalar_one()

    return add


@pytest.fixture
def add_marker(session: Session) -> Callable[..., int]:
    """Store a marker of the line with China."""
    counter = iter(range(1, 1_000_000))

    def add(lat: float, lon: float, **facts: Any) -> int:  # Any: columns of marker
        number, neighbour = next(counter), facts.pop("neighbour", "CN")
        label = facts.pop("label", str(number))
        with transaction() as writer:
            if writer.get(BorderLine, neighbour) is None:
                writer.add(BorderLine(neighbour=neighbour, name=neighbour))
                writer.flush()
            position = Position(neighbour=neighbour, label=f"{number}")
            writer.add(position)
            writer.flush()
            marker = Marker(
                position_id=position.id,
                neighbour=neighbour,
                label=label,
                label_fold=label,
                slug=f"{number}",
                sort_key=f"{neighbour}{number:06d}",
                kind=facts.pop("kind", "main"),
                lat=lat,
                lon=lon,
                z_key=morton_key(lat, lon),
                created_at=NOW,
                updated_at=NOW,
                **facts,
            )
            writer.add(marker)
            writer.flush()
            return marker.id

    del session
    return add


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., FlaskClient]:
    """A browser in which a person of a role and unit is signed in."""

    def enter(username: str, role: str, unit_code: str) -> FlaskClient:
        with transaction() as writer:
            user = services.create_user(
                writer,
                SYSTEM_ACTOR,
                services.NewUser(username, f"Người {username}", f"{username}@vi-du.vn"),
                now=NOW,
                password_hash=hash_password(PASSWORD),
            )
            unit = queries.unit_by_code(writer, unit_code, on=TODAY)
            services.assign_role(writer, SYSTEM_ACTOR, user, role_code=role, unit=unit, now=NOW)
        client = app.test_client()
        sign_in(client, username)
        return client

    return enter


@pytest.fixture
def published(app: Flask, geodata: Any) -> Published:  # Any: the path of a prepared pack
    """The small pack's layers, in use."""
    return publish_base(geodata, app.extensions["settings"].layers_dir)
