"""Conditions, computed values, edit rights and checklists as the engine judges them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.decisions import Decision, PendingRequest
from app.workflow.engine import (
    ActorView,
    available,
    consequences,
    decide,
    decide_correction,
    decide_event,
    decide_opening,
    decide_tick,
)
from app.workflow.field_rights import hidden_fields
from app.workflow.field_rules import as_stored
from tests.unit.workflow.crew import COMMANDER, crew_machine
from tests.unit.workflow.samples import LEADER, NOW, STATION, STRANGER, situation

OPENING = {"title": "Tàu QNg", "kind": "arrest"}
ADULT, MINOR = {"name": "Lê Văn A"}, {"name": "Lê Văn B", "is_minor": True}


def opened(**answers: Any) -> Decision:
    return decide_opening(crew_machine(), STATION, answers={**OPENING, **answers}, now=NOW)


def checked(data: dict[str, Any], actor: ActorView = STATION, **answers: Any) -> Decision:
    there = situation("reported", data=data)
    return decide(crew_machine(), there, actor, "check", answers=answers, now=NOW)


def reasons(decision: Decision) -> list[str]:
    return [reason.text.vi for reason in decision.reasons]


# --- conditions -----------------------------------------------------------------------------


def test_a_field_that_is_not_called_for_is_not_required() -> None:
    assert checked({"crew": [ADULT], "injured": False}).allowed
    assert checked({"crew": [ADULT]}).allowed


def test_a_field_that_is_called_for_is_required() -> None:
    decision = checked({"crew": [ADULT]}, injured=True)
    assert reasons(decision) == ["Cần nhập “Thương tích”."]
    assert decision.missing == ("injury_note",)


def test_an_opening_requires_only_what_its_answers_call_for() -> None:
    assert opened().allowed
    assert opened(injured=True).missing == ("injury_note",)
    assert opened(injured=False, injury_note="gãy tay").hidden == {"injury_note"}


def test_a_condition_may_read_a_computed_field() -> None:
    assert checked({"crew": [ADULT, MINOR]}).missing == ("guardian",)
    assert checked({"crew": [ADULT, MINOR], "guardian": "Lê Thị C"}).allowed


def test_what_a_changed_answer_no_longer_calls_for_is_emptied() -> None:
    data = {"crew": [ADULT], "injured": False, "injury_note": "gãy tay", "crew_count": 1}
    found = consequences(crew_machine(), situation("reported", data=data), STATION, now=NOW)
    assert found == {"injury_note": None, "minors": 0}


def test_hidden_fields_are_named_for_the_screen() -> None:
    there = situation("reported", data={"injured": True})
    assert hidden_fields(crew_machine(), there, STATION, now=NOW) == {"guardian"}


# --- computed values ------------------------------------------------------------------------


def test_a_guard_reads_a_value_that_the_answers_compute() -> None:
    refused = checked({"crew": []})
    assert "Cần nhập “Danh sách thuyền viên”." in reasons(refused)
    assert checked({}, crew=[ADULT]).allowed


def test_a_guard_on_a_computed_value_waits_for_the_answers_that_it_is_computed_from() -> None:
    found = [one for one in checked({}).reasons if one.code.startswith("guard")]
    assert [one.field for one in found] == ["crew"]


def test_a_computed_field_refuses_to_be_posted() -> None:
    decision = checked({"crew": [ADULT]}, crew_count=7)
    assert reasons(decision) == ["“Số thuyền viên” do hệ thống tính, không nhập được."]


def test_a_value_that_cannot_be_computed_is_empty() -> None:
    there = situation("reported", data={"crew_count": 4})
    assert consequences(crew_machine(), there, STATION, now=NOW) == {"crew_count": None}


@given(st.lists(st.booleans(), max_size=6))
def test_computed_values_follow_the_rows(minors: list[bool]) -> None:
    crew = [{"name": "A", "is_minor": is_minor} for is_minor in minors]
    there = situation("reported", data={"crew": crew})
    found = consequences(crew_machine(), there, STATION, now=NOW)
    expected = {"crew_count": len(crew), "minors": sum(minors)} if crew else {}
    assert found == expected


@given(st.lists(st.booleans(), max_size=4), st.booleans(), st.text(max_size=3))
def test_consequences_of_consequences_are_none(
    minors: list[bool], is_injured: object, note: str
) -> None:
    crew = [{"name": "A", "is_minor": is_minor} for is_minor in minors]
    data = {"crew": crew, "injured": is_injured, "injury_note": note, "guardian": note}
    first = consequences(crew_machine(), situation("reported", data=data), STATION, now=NOW)
    there = situation("reported", data={**data, **first})
    assert consequences(crew_machine(), there, STATION, now=NOW) == {}


def test_moments_of_cel_are_kept_as_text() -> None:
    assert as_stored([NOW, {"a": 1}]) == ["2026-11-20T09:00+07:00", {"a": 1}]
    assert as_stored(NOW, is_day=True) == "2026-11-20"


# --- edit rights ----------------------------------------------------------------------------


def test_a_field_of_another_role_is_refused_with_who_can() -> None:
    decision = checked({"crew": [ADULT]}, fee=5)
    assert reasons(decision) == [
        (
            "Bạn không sửa được “Lệ phí”: mục này do Bộ đội Biên phòng tỉnh nhập,"
            " chỉ sửa ở trạng thái “Đã báo”."
        )
    ]
    assert checked({"crew": [ADULT]}, COMMANDER, fee=5).allowed


def test_a_request_that_waits_is_judged_by_its_author_not_by_who_confirms() -> None:
    pending = PendingRequest("decide", 1, NOW, {"number": "12/QĐ"})
    there = situation("checking", data={}, pending=pending)
    assert decide(crew_machine(), there, LEADER, "decide", now=NOW).allowed


def test_events_and_steps_say_the_same_of_a_closed_field() -> None:
    decision = decide_event(crew_machine(), situation("reported"), STATION, "nothing")
    assert not decision.allowed


# --- checklists -----------------------------------------------------------------------------


def test_a_required_thing_holds_the_state_and_says_where_it_is() -> None:
    (reason,) = decide(crew_machine(), situation("checking"), STATION, "finish", now=NOW).reasons
    assert reason.text.vi == "Chưa đánh dấu việc “Gọi gia đình” của trạng thái này."
    assert reason.anchor == "viec-called"
    done = situation("checking", checked=frozenset({"called"}))
    assert decide(crew_machine(), done, STATION, "finish", now=NOW).allowed


def test_a_step_that_stays_in_the_state_needs_no_ticks() -> None:
    by_code = {
        step.transition: step.allowed
        for step in available(crew_machine(), situation("checking"), STATION, now=NOW)
    }
    assert by_code == {"note": True, "finish": False, "decide": False}


@pytest.mark.parametrize(
    ("state", "item", "done", "is_done", "said"),
    [
        ("checking", "called", (), True, []),
        ("checking", "called", ("called",), False, []),
        ("checking", "called", ("called",), True, ["“Gọi gia đình” đã được đánh dấu."]),
        ("checking", "called", (), False, ["“Gọi gia đình” chưa đánh dấu."]),
        ("checking", "danced", (), True, ["Trạng thái này không có việc “danced”."]),
        ("reported", "called", (), True, ["Trạng thái này không có việc “called”."]),
    ],
)
def test_ticks(state: str, item: str, done: tuple[str, ...], is_done: object, said: object) -> None:
    there = situation(state, checked=frozenset(done))
    decision = decide_tick(crew_machine(), there, STATION, item, is_done=bool(is_done))
    assert reasons(decision) == said


def test_a_stranger_and_a_closed_case_take_no_tick() -> None:
    assert not decide_tick(
        crew_machine(), situation("checking"), STRANGER, "called", is_done=True
    ).allowed
    assert not decide_tick(
        crew_machine(), situation("done"), STATION, "called", is_done=True
    ).allowed


# --- corrections ----------------------------------------------------------------------------


def corrected(
    data: dict[str, Any], state: str = "checking", actor: ActorView = STATION, **answers: Any
) -> Decision:
    there = situation(state, data=data)
    return decide_correction(crew_machine(), there, actor, answers=answers, now=NOW)


def test_filling_a_blank_needs_no_reason_but_changing_does() -> None:
    assert corrected({}, injured=False).allowed
    assert reasons(corrected({"title": "A"}, title="B")) == ["“Sửa thông tin” phải nêu lý do."]
    assert corrected({"title": "A"}, title="B", reason="Ghi nhầm").allowed


def test_a_correction_offers_what_the_person_may_change_in_this_state() -> None:
    assert corrected({}).ask == (
        *("title", "kind", "injured", "injury_note", "crew", "guardian", "verdict", "number"),
    )
    assert "fee" in corrected({}, "reported", COMMANDER).ask


def test_what_two_people_confirmed_is_corrected_by_those_who_confirm() -> None:
    assert "number" not in corrected({"number": "12/QĐ"}).ask
    refused = corrected({"number": "12/QĐ"}, number="13/QĐ", reason="Ghi nhầm")
    assert "đã qua hai người xác nhận" in reasons(refused)[0]
    assert corrected({"number": "12/QĐ"}, "checking", LEADER, number="1", reason="x").allowed


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"title": None, "reason": "x"}, "Cần nhập “Trích yếu”."),
        ({"crew_count": 3}, "“Số thuyền viên” do hệ thống tính"),
        ({"zzz": 3}, "không nhận “zzz”"),
    ],
)
def test_a_correction_refuses_in_words(answers: dict[str, Any], said: str) -> None:
    assert said in " ".join(reasons(corrected({"title": "A"}, **answers)))


def test_a_closed_case_and_one_that_waits_are_not_corrected() -> None:
    assert not corrected({}, "done").allowed
    pending = PendingRequest("decide", 1, NOW)
    there = situation("checking", pending=pending)
    assert not decide_correction(crew_machine(), there, STATION, now=NOW).allowed
    assert not corrected({}, "checking", STRANGER).allowed
