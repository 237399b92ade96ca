"""What time itself does to cases: deadlines that come near are announced, those passed recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Unit, User
from app.cases.catalogue import Definition
from app.cases.deadlines import calendar_of
from app.cases.heads import CaseHead, definition_of_head, get_head_by_id
from app.cases.models import Case, CaseClock, EventKind
from app.cases.recording import Happening, record
from app.notices.audience import Circle
from app.notices.models import NoticeKind
from app.notices.services import Cause, tell
from app.notices.wording import clock_name, warned
from app.permissions import SYSTEM_ACTOR
from app.workflow.clock_rules import ClockRule
from app.workflow.clocks import escalation_at

CHUNK = 200


def record_missed(session: Session, *, now: datetime) -> int:
    """Record up to a chunk of passed deadlines on their cases; how many were found.

    The event names who is told; they are told when it is followed.
    """
    late = select(CaseClock).where(CaseClock.missed_at.is_(None), CaseClock.due_at <= now)
    clocks = _lock(session, late.order_by(CaseClock.due_at))
    heads: dict[int, CaseHead] = {}
    for clock in clocks:
        head = heads.get(clock.case_id) or get_head_by_id(session, SYSTEM_ACTOR, clock.case_id)
        missed = _Missed(session, head, clock, now)
        heads[clock.case_id] = _record_missed(missed)
        clock.missed_at, clock.escalated = now, 0
        clock.next_escalate_at = missed.next_step(0)
    session.flush()
    return len(clocks)


def escalate(session: Session, *, now: datetime) -> int:
    """Tell the next step of the chain of deadlines that stay missed; how many were found."""
    waiting = select(CaseClock).where(
        CaseClock.missed_at.is_not(None), CaseClock.next_escalate_at <= now
    )
    clocks = _lock(session, waiting.order_by(CaseClock.next_escalate_at))
    heads: dict[int, CaseHead] = {}
    for clock in clocks:
        head = heads.get(clock.case_id) or get_head_by_id(session, SYSTEM_ACTOR, clock.case_id)
        missed = _Missed(session, head, clock, now)
        moment = missed.next_step(clock.escalated)
        if moment is not None and moment <= now:
            heads[clock.case_id] = _record_escalated(missed)
            clock.escalated += 1
            moment = missed.next_step(clock.escalated)
        clock.next_escalate_at = moment
    session.flush()
    return len(clocks)


@dataclass(frozen=True)
class _Missed:
    """One missed deadline of one case, and the people around it."""

    session: Session
    head: CaseHead
    clock: CaseClock
    now: datetime

    @cached_property
    def definition(self) -> Definition:
        return definition_of_head(self.session, self.head)

    @cached_property
    def circle(self) -> Circle:
        return Circle(self.session, self.head, self.definition, self.now.date())

    @cached_property
    def rule(self) -> ClockRule | None:
        rules = self.definition.machine.clocks
        return next((rule for rule in rules if rule.code == self.clock.code), None)

    def next_step(self, step: int) -> datetime | None:
        """When a step of the chain is to be told; None when there is no such step."""
        if self.rule is None or not self.rule.chain:
            return None
        calendar = calendar_of(self.session, self.head)
        return escalation_at(self.rule, step, self.clock.due_at, calendar)

    def evidence(self, user_ids: Iterable[int]) -> dict[str, Any]:  # Any: JSON
        """Who is told of which deadline, and how: kept in the event's hashed data."""
        wanted = list(dict.fromkeys(user_ids))
        found = self.session.execute(
            select(User.id, User.name, Unit.short_name)
            .outerjoin(Unit, Unit.id == User.main_unit_id)
            .where(User.id.in_(wanted))
            .order_by(User.id)
        )
        return {
            "clock": self.clock.code,
            "round": self.clock.round,
            "limit": self.clock.limit,
            "due_at": self.clock.due_at.isoformat(),
            "how": ["inbox", "mail"],
            "told": [
                {"user_id": key, "name": name, "unit": unit or ""} for key, name, unit in found
            ],
        }


def _record_missed(missed: _Missed) -> CaseHead:
    circle, rule = missed.circle, missed.rule
    data = missed.evidence(
        [
            *circle.assignee(),
            *circle.carriers(missed.head.owner_unit_id),
            *circle.inform(circle.holders(rule.escalate if rule else ())),
        ]
    )
    return _record(missed, EventKind.CLOCK_MISSED, data, "Quá hạn")


def _record_escalated(missed: _Missed) -> CaseHead:
    """Up the chain: the roles of this step, and again whoever carries the case."""
    assert missed.rule is not None  # noqa: S101  a clock with a step of a chain has its rule
    step, circle = missed.rule.chain[missed.clock.escalated], missed.circle
    held = circle.inform(circle.holders(step.roles))
    data = missed.evidence([*held, *circle.assignee()])
    data |= {
        "step": missed.clock.escalated + 1,
        "after": str(step.after),
        "roles": list(step.roles),
    }
    return _record(missed, EventKind.CLOCK_ESCALATED, data, "Quá hạn kéo dài")


def _record(
    missed: _Missed,
    kind: EventKind,
    data: dict[str, Any],  # Any: JSON
    title: str,
) -> CaseHead:
    name = clock_name(missed.definition, missed.clock.code).vi
    people = ", ".join(f"{one['name']} ({one['unit']})" for one in data["told"])
    said = f"Đã báo: {people}." if people else "Không có ai giữ vai trò được báo."
    happening = Happening(kind, text=f"{name}. {said}", data=data, summary=f"{title}: {name}")
    return record(missed.session, SYSTEM_ACTOR, missed.head, happening, now=missed.now).head


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
        .where(CaseClock.is_running.is_(true()), CaseClock.paused_at.is_(None), _is_ticking())
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).all()


def _is_ticking() -> ColumnElement[bool]:
    """A suspended case pauses its clocks, except those that count back from a date."""
    return or_(Case.suspended_for.is_(None), CaseClock.is_before.is_(true()))
