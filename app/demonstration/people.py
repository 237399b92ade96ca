"""The offices' people: stations with their crews, and at least one person in every role."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from random import Random
from typing import Any

import yaml
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Role, Unit, UnitKind, User, UserRole
from app.accounts.passwords import hash_password
from app.accounts.queries import unit_by_code, units_in_force
from app.accounts.services import NewUnit, NewUser, assign_role, create_unit, create_user
from app.database import fold_text
from app.demonstration.names import DATA, invented_name
from app.permissions import SYSTEM_ACTOR

STATIONS_FROM = date(2025, 7, 1)
ILLUSTRATION = "illustration"
MAIL_DOMAIN = "minh-hoa.invalid"  # reserved: no letter can ever arrive
NUMBERED = "nguoidung"  # the crews' user names
Post = tuple[Unit, str, str]  # an office, a role, a position

# Who works at an office of each kind, beside the personas.
CREWS: Mapping[str, Sequence[tuple[str, str]]] = {
    UnitKind.BORDER_STATION: (("border_station", "Cán bộ đồn"),),
    UnitKind.BORDER_COMMAND: (("border_command", "Trợ lý"), ("border_command", "Chỉ huy")),
    UnitKind.PROVINCE_AGENCY: (
        ("foreign_affairs_officer", "Chuyên viên"),
        ("foreign_affairs_leader", "Lãnh đạo cơ quan"),
    ),
    UnitKind.PROVINCE: (("province_leader", "Lãnh đạo Ủy ban nhân dân tỉnh"),),
    UnitKind.FISHERIES_OFFICE: (("fisheries_officer", "Chuyên viên"),),
    UnitKind.POLICE: (("province_police", "Cán bộ"),),
    UnitKind.MISSION: (("mission_consul", "Cán bộ lãnh sự"), ("mission_head", "Trưởng cơ quan")),
}
# Second persons and colleagues in the Ministry.
MINISTRY_CREW = (
    ("CLS", "consular_officer", "Chuyên viên"),
    ("CLS", "consular_officer", "Chuyên viên chính"),
    ("CLS", "consular_leader", "Lãnh đạo phòng"),
    ("UBBG", "boundary_officer", "Chuyên viên"),
    ("UBBG", "boundary_leader", "Lãnh đạo vụ"),
    ("QBHCD", "protection_fund", "Chuyên viên"),
)

# Departments whose cases came later: each with a leader, two where a leader may be the first
# of four eyes.
LATER_CREW = (
    ("CNV", "ministry_leader", "Phó lãnh đạo Cục"),
    ("CNV", "external_affairs_officer", "Chuyên viên chính"),
    ("TTBC", "ministry_leader", "Lãnh đạo Vụ"),
    ("TTBC", "press_officer", "Chuyên viên chính"),
)

# Whoever leads a province may be the first of four eyes, so that each has a second leader.
DEPUTY = ("province_leader", "Phó lãnh đạo Ủy ban nhân dân tỉnh")


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to sign in as, with what to try."""

    username: str
    name: str
    position: str
    unit_kind: str
    unit_code: str
    role: str
    errand: str


@dataclass(frozen=True, slots=True)
class Station:
    """A border station as the data names it; `marker` is the main marker beside it, if known."""

    code: str
    name: str
    province_code: str
    neighbour: str
    marker: int | None


@cache
def personas() -> tuple[Persona, ...]:
    return tuple(_persona(said) for said in _described()["personas"])


def demonstration_password() -> str:
    return str(_described()["password"])


@cache
def _described() -> dict[str, Any]:  # Any: YAML
    described: dict[str, Any] = yaml.safe_load((DATA / "personas.yaml").read_text("utf-8"))
    return described


def _persona(said: Mapping[str, str]) -> Persona:
    kind, code = said["unit"].split("/")
    return Persona(
        said["username"], said["name"], said["position"], kind, code, said["role"], said["try"]
    )


@cache
def stations() -> tuple[Station, ...]:
    with (DATA / "stations.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Station(
                row["code"],
                row["name"],
                row["province_code"],
                row["neighbour"],
                int(row["marker"]) if row["marker"] else None,
            )
            for row in csv.DictReader(lines)
        )


# --- loading --------------------------------------------------------------------------------


def load_people(session: Session, chance: Random, *, now: datetime) -> str:
    """Stations, personas and crews; the sentence says how many."""
    for station in stations():
        _create_station(session, station, now=now)
    hashed = hash_password(demonstration_password())
    for persona in personas():
        _create_persona(session, persona, hashed, now=now)
    crews = create_crews(session, chance, hashed, list(_posts(session, now.date())), now=now)
    return f"{len(stations())} đồn, {len(personas()) + crews} người dùng"


def load_colleagues(session: Session, chance: Random, *, now: datetime) -> str:
    """People of a part of its own, so that a demonstration loaded before them gets them too."""
    posts = [
        (unit_by_code(session, code, on=now.date()), role, position)
        for code, role, position in LATER_CREW
    ]
    create_crews(session, chance, hash_password(demonstration_password()), posts, now=now)
    return f"{len(posts)} người dùng của các vụ, cục"


def _create_station(session: Session, station: Station, *, now: datetime) -> None:
    command = unit_by_code(
        session, f"BP{station.province_code}", kind=UnitKind.BORDER_COMMAND, on=now.date()
    )
    new = NewUnit(
        code=station.code,
        kind=UnitKind.BORDER_STATION,
        name=station.name,
        valid_from=STATIONS_FROM,
        short_name=station.name.replace("Đồn Biên phòng ", "Đồn "),
        parent_id=command.id,
        province_code=station.province_code,
        status=ILLUSTRATION,
    )
    create_unit(session, SYSTEM_ACTOR, new, now=now)


def _create_persona(session: Session, persona: Persona, hashed: str, *, now: datetime) -> None:
    unit = unit_by_code(session, persona.unit_code, kind=persona.unit_kind, on=now.date())
    address = f"{persona.username}@{MAIL_DOMAIN}"
    new = NewUser(persona.username, persona.name, address, persona.position)
    user = create_user(session, SYSTEM_ACTOR, new, now=now, password_hash=hashed)
    assign_role(session, SYSTEM_ACTOR, user, role_code=persona.role, unit=unit, now=now)


def create_crews(
    session: Session, chance: Random, hashed: str, posts: Sequence[Post], *, now: datetime
) -> int:
    """The other people, whose only use is that the cases of a year have somebody behind them."""
    role_ids = {role.code: role.id for role in session.scalars(select(Role))}
    numbered = select(func.count()).where(User.username.like(f"{NUMBERED}%"))
    known = session.scalar(numbered) or 0
    rows = [
        _user_row(chance, index, position, hashed, unit_id=unit.id, now=now)
        for index, (unit, _role, position) in enumerate(posts, start=known + 1)
    ]
    session.execute(insert(User), rows)
    ids = {row.username: row.id for row in session.execute(select(User.username, User.id))}
    session.execute(
        insert(UserRole),
        [
            {"user_id": ids[row["username"]], "role_id": role_ids[role], "unit_id": unit.id}
            for row, (unit, role, _position) in zip(rows, posts, strict=True)
        ],
    )
    return len(rows)


def _posts(session: Session, on: date) -> Iterator[Post]:
    for unit in units_in_force(session, on, kinds=tuple(CREWS)):
        for role, position in CREWS[UnitKind(unit.kind)]:
            yield unit, role, position
    for code, role, position in MINISTRY_CREW:
        yield unit_by_code(session, code, on=on), role, position
    for province in units_in_force(session, on, kinds=(UnitKind.PROVINCE,)):
        yield province, *DEPUTY


def _user_row(
    chance: Random, index: int, position: str, hashed: str, *, unit_id: int, now: datetime
) -> dict[str, Any]:  # Any: column values
    name = invented_name(chance, is_male=chance.random() < 0.6)  # noqa: PLR2004  a share
    username = f"{NUMBERED}{index:04d}"
    return {
        "username": username,
        "email": f"{username}@{MAIL_DOMAIN}",
        "name": name,
        "name_fold": fold_text(name),
        "position": position,
        "password": hashed,
        "password_changed_at": now,
        "main_unit_id": unit_id,
        "created_at": now,
        "fs_uniquifier": f"{chance.getrandbits(128):032x}",
        "fs_webauthn_user_handle": f"{chance.getrandbits(128):032x}",
    }
