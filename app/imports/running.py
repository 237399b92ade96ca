"""Runs a file through its target in chunks: dry, or storing each chunk with its progress."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from sqlalchemy.orm import Session

from app.imports.fields import Target
from app.imports.incidents import IncidentImport
from app.imports.judging import Judged
from app.imports.markers import MarkerImport
from app.imports.persons import PersonImport
from app.imports.report import Report
from app.imports.rows import Table
from app.imports.surroundings import Surroundings
from app.imports.vessels import VesselImport
from app.imports.vms import VmsImport

CHUNK = 2_000


class Importer(Protocol):
    """What every target does with a chunk of rows."""

    around: Surroundings

    def judge(self, session: Session, rows: Sequence[Judged]) -> None: ...

    def foresee(self, session: Session, rows: Sequence[Judged]) -> None: ...

    def store(self, session: Session, rows: Sequence[Judged]) -> None: ...


def importer_for(target: Target, around: Surroundings) -> Importer:
    if target is Target.INCIDENTS:
        return IncidentImport(around)
    if target is Target.PERSONS:
        return PersonImport(around)
    if target is Target.VESSELS:
        return VesselImport(around)
    if target is Target.VMS:
        return VmsImport(around)
    return MarkerImport(around, target)


def chunks_of(table: Table, size: int = CHUNK) -> Iterator[list[Judged]]:
    records = table.records()
    while chunk := list(islice(records, size)):
        yield chunk


def accepted(rows: Sequence[Judged]) -> list[Judged]:
    return [row for row in rows if not row.is_refused]


def rehearse(session: Session, importer: Importer, rows: Sequence[Judged]) -> None:
    """Judge a chunk and foresee what storing would do; writes nothing."""
    importer.judge(session, rows)
    importer.foresee(session, accepted(rows))


def perform(session: Session, importer: Importer, rows: Sequence[Judged]) -> None:
    """Judge and store a chunk in the caller's transaction."""
    importer.judge(session, rows)
    if fit := accepted(rows):
        importer.store(session, fit)


def rehearse_all(session: Session, importer: Importer, table: Table, report: Report) -> None:
    for rows in chunks_of(table):
        rehearse(session, importer, rows)
        report.add(rows)
