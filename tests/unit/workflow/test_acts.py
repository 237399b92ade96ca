"""The acts that every case type has: who may, when, and with which reason."""

from __future__ import annotations

import pytest

from app.workflow.engine import (
    ActorView,
    Decision,
    PendingRequest,
    Situation,
    available_acts,
    decide,
)
from tests.unit.workflow.samples import (
    COMMAND,
    LEADER,
    NOW,
    STATION,
    STRANGER,
    machine,
    situation,
)

REQUEST = PendingRequest("dismiss", STATION.user_id, NOW, {"reason": "Báo nhầm"})


def act(code: str, case: Situation, actor: ActorView = STATION, **answers: object) -> Decision:
    return decide(machine(), case, actor, code, answers=answers, now=NOW)


@pytest.mark.parametrize(
    ("code", "case", "actor", "answers"),
    [
        ("transfer", situation(), STATION, {"unit": 5, "reason": "Sai địa bàn"}),
        ("suspend", situation(), STATION, {"suspend_reason": "family"}),
        ("suspend", situation(), STATION, {"suspend_reason": "host_country", "reason": "Chờ"}),
        ("resume", situation(is_suspended=True), STATION, {}),
        ("reopen", situation("closed"), LEADER, {"reason": "Có tình tiết mới"}),
        ("merge", situation(), COMMAND, {"other_case": "BG-2026-CB-00001", "reason": "Trùng"}),
        ("withdraw", situation(pending=REQUEST), STATION, {"reason": "Nhầm"}),
        ("withdraw", situation(pending=REQUEST), LEADER, {"reason": "Chưa đủ căn cứ"}),
    ],
)
def test_a_proper_act_is_allowed(
    code: str, case: Situation, actor: ActorView, answers: dict[str, object]
) -> None:
    assert act(code, case, actor, **answers).allowed


@pytest.mark.parametrize(
    ("code", "case", "actor", "answers", "reasons"),
    [
        ("transfer", situation(), STRANGER, {}, ["role", "missing_field", "missing_reason"]),
        ("transfer", situation("closed"), STATION, {"unit": 5, "reason": "x"}, ["closed"]),
        ("suspend", situation(), STATION, {}, ["missing_field"]),
        ("suspend", situation(), STATION, {"suspend_reason": "tired"}, ["unknown_choice"]),
        (
            "suspend",
            situation(is_suspended=True),
            STATION,
            {"suspend_reason": "family"},
            ["already_suspended"],
        ),
        ("resume", situation(), STATION, {}, ["not_suspended"]),
        ("reopen", situation(), LEADER, {"reason": "x"}, ["not_closed"]),
        ("reopen", situation("closed"), STATION, {}, ["role", "missing_reason"]),
        ("merge", situation(is_merged=True), STATION, {"other_case": 1, "reason": "x"}, ["merged"]),
        (
            "merge",
            situation(pending=REQUEST),
            STATION,
            {"other_case": 1, "reason": "x"},
            ["pending_other"],
        ),
        ("withdraw", situation(), STATION, {"reason": "x"}, ["nothing_pending"]),
        ("withdraw", situation(pending=REQUEST), COMMAND, {"reason": "x"}, ["role"]),
        ("resume", situation(is_suspended=True), STATION, {"kind": "x"}, ["unexpected_field"]),
    ],
)
def test_a_refused_act_says_why(
    code: str,
    case: Situation,
    actor: ActorView,
    answers: dict[str, object],
    reasons: list[str],
) -> None:
    decision = act(code, case, actor, **answers)
    assert not decision.allowed
    assert [reason.code for reason in decision.reasons] == reasons
    assert all(reason.text.vi and reason.text.en for reason in decision.reasons)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (situation("closed", previous_state="talks"), "talks"),
        (situation("closed", previous_state="gone"), "detected"),
        (situation("closed"), "detected"),
        (situation("talks", is_merged=True), "talks"),
    ],
)
def test_a_reopened_case_goes_back_where_it_was(case: Situation, expected: str) -> None:
    assert act("reopen", case, LEADER, reason="x").to_state == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (situation(), ["transfer", "suspend", "merge"]),
        (situation(is_suspended=True), ["transfer", "resume", "merge"]),
        (situation(pending=REQUEST), ["transfer", "suspend", "merge", "withdraw"]),
        (situation("closed"), ["reopen"]),
        (situation(is_merged=True), ["reopen"]),
    ],
)
def test_only_fitting_acts_are_offered(case: Situation, expected: list[str]) -> None:
    offered = available_acts(machine(), case, STATION)
    assert [decision.transition for decision in offered] == expected


def test_the_list_of_suspension_reasons_comes_with_the_act() -> None:
    offered = {d.transition: d for d in available_acts(machine(), situation(), STATION)}
    names = [name.vi for _, name in offered["suspend"].choices["suspend_reason"]]
    assert names == ["Chờ nước sở tại", "Chờ gia đình", "Bất khả kháng"]
    assert offered["suspend"].is_fillable
