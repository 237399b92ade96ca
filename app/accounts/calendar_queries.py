"""What the pages of the calendars read: dated days, weeks, and whose calendar a name means."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import CalendarDay, Unit, WorkWeek
from app.errors import NotFound


def calendar_days(
    session: Session, calendar: str, *, year: int | None = None
) -> Sequence[CalendarDay]:
    statement = select(CalendarDay).where(CalendarDay.calendar == calendar)
    if year is not None:
        statement = statement.where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return session.scalars(statement.order_by(CalendarDay.day)).all()


def calendar_day(session: Session, calendar: str, day: date) -> CalendarDay | None:
    """The dated exception of this day; an ordinary day has none."""
    return session.scalar(
        select(CalendarDay).where(CalendarDay.calendar == calendar, CalendarDay.day == day)
    )


def calendar_years(session: Session, calendar: str) -> list[int]:
    days = session.scalars(select(CalendarDay.day).where(CalendarDay.calendar == calendar))
    return sorted({day.year for day in days})


def calendar_parts(session: Session, calendar: str) -> tuple[str, int | None]:
    """The country of a calendar and, where it is a unit's own ("u12"), the unit's id."""
    if not calendar.startswith("u"):
        return calendar, None
    number = calendar[1:]
    unit = session.get(Unit, int(number)) if number.isascii() and number.isdigit() else None
    if unit is None:
        raise NotFound
    return unit.country_code or "VN", unit.id


def calendar_countries(session: Session) -> list[str]:
    """The countries whose days units count by: Viet Nam first, then those with a mission."""
    codes = session.scalars(
        select(Unit.country_code).where(Unit.country_code.is_not(None)).distinct()
    )
    return ["VN", *sorted({code for code in codes if code} - {"VN"})]


def work_weeks(session: Session, calendars: Iterable[str]) -> Sequence[WorkWeek]:
    """The dated weeks of some calendars, the newest first."""
    return session.scalars(
        select(WorkWeek)
        .where(WorkWeek.calendar.in_(list(calendars)))
        .order_by(WorkWeek.valid_from.desc(), WorkWeek.id.desc())
    ).all()
