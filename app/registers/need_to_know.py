"""Who needs to know the name of a minor or of a victim of trafficking; all others see a number."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.permissions import Actor, Permission
from app.registers.case_book import case_book
from app.registers.models import Person


def names_open_to(actor: Actor) -> ColumnElement[bool]:
    """The persons whose names the actor may read: most, and of the protected those of own work.

    Own work: the unit wrote the person down, keeps a case that names the person, or takes part.
    """
    return or_(
        and_(Person.is_minor.is_(False), Person.is_victim.is_(False)),
        Person.unit_id == actor.unit_id,
        Person.id.in_(case_book().persons_known_to(actor)),
    )


def known_among(session: Session, actor: Actor, persons: Iterable[Person]) -> frozenset[int]:
    """Of these persons, those whose names are open to the actor."""
    if not actor.may(Permission.PERSONAL_DATA_VIEW):
        return frozenset()
    shown = list(persons)
    closed = [one.id for one in shown if one.is_protected and one.unit_id != actor.unit_id]
    known = frozenset(one.id for one in shown) - frozenset(closed)
    if closed:
        asked = select(Person.id).where(Person.id.in_(closed), names_open_to(actor))
        known |= frozenset(session.scalars(asked))
    return known
