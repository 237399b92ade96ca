"""Seals again, under the key in use, what older keys sealed: in chunks, and again where it stopped.

Which rows are left is read from the rows themselves, so that nothing has to be remembered between
two runs and a run that was killed goes on where it stood.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Table, Text, and_, func, select, type_coerce, update
from sqlalchemy.orm import Session

from app.database import Base
from app.sealing import PREFIX, SealedText, key_ring

CHUNK = 500


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A sealed column, and the column of its blind index where it has one."""

    table: Table
    column: Column[str]
    index: Column[str] | None

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"


def sealed_columns() -> Iterator[SealedColumn]:
    """Every sealed column of the schema, as the models declare them."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, SealedText):
                beside = column.info.get("index")
                yield SealedColumn(table, column, table.c[beside] if beside else None)


def count_left(session: Session, one: SealedColumn) -> int:
    """How many values lie under an older key."""
    found = select(func.count()).select_from(one.table).where(_is_left(one))
    return session.execute(found).scalar_one()


def reseal_chunk(session: Session, one: SealedColumn) -> int:
    """Seal the next values anew; how many were done, 0 when none was left."""
    key = one.table.c.id
    rows = session.execute(
        select(key, one.column).where(_is_left(one)).order_by(key).limit(CHUNK)
    ).all()
    ring = key_ring()
    for row_id, opened in rows:
        values = {one.column: opened}
        if one.index is not None:
            values[one.index] = ring.blind(opened)
        session.execute(update(one.table).where(key == row_id).values(values))
    return len(rows)


def used_keys(session: Session) -> frozenset[str]:
    """The names of the keys under which something lies."""
    found: set[str] = set()
    for one in sealed_columns():
        text = _as_kept(one)
        for name in key_ring().keys.seal:
            held = select(one.table.c.id).where(text.startswith(f"{PREFIX}{name}:")).limit(1)
            if session.execute(held).first() is not None:
                found.add(name)
    return frozenset(found)


def _as_kept(one: SealedColumn) -> ColumnElement[str]:
    return type_coerce(one.column, Text)


def _is_left(one: SealedColumn) -> ColumnElement[bool]:
    text = _as_kept(one)
    return and_(text != "", text.not_like(f"{PREFIX}{key_ring().keys.current}:%"))
