"""What is done with a file: brought in, its columns matched, checked, stored, called off."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Conflict, Forbidden, Refused, TooLarge
from app.imports.fields import Target
from app.imports.models import (
    BatchState,
    ColumnMemory,
    ImportBatch,
    ImportEffect,
    ImportFinding,
)
from app.imports.queries import remembered
from app.imports.readers.fonts import FontEncoding
from app.imports.readers.opening import open_source
from app.imports.storage import KeptFile, opened_copy
from app.imports.tables import Opened, Options, open_table, require_answers
from app.imports.track_running import opened_as_told
from app.jobs import Job, enqueue
from app.permissions import Actor, Permission
from app.sealed_files import PlainCopy

NEEDED = {
    Target.MARKERS: Permission.REGISTER_EDIT,
    Target.MEASUREMENTS: Permission.REGISTER_EDIT,
    Target.INCIDENTS: Permission.CASE_OPEN,
    Target.PERSONS: Permission.REGISTER_EDIT,
    Target.VESSELS: Permission.REGISTER_EDIT,
    Target.VMS: Permission.VMS_RECORD,
    Target.VMS_POSITIONS: Permission.VMS_RECORD,
}


_UNDONE_BY_ROW = frozenset({Target.INCIDENTS, Target.PERSONS, Target.VESSELS})


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where files lie and how large they may be."""

    folder: Path
    limit_mb: int

    def copy(self, batch: ImportBatch) -> PlainCopy:
        """The sealed file opened for as long as somebody reads it."""
        return opened_copy(self.folder, batch.sha256)


def may_import(actor: Actor, target: Target) -> bool:
    if target is Target.PERSONS and not actor.may(Permission.PERSONAL_DATA_VIEW):
        return False
    return actor.may(Permission.IMPORT_RUN) and actor.may(NEEDED[target])


def options_of(batch: ImportBatch) -> Options:
    said = batch.options
    convert = said.get("convert")
    return Options(
        sheet=said.get("sheet", ""),
        line=said.get("line", ""),
        crs=said.get("crs", ""),
        convert=FontEncoding(convert) if convert else None,
        axes=said.get("axes", ""),
    )


def options_as_json(options: Options) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(options).items() if value}


def new_batch(
    actor: Actor, target: Target, kept: KeptFile, options: Options, *, now: datetime
) -> ImportBatch:
    return ImportBatch(
        target=target.value,
        file_name=kept.file_name,
        sha256=kept.sha256,
        size=kept.size,
        unit_id=actor.unit_id,
        user_id=actor.user_id,
        user_name=actor.name,
        state=BatchState.MAPPING,
        options=options_as_json(options),
        mapping={},
        titles=[],
        notes=[],
        finding_counts={},
        created_at=now,
    )


def start_batch(
    session: Session, actor: Actor, target: Target, kept: KeptFile, *, shelf: Shelf, now: datetime
) -> ImportBatch:
    """Take a file in and look at it; a file that is no table is kept as refused, with why."""
    if not may_import(actor, target):
        raise Forbidden("Vai trò của bạn không được nhập loại dữ liệu này.")
    batch = new_batch(actor, target, kept, Options(), now=now)
    session.add(batch)
    session.flush()
    try:
        copy = shelf.copy(batch)
        font = open_source(copy.path, limit_mb=shelf.limit_mb).font
        copy.close()
        batch.options = options_as_json(Options(convert=font))
        opened = _opened_as_told(batch, shelf)
    except (Refused, TooLarge) as refusal:
        refuse_batch(batch, str(refusal), now=now)
    else:
        _propose_columns(session, actor, batch, opened)
    record_access(session, actor, "import.started", f"import:{batch.id}", now=now)
    return batch


def _opened_as_told(batch: ImportBatch, shelf: Shelf) -> Opened:
    opened = opened_as_told(Target(batch.target), lambda target: _opened_as(batch, shelf, target))
    batch.target = opened.table.plan.target.value
    return opened


def _opened_as(batch: ImportBatch, shelf: Shelf, target: Target) -> Opened:
    batch.target = target.value
    return open_batch(batch, shelf)


def open_batch(batch: ImportBatch, shelf: Shelf) -> Opened:
    """The batch's file as a table, with the columns as they are matched now."""
    mapping = {code: int(column) for code, column in batch.mapping.items()} or None
    copy = shelf.copy(batch)
    opened = open_table(
        copy.path,
        Target(batch.target),
        options=options_of(batch),
        limit_mb=shelf.limit_mb,
        mapping=mapping,
    )
    return opened.holding(copy)


def _propose_columns(session: Session, actor: Actor, batch: ImportBatch, opened: Opened) -> None:
    batch.titles = opened.titles
    batch.signature = opened.signature
    batch.notes = list(opened.notes)
    memory = remembered(session, actor.unit_id, batch.target, opened.signature)
    known = memory.mapping if memory is not None else dict(opened.table.header.mapping)
    batch.mapping = dict(known)


def refuse_batch(batch: ImportBatch, sentence: str, *, now: datetime) -> None:
    batch.state = BatchState.REFUSED
    batch.message = sentence
    batch.finished_at = now


def match_columns(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    *,
    mapping: Mapping[str, int],
    options: Options,
    shelf: Shelf,
    now: datetime,
) -> None:
    """Keep how the columns are matched, for this file and for the next with the same header.

    Raises Refused where the file cannot be read in this way; then nothing is kept.
    """
    if batch.state not in (BatchState.MAPPING, BatchState.CHECKED):
        raise Conflict("Lần nhập này đã chạy, không đổi cột được nữa. Hãy gửi lại tệp.")
    is_same_table = options.sheet == options_of(batch).sheet
    batch.options = options_as_json(options)
    batch.mapping = dict(mapping) if is_same_table else {}
    opened = open_batch(batch, shelf)
    require_answers(opened)
    batch.mapping = dict(opened.matched)
    batch.titles, batch.notes = opened.titles, list(opened.notes)
    batch.signature = opened.signature
    _remember(session, actor, batch, now)
    clear_findings(session, batch)
    batch.state = BatchState.CHECKING if is_same_table else BatchState.MAPPING


def answer_system(
    session: Session, actor: Actor, batch: ImportBatch, *, crs: str, axes: str, now: datetime
) -> None:
    """Keep which system the file's coordinates are in, as a person has said it."""
    if batch.state not in (BatchState.MAPPING, BatchState.CHECKED):
        raise Conflict("Lần nhập này đã chạy, không đổi hệ tọa độ được nữa. Hãy gửi lại tệp.")
    batch.options = options_as_json(replace(options_of(batch), crs=crs, axes=axes))
    batch.state = BatchState.MAPPING
    record_access(session, actor, "import.system_chosen", f"import:{batch.id}", now=now)


def _remember(session: Session, actor: Actor, batch: ImportBatch, now: datetime) -> None:
    session.merge(
        ColumnMemory(
            unit_id=actor.unit_id,
            target=batch.target,
            signature=batch.signature,
            mapping=dict(batch.mapping),
            used_at=now,
        )
    )


def queue_work(session: Session, batch: ImportBatch, *, now: datetime) -> None:
    """Ask a worker to go on with the import, in whatever state it is."""
    enqueue(session, Job.RUN_IMPORT, {"batch_id": batch.id}, now=now)


def order_run(session: Session, actor: Actor, batch: ImportBatch, *, now: datetime) -> None:
    """Have the checked file stored by a worker."""
    if batch.state != BatchState.CHECKED:
        raise Conflict("Tệp chưa được kiểm tra xong, hoặc đã nhập rồi.")
    if not may_import(actor, Target(batch.target)):
        raise Forbidden("Vai trò của bạn không được nhập loại dữ liệu này.")
    clear_findings(session, batch)
    batch.state = BatchState.RUNNING
    batch.started_at = now
    queue_work(session, batch, now=now)
    record_access(session, actor, "import.ordered", f"import:{batch.id}", now=now)


def order_undo(session: Session, actor: Actor, batch: ImportBatch, *, now: datetime) -> None:
    """Have a worker take back what the import did to the register."""
    if not may_undo(actor, batch):
        raise Conflict("Lần nhập này không hoàn tác được.")
    if (
        session.scalar(select(ImportEffect.id).where(ImportEffect.batch_id == batch.id).limit(1))
        is None
    ):
        raise Conflict(
            "Lần nhập này có từ trước khi hệ thống giữ dấu từng dòng: không hoàn tác được."
        )
    batch.state = BatchState.UNDOING
    batch.is_cancel_asked = False
    record_access(session, actor, "import.undo_ordered", f"import:{batch.id}", now=now)


def may_undo(actor: Actor, batch: ImportBatch) -> bool:
    """Whether the import is over and did something; cases keep their numbers and are withdrawn."""
    target = Target(batch.target)
    is_over = batch.state in (BatchState.DONE, BatchState.CANCELLED)
    has_effects = batch.created + batch.changed > 0
    return is_over and has_effects and has_undo(target) and may_import(actor, target)


def has_undo(target: Target) -> bool:
    """Whether rows of this kind can be given back; an alert of a vessel is evidence and stays."""
    return target.is_of_markers or target in _UNDONE_BY_ROW


def call_off(session: Session, actor: Actor, batch: ImportBatch, *, now: datetime) -> None:
    """Stop between two chunks where it runs; forget it where it does not. Stored rows stay."""
    if batch.has_ended:
        raise Conflict("Lần nhập này đã kết thúc.")
    if batch.is_active:
        batch.is_cancel_asked = True
    else:
        batch.state = BatchState.CANCELLED
        batch.finished_at = now
    record_access(session, actor, "import.cancelled", f"import:{batch.id}", now=now)


def clear_findings(session: Session, batch: ImportBatch) -> None:
    """Before a run: what an earlier one counted and found is no longer true."""
    session.execute(delete(ImportFinding).where(ImportFinding.batch_id == batch.id))
    batch.finding_counts = {}
    batch.done = batch.created = batch.changed = batch.unchanged = 0
    batch.refused = batch.warned = 0
