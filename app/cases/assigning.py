"""Taking work out of the queue, where nobody is pushed aside without the right to do so."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.cases.conversation import assign_case
from app.cases.heads import CaseHead, get_head
from app.errors import Refused
from app.permissions import Actor, Permission


def take_case(session: Session, actor: Actor, reference: str, *, now: datetime) -> CaseHead:
    """Make the actor the one who works on the case."""
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
    return assign_case(session, actor, reference, user_id=actor.user_id, now=now)
