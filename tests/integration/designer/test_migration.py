"""Open cases carried to another version: tried out, moved, put back; killed, raced, repeated."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.case_page import case_page
from app.cases.conversation import add_note
from app.cases.heads import CaseHead, get_head_by_id
from app.cases.models import Case, CaseClock, CaseEvent, EventKind
from app.cases.recording import first_bad_event
from app.cases.verification import check_chunk
from app.database import reading, transaction
from app.designer import migrating, migration_queries, migration_services
from app.designer.migration_models import CaseMigration, ItemState, MigrationItem, MigrationState
from app.designer.migration_queries import ItemFilter
from app.designer.migration_rows import write_moved
from app.errors import Conflict, Refused
from app.jobs import Job, OutboxEntry
from app.permissions import SYSTEM_ACTOR, Actor
from app.workflow.errors import DefinitionError
from app.workflow.version_map import NO_MAP, VersionMap
from tests.integration.designer.matters import (
    CODE,
    LATER,
    NOW,
    WHOLE_MAP,
    a_matter,
    case_of,
    first,
    officer,
    publish_type,
    second,
    step,
)
from workers.registry import HANDLERS


class WorkerDied(BaseException):
    """As if the process had been killed at this very moment."""


@pytest.fixture
def actor(session: Session) -> Actor:
    publish_type(first())
    return officer(session)


def later() -> datetime:
    return LATER


def tried(chosen: VersionMap = WHOLE_MAP, **numbers: int) -> CaseMigration:
    with transaction() as writer:
        migration = migration_services.order_check(
            writer, SYSTEM_ACTOR, CODE,
            from_number=numbers.get("from_number", 1), to_number=numbers.get("to_number", 2),
            chosen=chosen, now=LATER,
        )  # fmt: skip
    migration_services.carry_on(migration.id, later)
    return fresh(migration.id)


def fresh(migration_id: int) -> CaseMigration:
    reading().rollback()
    return reading().get_one(CaseMigration, migration_id, populate_existing=True)


def ordered(migration: CaseMigration) -> None:
    with transaction() as writer:
        migration_services.order_run(writer, SYSTEM_ACTOR, migration.id, now=LATER)


def ran(chosen: VersionMap = WHOLE_MAP) -> CaseMigration:
    migration = tried(chosen)
    ordered(migration)
    migration_services.carry_on(migration.id, later)
    return fresh(migration.id)


def undone(migration: CaseMigration) -> CaseMigration:
    with transaction() as writer:
        migration_services.order_undo(writer, SYSTEM_ACTOR, migration.id, now=LATER)
    migration_services.carry_on(migration.id, later)
    return fresh(migration.id)


def items(migration: CaseMigration) -> Sequence[MigrationItem]:
    return (
        reading()
        .scalars(
            select(MigrationItem)
            .where(MigrationItem.migration_id == migration.id)
            .order_by(MigrationItem.id)
            .execution_options(populate_existing=True)
        )
        .all()
    )


def running(head: CaseHead) -> dict[str, CaseClock]:
    rows = reading().scalars(
        select(CaseClock)
        .where(CaseClock.case_id == head.id, CaseClock.is_running)
        .execution_options(populate_existing=True)
    )
    return {row.code: row for row in rows}


def row_of(head: CaseHead) -> dict[str, Any]:
    """The columns of a case that an undone migration leaves as they were."""
    case = case_of(head)
    told = {"version", "last_seq", "last_hash", "last_event_text", "updated_at"}
    return {
        column.name: getattr(case, column.name)
        for column in Case.__table__.columns
        if column.name not in told
    }


def clock_rows(head: CaseHead) -> list[tuple[Any, ...]]:
    statement = select(*CaseClock.__table__.columns).where(CaseClock.case_id == head.id)
    return [tuple(row) for row in reading().execute(statement.order_by(CaseClock.id))]


def test_a_trial_tells_every_case_its_verdict_and_moves_none(actor: Actor) -> None:
    plain, looked = a_matter(actor, kind="urgent", letter=""), a_matter(actor)
    looked = step(actor, looked, "look")
    publish_type(second())
    migration = tried()
    assert (migration.state, migration.done, migration.total) == ("checked", 2, 2)
    verdicts = [(item.outcome, item.from_state, item.to_state) for item in items(migration)]
    assert verdicts == [("mapped", "received", "received"), ("mapped", "review", "study")]
    assert {row_of(head)["state"] for head in (plain, looked)} == {"received", "review"}
    assert case_of(looked).version == looked.version


def test_without_a_map_nothing_disappears_silently(actor: Actor) -> None:
    a_matter(actor, kind="urgent", letter="")
    step(actor, a_matter(actor), "look")
    publish_type(second())
    untouched, lost = items(tried(NO_MAP))
    assert untouched.outcome == "mapped"  # an empty letter goes, nothing else changes
    assert lost.outcome == "cannot"
    assert {reason["code"] for reason in lost.why} == {"no_state", "no_field", "unfit"}
    assert "Đang xem xét" in lost.why[0]["vi"]
    assert "Under review" in lost.why[0]["en"]


def test_the_past_is_told_in_the_names_of_its_version(actor: Actor) -> None:
    looked = step(actor, a_matter(actor), "look")
    publish_type(second())
    ran()
    page = case_page(reading(), actor, looked.reference, now=LATER, is_full=True)
    titles = [entry.title for entry in page.timeline.entries]
    assert any(title.endswith("→ Đang xem xét") for title in titles), titles
    assert not any("review" in title for title in titles)


def test_an_act_keeps_the_roles_of_its_actor(actor: Actor) -> None:
    looked = step(actor, a_matter(actor), "look")
    events = reading().scalars(select(CaseEvent).where(CaseEvent.case_id == looked.id)).all()
    assert [event.data["_roles"] for event in events] == [sorted(actor.roles)] * 2


def test_a_run_moves_state_facts_and_chain_together(actor: Actor) -> None:
    looked = step(actor, a_matter(actor), "look")
    publish_type(second())
    migration = ran()
    case = case_of(looked)
    assert migration.state == MigrationState.DONE
    assert case.state == "study"
    assert case.data == {"subject": "Xin xác minh", "kind": "normal", "paper": "12/CV"}
    event = reading().scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq.desc())
    ).first()  # fmt: skip
    assert event is not None
    assert (event.kind, event.from_state, event.to_state) == ("migrated", "review", "study")
    assert event.data["answers"] == {"kind": "normal", "paper": "12/CV"}
    assert event.data["removed"] == ["letter"]
    assert first_bad_event(reading(), case.id) is None
    assert check_chunk(reading(), after=0).bad == ()


def test_a_migrated_case_goes_on_under_the_new_version(actor: Actor) -> None:
    looked = step(actor, a_matter(actor), "look")
    publish_type(second())
    ran()
    assert case_of(looked).state == "study"
    finished = step(actor, head_now(looked), "finish", answer="Đã trả lời")
    assert (finished.state, finished.is_open) == ("done", False)


def test_clocks_are_carried_started_and_dropped(actor: Actor) -> None:
    looked = step(actor, a_matter(actor), "look")
    before = running(looked)["reply"].due_at
    publish_type(second())
    ran()
    clocks = running(looked)
    assert set(clocks) == {"reply", "study_time"}
    assert clocks["reply"].due_at == before
    assert clocks["study_time"].origin == LATER  # nobody could meet it before it was there
    assert case_of(looked).next_due_clock in {"reply", "study_time"}


def test_a_new_deadline_may_count_from_what_started_it(actor: Actor) -> None:
    looked = step(actor, a_matter(actor), "look")
    publish_type(second())
    ran(WHOLE_MAP.model_copy(update={"clocks": "history"}))
    assert running(looked)["study_time"].origin == NOW


def test_a_request_on_a_removed_step_holds_the_case(actor: Actor) -> None:
    step(actor, a_matter(actor), "drop")
    publish_type(
        second().model_copy(
            update={"transitions": tuple(t for t in second().transitions if t.code != "drop")}
        )
    )
    migration = ran()
    (item,) = items(migration)
    assert (item.state, item.outcome) == (ItemState.LEFT, "cannot")
    assert "chờ người thứ hai" in item.why[0]["vi"]


def test_an_undone_migration_restores_every_column(actor: Actor) -> None:
    heads = [a_matter(actor), step(actor, a_matter(actor), "look")]
    before = [(row_of(head), clock_rows(head)) for head in heads]
    publish_type(second())
    migration = undone(ran())
    assert migration.state == MigrationState.UNDONE
    assert [(row_of(head), clock_rows(head)) for head in heads] == before
    assert check_chunk(reading(), after=0).bad == ()


def test_a_case_that_moved_on_is_left_out_of_the_undo_and_listed(actor: Actor) -> None:
    moved, noted = step(actor, a_matter(actor), "look"), step(actor, a_matter(actor), "look")
    publish_type(second())
    migration = ran()
    step(actor, head_now(moved), "finish", answer="Xong")
    with transaction() as writer:
        add_note(writer, actor, noted.reference, kind=EventKind.NOTED, text="Ghi thêm", now=LATER)
    undone(migration)
    kept, restored = items(migration)
    assert (kept.state, restored.state) == (ItemState.KEPT, ItemState.RESTORED)
    assert "Chuyển bước" in kept.why[0]["vi"]
    assert (case_of(moved).state, case_of(noted).state) == ("done", "review")


def head_now(head: CaseHead) -> CaseHead:
    found = get_head_by_id(reading(), SYSTEM_ACTOR, head.id)
    reading().rollback()
    return found


def test_a_killed_run_goes_on_where_it_stood_and_does_nothing_twice(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = [step(actor, a_matter(actor), "look") for _ in range(7)]
    publish_type(second())
    migration = tried()
    ordered(migration)
    monkeypatch.setattr(migration_services, "CHUNK", 2)
    chunks: list[int] = []

    def die_in_the_third(*args: Any, **named: Any) -> None:
        chunks.append(1)
        write_moved(*args, **named)
        if len(chunks) == 3:
            raise WorkerDied

    monkeypatch.setattr(migrating, "write_moved", die_in_the_third)
    with pytest.raises(WorkerDied):
        migration_services.carry_on(migration.id, later)
    assert fresh(migration.id).done == 4
    migration_services.carry_on(migration.id, later)
    assert (fresh(migration.id).state, fresh(migration.id).done) == ("done", 7)
    count = select(func.count()).where(CaseEvent.kind == EventKind.MIGRATED)
    assert reading().scalar(count) == 7
    assert {case_of(head).state for head in heads} == {"study"}
    assert check_chunk(reading(), after=0).bad == ()


def test_the_worker_of_the_house_carries_a_migration_on(actor: Actor) -> None:
    a_matter(actor)
    publish_type(second())
    migration = tried()
    ordered(migration)
    entry = reading().scalars(
        select(OutboxEntry).where(OutboxEntry.job == Job.MIGRATE_CASES)
    ).one()  # fmt: skip
    HANDLERS[Job.MIGRATE_CASES](reading(), entry.payload, LATER)
    assert fresh(migration.id).state == MigrationState.DONE


def test_a_second_worker_finds_nothing_left_to_do(actor: Actor) -> None:
    a_matter(actor)
    publish_type(second())
    migration = ran()
    migration_services.carry_on(migration.id, later)
    assert reading().scalar(select(func.count()).where(CaseEvent.kind == "migrated")) == 1


def test_a_case_that_ended_meanwhile_stays_where_it_is(actor: Actor) -> None:
    looked = step(actor, a_matter(actor), "look")
    publish_type(second())
    migration = tried()
    step(actor, looked, "finish", answer="Xong")
    ordered(migration)
    migration_services.carry_on(migration.id, later)
    (item,) = items(migration)
    assert (item.state, item.why[0]["code"]) == (ItemState.LEFT, "gone")
    assert case_of(looked).state == "done"


def test_a_run_that_is_called_off_can_still_be_undone(actor: Actor) -> None:
    a_matter(actor)
    publish_type(second())
    migration = tried()
    ordered(migration)
    with transaction() as writer:
        migration_services.call_off(writer, SYSTEM_ACTOR, migration.id, now=LATER)
    migration_services.carry_on(migration.id, later)
    assert fresh(migration.id).state == MigrationState.CANCELLED
    assert undone(fresh(migration.id)).state == MigrationState.UNDONE


def test_what_cannot_be_is_refused_in_words(actor: Actor) -> None:
    del actor
    publish_type(second())
    with pytest.raises(Refused, match="khác nhau"):
        tried(from_number=2, to_number=2)
    with pytest.raises(DefinitionError, match="không chuyển hồ sơ đang mở"):
        tried(VersionMap(states={"review": "done"}))
    migration = ran()
    with pytest.raises(Conflict):
        ordered(migration)


def test_the_list_names_a_case_in_words_only_to_who_may_read_it(actor: Actor) -> None:
    head = a_matter(actor)
    publish_type(second())
    migration = tried()
    (own,), _ = migration_queries.items_of(reading(), actor, migration, ItemFilter())
    stranger = SYSTEM_ACTOR.__class__(**{
        **{name: getattr(SYSTEM_ACTOR, name) for name in SYSTEM_ACTOR.__dataclass_fields__},
        "area": actor.area.__class__(),
    })  # fmt: skip
    (other,), _ = migration_queries.items_of(reading(), stranger, migration, ItemFilter())
    assert (own.title, other.title) == ("Xin xác minh", "")
    assert own.reference == other.reference == head.reference
