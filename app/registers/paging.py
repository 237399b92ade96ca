"""Cuts long lists into pages that go on from the last row, however the list grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.registers.models import Marker, Person, Vessel

PAGE_SIZE = 50


Row = TypeVar("Row", Marker, Person, Vessel)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list, the id to go on from, and how many rows there are in all."""

    rows: Sequence[Row]
    next_cursor: int | None
    total: int


def page_of(rows: Sequence[Row], *, limit: int, total: int) -> Page[Row]:
    """The page in `rows`, which were read one beyond the limit to see whether more follow."""
    shown = rows[:limit]
    return Page(shown, shown[-1].id if len(rows) > limit else None, total)


def count_rows(
    session: Session, key: InstrumentedAttribute[int], condition: ColumnElement[bool]
) -> int:
    return session.scalar(select(func.count(key)).where(condition)) or 0
