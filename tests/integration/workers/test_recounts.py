"""Recounts of open deadlines by day, hour, unit and threshold: logged, told once, resumed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts.calendar import load_calendar, own_calendar
from app.accounts.calendar_services import NewWeek, add_work_week, save_calendar_day
from app.accounts.models import CalendarDay, Unit, UnitKind
from app.cases import recount
from app.cases.clock_models import ClockMove, ClockRecount
from app.cases.heads import CaseHead
from app.cases.models import Case, CaseClock, CaseEvent, EventKind
from app.cases.recording import first_bad_event
from app.cases.services import open_case, perform_transition
from app.cases.setting_services import Check, NewSetting, add_setting
from app.database import reading, transaction
from app.errors import Conflict, Invalid
from app.jobs import Job, OutboxEntry
from app.notices.models import Notice
from app.permissions import SYSTEM_ACTOR
from app.workflow.calendars import DayKind, DayRule, DayStatus
from app.workflow.limits import ClockKind
from tests.integration.cases.people import a_unit, a_user, acting
from workers import cases

FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # ten o'clock in Hà Nội
HOLIDAY = DayRule(date(2026, 11, 23), DayKind.HOLIDAY, "Nghỉ thêm", DayStatus.OFFICIAL, "QĐ 1")


@pytest.fixture
def consular(session: Session) -> Unit:
    """A department whose next days are ordinary working days."""
    del session
    with transaction() as writer:
        writer.execute(delete(CalendarDay).where(CalendarDay.day > FRIDAY.date()))
        return a_unit(writer, "CLS", kind=UnitKind.DEPARTMENT, province_code=None)


def protection(unit: Unit, *, assignee_id: int | None = None) -> CaseHead:
    """A detained person whose case is to be triaged in one working day."""
    answers = {
        "protection_kind": "detained",
        "country": "RU",
        "danger_level": "normal",
        "first_notice": "Gia đình báo tin",
        "persons": [{"label": "Người được bảo hộ"}],
    }
    with transaction() as writer:
        actor = acting(unit, "consular_officer", user_id=1)
        head = open_case(
            writer, actor, "citizen_protection", answers=answers, pack=None, now=FRIDAY
        )
        writer.execute(update(Case).where(Case.id == head.id).values(assignee_id=assignee_id))
    return head


def triage(head: CaseHead) -> CaseClock:
    reading().expire_all()
    clocks = select(CaseClock).where(
        CaseClock.case_id == head.id, CaseClock.code == "triage_normal"
    )
    return reading().scalars(clocks).one()


def run_job() -> None:
    """Do what the change has asked for, as a worker does."""
    asked = select(OutboxEntry).where(OutboxEntry.job == Job.RECOMPUTE_CLOCKS)
    entry = reading().scalars(asked.order_by(OutboxEntry.id.desc())).first()
    assert entry is not None
    payload = dict(entry.payload)
    reading().rollback()
    cases.recompute_clocks(reading(), payload, FRIDAY)


def moves() -> Sequence[ClockMove]:
    return reading().scalars(select(ClockMove).order_by(ClockMove.id)).all()


def change_day(calendar: str = "VN", rule: DayRule = HOLIDAY) -> None:
    with transaction() as writer:
        save_calendar_day(writer, SYSTEM_ACTOR, rule, now=FRIDAY, calendar=calendar)


def test_what_moves_is_logged_with_old_and_new_and_counted(consular: Unit) -> None:
    heads = [protection(consular) for _ in range(3)]
    was = triage(heads[0]).due_at
    change_day()
    run_job()
    assert triage(heads[0]).due_at == was + timedelta(days=1)
    assert {(move.was_at, move.now_at) for move in moves()} == {(was, was + timedelta(days=1))}
    done = reading().scalars(select(ClockRecount)).one()
    assert (done.total, done.seen, done.moved) == (3, 3, 3)
    assert done.finished_at is not None
    assert [first_bad_event(reading(), head.id) for head in heads] == [None] * 3
    told = select(func.count()).where(CaseEvent.kind == EventKind.CLOCKS_RECOMPUTED)
    assert reading().scalar(told) == 3


def test_an_assignee_hears_once_of_all_moved_deadlines(consular: Unit) -> None:
    with transaction() as writer:
        lan = a_user(writer, consular, "lan", "consular_officer")
    for _ in range(7):
        protection(consular, assignee_id=lan.id)
    protection(consular)
    change_day()
    run_job()
    (notice,) = reading().scalars(select(Notice)).all()
    assert (notice.user_id, notice.kind) == (lan.id, "clocks_moved")
    assert "Hạn của 7 hồ sơ bạn xử lý đã dời" in notice.text_vi
    assert notice.text_vi.count("BHCD-") == 5


def test_a_recount_that_was_killed_goes_on_where_it_stopped(
    consular: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "CHUNK", 2)
    for _ in range(5):
        protection(consular)
    change_day()
    asked = reading().scalars(select(OutboxEntry).where(OutboxEntry.job == Job.RECOMPUTE_CLOCKS))
    payload = dict(asked.one().payload)
    reading().rollback()
    with transaction() as writer:
        recount_id, _ = recount.begin_recount(writer, payload, now=FRIDAY)
    with transaction() as writer:
        assert recount.recount_chunk(writer, recount_id, now=FRIDAY)
    halfway = reading().get_one(ClockRecount, recount_id)
    assert (halfway.seen, halfway.moved, halfway.total) == (2, 2, 5)
    reading().rollback()
    cases.recompute_clocks(reading(), payload, FRIDAY)
    cases.recompute_clocks(reading(), payload, FRIDAY)
    assert len(moves()) == 5
    assert len({move.clock_id for move in moves()}) == 5
    reading().expire_all()
    assert reading().get_one(ClockRecount, recount_id).seen == 5


def test_a_day_of_one_unit_moves_only_that_units_deadlines(consular: Unit) -> None:
    with transaction() as writer:
        other = a_unit(writer, "CLS2", kind=UnitKind.DEPARTMENT, province_code=None)
    here, there = protection(consular), protection(other)
    before = triage(there).due_at
    change_day(own_calendar(consular.id))
    run_job()
    assert triage(here).due_at == before + timedelta(days=1)
    assert triage(there).due_at == before


def test_an_earlier_closing_hour_of_a_unit_moves_its_deadlines(consular: Unit) -> None:
    head = protection(consular)
    own = own_calendar(consular.id)
    new = NewWeek(date(2026, 11, 23), None, time(16, 30), DayStatus.OFFICIAL, "QĐ 2")
    with transaction() as writer:
        add_work_week(writer, SYSTEM_ACTOR, new, calendar=own, now=FRIDAY)
    run_job()
    assert triage(head).due_at.isoformat() == "2026-11-23T09:30:00+00:00"
    with transaction() as writer, pytest.raises(Conflict):
        add_work_week(writer, SYSTEM_ACTOR, new, calendar=own, now=FRIDAY)


def test_a_half_day_ends_a_deadline_at_noon(consular: Unit) -> None:
    head = protection(consular)
    half = DayRule(date(2026, 11, 23), DayKind.HALF_DAY, "Nửa ngày", DayStatus.OFFICIAL, "QĐ 3")
    change_day(rule=half)
    run_job()
    assert triage(head).due_at.isoformat() == "2026-11-23T05:00:00+00:00"


def test_the_week_of_a_host_country_is_known_and_can_be_decided_otherwise(
    consular: Unit,
) -> None:
    del consular
    friday, sunday = date(2026, 11, 27), date(2026, 11, 29)
    saudi = load_calendar(reading(), "SA", time_zone="Asia/Riyadh")
    assert not saudi.is_working(friday)
    assert saudi.is_working(sunday)
    assert not saudi.is_working(date(2026, 9, 23))  # the national day
    reading().rollback()
    new = NewWeek(date(2026, 11, 1), frozenset({5, 6}), None, DayStatus.PROPOSED, "công hàm")
    with transaction() as writer:
        add_work_week(writer, SYSTEM_ACTOR, new, calendar="SA", now=FRIDAY)
    decided = load_calendar(reading(), "SA", time_zone="Asia/Riyadh")
    assert decided.is_working(friday)
    assert not decided.is_working(sunday)
    assert not decided.is_working(date(2026, 10, 30))


def confirmed(unit: Unit) -> CaseHead:
    """A case whose first consular visit is due by the days of the host country."""
    head = protection(unit)
    with transaction() as writer:
        writer.execute(
            update(CaseClock)
            .where(CaseClock.case_id == head.id)
            .values(code="first_visit", limit="4 cd")
        )
    return head


def test_a_new_threshold_moves_the_deadlines_that_hang_on_it(consular: Unit) -> None:
    head = confirmed(consular)
    with transaction() as writer:
        writer.execute(update(Case).where(Case.id == head.id).values(country_code="RU"))
    new = NewSetting(
        key="country.consular_access_days",
        scope="ru",
        value=2,
        unit=ClockKind.CALENDAR_DAYS,
        valid_from=date(2026, 11, 1),
        source="Nghị định thư mới",
        check=Check.SOURCED,
    )
    with transaction() as writer:
        add_setting(writer, SYSTEM_ACTOR, new, now=FRIDAY)
    run_job()
    clock = reading().scalars(select(CaseClock).where(CaseClock.code == "first_visit")).one()
    assert clock.limit == "2 cd"
    assert clock.due_at.isoformat() == "2026-11-22T16:59:59+00:00"
    (move,) = moves()
    assert (move.was_limit, move.now_limit) == ("4 cd", "2 cd")
    event = reading().scalars(
        select(CaseEvent).where(CaseEvent.kind == EventKind.CLOCKS_RECOMPUTED)
    )
    assert event.one().text.startswith("Ngưỡng “country.consular_access_days” thay đổi")
    with transaction() as writer, pytest.raises(Conflict):
        add_setting(writer, SYSTEM_ACTOR, new, now=FRIDAY)


@pytest.mark.parametrize(
    ("key", "scope", "field"),
    [
        ("country.tea", "RU", "key"),
        ("country.consular_access_days", "R2", "scope"),
        ("province.vms_signal_loss", "99", "scope"),
        ("fund.refund_days", "VN", "scope"),
    ],
)
def test_a_threshold_for_no_known_thing_is_refused(
    session: Session, key: str, scope: str, field: str
) -> None:
    del session
    new = NewSetting(key, scope, 1, ClockKind.HOURS, FRIDAY.date(), "x", Check.PROPOSED)
    with transaction() as writer, pytest.raises(Invalid) as refused:
        add_setting(writer, SYSTEM_ACTOR, new, now=FRIDAY)
    assert field in refused.value.problems


def test_a_suspended_clock_keeps_its_pauses_through_a_recount(consular: Unit) -> None:
    head = protection(consular)
    with transaction() as writer:
        perform_transition(
            writer,
            acting(consular, "consular_officer", user_id=1),
            head.reference,
            "suspend",
            answers={"suspend_reason": "family"},
            expected_version=head.version,
            pack=None,
            now=FRIDAY + timedelta(hours=1),
        )
    change_day()
    run_job()
    clock = triage(head)
    assert clock.paused_at == FRIDAY + timedelta(hours=1)
    assert clock.pauses[0]["until"] is None
