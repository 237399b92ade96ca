"""What time itself does to cases: deadlines that come near are announced, those passed recorded."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select, true, update
from sqlalchemy.orm import Session

from app.cases.heads import CaseHead, definition_of_head, get_head_by_id
from app.cases.models import Case, CaseClock, EventKind
from app.cases.recording import Happening, record
from app.notices.audience import Circle
from app.notices.models import NoticeKind
from app.notices.services import Cause, tell
from app.notices.wording import clock_name, warned
from app.permissions import SYSTEM_ACTOR

CHUNK = 200


def record_missed(session: Session, *, now: datetime) -> int:
    """Record up to a chunk of passed deadlines on their cases; how many were found.

    The people are told when the recorded event is followed.
    """
    late = select(CaseClock).where(CaseClock.missed_at.is_(None), CaseClock.due_at <= now)
    clocks = _lock(session, late.order_by(CaseClock.due_at))
    heads: dict[int, CaseHead] = {}
    for clock in clocks:
        head = heads.get(clock.case_id) or get_head_by_id(session, SYSTEM_ACTOR, clock.case_id)
        heads[clock.case_id] = _record_missed(session, head, clock, now)
    session.execute(
        update(CaseClock)
        .where(CaseClock.id.in_([clock.id for clock in clocks]))
        .values(missed_at=now)
    )
    return len(clocks)


def _record_missed(session: Session, head: CaseHead, clock: CaseClock, now: datetime) -> CaseHead:
    name = clock_name(definition_of_head(session, head), clock.code)
    happening = Happening(
        EventKind.CLOCK_MISSED,
        text=name.vi,
        data={
            "clock": clock.code,
            "round": clock.round,
            "limit": clock.limit,
            "due_at": clock.due_at.isoformat(),
        },
        summary=f"Quá hạn: {name.vi}",
    )
    return record(session, SYSTEM_ACTOR, head, happening, now=now).head


def give_warnings(session: Session, *, now: datetime) -> int:
    """Tell who carries a case of its nearing deadline, up to a chunk; how many were found."""
    nearing = select(CaseClock).where(CaseClock.next_warn_at <= now)
    clocks = _lock(session, nearing.order_by(CaseClock.next_warn_at))
    for clock in clocks:
        if clock.due_at > now:
            _warn(session, clock, now)
        coming = (datetime.fromisoformat(moment) for moment in clock.warn_at)
        clock.next_warn_at = min((moment for moment in coming if moment > now), default=None)
    session.flush()
    return len(clocks)


def _warn(session: Session, clock: CaseClock, now: datetime) -> None:
    head = get_head_by_id(session, SYSTEM_ACTOR, clock.case_id)
    definition = definition_of_head(session, head)
    circle = Circle(session, head, definition, now.date())
    told = dict.fromkeys(circle.assignee_or_unit(), NoticeKind.CLOCK_WARNED)
    text = warned(definition, head, clock.code, clock.due_at)
    moment = clock.next_warn_at.isoformat() if clock.next_warn_at else ""
    cause = Cause(f"clock:{clock.id}:{moment}", head.id)
    tell(session, told, {NoticeKind.CLOCK_WARNED: text}, cause, now=now)


def _lock(session: Session, wanted: Select[CaseClock]) -> Sequence[CaseClock]:
    """The clocks with their cases, for this sweeper alone; one that is busy waits for the next."""
    statement = (
        wanted.join(Case, Case.id == CaseClock.case_id)
        .where(CaseClock.is_running.is_(true()), _is_ticking())
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).all()


def _is_ticking() -> ColumnElement[bool]:
    """A suspended case pauses its clocks, except those that count back from a date."""
    return or_(Case.suspended_for.is_(None), CaseClock.is_before.is_(true()))
