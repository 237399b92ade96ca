"""Whether a person was a minor on a day: by birth date, and by the rule of that day.

A person of whom only the year is known counts as a minor while it is possible: hiding an adult
costs a question, showing a child may cost more.
"""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy.orm import Session

from app.registers.case_book import case_book
from app.registers.models import Person


def is_minor_on(day: date, *, born: date | None, year: int | None, adult_age: int) -> bool:
    """Whether somebody born on that date, or in that year, had not come of age on the day."""
    if born is not None:
        return _years_between(born, day) < adult_age
    return year is not None and day.year - year <= adult_age


def _years_between(born: date, day: date) -> int:
    """Full years; born on 29 February one is a year older on 1 March."""
    has_had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (0 if has_had_birthday else 1)


def was_minor(session: Session, person: Person, days: Iterable[date]) -> bool:
    """Whether the person was a minor on any of the days."""
    return any(
        is_minor_on(
            day,
            born=person.birth_date,
            year=person.birth_year,
            adult_age=case_book().adult_age(session, day),
        )
        for day in days
    )


def protect_minor(session: Session, person: Person, *, days: Collection[date] = ()) -> None:
    """Mark the person as a minor where a birth date says so; the mark is never taken off here."""
    if not person.is_minor and (person.birth_date is not None or person.birth_year is not None):
        told = case_book().incident_days(session, [person.id]) if person.id else ()
        person.is_minor = was_minor(session, person, {person.created_at.date(), *days, *told})
    if person.is_protected and person.id:
        case_book().protect_cases_of(session, [person.id])
