"""Whether the history of the cases is what was written: every chain recomputed, chunk by chunk."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import GENESIS
from app.cases.catalogue import checksum_of
from app.cases.models import Case, CaseEvent, CaseTypeVersion
from app.cases.recording import follows

CHUNK = 200
Row = Mapping[Any, Any]  # a row of case_event, by column name


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
    """Recompute the chains of the next cases, read in two statements.

    The cases are read first: what is appended meanwhile lies behind their last event.
    """
    cases = session.execute(
        select(Case.id, Case.reference, Case.last_seq, Case.last_hash)
        .where(Case.id > after)
        .order_by(Case.id)
        .limit(CHUNK)
    ).all()
    chains = _chains(session, [case.id for case in cases])
    bad = []
    for case in cases:
        number = _first_bad_number(chains.get(case.id, ()), case.last_seq, case.last_hash)
        if number is not None:
            bad.append(BadRecord(case.reference, number))
    return Checked(cases[-1].id if cases else None, len(cases), tuple(bad))


def _chains(session: Session, case_ids: Sequence[int]) -> Mapping[int, list[Row]]:
    chains: dict[int, list[Row]] = defaultdict(list)
    statement = (
        select(*CaseEvent.__table__.columns)
        .where(CaseEvent.case_id.in_(case_ids))
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    for row in session.execute(statement).mappings():
        chains[row["case_id"]].append(row)
    return chains


def _first_bad_number(chain: Sequence[Row], last_seq: int, last_hash: str) -> int | None:
    previous = GENESIS
    for number, row in enumerate(chain, start=1):
        if not follows(row, number, previous):
            return int(row["seq"])
        previous = row["hash"]
    # The case knows its last event: a chain that was cut at its end follows, but ends too early.
    is_whole = len(chain) >= last_seq > 0 and chain[last_seq - 1]["hash"] == last_hash
    return None if is_whole else last_seq


def altered_definitions(session: Session) -> Sequence[BadRecord]:
    """Published case types whose content no longer has the checksum it was published with."""
    versions = session.scalars(select(CaseTypeVersion).order_by(CaseTypeVersion.id))
    return [
        BadRecord(version.code, version.number)
        for version in versions
        if checksum_of(version.definition) != version.checksum
    ]
