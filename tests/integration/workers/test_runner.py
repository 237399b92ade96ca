"""How one attempt ends: done, tried again later, or set aside for a person to see."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database import reading, transaction
from app.jobs import MOST_ATTEMPTS, Job, OutboxEntry, OutboxState, enqueue, utc_now
from workers.registry import HANDLERS
from workers.runner import run_outbox
from workers.work import Handler, chunked

JOB = Job.SEND_MAIL


class BrokenWorkError(Exception):
    """What the failing job raises."""


def _fail(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    del session, payload, now
    raise BrokenWorkError("Nguyễn Văn A")


def _asked(monkeypatch: pytest.MonkeyPatch, handler: Handler) -> int:
    monkeypatch.setitem(HANDLERS, JOB, handler)
    with transaction() as session:
        enqueue(session, JOB, {}, now=utc_now())
    return reading().scalars(select(OutboxEntry.id)).one()


def _entry() -> OutboxEntry:
    session = reading()
    session.rollback()
    return session.scalars(select(OutboxEntry).execution_options(populate_existing=True)).one()


def test_failed_work_is_due_again_later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    del app
    entry_id = _asked(monkeypatch, _fail)
    with pytest.raises(BrokenWorkError):
        run_outbox(entry_id)
    entry = _entry()
    assert (entry.state, entry.attempt) == (OutboxState.PENDING, 1)
    assert entry.due > utc_now()


def test_kept_error_names_kind_and_place_but_no_person(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    del app
    entry_id = _asked(monkeypatch, _fail)
    with pytest.raises(BrokenWorkError):
        run_outbox(entry_id)
    kept = _entry().last_error or ""
    assert kept.startswith("BrokenWorkError")
    assert "test_runner.py" in kept
    assert "Nguyễn" not in kept


def test_work_that_always_fails_is_set_aside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    del app
    entry_id = _asked(monkeypatch, _fail)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(BrokenWorkError):
            run_outbox(entry_id)
    run_outbox(entry_id)
    entry = _entry()
    assert (entry.state, entry.attempt) == (OutboxState.DEAD, MOST_ATTEMPTS)


def test_work_that_kills_every_worker_is_set_aside(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    del app
    entry_id = _asked(monkeypatch, _fail)
    with transaction() as session:
        session.execute(update(OutboxEntry).values(attempt=MOST_ATTEMPTS))
    run_outbox(entry_id)
    assert _entry().state == OutboxState.DEAD


def test_job_without_code_is_recorded_as_failed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    del app
    entry_id = _asked(monkeypatch, _fail)
    with transaction() as session:
        session.execute(update(OutboxEntry).values(job="of_an_older_release"))
    with pytest.raises(LookupError):
        run_outbox(entry_id)
    assert (_entry().last_error or "").startswith("LookupError")


def test_second_ring_of_done_work_changes_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    del app
    runs: list[int] = []

    def note(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        del session, payload, now
        runs.append(1)

    entry_id = _asked(monkeypatch, note)
    run_outbox(entry_id)
    run_outbox(entry_id)
    assert runs == [1]
    assert _entry().state == OutboxState.DONE


def test_long_work_is_held_while_it_runs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    del app
    runs: list[int] = []

    @chunked
    def ring_again(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        del session, payload, now
        runs.append(_entry().id)
        run_outbox(runs[0])

    entry_id = _asked(monkeypatch, ring_again)
    run_outbox(entry_id)
    assert runs == [entry_id]
    assert _entry().state == OutboxState.DONE
