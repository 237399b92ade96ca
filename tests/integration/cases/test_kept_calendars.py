"""A process keeps the calendars that it built, and sees at once what another has changed."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, create_engine, delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.calendar_stamps import CalendarStamp
from app.accounts.models import CalendarDay, WorkWeek
from app.cases.deadlines import calendar_of
from app.cases.heads import get_head_by_id
from app.database import reading, transaction
from app.permissions import SYSTEM_ACTOR
from app.workflow.calendars import DayKind, DayStatus, WorkCalendar
from tests.integration.cases.people import NOW, an_incident, station

DAY = date(2026, 11, 25)
FREE = {
    "calendar": "VN",
    "day": DAY,
    "kind": DayKind.HOLIDAY,
    "name": "Nghỉ thêm",
    "status": DayStatus.OFFICIAL,
    "basis": "QĐ",
}
SHORT_WEEK = {
    "calendar": "VN",
    "valid_from": date(2026, 11, 1),
    "weekend": "256",
    "status": DayStatus.OFFICIAL,
    "basis": "QĐ",
    "recorded_at": NOW,
    "recorded_by": 1,
}


@pytest.fixture
def elsewhere(database_url: str) -> Iterator[Engine]:
    """The database as another process holds it."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()


@pytest.fixture
def case_id(session: Session) -> int:
    del session
    with transaction() as writer:
        return an_incident(writer, station(writer)).id


def calendar_now(case_id: int) -> WorkCalendar:
    session = reading()
    session.rollback()
    return calendar_of(session, get_head_by_id(session, SYSTEM_ACTOR, case_id))


def test_an_unchanged_calendar_is_built_once(case_id: int) -> None:
    assert calendar_now(case_id) is calendar_now(case_id)


def test_a_day_and_a_week_of_another_process_count_at_the_next_step(
    case_id: int, elsewhere: Engine
) -> None:
    assert calendar_now(case_id).is_working(DAY)
    with elsewhere.begin() as other:
        other.execute(insert(CalendarDay).values(FREE))
    assert not calendar_now(case_id).is_working(DAY)
    with elsewhere.begin() as other:
        other.execute(delete(CalendarDay).where(CalendarDay.day == DAY))
        other.execute(insert(WorkWeek).values(SHORT_WEEK))
    assert not calendar_now(case_id).is_working(DAY)  # a Wednesday, free from now on
    with elsewhere.begin() as other:
        other.execute(delete(WorkWeek))
    assert calendar_now(case_id).is_working(DAY)


def test_what_was_taken_back_is_never_kept(case_id: int) -> None:
    calendar_now(case_id)
    session = reading()
    session.rollback()
    session.execute(insert(CalendarDay).values(FREE))
    head = get_head_by_id(session, SYSTEM_ACTOR, case_id)
    assert not calendar_of(session, head).is_working(DAY)
    session.rollback()
    assert calendar_now(case_id).is_working(DAY)


def test_the_stamp_is_one_row(case_id: int, elsewhere: Engine) -> None:
    del case_id
    before = list(reading().scalars(select(CalendarStamp.stamp)))
    with elsewhere.begin() as other:
        other.execute(insert(CalendarDay).values(FREE))
    reading().rollback()
    after = list(reading().scalars(select(CalendarStamp.stamp)))
    assert len(before) == len(after) == 1
    assert before != after
