"""Counts the cases of every square of the map, so that a view of the country costs nothing."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    delete,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from app.cases.models import Case, Confidentiality
from app.jobs import Job, enqueue
from app.maps.cells import LEAST_LEVEL, MOST_LEVEL, OWNER_LEVEL, parents_of, shift_of
from app.maps.models import MapBuild, MapCell
from app.maps.queries import CASES, COUNTED_DIRECTLY
from app.maps.themes import LAYER as THEMES
from app.registers.layers import layer_rebuild

_ALIKE: Final = (
    "type_code",
    "state",
    "state_kind",
    "is_open",
    "is_normal",
    "province_code",
    "country_code",
    "neighbour",
    "owner_unit_id",
)
_PLAIN: Final = _ALIKE[:4]
_SUMS: Final = ("n", "sum_lat", "sum_lon", "sample_id")
_COLUMNS: Final = ("build", "level", "is_plain", "cell", *_ALIKE, *_SUMS)
# Levels that are counted from the cases; every other one is gathered from the level below it.
_COUNTED: Final = (MOST_LEVEL, OWNER_LEVEL)
_SHIFT: Final = shift_of(MOST_LEVEL)
_CHUNK: Final = 50_000
_TOGETHER: Final = 100
# A transaction that began earlier may commit later: its rows are looked for once more.
_GRACE: Final = timedelta(minutes=5)
_THEMES_EVERY: Final = timedelta(minutes=5)

Transaction = Callable[[], AbstractContextManager[Session]]


def ask_for_refresh(session: Session, now: datetime) -> None:
    """Have the changed squares counted again, once for the many changes of a minute.

    The shaded maps count the whole country: they follow after five minutes.
    """
    key, due = layer_rebuild(THEMES, now, bucket=_THEMES_EVERY)
    enqueue(session, Job.REBUILD_LAYERS, {"layer": THEMES}, now=now, due=due, key=key)
    build = session.get(MapBuild, CASES)
    if build is None or build.cases <= COUNTED_DIRECTLY:
        return  # counted directly: nothing can be behind
    key, due = layer_rebuild(CASES, now)
    enqueue(session, Job.REBUILD_LAYERS, {"layer": CASES}, now=now, due=due, key=key)


def rebuild(transaction: Transaction, *, now: datetime) -> int:
    """Count every placed case anew beside the build in use, then put the new one in its place.

    Each level is its own short transaction; returns the number of cases counted.
    """
    with transaction() as session:
        held = session.get(MapBuild, CASES)
        build = (held.build if held else 0) + 1
        _forget(session, build)
    for level in range(MOST_LEVEL, LEAST_LEVEL - 1, -1):
        for condition in _stretches(transaction, level):
            with transaction() as session:
                _insert(session, _level(build, level, condition))
        with transaction() as session:
            _insert(session, _plainly(build, level, true()))
    with transaction() as session:
        return _put_in_use(session, build, now)


def refresh(transaction: Transaction, *, now: datetime) -> int:
    """Count again the squares of the cases that changed since; returns how many squares.

    A case that moved leaves its old square counted until the next rebuild.
    """
    with transaction() as session:
        held = session.get(MapBuild, CASES)
        if held is None:
            return 0
        changed = _changed_cells(session, held.seen_until - _GRACE)
        build = held.build
    for cells in _parts(changed):
        _recount(transaction, build, cells)
    with transaction() as session:
        held = session.get_one(MapBuild, CASES)
        held.seen_until = now
    return len(changed)


def _put_in_use(session: Session, build: int, now: datetime) -> int:
    total = session.scalar(
        select(func.sum(MapCell.n)).where(
            MapCell.build == build,
            MapCell.level == LEAST_LEVEL,
            MapCell.is_plain.is_(true()),
        )
    )
    session.merge(MapBuild(name=CASES, build=build, built_at=now, seen_until=now, cases=total or 0))
    session.execute(delete(MapCell).where(MapCell.build != build))
    return total or 0


def _forget(session: Session, build: int) -> None:
    session.execute(delete(MapCell).where(MapCell.build == build))


def _changed_cells(session: Session, since: datetime) -> list[int]:
    cell = _shifted(Case.z_key, _SHIFT)
    statement = select(cell).where(Case.updated_at >= since, Case.z_key.is_not(None)).distinct()
    return sorted(session.scalars(statement))


def _recount(transaction: Transaction, build: int, cells: Collection[int]) -> None:
    """Level by level, each in its own short transaction: a view shows one level at a time."""
    for level in range(MOST_LEVEL, LEAST_LEVEL - 1, -1):
        if level < MOST_LEVEL:
            cells = parents_of(cells)
        inside = or_(*(_is_inside(level, cell) for cell in sorted(cells)))
        with transaction() as session:
            _forget_cells(session, build, level, cells)
            _insert(session, _level(build, level, inside))
            _insert(session, _plainly(build, level, MapCell.cell.in_(cells)))


def _is_inside(level: int, cell: int) -> ColumnElement[bool]:
    """The rows from which a square is counted: cases, or the four squares below it."""
    if level in _COUNTED:
        shift = shift_of(level)
        return Case.z_key.between(cell << shift, ((cell + 1) << shift) - 1)
    return MapCell.cell.between(cell * 4, cell * 4 + 3)


def _stretches(transaction: Transaction, level: int) -> Iterator[ColumnElement[bool]]:
    """A counted level is done a stretch of squares at a time, so that nobody waits long."""
    if level not in _COUNTED:
        yield true()
        return
    shift, first = shift_of(level), 0
    while True:
        with transaction() as session:
            after = select(Case.z_key).where(Case.z_key >= first).order_by(Case.z_key)
            last = session.scalar(after.offset(_CHUNK).limit(1))
        if last is None:
            yield Case.z_key >= first
            return
        end = ((last >> shift) + 1) << shift
        yield Case.z_key.between(first, end - 1)
        first = end


def _forget_cells(session: Session, build: int, level: int, cells: Collection[int]) -> None:
    session.execute(
        delete(MapCell).where(
            MapCell.build == build, MapCell.level == level, MapCell.cell.in_(cells)
        )
    )


def _insert(session: Session, counted: Select[*tuple[Any, ...]]) -> None:
    session.execute(insert(MapCell).from_select(_COLUMNS, counted))


def _level(build: int, level: int, condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (_counted if level in _COUNTED else _gathered)(build, level, condition)


def _counted(build: int, level: int, condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """A level from the cases themselves."""
    named = (
        _shifted(Case.z_key, shift_of(level)),
        Case.type_code,
        Case.state,
        Case.state_kind,
        Case.is_open,
        Case.confidentiality == literal_column(f"'{Confidentiality.NORMAL.value}'"),
        *(_or_empty(column) for column in (Case.province_code, Case.country_code, Case.neighbour)),
    )
    owner = (Case.owner_unit_id,) if level <= OWNER_LEVEL else ()
    return (
        select(
            _plain(build),
            _plain(level),
            false(),
            *named,
            *(owner or (_plain(0),)),
            func.count(),
            func.sum(Case.lat),
            func.sum(Case.lon),
            func.min(Case.id),
        )
        .where(Case.z_key.is_not(None), condition)
        .group_by(*named, *owner)
    )


def _gathered(build: int, level: int, condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """A coarser level, from the one below it."""
    named = (_shifted(MapCell.cell, 2), *(getattr(MapCell, name) for name in _ALIKE))
    return (
        select(
            _plain(build),
            _plain(level),
            false(),
            *named,
            func.sum(MapCell.n),
            func.sum(MapCell.sum_lat),
            func.sum(MapCell.sum_lon),
            func.min(MapCell.sample_id),
        )
        .where(
            MapCell.build == build,
            MapCell.level == level + 1,
            MapCell.is_plain.is_(false()),
            condition,
        )
        .group_by(*named)
    )


def _plainly(
    build: int, level: int, condition: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:  # Any: columns of MapCell
    """The rows of a level that tell only types and states apart, from its other rows."""
    named = (MapCell.cell, *(getattr(MapCell, name) for name in _PLAIN))
    nothing = literal_column("''", String)
    return (
        select(
            _plain(build),
            _plain(level),
            true(),
            *named,
            true(),
            nothing,
            nothing,
            nothing,
            _plain(0),
            func.sum(MapCell.n),
            func.sum(MapCell.sum_lat),
            func.sum(MapCell.sum_lon),
            func.min(MapCell.sample_id),
        )
        .where(
            MapCell.build == build,
            MapCell.level == level,
            MapCell.is_plain.is_(false()),
            condition,
        )
        .group_by(*named)
    )


def _or_empty(column: Any) -> ColumnElement[str]:  # Any: a nullable column of text
    return func.coalesce(column, literal_column("''", String))


def _shifted(key: Any, bits: int) -> ColumnElement[int]:  # Any: a column of either table
    found: ColumnElement[int] = key.op(">>", return_type=key.type)(_plain(bits))
    return found


def _plain(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer)


def _parts(cells: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(cells), _TOGETHER):
        yield cells[start : start + _TOGETHER]
