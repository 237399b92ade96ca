"""Cases along the border: what was open on a day and lies on a stretch, as the actor sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select, true
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.queries import visible_to
from app.permissions import Actor

NEAR_LINE_M = 20_000.0  # farther inland a place along the line says little
MOST_ALONG = 300
_MOST_SCOPED = 200_000
_COLUMNS = (
    Case.id,
    Case.reference,
    Case.title,
    Case.type_code,
    Case.state_kind,
    Case.is_open,
    Case.next_due_at,
    Case.neighbour,
    Case.province_code,
    Case.chainage_m,
)
CaseRow = Row[*tuple[Any, ...]]  # Any: the columns above


@dataclass(frozen=True, slots=True)
class Along:
    """Where to look: a line, a stretch of it in metres of chainage, a province; empty is all."""

    neighbour: str = ""
    from_m: float | None = None
    to_m: float | None = None
    province_code: str = ""


def open_on(moment: datetime | None) -> ColumnElement[bool]:
    """The cases that are open, or were open at a past moment."""
    if moment is None:
        return Case.is_open.is_(true())
    still = or_(Case.closed_at.is_(None), Case.closed_at > moment)
    return (Case.opened_at <= moment) & still


def _scope(actor: Actor, moment: datetime | None) -> list[ColumnElement[bool]]:
    """What is open and seen; a part of the country is read whole first, by its own indexes."""
    scope = [visible_to(actor), open_on(moment)]
    if actor.area.is_everything:
        return scope
    return [Case.id.in_(select(Case.id).where(*scope).limit(_MOST_SCOPED))]


def cases_along(
    session: Session, actor: Actor, along: Along, *, moment: datetime | None = None
) -> tuple[Sequence[CaseRow], bool]:
    """The newest open cases along the line, and whether there are more than these."""
    conditions = [
        *_scope(actor, moment),
        Case.chainage_m.is_not(None),
        Case.border_distance_m <= NEAR_LINE_M,
    ]
    if along.neighbour:
        conditions.append(Case.neighbour == along.neighbour)
    if along.from_m is not None and along.to_m is not None:
        conditions.append(Case.chainage_m.between(along.from_m, along.to_m))
    if along.province_code:
        conditions.append(Case.province_code == along.province_code)
    newest = Case.updated_at if moment is None else Case.opened_at
    statement = select(*_COLUMNS).where(*conditions).order_by(newest.desc(), Case.id.desc())
    rows = session.execute(statement.limit(MOST_ALONG + 1)).all()
    return rows[:MOST_ALONG], len(rows) > MOST_ALONG
