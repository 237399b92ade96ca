"""Reads of the API: each starts from the scope, each page goes on from the last row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from app.database import UtcDateTime
from app.errors import NotFound
from app.geo.zorder import KeyRange, morton_ranges
from app.maps.cells import MOST_RANGES
from app.ogc.collections import Attribute, Collection, Rows
from app.ogc.parameters import Area, Asked, Cursor, key_of, stale_cursor
from app.permissions import Actor
from app.vectors import Feature

# Counting a million rows costs more than reading a page. A client that asks for one feature wants
# the number (GDAL does so); others are told it as far as it is soon counted.
COUNTED_TO: Final = 10_000
_MOST_ROUNDS: Final = 400


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `matched` is None where more than is soon counted was found."""

    features: Sequence[Feature]
    next: Cursor | None
    matched: int | None


def page_of(session: Session, actor: Actor, collection: Collection, asked: Asked) -> Page:
    """The features that were asked for, under the actor's scope and field rights."""
    conditions = conditions_of(actor, collection, asked)
    keys = _keys(collection, asked.area)
    last = _last_values(collection, asked)
    rows = _read(session, collection, asked, conditions, last)
    shown = rows[: asked.limit]
    matched = (
        asked.cursor.matched if asked.cursor else _count(session, collection, asked, conditions)
    )
    follows = None
    if len(rows) > asked.limit:
        names = [_read_key(shown[-1], key) for key in keys]
        follows = Cursor(tuple(key_of(value) for value in names), matched)
    return Page(collection.show(session, actor, shown), follows, matched)


def feature_of(session: Session, actor: Actor, collection: Collection, name: str) -> Feature:
    """One feature; absent and out of scope are not told apart. Raises NotFound."""
    statement = select(*collection.entities).where(collection.named(name), collection.scope(actor))
    rows = session.execute(statement.limit(1)).all()
    if not rows:
        raise NotFound
    return collection.show(session, actor, rows)[0]


def conditions_of(actor: Actor, collection: Collection, asked: Asked) -> list[ColumnElement[bool]]:
    """Scope, properties and time; the place is asked for by key ranges."""
    found = [collection.scope(actor)]
    found += [collection.queryable[name] == value for name, value in asked.equal.items()]
    if asked.since is not None:
        found.append(collection.moment >= asked.since)
    if asked.until is not None:
        found.append(collection.moment <= asked.until)
    if asked.area is not None:
        found.append(in_box(collection, asked.area))
    return found


def in_box(collection: Collection, area: Area) -> ColumnElement[bool]:
    _key, lat, lon = collection.place
    return or_(
        *(
            and_(lat.between(half.south, half.north), lon.between(half.west, half.east))
            for half in area.box.halves
        )
    )


# --- one page -------------------------------------------------------------------------------


def _keys(collection: Collection, area: Area | None) -> tuple[Attribute, ...]:
    """The order of a list: along the map's key where a place is asked for, else its own."""
    return (collection.place[0], collection.key) if area is not None else collection.keys


def _read(
    session: Session,
    collection: Collection,
    asked: Asked,
    conditions: list[ColumnElement[bool]],
    last: tuple[Any, ...] | None,  # Any: values of the keys
) -> Rows:
    """At most one row more than the limit, so that it is known whether more follow."""
    keys, wanted = _keys(collection, asked.area), asked.limit + 1
    found: list[Any] = []  # Any: rows
    for bounds in _stretches(collection, asked.area, last):
        start = last
        for _round in range(_MOST_ROUNDS):
            statement = _statement(collection, keys, [*conditions, *bounds], last=start)
            rows = session.execute(statement.limit(wanted)).all()
            found.extend(_exact(collection, asked.area, rows))
            if len(found) >= wanted or len(rows) < wanted:
                break
            start = tuple(_read_key(rows[-1], key) for key in keys)
        if len(found) >= wanted:
            break
    return found[:wanted]


def _statement(
    collection: Collection,
    keys: tuple[Attribute, ...],
    conditions: list[ColumnElement[bool]],
    *,
    last: tuple[Any, ...] | None,  # Any: values of the keys
) -> Select[*tuple[Any, ...]]:
    statement = select(*collection.entities).where(*conditions).order_by(*keys)
    if last is None:
        return statement
    values = [literal(value, key.type) for key, value in zip(keys, last, strict=True)]
    return statement.where(tuple_(*keys) > tuple_(*values))


def _stretches(
    collection: Collection,
    area: Area | None,
    last: tuple[Any, ...] | None,  # Any: values of the keys
) -> Iterator[list[ColumnElement[bool]]]:
    """The key ranges of the map in their order, from the one where the last page ended."""
    if area is None:
        yield []
        return
    key = collection.place[0]
    for stretch in _ranges(area):
        if last is None or stretch.last >= last[0]:
            yield [key.is_not(None), key.between(stretch.first, stretch.last)]


def _ranges(area: Area) -> list[KeyRange]:
    box = area.box
    return morton_ranges((box.west, box.south, box.east, box.north), MOST_RANGES)


def _exact(collection: Collection, area: Area | None, rows: Rows) -> Rows:
    """Of the rows in the box of degrees, those in the box of its own system."""
    if area is None or area.crs.is_rectangular or not rows:
        return rows
    lats, lons = ([_read_key(row, column) for row in rows] for column in collection.place[1:])
    inside = area.crs.holds(lons, lats, area.given)
    return [row for row, is_inside in zip(rows, inside, strict=True) if is_inside]


def _read_key(row: Any, key: Attribute) -> Any:  # Any: a row of columns or of one table
    return getattr(row[0] if len(row) == 1 else row, key.key)


def _last_values(collection: Collection, asked: Asked) -> tuple[Any, ...] | None:
    """The keys of the cursor as the columns hold them. Raises BadParameter."""
    if asked.cursor is None:
        return None
    keys = _keys(collection, asked.area)
    if len(asked.cursor.keys) != len(keys):
        raise stale_cursor()
    return tuple(_as_column(key, value) for key, value in zip(keys, asked.cursor.keys, strict=True))


def _as_column(key: Attribute, value: str | int) -> datetime | str | int:
    if isinstance(key.type, UtcDateTime):
        try:
            return datetime.fromisoformat(str(value)).astimezone(UTC)
        except ValueError:
            raise stale_cursor() from None
    if isinstance(value, int) is not isinstance(key.type, Integer):
        raise stale_cursor()
    return value


# --- how many -------------------------------------------------------------------------------


def _count(
    session: Session, collection: Collection, asked: Asked, conditions: list[ColumnElement[bool]]
) -> int | None:
    if asked.area is not None and not asked.area.crs.is_rectangular:
        return None
    most = None if asked.limit == 1 else COUNTED_TO
    total = 0
    for bounds in _stretches(collection, asked.area, None):
        found = select(collection.key).where(*conditions, *bounds)
        if most is not None:
            found = found.limit(most + 1 - total)
        total += session.scalar(select(func.count()).select_from(found.subquery())) or 0
        if most is not None and total > most:
            return None
    return total
