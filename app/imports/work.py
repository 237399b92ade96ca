"""Carries an import on from wherever it stands: a killed run is taken up again, nothing doubles.

Each chunk is one transaction that stores its rows, their findings and the progress together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.session import build_actor
from app.database import reading, transaction
from app.errors import AppError, Refused, TooLarge
from app.geo.gazetteer import Pack
from app.imports.effects import keep_effects
from app.imports.fields import Target
from app.imports.judging import Judged
from app.imports.models import BatchState, ImportBatch
from app.imports.noting import is_called_off, note_rows
from app.imports.queries import locked_batch
from app.imports.running import (
    Importer,
    chunks_of,
    importer_for,
    perform,
    rehearse,
)
from app.imports.services import Shelf, clear_findings, open_batch, options_of, refuse_batch
from app.imports.surroundings import Surroundings, places_of
from app.imports.tables import Opened, require_answers, unused_columns
from app.imports.track_work import carry_positions
from app.imports.undoing import pending_effects, undo_effects
from app.permissions import Actor, Permission

_LISTED = 12


@dataclass(frozen=True)
class Workroom:
    """What a run needs beside the database; `clock` tells the moment."""

    shelf: Shelf
    pack: Pack
    clock: Callable[[], datetime]


def carry_on(batch_id: int, room: Workroom, *, actor: Actor | None = None) -> None:
    """Check, store or take back the batch, as its state says; an ended one is left alone.

    It is the work of whoever brought the file in; `actor` stands for an operator who undoes it.
    """
    with transaction() as session:  # not from an old snapshot
        batch = locked_batch(session, batch_id)
    if batch is None or not batch.is_active:
        return
    try:
        if batch.state == BatchState.UNDOING:
            _undo(batch, room, actor)
        elif batch.target == Target.VMS_POSITIONS:
            _positions(batch, room)
        elif batch.state == BatchState.CHECKING:
            _check(_job_of(batch, room))
        else:
            _store(_job_of(batch, room))
    except (Refused, TooLarge) as refusal:
        _refuse(batch_id, refusal, room)


def _undo(batch: ImportBatch, room: Workroom, operator: Actor | None) -> None:
    """Take the import back chunk by chunk; killed anywhere, it goes on where it stood."""
    is_over = False
    while not is_over:
        with transaction() as session:
            held = locked_batch(session, batch.id)
            if held is None or held.state != BatchState.UNDOING:
                return
            effects, now = pending_effects(session, held), room.clock()
            if effects:
                actor = operator or _actor_of(session, held)
                undo_effects(session, actor, held, effects, pack=room.pack, now=now)
            else:
                held.state, held.finished_at, is_over = BatchState.UNDONE, now, True


@dataclass
class _Work:
    """One import in the hands of one worker."""

    batch_id: int
    room: Workroom
    opened: Opened
    importer: Importer
    stored_before: int


def _job_of(batch: ImportBatch, room: Workroom) -> _Work:
    session = reading()
    actor = _actor_of(session, batch)
    opened = open_batch(batch, room.shelf)
    require_answers(opened)
    around = surroundings(session, actor, opened, options_of(batch).line, room)
    importer = importer_for(Target(batch.target), replace(around, file_name=batch.file_name))
    return _Work(batch.id, room, opened, importer, batch.done)


def _positions(batch: ImportBatch, room: Workroom) -> None:
    """A file of positions is judged as a whole: its vessels go on from row to row."""
    session = reading()
    actor, opened = _actor_of(session, batch), open_batch(batch, room.shelf)
    require_answers(opened)
    around = surroundings(session, actor, opened, options_of(batch).line, room)
    around = replace(around, file_name=batch.file_name)
    carry_positions(batch, opened, around, notes=all_notes(opened), clock=room.clock)


def surroundings(
    session: Session, actor: Actor, opened: Opened, line: str, room: Workroom
) -> Surroundings:
    now = room.clock()
    provinces, communes = places_of(session)
    return Surroundings(actor, room.pack, now, provinces, communes, line or None, opened.crs)


def _actor_of(session: Session, batch: ImportBatch) -> Actor:
    """Who brought the file in, with the rights of today."""
    user = session.get(User, batch.user_id)
    actor = build_actor(session, user, unit_id=batch.unit_id) if user is not None else None
    if actor is None or actor.unit_id != batch.unit_id or not actor.may(Permission.IMPORT_RUN):
        raise Refused("Người gửi tệp không còn quyền nhập dữ liệu cho đơn vị này.")
    return actor


def _check(work: _Work) -> None:
    """A dry run: nothing is written but the report."""
    _begin_check(work.batch_id)
    for rows in chunks_of(work.opened.table):
        rehearse(reading(), work.importer, rows)
        if not _note_progress(work, rows, BatchState.CHECKING):
            return
    with transaction() as session:
        batch = locked_batch(session, work.batch_id)
        if batch is not None and batch.state == BatchState.CHECKING:
            batch.total = batch.done
            batch.notes = all_notes(work.opened)
            batch.state = BatchState.CHECKED
            if batch.total == 0:
                sentence = "Bảng có dòng tiêu đề nhưng không có dòng dữ liệu nào."
                refuse_batch(batch, sentence, now=work.room.clock())


def _begin_check(batch_id: int) -> None:
    with transaction() as session:
        batch = locked_batch(session, batch_id)
        if batch is not None:
            clear_findings(session, batch)


def _note_progress(work: _Work, rows: Sequence[Judged], state: BatchState) -> bool:
    with transaction() as session:
        batch = locked_batch(session, work.batch_id)
        if batch is None or batch.state != state or is_called_off(batch, work.room.clock()):
            return False
        note_rows(session, batch, rows)
    return True


def _store(work: _Work) -> None:
    """Store chunk by chunk from where the progress stands."""
    position = 0
    for rows in chunks_of(work.opened.table):
        known = rows[: max(0, work.stored_before - position)]
        fresh = rows[len(known) :]
        if known:  # judged again only to remember their numbers
            work.importer.judge(reading(), known)
            position += len(known)
        if fresh and not _store_chunk(work, fresh, position):
            return
        position += len(fresh)
    with transaction() as session:
        batch = locked_batch(session, work.batch_id)
        if batch is not None and batch.state == BatchState.RUNNING:
            batch.state = BatchState.DONE
            batch.finished_at = work.room.clock()


def _store_chunk(work: _Work, rows: list[Judged], position: int) -> bool:
    """One transaction; False where the run was called off or another worker has it."""
    with transaction() as session:
        batch = locked_batch(session, work.batch_id)
        if batch is None or batch.state != BatchState.RUNNING or batch.done != position:
            return False
        if is_called_off(batch, work.room.clock()):
            return False
        perform(session, work.importer, rows)
        keep_effects(session, batch, rows, at=work.importer.around.now)
        note_rows(session, batch, rows)
    return True


def all_notes(opened: Opened) -> list[str]:
    """Everything that was noticed of the file as a whole."""
    notes = [*opened.notes, *opened.table.skipped.notes()]
    unused = unused_columns(opened)
    if unused:
        more = " và các cột khác" if len(unused) > _LISTED else ""
        named = ", ".join(f"“{name[:40]}”" for name in unused[:_LISTED])
        notes.append(f"Cột không dùng đến: {named}{more}.")
    return notes


def _refuse(batch_id: int, refusal: AppError, room: Workroom) -> None:
    with transaction() as session:
        batch = locked_batch(session, batch_id)
        if batch is not None and batch.state == BatchState.UNDOING:
            batch.state, batch.message = BatchState.DONE, str(refusal)
        elif batch is not None and batch.is_active:
            refuse_batch(batch, str(refusal), now=room.clock())
