"""How long a changed calendar takes to reach a hundred thousand open deadlines."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.calendar import load_calendar
from app.accounts.calendar_services import save_calendar_day
from app.cases.clock_models import ClockMove
from app.cases.models import CaseClock
from app.database import reading, transaction
from app.jobs import Job, OutboxEntry
from app.permissions import SYSTEM_ACTOR
from app.workflow.calendars import DayKind, DayRule, DayStatus
from app.workflow.clocks import due_at
from app.workflow.limits import ClockKind
from benchmarks import subject
from benchmarks.crew import BenchmarkError, alone
from benchmarks.databases import app_on, scratch
from benchmarks.harness import Options, Row, measured
from workers.cases import recompute_clocks

NAME = "recounts"
FULL, SECONDS, DAYS = 100_000, 60.0, 5
NEW_DAY = DayRule(date(2026, 11, 25), DayKind.HOLIDAY, "Nghỉ thêm", DayStatus.OFFICIAL, "đo")


@dataclass(frozen=True)
class Recount:
    """One recount: how long it took and how many deadlines it moved."""

    seconds: float
    moved: int


def measure(options: Options) -> Iterator[Row]:
    for engine in options.engines:
        with scratch(engine) as (url, folder):
            alone(subject.prepare, url, folder, options.rows)
            done: Recount = alone(_recount, url, folder)
        if done.moved < options.rows:
            raise BenchmarkError(f"{done.moved} of {options.rows} deadlines were moved")
        yield measured(
            f"{NAME}: open deadlines per second, {engine}",
            done.moved / done.seconds,
            "deadlines/s",
            target=f"{FULL} in < {SECONDS:g} s",
            met=done.seconds * FULL / done.moved < SECONDS if options.rows >= FULL else None,
            note=f"{done.moved} moved, logged and told on their cases in {done.seconds:.1f} s",
        )


def _recount(url: str, folder: Path) -> Recount:
    """Every case has one clock of working days; one new holiday moves all of them."""
    with app_on(url, folder, is_worker=True).app_context():
        with transaction() as session:
            _count_in_working_days(session)
        with transaction() as session:
            save_calendar_day(session, SYSTEM_ACTOR, NEW_DAY, now=subject.NOW)
        asked = select(OutboxEntry).where(OutboxEntry.job == Job.RECOMPUTE_CLOCKS)
        payload = dict(reading().scalars(asked).one().payload)
        reading().rollback()
        start = time.perf_counter()
        recompute_clocks(reading(), payload, subject.NOW)
        seconds = time.perf_counter() - start
        return Recount(seconds, reading().scalar(select(func.count(ClockMove.id))) or 0)


def _count_in_working_days(session: Session) -> None:
    due = due_at(ClockKind.WORKING_DAYS, DAYS, subject.NOW, load_calendar(session))
    session.execute(
        update(CaseClock)
        .where(CaseClock.id >= subject.FIRST_CLOCK)
        .values(limit=f"{DAYS} wd", origin=subject.NOW, due_at=due.at, day_status=due.status)
    )
