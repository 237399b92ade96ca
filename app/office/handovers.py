"""A post changes hands: a note is written, the successor accepts case by case, none is lost."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.persons import same_person
from app.accounts.queries import units_of_user
from app.cases.heads import CaseHead, get_head_by_id
from app.cases.models import Case, EventKind
from app.cases.recording import Happening, record
from app.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from app.jobs import Job, enqueue
from app.notices.models import NoticeKind
from app.notices.services import Cause, tell
from app.office.models import Handover, HandoverCase, HandoverState
from app.office.note import Leaving, cases_to_hand_over, note_of
from app.permissions import SYSTEM_ACTOR, Actor, Permission
from app.teams.queries import leaders_of
from app.workflow.text import Text

LONGEST_PROMISES = 20_000


@dataclass(frozen=True, slots=True)
class Leave:
    """A hand-over as it is asked for."""

    leaver_id: int
    successor_id: int
    leaves_on: date
    promises: str = ""


def begin_handover(session: Session, actor: Actor, leave: Leave, *, now: datetime) -> Handover:
    """Write the note and put every open case before the successor; nothing moves yet."""
    if leave.leaver_id != actor.user_id and not actor.may(Permission.CASE_ASSIGN):
        raise Forbidden
    _check(session, actor, leave)
    leaver, successor = (
        session.get_one(User, one) for one in (leave.leaver_id, leave.successor_id)
    )
    leaving = Leaving(actor.unit_id, leaver, successor, leave.leaves_on, leave.promises)
    cases = cases_to_hand_over(session, actor.unit_id, leaver.id)
    found = Handover(
        unit_id=actor.unit_id,
        leaver_id=leaver.id,
        successor_id=successor.id,
        leaves_on=leave.leaves_on,
        promises=leave.promises.strip(),
        note=note_of(session, leaving, cases, zone=actor.time_zone, now=now),
        state=HandoverState.OPEN,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(found)
    session.flush()
    for case in cases:
        session.add(HandoverCase(handover_id=found.id, case_id=case.id))
        _record(session, actor, found, case.id, "Đề nghị bàn giao", is_accepted=False, now=now)
    order = {"handover": found.id, "user": actor.user_id, "unit": actor.unit_id}
    enqueue(session, Job.DRAFT_MINUTES, order, now=now)
    _tell(session, found, [successor.id, *leaders_of(session, actor.unit_id)], actor, now=now)
    return found


def _check(session: Session, actor: Actor, leave: Leave) -> None:
    problems: dict[str, list[str]] = {}
    pair = (leave.leaver_id, leave.successor_id)
    if pair[0] in same_person(session, pair[1]):
        problems["successor_id"] = ["Người nhận phải là người khác."]
    elif any(actor.unit_id not in units_of_user(session, one) for one in pair):
        problems["successor_id"] = ["Người nhận phải cùng đơn vị."]
    if len(leave.promises) > LONGEST_PROMISES:
        problems["promises"] = ["Tối đa 20.000 ký tự."]
    known = session.scalar(
        select(Handover.id).where(
            Handover.unit_id == actor.unit_id,
            Handover.leaver_id == leave.leaver_id,
            Handover.state == HandoverState.OPEN,
        )
    )
    if known is not None:
        problems["leaver_id"] = ["Người này đang có một đợt bàn giao chưa xong."]
    if problems:
        raise Invalid("Chưa lập được bàn giao.", problems)


def handover_of(session: Session, actor: Actor, handover_id: int) -> Handover:
    """A hand-over of the actor's unit, for those whom it concerns and those who lead."""
    found = session.get(Handover, handover_id)
    if found is None or found.unit_id != actor.unit_id:
        raise NotFound
    concerned = {found.leaver_id, found.successor_id, found.created_by}
    if actor.user_id not in concerned and not actor.may(Permission.CASE_ASSIGN):
        raise NotFound
    return found


def waiting_cases(session: Session, handover_id: int) -> Sequence[HandoverCase]:
    return session.scalars(
        select(HandoverCase)
        .where(HandoverCase.handover_id == handover_id, HandoverCase.accepted_at.is_(None))
        .order_by(HandoverCase.id)
    ).all()


def accept_cases(
    session: Session,
    actor: Actor,
    handover_id: int,
    *,
    case_ids: Collection[int] | None = None,
    now: datetime,
) -> int:
    """The successor takes these cases, or all that wait; how many came over."""
    found = _open(session, actor, handover_id)
    if actor.user_id != found.successor_id:
        raise Refused("Bạn không nhận được bàn giao này.", ["Người được chỉ định nhận mới nhận."])
    taken = 0
    for row in waiting_cases(session, found.id):
        if case_ids is not None and row.case_id not in case_ids:
            continue
        taken += _take(session, actor, found, row.case_id, now=now)
        row.accepted_at, row.accepted_by = now, actor.user_id
    session.flush()
    if not waiting_cases(session, found.id):
        found.state, found.ended_at = HandoverState.DONE, now
    return taken


def _take(session: Session, actor: Actor, found: Handover, case_id: int, *, now: datetime) -> bool:
    """Whether the case came over; one that was closed or given to somebody else stays there."""
    case = session.get_one(Case, case_id)
    if not case.is_open or case.assignee_id != found.leaver_id:
        return False
    changes = {"assignee_id": actor.user_id}
    _record(
        session, actor, found, case_id, "Nhận bàn giao", is_accepted=True, now=now, changes=changes
    )
    return True


def withdraw_handover(session: Session, actor: Actor, handover_id: int, *, now: datetime) -> None:
    """What has not been accepted stays with who had it."""
    found = _open(session, actor, handover_id)
    is_own = actor.user_id in {found.leaver_id, found.created_by}
    if not (is_own or actor.may(Permission.CASE_ASSIGN)):
        raise Forbidden
    found.state, found.ended_at = HandoverState.WITHDRAWN, now


def _open(session: Session, actor: Actor, handover_id: int) -> Handover:
    found = handover_of(session, actor, handover_id)
    session.refresh(found, with_for_update=True)
    if found.state != HandoverState.OPEN:
        raise Conflict("Đợt bàn giao này đã kết thúc.")
    return found


def _record(
    session: Session,
    actor: Actor,
    found: Handover,
    case_id: int,
    said: str,
    *,
    is_accepted: bool,
    now: datetime,
    changes: dict[str, int] | None = None,
) -> CaseHead:
    head = get_head_by_id(session, SYSTEM_ACTOR, case_id)
    names = [session.get_one(User, one).name for one in (found.leaver_id, found.successor_id)]
    happening = Happening(
        EventKind.HANDED_OVER,
        data={
            "handover": found.id,
            "leaver_id": found.leaver_id,
            "successor_id": found.successor_id,
            "is_accepted": is_accepted,
            "name": f"{said}: {names[0]} → {names[1]}",
        },
        summary=f"{said}: {names[0]} → {names[1]}",
    )
    return record(session, actor, head, happening, now=now, changes=changes).head


def _tell(
    session: Session, found: Handover, people: Collection[int], actor: Actor, *, now: datetime
) -> None:
    told = {one: NoticeKind.HANDED_OVER for one in people if one != actor.user_id}
    count = len(waiting_cases(session, found.id))
    text = Text(
        f"Có đợt bàn giao vị trí chờ nhận: {count} hồ sơ.",
        f"A hand-over waits to be accepted: {count} cases.",
    )
    cause = Cause(f"handover:{found.id}")
    tell(session, told, {NoticeKind.HANDED_OVER: text}, cause, now=now)
