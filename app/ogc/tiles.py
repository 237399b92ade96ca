"""What a vector tile holds: single features where they fit, counts by square where they do not."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.queries import Filters, Tab
from app.errors import NotFound
from app.geo.tiles import Tile, TilePoint, TileValue, encode
from app.maps.cells import Window, box_of_cell, cell_of, shift_of
from app.maps.queries import case_groups
from app.ogc.answers import as_json
from app.ogc.collections import Collection
from app.ogc.queries import led_by_place
from app.permissions import Actor
from app.vectors import Feature

MOST_POINTS: Final = 5_000
_SINGLY_FROM: Final = 10  # cases; the markers are so few that they are always shown singly
_FINER: Final = 4  # a square of counts is a sixteenth of a tile's side
_CASES: Final = "cases"


def tile_bytes(
    session: Session, actor: Actor, collection: Collection, tile: Tile, *, now: datetime
) -> bytes:
    """The tile under the actor's scope and field rights. Raises NotFound beyond the last zoom."""
    if not tile.is_real:
        raise NotFound
    is_coarse = collection.id == _CASES and tile.zoom < _SINGLY_FROM
    points = None if is_coarse else _single(session, actor, collection, tile)
    if points is None:
        return encode(tile, collection.id, _counts(session, actor, tile, now=now))
    return encode(tile, collection.id, points)


def _single(
    session: Session, actor: Actor, collection: Collection, tile: Tile
) -> list[TilePoint] | None:
    """The features of the tile: its keys are one range. None where they are too many."""
    key, lat, _lon = collection.place
    shift, cell = shift_of(tile.zoom), cell_of(*tile.centre, tile.zoom)
    inside = key.is_not(None), key.between(cell << shift, ((cell + 1) << shift) - 1)
    mine = led_by_place([collection.scope(actor), lat.is_not(None)])
    found = select(collection.key).where(*inside, mine).limit(MOST_POINTS + 1)
    count = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    if count > MOST_POINTS and collection.id == _CASES:
        return None
    statement = select(*collection.entities).where(*inside, mine).order_by(key, collection.key)
    rows = session.execute(statement.limit(MOST_POINTS)).all()
    return [
        TilePoint(feature.lat, feature.lon, _values(collection, feature))
        for feature in collection.show(session, actor, rows)
        if feature.lat is not None and feature.lon is not None
    ]


def _values(collection: Collection, feature: Feature) -> dict[str, TileValue]:
    """What is known of the feature; a tile has no word for nothing."""
    said: dict[str, TileValue] = {"id": feature.id}
    for one, value in zip(collection.properties, feature.values, strict=True):
        written = as_json(value)
        if written is not None and not isinstance(written, datetime):
            said[one.code] = written
    return said


def _counts(session: Session, actor: Actor, tile: Tile, *, now: datetime) -> Iterator[TilePoint]:
    """Cases by square, type and kind of state, each at the middle of those that it counts."""
    level, side = tile.zoom + _FINER, 1 << tile.zoom
    south = side - 1 - tile.row
    box = box_of_cell(cell_of(*tile.centre, tile.zoom), tile.zoom)
    columns = range(tile.column << _FINER, (tile.column + 1) << _FINER)
    rows = range(south << _FINER, (south + 1) << _FINER)
    window = Window(level, box, (columns,), rows)
    for group in case_groups(session, actor, Filters(tab=Tab.ALL), window, now=now):
        values: dict[str, TileValue] = {
            "count": group.n,
            "type_code": group.type_code,
            "state_kind": group.state,
        }
        yield TilePoint(group.sum_lat / group.n, group.sum_lon / group.n, values)
