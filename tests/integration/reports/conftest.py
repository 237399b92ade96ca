"""The pack on which the reports are tested, and people who read them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import queries as account_queries
from app.accounts import services as account_services
from app.accounts.passwords import hash_password
from app.accounts.seeding import seed_reference
from app.database import transaction
from app.geo.gazetteer import Pack
from app.permissions import SYSTEM_ACTOR
from tests.integration.accounts.conftest import PASSWORD, sign_in
from tests.integration.registers.conftest import pack as pack  # noqa: PLC0414  a fixture shared
from tests.integration.registers.conftest import (
    prepared_pack as prepared_pack,  # noqa: PLC0414  the same
)
from tests.integration.registers.factories import NOW
from tests.integration.reports.past_register import add_history

SignIn = Callable[[str, str], FlaskClient]


@pytest.fixture
def signed_in(app: Flask, prepared_pack: Path, pack: Pack) -> SignIn:
    """A browser of someone who holds a role in a unit, over a register with a history."""
    shutil.copytree(prepared_pack, app.extensions["settings"].geodata_dir, dirs_exist_ok=True)
    with transaction() as session:
        seed_reference(session, NOW)
        add_history(session, pack)

    def start(role: str, unit_code: str) -> FlaskClient:
        with transaction() as session:
            new = account_services.NewUser("lan", "Trần Lan", "lan@vi-du.vn")
            user = account_services.create_user(
                session, SYSTEM_ACTOR, new, now=NOW, password_hash=hash_password(PASSWORD)
            )
            unit = account_queries.unit_by_code(session, unit_code, on=NOW.date())
            account_services.assign_role(
                session, SYSTEM_ACTOR, user, role_code=role, unit=unit, now=NOW
            )
        client = app.test_client()
        sign_in(client, "lan")
        return client

    return start


@pytest.fixture
def reviewer(signed_in: SignIn) -> FlaskClient:
    return signed_in("boundary_officer", "UBBG")
