"""Keeps how far an import has come and what was found, in the transaction of each chunk."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.imports.judging import Judged, Outcome
from app.imports.models import BatchState, ImportBatch, ImportFinding
from app.imports.report import Report


def is_called_off(batch: ImportBatch, now: datetime) -> bool:
    if not batch.is_cancel_asked:
        return False
    batch.state = BatchState.CANCELLED
    batch.finished_at = now
    return True


def note_rows(session: Session, batch: ImportBatch, rows: Sequence[Judged]) -> None:
    """Count a chunk and keep its findings, in the transaction that stores it."""
    report = Report(counts=Counter(batch.finding_counts))
    fresh = report.add(rows)
    batch.done += len(rows)
    batch.created += report.outcomes[Outcome.CREATED]
    batch.changed += report.outcomes[Outcome.CHANGED]
    batch.unchanged += report.outcomes[Outcome.UNCHANGED]
    batch.refused += report.outcomes[Outcome.REFUSED]
    batch.warned += report.warned
    batch.finding_counts = dict(report.counts)
    found = [
        {
            "batch_id": batch.id,
            "row": one.row,
            "severity": one.severity.value,
            "code": one.code,
            "text": one.text,
        }
        for one in fresh
    ]
    if found:
        session.execute(insert(ImportFinding), found)
