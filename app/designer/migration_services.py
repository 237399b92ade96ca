"""The verbs of migration: try it out, start it, stop it, take it back; and carrying it on."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, insert, literal, select, true, update
from sqlalchemy.orm import Session

from app.audit import record_access
from app.cases.catalogue import definition_of
from app.cases.models import Case, CaseTypeVersion
from app.database import JsonColumn, transaction
from app.designer.migrating import Desk, judge_items, move_items, note_verdict
from app.designer.migration_models import (
    CaseMigration,
    ItemState,
    MigrationItem,
    MigrationState,
    StoredMap,
)
from app.designer.migration_queries import locked_migration, version_numbered, waiting_items
from app.designer.migration_undo import restore_items
from app.errors import Conflict, Refused
from app.jobs import Job, enqueue
from app.permissions import Actor
from app.workflow.migration import plan
from app.workflow.version_map import VersionMap

CHUNK = 500
AT_ONCE = 300  # so many cases are tried out while the person waits a second


def store_map(
    session: Session, actor: Actor, code: str, chosen: VersionMap, *, now: datetime
) -> None:
    """Keep how removed states and fields are mapped, to be proposed the next time."""
    newest = session.scalar(
        select(func.max(CaseTypeVersion.id)).where(CaseTypeVersion.code == code)
    )
    session.merge(
        StoredMap(
            code=code,
            from_version_id=newest or 0,
            mapping=chosen.as_json(),
            saved_by=actor.user_id,
            saved_at=now,
        )
    )
    record_access(session, actor, "workflow.map_stored", f"workflow:{code}", now=now)


def order_check(
    session: Session,
    actor: Actor,
    code: str,
    *,
    from_number: int,
    to_number: int,
    chosen: VersionMap,
    now: datetime,
) -> CaseMigration:
    """Take every open case of a version on the list and have each judged; nothing moves yet.

    Raises DefinitionError where the map does not fit the versions.
    """
    before = version_numbered(session, code, from_number)
    behind = version_numbered(session, code, to_number)
    if before.id == behind.id:
        raise Refused("Hai phiên bản phải khác nhau.")
    plan(definition_of(session, before).case_type, definition_of(session, behind).case_type, chosen)
    migration = CaseMigration(
        code=code,
        from_version_id=before.id,
        to_version_id=behind.id,
        from_number=from_number,
        to_number=to_number,
        mapping=chosen.as_json(),
        state=MigrationState.CHECKING,
        user_id=actor.user_id,
        user_name=actor.name,
        unit_id=actor.unit_id,
        created_at=now,
    )
    session.add(migration)
    session.flush()
    migration.total = _list_cases(session, migration)
    record_access(session, actor, "workflow.migration_tried", f"migration:{migration.id}", now=now)
    return migration


def _list_cases(session: Session, migration: CaseMigration) -> int:
    chosen = select(
        literal(migration.id),
        Case.id,
        literal(ItemState.WAITING.value),
        *(literal("") for _ in range(4)),
        literal([], JsonColumn),
        literal({}, JsonColumn),
    ).where(
        Case.type_code == migration.code,
        Case.type_version_id == migration.from_version_id,
        Case.is_open.is_(true()),
    )
    names = ["migration_id", "case_id", "state", "outcome", "from_state", "to_state", "why_code"]
    listed = insert(MigrationItem).from_select([*names, "why", "clocks"], chosen.order_by(Case.id))
    session.execute(listed)
    count = select(func.count()).where(MigrationItem.migration_id == migration.id)
    return session.scalar(count) or 0


def order_run(session: Session, actor: Actor, migration_id: int, *, now: datetime) -> None:
    """Have a worker move the cases that were tried out; each is judged again as it is then."""
    migration = _held(session, migration_id)
    if migration.state != MigrationState.CHECKED:
        raise Conflict("Lần chuyển này chưa chạy thử xong, hoặc đã chạy rồi.")
    _begin(session, migration, MigrationState.RUNNING, ItemState.JUDGED, ItemState.WAITING)
    migration.started_at = now
    record_access(session, actor, "workflow.migration_run", f"migration:{migration.id}", now=now)
    queue_work(session, migration.id, now=now)


def order_undo(session: Session, actor: Actor, migration_id: int, *, now: datetime) -> None:
    """Have a worker put the moved cases back into the version they came from."""
    migration = _held(session, migration_id)
    if not migration.may_be_undone:
        raise Conflict("Lần chuyển này không hoàn tác được.")
    _begin(session, migration, MigrationState.UNDOING, ItemState.MOVED, ItemState.MOVED)
    record_access(session, actor, "workflow.migration_undo", f"migration:{migration.id}", now=now)
    queue_work(session, migration.id, now=now)


def call_off(session: Session, actor: Actor, migration_id: int, *, now: datetime) -> None:
    """Stop between two chunks where it runs; forget a trial. Moved cases stay moved."""
    migration = _held(session, migration_id)
    if migration.state == MigrationState.CHECKED:
        migration.state, migration.finished_at = MigrationState.CANCELLED, now
    elif migration.state in (MigrationState.CHECKING, MigrationState.RUNNING):
        migration.is_cancel_asked = True
    else:
        raise Conflict("Lần chuyển này không dừng được nữa.")
    record_access(session, actor, "workflow.migration_stop", f"migration:{migration.id}", now=now)


def queue_work(session: Session, migration_id: int, *, now: datetime) -> None:
    enqueue(session, Job.MIGRATE_CASES, {"migration_id": migration_id}, now=now)


def _held(session: Session, migration_id: int) -> CaseMigration:
    migration = locked_migration(session, migration_id)
    if migration is None:
        raise Conflict("Không có lần chuyển này.")
    return migration


def _begin(
    session: Session,
    migration: CaseMigration,
    state: MigrationState,
    counted: ItemState,
    becomes: ItemState,
) -> None:
    of_migration = MigrationItem.migration_id == migration.id
    items = select(func.count()).where(of_migration, MigrationItem.state == counted)
    migration.total, migration.done = session.scalar(items) or 0, 0
    migration.state, migration.is_cancel_asked = state, False
    migration.finished_at = None
    if counted is not becomes:
        session.execute(
            update(MigrationItem)
            .where(of_migration, MigrationItem.state == counted)
            .values(state=becomes)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()


def carry_on(migration_id: int, clock: Callable[[], datetime]) -> None:
    """Go on from wherever it stands, chunk by chunk; an ended migration is left alone.

    Each chunk holds the row of the migration, so that of two workers one waits and then finds the
    rest: nothing is done twice.
    """
    while True:
        with transaction() as session:
            migration = locked_migration(session, migration_id)
            if migration is None or not migration.is_active:
                return
            _take_chunk(session, migration, now=clock())
            session.flush()
            session.expunge_all()


_STEPS = {
    MigrationState.CHECKING: (ItemState.WAITING, MigrationState.CHECKED),
    MigrationState.RUNNING: (ItemState.WAITING, MigrationState.DONE),
    MigrationState.UNDOING: (ItemState.MOVED, MigrationState.UNDONE),
}


def _take_chunk(session: Session, migration: CaseMigration, *, now: datetime) -> None:
    if migration.is_cancel_asked:
        migration.state, migration.finished_at = MigrationState.CANCELLED, now
        return
    state = MigrationState(migration.state)
    waiting, ended = _STEPS[state]
    is_undo = state is MigrationState.UNDOING
    items = waiting_items(session, migration.id, waiting, limit=CHUNK, last_first=is_undo)
    if not items:
        migration.state, migration.finished_at = ended, now
        return
    desk = Desk(session, migration, now)
    if is_undo:
        restore_items(desk, items)
    elif state is MigrationState.RUNNING:
        move_items(desk, items)
    else:
        for judged in judge_items(desk, items):
            note_verdict(desk, judged)
            judged.item.state = ItemState.JUDGED
    migration.done += len(items)
