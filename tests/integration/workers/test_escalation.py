"""Missed deadlines go up the chain once each, whoever sweeps; what is told stays on the case."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind, User
from app.cases.clock_services import pause_clock, resume_clock
from app.cases.heads import CaseHead
from app.cases.models import Case, CaseClock, CaseEvent, EventKind
from app.cases.recording import first_bad_event
from app.cases.services import open_case
from app.database import reading, transaction
from app.errors import Forbidden, Invalid, NotFound, Refused
from app.notices.models import Notice
from app.notices.services import follow_event
from app.permissions import Actor, Permission
from tests.integration.cases.people import a_unit, a_user, acting
from workers import cases

MONDAY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # ten o'clock in Hà Nội
HOUR = timedelta(hours=1)


@pytest.fixture
def lan(session: Session) -> User:
    """A consular officer; her unit has a leader too."""
    del session
    with transaction() as writer:
        unit = a_unit(writer, "CLS", kind=UnitKind.DEPARTMENT, province_code=None)
        a_user(writer, unit, "cuctruong", "consular_leader")
        return a_user(writer, unit, "lan", "consular_officer")


def protection(person: User, *, danger: str = "high") -> CaseHead:
    answers = {
        "protection_kind": "detained",
        "country": "RU",
        "danger_level": danger,
        "first_notice": "Gia đình báo tin",
        "persons": [{"label": "Người được bảo hộ"}],
    }
    with transaction() as writer:
        unit = writer.get_one(Unit, person.main_unit_id)
        actor = acting(unit, "consular_officer", user_id=person.id)
        head = open_case(
            writer, actor, "citizen_protection", answers=answers, pack=None, now=MONDAY
        )
        writer.execute(update(Case).where(Case.id == head.id).values(assignee_id=person.id))
    return head


def events(head: CaseHead, kind: EventKind) -> Sequence[CaseEvent]:
    reading().expire_all()
    found = select(CaseEvent).where(CaseEvent.case_id == head.id, CaseEvent.kind == kind)
    return reading().scalars(found.order_by(CaseEvent.seq)).all()


def sweep(at: datetime) -> None:
    reading().rollback()
    cases.sweep_deadlines(reading(), {}, at)


def test_the_chain_is_told_after_its_time_and_the_evidence_is_kept(lan: User) -> None:
    head = protection(lan)
    sweep(MONDAY + HOUR * 1.5)
    (missed,) = events(head, EventKind.CLOCK_MISSED)
    assert {one["name"] for one in missed.data["told"]} == {
        "Người dùng lan",
        "Người dùng cuctruong",
    }
    assert events(head, EventKind.CLOCK_ESCALATED) == []
    sweep(MONDAY + HOUR * 2.1)
    (told,) = events(head, EventKind.CLOCK_ESCALATED)
    assert told.data["clock"] == "triage_critical"
    assert told.data["due_at"] == (MONDAY + HOUR).isoformat()
    assert (told.data["step"], told.data["after"]) == (1, "1 h")
    assert told.data["how"] == ["inbox", "mail"]
    assert "Đã báo: " in told.text
    assert "Người dùng cuctruong (Cục Lãnh sự)" in told.text
    with transaction() as writer:
        follow_event(writer, told.id, now=MONDAY + HOUR * 2.2)
    notices = reading().scalars(select(Notice).where(Notice.event_id == told.id)).all()
    assert {one.user_id for one in notices} == {one["user_id"] for one in told.data["told"]}
    assert {one.kind for one in notices} == {"clock_escalated"}
    assert first_bad_event(reading(), head.id) is None


def test_sweeping_again_tells_nobody_twice(lan: User) -> None:
    head = protection(lan)
    for minutes in (61, 125, 126, 300):
        sweep(MONDAY + timedelta(minutes=minutes))
    assert len(events(head, EventKind.CLOCK_MISSED)) == 1
    assert len(events(head, EventKind.CLOCK_ESCALATED)) == 1


def test_two_schedulers_at_once_escalate_each_deadline_once(app: Flask, lan: User) -> None:
    heads = [protection(lan) for _ in range(6)]
    sweep(MONDAY + HOUR * 1.1)
    reading().close()

    def other() -> None:
        with app.app_context():
            cases.sweep_deadlines(reading(), {}, MONDAY + HOUR * 2.5)
            reading().close()

    sweepers = [threading.Thread(target=other) for _ in range(2)]
    for one in sweepers:
        one.start()
    for one in sweepers:
        one.join()
    assert [len(events(head, EventKind.CLOCK_ESCALATED)) for head in heads] == [1] * 6


def test_a_sweeper_killed_between_telling_and_commit_leaves_the_step_to_the_next(
    lan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = protection(lan)
    sweep(MONDAY + HOUR * 1.1)

    class Killed(BaseException):
        """The process ends here."""

    def die(self: Session, *args: object) -> None:
        del self, args
        raise Killed

    with monkeypatch.context() as patched, suppress(Killed):
        patched.setattr(Session, "commit", die)
        sweep(MONDAY + HOUR * 2.5)
    reading().rollback()
    assert events(head, EventKind.CLOCK_ESCALATED) == []
    sweep(MONDAY + HOUR * 2.6)
    assert len(events(head, EventKind.CLOCK_ESCALATED)) == 1


# --- one clock stands still -----------------------------------------------------------------


def visit_due(head: CaseHead) -> CaseClock:
    """The case's clock as if it were the one of the first consular visit."""
    with transaction() as writer:
        writer.execute(
            update(CaseClock)
            .where(CaseClock.case_id == head.id, CaseClock.is_running)
            .values(code="first_visit", limit="5 wd")
        )
    return stored(head)


def stored(head: CaseHead) -> CaseClock:
    reading().expire_all()
    clocks = select(CaseClock).where(CaseClock.case_id == head.id, CaseClock.code == "first_visit")
    return reading().scalars(clocks).one()


def officer(lan: User) -> Actor:
    unit = reading().get_one(Unit, lan.main_unit_id)
    reading().rollback()
    return acting(unit, "consular_officer", user_id=lan.id)


def pause(actor: Actor, head: CaseHead, reason: str) -> None:
    with transaction() as writer:
        pause_clock(
            writer, actor, head.reference, "first_visit", reason=reason, text="", now=MONDAY
        )


def test_a_person_stops_one_clock_for_a_listed_reason_and_it_misses_nothing(lan: User) -> None:
    head = protection(lan, danger="normal")
    visit_due(head)
    actor = officer(lan)
    with pytest.raises(Invalid):
        pause(actor, head, "tea")
    pause(actor, head, "host_country")
    assert stored(head).paused_at == MONDAY
    assert reading().get_one(Case, head.id).next_due_at is None
    sweep(MONDAY + timedelta(days=30))
    assert events(head, EventKind.CLOCK_MISSED) == []
    (paused,) = events(head, EventKind.CLOCK_PAUSED)
    assert paused.data["clock_name"].endswith("– Chờ nước sở tại trả lời công hàm")
    with pytest.raises(Refused):
        pause(actor, head, "host_country")


def test_a_clock_that_runs_on_is_due_later_by_its_pause(lan: User) -> None:
    head = protection(lan, danger="normal")
    visit_due(head)
    actor = officer(lan)
    pause(actor, head, "host_country")
    later = MONDAY + timedelta(days=2)
    with transaction() as writer:
        resume_clock(writer, actor, head.reference, "first_visit", text="", now=later)
    clock = stored(head)
    assert clock.paused_at is None
    assert clock.due_at == datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
    assert len(events(head, EventKind.CLOCK_RESUMED)) == 1
    assert first_bad_event(reading(), head.id) is None


def test_who_may_not_suspend_stops_no_clock(lan: User) -> None:
    head = protection(lan, danger="normal")
    visit_due(head)
    reading().rollback()
    unit = reading().get_one(Unit, lan.main_unit_id)
    bare = acting(unit, "consular_officer", user_id=9, without=frozenset({Permission.CASE_SUSPEND}))
    able = acting(unit, "consular_officer", user_id=lan.id)
    reading().rollback()
    for actor, code, error in (
        (bare, "first_visit", Forbidden),
        (able, "refund", NotFound),
        (able, "nonsense", NotFound),
    ):
        with transaction() as writer, pytest.raises(error):
            pause_clock(
                writer, actor, head.reference, code, reason="host_country", text="", now=MONDAY
            )
