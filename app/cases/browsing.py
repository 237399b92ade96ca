"""A tab of the queue at any size: several questions, each of which one index answers in order.

Owner or participant or province or assignee, asked at once, makes a database read and sort
everything that matches. Asked one by one, each in order and cut off after a page, the same
question reads about as many rows as are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, load_only

from app.cases.models import Case, Confidentiality
from app.cases.queries import (
    ASKED_OF_US,
    SHOWN_COLUMNS,
    Filters,
    Tab,
    Viewpoint,
    decode_cursor,
    encode_cursor,
    filter_conditions,
    open_types,
    tab_parts,
    taking_part,
    viewpoint_of,
    visible_in,
)
from app.database import Prepared, UtcDateTime
from app.permissions import Actor, Area

PAGE_SIZE = 50
COUNTED_TO = 99
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # stands where a moment will
MOST_BRANCHES = 12  # an area of more parts is asked for at once
# Few enough cases, whoever looks: the scope is a filter, not a way to find them.
NARROW_TABS = {Tab.MINE, Tab.UNIT, *ASKED_OF_US}

Condition = ColumnElement[bool]
Order = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]

# Few: found first, then looked at one by one, whatever other index seems to offer itself.
_other = aliased(Case)
_SUSPENDED = select(_other.id).where(_other.is_open.is_(true()), _other.suspended_for.is_not(None))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue and the cursor of the next."""

    cases: Sequence[Case]
    next_cursor: str | None = None


def queue_page(
    session: Session, actor: Actor, filters: Filters, *, now: datetime, cursor: str = ""
) -> Page:
    """Fifty cases of a tab, newest change first (the due tab: nearest deadline first)."""
    tab, shared = filters.tab, filter_conditions(session, actor, filters)
    if cursor:
        shared.append(_after(cursor, tab))
    parts = [[*branch, *shared] for branch in branches(actor, tab, now=now)]
    found = _first(parts, tab, limit=PAGE_SIZE + 1)
    statement = select(Case).options(load_only(*SHOWN_COLUMNS)).where(Case.id.in_(found))
    cases = session.scalars(statement.order_by(*_in_order(tab)).limit(PAGE_SIZE + 1)).all()
    if len(cases) <= PAGE_SIZE:
        return Page(cases)
    last = cases[PAGE_SIZE - 1]
    moment = last.next_due_at if tab is Tab.DUE else last.updated_at
    assert moment is not None  # noqa: S101  the due tab holds only cases with a deadline
    return Page(cases[:PAGE_SIZE], encode_cursor(moment, last.id))


def tab_counts(session: Session, actor: Actor, *, now: datetime) -> dict[Tab, int]:
    """How many cases each tab holds, counted no further than 100."""
    seen = viewpoint_of(actor, now)
    values = {
        "b_user": seen.user_id,
        "b_unit": seen.unit_id,
        "b_soon": seen.soon,
        "b_today": seen.today,
    }
    counts = _counts_in(actor.area).tuples(session, values)[0]
    return {tab: min(count, COUNTED_TO + 1) for tab, count in zip(Tab, counts, strict=True)}


@lru_cache(maxsize=512)
def _counts_in(area: Area) -> Prepared:
    """All counts in one statement, which is put together once for each area."""
    soon = bindparam("b_soon", _LONG_AGO, type_=UtcDateTime())
    today = bindparam("b_today", date.min, type_=Date())
    seen = Viewpoint(bindparam("b_user", 0), bindparam("b_unit", 0), soon, today)
    counts = []
    for tab in Tab:
        found = _first(_branches(area, tab, seen), tab, limit=COUNTED_TO + 1)
        counts.append(select(func.count()).select_from(found.subquery()).scalar_subquery())
    return Prepared(select(*counts))


def unplaced_count(session: Session, actor: Actor, filters: Filters, *, now: datetime) -> int:
    """How many cases of the filters no map can show, counted no further than 100."""
    shared = filter_conditions(session, actor, replace(filters, is_unplaced=True))
    parts = [[*branch, *shared] for branch in branches(actor, filters.tab, now=now)]
    found = _first(parts, filters.tab, limit=COUNTED_TO + 1).subquery()
    counted = session.scalar(select(func.count()).select_from(found)) or 0
    return min(counted, COUNTED_TO + 1)


def _first(
    parts: Sequence[Sequence[Condition]], tab: Tab, *, limit: int
) -> Select[int] | CompoundSelect[int]:
    """Ids among which the first of the tab are, each once: the first of every branch."""
    in_order = _in_order(tab)
    firsts = []
    for part in parts:
        ordered = select(Case.id).where(*part).order_by(*in_order).limit(limit)
        firsts.append(select(ordered.subquery().c.id))
    return union(*firsts) if len(firsts) > 1 else firsts[0]


def branches(actor: Actor, tab: Tab, *, now: datetime) -> list[list[Condition]]:
    """Conditions of which each alone is served by an index; together the tab in the scope."""
    return _branches(actor.area, tab, viewpoint_of(actor, now))


def _branches(area: Area, tab: Tab, seen: Viewpoint) -> list[list[Condition]]:
    parts = tab_parts(tab, seen)
    if tab in NARROW_TABS:
        return [[*part, visible_in(area)] for part in parts]
    if tab is Tab.WAITING:
        *parts, _ = parts
        return [*_scoped(area, parts), [Case.id.in_(_SUSPENDED), visible_in(area)]]
    return _scoped(area, parts)


def _scoped(area: Area, parts: Sequence[Sequence[Condition]]) -> list[list[Condition]]:
    scopes = _scopes(area)
    if len(scopes) * len(parts) > MOST_BRANCHES:
        scopes = [visible_in(area)]
    return [[*part, scope] for part in parts for scope in scopes]


def _scopes(area: Area) -> list[Condition]:
    """What `visible_to` says, part by part."""
    if area.closed_types:
        plain = _scopes(replace(area, closed_types=frozenset()))
        return [and_(open_types(area), scope) for scope in plain]
    if area.is_everything:
        return [true()]
    is_normal = Case.confidentiality == Confidentiality.NORMAL
    found: list[Condition] = [
        *(Case.owner_unit_id == unit_id for unit_id in sorted(area.unit_ids)),
        *(and_(is_normal, Case.province_code == code) for code in sorted(area.province_codes)),
        *(and_(is_normal, Case.country_code == code) for code in sorted(area.country_codes)),
    ]
    if area.unit_ids:
        found.append(taking_part(area))
    return found or [false()]


def _order_of(tab: Tab) -> Order:
    return Case.next_due_at if tab is Tab.DUE else Case.updated_at


def _in_order(tab: Tab) -> list[ColumnElement[Any]]:  # Any: two columns
    """Newest change first; what is due, nearest deadline first."""
    order = _order_of(tab)
    is_rising = tab is Tab.DUE
    return [order.asc(), Case.id.asc()] if is_rising else [order.desc(), Case.id.desc()]


def _after(cursor: str, tab: Tab) -> Condition:
    """Keyset paging: row values compare the same way on SQLite and PostgreSQL."""
    moment, last_id = decode_cursor(cursor)
    key = tuple_(_order_of(tab), Case.id)
    last = tuple_(literal(moment, UtcDateTime()), literal(last_id))
    return key > last if tab is Tab.DUE else key < last
