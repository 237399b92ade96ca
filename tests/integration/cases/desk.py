"""People at their browsers: accounts, sign-in and forms for the tests of the case screens."""

from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts import queries, services
from app.accounts.models import Unit, UnitKind, User
from app.accounts.passwords import hash_password
from app.accounts.session import build_actor
from app.cases import queries as case_queries
from app.cases.models import Case
from app.database import transaction
from app.geo.zorder import morton_key
from app.permissions import SYSTEM_ACTOR, Actor
from app.registers.models import Marker, Position
from tests.integration.cases.people import a_unit

NOW = datetime.now(UTC)
PASSWORD = "mốc 1116 Đồng Đăng"
_HASHES: dict[str, str] = {}


def person(session: Session, username: str, role: str, unit: Unit) -> Actor:
    """An account with one role, as the actor it signs in as."""
    with transaction() as writer:
        user: User = services.create_user(
            writer,
            SYSTEM_ACTOR,
            services.NewUser(username, f"Người {username}", f"{username}@vi-du.vn"),
            now=NOW,
            password_hash=_HASHES.setdefault(PASSWORD, hash_password(PASSWORD)),
        )
        services.assign_role(writer, SYSTEM_ACTOR, user, role_code=role, unit=unit, now=NOW)
    actor = build_actor(session, user)
    assert actor is not None
    return actor


def unit(code: str, kind: UnitKind, **facts: str | None) -> Unit:
    with transaction() as writer:
        return a_unit(writer, code, kind=kind, **facts)  # type: ignore[arg-type]  # plain texts


def station(session: Session, username: str = "tram") -> Actor:
    return person(session, username, "border_station", unit("DBP-LG", UnitKind.BORDER_STATION))


def command(session: Session) -> Actor:
    found = queries.unit_by_code(session, "BP80")
    return person(session, "chihuy", "border_command", found)


def consul(session: Session) -> Actor:
    found = queries.unit_by_code(session, "JP", kind=UnitKind.MISSION)
    return person(session, "lanhsu", "mission_consul", found)


def commune(session: Session) -> Actor:
    """Someone who may open and read cases, but no personal data."""
    return person(session, "xa", "commune_office", unit("25486x", UnitKind.COMMUNE))


def neighbour_station(session: Session) -> Actor:
    """A station of another province."""
    home = unit("DBP-KH", UnitKind.BORDER_STATION, province_code="04")
    return person(session, "khac", "border_station", home)


def sign_in(client: FlaskClient, username: str) -> None:
    page = client.get("/dang-nhap").text
    form = {"csrf_token": token_in(page), "email": username, "password": PASSWORD}
    assert client.post("/dang-nhap", data=form).status_code == 302


def token_in(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]


def send(
    client: FlaskClient, path: str, *, page: str | None = None, **fields: object
) -> TestResponse:
    """Open the page of a form and send it, as a browser does."""
    token = token_in(client.get(page or path).text)
    return client.post(path, data={"csrf_token": token, **fields})


def a_marker(neighbour: str, label: str, lat: float, lon: float, province: str) -> int:
    """A marker where it stands; plain columns, no measurement."""
    main = int(label.partition("/")[0])
    with transaction() as writer:
        place = Position(neighbour=neighbour, label=label)
        writer.add(place)
        writer.flush()
        marker = Marker(
            position_id=place.id,
            neighbour=neighbour,
            label=label,
            label_fold=label,
            slug=label.replace("/", "-"),
            main=main,
            sort_key=f"{neighbour}{main:05d}{label}",
            kind="main",
            lat=lat,
            lon=lon,
            z_key=morton_key(lat, lon),
            province_code=province,
            created_at=NOW,
            updated_at=NOW,
        )
        writer.add(marker)
        writer.flush()
        return marker.id


def case_now(session: Session, actor: Actor, reference: str) -> Case:
    """The case as the last request left it: a reader's snapshot is let go first."""
    session.rollback()
    return case_queries.get(session, actor, reference)
