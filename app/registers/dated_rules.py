"""Reads and keeps the dated tables of the registers: axes of provinces, distances to the line."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Forbidden, Invalid, NotFound
from app.geo.crs import Axis, AxisTable, UnknownSystem, shipped_axes, system_of
from app.permissions import Actor
from app.registers.dated_models import DistanceRule, ProvincialAxis

_DISTANCES = Path(__file__).parent / "data" / "distance_rules.csv"
STRUCTURE = "permanent_structure"


def may_keep(actor: Actor, province_code: str | None) -> bool:
    """Rows for the whole line are the Ministry's; a province keeps those that name it."""
    return actor.area.is_everything or province_code in actor.area.province_codes


def _check_keeper(actor: Actor, province_code: str | None) -> None:
    if not may_keep(actor, province_code):
        raise Forbidden("Quy định chung do Bộ ghi; địa phương chỉ ghi quy định của tỉnh mình.")


@dataclass(frozen=True, slots=True)
class AxisFacts:
    """What an office may change of an axis; days include both ends."""

    system: str
    valid_from: date | None
    valid_to: date | None
    check: str
    source: str


# --- axes -----------------------------------------------------------------------------------


def axis_rows(session: Session) -> Sequence[ProvincialAxis]:
    """Every axis, the provinces in the order of their codes, the newest first."""
    return session.scalars(
        select(ProvincialAxis).order_by(
            ProvincialAxis.province_code, ProvincialAxis.valid_from.is_(None), ProvincialAxis.id
        )
    ).all()


def axis_table(session: Session) -> AxisTable:
    """The axes in use; the shipped ones until the table is filled."""
    rows = axis_rows(session)
    return AxisTable(tuple(_axis(row) for row in rows)) if rows else shipped_axes()


def _axis(row: ProvincialAxis) -> Axis:
    return Axis(
        row.province_code,
        row.former_code,
        row.province,
        system_of(row.system),
        row.valid_from,
        row.valid_to,
        row.check,
        row.source,
    )


def axis_by_id(session: Session, axis_id: int) -> ProvincialAxis:
    row = session.get(ProvincialAxis, axis_id)
    if row is None:
        raise NotFound
    return row


def correct_axis(
    session: Session, actor: Actor, row: ProvincialAxis, facts: AxisFacts, *, now: datetime
) -> None:
    """Change an axis to what a decision says; coordinates already kept keep their system.

    The Ministry keeps every row, a province its own.
    """
    _check_keeper(actor, row.province_code)
    try:
        system = system_of(facts.system)
    except UnknownSystem as error:
        raise Invalid(error.remark.vi, {"system": [error.remark.vi]}) from error
    if system.kind != "tm3":
        raise Invalid("Chưa lưu được.", {"system": [_("Chọn một kinh tuyến trục múi 3°.")]})
    if facts.valid_from and facts.valid_to and facts.valid_to < facts.valid_from:
        raise Invalid(
            "Chưa lưu được.", {"valid_to": [_("Ngày hết hiệu lực phải sau ngày bắt đầu.")]}
        )
    before = row.system
    row.system, row.check, row.source = system.code, facts.check, facts.source
    row.valid_from, row.valid_to = facts.valid_from, facts.valid_to
    reason = f"{before} → {system.code}"
    record_access(session, actor, "axis.corrected", f"axis:{row.id}", reason=reason, now=now)


# --- distances ------------------------------------------------------------------------------


def distance_rules(session: Session) -> Sequence[DistanceRule]:
    order = (DistanceRule.neighbour, DistanceRule.activity, DistanceRule.valid_from)
    return session.scalars(select(DistanceRule).order_by(*order)).all()


def rules_at(
    session: Session, neighbour: str, province_code: str | None, *, on: date
) -> Sequence[DistanceRule]:
    """The rules in force on a day for a line, with the belts of one of its provinces."""
    return session.scalars(
        select(DistanceRule)
        .where(
            DistanceRule.neighbour == neighbour,
            or_(DistanceRule.province_code.is_(None), DistanceRule.province_code == province_code),
            or_(DistanceRule.valid_from.is_(None), DistanceRule.valid_from <= on),
            or_(DistanceRule.valid_to.is_(None), DistanceRule.valid_to >= on),
        )
        .order_by(DistanceRule.metres)
    ).all()


@dataclass(frozen=True, slots=True)
class DistanceFacts:
    """One rule as an office writes it; an empty province means the whole line."""

    neighbour: str
    activity: str
    metres: int
    province_code: str | None
    stretch: str
    treaty: str
    valid_from: date | None
    valid_to: date | None
    check: str
    source: str
    note: str


def record_distance(
    session: Session,
    actor: Actor,
    facts: DistanceFacts,
    *,
    row: DistanceRule | None = None,
    now: datetime,
) -> DistanceRule:
    """Add a rule, or correct one; what stood there before is told in the audit."""
    _check_keeper(actor, facts.province_code)
    if row is not None:
        _check_keeper(actor, row.province_code)
    before = f"{row.metres} m → " if row else ""
    rule = row or DistanceRule()
    for name in DistanceFacts.__slots__:
        setattr(rule, name, getattr(facts, name))
    session.add(rule)
    session.flush()
    reason = f"{before}{facts.metres} m"
    record_access(
        session, actor, "distance.recorded", f"distance:{rule.id}", reason=reason, now=now
    )
    return rule


def distance_by_id(session: Session, rule_id: int) -> DistanceRule:
    row = session.get(DistanceRule, rule_id)
    if row is None:
        raise NotFound
    return row


# --- filling --------------------------------------------------------------------------------


def load_dated_rules(session: Session) -> None:
    """Fill the tables that are empty; where an office keeps its own rows nothing is touched."""
    if session.scalar(select(ProvincialAxis.id).limit(1)) is None:
        session.add_all(_shipped_axis(axis) for axis in shipped_axes().rows)
    if session.scalar(select(DistanceRule.id).limit(1)) is None:
        session.add_all(_shipped_distances())
    session.flush()


def _shipped_axis(axis: Axis) -> ProvincialAxis:
    return ProvincialAxis(
        province_code=axis.province_code,
        former_code=axis.code,
        province=axis.province,
        system=axis.system.code,
        valid_from=axis.valid_from,
        valid_to=axis.valid_to,
        check=axis.check,
        source=axis.source,
    )


def _shipped_distances() -> Iterator[DistanceRule]:
    with _DISTANCES.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            days = {name: _day(row.pop(name)) for name in ("valid_from", "valid_to")}
            metres, province = int(row.pop("metres")), row.pop("province_code") or None
            yield DistanceRule(**row, **days, metres=metres, province_code=province)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
