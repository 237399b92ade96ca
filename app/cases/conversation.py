"""What people add to a case without moving it: notes, calls, visits, letters, files, ties."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import units_of_user
from app.cases.closed_words import words_beside
from app.cases.deadlines import run_clocks
from app.cases.facts import with_consequences
from app.cases.heads import CaseHead, definition_of_head, get_head, view_of
from app.cases.models import CaseLink, EventKind
from app.cases.recording import Happening, record
from app.cases.search import Words, extend_text, searchable
from app.cases.services import refuse_unless_allowed
from app.cases.settling import NO_FILES, keep_files, settle
from app.cases.shielding import shield_by_tie
from app.errors import Invalid, NotFound
from app.permissions import Actor
from app.registers.entry_queries import entry_label
from app.storage import StoredFile
from app.workflow.engine import decide_event
from app.workflow.happenings import NOTE_EVENTS, happening_of

NOTE_KINDS = {
    "ghi-chu": EventKind.NOTED,
    "cuoc-goi": EventKind.CALLED,
    "tham-lanh-su": EventKind.VISITED,
    "cong-ham-di": EventKind.NOTE_SENT,
    "cong-ham-den": EventKind.NOTE_RECEIVED,
}
LONGEST_NOTE = 20_000


def add_note(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    kind: EventKind,
    text: str,
    now: datetime,
    files: Sequence[StoredFile] = (),
    number: str = "",
    asks: Mapping[str, Any] | None = None,  # Any: JSON
) -> CaseHead:
    """Put an entry on the timeline; it never conflicts with what others do.

    `asks` is what the entry asks of whom, for those who tell people of it.
    """
    said = text.strip()
    if not said and not files:
        raise Invalid("Chưa có nội dung.", {"text": ["Hãy nhập nội dung hoặc chọn tệp."]})
    if len(said) > LONGEST_NOTE:
        raise Invalid("Nội dung quá dài.", {"text": ["Hãy rút gọn hoặc gửi dưới dạng tệp."]})
    head = get_head(session, actor, reference)
    data: dict[str, Any] = dict(asks or {})
    if files:
        data["files"] = keep_files(session, actor, head.id, files, field=None, now=now)
        kind = EventKind.FILE_ATTACHED if not said else kind
    if number.strip():
        data["number"] = number.strip()
    happening = Happening(kind, text=said, data=data, summary=_summary(said, files))
    head = _record_beside(session, actor, head, happening, event=NOTE_EVENTS[kind], now=now)
    names = [file.file_name for file in files]
    extend_text(session, head.id, words_beside(session, head.id, [said, number, *names]))
    return head


def note_paper(
    session: Session, actor: Actor, head: CaseHead, happening: Happening, *, now: datetime
) -> CaseHead:
    """Put what became of a paper on the timeline; an issued one may start or stop clocks."""
    event = NOTE_EVENTS.get(happening.kind)
    if event is None:
        return record(session, actor, head, happening, now=now).head
    return _record_beside(session, actor, head, happening, event=event, now=now)


def record_event(
    session: Session,
    actor: Actor,
    reference: str,
    code: str,
    *,
    answers: Mapping[str, Any],  # Any: JSON
    text: str,
    now: datetime,
) -> CaseHead:
    """Record an event of the definition, which moves no state but may start or stop clocks."""
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    decision = decide_event(
        definition.machine, head.situation(), view_of(actor), code, answers=answers
    )
    refuse_unless_allowed(actor, decision)
    settled = settle(session, actor, definition, head.id, answers, files=NO_FILES, now=now)
    fresh = with_consequences(actor, head, definition, settled, columns={}, now=now)
    columns: dict[str, Any] = {"data": {**head.data, **fresh}} if fresh else {}
    after = head.with_columns(columns)
    happened = happening_of(
        definition.machine, decision, before=head.situation(), after=after.situation(), at=now
    )
    columns |= run_clocks(session, after, definition, happened)
    happening = Happening(
        EventKind.NOTED,
        text=text,
        data={"event": code, "answers": fresh},
        summary=decision.name.vi,
    )
    return record(session, actor, head, happening, now=now, changes=columns).head


def assign_case(
    session: Session, actor: Actor, reference: str, *, user_id: int | None, now: datetime
) -> CaseHead:
    """Give the case to a colleague of the owning unit, or put it back into the unit's queue."""
    head = get_head(session, actor, reference)
    name = ""
    if user_id is not None:
        user = session.get(User, user_id)
        if user is None or head.owner_unit_id not in units_of_user(session, user_id):
            raise Invalid(
                "Người nhận phải thuộc đơn vị đang giữ hồ sơ.",
                {"assignee": ["Hãy chọn người của đơn vị đang giữ hồ sơ."]},
            )
        name = user.name
    happening = Happening(
        EventKind.ASSIGNED,
        data={"assignee_id": user_id, "name": name},
        summary=f"Giao cho {name}" if name else "Trả về hàng đợi của đơn vị",
    )
    changes = {"assignee_id": user_id}
    return record(session, actor, head, happening, now=now, changes=changes).head


def link_cases(
    session: Session, actor: Actor, reference: str, *, other_reference: str, now: datetime
) -> CaseHead:
    """Tie two cases that the actor may both see."""
    head = get_head(session, actor, reference)
    other = get_head(session, actor, other_reference.strip().upper())
    if other.id == head.id:
        raise Invalid("Không liên kết hồ sơ với chính nó.", {"other": ["Hãy nhập số hồ sơ khác."]})
    _refuse_double(session, head.id, CaseLink.other_case_id == other.id)
    session.add(CaseLink(case_id=head.id, role="related", other_case_id=other.id, linked_at=now))
    happening = Happening(
        EventKind.LINKED,
        data={"other_case": other.reference},
        summary=f"Liên kết với hồ sơ {other.reference}",
    )
    return record(session, actor, head, happening, now=now).head


def link_entry(
    session: Session, actor: Actor, reference: str, *, target: str, entry_id: int, now: datetime
) -> CaseHead:
    """Tie a case to a marker, vessel or person of the registers; `target` names which."""
    head = get_head(session, actor, reference)
    label = entry_label(session, actor, target, entry_id)
    column = f"{target}_id"
    _refuse_double(session, head.id, getattr(CaseLink, column) == entry_id)
    session.add(CaseLink(case_id=head.id, role="related", linked_at=now, **{column: entry_id}))
    happening = Happening(
        EventKind.LINKED, data={target: {"id": entry_id, "label": label}}, summary="Liên kết sổ"
    )
    if target == "person":
        shield_by_tie(session, head.id, entry_id)
    words = searchable([label])
    extend_text(session, head.id, Words("", words) if target == "person" else Words(words))
    return record(session, actor, head, happening, now=now).head


def unlink(
    session: Session, actor: Actor, reference: str, *, link_id: int, now: datetime
) -> CaseHead:
    """Take a tie away; that it was there stays on the timeline."""
    head = get_head(session, actor, reference)
    link = session.get(CaseLink, link_id)
    if link is None or link.case_id != head.id:
        raise NotFound
    session.execute(delete(CaseLink).where(CaseLink.id == link_id))
    happening = Happening(
        EventKind.UNLINKED, data={"role": link.role, "link": link_id}, summary="Bỏ liên kết"
    )
    return record(session, actor, head, happening, now=now).head


def _refuse_double(session: Session, case_id: int, same: Any) -> None:  # Any: a condition
    known = session.scalar(select(CaseLink.id).where(CaseLink.case_id == case_id, same).limit(1))
    if known is not None:
        raise Invalid("Liên kết này đã có.", {"other": ["Liên kết này đã có."]})


def _record_beside(
    session: Session,
    actor: Actor,
    head: CaseHead,
    happening: Happening,
    *,
    event: str,
    now: datetime,
) -> CaseHead:
    definition = definition_of_head(session, head)
    situation = head.situation()
    happened = happening_of(
        definition.machine, None, before=situation, after=situation, at=now, events=(event,)
    )
    columns = run_clocks(session, head, definition, happened)
    return record(session, actor, head, happening, now=now, changes=columns).head


def _summary(text: str, files: Sequence[StoredFile]) -> str:
    if text:
        return text.splitlines()[0]
    return "Thêm tệp: " + ", ".join(file.file_name for file in files)
