"""Keeps what each import did to the register and which cases it opened, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.cases.bulk import known_cases
from app.imports.fields import Target
from app.imports.judging import Judged, Outcome
from app.imports.models import ImportBatch, ImportEffect
from app.imports.undoing_entries import written
from app.registers.models import MarkerChange, MarkerMeasurement
from app.registers.queries import markers_by_label

_DONE = (Outcome.CREATED, Outcome.CHANGED)


def keep_effects(
    session: Session, batch: ImportBatch, rows: Sequence[Judged], *, at: datetime
) -> None:
    """Which markers a stored chunk made or changed; `at` is the moment that its changes carry."""
    done = [row for row in rows if row.outcome in _DONE]
    if not done:
        return
    if batch.target == Target.INCIDENTS:
        _keep_cases(session, batch, done)
    if batch.target in (Target.PERSONS, Target.VESSELS):
        _keep_entries(session, batch, done)
    if not Target(batch.target).is_of_markers:
        return
    session.flush()
    markers = markers_by_label(session, [row.intake.key for row in done])
    ids = [marker.id for marker in markers.values()]
    mine = (MarkerChange.marker_id.in_(ids), MarkerChange.at == at)
    changes = {
        row.marker_id: (row.first, row.last)
        for row in session.execute(
            select(
                MarkerChange.marker_id,
                func.min(MarkerChange.id).label("first"),
                func.max(MarkerChange.id).label("last"),
            )
            .where(*mine, MarkerChange.actor_id == batch.user_id)
            .group_by(MarkerChange.marker_id)
        )
    }
    measured = _measured(session, ids, at)
    session.execute(
        insert(ImportEffect),
        [
            {
                "batch_id": batch.id,
                "row": row.number,
                "marker_id": marker.id,
                "is_new": row.outcome is Outcome.CREATED,
                "first_change": changes.get(marker.id, (None, None))[0],
                "last_change": changes.get(marker.id, (None, None))[1],
                "measurement_id": measured.get(marker.id),
            }
            for row in done
            if (marker := markers.get(row.intake.key)) is not None
        ],
    )


def _keep_cases(session: Session, batch: ImportBatch, rows: Sequence[Judged]) -> None:
    """A file only opens cases: it never writes over one of before."""
    cases = known_cases(session, (row.intake.key for row in rows))
    session.execute(
        insert(ImportEffect),
        [
            {
                "batch_id": batch.id,
                "row": row.number,
                "case_id": case.id,
                "is_new": True,
            }
            for row in rows
            if (case := cases.get(row.intake.key)) is not None
        ],
    )


def _keep_entries(session: Session, batch: ImportBatch, rows: Sequence[Judged]) -> None:
    """Which persons or vessels are new, and which blanks of the others were filled with what."""
    column = "person_id" if batch.target == Target.PERSONS else "vessel_id"
    session.execute(
        insert(ImportEffect),
        [
            {
                "batch_id": batch.id,
                "row": row.number,
                column: row.stored["id"],
                "is_new": row.outcome is Outcome.CREATED,
                "before": written({name: pair[0] for name, pair in row.filled.items()}),
                "after": written({name: pair[1] for name, pair in row.filled.items()}),
            }
            for row in rows
            if row.stored is not None
        ],
    )


def _measured(session: Session, ids: Sequence[int], at: datetime) -> dict[int, int]:
    rows = session.execute(
        select(MarkerMeasurement.marker_id, MarkerMeasurement.id).where(
            MarkerMeasurement.marker_id.in_(ids), MarkerMeasurement.recorded_at == at
        )
    )
    return {row.marker_id: row.id for row in rows}
