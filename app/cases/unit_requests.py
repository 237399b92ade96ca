"""What every request to a unit shares: its time to answer, its tie to the case, its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, exists, func, select, true
from sqlalchemy.orm import Session

from app.cases.dated_settings import Limits
from app.cases.deadlines import calendar_of
from app.cases.effects import set_unit_role
from app.cases.heads import CaseHead
from app.cases.models import CaseUnit, UnitRole
from app.cases.request_models import RequestKind, RequestState, UnitRequest
from app.errors import Conflict
from app.permissions import Actor
from app.workflow.due import due_at
from app.workflow.limits import ClockKind, Limit

REMIND_AT = 0.75  # of the time to answer


@dataclass(frozen=True, slots=True)
class Term:
    """How long a unit has to answer, when that ends, and when it is reminded."""

    limit: Limit
    due: datetime
    remind: datetime


def limit_of(session: Session, head: CaseHead, key: str, *, otherwise: str, now: datetime) -> Limit:
    """The dated setting of this name, or what the program falls back on."""
    return Limits(session, head, now).get(key) or Limit.parse(otherwise)


def term_of(session: Session, head: CaseHead, limit: Limit, *, now: datetime) -> Term:
    """Counted by the calendar of the unit that owns the case, as its clocks are."""
    due = due_at(limit.kind, limit.amount, now, calendar_of(session, head)).at
    return Term(limit, due, now + (due - now) * REMIND_AT)


def term_until(session: Session, head: CaseHead, day: date, *, now: datetime) -> Term:
    """Until the end of work on a day that somebody chose."""
    calendar = calendar_of(session, head)
    due = calendar.end_of_work(day)
    days = max(0, (day - calendar.local(now).date()).days)
    return Term(Limit(days, ClockKind.CALENDAR_DAYS), due, now + (due - now) * REMIND_AT)


def new_request(
    session: Session,
    actor: Actor,
    head: CaseHead,
    kind: RequestKind,
    unit_id: int,
    *,
    term: Term,
    now: datetime,
    from_unit_id: int | None = None,
    **columns: Any,  # Any: further columns of unit_request
) -> UnitRequest:
    """Ask a unit, which sees the case from now on if it did not take part in it before."""
    known = session.scalar(
        select(CaseUnit.role).where(CaseUnit.case_id == head.id, CaseUnit.unit_id == unit_id)
    )
    if known is None:
        set_unit_role(session, head.id, unit_id, UnitRole.PARTICIPANT)
    found = UnitRequest(
        case_id=head.id,
        kind=kind,
        from_unit_id=from_unit_id or actor.unit_id,
        to_unit_id=unit_id,
        asked_by=actor.user_id,
        asked_at=now,
        due_at=term.due,
        remind_at=term.remind,
        files=[],
        brought_tie=known is None,
        **columns,
    )
    session.add(found)
    session.flush()
    return found


def locked(session: Session, request: UnitRequest) -> UnitRequest:
    """The request as it is now, held against everybody else who would answer it."""
    session.refresh(request, with_for_update=True)
    if not request.is_open:
        raise Conflict("Việc này vừa được người khác trả lời. Hãy tải lại trang.")
    return request


def end_request(
    session: Session,
    actor: Actor,
    request: UnitRequest,
    state: RequestState,
    *,
    said: str = "",
    now: datetime,
) -> None:
    request.is_open, request.state = False, state
    request.answer, request.answered_at = said, now
    request.answered_by, request.answered_name = actor.user_id, actor.name
    request.remind_at = None
    session.flush()


def drop_tie(session: Session, request: UnitRequest) -> None:
    """The unit no longer sees the case, unless it does so for another reason."""
    if not request.brought_tie:
        return
    other = select(UnitRequest.id).where(
        UnitRequest.case_id == request.case_id,
        UnitRequest.to_unit_id == request.to_unit_id,
        UnitRequest.id != request.id,
        UnitRequest.state.in_([RequestState.WAITING, RequestState.ANSWERED]),
    )
    if session.scalar(select(exists(other))):
        heir = session.scalars(other.with_only_columns(UnitRequest).limit(1)).one()
        heir.brought_tie = True
        return
    session.execute(
        delete(CaseUnit).where(
            CaseUnit.case_id == request.case_id,
            CaseUnit.unit_id == request.to_unit_id,
            CaseUnit.role == UnitRole.PARTICIPANT,
        )
    )


def open_requests(session: Session, case_id: int) -> Sequence[UnitRequest]:
    return session.scalars(
        select(UnitRequest)
        .where(UnitRequest.case_id == case_id, UnitRequest.is_open.is_(true()))
        .order_by(UnitRequest.id)
    ).all()


def count_waiting(session: Session, unit_id: int, kind: RequestKind, *, up_to: int) -> int:
    """How many requests wait for a unit, counted no further than `up_to`."""
    waiting = (
        select(UnitRequest.id)
        .where(
            UnitRequest.is_open.is_(true()),
            UnitRequest.to_unit_id == unit_id,
            UnitRequest.kind == kind,
        )
        .limit(up_to)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(waiting)) or 0
