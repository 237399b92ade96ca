"""People and cases that the tests of this capability share."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Role, Unit, UnitKind, User, UserRole
from app.cases.heads import CaseHead
from app.cases.services import open_case
from app.permissions import Actor, Area, Permission

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
INCIDENT = {
    "incident_kind": "illegal_crossing",
    "occurred_at": "2026-11-20T08:30+07:00",
    "persons_count": 3,
    "place_text": "cách mốc phụ 160/4 khoảng 300 m",
}


def a_unit(
    session: Session,
    code: str,
    *,
    kind: UnitKind = UnitKind.BORDER_STATION,
    province_code: str | None = "80",
    country_code: str | None = None,
    time_zone: str = "Asia/Ho_Chi_Minh",
) -> Unit:
    known = session.scalar(select(Unit).where(Unit.code == code))
    if known is not None:
        return known
    unit = Unit(
        code=code,
        name=f"Đơn vị {code}",
        short_name=code,
        kind=kind,
        province_code=province_code,
        country_code=country_code,
        time_zone=time_zone,
        valid_from=date(2025, 7, 1),
    )
    session.add(unit)
    session.flush()
    return unit


def a_user(session: Session, unit: Unit, username: str, *role_codes: str) -> User:
    user = User(
        username=username,
        email=f"{username}@example.vn",
        name=f"Người dùng {username}",
        main_unit_id=unit.id,
        created_at=NOW,
    )
    session.add(user)
    session.flush()
    for role in session.scalars(select(Role).where(Role.code.in_(role_codes))):
        session.add(UserRole(user_id=user.id, role_id=role.id, unit_id=unit.id))
    session.flush()
    return user


def acting(
    unit: Unit,
    *roles: str,
    user_id: int = 1,
    area: Area | None = None,
    without: frozenset[Permission] = frozenset(),
) -> Actor:
    return Actor(
        user_id=user_id,
        name=f"Người thứ {user_id}",
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        roles=frozenset(roles),
        permissions=frozenset(Permission) - without,
        area=area or Area(unit_ids=frozenset({unit.id})),
    )


def station(session: Session, *, user_id: int = 1, code: str = "DBP-LP") -> Actor:
    return acting(a_unit(session, code), "border_station", user_id=user_id)


def command(session: Session, *, user_id: int = 2) -> Actor:
    unit = a_unit(session, "BP80", kind=UnitKind.BORDER_COMMAND)
    area = Area(unit_ids=frozenset({unit.id}), province_codes=frozenset({"80"}))
    return acting(unit, "border_command", user_id=user_id, area=area)


def ministry(session: Session, *roles: str, user_id: int = 3) -> Actor:
    unit = a_unit(session, "CLS", kind=UnitKind.DEPARTMENT, province_code=None)
    area = Area(is_everything=True, unit_ids=frozenset({unit.id}))
    return acting(unit, *(roles or ("consular_officer",)), user_id=user_id, area=area)


def an_incident(session: Session, actor: Actor, **changed: object) -> CaseHead:
    answers = {**INCIDENT, **changed}
    return open_case(session, actor, "border_incident", answers=answers, pack=None, now=NOW)
