"""The verbs of what a case follows one by one: enter, mark, verify, amend; each in the chain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.children.models import CaseChild
from app.cases.children.pasting import MOST_LINES, Pasted, fresh_among
from app.cases.children.queries import child_of, children_of, open_counts
from app.cases.children.tying import Entry, tie
from app.cases.children.words import FIRST, Status, duties, statuses
from app.cases.heads import CaseHead, definition_of_head, get_head
from app.cases.models import EventKind
from app.cases.recording import Happening, record
from app.cases.search import Words, extend_text, searchable
from app.errors import Invalid, NotFound, Refused
from app.permissions import Actor
from app.registers.models import Person
from app.registers.person_facts import note_outcome
from app.workflow.tracks import NAMES, Track, counted

_NOT_SAVED = "Chưa lưu được."
Facts = Mapping[str, Any]  # Any: JSON values by name


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of some of them on a day; `facts` go onto each, such as the court."""

    status: str
    since: date
    note: str = ""
    facts: Facts = field(default_factory=dict)


def add_children(
    session: Session,
    actor: Actor,
    reference: str,
    track: Track,
    lines: Sequence[Pasted],
    *,
    since: date,
    source: str,
    now: datetime,
    parent_id: int | None = None,
) -> tuple[int, Sequence[str]]:
    """Enter those who are not on the list yet; how many were, and the names left out."""
    head = writable(session, actor, reference, track)
    _refuse_future(actor, since, now)
    _refuse_count(len(lines))
    if parent_id is not None:
        child_of(session, head.id, Track.VESSELS, parent_id)
    known = children_of(session, head.id, track)
    fresh, double = fresh_among(lines, [Pasted(child.label, child.facts) for child in known])
    added = [_child(actor, head, track, line, parent_id, since=since, now=now) for line in fresh]
    if added:
        session.add_all(added)
        session.flush()
        happening = _added(track, added, since, source)
        _recorded(session, actor, head, happening, now=now)
        found_by = searchable([child.label for child in added])
        is_personal = track is Track.PERSONS
        extend_text(session, head.id, Words("", found_by) if is_personal else Words(found_by))
    return len(added), [line.label for line in double]


def _refuse_count(number: int) -> None:
    if not number:
        raise Invalid(_NOT_SAVED, {"lines": [_("Chưa có dòng nào.")]})
    if number > MOST_LINES:
        said = _("Tối đa %(most)s dòng một lần.", most=MOST_LINES)
        raise Invalid(_NOT_SAVED, {"lines": [said]})


def _added(track: Track, added: Sequence[CaseChild], since: date, source: str) -> Happening:
    return Happening(
        EventKind.CHILDREN_ADDED,
        text=source,
        data={
            "track": track.value,
            "children": [child.id for child in added],
            "claims": [{"label": child.label, **child.facts} for child in added],
            "since": since.isoformat(),
            "word": _word(track, len(added), statuses(track)[FIRST[track]], since),
        },
        summary=f"Thêm {counted(track, len(added)).vi}",
    )


def _child(
    actor: Actor,
    head: CaseHead,
    track: Track,
    line: Pasted,
    parent_id: int | None,
    *,
    since: date,
    now: datetime,
) -> CaseChild:
    return CaseChild(
        case_id=head.id,
        track=track.value,
        label=line.label,
        parent_id=parent_id,
        status=FIRST[track],
        since=since,
        is_open=True,
        is_verified=False,
        facts=dict(line.facts),
        added_at=now,
        updated_at=now,
        updated_by=actor.name,
    )


def mark_children(
    session: Session,
    actor: Actor,
    reference: str,
    track: Track,
    *,
    chosen: Collection[int],
    mark: Mark,
    now: datetime,
) -> int:
    """Say what became of several at once; one event names them all."""
    head = writable(session, actor, reference, track)
    status = statuses(track).get(mark.status)
    if status is None:
        raise Invalid(_NOT_SAVED, {"status": [_("Hãy chọn trong danh sách.")]})
    _refuse_future(actor, mark.since, now)
    found = _chosen(session, head, track, chosen)
    was = {str(child.id): child.status for child in found}
    _require_reason(track, status, found, mark.note)
    for child in found:
        child.status, child.since, child.is_open = status.code, mark.since, not status.ends
        child.facts = {**child.facts, **mark.facts}
        child.updated_at, child.updated_by = now, actor.name
        _tell_register(session, actor, child, status, mark, now=now)
    happening = Happening(
        EventKind.CHILDREN_MARKED,
        text=mark.note,
        data={
            "track": track.value,
            "children": [child.id for child in found],
            "status": status.code,
            "since": mark.since.isoformat(),
            "was": was,
            "facts": dict(mark.facts),
            "word": _word(track, len(found), status, mark.since),
        },
        summary=_word(track, len(found), status, mark.since),
    )
    _recorded(session, actor, head, happening, now=now)
    return len(found)


def _tell_register(
    session: Session, actor: Actor, child: CaseChild, status: Status, mark: Mark, *, now: datetime
) -> None:
    """A person of the register carries the outcome too, beyond this case."""
    person = session.get(Person, child.person_id) if child.person_id and status.outcome else None
    if person is not None:
        note_outcome(
            session,
            actor,
            person,
            case_id=child.case_id,
            outcome=status.outcome,
            since=mark.since,
            note=mark.note,
            now=now,
        )


def _require_reason(track: Track, status: Status, found: Sequence[CaseChild], note: str) -> None:
    """What takes a child out of the counts, or back into the open, says why."""
    reopened = not status.ends and any(not child.is_open for child in found)
    if note.strip() or (status.claims and not reopened):
        return
    said = _("Mục này đổi số liệu đã ghi: hãy nêu lý do.")
    if reopened:
        said = _("Có %(name)s đã kết thúc: hãy nêu lý do mở lại.", name=NAMES[track].vi.lower())
    raise Invalid(_NOT_SAVED, {"note": [said]})


def verify_children(
    session: Session,
    actor: Actor,
    reference: str,
    track: Track,
    *,
    chosen: Collection[int],
    entry: Entry,
    now: datetime,
) -> int:
    """What was claimed was found true; one child may be tied to its entry of the registers."""
    head = writable(session, actor, reference, track)
    if not entry.confirmed_by.strip():
        raise Invalid(_NOT_SAVED, {"confirmed_by": [_("Ghi cơ quan, văn bản xác minh.")]})
    found = _chosen(session, head, track, chosen)
    if entry.entry_id is not None or entry.is_new:
        tie(session, actor, head, found, entry, now=now)
    for child in found:
        child.is_verified = True
        if entry.verdict:
            child.facts = {**child.facts, "verdict": entry.verdict}
        child.province_code = entry.province_code or child.province_code
        child.updated_at, child.updated_by = now, actor.name
    happening = Happening(
        EventKind.CHILDREN_VERIFIED,
        text=entry.note,
        data={
            "track": track.value,
            "children": [child.id for child in found],
            "confirmed_by": entry.confirmed_by.strip(),
            "entry": entry.entry_id,
            "province": entry.province_code,
            **({"verdict": entry.verdict} if entry.verdict else {}),
            "word": f"{counted(track, len(found)).vi} – {entry.confirmed_by.strip()}",
        },
        summary=f"Xác minh {counted(track, len(found)).vi}",
    )
    _recorded(session, actor, head, happening, now=now)
    return len(found)


def amend_child(
    session: Session,
    actor: Actor,
    reference: str,
    track: Track,
    child_id: int,
    *,
    facts: Facts,
    reason: str,
    now: datetime,
    parent_id: int | None = None,
) -> CaseChild:
    """Change what is written beside a child; the chain keeps what stood before."""
    head = writable(session, actor, reference, track)
    child = child_of(session, head.id, track, child_id)
    if parent_id is not None and parent_id != child.parent_id:
        child_of(session, head.id, Track.VESSELS, parent_id)
    if facts.get("duty") and facts["duty"] not in duties():
        raise Invalid(_NOT_SAVED, {"duty": [_("Hãy chọn trong danh sách.")]})
    before = {**child.facts, "vessel": child.parent_id}
    after = {**child.facts, **facts, "vessel": parent_id}
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    if not changed:
        return child
    child.facts = {
        name: value for name, value in {**child.facts, **facts}.items() if value not in ("", None)
    }
    child.parent_id, child.updated_at, child.updated_by = parent_id, now, actor.name
    happening = Happening(
        EventKind.CHILD_AMENDED,
        text=reason,
        data={
            "track": track.value,
            "children": [child.id],
            "facts": changed,
            "old": {name: before.get(name) for name in changed},
        },
        summary=f"Sửa dữ kiện: {NAMES[track].vi}",
    )
    _recorded(session, actor, head, happening, now=now)
    return child


# --- what every verb asks first -------------------------------------------------------------


def writable(session: Session, actor: Actor, reference: str, track: Track) -> CaseHead:
    """The case whose list may be written by this person now; NotFound where it has no such list."""
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    if track not in definition.machine.tracks:
        raise NotFound
    if refused := why_not(actor, head, definition):
        raise Refused(_NOT_SAVED, [refused])
    return head


def why_not(actor: Actor, head: CaseHead, definition: Definition) -> str:
    """Why this person cannot write the lists of the case now; empty if the person can."""
    if actor.roles.isdisjoint(definition.machine.participants):
        return str(_("Vai trò của bạn chỉ xem loại hồ sơ này."))
    if head.merged_into_id is not None:
        return str(_("Hồ sơ đã gộp vào hồ sơ khác; làm tiếp ở hồ sơ đó."))
    if not head.is_open:
        return str(_("Hồ sơ đã kết thúc; mở lại hồ sơ trước khi sửa danh sách."))
    return ""


def _chosen(
    session: Session, head: CaseHead, track: Track, ids: Collection[int]
) -> list[CaseChild]:
    known = {child.id: child for child in children_of(session, head.id, track)}
    if not ids:
        raise Invalid(_NOT_SAVED, {"chosen": [_("Chưa chọn dòng nào.")]})
    if set(ids) - known.keys():
        raise NotFound
    return [known[child_id] for child_id in sorted(set(ids))]


def _refuse_future(actor: Actor, day: date, now: datetime) -> None:
    if day > actor.day(now):
        raise Invalid(_NOT_SAVED, {"since": [_("Ngày không thể ở tương lai.")]})


def _recorded(
    session: Session, actor: Actor, head: CaseHead, happening: Happening, *, now: datetime
) -> None:
    session.flush()
    columns = {"open_children": open_counts(children_of(session, head.id))}
    record(session, actor, head, happening, now=now, changes=columns)


def _word(track: Track, number: int, status: Status, since: date) -> str:
    return f"{counted(track, number).vi}: {status.name.vi}, từ {since:%d/%m/%Y}"
