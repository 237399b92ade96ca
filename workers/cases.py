"""Jobs that time brings to cases: passed deadlines, a changed calendar, the check of history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import AuditCheck
from app.cases.durations import measure_steps, store_steps
from app.cases.recount import begin_recount, recount_chunk
from app.cases.verification import BadRecord, altered_definitions, check_chunk
from app.database import reading, transaction
from app.jobs import utc_now
from app.notices import deadlines, requests
from app.notices.moved import tell_moved
from app.notices.services import tell_auditors
from workers.work import chunked

MOST_BAD_SHOWN = 20


@chunked
def sweep_deadlines(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Record passed deadlines and announce the near ones; busy cases wait for the next sweep."""
    del session, payload
    steps = (
        *(deadlines.record_missed, deadlines.escalate, deadlines.give_warnings),
        *(requests.remind_units, requests.note_late_units),
    )
    for step in steps:
        is_full = True
        while is_full:
            with transaction() as writer:
                is_full = step(writer, now=now) == deadlines.CHUNK


@chunked
def recompute_clocks(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Count open deadlines again, from where an interrupted run stopped; tell assignees once."""
    del session
    with transaction() as writer:
        recount_id, is_done = begin_recount(writer, payload, now=now)
    while not is_done:
        with transaction() as writer:
            is_done = not recount_chunk(writer, recount_id, now=utc_now())
            if is_done:
                tell_moved(writer, recount_id, now=utc_now())


@chunked
def measure(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Measure how long steps usually take; read without holding the writers up."""
    del payload
    found = measure_steps(session, now=now)
    with transaction() as writer:
        store_steps(writer, found, now=now)


@chunked
def verify_audit(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Recompute every chain, from where an interrupted check stopped; tell if one is broken."""
    del session
    check_id, after = _begin(payload["slot"], now)
    while after is not None:
        checked = check_chunk(reading(), after=after)
        with transaction() as writer:
            check = writer.get_one(AuditCheck, check_id)
            _note(check, checked.bad)
            check.checked += checked.count
            check.last_case_id = checked.last_case_id or check.last_case_id
        after = checked.last_case_id
    _finish(check_id)


def _begin(slot: str, now: datetime) -> tuple[int, int | None]:
    """The check of this slot and the last case it has seen; None when it has seen them all."""
    with transaction() as writer:
        check = writer.scalar(select(AuditCheck).where(AuditCheck.slot == slot))
        if check is None:
            check = AuditCheck(
                slot=slot, started_at=now, last_case_id=0, checked=0, bad_count=0, bad=[]
            )
            writer.add(check)
            writer.flush()
        return check.id, check.last_case_id if check.finished_at is None else None


def _note(check: AuditCheck, bad: tuple[BadRecord, ...] | list[BadRecord]) -> None:
    check.bad_count += len(bad)
    check.bad = [*check.bad, *(one.as_json() for one in bad)][:MOST_BAD_SHOWN]


def _finish(check_id: int) -> None:
    """Close the check once, with the notice that a failure needs in the same transaction."""
    altered = list(altered_definitions(reading()))
    with transaction() as writer:
        check = writer.get_one(AuditCheck, check_id)
        if check.finished_at is not None:
            return
        _note(check, altered)
        check.finished_at = utc_now()
        if check.bad_count:
            tell_auditors(writer, check.id, check.bad_count, now=check.finished_at)
