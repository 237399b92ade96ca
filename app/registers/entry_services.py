"""What is done to vessels and persons: written down as named, corrected as verified."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import fold_text, normalise_text
from app.errors import Conflict, Invalid
from app.permissions import Actor
from app.registers.minors import protect_minor
from app.registers.models import Person, Verdict, Vessel, VesselPrefix
from app.registers.person_keys import write_keys
from app.registers.vessel_numbers import VesselNumber, read_vessel_number
from app.sealing import key_ring

Values = Mapping[str, Any]  # Any: column values
VESSEL_FACTS = frozenset(
    {
        "country_code",
        "engine_kw",
        "gear",
        "home_port",
        "home_province_code",
        "is_illustration",
        "length_class",
        "length_m",
        "master_name",
        "note",
        "other_numbers",
        "owner_name",
        "verdict",
        "vms_device",
    }
)
PERSON_FACTS = frozenset(
    {
        "birth_date",
        "birth_year",
        "claimed_commune_code",
        "claimed_name",
        "claimed_province_code",
        "contact_text",
        "country_code",
        "foreign_spellings",
        "home_text",
        "id_kind",
        "id_number",
        "is_illustration",
        "is_minor",
        "is_victim",
        "note",
        "sex",
        "verified_commune_code",
        "verified_name",
        "verified_province_code",
        "vessel_id",
    }
)


# --- vessels --------------------------------------------------------------------------------


def record_vessel(
    session: Session,
    actor: Actor,
    raw_number: str,
    *,
    now: datetime,
    facts: Values | None = None,
    number: VesselNumber | None = None,
) -> Vessel:
    """A vessel as it was named; a number that cannot be read waits for a person to check it.

    `number` is what the caller has understood of the name, where that is more than its letters say.
    """
    number = number or read_vessel_number(raw_number)
    if not number.raw:
        raise Invalid("Chưa nhập số đăng ký tàu.", {"raw_number": ("Nhập số như ghi trên tàu.",)})
    vessel = Vessel(
        raw_number=number.raw,
        canonical=number.canonical,
        number_fold=number.folded,
        verdict=Verdict.CLAIMED if number.canonical else Verdict.UNREADABLE,
        home_province_code=_province_of(session, number.prefix),
        unit_id=actor.unit_id or None,
        created_at=now,
        updated_at=now,
    )
    _set_vessel(vessel, facts or {})
    session.add(vessel)
    session.flush()
    record_access(session, actor, "vessel.recorded", f"vessel:{vessel.id}", now=now)
    return vessel


def correct_vessel(
    session: Session,
    actor: Actor,
    vessel: Vessel,
    *,
    changes: Values,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    _require_version(vessel, expected_version)
    _set_vessel(vessel, changes)
    _mark_corrected(session, actor, vessel, name="vessel", now=now)


def _province_of(session: Session, prefix: str | None) -> str | None:
    if prefix is None:
        return None
    return session.scalar(select(VesselPrefix.province_code).where(VesselPrefix.prefix == prefix))


def _set_vessel(vessel: Vessel, facts: Values) -> None:
    _set(vessel, facts, VESSEL_FACTS)
    vessel.owner_fold = fold_text(vessel.owner_name or "")


# --- persons --------------------------------------------------------------------------------


def record_person(
    session: Session, actor: Actor, claimed_name: str, *, now: datetime, facts: Values | None = None
) -> Person:
    """A citizen as he was named; what is verified later stands beside it, not over it."""
    if not normalise_text(claimed_name):
        raise Invalid("Chưa nhập họ tên.", {"claimed_name": ("Nhập họ tên như người khai.",)})
    person = Person(unit_id=actor.unit_id or None, created_at=now, updated_at=now)
    _set_person(person, {**(facts or {}), "claimed_name": claimed_name})
    protect_minor(session, person)
    session.add(person)
    write_keys(session, person)
    record_access(session, actor, "person.recorded", f"person:{person.id}", now=now)
    return person


def correct_person(
    session: Session,
    actor: Actor,
    person: Person,
    *,
    changes: Values,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    _require_version(person, expected_version)
    _set_person(person, changes)
    protect_minor(session, person)
    write_keys(session, person)
    _mark_corrected(session, actor, person, name="person", now=now)


def _set_person(person: Person, facts: Values) -> None:
    _set(person, facts, PERSON_FACTS)
    if person.birth_date is not None:
        person.birth_year = person.birth_date.year
    if "id_number" in facts:
        number = person.id_number
        person.id_number_index = key_ring().blind(number) if number else None
    person.home_province_code = person.verified_province_code or person.claimed_province_code


# --- both -----------------------------------------------------------------------------------


def _set(entry: Vessel | Person, facts: Values, allowed: frozenset[str]) -> None:
    unknown = set(facts) - allowed
    if unknown:
        raise ValueError(f"no such facts: {sorted(unknown)}")
    for name, given in facts.items():
        setattr(entry, name, normalise_text(given) if isinstance(given, str) else given)


def _require_version(entry: Vessel | Person, expected: int | None) -> None:
    if expected is not None and expected != entry.version:
        raise Conflict("Người khác đã sửa mục này sau khi bạn mở. Hãy tải lại rồi sửa tiếp.")


def _mark_corrected(
    session: Session, actor: Actor, entry: Vessel | Person, *, name: str, now: datetime
) -> None:
    entry.version += 1
    entry.updated_at = now
    record_access(session, actor, f"{name}.corrected", f"{name}:{entry.id}", now=now)
