"""Counts the cases of every square of the map, so that a view of the country costs nothing."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.jobs import Job, enqueue
from app.maps.cells import LEAST_LEVEL, MOST_LEVEL, parents_of, shift_of
from app.maps.models import MapBuild, MapCell
from app.maps.queries import CASES, COUNTED_DIRECTLY
from app.registers.layers import layer_rebuild

_COLUMNS: Final = (
    "build",
    "level",
    "cell",
    "type_code",
    "state",
    "state_kind",
    "is_open",
    "n",
    "sum_lat",
    "sum_lon",
    "sample_id",
)
_SHIFT: Final = shift_of(MOST_LEVEL)
_TOGETHER: Final = 200
# A transaction that began earlier may commit later: its rows are looked for once more.
_GRACE: Final = timedelta(minutes=5)

Transaction = Callable[[], AbstractContextManager[Session]]


def ask_for_refresh(session: Session, now: datetime) -> None:
    """Have the changed squares counted again, once for the many changes of a minute."""
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
    with transaction() as session:
        _insert(session, _counted(build, literal(value=True)))
    for level in range(MOST_LEVEL - 1, LEAST_LEVEL - 1, -1):
        with transaction() as session:
            _insert(session, _gathered(build, level, literal(value=True)))
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
        with transaction() as session:
            _recount(session, build, cells)
    with transaction() as session:
        held = session.get_one(MapBuild, CASES)
        held.seen_until = now
    return len(changed)


def _put_in_use(session: Session, build: int, now: datetime) -> int:
    total = session.scalar(
        select(func.sum(MapCell.n)).where(MapCell.build == build, MapCell.level == LEAST_LEVEL)
    )
    session.merge(
        MapBuild(name=CASES, build=build, built_at=now, seen_until=now, cases=total or 0)
    )
    session.execute(delete(MapCell).where(MapCell.build != build))
    return total or 0


def _forget(session: Session, build: int) -> None:
    session.execute(delete(MapCell).where(MapCell.build == build))


def _changed_cells(session: Session, since: datetime) -> list[int]:
    cell = _shifted(Case.z_key, _SHIFT)
    statement = select(cell).where(Case.updated_at >= since, Case.z_key.is_not(None)).distinct()
    return sorted(session.scalars(statement))


def _recount(session: Session, build: int, cells: Collection[int]) -> None:
    ranges = [
        Case.z_key.between(cell << _SHIFT, ((cell + 1) << _SHIFT) - 1) for cell in sorted(cells)
    ]
    _replace(session, build, MOST_LEVEL, cells, _counted(build, or_(*ranges)))
    for level in range(MOST_LEVEL - 1, LEAST_LEVEL - 1, -1):
        cells = parents_of(cells)
        children = or_(*(MapCell.cell.between(cell * 4, cell * 4 + 3) for cell in sorted(cells)))
        _replace(session, build, level, cells, _gathered(build, level, children))


def _replace(
    session: Session, build: int, level: int, cells: Collection[int], counted: Select[Any]
) -> None:
    session.execute(
        delete(MapCell).where(
            MapCell.build == build, MapCell.level == level, MapCell.cell.in_(cells)
        )
    )
    _insert(session, counted)


def _insert(session: Session, counted: Select[Any]) -> None:
    session.execute(insert(MapCell).from_select(_COLUMNS, counted))


def _counted(build: int, condition: ColumnElement[bool]) -> Select[Any]:
    """The finest level, from the cases themselves."""
    cell = _shifted(Case.z_key, _SHIFT)
    named = (cell, Case.type_code, Case.state, Case.state_kind, Case.is_open)
    return (
        select(
            _plain(build),
            _plain(MOST_LEVEL),
            *named,
            func.count(),
            func.sum(Case.lat),
            func.sum(Case.lon),
            func.min(Case.id),
        )
        .where(Case.z_key.is_not(None), condition)
        .group_by(*named)
    )


def _gathered(build: int, level: int, condition: ColumnElement[bool]) -> Select[Any]:
    """A coarser level, from the one below it."""
    cell = _shifted(MapCell.cell, 2)
    named = (cell, MapCell.type_code, MapCell.state, MapCell.state_kind, MapCell.is_open)
    return (
        select(
            _plain(build),
            _plain(level),
            *named,
            func.sum(MapCell.n),
            func.sum(MapCell.sum_lat),
            func.sum(MapCell.sum_lon),
            func.min(MapCell.sample_id),
        )
        .where(MapCell.build == build, MapCell.level == level + 1, condition)
        .group_by(*named)
    )


def _shifted(key: Any, bits: int) -> ColumnElement[int]:  # Any: a column of either table
    found: ColumnElement[int] = key.op(">>", return_type=key.type)(_plain(bits))
    return found


def _plain(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer)


def _parts(cells: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(cells), _TOGETHER):
        yield cells[start : start + _TOGETHER]
