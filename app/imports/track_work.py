"""Carries a file of positions on in the background: read in chunks, kept in one transaction.

A killed run reads the file again from its beginning; its alerts and the mark that it is done are
written together, so that nothing doubles.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from app.database import reading, transaction
from app.errors import Refused
from app.imports.judging import Judged
from app.imports.models import BatchState, ImportBatch
from app.imports.noting import is_called_off, note_rows
from app.imports.queries import locked_batch
from app.imports.services import clear_findings
from app.imports.surroundings import Surroundings
from app.imports.tables import Opened
from app.imports.track_running import kept_sentence, sentences
from app.imports.tracks import ReadFile, read_positions
from app.vms.day_check import Checked, check_day, keep_day
from app.vms.sea_rules import Sea


class _CalledOffError(Exception):
    """The person has stopped the run, or another worker has it."""


def carry_positions(
    batch: ImportBatch,
    opened: Opened,
    around: Surroundings,
    *,
    notes: Sequence[str],
    clock: Callable[[], datetime],
) -> None:
    """Check the file, or check it and keep its alerts, as the state of its batch says."""
    run = _Run(batch.id, BatchState(batch.state), clock)
    try:
        run.begin()
        read = read_positions(reading(), opened.table, around, run.note, sha256=batch.sha256)
        sea = Sea.of(around.pack)
        checked = check_day(reading(), sea, read.file, now=around.now)
        run.end(around, sea, read, checked, notes=notes)
    except _CalledOffError:
        return


class _Run:
    """One pass over the file of a batch."""

    def __init__(self, batch_id: int, state: BatchState, clock: Callable[[], datetime]) -> None:
        self._batch_id, self._state, self._clock = batch_id, state, clock

    def begin(self) -> None:
        with transaction() as session:
            batch = locked_batch(session, self._batch_id)
            if batch is not None:
                clear_findings(session, batch)

    def note(self, rows: Sequence[Judged]) -> None:
        """Count a chunk. Raises _CalledOffError."""
        with transaction() as session:
            batch = locked_batch(session, self._batch_id)
            is_mine = batch is not None and batch.state == self._state
            is_over = batch is None or not is_mine or is_called_off(batch, self._clock())
            if batch is not None and not is_over:
                note_rows(session, batch, rows)
        if is_over:
            raise _CalledOffError

    def end(
        self,
        around: Surroundings,
        sea: Sea,
        read: ReadFile,
        checked: Checked,
        *,
        notes: Sequence[str],
    ) -> None:
        said = [*sentences(read, checked), *notes]
        with transaction() as session:
            batch = locked_batch(session, self._batch_id)
            if batch is None or batch.state != self._state:
                return
            if not batch.done:
                raise Refused("Bảng có dòng tiêu đề nhưng không có dòng dữ liệu nào.")
            batch.total = batch.done
            if self._state is BatchState.CHECKING:
                batch.state, batch.notes = BatchState.CHECKED, said
                return
            _day, recorded = keep_day(session, around.actor, sea, checked, now=around.now)
            batch.notes = [kept_sentence(recorded), *said]
            batch.state, batch.finished_at = BatchState.DONE, self._clock()
