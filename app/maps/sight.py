"""Finds the rows of a view: a few ranges of Z-order keys, each one search in an index."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    column,
    literal,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.database import Base
from app.geo.zorder import KeyRange
from app.maps.cells import MOST_RANGES, Box

# The ranges as rows: joined, each of them is one search in the index, where conditions with OR
# are a scan of everything on SQLite. Always the same number of them, so that the statement is
# compiled once.
_PLACES: Final = ", ".join(f"(:first{number}, :last{number})" for number in range(MOST_RANGES))
_RANGE_ROWS: Final = text(
    f"SELECT column1 AS first, column2 AS last FROM (VALUES {_PLACES}) AS given"  # noqa: S608  names of binds
)


def _ranges_of(ranges: Sequence[KeyRange]) -> CTE:
    filled = [*ranges, *([_EMPTY] * (MOST_RANGES - len(ranges)))]
    bounds = {f"first{number}": one.first for number, one in enumerate(filled)}
    bounds |= {f"last{number}": one.last for number, one in enumerate(filled)}
    rows = _RANGE_ROWS.bindparams(**bounds)
    return rows.columns(column("first", BigInteger), column("last", BigInteger)).cte("ranges")


_EMPTY: Final = KeyRange(1, 0)


def in_box(
    lat: InstrumentedAttribute[float | None],
    lon: InstrumentedAttribute[float | None],
    box: Box,
) -> ColumnElement[bool]:
    inside = [
        and_(
            lat.between(literal(half.south), literal(half.north)),
            lon.between(literal(half.west), literal(half.east)),
        )
        for half in box.halves
    ]
    return or_(*inside)


def in_sight(
    session: Session,
    columns: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]],
    table: type[Base],
    key: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    key_ranges: Sequence[KeyRange],
    *conditions: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:  # Any: the columns asked for
    """The rows of a table whose key lies in the ranges and that meet the conditions.

    PostgreSQL cannot estimate ranges that stand in a table and reads its whole index instead;
    asked sideways, range by range, it has no choice.
    """
    ranges = _ranges_of(key_ranges)
    on = and_(key.is_not(None), key.between(ranges.c.first, ranges.c.last))
    if session.get_bind().dialect.name != "postgresql":
        return select(*columns).join_from(ranges, table, on).where(*conditions)
    inside = select(*columns).where(on, *conditions).offset(0).lateral()
    return select(inside).select_from(ranges.join(inside, true()))
