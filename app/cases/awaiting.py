"""What waits for one person's word: steps that a second person confirms, and money to be decided.

Such a case lies with another unit, so no tab of the desk would hold it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from app.cases.case_books import case_books
from app.cases.heads import definition_of_head, get_head_by_id, view_of
from app.cases.models import Case
from app.cases.queries import visible_to
from app.permissions import Actor, Permission
from app.workflow.engine import decide

MOST_READ = 50  # requests live for days, not for months
_NOTHING = "null"  # a request that was answered leaves the JSON word


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A step that somebody asked for and that this person may confirm."""

    reference: str
    step: str
    step_name: str
    title: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Everything that waits for this person's word."""

    steps: Sequence[ToConfirm]
    money: int

    @property
    def count(self) -> int:
        return len(self.steps) + self.money


def awaiting(session: Session, actor: Actor, *, now: datetime) -> Awaiting:
    """Under the very rights of the step and of the decision."""
    steps = _steps(session, actor, now) if actor.may(Permission.CASE_ACT) else []
    money = case_books().count_waiting(session, actor)
    return Awaiting(steps, money)


def _steps(session: Session, actor: Actor, now: datetime) -> list[ToConfirm]:
    ids = session.scalars(
        select(Case.id)
        .where(
            Case.pending.is_not(None),
            cast(Case.pending, String) != _NOTHING,
            Case.is_open.is_(True),
            visible_to(actor),
        )
        .order_by(Case.updated_at.desc())
        .limit(MOST_READ)
    ).all()
    found = [_step(session, actor, case_id, now) for case_id in ids]
    return [one for one in found if one is not None]


def _step(session: Session, actor: Actor, case_id: int, now: datetime) -> ToConfirm | None:
    head = get_head_by_id(session, actor, case_id)
    if not head.pending:
        return None
    machine = definition_of_head(session, head).machine
    code = str(head.pending["transition"])
    decision = decide(machine, head.situation(), view_of(actor), code, now=now)
    if not (decision.allowed and decision.confirms):
        return None
    return ToConfirm(
        reference=head.reference,
        step=code,
        step_name=decision.name.in_locale(actor.locale),
        title=head.title,
        asked_by=str(head.pending["requested_name"]),
    )
