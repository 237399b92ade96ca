"""Reads of the registers: every list and page starts from what the actor may see."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app.accounts.models import Unit, UnitKind
from app.accounts.queries import in_force
from app.database import fold_text
from app.errors import NotFound
from app.geo.geotag import Markers
from app.geo.labels import LabelError, LabelRange, MarkerLabel, parse_labels
from app.geo.zorder import morton_ranges
from app.permissions import Actor
from app.registers.geodesy import bearing
from app.registers.inspection_queries import inspected
from app.registers.inspection_rules import Inspected
from app.registers.models import (
    LineFact,
    Marker,
    MarkerChange,
    Neighbour,
    Position,
    RegisterVersion,
    Segment,
)
from app.registers.paging import PAGE_SIZE, Page, count_rows, page_of
from app.registers.slugs import label_slug
from app.registers.stages import kinds_asked, legal_stages_from, stages_from

MARKERS = "marker"
_METRES_PER_DEGREE = 110_574.0  # of latitude at the equator, where it is shortest
_MOST_ASKED = 50  # labels in one search box
_MOST_PAIRS = 400  # in one IN list
_EXACT = (
    "neighbour",
    "province_code",
    "segment_id",
    "stage",
    "legal_stage",
    "condition",
)
NO_PROVINCE = "-"  # asks for the markers of which no province is known
_NARROWING = (*_EXACT, "kind", "text", "reached", "legal_reached", "inspection", "today")


@dataclass(frozen=True, slots=True)
class MarkerFilter:
    """What a list of markers is narrowed to; an empty value narrows nothing."""

    neighbour: str = ""
    province_code: str = ""
    segment_id: int | None = None
    kind: str = ""
    stage: str = ""
    legal_stage: str = ""
    condition: str = ""
    text: str = ""
    reached: str = ""  # a step of the field's clock, at or beyond it
    legal_reached: str = ""  # the same of the law's
    inspection: str = ""  # overdue, never or in time on the day `today`
    today: date | None = None


@dataclass(frozen=True, slots=True)
class NearMarker:
    """A marker, how many metres from it the place lies, and in which direction (degrees)."""

    marker: Marker
    m: float
    azimuth: float


# --- scope ----------------------------------------------------------------------------------


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Markers: the Ministry all, a province and the units in it their own stretch."""
    return and_(Marker.withdrawn_at.is_(None), _in_area(actor, Marker.province_code))


def _in_area(
    actor: Actor, province: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
) -> ColumnElement[bool]:
    area = actor.area
    if area.is_everything:
        return true()
    if not area.province_codes and not area.unit_ids:
        return false()
    at_home = select(Unit.province_code).where(Unit.id.in_(area.unit_ids))
    return or_(province.in_(area.province_codes), province.in_(at_home))


def provinces_seen_by(session: Session, actor: Actor) -> frozenset[str]:
    """The provinces whose part of the register the actor sees, where that is not everything."""
    at_home = select(Unit.province_code).where(
        Unit.id.in_(actor.area.unit_ids), Unit.province_code.is_not(None)
    )
    return actor.area.province_codes | frozenset(filter(None, session.scalars(at_home)))


def home_province(session: Session, actor: Actor) -> str | None:
    """The province of the actor's area, else of the unit; None for several."""
    if actor.area.province_codes:
        return min(actor.area.province_codes) if len(actor.area.province_codes) == 1 else None
    return session.scalar(select(Unit.province_code).where(Unit.id == actor.unit_id))


# --- markers --------------------------------------------------------------------------------


def list_markers(
    session: Session,
    actor: Actor,
    filters: MarkerFilter,
    *,
    after: int | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Marker]:
    """Markers in the order of their numbers along each line."""
    condition = matching(actor, filters)
    statement = select(Marker).where(condition).order_by(Marker.sort_key).limit(limit + 1)
    if after is not None:
        last = select(Marker.sort_key).where(Marker.id == after).scalar_subquery()
        statement = statement.where(Marker.sort_key > last)
    rows = session.scalars(statement).all()
    return page_of(rows, limit=limit, total=count_rows(session, Marker.id, condition))


def matching(actor: Actor, filters: MarkerFilter) -> ColumnElement[bool]:
    """The markers of a filter under the actor's rights; lists, maps and exports share it."""
    named = {name: getattr(filters, name) for name in _EXACT}
    conditions = [visible_to(actor)]
    if filters.province_code == NO_PROVINCE:
        del named["province_code"]
        conditions.append(Marker.province_code.is_(None))
    conditions.extend(getattr(Marker, name) == value for name, value in named.items() if value)
    if filters.kind:
        conditions.append(Marker.kind.in_(kinds_asked(filters.kind)))
    if filters.reached:
        conditions.append(Marker.stage.in_(stages_from(filters.reached)))
    if filters.legal_reached:
        conditions.append(Marker.legal_stage.in_(legal_stages_from(filters.legal_reached)))
    if filters.inspection in set(Inspected) and filters.today:
        conditions.append(inspected(filters.inspection, today=filters.today))
    if filters.text.strip():
        conditions.append(_mentions(filters.text))
    return and_(*conditions)


def _mentions(text: str) -> ColumnElement[bool]:
    try:
        asked = parse_labels(text)
    except LabelError:
        folded = fold_text(text)
        return or_(
            Marker.label_fold.contains(folded, autoescape=True),
            Marker.place_fold.contains(folded, autoescape=True),
        )
    return or_(*(_names(label) for label in asked[:_MOST_ASKED]))


def _names(asked: MarkerLabel | LabelRange) -> ColumnElement[bool]:
    if isinstance(asked, LabelRange):
        return _on_line(asked.first, Marker.main.between(asked.first.main, asked.last.main))
    if asked.text is not None:
        return _on_line(asked, Marker.label_fold.contains(fold_text(asked.text), autoescape=True))
    conditions = [Marker.main == asked.main]
    for name in ("aux", "peg", "suffix", "main_suffix"):
        value = getattr(asked, name)
        if value is not None:
            conditions.append(getattr(Marker, name) == value)
    return _on_line(asked, and_(*conditions))


def _on_line(label: MarkerLabel, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(condition, Marker.neighbour == label.line) if label.line else condition


def count_markers(
    session: Session, actor: Actor, filters: MarkerFilter, *, by: str = "neighbour"
) -> Mapping[str, int]:
    """How many markers per line (or another column), ignoring the filter on that column."""
    column: InstrumentedAttribute[str] = getattr(Marker, by)
    others = {name: getattr(filters, name) for name in _NARROWING if name != by}
    condition = matching(actor, MarkerFilter(**others))
    rows = session.execute(select(column, func.count()).where(condition).group_by(column))
    return {code: count for code, count in rows if code is not None}


def marker_by_slug(session: Session, actor: Actor, neighbour: str, slug: str) -> Marker:
    line, name = neighbour.upper(), label_slug(slug)
    if line not in {code.value for code in Neighbour}:
        raise NotFound
    return _one_marker(session, actor, and_(Marker.neighbour == line, Marker.slug == name))


def marker_by_label(session: Session, actor: Actor, neighbour: str, label: str) -> Marker:
    """The marker with exactly this label as `format_label` writes it."""
    return _one_marker(session, actor, and_(Marker.neighbour == neighbour, Marker.label == label))


def marker_by_id(session: Session, actor: Actor, marker_id: int) -> Marker:
    return _one_marker(session, actor, Marker.id == marker_id)


def _one_marker(session: Session, actor: Actor, condition: ColumnElement[bool]) -> Marker:
    statement = select(Marker).where(condition, visible_to(actor))
    marker = session.scalar(statement.options(selectinload(Marker.position)))
    if marker is None:
        raise NotFound("Không tìm thấy mốc, hoặc mốc ngoài phạm vi của bạn.")
    return marker


def markers_by_label(
    session: Session, pairs: Iterable[tuple[str, str]], *, with_withdrawn: bool = False
) -> Mapping[tuple[str, str], Marker]:
    """The markers among these (line, label) pairs, whoever asks: for imports."""
    standing = true() if with_withdrawn else Marker.withdrawn_at.is_(None)
    wanted = list(pairs)
    found: dict[tuple[str, str], Marker] = {}
    for start in range(0, len(wanted), _MOST_PAIRS):
        part = wanted[start : start + _MOST_PAIRS]
        rows = session.scalars(
            select(Marker)
            .where(tuple_(Marker.neighbour, Marker.label).in_(part), standing)
            .options(selectinload(Marker.position), selectinload(Marker.measurements))
        )
        found |= {(marker.neighbour, marker.label): marker for marker in rows}
    return found


def positions_by_label(
    session: Session, pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Position]:
    """The positions among these (line, label) pairs, whoever asks: for imports."""
    wanted = list(pairs)
    found: dict[tuple[str, str], Position] = {}
    for start in range(0, len(wanted), _MOST_PAIRS):
        part = wanted[start : start + _MOST_PAIRS]
        rows = session.scalars(
            select(Position).where(tuple_(Position.neighbour, Position.label).in_(part))
        )
        found |= {(one.neighbour, one.label): one for one in rows}
    return found


def beside(session: Session, actor: Actor, marker: Marker) -> tuple[Marker | None, Marker | None]:
    """The previous and the next marker along the same line, as far as the actor sees."""
    own = select(Marker).where(visible_to(actor), Marker.neighbour == marker.neighbour)
    before = own.where(Marker.sort_key < marker.sort_key).order_by(Marker.sort_key.desc())
    after = own.where(Marker.sort_key > marker.sort_key).order_by(Marker.sort_key)
    return session.scalar(before.limit(1)), session.scalar(after.limit(1))


def companions(session: Session, actor: Actor, marker: Marker) -> Sequence[Marker]:
    """The other markers of the same position: the rest of a pair or a triple."""
    return session.scalars(
        select(Marker)
        .where(Marker.position_id == marker.position_id, Marker.id != marker.id, visible_to(actor))
        .order_by(Marker.sort_key)
    ).all()


def changes_of(session: Session, marker: Marker) -> Sequence[MarkerChange]:
    return session.scalars(
        select(MarkerChange)
        .where(MarkerChange.marker_id == marker.id)
        .order_by(MarkerChange.id.desc())
        .limit(PAGE_SIZE)
    ).all()


# --- the nearest marker ---------------------------------------------------------------------

# One index per process and database, thrown away when the register's number has moved on.
_INDEXES: WeakKeyDictionary[Engine | Connection, tuple[int, Markers]] = WeakKeyDictionary()


def register_version(session: Session, name: str = MARKERS) -> int:
    number = session.scalar(select(RegisterVersion.number).where(RegisterVersion.name == name))
    return number or 0


def marker_index(session: Session) -> Markers:
    """Every placed marker, whoever asks: what is nearest is a fact, who reads it is a rule."""
    bind = session.get_bind()
    version = register_version(session)
    held = _INDEXES.get(bind)
    if held is None or held[0] != version:
        statement = select(Marker.id, Marker.lat, Marker.lon).where(
            Marker.lat.is_not(None), Marker.withdrawn_at.is_(None)
        )
        rows = session.execute(statement.order_by(Marker.id)).all()
        lats = np.array([row.lat for row in rows], dtype=np.float64)
        lons = np.array([row.lon for row in rows], dtype=np.float64)
        held = (version, Markers([row.id for row in rows], lons, lats))
        _INDEXES[bind] = held
    return held[1]


def nearest_markers(
    session: Session,
    actor: Actor,
    lat: float,
    lon: float,
    *,
    limit: int = 5,
    within_m: float = 50_000,
) -> list[NearMarker]:
    """The nearest markers that the actor sees, nearest first: key ranges, then exact distance."""
    for reach in (within_m / 16, within_m / 4, within_m):
        found = [near for near in _around(session, actor, lat, lon, reach) if near.m <= reach]
        if len(found) >= limit:
            break
    return sorted(found, key=lambda near: near.m)[:limit]


def _around(
    session: Session, actor: Actor, lat: float, lon: float, reach_m: float
) -> Iterator[NearMarker]:
    high = reach_m / _METRES_PER_DEGREE
    wide = high / max(math.cos(math.radians(lat)), 0.1)
    box = (lon - wide, lat - high, lon + wide, lat + high)
    inside = or_(*(Marker.z_key.between(*keys) for keys in morton_ranges(box)))
    for marker in session.scalars(select(Marker).where(visible_to(actor), inside)):
        if marker.lat is not None and marker.lon is not None:
            way = bearing((marker.lat, marker.lon), (lat, lon))
            yield NearMarker(marker, way.distance_m, way.azimuth)


# --- lines, facts and places ----------------------------------------------------------------


def segments(session: Session, *, province_codes: Iterable[str] = ()) -> Sequence[Segment]:
    statement = select(Segment).order_by(Segment.neighbour, Segment.chainage_from_m, Segment.id)
    if wanted := list(province_codes):
        statement = statement.where(Segment.province_code.in_(wanted))
    return session.scalars(statement).all()


def segments_seen_by(session: Session, actor: Actor) -> Sequence[Segment]:
    """The stretches that the actor sees whole, in the order of the border."""
    statement = select(Segment).where(_in_area(actor, Segment.province_code))
    return session.scalars(
        statement.order_by(Segment.neighbour, Segment.chainage_from_m, Segment.id)
    ).all()


def facts_by(session: Session, on: date) -> Sequence[LineFact]:
    """Every figure that was published by a day, the newest of each first."""
    return session.scalars(
        select(LineFact)
        .where(LineFact.as_of <= on)
        .order_by(LineFact.subject, LineFact.key, LineFact.as_of.desc(), LineFact.id)
    ).all()


def facts_of(session: Session, subject: str) -> Sequence[LineFact]:
    return session.scalars(
        select(LineFact)
        .where(LineFact.subject == subject)
        .order_by(LineFact.key, LineFact.as_of.desc())
    ).all()


def place_names(
    session: Session, codes: Iterable[str | None], *, kind: UnitKind, on: date
) -> Mapping[str, str]:
    """The names on `on` of provinces or communes by code."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    statement = select(Unit.code, Unit.name).where(
        Unit.kind == kind, Unit.code.in_(wanted), in_force(on)
    )
    return {row.code: row.name for row in session.execute(statement)}


def provinces_with_markers(session: Session, actor: Actor) -> Sequence[str]:
    statement = select(Marker.province_code).where(visible_to(actor))
    return sorted(code for code in session.scalars(statement.distinct()) if code)
