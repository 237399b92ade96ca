"""Units that have been asked and have not answered: reminded in time, told of when late."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from app.cases.heads import definition_of_head, get_head_by_id
from app.cases.models import Case
from app.cases.request_models import RequestKind, UnitRequest
from app.notices.audience import Circle, Told
from app.notices.deadlines import CHUNK
from app.notices.models import NoticeKind
from app.notices.services import Cause, tell
from app.notices.wording import request_due
from app.permissions import SYSTEM_ACTOR


def remind_units(session: Session, *, now: datetime) -> int:
    """Remind the asked units of what is due soon, up to a chunk; how many were found."""
    nearing = select(UnitRequest).where(UnitRequest.remind_at <= now)
    requests = _held(session, nearing.order_by(UnitRequest.remind_at))
    for request in requests:
        if request.due_at > now:
            _tell(session, request, NoticeKind.REQUEST_DUE, now)
        request.remind_at = None
    session.flush()
    return len(requests)


def note_late_units(session: Session, *, now: datetime) -> int:
    """Tell both sides that an answer is overdue, once; nothing is decided by silence."""
    late = select(UnitRequest).where(UnitRequest.overdue_at.is_(None), UnitRequest.due_at <= now)
    requests = _held(session, late.order_by(UnitRequest.due_at))
    for request in requests:
        _tell(session, request, NoticeKind.REQUEST_LATE, now)
        request.overdue_at = now
    session.flush()
    return len(requests)


def _held(session: Session, wanted: Select[UnitRequest]) -> Sequence[UnitRequest]:
    statement = (
        wanted.join(Case, Case.id == UnitRequest.case_id)
        .where(UnitRequest.is_open.is_(true()), Case.is_open.is_(true()))
        .limit(CHUNK)
        .with_for_update(skip_locked=True, of=UnitRequest)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).all()


def _tell(session: Session, request: UnitRequest, kind: NoticeKind, now: datetime) -> None:
    head = get_head_by_id(session, SYSTEM_ACTOR, request.case_id)
    circle = Circle(session, head, definition_of_head(session, head), now.date())
    people = circle.carriers(request.to_unit_id)
    if kind is NoticeKind.REQUEST_LATE:
        people = [*people, *circle.active([request.asked_by])]
    told: Told = dict.fromkeys(people, kind)
    text = request_due(
        is_transfer=request.kind == RequestKind.TRANSFER,
        is_late=kind is NoticeKind.REQUEST_LATE,
        due_at=request.due_at,
    )
    cause = Cause(f"request:{request.id}:{kind.value}", head.id)
    tell(session, told, {kind: text}, cause, now=now)
