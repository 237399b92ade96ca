"""Reads of imports: a unit sees what it brought in itself."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.imports.models import ColumnMemory, ImportBatch, ImportFinding
from app.permissions import Actor

PAGE_SIZE = 25
SHOWN_FINDINGS = 200


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The imports of the unit that the actor acts for."""
    return ImportBatch.unit_id == actor.unit_id


def list_batches(
    session: Session, actor: Actor, *, before: int | None = None
) -> tuple[Sequence[ImportBatch], int | None]:
    """One page of imports, newest first, and the id to go on from."""
    statement = select(ImportBatch).where(visible_to(actor)).order_by(ImportBatch.id.desc())
    if before is not None:
        statement = statement.where(ImportBatch.id < before)
    rows = session.scalars(statement.limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    return shown, shown[-1].id if len(rows) > PAGE_SIZE else None


def get_batch(session: Session, actor: Actor, batch_id: int, *, lock: bool = False) -> ImportBatch:
    """The import, or NotFound: absent and another unit's are not told apart."""
    statement = select(ImportBatch).where(ImportBatch.id == batch_id, visible_to(actor))
    if lock:
        statement = statement.with_for_update()
    batch = session.scalar(statement.execution_options(populate_existing=True))
    if batch is None:
        raise NotFound("Không tìm thấy lần nhập này, hoặc ngoài phạm vi của bạn.")
    return batch


def locked_batch(session: Session, batch_id: int) -> ImportBatch | None:
    """For the worker, which holds the id and asks for no scope."""
    return session.scalar(
        select(ImportBatch)
        .where(ImportBatch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def findings_of(
    session: Session, batch: ImportBatch, *, limit: int | None = SHOWN_FINDINGS
) -> Sequence[ImportFinding]:
    """Errors before warnings, each in the order of the rows."""
    statement = (
        select(ImportFinding)
        .where(ImportFinding.batch_id == batch.id)
        .order_by(ImportFinding.severity, ImportFinding.row, ImportFinding.id)
    )
    return session.scalars(statement.limit(limit) if limit else statement).all()


def count_findings(session: Session, batch: ImportBatch) -> Mapping[str, int]:
    rows = session.execute(
        select(ImportFinding.severity, func.count())
        .where(ImportFinding.batch_id == batch.id)
        .group_by(ImportFinding.severity)
    )
    return {row[0]: row[1] for row in rows}


def remembered(session: Session, unit_id: int, target: str, signature: str) -> ColumnMemory | None:
    return session.get(ColumnMemory, (unit_id, target, signature))
