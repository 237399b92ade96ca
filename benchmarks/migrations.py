"""How long ten thousand open cases take to another version of their type: tried out, then moved."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from app.cases.catalogue import DEFINITIONS, publish
from app.cases.models import CaseEvent, EventKind
from app.database import reading, transaction
from app.designer import migration_services
from app.jobs import utc_now
from app.permissions import SYSTEM_ACTOR
from app.workflow.definition import load_definition
from app.workflow.version_map import VersionMap
from benchmarks import subject
from benchmarks.crew import BenchmarkError, alone, seconds_of
from benchmarks.databases import app_on, scratch
from benchmarks.harness import Options, Row, measured, rounded

NAME = "migrations"
FULL, SECONDS = 10_000, 60.0
OLD_STATE, NEW_STATE = "detected", "noticed"


@dataclass(frozen=True)
class Migration:
    """One migration: the trial, the move, and how many cases have an event that says so."""

    trial: float
    move: float
    moved: int


def measure(options: Options) -> Iterator[Row]:
    count = min(options.rows, FULL)
    for engine in options.engines:
        with scratch(engine) as (url, folder):
            alone(subject.prepare, url, folder, count)
            done: Migration = alone(_migrate, url, folder)
        if done.moved < count:
            raise BenchmarkError(f"{done.moved} of {count} cases were moved")
        seconds = done.trial + done.move
        yield measured(
            f"{NAME}: cases per second, {engine}",
            done.moved / seconds,
            "cases/s",
            target=f"{FULL} in < {SECONDS:g} s",
            met=seconds * FULL / done.moved < SECONDS if count >= FULL else None,
            note=f"{done.moved} cases: tried out in {rounded(done.trial)} s, "
            f"moved in {rounded(done.move)} s",
        )


def _migrate(url: str, folder: Path) -> Migration:
    """The first state gets another code; clock, event, verdict and title of every case follow."""
    content = (DEFINITIONS / f"{subject.TYPE}.yaml").read_text("utf-8")
    changed = load_definition(content.replace(OLD_STATE, NEW_STATE))
    with app_on(url, folder, is_worker=True).app_context():
        with transaction() as session:
            number = publish(session, SYSTEM_ACTOR, changed, now=subject.NOW).number
        with transaction() as session:
            migration_id = migration_services.order_check(
                session,
                SYSTEM_ACTOR,
                subject.TYPE,
                from_number=number - 1,
                to_number=number,
                chosen=VersionMap(states={OLD_STATE: NEW_STATE}),
                now=utc_now(),
            ).id
        trial = seconds_of(_carried(migration_id))
        with transaction() as session:
            migration_services.order_run(session, SYSTEM_ACTOR, migration_id, now=utc_now())
        move = seconds_of(_carried(migration_id))
        told = select(func.count()).where(CaseEvent.kind == EventKind.MIGRATED)
        return Migration(trial, move, reading().scalar(told) or 0)


def _carried(migration_id: int) -> Callable[[], None]:
    return lambda: migration_services.carry_on(migration_id, utc_now)
