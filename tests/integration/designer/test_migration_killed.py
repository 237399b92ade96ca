"""A migration whose worker is killed by SIGKILL: its successor ends it, and nothing twice."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.bulk import NewCase, open_cases
from app.cases.models import Case, CaseClock, CaseEvent, EventKind
from app.cases.verification import check_chunk
from app.config import ROOT
from app.database import reading, transaction
from app.designer import migration_services
from app.designer.migration_models import CaseMigration, ItemState, MigrationItem, MigrationState
from app.permissions import SYSTEM_ACTOR
from tests.integration.designer.matters import (
    CODE,
    LATER,
    NOW,
    WHOLE_MAP,
    first,
    officer,
    publish_type,
    second,
)

MANY = 3 * migration_services.CHUNK
PATIENCE_SECONDS = 120  # a loaded machine is slow, not wrong


def ordered_migration(session: Session) -> int:
    """Many open cases of the first version, tried out, and the order to move them."""
    publish_type(first())
    actor = officer(session)
    matters = [
        NewCase({"subject": f"Việc {number}", "kind": "plain", "letter": "12/CV"}, f"v{number}")
        for number in range(MANY)
    ]
    with transaction() as writer:
        open_cases(writer, actor, CODE, matters, pack=None, now=NOW)
    publish_type(second())
    with transaction() as writer:
        migration_id = migration_services.order_check(
            writer, SYSTEM_ACTOR, CODE, from_number=1, to_number=2, chosen=WHOLE_MAP, now=LATER
        ).id
    migration_services.carry_on(migration_id, lambda: LATER)
    with transaction() as writer:
        migration_services.order_run(writer, SYSTEM_ACTOR, migration_id, now=LATER)
    return migration_id


def migration_of(migration_id: int) -> CaseMigration:
    reading().rollback()
    return reading().get_one(CaseMigration, migration_id, populate_existing=True)


def wait_until(is_so: Callable[[], bool]) -> bool:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not is_so() and time.monotonic() < limit:
        time.sleep(0.01)
    return is_so()


def count_of(session: Session, condition: object) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0  # type: ignore[arg-type]


def test_a_worker_killed_in_the_middle_leaves_no_case_moved_twice_or_not_at_all(
    session: Session, database_url: str, tmp_path: Path
) -> None:
    migration_id = ordered_migration(session)
    module = "tests.integration.designer.migration_worker"
    command = [sys.executable, "-m", module, database_url, str(tmp_path), str(migration_id)]
    doomed = subprocess.Popen(command, cwd=ROOT)
    try:
        assert wait_until(lambda: migration_of(migration_id).done > 0)
    finally:
        doomed.kill()
    assert doomed.wait() == -9
    halted = migration_of(migration_id)
    assert halted.state == MigrationState.RUNNING
    assert 0 < halted.done < MANY
    moved = count_of(reading(), MigrationItem.state == ItemState.MOVED)
    assert moved == halted.done  # what the chunk in hand had begun is not there

    subprocess.run(command, cwd=ROOT, check=True, timeout=PATIENCE_SECONDS)
    ended = migration_of(migration_id)
    assert (ended.state, ended.done, ended.total) == (MigrationState.DONE, MANY, MANY)
    told = (
        select(CaseEvent.case_id, func.count().label("times"))
        .where(CaseEvent.kind == EventKind.MIGRATED)
        .group_by(CaseEvent.case_id)
    )
    times = [row.times for row in reading().execute(told)]
    assert times == [1] * MANY
    assert count_of(reading(), Case.type_version_id == ended.to_version_id) == MANY
    assert count_of(reading(), CaseClock.is_running) == MANY  # one clock each, as before
    assert check_chunk(reading(), after=0).bad == ()
