"""Reads of the API: each starts from the scope, each page goes on from the last row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    false,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from app.database import Base, UtcDateTime
from app.errors import NotFound
from app.geo.zorder import KeyRange, morton_ranges
from app.maps.cells import MOST_RANGES
from app.maps.sight import in_box, in_sight
from app.ogc.collections import Attribute, Collection, Rows
from app.ogc.parameters import Area, Asked, Cursor, Typed, key_of, stale_cursor
from app.permissions import Actor
from app.vectors import Feature

# Counting a million rows costs more than reading a page. A client that asks for one feature wants
# the number (GDAL does so); others are told it as far as it is soon counted.
COUNTED_TO: Final = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `matched` is None where more than is soon counted was found."""

    features: Sequence[Feature]
    next: Cursor | None
    matched: int | None


def page_of(session: Session, actor: Actor, collection: Collection, asked: Asked) -> Page:
    """The features that were asked for, under the actor's scope and field rights."""
    conditions = conditions_of(actor, collection, asked)
    cursor = asked.cursor
    matched = cursor.matched if cursor else _count(session, collection, asked, conditions)
    rows = _read(session, collection, asked, conditions, is_few=matched is not None)
    shown = rows[: asked.limit]
    follows = None
    if len(rows) > asked.limit:
        last = [_read_key(shown[-1], key) for key in _keys(collection, asked.area)]
        follows = Cursor(tuple(key_of(value) for value in last), matched)
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
    found += [_equal(collection.queryable[name], value) for name, value in asked.equal.items()]
    if asked.filter is not None:
        found.append(asked.filter.condition)
    if asked.since is not None:
        found.append(collection.moment >= asked.since)
    if asked.until is not None:
        found.append(collection.moment <= asked.until)
    if asked.area is None:
        return found
    return [led_by_place([in_box(*collection.place[1:], asked.area.box), *found])]


def _equal(column: Attribute, value: Typed) -> ColumnElement[bool]:
    return column.between(*value) if isinstance(value, tuple) else column == value


def led_by_place(conditions: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Within a function no condition leads a search away from the key ranges of the place."""
    return func.coalesce(and_(*conditions), false())


# --- one page -------------------------------------------------------------------------------


def _keys(collection: Collection, area: Area | None) -> tuple[Attribute, ...]:
    """The order of a list: along the map's key where a place is asked for, else its own."""
    return (collection.place[0], collection.key) if area is not None else collection.keys


def _read(
    session: Session,
    collection: Collection,
    asked: Asked,
    conditions: list[ColumnElement[bool]],
    *,
    is_few: bool,
) -> Rows:
    """At most one row more than the limit, so that it is known whether more follow.

    Where few were counted in a box, all its key ranges are searched at once and the rows sorted;
    where there are many, range after range in its order, until the page is full.
    """
    last, wanted = _last_values(collection, asked), asked.limit + 1
    if asked.area is None:
        statement = _statement(collection, collection.keys, conditions, last=last)
        return session.execute(statement.limit(wanted)).all()
    keys = _keys(collection, asked.area)
    if is_few and asked.area.crs.is_rectangular:
        picked = _picked(session, collection, asked.area, conditions, last=last).limit(wanted)
        return session.execute(
            select(*collection.entities).where(collection.key.in_(picked)).order_by(*keys)
        ).all()
    return _by_stretches(session, collection, asked.area, conditions, last=last, wanted=wanted)


def _in_area(
    session: Session, collection: Collection, area: Area, conditions: list[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:  # Any: the keys alone
    key = collection.place[0]
    table = cast("type[Base]", key.class_)
    return in_sight(session, [key, collection.key], table, key, _ranges(area), *conditions)


def _picked(
    session: Session,
    collection: Collection,
    area: Area,
    conditions: list[ColumnElement[bool]],
    *,
    last: tuple[Any, ...] | None,  # Any: values of the keys
) -> Select[*tuple[Any, ...]]:  # Any: the key alone
    """The keys of the next rows in order, told by the map's index alone.

    Sorted whole, ten thousand rows would be read from all over the table for a page of a hundred.
    """
    found = _in_area(session, collection, area, conditions).subquery()
    order = [found.c[key.key] for key in _keys(collection, area)]
    picked = select(found.c[collection.key.key]).order_by(*order)
    if last is None:
        return picked
    values = [literal(value, key.type) for key, value in zip(order, last, strict=True)]
    return picked.where(tuple_(*order) > tuple_(*values))


def _by_stretches(
    session: Session,
    collection: Collection,
    area: Area,
    conditions: list[ColumnElement[bool]],
    *,
    last: tuple[Any, ...] | None,  # Any: values of the keys
    wanted: int,
) -> Rows:
    keys = _keys(collection, area)
    found: list[Any] = []  # Any: rows
    for stretch in _ranges(area):
        if last is not None and stretch.last < last[0]:
            continue
        start, is_full = last, True
        bounds = [keys[0].is_not(None), keys[0].between(stretch.first, stretch.last)]
        while is_full and len(found) < wanted:
            statement = _statement(collection, keys, [*conditions, *bounds], last=start)
            rows = session.execute(statement.limit(wanted)).all()
            found.extend(_exact(collection, area, rows))
            is_full = len(rows) == wanted
            if is_full:
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
    if asked.area is None:
        found = select(collection.key).where(*conditions)
    else:
        found = _in_area(session, collection, asked.area, conditions)
    if asked.limit > 1:
        found = found.limit(COUNTED_TO + 1)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return total if total <= COUNTED_TO or asked.limit == 1 else None
