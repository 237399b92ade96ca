"""A small, clearly made-up stretch of border for tests."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.accounts.queries import in_force
from app.geo.coordinates import Coordinate, parse_coordinate
from app.geo.gazetteer import Pack
from app.geo.labels import parse_label
from app.permissions import SYSTEM_ACTOR, Actor, Area, Permission
from app.registers.entry_services import record_person, record_vessel
from app.registers.models import Marker, Person, Vessel
from app.registers.recording import MarkerRow, Survey
from app.registers.reference import load_reference
from app.registers.services import upsert_markers

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EVERY_PERMISSION = frozenset(Permission)


def actor_with(
    area: Area, *, permissions: frozenset[Permission] = EVERY_PERMISSION, unit_id: int = 0
) -> Actor:
    return Actor(
        user_id=7,
        name="Trần Lan",
        unit_id=unit_id,
        unit_code="T",
        unit_name="Đơn vị thử",
        roles=frozenset(),
        permissions=permissions,
        area=area,
    )


MINISTRY = actor_with(Area(is_everything=True))
PROVINCE_08 = actor_with(Area(province_codes=frozenset({"08"})))
PROVINCE_91 = actor_with(Area(province_codes=frozenset({"91"})))


def degrees(lat: float, lon: float) -> Coordinate:
    found = parse_coordinate(f"{lat:.6f}, {lon:.6f}")
    assert isinstance(found, Coordinate)
    return found


def row(
    text: str, lat: float | None = None, lon: float | None = None, **facts: object
) -> MarkerRow:
    """A marker as an import names it: "KH 47/7(2)" and where it stands."""
    coordinate = degrees(lat, lon) if lat is not None and lon is not None else None
    facts.setdefault("is_illustration", True)
    return MarkerRow(parse_label(text), facts, coordinate, survey=Survey(source="Số liệu thử"))


def add_markers(session: Session, pack: Pack, *rows: MarkerRow) -> list[Marker]:
    load_reference(session)
    done = upsert_markers(session, SYSTEM_ACTOR, rows, pack=pack, now=NOW)
    return [one.marker for one in done]


def add_stretch(session: Session, pack: Pack) -> dict[str, Marker]:
    """Nine markers of the tiny pack's square country, by label."""
    rows = [
        row("CN 260", 21.999, 104.30, place_text="Nậm Xé"),
        row("CN 261(1)", 21.999, 104.50, condition="leaning"),
        row("CN 261(2)", 21.998, 104.50),
        row("CN 262", 21.999, 104.70, place_text="Suối Đỏ"),
        row("KH 47", 20.001, 104.30),
        row("KH 47/7(2)", 20.001, 104.40),
        row("KH 168/2", 20.001, 105.20),
        row("KH 168/2.3", 20.001, 105.30),
        row("LA 304"),
    ]
    return {marker.label: marker for marker in add_markers(session, pack, *rows)}


def add_province(session: Session, code: str, name: str) -> Unit:
    """The province of the reference, or a new one where the database has none."""
    found = session.scalar(
        select(Unit).where(Unit.kind == UnitKind.PROVINCE, Unit.code == code, in_force(NOW.date()))
    )
    if found is not None:
        return found
    unit = Unit(
        code=code,
        name=name,
        short_name=name,
        kind=UnitKind.PROVINCE,
        province_code=code,
        valid_from=date(2025, 7, 1),
    )
    session.add(unit)
    session.flush()
    return unit


def add_vessel(session: Session, raw: str, *, actor: Actor = MINISTRY, **facts: object) -> Vessel:
    load_reference(session)
    return record_vessel(session, actor, raw, facts=facts, now=NOW)


def add_person(session: Session, name: str, *, actor: Actor = MINISTRY, **facts: object) -> Person:
    return record_person(session, actor, name, facts=facts, now=NOW)
