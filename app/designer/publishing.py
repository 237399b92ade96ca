"""Publishing: a draft that passes every check becomes a numbered version, which never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit import record_access
from app.cases import catalogue
from app.cases.models import CaseTypeVersion
from app.designer.checking import Finding, judge
from app.designer.models import WorkflowDraft
from app.designer.queries import (
    Content,
    content_of,
    draft_or_404,
    newest_version,
    open_cases_by_state,
    version_numbered,
    versions_of,
)
from app.designer.services import remove_draft
from app.errors import Conflict, Refused
from app.permissions import Actor
from app.workflow.definition import CaseType, parse_definition, stored_form
from app.workflow.places import names_of
from app.workflow.text import Text

Moves = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stranded:
    """A state that the new content does not have although open cases stand in it."""

    code: str
    name: Text
    count: int


def stranded_states(session: Session, code: str, content: Content) -> list[Stranded]:
    """The removed states with open cases, of whatever version."""
    kept = names_of(content, "state")
    counts = open_cases_by_state(session, code)
    lost = {state: count for state, count in counts.items() if state not in kept}
    if not lost:
        return []
    names: dict[str, Text] = {}
    for version in reversed(versions_of(session, code)):
        names |= names_of(content_of(version), "state")
    return [Stranded(state, names.get(state, Text(state)), count) for state, count in lost.items()]


def publish_draft(
    session: Session,
    actor: Actor,
    code: str,
    *,
    version: int,
    note: str,
    moves: Moves,
    now: datetime,
) -> CaseTypeVersion:
    """Publish the draft as it was seen; the draft is then gone, its content is the version."""
    draft = draft_or_404(session, code)
    if draft.version != version:
        raise Conflict("Bản thảo vừa thay đổi. Hãy xem lại rồi công bố.")
    case_type = sound(session, draft.content)
    if is_behind(session, draft):
        raise Conflict(
            "Đã có phiên bản mới hơn phiên bản mà bản thảo dựa vào. "
            "Hãy so sánh rồi lấy phiên bản đó làm nền."
        )
    made = _publish(session, actor, case_type, note=note, moves=moves, now=now)
    remove_draft(session, draft)
    return made


def publish_again(
    session: Session,
    actor: Actor,
    code: str,
    number: int,
    *,
    note: str,
    moves: Moves,
    now: datetime,
) -> CaseTypeVersion:
    """Undo what was published since: the former content becomes the next version."""
    former = version_numbered(session, code, number)
    case_type = parse_definition(former.definition, name=code)
    said = f"Trở lại nội dung phiên bản {number}. {note}".strip()
    return _publish(session, actor, case_type, note=said, moves=moves, now=now)


def publish_content(
    session: Session, actor: Actor, case_type: CaseType, *, note: str, now: datetime
) -> CaseTypeVersion:
    """Publish what came from a file and has been checked by the caller."""
    return _publish(session, actor, case_type, note=note, moves={}, now=now)


def is_behind(session: Session, draft: WorkflowDraft) -> bool:
    """Whether something was published after the draft began."""
    newest = newest_version(session, draft.code)
    return newest is not None and newest.number != draft.base_number


def sound(session: Session, content: Content) -> CaseType:
    """The case type of a content that passes every check; otherwise Refused with the reasons."""
    judged = judge(session, content)
    if judged.case_type is None or judged.errors:
        raise Refused("Chưa công bố được: còn lỗi phải sửa.", _said(judged.errors))
    return judged.case_type


def _publish(
    session: Session,
    actor: Actor,
    case_type: CaseType,
    *,
    note: str,
    moves: Moves,
    now: datetime,
) -> CaseTypeVersion:
    content = stored_form(case_type)
    newest = newest_version(session, case_type.code)
    if newest is not None and newest.checksum == catalogue.checksum_of(content):
        raise Refused("Nội dung không khác phiên bản đang dùng.")
    chosen = _settled_moves(stranded_states(session, case_type.code, content), content, moves)
    made = catalogue.publish(session, actor, case_type, now=now, note=note, moves=chosen)
    subject = f"workflow:{made.code}"
    record_access(session, actor, "workflow_published", subject, reason=note, now=now)
    return made


def _settled_moves(lost: Sequence[Stranded], content: Content, moves: Moves) -> dict[str, str]:
    """Where the cases of each removed state will go; without an answer nothing is published."""
    states = names_of(content, "state")
    open_ends = [one for one in lost if moves.get(one.code) not in states]
    if open_ends:
        raise Refused(
            "Trạng thái bị bỏ còn hồ sơ đang mở. Hãy chọn trạng thái thay thế cho từng trạng thái.",
            [f"“{one.name.vi}”: {one.count} hồ sơ" for one in open_ends],
        )
    return {one.code: moves[one.code] for one in lost}


def _said(findings: Sequence[Finding]) -> list[str]:
    return [f"{finding.place.words.vi}: {finding.said.vi}." for finding in findings]
