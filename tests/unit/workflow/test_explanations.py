"""What each refusal rests on, what cures it, who can, and what follows."""

from __future__ import annotations

import pytest

from app.workflow.definition import FieldDefinition
from app.workflow.engine import ActorView, decide, decide_event
from app.workflow.explanations import Cure, Explained, explain, why_unedited, why_unread
from tests.unit.workflow.samples import (
    COMMAND,
    NOW,
    STATION,
    STRANGER,
    case_type,
    machine,
    situation,
)


def explained(code: str, actor: ActorView, state: str = "detected", **facts: object) -> Explained:
    case = situation(state, **facts)
    decision = decide(machine(), case, actor, code, now=NOW)
    return explain(machine(), case_type(), case, decision)


@pytest.mark.parametrize(
    ("code", "actor", "state", "facts", "cured"),
    [
        ("dispatch", STATION, "detected", {}, (Cure.FORM, "occurred_at")),
        ("dispatch", COMMAND, "detected", {}, (Cure.PERSON, "")),
        ("negotiate", STATION, "detected", {}, (Cure.STEP, "dispatch")),
        ("close", STATION, "detected", {}, (Cure.NOTHING, "")),
        ("prosecute", STATION, "on_scene", {"is_suspended": True}, (Cure.ACT, "resume")),
        ("close", STATION, "closed", {}, (Cure.ACT, "reopen")),
    ],
)
def test_each_reason_says_where_it_is_cured(
    code: str,
    actor: ActorView,
    state: str,
    facts: dict[str, object],
    cured: tuple[Cure, str],
) -> None:
    found = explained(code, actor, state, **facts)
    assert not found.is_allowed
    assert cured in {(one.cure, one.target) for one in found.causes}


def test_what_follows_names_state_clock_paper_and_those_told() -> None:
    follows = [text.vi for text in explained("dispatch", STATION).follows]
    assert follows[0] == "Hồ sơ chuyển sang “Tại chỗ”."
    assert "Bắt đầu tính hạn “Giải quyết” (5 ngày làm việc)." in follows
    assert follows[-1] == "Báo cho Bộ đội Biên phòng tỉnh."
    letter = [text.vi for text in explained("negotiate", STATION, "on_scene").follows]
    assert "Lập văn bản: Thư trao đổi." in letter
    dismissed = [text.vi for text in explained("dismiss", STATION).follows]
    assert dismissed[0].endswith("xác nhận rồi mới có hiệu lực.")
    assert dismissed[1] == "Hồ sơ kết thúc ở trạng thái “Tin sai”."


def test_who_can_are_the_roles_of_the_step_the_event_and_the_act() -> None:
    case = situation()
    event = decide_event(machine(), case, STRANGER, "halted")
    assert explain(machine(), case_type(), case, event).roles == ("station",)
    assert explained("dispatch", STRANGER).roles == ("station",)
    assert explained("reopen", STATION, "closed").roles == ("mission_head", "province_leader")
    assert "command" in explained("suspend", STRANGER).roles


def field(**keys: object) -> FieldDefinition:
    said = {"code": "x", "type": "text", "name": {"vi": "Mục X"}, **keys}
    return FieldDefinition.model_validate(said)


def test_a_field_says_why_it_is_closed_to_a_reader() -> None:
    secret = field(personal=True, read_roles=["command"])
    said = why_unread(machine(), secret, may_see_personal=False, roles={"station"})
    assert [text.vi for text in said] == [
        "Dữ kiện cá nhân: chỉ người có quyền xem dữ liệu cá nhân đọc được.",
        "Chỉ Bộ đội Biên phòng tỉnh đọc được.",
    ]
    assert why_unread(machine(), secret, may_see_personal=True, roles={"command"}) == ()


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"compute": "1 + 1"}, "Hệ thống tính từ các dữ kiện khác."),
        ({"edit_roles": ["command"]}, "Chỉ Bộ đội Biên phòng tỉnh được sửa."),
        ({"edit_states": ["talks"]}, "Chỉ sửa ở trạng thái “Hội đàm”."),
        ({}, "Chỉ nhập khi mở hồ sơ."),
        (
            {"code": "minutes"},
            "Ở trạng thái này không bước nào hỏi mục này; nhập ở bước “Ký biên bản”.",
        ),
    ],
)
def test_a_field_says_why_it_is_not_changed_now(keys: dict[str, object], said: str) -> None:
    (text,) = why_unedited(machine(), situation(), field(**keys), roles={"station"})
    assert text.vi == said
    assert why_unedited(machine(), situation(), field(code="note"), roles={"station"}) == ()
