"""Reference numbers: per type, year and unit, without gaps or doubles under concurrency."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from app.cases.models import ReferenceCounter
from app.workflow.definition import CaseType

YEAR_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def next_reference(session: Session, case_type: CaseType, unit_code: str, *, now: datetime) -> str:
    """Give the next number of the series."""
    return next_references(session, case_type, unit_code, count=1, now=now)[0]


def next_references(
    session: Session, case_type: CaseType, unit_code: str, *, count: int, now: datetime
) -> list[str]:
    """Give the next numbers of the series, in order; `count` 0 only locks it.

    The counter's row stays locked until the caller's transaction ends: a rollback gives the
    number back, so the series has no gap, and two transactions never read the same one.
    """
    year = now.astimezone(YEAR_ZONE).year
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = insert_sqlite if is_sqlite else insert_postgresql
    series = unit_code if "{unit}" in case_type.reference else ""
    first = insert(ReferenceCounter).values(
        type_code=case_type.code, unit_code=series, year=year, last=count
    )
    counted = first.on_conflict_do_update(
        index_elements=["type_code", "unit_code", "year"],
        set_={"last": ReferenceCounter.last + count},
    ).returning(ReferenceCounter.last)
    last = session.execute(counted).scalar_one()
    return [
        case_type.reference.format(year=year, unit=unit_code, seq=number)
        for number in range(last - count + 1, last + 1)
    ]
