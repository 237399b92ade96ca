"""What time brings to cases: passed deadlines, a changed calendar, the check of history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.calendar_services import save_calendar_day
from app.accounts.models import CalendarDay, Unit, UnitKind, User
from app.audit import AuditCheck
from app.cases import conversation, deadlines
from app.cases.heads import CaseHead
from app.cases.models import Case, CaseClock, CaseEvent, EventKind
from app.cases.recording import first_bad_event
from app.cases.services import open_case, perform_transition
from app.database import reading, transaction
from app.jobs import Job, OutboxEntry
from app.notices.models import Notice
from app.notices.services import follow_event
from app.permissions import SYSTEM_ACTOR
from app.workflow.calendars import DayKind, DayRule, DayStatus
from app.workflow.clocks import ClockAction, ClockChange
from tests.integration.cases.people import NOW, a_unit, a_user, acting, an_incident
from workers import cases

AFTER_TWO_HOURS = NOW + timedelta(hours=2, minutes=1)
FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # ten o'clock in Hà Nội
PROPOSED_DAYS = (date(2026, 11, 23), date(2026, 11, 24))
CLOSE_OF = "T10:00:00+00:00"  # 17:00 in Hà Nội


@pytest.fixture
def lan(session: Session) -> User:
    """An officer of a station, stored."""
    del session
    with transaction() as writer:
        return a_user(writer, a_unit(writer, "DBP-LP"), "lan", "border_station")


def incident(person: User) -> CaseHead:
    """A stored incident that the person opened and carries."""
    with transaction() as writer:
        unit = writer.get_one(Unit, person.main_unit_id)
        actor = acting(unit, "border_station", user_id=person.id)
        head = an_incident(writer, actor)
        conversation.assign_case(writer, actor, head.reference, user_id=person.id, now=NOW)
    return head


def sweep(now: datetime) -> None:
    cases.sweep_deadlines(reading(), {}, now)


def kinds_of(head: CaseHead) -> Sequence[str]:
    found = select(CaseEvent.kind).where(CaseEvent.case_id == head.id).order_by(CaseEvent.seq)
    return reading().scalars(found).all()


def follow_all(now: datetime) -> None:
    """As the worker does with the rows that recording has left."""
    with transaction() as writer:
        for entry in writer.scalars(
            select(OutboxEntry).where(OutboxEntry.job == Job.FOLLOW_CASE_EVENT)
        ).all():
            follow_event(writer, entry.payload["event_id"], now=now)


def told() -> set[tuple[int, str]]:
    return {(notice.user_id, notice.kind) for notice in reading().scalars(select(Notice))}


# --- deadlines ------------------------------------------------------------------------------


def test_a_passed_deadline_is_recorded_once_in_the_chain(lan: User) -> None:
    head = incident(lan)
    sweep(NOW + timedelta(hours=1, minutes=59))
    assert "clock_missed" not in kinds_of(head)
    sweep(AFTER_TWO_HOURS)
    sweep(AFTER_TWO_HOURS + timedelta(minutes=1))
    assert kinds_of(head).count("clock_missed") == 1
    assert first_bad_event(reading(), head.id) is None
    clock = reading().scalars(select(CaseClock).where(CaseClock.code == "quick_report")).one()
    assert (clock.missed_at, clock.is_running) == (AFTER_TWO_HOURS, True)
    case = reading().get_one(Case, head.id)
    assert (case.next_due_at, case.next_due_clock) == (NOW + timedelta(hours=2), "quick_report")


def test_a_missed_deadline_tells_who_carries_the_case_and_who_is_above(lan: User) -> None:
    with transaction() as writer:
        command = a_unit(writer, "BCH80", kind=UnitKind.BORDER_COMMAND)
        chief = a_user(writer, command, "chief", "border_command")
        colleague = a_user(writer, a_unit(writer, "DBP-LP"), "minh", "border_station")
    incident(lan)
    sweep(AFTER_TWO_HOURS)
    follow_all(AFTER_TWO_HOURS)
    missed = {user_id for user_id, kind in told() if kind == "clock_missed"}
    assert missed == {lan.id, colleague.id, chief.id}
    notice = reading().scalars(select(Notice).where(Notice.user_id == chief.id)).one()
    assert notice.text_vi == (
        "Vụ việc biên giới: đã quá hạn “Báo cáo nhanh”, hạn 20/11/2026 11:00."
    ) or notice.text_vi.endswith("hạn 20/11/2026 11:00.")


def test_a_suspended_case_misses_nothing(lan: User) -> None:
    head = incident(lan)
    with transaction() as writer:
        unit = writer.get_one(Unit, lan.main_unit_id)
        perform_transition(
            writer,
            acting(unit, "border_station", user_id=lan.id),
            head.reference,
            "suspend",
            answers={"suspend_reason": "force_majeure"},
            expected_version=2,
            pack=None,
            now=NOW + timedelta(minutes=5),
        )
    sweep(AFTER_TWO_HOURS)
    assert "clock_missed" not in kinds_of(head)


def test_a_near_deadline_warns_the_assignee_once(lan: User) -> None:
    incident(lan)
    clock = reading().scalars(select(CaseClock).where(CaseClock.code == "quick_report")).one()
    assert clock.next_warn_at is not None
    warned_at = clock.next_warn_at + timedelta(seconds=30)
    sweep(warned_at)
    sweep(warned_at + timedelta(minutes=1))
    notices = reading().scalars(select(Notice)).all()
    assert [(one.user_id, one.kind) for one in notices] == [(lan.id, "clock_warned")]
    reading().refresh(clock)
    assert clock.next_warn_at is None or clock.next_warn_at > warned_at


@pytest.mark.parametrize(("moved_by", "is_forgotten"), [(3, True), (-1, False)])
def test_a_missed_deadline_that_moves_ahead_can_be_missed_again(
    lan: User, moved_by: int, *, is_forgotten: bool
) -> None:
    incident(lan)
    sweep(AFTER_TWO_HOURS)
    columns = select(*CaseClock.__table__.columns).where(CaseClock.code == "quick_report")
    with transaction() as writer:
        row = dict(writer.execute(columns).mappings().one())
        due_at = AFTER_TWO_HOURS + timedelta(hours=moved_by)
        moved = replace(deadlines.open_clock(row), due_at=due_at)
        change = ClockChange(ClockAction.MOVED, moved, AFTER_TWO_HOURS)
        deadlines.store_change(writer, row["case_id"], row, change)
    stored = reading().execute(columns).mappings().one()
    assert (stored["missed_at"] is None) is is_forgotten


def test_more_late_cases_than_a_chunk_are_all_recorded(
    lan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.notices.deadlines.CHUNK", 2)
    heads = [incident(lan) for _ in range(5)]
    sweep(AFTER_TWO_HOURS)
    assert [kinds_of(head).count("clock_missed") for head in heads] == [1] * 5


# --- a changed calendar ---------------------------------------------------------------------


@pytest.fixture
def protected(session: Session) -> CaseHead:
    """A case opened on a Friday that is due in one working day; Monday is not yet a holiday."""
    del session
    with transaction() as writer:
        writer.execute(delete(CalendarDay).where(CalendarDay.day.in_(PROPOSED_DAYS)))
        unit = a_unit(writer, "CLS", kind=UnitKind.DEPARTMENT, province_code=None)
        return a_protection_case(writer, unit)


def a_protection_case(writer: Session, unit: Unit) -> CaseHead:
    actor = acting(unit, "consular_officer", user_id=1)
    answers = {
        "protection_kind": "detained",
        "country": "KH",
        "danger_level": "normal",
        "first_notice": "Gia đình báo tin",
        "persons": [{"label": "Người được bảo hộ"}],
    }
    return open_case(writer, actor, "citizen_protection", answers=answers, pack=None, now=FRIDAY)


def change_day(day: str, status: DayStatus) -> None:
    """An administrator enters a day off; the job of that change runs."""
    rule = DayRule(date.fromisoformat(day), DayKind.HOLIDAY, "Ngày nghỉ thêm", status, "QĐ")
    with transaction() as writer:
        save_calendar_day(writer, SYSTEM_ACTOR, rule, now=FRIDAY)
    entry = (
        reading()
        .scalars(
            select(OutboxEntry)
            .where(OutboxEntry.job == Job.RECOMPUTE_CLOCKS)
            .order_by(OutboxEntry.id.desc())
        )
        .first()
    )
    assert entry is not None
    cases.recompute_clocks(reading(), entry.payload, FRIDAY)


def triage(head: CaseHead) -> CaseClock:
    reading().expire_all()
    return (
        reading()
        .scalars(
            select(CaseClock).where(CaseClock.case_id == head.id, CaseClock.code == "triage_normal")
        )
        .one()
    )


def test_a_holiday_added_tomorrow_moves_the_deadline_and_says_so(protected: CaseHead) -> None:
    assert triage(protected).due_at.isoformat() == f"2026-11-23{CLOSE_OF}"
    change_day("2026-11-23", DayStatus.PROPOSED)
    clock = triage(protected)
    assert clock.due_at.isoformat().endswith(CLOSE_OF)
    assert clock.due_at > datetime(2026, 11, 24, tzinfo=UTC)
    assert clock.day_status == "proposed"
    case = reading().get_one(Case, protected.id)
    assert (case.next_due_at, case.next_due_clock) == (clock.due_at, "triage_normal")
    event = (
        reading()
        .scalars(select(CaseEvent).where(CaseEvent.kind == EventKind.CLOCKS_RECOMPUTED))
        .one()
    )
    assert event.actor_name == "Hệ thống"
    (moved,) = [one for one in event.data["clocks"] if one["clock"] == "triage_normal"]
    assert (moved["was"], moved["now"]) == (f"2026-11-23{CLOSE_OF}", clock.due_at.isoformat())
    assert first_bad_event(reading(), protected.id) is None


def test_a_proposed_day_made_official_changes_the_status_without_an_event(
    protected: CaseHead,
) -> None:
    change_day("2026-11-23", DayStatus.PROPOSED)
    due = triage(protected).due_at
    with transaction() as writer:
        writer.execute(update(CalendarDay).values(status=DayStatus.OFFICIAL))
    change_day("2026-11-23", DayStatus.OFFICIAL)
    assert (triage(protected).day_status, triage(protected).due_at) == ("official", due)
    assert kinds_of(protected).count("clocks_recomputed") == 1


def test_counting_twice_changes_nothing(protected: CaseHead) -> None:
    change_day("2026-11-23", DayStatus.PROPOSED)
    payload = {"calendar": "VN", "day": "2026-11-23"}
    cases.recompute_clocks(reading(), payload, FRIDAY)
    assert kinds_of(protected).count("clocks_recomputed") == 1


def test_a_day_of_another_country_moves_nothing_here(protected: CaseHead) -> None:
    before = triage(protected).due_at
    cases.recompute_clocks(reading(), {"calendar": "KH", "day": "2026-11-23"}, FRIDAY)
    assert triage(protected).due_at == before


# --- the check of history -------------------------------------------------------------------


def verify(slot: str) -> AuditCheck:
    cases.verify_audit(reading(), {"slot": slot}, NOW)
    reading().expire_all()
    return reading().scalars(select(AuditCheck).where(AuditCheck.slot == slot)).one()


@pytest.fixture
def auditor(session: Session) -> User:
    del session
    with transaction() as writer:
        return a_user(writer, a_unit(writer, "VP"), "quantri", "administrator")


def test_a_sound_history_passes_quietly(lan: User, auditor: User) -> None:
    del auditor
    incident(lan)
    check = verify("2026-11-20")
    assert (check.checked, check.bad_count, check.bad) == (1, 0, [])
    assert check.finished_at is not None
    assert told() == set()


def test_an_altered_event_is_named_and_told_to_the_auditors_once(lan: User, auditor: User) -> None:
    incident(lan)
    head = incident(lan)
    with transaction() as writer:
        writer.execute(
            update(CaseEvent)
            .where(CaseEvent.case_id == head.id, CaseEvent.seq == 2)
            .values(text="sửa")
        )
    check = verify("2026-11-20")
    verify("2026-11-20")
    assert check.bad == [{"subject": head.reference, "number": 2}]
    assert told() == {(auditor.id, "audit_failed")}


def test_a_chain_cut_at_its_end_is_found(lan: User, auditor: User) -> None:
    del auditor
    head = incident(lan)
    with transaction() as writer:
        writer.execute(delete(CaseEvent).where(CaseEvent.case_id == head.id, CaseEvent.seq == 2))
    assert verify("2026-11-20").bad == [{"subject": head.reference, "number": 2}]


def test_an_interrupted_check_goes_on_where_it_stopped(lan: User, auditor: User) -> None:
    del auditor
    first, second = incident(lan), incident(lan)
    with transaction() as writer:
        writer.execute(
            insert(AuditCheck).values(
                slot="2026-11-20",
                started_at=NOW,
                last_case_id=first.id,
                checked=1,
                bad_count=0,
                bad=[],
            )
        )
        writer.execute(update(CaseEvent).where(CaseEvent.case_id == second.id).values(text="sửa"))
    check = verify("2026-11-20")
    assert (check.checked, check.bad_count) == (2, 1)
    assert reading().scalar(select(func.count()).select_from(AuditCheck)) == 1


def test_every_clock_job_needs_no_request(app: Flask) -> None:
    assert app.testing
    sweep(NOW)
    assert reading().scalar(select(func.count()).select_from(Notice)) == 0
