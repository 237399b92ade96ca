"""When limits end in Viet Nam, and on which days that rests."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.workflow.calendars import DayKind, DayRule, DayStatus, WorkCalendar
from app.workflow.due import Pause, due_at, due_before
from app.workflow.due_lines import described
from app.workflow.limits import ClockKind, Limit, Warn
from app.workflow.vietnam import vietnam_calendar
from tests.unit.workflow.samples import DAYS, HANOI, VIETNAM, hanoi

H, CD, WD = ClockKind.HOURS, ClockKind.CALENDAR_DAYS, ClockKind.WORKING_DAYS


@pytest.mark.parametrize(
    ("kind", "amount", "start", "expected"),
    [
        (WD, 5, "2026-08-28T09:00", "2026-09-09T17:00"),
        (WD, 1, "2026-01-09T09:00", "2026-01-10T17:00"),
        (WD, 1, "2026-01-09T17:00", "2026-01-10T17:00"),
        (WD, 1, "2026-01-08T17:01", "2026-01-10T17:00"),
        (WD, 1, "2026-01-09T17:01", "2026-01-12T17:00"),
        (WD, 1, "2026-11-20T09:00", "2026-11-25T17:00"),
        (WD, 0, "2026-11-20T09:00", "2026-11-20T17:00"),
        (WD, 0, "2026-11-20T18:00", "2026-11-25T17:00"),
        (WD, 0, "2026-11-21T09:00", "2026-11-25T17:00"),
        (CD, 1, "2026-11-22T23:00", "2026-11-23T23:59:59"),
        (CD, 0, "2026-11-22T23:00", "2026-11-22T23:59:59"),
        (H, 24, "2026-11-21T22:30", "2026-11-22T22:30"),
    ],
)
def test_limits_end_where_the_calendar_says(
    kind: ClockKind, amount: int, start: str, expected: str
) -> None:
    assert due_at(kind, amount, hanoi(start), VIETNAM).at == hanoi(expected)


def test_a_deadline_carries_the_weakest_status_of_its_days() -> None:
    due = due_at(WD, 3, hanoi("2026-11-20T09:00"), VIETNAM)
    assert due.at == hanoi("2026-11-27T17:00")
    assert due.status is DayStatus.PROPOSED
    assert [rule.date for rule in due.provisional] == [date(2026, 11, 23), date(2026, 11, 24)]


def test_a_deadline_on_decided_days_is_official() -> None:
    due = due_at(WD, 5, hanoi("2026-08-28T09:00"), VIETNAM)
    assert due.status is DayStatus.OFFICIAL
    assert len(due.rests_on) == 3
    assert due.provisional == ()


def test_a_deadline_after_a_statutory_day_alone_is_statutory() -> None:
    due = due_at(WD, 1, hanoi("2026-11-23T18:00"), VIETNAM)
    assert due.at == hanoi("2026-11-25T17:00")
    assert due.status is DayStatus.OFFICIAL
    due = due_at(WD, 1, hanoi("2026-11-23T09:00"), VIETNAM)
    assert (due.at, due.status) == (hanoi("2026-11-25T17:00"), DayStatus.STATUTORY)


def test_a_holiday_on_a_weekend_changes_nothing_and_is_not_rested_on() -> None:
    due = due_at(WD, 1, hanoi("2026-04-24T09:00"), VIETNAM)
    assert [rule.date for rule in due.rests_on] == [date(2026, 4, 27)]


def test_the_account_tells_every_stretch() -> None:
    due = due_at(WD, 5, hanoi("2026-08-28T09:00"), VIETNAM)
    assert [line.text.vi for line in due.lines] == [
        "Bắt đầu 09:00 thứ Sáu 28/08/2026",
        "Thứ Bảy 29/08/2026 đến Chủ nhật 30/08/2026: nghỉ cuối tuần",
        "Thứ Hai 31/08/2026: nghỉ – hoán đổi sang 22/08 (đã có quyết định, test)",
        "Thứ Ba 01/09/2026: nghỉ – Quốc khánh (ngày liền kề) (đã có quyết định, test)",
        "Thứ Tư 02/09/2026: nghỉ – Quốc khánh (đã có quyết định, test)",
        "Thứ Năm 03/09/2026 đến thứ Sáu 04/09/2026: ngày làm việc thứ 1–2",
        "Thứ Bảy 05/09/2026 đến Chủ nhật 06/09/2026: nghỉ cuối tuần",
        "Thứ Hai 07/09/2026 đến thứ Tư 09/09/2026: ngày làm việc thứ 3–5",
        "Hạn: 17:00 thứ Tư 09/09/2026",
    ]
    assert due.lines[-2].counted == 5


@pytest.mark.parametrize(
    ("kind", "amount", "start", "sentence"),
    [
        (WD, 1, "2026-01-09T09:00", "làm việc – làm bù ngày 02/01 (đã có quyết định, test), ngày"),
        (WD, 1, "2026-01-09T18:00", "sau giờ làm việc (17:00): tính như ngày hôm sau"),
        (WD, 0, "2026-11-20T09:00", "Thứ Sáu 20/11/2026: ngày làm việc thứ 1"),
        (CD, 1, "2026-11-22T23:00", "Thứ Hai 23/11/2026 là ngày nghỉ; hạn theo ngày liên tục"),
        (H, 2, "2026-11-22T23:00", "Cộng 2 giờ, tính cả đêm và ngày nghỉ"),
        (WD, 400, "2026-01-05T09:00", "Cộng 400 ngày làm việc"),
        (WD, 400, "2026-01-05T09:00", "(mới dự kiến, test)"),
    ],
)
def test_the_account_tells_what_is_unusual(
    kind: ClockKind, amount: int, start: str, sentence: str
) -> None:
    lines = due_at(kind, amount, hanoi(start), VIETNAM).lines
    assert any(sentence in line.text.vi for line in lines), lines


@pytest.mark.parametrize(
    ("kind", "amount", "expected"),
    [(H, 48, "2026-11-24T08:00"), (CD, 10, "2026-11-16T23:59:59"), (WD, 3, "2026-11-19T17:00")],
)
def test_limits_before_a_date_are_counted_back(kind: ClockKind, amount: int, expected: str) -> None:
    due = due_before(kind, amount, hanoi("2026-11-26T08:00"), VIETNAM)
    assert due.at == hanoi(expected)
    assert due.lines[0].text.vi == "Tính lùi từ 08:00 thứ Năm 26/11/2026"


def test_a_deadline_counted_back_rests_on_the_days_it_passed() -> None:
    due = due_before(WD, 3, hanoi("2026-11-26T08:00"), VIETNAM)
    assert due.status is DayStatus.PROPOSED
    assert due.lines[-2].counted == 3


@pytest.mark.parametrize(
    ("kind", "since", "until", "expected"),
    [
        (H, "2026-03-02T10:00", "2026-03-02T12:30", "2026-03-09T11:30"),
        (CD, "2026-03-03T10:00", "2026-03-05T09:00", "2026-03-11T23:59:59"),
        (WD, "2026-03-03T10:00", "2026-03-05T09:00", "2026-03-11T17:00"),
        (WD, "2026-03-03T10:00", "2026-03-03T15:00", "2026-03-09T17:00"),
    ],
)
def test_a_pause_lengthens_a_limit_in_its_own_unit(
    kind: ClockKind, since: str, until: str, expected: str
) -> None:
    amount = {H: 168, CD: 7, WD: 5}[kind]
    pause = Pause(hanoi(since), hanoi(until), "family")
    due = due_at(kind, amount, hanoi("2026-03-02T09:00"), VIETNAM, pauses=(pause,))
    assert due.at == hanoi(expected)
    assert any("Tạm dừng từ" in line.text.vi for line in due.lines)


def test_a_post_abroad_counts_in_its_own_zone_and_week() -> None:
    cairo = WorkCalendar({}, frozenset({4, 5}), ZoneInfo("Africa/Cairo"), time(15, 0), "EG")
    due = due_at(WD, 1, datetime(2026, 3, 5, 8, 0, tzinfo=UTC), cairo)
    assert due.at == datetime(2026, 3, 8, 13, 0, tzinfo=UTC)
    assert "(Africa/Cairo)" in due.lines[-1].text.vi


def test_a_naive_moment_and_a_negative_amount_are_refused() -> None:
    with pytest.raises(ValueError, match="múi giờ"):
        due_at(WD, 1, datetime(2026, 3, 5, 8, 0), VIETNAM)  # noqa: DTZ001 (that is the point)
    with pytest.raises(ValueError, match="không được âm"):
        due_before(WD, -1, hanoi("2026-03-05T08:00"), VIETNAM)


def test_a_calendar_needs_a_working_day_in_the_week() -> None:
    with pytest.raises(ValueError, match="ít nhất một ngày làm việc"):
        WorkCalendar({}, frozenset(range(7)))


def test_known_days_of_2026_are_told_apart() -> None:
    assert VIETNAM.is_working(date(2026, 1, 10))
    assert not VIETNAM.is_working(date(2026, 11, 24))
    assert not VIETNAM.is_working(date(2026, 1, 3))


def test_days_can_be_described_for_a_warning() -> None:
    (line,) = described([DAYS[date(2026, 11, 24)]])
    assert line.text.en.startswith("Tue 24/11/2026: off – Ngày Văn hóa Việt Nam (by law")


def test_a_full_year_in_the_table_replaces_the_computed_one() -> None:
    calendar = vietnam_calendar(DAYS, [2026])
    assert calendar.is_working(date(2026, 1, 10))
    assert calendar.days.keys() == DAYS.keys()


def test_single_rows_correct_a_computed_year() -> None:
    row = DayRule(date(2028, 9, 8), DayKind.HOLIDAY, "Nghỉ thêm", DayStatus.OFFICIAL, "test")
    calendar = vietnam_calendar({row.date: row}, [2025, 2028])
    assert not calendar.is_working(date(2028, 9, 8))
    assert calendar.days[date(2028, 9, 4)].kind is DayKind.MAKE_UP
    assert calendar.days[date(2028, 1, 26)].status is DayStatus.COMPUTED
    assert calendar.days[date(2025, 4, 26)].kind is DayKind.SWAP_WORK
    assert vietnam_calendar({}, []).days == {}


def test_limits_are_read_and_written() -> None:
    assert str(Limit.parse("5 wd")) == "5 wd"
    assert Limit.parse("1 h").text.en == "1 hour"
    assert Limit.parse(Limit(1, H)) == Limit(1, H)
    assert [str(Warn.parse(text)) for text in ("50%", "2 h", Warn(percent=5))] == [
        "50%",
        "2 h",
        "5%",
    ]
    with pytest.raises(ValueError, match="thời hạn viết là"):
        Limit.parse("soon")


def test_the_zone_of_viet_nam_is_not_written_out() -> None:
    assert "Ho_Chi_Minh" not in due_at(H, 1, hanoi("2026-03-05T08:00"), VIETNAM).lines[0].text.vi
    assert VIETNAM.time_zone == HANOI
