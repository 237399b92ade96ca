"""An administrator with a draft of a shipped case type."""

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind, User
from app.accounts.passwords import hash_password
from app.accounts.session import build_actor
from app.database import reading, transaction
from app.designer import services
from app.permissions import Actor
from tests.integration.accounts.conftest import NOW, PASSWORD
from tests.integration.cases.people import a_unit, a_user

CODE = "border_incident"


@pytest.fixture
def administrator(session: Session) -> User:
    del session
    with transaction() as writer:
        unit = a_unit(writer, "VP", kind=UnitKind.DEPARTMENT, province_code=None)
        user = a_user(writer, unit, "quantri", "administrator")
        user.password = hash_password(PASSWORD)
    return user


@pytest.fixture
def author(administrator: User) -> Actor:
    actor = build_actor(reading(), administrator)
    assert actor is not None
    return actor


@pytest.fixture
def draft(author: Actor) -> str:
    with transaction() as writer:
        services.start_draft(writer, author, CODE, now=NOW)
    return CODE
