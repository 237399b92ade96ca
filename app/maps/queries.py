"""Reads of the map: counts by square, and single features, always under the viewer's rights."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.cases import queries as cases
from app.cases.models import Case, Confidentiality
from app.maps.cells import MOST_LEVEL, OWNER_LEVEL, Window
from app.maps.models import MapBuild, MapCell
from app.maps.sight import in_box, in_sight
from app.permissions import Actor
from app.registers import queries as registers
from app.registers.inspection_queries import due_day
from app.registers.models import Marker

CASES: Final = "cases"
# Below it counting directly is as fast as the pyramid, and never behind.
COUNTED_DIRECTLY: Final = 20_000
_NARROW_TABS: Final = frozenset(
    {cases.Tab.MINE, cases.Tab.DUE, cases.Tab.WAITING, cases.Tab.UNIT, *cases.ASKED_OF_US}
)
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


# Any: what a row holds is said by the columns that were asked for.
Columns = Row[*tuple[Any, ...]]


# --- cases ----------------------------------------------------------------------------------


def case_groups(
    session: Session, actor: Actor, filters: cases.Filters, window: Window, *, now: datetime
) -> Sequence[Group]:
    """The cases of a view, counted by square, type and kind of state."""
    build = _build_that_serves(session, actor, filters, window)
    if build is None:
        conditions = _conditions(session, actor, filters, now=now)
        return _counted(session, window, conditions, is_narrow=_is_narrow(filters))
    groups = _from_pyramid(session, actor, build, filters, window)
    if actor.area.is_everything or not actor.area.unit_ids:
        return groups
    # The pyramid knows places and owners; what a unit only takes part in is counted apart.
    partly = [cases.taking_part(actor.area), not_(_visible(actor, Case)), cases.visible_to(actor)]
    partly.append(cases.tab_condition(actor, filters.tab, now=now))
    partly.extend(cases.filter_conditions(session, actor, filters))
    return [*groups, *_counted(session, window, partly, is_narrow=True)]


def _counted(
    session: Session, window: Window, conditions: Sequence[ColumnElement[bool]], *, is_narrow: bool
) -> Sequence[Group]:
    """Counted case by case: by the view's key ranges, or where few can match, by the conditions."""
    columns = (
        _cell_of(Case.z_key, window).label("cell"),
        *(Case.type_code, Case.state_kind, Case.lat, Case.lon, Case.id),
    )
    # A condition on the place would lead a narrow search away from its own index.
    if is_narrow:
        seen = select(*columns).where(*conditions).subquery()
    else:
        seen = in_sight(
            session, columns, Case, Case.z_key, window.key_ranges(), *conditions
        ).subquery()
    kind = (seen.c.cell, seen.c.type_code, seen.c.state_kind)
    sums = (func.count(), func.sum(seen.c.lat), func.sum(seen.c.lon), func.min(seen.c.id))
    return _groups(session, select(*kind, *sums).group_by(*kind), window)


def _conditions(
    session: Session, actor: Actor, filters: cases.Filters, *, now: datetime
) -> list[ColumnElement[bool]]:
    """Scope, tab and filters; where the view finds the cases, the scope offers no index.

    A province's index holds all of its cases, the view's key ranges only those in sight.
    """
    if _is_narrow(filters) or actor.area.is_everything or not actor.area.unit_ids:
        return cases.conditions(session, actor, filters, now=now)
    return [
        or_(_visible(actor, Case), cases.taking_part(actor.area)),
        cases.tab_condition(actor, filters.tab, now=now),
        *cases.filter_conditions(session, actor, filters),
    ]


def _is_narrow(filters: cases.Filters) -> bool:
    """Whether the filters themselves leave so few cases that the view need not."""
    return filters.tab in _NARROW_TABS or bool(filters.marker_id or filters.asked.strip())


def _build_that_serves(
    session: Session, actor: Actor, filters: cases.Filters, window: Window
) -> int | None:
    """The pyramid's build, where it gives the same answer as counting would."""
    finest = MOST_LEVEL if actor.area.is_everything else OWNER_LEVEL
    if window.level > finest or filters.tab not in _SERVED_TABS or _narrows_beyond(filters):
        return None
    row = session.execute(
        select(MapBuild.build, MapBuild.cases).where(MapBuild.name == CASES)
    ).one_or_none()
    return row.build if row is not None and row.cases > COUNTED_DIRECTLY else None


def _narrows_beyond(filters: cases.Filters) -> bool:
    """Whether a filter asks for more than the pyramid tells apart."""
    return any((filters.marker_id, filters.asked.strip(), filters.opened_from, filters.opened_to))


def _from_pyramid(
    session: Session, actor: Actor, build: int, filters: cases.Filters, window: Window
) -> Sequence[Group]:
    columns = (
        *(MapCell.cell, MapCell.type_code, MapCell.state_kind),
        *(MapCell.n, MapCell.sum_lat, MapCell.sum_lon, MapCell.sample_id),
    )
    seen = in_sight(
        session,
        columns,
        MapCell,
        MapCell.cell,
        window.cell_ranges(),
        MapCell.build == build,
        MapCell.level == window.level,
        MapCell.is_plain.is_(true() if _is_plain(actor, filters) else false()),
        _visible(actor, MapCell),
        *_pyramid_filters(filters),
    ).subquery()
    kind = (seen.c.cell, seen.c.type_code, seen.c.state_kind)
    sums = (func.sum(seen.c[name]) for name in ("n", "sum_lat", "sum_lon"))
    counted = select(*kind, *sums, func.min(seen.c.sample_id)).group_by(*kind)
    return _groups(session, counted, window)


def _is_plain(actor: Actor, filters: cases.Filters) -> bool:
    """Whether types and states are all that the pyramid needs to tell apart here."""
    narrows = filters.province or filters.country or filters.neighbour
    return actor.area.is_everything and not actor.area.closed_types and not narrows


def _pyramid_filters(filters: cases.Filters) -> Iterator[ColumnElement[bool]]:
    if filters.types:
        yield MapCell.type_code.in_(filters.types)
    if filters.states:
        yield MapCell.state.in_(filters.states)
    if filters.province:
        yield MapCell.province_code == filters.province
    if filters.country:
        yield MapCell.country_code == filters.country
    if filters.neighbour:
        yield MapCell.neighbour == filters.neighbour
    if filters.tab is cases.Tab.DONE:
        yield MapCell.is_open.is_(false())


def _visible(actor: Actor, table: type[Case | MapCell]) -> ColumnElement[bool]:
    """What `cases.visible_to` says of owner and place, in the columns that both tables have."""
    area = actor.area
    if area.closed_types:
        open_area = replace(area, closed_types=frozenset())
        seen = _visible(replace(actor, area=open_area), table)
        return and_(table.type_code.not_in(sorted(area.closed_types)), seen)
    if area.is_everything:
        return true()
    is_normal = (
        MapCell.is_normal.is_(true())
        if table is MapCell
        else Case.confidentiality == Confidentiality.NORMAL
    )
    by_place = or_(
        func.coalesce(table.province_code, "").in_(area.province_codes),
        func.coalesce(table.country_code, "").in_(area.country_codes),
    )
    return or_(table.owner_unit_id.in_(area.unit_ids), and_(is_normal, by_place))


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
) -> Sequence[Columns]:  # Any: the columns above
    """The single cases of a view, the newest first where there are more than `limit`."""
    conditions = _conditions(session, actor, filters, now=now)
    conditions.append(in_box(Case.lat, Case.lon, window.box))
    columns = (*CASE_COLUMNS, Case.updated_at)
    ranges = window.key_ranges()
    seen = in_sight(session, columns, Case, Case.z_key, ranges, *conditions).subquery()
    statement = select(seen).order_by(seen.c.updated_at.desc(), seen.c.id.desc()).limit(limit)
    return session.execute(statement).all()


def cases_by_id(
    session: Session, actor: Actor, ids: Collection[int]
) -> Sequence[Columns]:  # Any: the columns above
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
    columns = (
        _cell_of(Marker.z_key, window).label("cell"),
        *(Marker.kind, Marker.stage, Marker.condition, Marker.lat, Marker.lon, Marker.id),
    )
    seen = in_sight(
        *(session, columns, Marker, Marker.z_key, window.key_ranges()),
        registers.matching(actor, filters),
    ).subquery()
    kind = (seen.c.cell, seen.c.kind, seen.c.stage, seen.c.condition)
    sums = (func.count(), func.sum(seen.c.lat), func.sum(seen.c.lon), func.min(seen.c.id))
    counted = select(*kind, *sums).group_by(*kind)
    rows: list[Any] = list(session.execute(counted))  # Any: the columns of a MarkerGroup
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
    due_day().label("inspection_due"),
)


def marker_points(
    session: Session, actor: Actor, filters: registers.MarkerFilter, window: Window, *, limit: int
) -> Sequence[Columns]:  # Any: the columns above
    seen = in_sight(
        *(session, (*MARKER_COLUMNS, Marker.sort_key), Marker, Marker.z_key, window.key_ranges()),
        in_box(Marker.lat, Marker.lon, window.box),
        registers.matching(actor, filters),
    ).subquery()
    return session.execute(select(seen).order_by(seen.c.sort_key).limit(limit)).all()


def markers_by_id(
    session: Session, actor: Actor, ids: Collection[int]
) -> Sequence[Columns]:  # Any: the columns above
    if not ids:
        return []
    statement = select(*MARKER_COLUMNS).where(Marker.id.in_(ids), registers.visible_to(actor))
    return session.execute(statement.order_by(Marker.sort_key)).all()


# --- shared ---------------------------------------------------------------------------------


def _cell_of(key: InstrumentedAttribute[int | None], window: Window) -> ColumnElement[int]:
    # The shift is a plain number: a bound one may not repeat in GROUP BY on PostgreSQL.
    shift: ColumnElement[int] = literal_column(str(window.shift), Integer)
    return key.op(">>", return_type=key.type)(shift)


def _groups(
    session: Session, statement: Select[*tuple[Any, ...]], window: Window
) -> Sequence[Group]:
    rows = session.execute(statement).all()
    return [Group(*row) for row in rows if row[0] is not None and window.holds(row[0])]
