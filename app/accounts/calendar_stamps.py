"""A mark that changes with the calendar, so that processes may keep the calendars they built.

Every step of every case needs a calendar, and reading its rows costs more than the rest of what a
step reads. The database itself renews the mark, whoever changes a day or a week, and a step reads
it with the case: what one process changes, all others see at once. The mark is random and no
count, so that one that was rolled back never comes again.
"""

from sqlalchemy import DDL, event
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import CalendarDay, WorkWeek
from app.database import Base, ShortText


class CalendarStamp(Base):
    """The one mark of all calendars."""

    __tablename__ = "calendar_stamp"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp: Mapped[ShortText]


MARKED = (CalendarDay.__tablename__, WorkWeek.__tablename__)
_RENEW = "INSERT INTO calendar_stamp (id, stamp) VALUES (1, {}) ON CONFLICT (id) DO UPDATE SET"
_ON_SQLITE = f"{_RENEW.format('lower(hex(randomblob(16)))')} stamp = excluded.stamp"
_ON_POSTGRESQL = f"{_RENEW.format('gen_random_uuid()')} stamp = excluded.stamp"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION renew_calendar_stamp() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {_ON_POSTGRESQL}; RETURN NULL; END $$"
)
STAMP_DDL = {
    "sqlite": tuple(
        f"CREATE TRIGGER {table}_{act.lower()}_stamped AFTER {act} ON {table} "
        f"BEGIN {_ON_SQLITE}; END"
        for table in MARKED
        for act in ("INSERT", "UPDATE", "DELETE")
    ),
    "postgresql": (
        _FUNCTION,
        *(
            f"CREATE TRIGGER {table}_stamped "
            f"AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION renew_calendar_stamp()"
            for table in MARKED
        ),
    ),
}
for _dialect, _statements in STAMP_DDL.items():
    for _statement in _statements:
        event.listen(
            CalendarStamp.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]  # library
        )
