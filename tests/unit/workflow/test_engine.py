"""The judgement of steps: every reason in words, all of them at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.workflow.definition import load_definition
from app.workflow.engine import (
    ActorView,
    Decision,
    Effect,
    PendingRequest,
    Situation,
    available,
    compile_definition,
    decide,
    decide_event,
    decide_opening,
)
from app.workflow.errors import DefinitionError
from tests.unit.workflow.samples import (
    COMMAND,
    INCIDENT,
    LEADER,
    NOW,
    ROLES,
    STATION,
    STRANGER,
    case_type,
    machine,
    situation,
)

MINISTRY = ActorView(4, frozenset({"ministry"}), "BNG")
REQUEST = PendingRequest("dismiss", STATION.user_id, NOW, {"reason": "Báo nhầm"})


def judge(code: str, case: Situation, actor: ActorView = STATION, **answers: object) -> Decision:
    return decide(machine(), case, actor, code, answers=answers, now=NOW)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_an_allowed_step_says_where_it_leads_and_whom_to_tell() -> None:
    decision = judge("dispatch", situation(), occurred_at="2026-11-20T08:00")
    assert decision.allowed
    assert decision.moves
    assert (decision.to_state, decision.notify, decision.is_primary) == (
        "on_scene",
        ("command",),
        True,
    )


def test_what_the_case_holds_need_not_be_answered_again() -> None:
    assert judge("dispatch", situation(data={"occurred_at": "2026-11-20T08:00"})).allowed


def test_a_blank_answer_does_not_count_even_over_a_filled_field() -> None:
    decision = judge(
        "dispatch", situation(data={"occurred_at": "2026-11-20T08:00"}), occurred_at=" "
    )
    assert decision.missing == ("occurred_at",)


@pytest.mark.parametrize(
    ("code", "case", "actor", "answers", "reason", "sentence"),
    [
        ("fly", situation(), STATION, {}, "unknown_transition", "không có bước “fly”"),
        (
            "dispatch",
            situation("closed"),
            STATION,
            {},
            "closed",
            "Hồ sơ đã kết thúc ở trạng thái “Kết thúc”",
        ),
        (
            "close",
            situation("detected"),
            STATION,
            {},
            "wrong_state",
            "chỉ làm được ở trạng thái “Xử lý theo pháp luật” hoặc “Hội đàm”; hồ sơ đang ở “Phát",
        ),
        (
            "negotiate",
            situation("on_scene"),
            STRANGER,
            {},
            "role",
            "“Hội đàm” do Bộ đội Biên phòng tỉnh hoặc Đồn Biên phòng thực hiện.",
        ),
        ("dispatch", situation(), STATION, {}, "missing_field", "Cần nhập “Thời điểm”."),
        (
            "dispatch",
            situation(),
            STATION,
            {"kind": "crossing"},
            "unexpected_field",
            "“Triển khai” không nhận “Loại”.",
        ),
        ("dismiss", situation(), STATION, {}, "missing_reason", "phải nêu lý do"),
        (
            "negotiate",
            situation("on_scene", is_suspended=True),
            STATION,
            {},
            "suspended",
            "Hồ sơ đang tạm dừng",
        ),
        ("negotiate", situation("on_scene", is_merged=True), STATION, {}, "merged", "đã gộp"),
        (
            "prosecute",
            situation("on_scene", data={"persons": 0}),
            STATION,
            {},
            "guard",
            "Phải có người vi phạm.",
        ),
        (
            "prosecute",
            situation("on_scene", data={"persons": "nhiều"}),
            STATION,
            {},
            "guard_unresolved",
            "(Chưa đủ dữ liệu để kiểm tra điều kiện này.)",
        ),
        (
            "answer",
            situation("central"),
            MINISTRY,
            {},
            "effect_unresolved",
            "Không tính được “Số người”",
        ),
        (
            "raise_up",
            situation("talks"),
            COMMAND,
            {},
            "missing_field",
            "Cần nhập “Đơn vị xử lý”.",
        ),
        (
            "dispatch",
            situation(pending=REQUEST),
            STATION,
            {},
            "pending_other",
            "Bước “Kết luận tin sai” đang chờ người thứ hai xác nhận",
        ),
        (
            "dismiss",
            situation(pending=REQUEST),
            STATION,
            {},
            "same_person",
            "phải do người khác xác nhận",
        ),
        (
            "dismiss",
            situation(pending=REQUEST),
            COMMAND,
            {},
            "second_person",
            "đang chờ xác nhận của Trưởng cơ quan đại diện hoặc Lãnh đạo UBND tỉnh",
        ),
        (
            "dismiss",
            situation(pending=REQUEST),
            LEADER,
            {"note": "x"},
            "confirm_changes",
            "không sửa nội dung đã đề nghị",
        ),
    ],
)
def test_a_refusal_says_why(  # noqa: PLR0917 (one row of the table)
    code: str,
    case: Situation,
    actor: ActorView,
    answers: dict[str, object],
    reason: str,
    sentence: str,
) -> None:
    decision = judge(code, case, actor, **answers)
    assert not decision.allowed
    texts = [item.text for item in decision.reasons if item.code == reason]
    assert any(sentence in text.vi for text in texts), decision.reasons
    assert all(text.in_locale("en") != text.vi for text in texts)
    assert decision.effects == ()


def test_all_reasons_are_collected() -> None:
    case = situation("on_scene", is_suspended=True, pending=REQUEST)
    decision = judge("close", case, STRANGER, kind="crossing")
    assert codes(decision) == [
        "wrong_state",
        "suspended",
        "pending_other",
        "role",
        "unexpected_field",
        "missing_field",
    ]


def test_refusals_that_the_form_can_cure_are_fillable() -> None:
    offered = {d.transition: d for d in available(machine(), situation(), STATION, now=NOW)}
    assert list(offered) == ["dispatch", "dismiss"]
    assert offered["dispatch"].is_fillable
    assert offered["dismiss"].is_fillable
    assert not judge("dispatch", situation(), STRANGER).is_fillable


def test_a_guard_on_a_field_of_the_form_can_be_cured_there() -> None:
    decision = judge("prosecute", situation("on_scene"))
    assert codes(decision) == ["guard"]
    assert decision.is_fillable
    assert judge("prosecute", situation("on_scene"), persons=2).allowed


def test_an_unknown_state_offers_nothing_and_is_refused_in_words() -> None:
    assert available(machine(), situation("gone"), STATION, now=NOW) == []
    assert codes(judge("dispatch", situation("gone"), occurred_at="x")) == ["wrong_state"]


def test_effects_arrive_with_their_values() -> None:
    raised = judge("raise_up", situation("talks"), COMMAND, unit_in_charge=17)
    assert raised.effects == (Effect("assign_unit", "unit_in_charge", 17),)
    answered = judge("answer", situation("central", data={"persons": 2}), MINISTRY)
    assert answered.effects == (Effect("set", "persons", 3),)
    assert judge("visit", situation("legal")).effects == (Effect("release"),)


def test_a_step_that_opens_a_linked_case_says_what_goes_along() -> None:
    text = INCIDENT.replace("do: release", "do: open_case, type: protection, copy: [persons]")
    linked = compile_definition(load_definition(text), {role.code: role for role in ROLES})
    decision = decide(linked, situation("legal"), STATION, "visit", now=NOW)
    assert decision.effects == (Effect("open_case", "protection", fields=("persons",)),)


def test_a_four_eyes_step_is_first_requested_then_confirmed() -> None:
    asked = judge("dismiss", situation(), reason="Báo nhầm")
    assert (asked.allowed, asked.needs_second_person, asked.moves) == (True, True, False)
    confirmed = judge("dismiss", situation(pending=REQUEST), LEADER)
    assert (confirmed.allowed, confirmed.confirms, confirmed.moves) == (True, True, True)
    assert confirmed.to_state == "false_report"


def test_a_leader_cannot_confirm_their_own_request() -> None:
    both = ActorView(1, frozenset({"station", "province_leader"}), "DON-1")
    assert codes(judge("dismiss", situation(pending=REQUEST), both)) == ["same_person"]


def test_confirm_roles_named_by_the_step_replace_the_leaders() -> None:
    text = INCIDENT.replace("four_eyes: true", "four_eyes: true, confirm: [command]")
    named = compile_definition(load_definition(text), ROLES)
    case = situation(pending=REQUEST)
    assert decide(named, case, COMMAND, "dismiss", now=NOW).allowed
    assert not decide(named, case, LEADER, "dismiss", now=NOW).allowed


def test_a_request_whose_step_is_gone_is_named_by_its_code() -> None:
    case = situation(pending=replace(REQUEST, transition="old_step"))
    decision = judge("dispatch", case, occurred_at="x")
    assert "old_step" in decision.reasons[0].text.vi


def test_opening_asks_for_the_role_and_the_required_fields() -> None:
    opened = decide_opening(machine(), STATION, answers={"kind": "crossing"}, now=NOW)
    assert opened.allowed
    refused = decide_opening(machine(), STRANGER, answers={}, now=NOW)
    assert codes(refused) == ["role", "missing_field"]


def test_events_are_recorded_by_their_roles_or_by_all_who_take_part() -> None:
    assert decide_event(machine(), situation(), STATION, "halted", answers={"note": "x"}).allowed
    assert decide_event(machine(), situation(), COMMAND, "reopened_gate").allowed
    refused = decide_event(
        machine(), situation(is_merged=True), STRANGER, "halted", answers={"kind": "x"}
    )
    assert codes(refused) == ["merged", "role", "unexpected_field"]
    assert codes(decide_event(machine(), situation(), STATION, "flood")) == ["unknown_transition"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("to: on_scene,", "to: nowhere,", "trạng thái “nowhere” không có"),
        ("code: negotiate", "code: dispatch", "mã “dispatch” dùng nhiều lần"),
        ("has(data.persons) &&", "has(", "không phải biểu thức CEL"),
    ],
)
def test_tables_that_would_not_be_closed_are_not_compiled(
    old: str, new: str, expected: str
) -> None:
    with pytest.raises(DefinitionError, match=expected):
        compile_definition(load_definition(INCIDENT.replace(old, new, 1)), ROLES)


def test_four_eyes_without_any_leader_is_not_compiled() -> None:
    with pytest.raises(DefinitionError, match="chưa biết vai trò lãnh đạo"):
        compile_definition(case_type())


def test_a_guard_that_reads_all_data_sees_every_field() -> None:
    text = INCIDENT.replace("has(data.persons) && data.persons > 0", "data['persons'] > 0")
    loose = compile_definition(load_definition(text), ROLES)
    case = situation("on_scene", data={"persons": 3, "note": "x"})
    assert decide(loose, case, STATION, "prosecute", now=NOW).allowed


def test_a_guard_may_look_at_the_case_and_the_person() -> None:
    condition = "case.owner_unit == actor.unit && 'station' in actor.roles"
    text = INCIDENT.replace("has(data.persons) && data.persons > 0", condition)
    own = compile_definition(load_definition(text), ROLES)
    assert decide(own, situation("on_scene"), STATION, "prosecute", now=NOW).allowed
    other = situation("on_scene", owner_unit="DON-2")
    assert not decide(own, other, STATION, "prosecute", now=NOW).allowed
