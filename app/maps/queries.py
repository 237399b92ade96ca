"""Reads of the map: counts by square, and single features, always under the viewer's rights."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.cases import queries as cases
from app.cases.models import Case
from app.maps.cells import MOST_LEVEL, Window
from app.maps.models import MapBuild, MapCell
from app.permissions import Actor
from app.registers import queries as registers
from app.registers.models import Marker

CASES: Final = "cases"
# Below it counting directly is as fast as the pyramid, and never behind.
COUNTED_DIRECTLY: Final = 20_000
_SERVED_TABS: Final = frozenset({cases.Tab.ALL, cases.Tab.DONE})


@dataclass(frozen=True, slots=True)
class Group:
    """So many features of one type and state in one square; sums in degrees."""

    cell: int
    type_code: str
    state: str
    n: int
    sum_lat: float
    sum_lon: float
    sample_id: int


# --- cases ----------------------------------------------------------------------------------


def case_groups(
    session: Session, actor: Actor, filters: cases.Filters, window: Window, *, now: datetime
) -> Sequence[Group]:
    """The cases of a view, counted by square, type and kind of state."""
    build = _build_that_serves(session, actor, filters, window)
    if build is not None:
        return _from_pyramid(session, build, filters, window)
    cell = _cell_of(Case.z_key, window)
    statement = (
        select(
            cell,
            Case.type_code,
            Case.state_kind,
            func.count(),
            func.sum(Case.lat),
            func.sum(Case.lon),
            func.min(Case.id),
        )
        .where(
            _in_ranges(Case.z_key, window),
            *cases.conditions(session, actor, filters, now=now),
        )
        .group_by(cell, Case.type_code, Case.state_kind)
    )
    return _groups(session, statement, window)


def _build_that_serves(
    session: Session, actor: Actor, filters: cases.Filters, window: Window
) -> int | None:
    """The pyramid's build, where it gives the same answer as counting would."""
    if not actor.area.is_everything or window.level > MOST_LEVEL:
        return None
    if filters.tab not in _SERVED_TABS or _narrows_beyond_types(filters):
        return None
    row = session.execute(
        select(MapBuild.build, MapBuild.cases).where(MapBuild.name == CASES)
    ).one_or_none()
    return row.build if row is not None and row.cases > COUNTED_DIRECTLY else None


def _narrows_beyond_types(filters: cases.Filters) -> bool:
    return any(
        (
            filters.province,
            filters.country,
            filters.neighbour,
            filters.marker_id,
            filters.asked.strip(),
            filters.opened_from,
            filters.opened_to,
        )
    )


def _from_pyramid(
    session: Session, build: int, filters: cases.Filters, window: Window
) -> Sequence[Group]:
    inside = or_(*(MapCell.cell.between(*cells) for cells in window.cell_ranges()))
    statement = (
        select(
            MapCell.cell,
            MapCell.type_code,
            MapCell.state_kind,
            func.sum(MapCell.n),
            func.sum(MapCell.sum_lat),
            func.sum(MapCell.sum_lon),
            func.min(MapCell.sample_id),
        )
        .where(MapCell.build == build, MapCell.level == window.level, inside)
        .group_by(MapCell.cell, MapCell.type_code, MapCell.state_kind)
    )
    if filters.types:
        statement = statement.where(MapCell.type_code.in_(filters.types))
    if filters.states:
        statement = statement.where(MapCell.state.in_(filters.states))
    if filters.tab is cases.Tab.DONE:
        statement = statement.where(MapCell.is_open.is_(False))
    return _groups(session, statement, window)


CASE_COLUMNS: Final = (
    Case.id,
    Case.reference,
    Case.type_code,
    Case.state,
    Case.state_kind,
    Case.is_open,
    Case.title,
    Case.place_text,
    Case.province_code,
    Case.next_due_at,
    Case.lat,
    Case.lon,
)


def case_points(
    session: Session,
    actor: Actor,
    filters: cases.Filters,
    window: Window,
    *,
    limit: int,
    now: datetime,
) -> Sequence[Row[Any]]:  # Any: the columns above
    """The single cases of a view, the newest first where there are more than `limit`."""
    statement = (
        select(*CASE_COLUMNS)
        .where(
            _in_ranges(Case.z_key, window),
            _in_box(Case.lat, Case.lon, window),
            *cases.conditions(session, actor, filters, now=now),
        )
        .order_by(Case.updated_at.desc(), Case.id.desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def cases_by_id(
    session: Session, actor: Actor, ids: Collection[int]
) -> Sequence[Row[Any]]:  # Any: the columns above
    if not ids:
        return []
    statement = select(*CASE_COLUMNS).where(Case.id.in_(ids), cases.visible_to(actor))
    return session.execute(statement.order_by(Case.id)).all()


# --- markers --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MarkerGroup:
    """So many markers of one kind, stage and condition in one square; sums in degrees."""

    cell: int
    kind: str
    stage: str
    condition: str
    n: int
    sum_lat: float
    sum_lon: float
    sample_id: int


def marker_groups(
    session: Session, actor: Actor, filters: registers.MarkerFilter, window: Window
) -> Sequence[MarkerGroup]:
    cell = _cell_of(Marker.z_key, window)
    statement = (
        select(
            cell,
            Marker.kind,
            Marker.stage,
            Marker.condition,
            func.count(),
            func.sum(Marker.lat),
            func.sum(Marker.lon),
            func.min(Marker.id),
        )
        .where(_in_ranges(Marker.z_key, window), registers.matching(actor, filters))
        .group_by(cell, Marker.kind, Marker.stage, Marker.condition)
    )
    rows = session.execute(statement).all()
    return [MarkerGroup(*row) for row in rows if window.holds(row[0])]


MARKER_COLUMNS: Final = (
    Marker.id,
    Marker.neighbour,
    Marker.slug,
    Marker.label,
    Marker.kind,
    Marker.stage,
    Marker.condition,
    Marker.province_code,
    Marker.lat,
    Marker.lon,
)


def marker_points(
    session: Session, actor: Actor, filters: registers.MarkerFilter, window: Window, *, limit: int
) -> Sequence[Row[Any]]:  # Any: the columns above
    statement = (
        select(*MARKER_COLUMNS)
        .where(
            _in_ranges(Marker.z_key, window),
            _in_box(Marker.lat, Marker.lon, window),
            registers.matching(actor, filters),
        )
        .order_by(Marker.sort_key)
        .limit(limit)
    )
    return session.execute(statement).all()


def markers_by_id(
    session: Session, actor: Actor, ids: Collection[int]
) -> Sequence[Row[Any]]:  # Any: the columns above
    if not ids:
        return []
    statement = select(*MARKER_COLUMNS).where(Marker.id.in_(ids), registers.visible_to(actor))
    return session.execute(statement.order_by(Marker.sort_key)).all()


# --- shared ---------------------------------------------------------------------------------


def _cell_of(key: InstrumentedAttribute[int | None], window: Window) -> ColumnElement[int]:
    # The shift is a plain number: a bound one may not repeat in GROUP BY on PostgreSQL.
    shift: ColumnElement[int] = literal_column(str(window.shift), Integer)
    return key.op(">>", return_type=key.type)(shift)


def _in_ranges(key: InstrumentedAttribute[int | None], window: Window) -> ColumnElement[bool]:
    return or_(*(key.between(*keys) for keys in window.key_ranges()))


def _in_box(
    lat: InstrumentedAttribute[float | None],
    lon: InstrumentedAttribute[float | None],
    window: Window,
) -> ColumnElement[bool]:
    inside = [
        and_(
            lat.between(literal(half.south), literal(half.north)),
            lon.between(literal(half.west), literal(half.east)),
        )
        for half in window.box.halves
    ]
    return or_(*inside)


def _groups(session: Session, statement: Select[Any], window: Window) -> Sequence[Group]:
    rows = session.execute(statement).all()
    return [Group(*row) for row in rows if window.holds(row[0])]
