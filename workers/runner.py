"""Runs one outbox row exactly once, however often and wherever the doorbell rings.

A ring only names a row. The row is locked while its work runs and is marked done in the same
transaction, so a second ring finds nothing to do and a killed worker leaves the row as it was.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from flask import Flask, current_app
from sqlalchemy import or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, configure_mappers

from app.database import reading, transaction
from app.jobs import LEASE, MOST_ATTEMPTS, OutboxEntry, OutboxState, utc_now
from workers.registry import HANDLERS
from workers.work import Handler, is_chunked

logger = logging.getLogger(__name__)

HOLD = timedelta(seconds=30)
RENEWAL_SECONDS = 8
FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(hours=1)


def learn() -> None:
    """Learn before the first fork what each job would learn anew: how tables and models meet."""
    configure_mappers()


def run_outbox(entry_id: int) -> None:
    """Do the work of one row; called by RQ with the row's number only."""
    entry = _start(entry_id)
    if entry is None:
        return
    with _FailureRecord(entry.id, entry.attempt):
        handler = _handler_of(entry)
        if handler is None:
            raise LookupError(f"no code for the job {entry.job}")
        if is_chunked(handler):
            _run_in_chunks(entry, handler)
        else:
            _run_at_once(entry.id, handler)


def _handler_of(entry: OutboxEntry) -> Handler | None:
    return next((handler for job, handler in HANDLERS.items() if job == entry.job), None)


def _start(entry_id: int) -> OutboxEntry | None:
    """Count the attempt before the work, so that work which kills its worker ends as well."""
    now = utc_now()
    with transaction() as session:
        entry = _lock_free_entry(session, entry_id, now)
        if entry is None:
            return None
        if entry.attempt >= MOST_ATTEMPTS:
            entry.state = OutboxState.DEAD
            entry.last_error = entry.last_error or "the worker died in every attempt"
            return None
        entry.attempt += 1
        entry.due = now + LEASE
        handler = _handler_of(entry)
        if handler is not None and is_chunked(handler):
            entry.running_until = entry.due = now + HOLD
    return entry


def _lock_free_entry(session: Session, entry_id: int, now: datetime) -> OutboxEntry | None:
    return session.scalars(
        select(OutboxEntry)
        .where(
            OutboxEntry.id == entry_id,
            OutboxEntry.state == OutboxState.PENDING,
            or_(OutboxEntry.running_until.is_(None), OutboxEntry.running_until < now),
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _run_at_once(entry_id: int, handler: Handler) -> None:
    """Work and 'done' in one transaction; the row stays locked meanwhile."""
    now = utc_now()
    with transaction() as session:
        entry = _lock_free_entry(session, entry_id, now)
        if entry is None:
            return
        handler(session, dict(entry.payload), now)
        _mark_done(session, entry_id)


def _run_in_chunks(entry: OutboxEntry, handler: Handler) -> None:
    """The work commits by itself; the hold keeps other workers away until it ends."""
    with _held(entry.id):
        handler(reading(), dict(entry.payload), utc_now())
    with transaction() as session:
        _mark_done(session, entry.id)


def _mark_done(session: Session, entry_id: int) -> None:
    session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.id == entry_id, OutboxEntry.state == OutboxState.PENDING)
        .values(state=OutboxState.DONE, done_at=utc_now(), last_error=None, running_until=None)
    )


@contextmanager
def _held(entry_id: int) -> Iterator[None]:
    # The thread outlives no job and needs the application itself, not the proxy to it.
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    ended = threading.Event()
    thread = threading.Thread(target=_renew_hold, args=(app, entry_id, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _renew_hold(app: Flask, entry_id: int, ended: threading.Event) -> None:
    while not ended.wait(RENEWAL_SECONDS):
        try:
            with app.app_context(), transaction() as session:
                until = utc_now() + HOLD
                session.execute(
                    update(OutboxEntry)
                    .where(OutboxEntry.id == entry_id, OutboxEntry.state == OutboxState.PENDING)
                    .values(running_until=until, due=until)
                )
        except OperationalError:
            logger.warning("row %d: the hold was not renewed this time", entry_id)


class _FailureRecord:
    """Writes why an attempt failed and when the next one is due; the error itself goes on."""

    def __init__(self, entry_id: int, attempt: int) -> None:
        self.entry_id = entry_id
        self.attempt = attempt

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            return
        is_last = self.attempt >= MOST_ATTEMPTS
        with transaction() as session:
            session.execute(
                update(OutboxEntry)
                .where(OutboxEntry.id == self.entry_id, OutboxEntry.state == OutboxState.PENDING)
                .values(
                    state=OutboxState.DEAD if is_last else OutboxState.PENDING,
                    due=utc_now() + backoff(self.attempt),
                    running_until=None,
                    last_error=_describe(error, trace),
                )
            )


def backoff(attempt: int) -> timedelta:
    """How long to wait after the given failed attempt: 5 s, 10 s, 20 s … up to an hour."""
    return min(FIRST_BACKOFF * (1 << (attempt - 1)), LONGEST_BACKOFF)


def _describe(error: BaseException, trace: TracebackType | None) -> str:
    """Kind and place only: the text of an error may hold a person's name."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__}, {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
