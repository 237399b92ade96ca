"""How a migration is written: many cases in a few statements, each with its event in its chain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from app.cases.deadlines import ENDINGS, clock_columns, first_clock_columns
from app.cases.heads import CaseHead
from app.cases.models import Attachment, Case, CaseClock, CaseLink, EventKind
from app.cases.recording import Happening, record_many
from app.database import UtcDateTime, insert_rows, update_rows
from app.designer.migration_models import MigrationItem
from app.permissions import Actor
from app.workflow.clocks import ClockAction, ClockChange

Row = dict[str, Any]  # Any: columns of a table
_MOMENTS = frozenset(
    column.name for column in CaseClock.__table__.columns if isinstance(column.type, UtcDateTime)
)
_CASE_MOMENTS = frozenset({"next_due_at"})


@dataclass(frozen=True, slots=True)
class Moved:
    """One case that is about to be moved: the columns that change and the event that says so."""

    item: MigrationItem
    head: CaseHead
    columns: Row
    data: Row
    summary: str
    changes: Sequence[ClockChange]
    running: Mapping[str, Mapping[str, Any]]  # Any: rows of case_clock
    clocks_before: Sequence[Row]


def write_moved(session: Session, actor: Actor, moved: Sequence[Moved], *, now: datetime) -> None:
    """Store the cases, their clocks and their events; remember what they were."""
    due = _due_before(session, [one.head.id for one in moved if "next_due_at" in one.columns])
    for one in moved:
        one.item.event_seq = one.head.last_seq + 1
        one.item.before = {
            "columns": {
                name: as_json(value)
                for name, value in {**_columns_of(one), **due.get(one.head.id, {})}.items()
            },
            "clocks": list(one.clocks_before),
            "started": [
                [change.clock.code, change.clock.round]
                for change in one.changes
                if change.action is ClockAction.STARTED
            ],
        }
    told = [(one.head, _happening(one), one.columns) for one in moved]
    record_many(session, actor, told, now=now)
    _write_clocks(session, moved)


def _happening(one: Moved) -> Happening:
    return Happening(
        EventKind.MIGRATED,
        text="\n".join(one.data.get("remarks", ())),
        data={key: value for key, value in one.data.items() if key != "remarks"},
        from_state=one.head.state,
        to_state=str(one.columns.get("state", one.head.state)),
        summary=one.summary,
    )


def _columns_of(one: Moved) -> Row:
    """The case's present values of the columns that change."""
    return {name: getattr(one.head, name) for name in one.columns if hasattr(one.head, name)}


def _due_before(session: Session, case_ids: Sequence[int]) -> Mapping[int, Row]:
    rows = session.execute(
        select(Case.id, Case.next_due_at, Case.next_due_clock).where(Case.id.in_(case_ids))
    )
    return {row.id: {"next_due_at": row[1], "next_due_clock": row[2]} for row in rows}


def _write_clocks(session: Session, moved: Iterable[Moved]) -> None:
    started: list[Row] = []
    changed: list[Row] = []
    for one in moved:
        for change in one.changes:
            columns = clock_columns(change)
            if change.action is ClockAction.STARTED:
                started.append({**columns, **first_clock_columns(one.head.id, change.clock)})
                continue
            row = one.running[change.clock.code]
            is_ahead = change.action not in ENDINGS and change.clock.due_at > change.at
            missed_at = None if is_ahead else row["missed_at"]
            limit = str(change.clock.limit)
            changed.append({**columns, "id": row["id"], "limit": limit, "missed_at": missed_at})
    insert_rows(session, CaseClock, started)
    update_rows(session, CaseClock, changed)


def restore_clocks(session: Session, items: Iterable[MigrationItem]) -> None:
    """Put the clocks back: what was started goes, what was changed is as it was."""
    back: list[Row] = []
    started: list[tuple[int, str, int]] = []
    for item in items:
        before = item.before or {}
        back += [clock_row_from_json(row) for row in before.get("clocks", ())]
        started += [(item.case_id, code, number) for code, number in before.get("started", ())]
    update_rows(session, CaseClock, back)
    if started:
        key = tuple_(CaseClock.case_id, CaseClock.code, CaseClock.round)
        session.execute(delete(CaseClock).where(key.in_(started)))


def rename_field(session: Session, case_ids: Sequence[int], old: str, new: str) -> None:
    """Ties and files that carry the code of a field follow it."""
    for model, column in ((CaseLink, CaseLink.role), (Attachment, Attachment.field)):
        session.execute(
            update(model)
            .where(model.case_id.in_(case_ids), column == old)
            .values({column.key: new})
            .execution_options(synchronize_session=False)
        )


def clock_row_as_json(row: Mapping[str, Any]) -> Row:  # Any: a row of case_clock
    return {name: as_json(value) for name, value in row.items() if name != "case_id"}


def clock_row_from_json(stored: Mapping[str, Any]) -> Row:  # Any: a row of case_clock
    return {name: from_json(value, name in _MOMENTS) for name, value in stored.items()}


def case_row_from_json(stored: Mapping[str, Any]) -> Row:  # Any: columns of case
    return {name: from_json(value, name in _CASE_MOMENTS) for name, value in stored.items()}


def as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def from_json(value: Any, is_moment: bool) -> Any:  # noqa: FBT001  Any: a column's value
    return datetime.fromisoformat(value) if is_moment and value else value
