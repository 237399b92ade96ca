"""The marker register as it stood on a day: existence, progress, condition and province."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, inspect, select
from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers.history import Change, Course, began_on, courses_of, state_on
from app.registers.inspection_queries import due_days_on
from app.registers.inspection_rules import GONE, STANDING_STAGES, Inspected
from app.registers.models import Marker, MarkerChange
from app.registers.paging import PAGE_SIZE, Page
from app.registers.queries import NO_PROVINCE, MarkerFilter, matching, register_version
from app.registers.stages import kinds_asked, legal_stages_from, stages_from
from app.registers.units_on import Placed, ProvinceMap, province_map, provinces_of

_MOST_IDS = 400  # in one IN list
_OVERLAP = 200  # an id may be committed after a higher one
_FACTS = ("kind", "stage", "legal_stage", "condition")
_CHANGED = ("valid_on", "before", "after")


@dataclass(frozen=True, slots=True)
class Traced:
    """A marker with the course of what is counted and filtered by, and its first day."""

    marker_id: int
    neighbour: str
    label: str
    slug: str
    position_id: int
    segment_id: int | None
    chainage_m: float | None
    placed: Placed
    began: date
    courses: Mapping[str, Course]


@dataclass(frozen=True, slots=True)
class Standing:
    """A marker as it stood on a day, with its province on that day's map."""

    marker_id: int
    neighbour: str
    label: str
    slug: str
    position_id: int
    segment_id: int | None
    chainage_m: float | None
    province_code: str | None
    kind: str
    stage: str
    legal_stage: str
    condition: str


@dataclass(frozen=True, slots=True)
class PastPage:
    """A page of the register on a day, and how many markers each line had under the filter."""

    page: Page[Marker]
    counts: Mapping[str, int]


# --- what is held in memory -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    """The register at one of its numbers, with the last change that it knows."""

    version: int
    last_change: int
    markers: Mapping[int, Traced]


# One register per process and database; when its number has moved on, only what changed is read.
_HELD: WeakKeyDictionary[Engine | Connection, _Held] = WeakKeyDictionary()
_Codes = Mapping[int, str | None]
_PROVINCES: WeakKeyDictionary[
    Engine | Connection, tuple[int, dict[tuple[Any, ...], _Codes]]  # Any: the parts of a map's key
] = WeakKeyDictionary()


def traced_markers(session: Session) -> Mapping[int, Traced]:
    """Every marker by id in the order of the border, whoever asks: scope is the caller's."""
    bind, version = session.get_bind(), register_version(session)
    held = _HELD.get(bind)
    if held is None or held.version != version:
        held = _HELD[bind] = _read(session, version, held)
    return held.markers


def _read(session: Session, version: int, held: _Held | None) -> _Held:
    last = session.scalar(select(func.max(MarkerChange.id))) or 0
    known: Mapping[int, Traced] = {}
    changed: set[int] | None = None
    if held is not None and held.last_change <= last:
        newer = select(MarkerChange.marker_id).where(MarkerChange.id > held.last_change - _OVERLAP)
        changed, known = set(session.scalars(newer.limit(_MOST_IDS + 1))), held.markers
        if len(changed) > _MOST_IDS:
            changed, known = None, {}
    changes = _changes(session, changed)
    rows = session.execute(_TRACED.order_by(Marker.sort_key))
    return _Held(version, last, {row.id: _trace(row, changes, known) for row in rows})


_TRACED = select(
    Marker.id,
    Marker.neighbour,
    Marker.label,
    Marker.slug,
    Marker.position_id,
    Marker.segment_id,
    Marker.chainage_m,
    Marker.province_code,
    Marker.lat,
    Marker.lon,
    Marker.created_at,
    *(getattr(Marker, name) for name in _FACTS),
)


def _trace(
    row: Any,  # Any: a row of the columns above
    changes: Mapping[int, Sequence[Change]],
    known: Mapping[int, Traced],
) -> Traced:
    before = known.get(row.id)
    if before is not None and row.id not in changes:
        began, courses = before.began, before.courses
    else:
        own = changes.get(row.id, ())
        began = began_on(own, otherwise=row.created_at.date())
        courses = courses_of(own, {name: getattr(row, name) for name in _FACTS})
    return Traced(
        row.id,
        row.neighbour,
        row.label,
        row.slug,
        row.position_id,
        row.segment_id,
        row.chainage_m,
        Placed(row.id, row.province_code, row.lat, row.lon),
        began,
        courses,
    )


def _changes(session: Session, marker_ids: Iterable[int] | None = None) -> dict[int, list[Change]]:
    statement = select(
        MarkerChange.marker_id, *(getattr(MarkerChange, name) for name in _CHANGED)
    ).order_by(MarkerChange.id)
    if marker_ids is not None:
        statement = statement.where(MarkerChange.marker_id.in_(list(marker_ids)))
    found: dict[int, list[Change]] = {}
    for marker_id, valid_on, before, after in session.execute(statement):
        found.setdefault(marker_id, []).append(Change(valid_on, before, after))
    return found


def _provinces(
    session: Session, traced: Mapping[int, Traced], provinces: ProvinceMap, pack: Pack | None
) -> _Codes:
    """The province of every marker on the map of a day, kept for each map."""
    bind, version = session.get_bind(), register_version(session)
    held = _PROVINCES.get(bind)
    if held is None or held[0] != version:
        held = _PROVINCES[bind] = (version, {})
    key = (id(pack), *provinces.names)
    if key not in held[1]:
        held[1][key] = provinces_of((one.placed for one in traced.values()), provinces, pack)
    return held[1][key]


# --- the register on a day ------------------------------------------------------------------


def standings(
    session: Session,
    actor: Actor,
    filters: MarkerFilter,
    *,
    on: date,
    pack: Pack | None,
    units_on: date | None = None,
) -> list[Standing]:
    """The markers of a filter that existed on a day, as they stood, in the order of the border.

    `units_on` is the day of the provinces' map where it is another than `on`, to compare days.
    """
    traced, provinces = traced_markers(session), province_map(session, units_on or on)
    codes = _provinces(session, traced, provinces, pack)
    lasting = MarkerFilter(
        neighbour=filters.neighbour, segment_id=filters.segment_id, text=filters.text
    )
    seen = set(session.scalars(select(Marker.id).where(matching(actor, lasting))))
    stood = [
        _standing(one, codes[one.marker_id], on)
        for one in traced.values()
        if one.marker_id in seen and one.began <= on
    ]
    found = _chosen(stood, filters)
    if not filters.inspection:
        return found
    due = due_days_on(session, on)
    return [one for one in found if _is_as_inspected(one, filters.inspection, due, on)]


def _standing(one: Traced, province_code: str | None, on: date) -> Standing:
    courses = one.courses
    return Standing(
        one.marker_id,
        one.neighbour,
        one.label,
        one.slug,
        one.position_id,
        one.segment_id,
        one.chainage_m,
        province_code,
        courses["kind"].on(on),
        courses["stage"].on(on),
        courses["legal_stage"].on(on),
        courses["condition"].on(on),
    )


def _is_as_inspected(one: Standing, asked: str, due: Mapping[int, date | None], on: date) -> bool:
    if one.stage not in STANDING_STAGES or one.condition in GONE:
        return False
    if one.marker_id not in due:
        return asked == Inspected.NEVER
    day = due[one.marker_id]
    return day is not None and asked == (Inspected.OVERDUE if day < on else Inspected.IN_TIME)


def _chosen(found: list[Standing], filters: MarkerFilter) -> list[Standing]:
    """Those of which what may change with the days is as the filter asks."""
    if filters.province_code == NO_PROVINCE:
        found = [one for one in found if one.province_code is None]
    elif filters.province_code:
        found = [one for one in found if one.province_code == filters.province_code]
    for name in ("stage", "legal_stage", "condition"):
        if asked := getattr(filters, name):
            found = [one for one in found if getattr(one, name) == asked]
    if filters.kind:
        kinds = kinds_asked(filters.kind)
        found = [one for one in found if one.kind in kinds]
    if filters.reached:
        stages = stages_from(filters.reached)
        found = [one for one in found if one.stage in stages]
    if filters.legal_reached:
        legal = legal_stages_from(filters.legal_reached)
        found = [one for one in found if one.legal_stage in legal]
    return found


def list_markers_on(
    session: Session,
    actor: Actor,
    filters: MarkerFilter,
    *,
    on: date,
    pack: Pack | None,
    after: int | None = None,
    limit: int = PAGE_SIZE,
) -> PastPage:
    """What `list_markers` and `count_markers` answer, of a day in the past."""
    every_line = replace(filters, neighbour="")
    found = standings(session, actor, every_line, on=on, pack=pack)
    counts: dict[str, int] = {}
    for one in found:
        counts[one.neighbour] = counts.get(one.neighbour, 0) + 1
    wanted = [one for one in found if filters.neighbour in ("", one.neighbour)]
    start = next((at + 1 for at, one in enumerate(wanted) if one.marker_id == after), 0)
    shown = wanted[start : start + limit]
    more = len(wanted) > start + limit
    rows = list(_as_they_stood(session, shown, on))
    return PastPage(Page(rows, shown[-1].marker_id if more else None, len(wanted)), counts)


def province_codes_on(
    session: Session, actor: Actor, *, on: date, pack: Pack | None
) -> Iterable[str]:
    """The provinces of a day in which the actor sees markers."""
    found = standings(session, actor, MarkerFilter(), on=on, pack=pack)
    return {one.province_code for one in found if one.province_code}


def _as_they_stood(session: Session, shown: Sequence[Standing], on: date) -> Iterator[Marker]:
    """Copies of the markers that belong to no session and say what held on the day."""
    for start in range(0, len(shown), _MOST_IDS):
        part = {one.marker_id: one for one in shown[start : start + _MOST_IDS]}
        held = session.scalars(select(Marker).where(Marker.id.in_(part)))
        markers = {marker.id: marker for marker in held}
        changes = _changes(session, part)
        for marker_id, stood in part.items():
            values = _column_values(markers[marker_id])
            courses = courses_of(changes.get(marker_id, []), values)
            values |= state_on(courses, on) | {"province_code": stood.province_code}
            yield Marker(**values)


def _column_values(marker: Marker) -> dict[str, Any]:  # Any: column values
    return {column.key: getattr(marker, column.key) for column in inspect(Marker).column_attrs}
