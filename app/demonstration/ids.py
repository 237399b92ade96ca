"""Row ids handed out before the rows are written, so that rows of several tables can name them."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import DeclarativeBase, Session


def take_ids(session: Session, model: type[DeclarativeBase], count: int) -> range | list[int]:
    """`count` unused ids of the model's table, within a write transaction."""
    table = model.__table__
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(table.c.id))) or 0
        return range(last + 1, last + 1 + count)
    sequence = text(
        "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
    )
    return sorted(session.scalars(sequence, {"name": f'"{model.__tablename__}"', "count": count}))
