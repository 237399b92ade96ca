"""A case changes its unit only when the other unit agrees; a referral tells units and asks nothing.

Until the answer the case stays where it is: its owner answers for it and its clocks run.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.accounts.queries import unit_by_id
from app.cases.catalogue import Definition
from app.cases.deadlines import run_clocks
from app.cases.effects import hand_over, set_unit_role
from app.cases.heads import CaseHead, definition_of_head, get_head
from app.cases.models import EventKind, UnitRole
from app.cases.recording import Happening, record
from app.cases.request_models import RequestKind, RequestState, UnitRequest
from app.cases.routing import route_columns, said_of_route
from app.cases.unit_requests import (
    drop_tie,
    end_request,
    limit_of,
    locked,
    new_request,
    term_of,
)
from app.errors import Invalid, NotFound, Refused
from app.permissions import Actor, Permission
from app.workflow.happenings import happening_of

ANSWER_SETTING = "transfer.answer"
ANSWER_OTHERWISE = "2 wd"
MOST_INFORMED = 40


def propose_transfer(
    session: Session, actor: Actor, head: CaseHead, *, unit_id: int, reason: str, now: datetime
) -> CaseHead:
    """Ask another unit to take the case over."""
    unit = unit_by_id(session, unit_id)
    if unit.id == head.owner_unit_id:
        raise Refused("Hồ sơ đang ở chính đơn vị này.", ["Hãy chọn một đơn vị khác."])
    if waiting := waiting_transfer(session, head.id):
        name = unit_by_id(session, waiting.to_unit_id).name
        raise Refused(
            f"Hồ sơ đang chờ {name} tiếp nhận.",
            ["Hãy rút đề nghị chuyển đang chờ trước khi chuyển đơn vị khác."],
        )
    limit = limit_of(session, head, ANSWER_SETTING, otherwise=ANSWER_OTHERWISE, now=now)
    term = term_of(session, head, limit, now=now)
    try:
        new_request(
            session,
            actor,
            head,
            RequestKind.TRANSFER,
            unit.id,
            term=term,
            now=now,
            from_unit_id=head.owner_unit_id,
            reason=reason,
        )
    except IntegrityError as error:
        raise Refused("Hồ sơ vừa được đề nghị chuyển. Hãy tải lại trang.") from error
    happening = Happening(
        EventKind.TRANSFER_ASKED,
        text=reason,
        data={"unit": label_of(unit), "due_at": term.due.isoformat()},
        summary=f"Đề nghị chuyển {unit.short_name or unit.name}",
    )
    return record(session, actor, head, happening, now=now).head


def waiting_transfer(session: Session, case_id: int) -> UnitRequest | None:
    return session.scalar(
        select(UnitRequest).where(
            UnitRequest.case_id == case_id,
            UnitRequest.kind == RequestKind.TRANSFER,
            UnitRequest.is_open.is_(true()),
        )
    )


def require_waiting(session: Session, actor: Actor, reference: str) -> None:
    """NotFound where the case, or a transfer of it, is not there to be answered."""
    if waiting_transfer(session, get_head(session, actor, reference).id) is None:
        raise NotFound


def label_of(unit: Unit) -> dict[str, object]:
    return {"id": unit.id, "label": unit.short_name or unit.name}


def accept_transfer(session: Session, actor: Actor, reference: str, *, now: datetime) -> CaseHead:
    """The receiving unit takes the case over; its own rules choose the team or the person."""
    head, request = _decidable(session, actor, reference)
    definition = definition_of_head(session, head)
    end_request(session, actor, request, RequestState.ACCEPTED, now=now)
    columns = hand_over(session, head, request.to_unit_id)
    after = head.with_columns(columns)
    columns |= _clocks(session, head, after, definition, now)
    routed = route_columns(session, after, definition, now=now)
    columns |= routed
    happening = Happening(
        EventKind.TRANSFERRED,
        data={
            "unit": label_of(unit_by_id(session, request.to_unit_id)),
            "from_unit": head.owner_unit_id,
            "asked_by": request.asked_by,
            "routed": said_of_route(session, routed),
        },
        summary="Đã tiếp nhận hồ sơ",
    )
    return record(session, actor, head, happening, now=now, changes=columns).head


def _clocks(
    session: Session, head: CaseHead, after: CaseHead, definition: Definition, now: datetime
) -> dict[str, object]:
    happened = happening_of(
        definition.machine,
        None,
        before=head.situation(),
        after=after.situation(),
        at=now,
        events=("transferred",),
    )
    return run_clocks(session, after, definition, happened)


def refuse_transfer(
    session: Session, actor: Actor, reference: str, *, reason: str, now: datetime
) -> CaseHead:
    """The receiving unit says no and why; the case has never left its owner."""
    said = _required(reason)
    head, request = _decidable(session, actor, reference)
    end_request(session, actor, request, RequestState.REFUSED, said=said, now=now)
    drop_tie(session, request)
    unit = unit_by_id(session, request.to_unit_id)
    happening = Happening(
        EventKind.TRANSFER_ENDED,
        text=said,
        data={"unit": label_of(unit), "asked_by": request.asked_by, "word": "từ chối"},
        summary=f"{unit.short_name or unit.name} từ chối tiếp nhận",
    )
    return record(session, actor, head, happening, now=now).head


def withdraw_transfer(
    session: Session, actor: Actor, reference: str, *, reason: str, now: datetime
) -> CaseHead:
    """The owner takes the proposal back before the other unit has answered."""
    said = _required(reason)
    head = get_head(session, actor, reference)
    request = waiting_transfer(session, head.id)
    if request is None:
        raise NotFound
    if actor.unit_id != head.owner_unit_id or not actor.may(Permission.CASE_TRANSFER):
        raise Refused("Đơn vị giữ hồ sơ mới rút được đề nghị chuyển.")
    locked(session, request)
    end_request(session, actor, request, RequestState.WITHDRAWN, said=said, now=now)
    drop_tie(session, request)
    unit = unit_by_id(session, request.to_unit_id)
    happening = Happening(
        EventKind.TRANSFER_ENDED,
        text=said,
        data={"unit": label_of(unit), "asked_by": request.asked_by, "word": "rút lại"},
        summary="Rút đề nghị chuyển đơn vị",
    )
    return record(session, actor, head, happening, now=now).head


def _decidable(session: Session, actor: Actor, reference: str) -> tuple[CaseHead, UnitRequest]:
    """The case and the transfer that the actor's own unit may answer."""
    head = get_head(session, actor, reference)
    request = waiting_transfer(session, head.id)
    if request is None:
        raise NotFound
    if request.to_unit_id != actor.unit_id:
        name = unit_by_id(session, request.to_unit_id).name
        raise Refused("Bạn không trả lời được đề nghị này.", [f"{name} tiếp nhận hoặc từ chối."])
    if not head.is_open:
        raise Refused("Hồ sơ đã kết thúc.", ["Hồ sơ đã đóng không chuyển đơn vị nữa."])
    if request.from_unit_id != head.owner_unit_id:
        raise Refused(
            "Hồ sơ đã sang đơn vị khác sau khi có đề nghị này.",
            ["Đơn vị đang giữ hồ sơ rút đề nghị cũ, rồi đề nghị lại nếu cần."],
        )
    return head, locked(session, request)


def _required(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Invalid("Chưa gửi được.", {"reason": ["Hãy nêu lý do."]})
    return said


# --- for information ------------------------------------------------------------------------


def refer_case(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    unit_ids: Sequence[int],
    note: str,
    now: datetime,
) -> CaseHead:
    """Let several units see the case; nothing is asked of them."""
    head = get_head(session, actor, reference)
    units = [unit_by_id(session, one) for one in dict.fromkeys(unit_ids)]
    units = [unit for unit in units if unit.id != head.owner_unit_id]
    if not units:
        raise Invalid("Chưa gửi được.", {"units": ["Hãy chọn ít nhất một đơn vị khác."]})
    if len(units) > MOST_INFORMED:
        raise Invalid("Chưa gửi được.", {"units": ["Mỗi lần gửi tối đa 40 đơn vị."]})
    for unit in units:
        set_unit_role(session, head.id, unit.id, UnitRole.INFORMED)
    names = "; ".join(unit.short_name or unit.name for unit in units)
    happening = Happening(
        EventKind.REFERRED,
        text=note.strip(),
        data={"units": [label_of(unit) for unit in units], "name": names},
        summary=f"Gửi để biết: {names}",
    )
    return record(session, actor, head, happening, now=now).head
