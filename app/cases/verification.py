"""Whether the history of the cases is what was written: every chain recomputed, chunk by chunk."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.catalogue import checksum_of
from app.cases.models import Case, CaseEvent, CaseTypeVersion
from app.cases.recording import first_bad_event

CHUNK = 200


@dataclass(frozen=True, slots=True)
class BadRecord:
    """The first event of a case that does not follow, or a definition that was altered."""

    subject: str
    number: int

    def as_json(self) -> dict[str, str | int]:
        return {"subject": self.subject, "number": self.number}


@dataclass(frozen=True, slots=True)
class Checked:
    """A chunk of cases that was checked; `last_case_id` is None when nothing is left."""

    last_case_id: int | None
    count: int
    bad: tuple[BadRecord, ...]


def check_chunk(session: Session, *, after: int) -> Checked:
    """Recompute the chains of the next cases."""
    cases = session.execute(
        select(Case.id, Case.reference, Case.last_seq, Case.last_hash)
        .where(Case.id > after)
        .order_by(Case.id)
        .limit(CHUNK)
    ).all()
    bad = []
    for case in cases:
        number = _first_bad_number(session, case.id, case.last_seq, case.last_hash)
        if number is not None:
            bad.append(BadRecord(case.reference, number))
    session.expunge_all()
    return Checked(cases[-1].id if cases else None, len(cases), tuple(bad))


def _first_bad_number(session: Session, case_id: int, last_seq: int, last_hash: str) -> int | None:
    event = first_bad_event(session, case_id)
    if event is not None:
        return event.seq
    # The case knows its last event: a chain that was cut at its end follows, but ends too early.
    statement = select(CaseEvent.hash).where(
        CaseEvent.case_id == case_id, CaseEvent.seq == last_seq
    )
    return None if session.scalar(statement) == last_hash else last_seq


def altered_definitions(session: Session) -> Sequence[BadRecord]:
    """Published case types whose content no longer has the checksum it was published with."""
    versions = session.scalars(select(CaseTypeVersion).order_by(CaseTypeVersion.id))
    return [
        BadRecord(version.code, version.number)
        for version in versions
        if checksum_of(version.definition) != version.checksum
    ]
