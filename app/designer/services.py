"""Writing a draft: every change is a save of its own, so nothing is lost and each is undone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.designer.models import DraftSave, WorkflowDraft
from app.designer.queries import (
    Content,
    content_of,
    newest_version,
    save_numbered,
    version_numbered,
)
from app.errors import Conflict, Invalid, NotFound, Refused
from app.permissions import Actor
from app.workflow.codes import code_from
from app.workflow.definition import CaseType, stored_form
from app.workflow.editing import EditError, has_row, row_of
from app.workflow.lint_names import TYPES_OF_THE_HOUSE
from app.workflow.places import HEAD
from app.workflow.text import Text

LONGEST_SAID = 255
_BEGUN = Text("Bắt đầu", "Begun")
_CREATED = Text("Tạo loại hồ sơ mới", "New case type made")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a draft: the part it is about, what it does, and how that is told.

    A part with an empty code is not checked for changes by others: adding a row disturbs nobody.
    """

    kind: str
    code: str
    make: Callable[[Content], Content]
    said: Text


# --- beginning ------------------------------------------------------------------------------


def start_draft(
    session: Session, actor: Actor, code: str, *, now: datetime, number: int | None = None
) -> WorkflowDraft:
    """Begin a draft from a published version (the newest); one that is begun is taken up again."""
    known = _locked(session, code)
    if known is not None:
        return known
    version = newest_version(session, code)
    if version is None:
        raise NotFound("Không có loại hồ sơ này.")
    source = version if number is None else version_numbered(session, code, number)
    return _begin(session, actor, content_of(source), said=_BEGUN, base=version.number, now=now)


def start_type(
    session: Session,
    actor: Actor,
    *,
    name_vi: str,
    name_en: str,
    copy_of: str,
    taken: set[str],
    now: datetime,
) -> WorkflowDraft:
    """Begin a type that does not exist yet: a small one to fill in, or a copy of another."""
    name = {"vi": name_vi.strip(), **({"en": name_en.strip()} if name_en.strip() else {})}
    code = code_from(name_vi, taken | TYPES_OF_THE_HOUSE, otherwise="loai")
    content: Content = {"code": code, "name": name, **_first_content(code)}
    if copy_of:
        source = newest_version(session, copy_of)
        if source is None:
            raise NotFound("Không có loại hồ sơ này.")
        content = {**content_of(source), "code": code, "name": name}
    return _begin(session, actor, content, said=_CREATED, base=None, now=now)


def _first_content(code: str) -> Content:
    """The least that can be published but for the roles: something comes in and is finished."""
    return {
        "reference": f"{code[:3].upper()}-{{year}}-{{unit}}-{{seq:05d}}",
        "symbol": {"shape": "circle", "color": "#0072B2"},
        "place": "optional",
        "open": {"roles": [], "fields": ["title"]},
        "fields": [
            {
                "code": "title",
                "type": "text",
                "name": {"vi": "Tên vụ việc", "en": "Title"},
                "required": True,
            }
        ],
        "states": [
            {"code": "received", "name": {"vi": "Mới tiếp nhận", "en": "New"}, "kind": "initial"},
            {"code": "closed", "name": {"vi": "Kết thúc", "en": "Closed"}, "kind": "terminal"},
        ],
        "transitions": [
            {
                "code": "close",
                "name": {"vi": "Kết thúc hồ sơ", "en": "Close"},
                "from": ["received"],
                "to": "closed",
                "roles": [],
            }
        ],
        "outcomes": ["closed"],
    }


def put_definition(
    session: Session, actor: Actor, case_type: CaseType, *, said: Text, now: datetime
) -> WorkflowDraft:
    """Let a definition that came from a file be the draft of its type."""
    draft, content = _locked(session, case_type.code), stored_form(case_type)
    if draft is None:
        version = newest_version(session, case_type.code)
        base = version.number if version else None
        return _begin(session, actor, content, said=said, base=base, now=now)
    _store(session, actor, draft, content, said=said, now=now)
    return draft


def _begin(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    said: Text,
    base: int | None,
    now: datetime,
) -> WorkflowDraft:
    by = actor.user_id, actor.name
    draft = WorkflowDraft(
        code=content["code"],
        base_number=base,
        content=content,
        version=1,
        position=1,
        author_id=by[0],
        author_name=by[1],
        created_at=now,
        saved_by=by[0],
        saved_name=by[1],
        saved_at=now,
    )
    session.add(draft)
    session.flush()
    _keep(session, draft, said=said, parent=None)
    record_access(session, actor, "draft_started", f"workflow:{draft.code}", now=now)
    return draft


# --- saving ---------------------------------------------------------------------------------


def save_edit(
    session: Session, actor: Actor, code: str, edit: Edit, *, version: int, now: datetime
) -> WorkflowDraft:
    """Make one change; somebody else's changes to other parts meanwhile are kept."""
    draft = _locked_or_404(session, code)
    if edit.code and draft.version != version:
        _refuse_overwriting(session, draft, edit, version)
    try:
        content = edit.make(draft.content)
    except EditError as error:
        raise Invalid(str(error)) from error
    if content != draft.content:
        _store(session, actor, draft, content, said=edit.said, now=now)
    return draft


def _refuse_overwriting(session: Session, draft: WorkflowDraft, edit: Edit, version: int) -> None:
    seen = save_numbered(session, draft, version)
    if seen is None or _part(seen.content, edit) != _part(draft.content, edit):
        raise Conflict(
            "Người khác vừa sửa mục này. Hãy tải lại trang để xem rồi sửa lại.",
            changes=[f"{draft.saved_name}, {draft.saved_at:%d/%m/%Y %H:%M} (UTC)"],
        )


def _part(content: Content, edit: Edit) -> object:
    if edit.kind == HEAD:
        lists = (dict, str, int, float, bool)
        return {key: value for key, value in content.items() if isinstance(value, lists)}
    if not has_row(content, edit.kind, edit.code):
        return None
    return row_of(content, edit.kind, edit.code)


def undo(session: Session, actor: Actor, code: str, *, version: int, now: datetime) -> Text:
    """Go back to before the last change; again goes further. Returns what was undone, in words."""
    draft = _locked_or_404(session, code)
    if draft.version != version:
        raise Conflict("Bản thảo vừa thay đổi. Hãy tải lại trang rồi hoàn tác.")
    here = save_numbered(session, draft, draft.position)
    before = save_numbered(session, draft, here.parent) if here and here.parent else None
    if here is None or before is None:
        raise Refused("Không còn gì để hoàn tác.")
    said = Text(f"Hoàn tác: {here.said}", f"Undo: {here.told.in_locale('en')}")
    _store(session, actor, draft, before.content, said=said, now=now, position=before.number)
    return here.told


def restore(session: Session, actor: Actor, code: str, number: int, *, now: datetime) -> None:
    """Return to any earlier save; what came after it stays in the history."""
    draft = _locked_or_404(session, code)
    save = save_numbered(session, draft, number)
    if save is None:
        raise NotFound("Không có bản lưu này.")
    said = Text(f"Trở về bản lưu {number}", f"Back to save {number}")
    _store(session, actor, draft, save.content, said=said, now=now, position=number)


def discard(session: Session, actor: Actor, code: str, *, now: datetime) -> None:
    """Give a draft up with its saves; what is published stays."""
    draft = _locked_or_404(session, code)
    remove_draft(session, draft)
    record_access(session, actor, "draft_discarded", f"workflow:{code}", now=now)


def remove_draft(session: Session, draft: WorkflowDraft) -> None:
    session.execute(delete(DraftSave).where(DraftSave.draft_id == draft.id))
    session.delete(draft)


def take_base(session: Session, actor: Actor, code: str, *, now: datetime) -> None:
    """Say that the draft has been compared with the newest version and may follow it."""
    draft = _locked_or_404(session, code)
    newest = newest_version(session, code)
    draft.base_number = newest.number if newest else None
    record_access(session, actor, "draft_rebased", f"workflow:{code}", now=now)


def _store(
    session: Session,
    actor: Actor,
    draft: WorkflowDraft,
    content: Content,
    *,
    said: Text,
    now: datetime,
    position: int | None = None,
) -> None:
    parent = draft.position
    draft.content, draft.version = content, draft.version + 1
    draft.position = position or draft.version
    draft.saved_by, draft.saved_name, draft.saved_at = actor.user_id, actor.name, now
    _keep(session, draft, said=said, parent=parent)


def _keep(session: Session, draft: WorkflowDraft, *, said: Text, parent: int | None) -> None:
    session.add(
        DraftSave(
            draft_id=draft.id,
            number=draft.version,
            parent=parent,
            content=draft.content,
            said=said.vi[:LONGEST_SAID],
            said_en=said.en[:LONGEST_SAID],
            saved_by=draft.saved_by,
            saved_name=draft.saved_name,
            saved_at=draft.saved_at,
        )
    )
    session.flush()


def _locked(session: Session, code: str) -> WorkflowDraft | None:
    return session.scalar(
        select(WorkflowDraft)
        .where(WorkflowDraft.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _locked_or_404(session: Session, code: str) -> WorkflowDraft:
    draft = _locked(session, code)
    if draft is None:
        raise NotFound("Loại hồ sơ này chưa có bản thảo.")
    return draft
