"""Two people on one case: the slower one reads what the faster one did, and loses nothing."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.heads import CaseHead
from app.cases.models import CaseEvent
from app.cases.shielding import names_to
from app.cases.values import Names, shown, shown_to
from app.errors import Conflict
from app.permissions import Actor
from app.workflow.decisions import REASON_FIELD
from app.workflow.definition import FieldDefinition, FieldType
from app.workflow.engine import GLOBAL_ACTS


def require_version(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    *,
    expected_version: int,
    answers: Mapping[str, Any],  # Any: JSON
) -> None:
    """Raise Conflict with what happened since, and with what the actor had typed."""
    if head.version == expected_version:
        return
    raise Conflict(
        f"Hồ sơ {head.reference} đã thay đổi sau khi bạn mở. Nội dung bạn nhập còn nguyên ở dưới.",
        changes=_since(session, actor, head, definition, expected_version),
        typed=_typed(session, actor, definition, answers, state=head.state),
        back=f"/ho-so/{head.reference}",
    )


def _since(
    session: Session, actor: Actor, head: CaseHead, definition: Definition, version: int
) -> list[str]:
    # Every event bumps the version once, so the events since are the last (now - then).
    events = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == head.id)
        .order_by(CaseEvent.seq.desc())
        .limit(max(1, min(head.version - version, 20)))
    ).all()
    zone = ZoneInfo(actor.time_zone)
    return [
        f"{event.at.astimezone(zone).strftime('%d/%m/%Y %H:%M')}, {event.actor_name}: "
        f"{sentence(event, definition, actor.locale)}"
        for event in reversed(events)
    ]


KIND_WORDS = {
    "assigned": ("Giao người xử lý", "Assigned"),
    "called": ("Ghi cuộc gọi", "Call noted"),
    "checked": ("Đánh dấu đã xong", "Ticked off"),
    "clock_escalated": ("Quá hạn kéo dài, đã báo cấp trên", "Still overdue, escalated"),
    "clock_missed": ("Quá hạn", "Deadline missed"),
    "clock_paused": ("Tạm dừng thời hạn", "Deadline suspended"),
    "clock_resumed": ("Thời hạn chạy tiếp", "Deadline resumed"),
    "clocks_recomputed": ("Tính lại thời hạn", "Deadlines recomputed"),
    "confirmation_requested": ("Đề nghị người thứ hai xác nhận", "Second person asked"),
    "confirmation_withdrawn": ("Rút đề nghị xác nhận", "Request withdrawn"),
    "corrected": ("Sửa thông tin", "Facts corrected"),
    "file_attached": ("Thêm tệp", "File attached"),
    "child_amended": ("Sửa dữ kiện của tàu, người, chế tài", "Vessel, person or sanction amended"),
    "children_added": ("Thêm vào danh sách theo dõi", "Added to the followed lists"),
    "children_marked": ("Cập nhật kết cục", "Outcome recorded"),
    "children_verified": ("Xác minh tàu, người", "Vessels or persons verified"),
    "document_handed": ("Chuyển văn bản sang hồ sơ khác", "Document handed to another file"),
    "document_received": ("Nhận văn bản từ hồ sơ khác", "Document handed over from another file"),
    "handed_over": ("Bàn giao", "Hand-over"),
    "linked": ("Liên kết", "Linked"),
    "merged": ("Gộp hồ sơ", "Merged"),
    "migrated": ("Chuyển phiên bản quy trình", "Migrated"),
    "moved": ("Chuyển bước", "Moved"),
    "noted": ("Ghi chú", "Note"),
    "note_received": ("Công hàm đến", "Note received"),
    "note_sent": ("Công hàm đi", "Note sent"),
    "opened": ("Mở hồ sơ", "Opened"),
    "opinion_asked": ("Xin ý kiến", "Opinions asked"),
    "opinion_given": ("Đã cho ý kiến", "Opinion given"),
    "paper_drafted": ("Dự thảo văn bản", "Paper drafted"),
    "paper_issued": ("Ban hành văn bản", "Paper issued"),
    "paper_withdrawn": ("Thu hồi văn bản", "Paper withdrawn"),
    "referred": ("Gửi để biết", "Referred for information"),
    "released": ("Trả về hàng đợi", "Given back to the queue"),
    "reopened": ("Mở lại hồ sơ", "Reopened"),
    "resumed": ("Cho thời hạn chạy tiếp", "Clocks resumed"),
    "suspended": ("Tạm dừng thời hạn", "Clocks suspended"),
    "transfer_asked": ("Đề nghị chuyển đơn vị", "Transfer proposed"),
    "transfer_ended": ("Không chuyển đơn vị", "Transfer not made"),
    "transferred": ("Tiếp nhận chuyển đơn vị", "Transfer accepted"),
    "unchecked": ("Bỏ đánh dấu", "Tick taken back"),
    "unlinked": ("Bỏ liên kết", "Unlinked"),
    "visited": ("Thăm lãnh sự", "Consular visit"),
}


def kind_word(kind: str, locale: str) -> str:
    words = KIND_WORDS.get(kind, (kind, kind))
    return words[1] if locale == "en" else words[0]


def sentence(event: CaseEvent, definition: Definition, locale: str) -> str:
    """One line that says what the event was."""
    rule = definition.machine.rules.get(event.transition or "")
    act = GLOBAL_ACTS.get(event.transition or "")
    name = rule.name if rule else act.name if act else None
    said = name.in_locale(locale) if name else kind_word(event.kind, locale)
    if event.to_state and event.to_state != event.from_state and event.kind == "moved":
        state = definition.state_names.get(event.to_state)
        return f"{said} → {state.in_locale(locale) if state else event.to_state}"
    return said


def _typed(
    session: Session,
    actor: Actor,
    definition: Definition,
    answers: Mapping[str, Any],  # Any: JSON
    *,
    state: str,
) -> dict[str, str]:
    names = names_to(session, actor, definition, answers)
    typed = {
        definition.fields[code].name.in_locale(actor.locale): _said(
            actor, definition.fields[code], value, names, state=state
        )
        for code, value in answers.items()
        if code in definition.fields
    }
    if answers.get(REASON_FIELD):
        typed["Lý do" if actor.locale == "vi" else "Reason"] = str(answers[REASON_FIELD])
    return {name: value for name, value in typed.items() if value}


def _said(
    actor: Actor,
    field: FieldDefinition,
    value: object,
    names: Names,
    *,
    state: str,
) -> str:
    """What the actor has typed is theirs to see again; rows of a group carry closed columns too."""
    if field.type is FieldType.GROUP:
        return shown_to(actor, field, value, names, state=state) or ""
    return shown(field, value, names)
