"""Taking work out of a queue and giving it back: nobody is pushed aside, and none takes twice."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select, true, update
from sqlalchemy.orm import Session

from app.cases.conversation import assign_case
from app.cases.heads import CaseHead, definition_of_head, get_head, get_head_by_id
from app.cases.models import Case, EventKind
from app.cases.queries import visible_to
from app.cases.recording import Happening, acts_for, record
from app.cases.routing import route_columns, said_of_route
from app.errors import Invalid, Refused
from app.permissions import Actor, Permission
from app.teams.queries import is_member, my_teams, team_name
from app.workflow.definition import StateKind

LONGEST_REASON = 2_000


def day_of(actor: Actor, now: datetime) -> date:
    """Today where the actor works."""
    return actor.day(now)


def take_case(session: Session, actor: Actor, reference: str, *, now: datetime) -> CaseHead:
    """Make the actor the one who works on the case; of several who ask at once, the first."""
    locked = select(Case.id).where(Case.reference == reference, visible_to(actor))
    session.execute(locked.with_for_update(of=Case)).all()
    head = get_head(session, actor, reference)
    if not head.is_open:
        raise Refused("Hồ sơ đã kết thúc.", ["Hồ sơ đã đóng không cần người xử lý."])
    if head.owner_unit_id != actor.unit_id:
        raise Refused(
            "Hồ sơ do đơn vị khác giữ.",
            ["Người nhận việc phải thuộc đơn vị đang giữ hồ sơ. Hãy đề nghị chuyển đơn vị."],
        )
    is_taken = head.assignee_id not in {None, actor.user_id}
    if is_taken and not actor.may(Permission.CASE_ASSIGN):
        raise Refused(
            "Hồ sơ đã có người nhận.", ["Người được giao việc trong đơn vị mới đổi được người."]
        )
    if head.assignee_id == actor.user_id:
        return head
    _require_team(session, actor, head, now)
    return assign_case(session, actor, reference, user_id=actor.user_id, now=now)


def _require_team(session: Session, actor: Actor, head: CaseHead, now: datetime) -> None:
    """What waits in the queue of a team is for its members, and for those who give work."""
    team_id = session.scalar(select(Case.team_id).where(Case.id == head.id))
    if team_id is None or actor.may(Permission.CASE_ASSIGN):
        return
    if not is_member(session, actor.user_id, team_id, on=day_of(actor, now)):
        name = team_name(session, team_id)
        raise Refused(
            f"Hồ sơ ở hàng đợi của nhóm {name}.",
            ["Người trong nhóm nhận việc này; người giao việc của đơn vị đổi được nhóm."],
        )


def take_next(session: Session, actor: Actor, *, now: datetime) -> CaseHead | None:
    """Take the most urgent case that waits for somebody of the actor's teams; None without one.

    Two people who ask at the same moment never get the same case: SQLite lets one write at a
    time, PostgreSQL locks the row and the other skips it.
    """
    case_id = session.scalar(next_waiting(actor, on=day_of(actor, now)))
    if case_id is None:
        return None
    reference = get_head_by_id(session, actor, case_id).reference
    return assign_case(session, actor, reference, user_id=actor.user_id, now=now)


def next_waiting(actor: Actor, *, on: date) -> Select[int]:
    """The unclaimed case with the nearest deadline; one without a deadline comes last."""
    for_me = or_(Case.team_id.is_(None), Case.team_id.in_(my_teams(actor.user_id, on)))
    return (
        select(Case.id)
        .where(
            Case.is_open.is_(true()),
            Case.assignee_id.is_(None),
            Case.owner_unit_id == actor.unit_id,
            Case.suspended_for.is_(None),
            Case.state_kind != StateKind.WAITING,
            for_me,
            visible_to(actor),
        )
        .order_by(Case.next_due_at.is_(None), Case.next_due_at, Case.opened_at, Case.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Case)
    )


def empty_queue(session: Session, actor: Actor, team_id: int) -> None:
    """What waited in a team's queue waits in the unit's again."""
    session.execute(
        update(Case)
        .where(Case.owner_unit_id == actor.unit_id, Case.team_id == team_id)
        .values(team_id=None)
    )


def release_case(
    session: Session, actor: Actor, reference: str, *, reason: str, now: datetime
) -> CaseHead:
    """Put a case back into a queue, with the reason; the unit's rules choose which one."""
    head = get_head(session, actor, reference)
    _require_may_release(session, actor, head, now)
    said = reason.strip()
    if not said:
        raise Invalid("Chưa trả được hồ sơ.", {"reason": ["Hãy nêu lý do trả về hàng đợi."]})
    if len(said) > LONGEST_REASON:
        raise Invalid("Chưa trả được hồ sơ.", {"reason": ["Lý do tối đa 2.000 ký tự."]})
    left = head.assignee_id
    definition = definition_of_head(session, head)
    routed = route_columns(session, head, definition, now=now, not_to=left)
    columns: dict[str, Any] = {"assignee_id": None, "team_id": None} | routed
    happening = Happening(
        EventKind.RELEASED,
        text=said,
        data={"released_by": left, **said_of_route(session, routed)},
        summary="Trả về hàng đợi",
    )
    return record(session, actor, head, happening, now=now, changes=columns).head


def _require_may_release(session: Session, actor: Actor, head: CaseHead, now: datetime) -> None:
    if not head.is_open or head.assignee_id is None:
        raise Refused("Hồ sơ không có người xử lý.", ["Hồ sơ đã ở hàng đợi hoặc đã kết thúc."])
    is_leader = actor.may(Permission.CASE_ASSIGN) and actor.unit_id == head.owner_unit_id
    is_own = head.assignee_id == actor.user_id or acts_for(session, actor, head, now=now)
    if not (is_own or is_leader):
        raise Refused(
            "Bạn không trả được hồ sơ của người khác.",
            ["Người đang xử lý, người thay hoặc người giao việc của đơn vị mới trả được."],
        )
