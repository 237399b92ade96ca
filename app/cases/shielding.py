"""Who reads the personal facts of a case about victims or minors: those who work on it.

Such a case is marked when its facts are written. To all others everything personal in it is closed
as if they had no right to personal data at all, until they ask with a reason.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import not_, select, update
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.closed_words import close_words
from app.cases.dated_settings import adult_age_on
from app.cases.models import Case
from app.cases.queries import works_on
from app.cases.titles import names_for
from app.cases.values import Names
from app.permissions import Actor, Permission
from app.registers.minors import is_minor_on
from app.registers.models import Person
from app.registers.need_to_know import known_among
from app.workflow.definition import FieldDefinition, FieldType
from app.workflow.expressions import (
    HANOI,
    UnresolvedError,
    build_context,
    compile_expression,
    moment_of,
)

Facts = Mapping[str, Any]  # Any: JSON values of a case
_compiled = lru_cache(maxsize=256)(compile_expression)


# --- who reads ------------------------------------------------------------------------------


def is_closed_to(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether the case is about victims or minors and no work of the actor's."""
    return bool(closed_cases(session, actor, [case_id]))


def reader_of(session: Session, actor: Actor, case_id: int) -> Actor:
    """The actor as a reader of this case: without personal data where there is no need to know."""
    return as_outsider(actor) if is_closed_to(session, actor, case_id) else actor


def as_outsider(actor: Actor) -> Actor:
    return replace(actor, permissions=actor.permissions - {Permission.PERSONAL_DATA_VIEW})


def closed_cases(session: Session, actor: Actor, case_ids: Collection[int]) -> frozenset[int]:
    """Of these cases, the protected ones that the actor does not work on."""
    asked = select(Case.id).where(
        Case.id.in_(case_ids), Case.is_protected.is_(True), not_(works_on(actor))
    )
    return frozenset(session.scalars(asked)) if case_ids else frozenset()


def closed_people(
    session: Session, actor: Actor, definition: Definition, *several: Facts
) -> frozenset[int]:
    """The persons named in these facts whose names the actor does not need to know."""
    named = (one for facts in several for one in people_in(definition, facts))
    return unknown_people(session, actor, named)


def unknown_people(session: Session, actor: Actor, ids: Iterable[int]) -> frozenset[int]:
    """Of these persons, the protected ones whose names the actor does not need to know."""
    wanted = set(ids)
    if not wanted:
        return frozenset()
    persons = session.scalars(select(Person).where(Person.id.in_(wanted))).all()
    guarded = [one for one in persons if one.is_protected]
    return frozenset(one.id for one in guarded) - known_among(session, actor, guarded)


def names_to(session: Session, actor: Actor, definition: Definition, facts: Facts) -> Names:
    """The names that these facts use, without the persons who are closed to this reader."""
    return names_for(
        session,
        facts,
        locale=actor.locale,
        zone=actor.time_zone,
        closed=closed_people(session, actor, definition, facts),
    )


def people_in(definition: Definition, facts: Facts) -> Iterator[int]:
    """The ids of the persons that facts name, in the rows of groups too."""
    for code, value in facts.items():
        field = definition.fields.get(code)
        if field is not None:
            yield from people_of(field, value)


def people_of(field: FieldDefinition, value: object) -> Iterator[int]:
    """The ids of the persons in one value."""
    items = value if isinstance(value, list) else [value]
    rows = [item for item in items if isinstance(item, dict)]
    if field.type is FieldType.PERSON:
        yield from (row["id"] for row in rows if isinstance(row.get("id"), int))
    elif field.type is FieldType.GROUP:
        for row in rows:
            for column in field.fields:
                yield from people_of(column, row.get(column.code))


# --- what is protected ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shield:
    """What the definition's conditions say of the facts of a case."""

    about_victims: bool
    about_minors: bool

    @property
    def is_raised(self) -> bool:
        return self.about_victims or self.about_minors


def shield_of(definition: Definition, facts: Facts, *, now: datetime) -> Shield:
    rule = definition.case_type.protect
    if rule is None:
        return Shield(about_victims=False, about_minors=False)
    return Shield(
        holds(rule.victims, definition, facts, now),
        holds(rule.minors, definition, facts, now),
    )


def holds(source: str | None, definition: Definition, facts: Facts, now: datetime) -> bool:
    """Whether a condition of the definition holds on these facts; what is absent fulfils none."""
    if source is None:
        return False
    context = build_context(facts, case={}, actor={}, now=now, dated=definition.machine.dated)
    try:
        return _compiled(source).holds(context)
    except UnresolvedError:  # a fact that it asks for is not there yet
        return False


def incident_day(definition: Definition, facts: Facts, opened_at: datetime) -> date:
    """The day on which it happened: the first of the definition's dates that is filled."""
    rule = definition.case_type.protect
    said = (moment_of(facts.get(code)) for code in (rule.incident if rule else ()))
    found = next((moment for moment in said if moment is not None), opened_at)
    return found.astimezone(HANOI).date()


def raise_shield(
    session: Session, definition: Definition, case_id: int, answers: Facts, *, now: datetime
) -> None:
    """Mark the case and its people where these answers show victims or minors.

    A mark stays: whoever was in danger once is not shown because a field was changed later.
    """
    if not bears_on(definition, answers):
        return
    row = session.execute(
        select(Case.data, Case.opened_at, Case.is_protected).where(Case.id == case_id)
    ).one()
    facts = {**row.data, **answers}
    is_raised = guard(session, definition, facts, opened_at=row.opened_at, now=now)
    if is_raised and not row.is_protected:
        protect(session, [case_id])


def guard(
    session: Session, definition: Definition, facts: Facts, *, opened_at: datetime, now: datetime
) -> bool:
    """Mark the victims and minors whom these facts name; whether the case is to be protected."""
    shield = shield_of(definition, facts, now=now)
    day = incident_day(definition, facts, opened_at)
    is_guarded = _guard_people(session, people_in(definition, facts), shield, day)
    return definition.case_type.protect is not None and (shield.is_raised or is_guarded)


def bears_on(definition: Definition, answers: Facts) -> bool:
    """Whether these answers name a person, or anything that the conditions ask for."""
    if next(people_in(definition, answers), None) is not None:
        return True
    rule = definition.case_type.protect
    if rule is None:
        return False
    asked = [_compiled(source).fields for source in (rule.victims, rule.minors) if source]
    named = frozenset(rule.incident).union(*(fields or frozenset() for fields in asked))
    return None in asked or not named.isdisjoint(answers)


def _guard_people(session: Session, ids: Iterator[int], shield: Shield, day: date) -> bool:
    """Mark victims and minors among the persons; whether there is a protected one."""
    wanted = set(ids)
    if not wanted:
        return False
    persons = session.scalars(select(Person).where(Person.id.in_(wanted))).all()
    adult_age = adult_age_on(session, day)
    for person in persons:
        if shield.about_victims and not person.is_victim:
            person.is_victim = True
        if not person.is_minor and _is_young(person, shield, day, adult_age):
            person.is_minor = True
    session.flush()
    return any(person.is_protected for person in persons)


def _is_young(person: Person, shield: Shield, day: date, adult_age: int) -> bool:
    born, year = person.birth_date, person.birth_year
    if born is None and year is None:
        return shield.about_minors  # somebody here is a child, and nobody knows who is not
    return is_minor_on(day, born=born, year=year, adult_age=adult_age)


def shield_by_tie(session: Session, case_id: int, person_id: int) -> None:
    """A case that a protected person is tied to by hand is about that person too."""
    person = session.get_one(Person, person_id)
    if person.is_protected:
        protect(session, [case_id])


def protect(session: Session, case_ids: Collection[int]) -> None:
    """Mark the cases, and close the free words that were written of them before."""
    session.execute(update(Case).where(Case.id.in_(case_ids)).values(is_protected=True))
    close_words(session, case_ids)
