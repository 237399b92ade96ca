"""Reads of vessels, persons and missions: through the actor's area, without leaking names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from app.database import fold_text
from app.errors import NotFound
from app.permissions import Actor, Permission
from app.registers.models import Mission, Person, Vessel
from app.registers.need_to_know import known_among, names_open_to
from app.registers.paging import PAGE_SIZE, Page, count_rows, page_of
from app.registers.person_models import IdentityDocument
from app.registers.queries import marker_by_id
from app.registers.vessel_numbers import fold_number
from app.sealing import key_ring

# Made once: an alias works out its columns when it is first used, which costs more than a query.
_MERGED_VESSEL, _MERGED_PERSON = aliased(Vessel), aliased(Person)


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What a list of vessels or persons is narrowed to."""

    text: str = ""
    province_code: str = ""
    verdict: str = ""


def visible_vessels(actor: Actor) -> ColumnElement[bool]:
    """Vessels: by home province, by the country that holds them, by the unit that wrote them."""
    return _in_area(actor, Vessel, _MERGED_VESSEL)


def visible_persons(actor: Actor) -> ColumnElement[bool]:
    """Persons: by home province, by the country they are in, by the unit that wrote them."""
    return _in_area(actor, Person, _MERGED_PERSON)


def _in_area(actor: Actor, model: Any, merged: Any) -> ColumnElement[bool]:
    """An entry is also seen by those who saw one that was merged into it.

    Any: Person or Vessel, and the same table under another name.
    """
    if actor.area.is_everything:
        return true()
    led_here = select(merged.merged_into_id).where(
        merged.merged_into_id.is_not(None), _own_area(actor, merged)
    )
    return or_(_own_area(actor, model), model.id.in_(led_here))


def _own_area(actor: Actor, model: Any) -> ColumnElement[bool]:
    return or_(
        model.home_province_code.in_(actor.area.province_codes),
        model.country_code.in_(actor.area.country_codes),
        model.unit_id.in_(actor.area.unit_ids),
    )


def list_vessels(
    session: Session,
    actor: Actor,
    filters: EntryFilter,
    *,
    after: int | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Vessel]:
    condition = vessels_matching(actor, filters)
    statement = select(Vessel).where(condition).order_by(Vessel.number_fold, Vessel.id)
    if after is not None:
        last = select(Vessel.number_fold, Vessel.id).where(Vessel.id == after)
        statement = statement.where(tuple_(Vessel.number_fold, Vessel.id) > last.scalar_subquery())
    rows = session.scalars(statement.limit(limit + 1)).all()
    return page_of(rows, limit=limit, total=count_rows(session, Vessel.id, condition))


def vessels_matching(actor: Actor, filters: EntryFilter) -> ColumnElement[bool]:
    conditions = [visible_vessels(actor), Vessel.merged_into_id.is_(None)]
    if filters.province_code:
        conditions.append(Vessel.home_province_code == filters.province_code)
    if filters.verdict:
        conditions.append(Vessel.verdict == filters.verdict)
    if filters.text.strip():
        conditions.append(_vessel_mentions(actor, filters.text))
    return and_(*conditions)


def _vessel_mentions(actor: Actor, text: str) -> ColumnElement[bool]:
    number = fold_number(text)
    by_number = Vessel.number_fold.contains(number, autoescape=True) if number else false()
    # A masked value must not be guessed by searching for it.
    if not actor.may(Permission.PERSONAL_DATA_VIEW):
        return by_number
    return or_(by_number, Vessel.owner_fold.contains(fold_text(text), autoescape=True))


def list_persons(
    session: Session,
    actor: Actor,
    filters: EntryFilter,
    *,
    after: int | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Person]:
    """Persons by name the Vietnamese way; without the right to names, in the order written."""
    condition = persons_matching(actor, filters)
    is_named = actor.may(Permission.PERSONAL_DATA_VIEW)
    order = (Person.sort_name, Person.id) if is_named else (Person.id,)
    statement = select(Person).where(condition).order_by(*order)
    if after is not None:
        last = select(*order).where(Person.id == after)
        statement = statement.where(tuple_(*order) > last.scalar_subquery())
    rows = session.scalars(statement.limit(limit + 1)).all()
    return page_of(rows, limit=limit, total=count_rows(session, Person.id, condition))


def persons_matching(actor: Actor, filters: EntryFilter) -> ColumnElement[bool]:
    conditions = [visible_persons(actor), Person.merged_into_id.is_(None)]
    if filters.province_code:
        conditions.append(Person.home_province_code == filters.province_code)
    if filters.text.strip() and actor.may(Permission.PERSONAL_DATA_VIEW):
        conditions.append(Person.name_fold.contains(fold_text(filters.text), autoescape=True))
        conditions.append(names_open_to(actor))  # nor a protected name by searching for it
    return and_(*conditions)


def vessel_by_id(session: Session, actor: Actor, vessel_id: int) -> Vessel:
    vessel = session.scalar(select(Vessel).where(Vessel.id == vessel_id, visible_vessels(actor)))
    if vessel is None:
        raise NotFound
    return vessel


def person_by_id(session: Session, actor: Actor, person_id: int) -> Person:
    person = session.scalar(select(Person).where(Person.id == person_id, visible_persons(actor)))
    if person is None:
        raise NotFound
    return person


def persons_by_paper(session: Session, actor: Actor, number: str) -> Sequence[Person]:
    """The persons in the actor's scope who carry this very number; by its blind index alone."""
    indexes = key_ring().all_blind(number)
    noted = select(IdentityDocument.person_id).where(IdentityDocument.number_index.in_(indexes))
    is_carrier = or_(Person.id_number_index.in_(indexes), Person.id.in_(noted))
    carriers = select(func.coalesce(Person.merged_into_id, Person.id)).where(is_carrier)
    asked = select(Person).where(Person.id.in_(carriers), visible_persons(actor))
    return session.scalars(asked.order_by(Person.id).limit(PAGE_SIZE)).all() if indexes else []


def missions_in_force(session: Session, on: date) -> Sequence[Mission]:
    return session.scalars(
        select(Mission)
        .where(Mission.valid_from <= on, or_(Mission.valid_to.is_(None), Mission.valid_to >= on))
        .order_by(Mission.country_code, Mission.city)
    ).all()


def entry_label(session: Session, actor: Actor, target: str, entry_id: int) -> str:
    """How a marker, vessel or person in the actor's scope is named on a case; else NotFound."""
    if target == "marker":
        marker = marker_by_id(session, actor, entry_id)
        return f"{marker.neighbour} {marker.label}"
    entry: Vessel | Person | None
    if target == "vessel":
        entry = session.scalar(select(Vessel).where(Vessel.id == entry_id, visible_vessels(actor)))
        if entry is not None:
            return entry.canonical or entry.raw_number
    entry = session.scalar(select(Person).where(Person.id == entry_id, visible_persons(actor)))
    if entry is None or target != "person":
        raise NotFound
    is_open = entry.id in known_among(session, actor, [entry])
    return entry.name if is_open else f"Người số {entry.id}"
