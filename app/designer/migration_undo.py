"""Puts cases back into the version they came from, except where they have moved on since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.conflicts import kind_word
from app.cases.heads import CaseHead, lock_heads
from app.cases.models import CaseEvent, EventKind
from app.cases.recording import Happening, record_many
from app.designer.migrating import Desk, lock_clocks, rename_ties
from app.designer.migration_models import ItemState, MigrationItem
from app.designer.migration_rows import case_row_from_json, restore_clocks

# What may have happened since without the case having moved on.
_BESIDE = frozenset(
    {EventKind.ASSIGNED, EventKind.LINKED, EventKind.UNLINKED, EventKind.NOTED}
    | {EventKind.CALLED, EventKind.FILE_ATTACHED, EventKind.NOTE_SENT, EventKind.NOTE_RECEIVED}
    | {EventKind.PAPER_DRAFTED, EventKind.PAPER_ISSUED, EventKind.PAPER_WITHDRAWN}
)


@dataclass(frozen=True, slots=True)
class _Since:
    """What has happened to a case behind the event of its migration."""

    kinds: Sequence[str]
    is_beside: bool


def restore_items(desk: Desk, items: Sequence[MigrationItem]) -> None:
    """Restore these cases, each with an event of its own; what moved on is kept and says why."""
    ids = [item.case_id for item in items]
    clocks = lock_clocks(desk.session, ids)
    heads = lock_heads(desk.session, ids)
    since = _since(desk.session, items, heads)
    back: list[tuple[MigrationItem, CaseHead]] = []
    for item in items:
        head = heads[item.case_id]
        why = _why_kept(desk, head, since.get(item.case_id), clocks.get(item.case_id, []), item)
        if why:
            item.state, item.why = ItemState.KEPT, [why]
            item.why_code = why["code"]
        else:
            item.state = ItemState.RESTORED
            back.append((item, head))
    _write(desk, back)


def _since(
    session: Session, items: Sequence[MigrationItem], heads: Mapping[int, CaseHead]
) -> Mapping[int, _Since]:
    """The events behind the migration, of the cases that have any."""
    marks = {
        item.case_id: item.event_seq or 0
        for item in items
        if heads[item.case_id].last_seq != item.event_seq
    }
    found: dict[int, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    if not marks:
        return {}
    rows = session.execute(
        select(CaseEvent.case_id, CaseEvent.seq, CaseEvent.kind, CaseEvent.data)
        .where(CaseEvent.case_id.in_(marks), CaseEvent.seq > min(marks.values()))
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    for case_id, seq, kind, data in rows:
        if seq > marks[case_id]:
            found[case_id].append((kind, data))
    return {
        case_id: _Since(
            [kind for kind, _ in events],
            all(kind in _BESIDE and not data.get("event") for kind, data in events),
        )
        for case_id, events in found.items()
    }


def _why_kept(
    desk: Desk,
    head: CaseHead,
    since: _Since | None,
    clocks: Sequence[Mapping[str, Any]],  # Any: rows of case_clock
    item: MigrationItem,
) -> dict[str, str]:
    """Why a case is not put back; empty where it can be."""
    if head.type_version_id != desk.migration.to_version_id:
        return _said(
            "elsewhere",
            "Hồ sơ đã chuyển tiếp sang phiên bản khác.",
            "The case has gone on to another version.",
        )
    if since is not None and not since.is_beside:
        vi = "; ".join(dict.fromkeys(kind_word(kind, "vi") for kind in since.kinds))
        en = "; ".join(dict.fromkeys(kind_word(kind, "en") for kind in since.kinds))
        return _said(
            "moved_on", f"Đã có diễn biến sau khi chuyển: {vi}.", f"Since the migration: {en}."
        )
    if since is not None and _clocks_moved(clocks, item):
        return _said(
            "clocks_moved",
            "Thời hạn của hồ sơ đã thay đổi sau khi chuyển.",
            "The deadlines of the case have changed since the migration.",
        )
    return {}


def _clocks_moved(clocks: Sequence[Mapping[str, Any]], item: MigrationItem) -> bool:
    """Whether the clocks that run are others than those the migration left running."""
    left = item.clocks or {}
    expected = {*left.get("started", ()), *left.get("moved", ()), *left.get("carried", ())}
    return {row["code"] for row in clocks if row["is_running"]} != expected


def _said(code: str, vi: str, en: str) -> dict[str, str]:
    return {"code": code, "vi": vi, "en": en}


def _write(desk: Desk, back: Sequence[tuple[MigrationItem, CaseHead]]) -> None:
    told = []
    for item, head in back:
        columns = case_row_from_json((item.before or {}).get("columns", {}))
        columns["type_version_id"] = desk.migration.from_version_id
        told.append((head, _happening(desk, head, columns), columns))
    record_many(desk.session, desk.actor, told, now=desk.now)
    restore_clocks(desk.session, [item for item, _ in back])
    renames = {new: old for old, new in desk.plan.chosen.fields.items() if new and old != new}
    rename_ties(desk.session, [item.case_id for item, _ in back], renames)


def _happening(desk: Desk, head: CaseHead, columns: Mapping[str, Any]) -> Happening:
    """The event that undoes; its answers and removals lead back to the facts before."""
    asked, data = desk.migration, columns.get("data", head.data)
    again = {
        code: value
        for code, value in data.items()
        if code not in head.data or head.data[code] != value
    }
    return Happening(
        EventKind.MIGRATED,
        data={
            "migration": asked.id,
            "undo": True,
            "from_version": asked.to_number,
            "to_version": asked.from_number,
            "answers": again,
            "removed": [code for code in head.data if code not in data],
        },
        from_state=head.state,
        to_state=str(columns.get("state", head.state)),
        summary=f"Hoàn tác: trở lại phiên bản {asked.from_number} của quy trình",
    )
