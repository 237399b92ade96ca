"""A tab of the queue at any size: several questions, each of which one index answers in order.

Owner or participant or province or assignee, asked at once, makes a database read and sort
everything that matches. Asked one by one, each in order and cut off after a page, the same
question reads about as many rows as are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    false,
    func,
    literal,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, load_only

from app.cases.models import Case, CaseUnit, Confidentiality, UnitRole
from app.cases.queries import (
    SHOWN_COLUMNS,
    Filters,
    Tab,
    decode_cursor,
    encode_cursor,
    filter_conditions,
    tab_parts,
    visible_to,
)
from app.database import UtcDateTime
from app.permissions import Actor, Area

PAGE_SIZE = 50
COUNTED_TO = 99
MOST_BRANCHES = 12  # an area of more parts is asked for at once
# Few enough cases, whoever looks: the scope is a filter, not a way to find them.
NARROW_TABS = {Tab.MINE, Tab.UNIT}

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
    is_due = filters.tab is Tab.DUE
    order: Order = Case.next_due_at if is_due else Case.updated_at
    found = _first(session, actor, filters, now=now, limit=PAGE_SIZE + 1, cursor=cursor)
    statement = select(Case).options(load_only(*SHOWN_COLUMNS)).where(Case.id.in_(found))
    ordered = statement.order_by(*_in_order(order, is_rising=is_due))
    cases = session.scalars(ordered.limit(PAGE_SIZE + 1)).all()
    if len(cases) <= PAGE_SIZE:
        return Page(cases)
    last = cases[PAGE_SIZE - 1]
    moment = last.next_due_at if is_due else last.updated_at
    assert moment is not None  # noqa: S101  the due tab holds only cases with a deadline
    return Page(cases[:PAGE_SIZE], encode_cursor(moment, last.id))


def tab_counts(session: Session, actor: Actor, *, now: datetime) -> dict[Tab, int]:
    """How many cases each tab holds, counted no further than 100."""
    return {tab: _count(session, actor, Filters(tab=tab), now=now) for tab in Tab}


def unplaced_count(session: Session, actor: Actor, filters: Filters, *, now: datetime) -> int:
    """How many cases of the filters no map can show, counted no further than 100."""
    return _count(session, actor, replace(filters, is_unplaced=True), now=now)


def _count(session: Session, actor: Actor, filters: Filters, *, now: datetime) -> int:
    limit = COUNTED_TO + 1
    found = _first(session, actor, filters, now=now, limit=limit).subquery()
    counted = session.scalar(select(func.count()).select_from(found)) or 0
    return min(counted, limit)


def _first(
    session: Session,
    actor: Actor,
    filters: Filters,
    *,
    now: datetime,
    limit: int,
    cursor: str = "",
) -> Select[int] | CompoundSelect[int]:
    """Ids among which the first of the tab are, each once: the first of every branch."""
    is_due = filters.tab is Tab.DUE
    order: Order = Case.next_due_at if is_due else Case.updated_at
    shared = filter_conditions(session, actor, filters)
    if cursor:
        shared.append(_after(cursor, order, is_rising=is_due))
    parts = []
    for branch in branches(actor, filters.tab, now=now):
        ordered = (
            select(Case.id).where(*branch, *shared).order_by(*_in_order(order, is_rising=is_due))
        )
        parts.append(select(ordered.limit(limit).subquery().c.id))
    return union(*parts) if len(parts) > 1 else parts[0]


def branches(actor: Actor, tab: Tab, *, now: datetime) -> list[list[Condition]]:
    """Conditions of which each alone is served by an index; together the tab in the scope."""
    parts = tab_parts(actor, tab, now=now)
    if tab in NARROW_TABS:
        return [[*part, visible_to(actor)] for part in parts]
    if tab is Tab.WAITING:
        *parts, _ = parts
        return [*_scoped(actor, parts), [Case.id.in_(_SUSPENDED), visible_to(actor)]]
    return _scoped(actor, parts)


def _scoped(actor: Actor, parts: Sequence[Sequence[Condition]]) -> list[list[Condition]]:
    scopes = _scopes(actor.area)
    if len(scopes) * len(parts) > MOST_BRANCHES:
        scopes = [visible_to(actor)]
    return [[*part, scope] for part in parts for scope in scopes]


def _scopes(area: Area) -> list[Condition]:
    """What `visible_to` says, part by part."""
    if area.is_everything:
        return [true()]
    taking_part = select(CaseUnit.case_id).where(
        CaseUnit.unit_id.in_(area.unit_ids), CaseUnit.role != UnitRole.OWNER
    )
    is_normal = Case.confidentiality == Confidentiality.NORMAL
    found: list[Condition] = [
        *(Case.owner_unit_id == unit_id for unit_id in sorted(area.unit_ids)),
        *(and_(is_normal, Case.province_code == code) for code in sorted(area.province_codes)),
        *(and_(is_normal, Case.country_code == code) for code in sorted(area.country_codes)),
    ]
    if area.unit_ids:
        found.append(Case.id.in_(taking_part))
    return found or [false()]


def _in_order(order: Order, *, is_rising: bool) -> list[ColumnElement[Any]]:  # Any: two columns
    return [order.asc(), Case.id.asc()] if is_rising else [order.desc(), Case.id.desc()]


def _after(cursor: str, order: Order, *, is_rising: bool) -> Condition:
    """Keyset paging: row values compare the same way on SQLite and PostgreSQL."""
    moment, last_id = decode_cursor(cursor)
    key, last = tuple_(order, Case.id), tuple_(literal(moment, UtcDateTime()), literal(last_id))
    return key > last if is_rising else key < last
