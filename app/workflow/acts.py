"""The acts that every case type has: transfer, suspend, resume, reopen, merge, withdraw.

Transfer and merge keep both codes and a reason; a transfer is proposed, and the other unit answers.
A case is suspended only for a reason from a list, otherwise its deadlines would lie; while it is
suspended no step is taken. Reopening is for leaders and goes back to the state before the end.
Withdrawing takes back a request that waits for a second person: its author or a leader may. None
of these moves a case to a state outside its definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.workflow import reasons
from app.workflow.decisions import NOTHING, REASON_FIELD, ActorView, Decision, Reason, Situation
from app.workflow.expressions import is_filled
from app.workflow.machine import Machine
from app.workflow.text import Text

SUSPEND_REASONS: tuple[tuple[str, Text], ...] = (
    ("host_country", Text("Chờ nước sở tại", "Waiting for the host country")),
    ("family", Text("Chờ gia đình", "Waiting for the family")),
    ("force_majeure", Text("Bất khả kháng", "Force majeure")),
)


@dataclass(frozen=True, slots=True)
class GlobalAct:
    """One act; `fields` must be answered, and a field with choices only by one of them."""

    code: str
    name: Text
    fields: Mapping[str, Text]
    choices: Mapping[str, tuple[tuple[str, Text], ...]]
    is_for_leaders: bool = False
    needs_reason: bool = True


_OTHER_CASE = {"other_case": Text("Hồ sơ giữ lại", "The case that remains")}
_NEW_UNIT = {"unit": Text("Đơn vị nhận", "Receiving unit")}
_WHY_SUSPENDED = {"suspend_reason": Text("Lý do tạm dừng", "Why it is suspended")}

GLOBAL_ACTS: Mapping[str, GlobalAct] = {
    act.code: act
    for act in (
        GlobalAct("transfer", Text("Đề nghị chuyển đơn vị", "Propose a transfer"), _NEW_UNIT, {}),
        GlobalAct(
            "suspend",
            Text("Tạm dừng thời hạn", "Suspend the clocks"),
            _WHY_SUSPENDED,
            {"suspend_reason": SUSPEND_REASONS},
            needs_reason=False,
        ),
        GlobalAct("resume", Text("Cho chạy tiếp", "Resume the clocks"), {}, {}, needs_reason=False),
        GlobalAct("reopen", Text("Mở lại hồ sơ", "Reopen"), {}, {}, is_for_leaders=True),
        GlobalAct("merge", Text("Gộp vào hồ sơ khác", "Merge into another case"), _OTHER_CASE, {}),
        GlobalAct("withdraw", Text("Rút đề nghị chờ xác nhận", "Withdraw the request"), {}, {}),
    )
}


def decide_act(
    machine: Machine,
    situation: Situation,
    actor: ActorView,
    code: str,
    answers: Mapping[str, object] = NOTHING,
) -> Decision:
    """Judge a global act; all the reasons against it are collected."""
    act = GLOBAL_ACTS[code]
    against = [
        *_against_case(machine, situation, act),
        *_against_actor(machine, situation, act, actor),
    ]
    against += _against_answers(machine, act, answers)
    return Decision(
        allowed=not against,
        transition=act.code,
        name=act.name,
        to_state=_reopened_state(machine, situation) if code == "reopen" else situation.state,
        reasons=tuple(against),
        missing=tuple(reason.field for reason in against if reason.field is not None),
        require=tuple(act.fields),
        reason_mode="required" if act.needs_reason else "optional",
        is_global=True,
        choices=act.choices,
    )


def available_acts(machine: Machine, situation: Situation, actor: ActorView) -> list[Decision]:
    """Judge every global act that makes sense on this case now; refused ones say why."""
    is_closed = _is_closed(machine, situation)
    fitting = {
        "transfer": not is_closed,
        "suspend": not is_closed and not situation.is_suspended,
        "resume": situation.is_suspended and not is_closed,
        "reopen": is_closed,
        "merge": not is_closed,
        "withdraw": situation.pending is not None and not is_closed,
    }
    return [decide_act(machine, situation, actor, code) for code, fits in fitting.items() if fits]


def _is_closed(machine: Machine, situation: Situation) -> bool:
    state = machine.states.get(situation.state)
    return situation.is_merged or (state is not None and state.is_terminal)


def _reopened_state(machine: Machine, situation: Situation) -> str:
    """Return where a reopened case goes: a merged case stays, others go back or start again."""
    state = machine.states.get(situation.state)
    if state is not None and not state.is_terminal:
        return situation.state
    previous = machine.states.get(situation.previous_state or "")
    return previous.code if previous and not previous.is_terminal else machine.initial_state


def _against_case(machine: Machine, situation: Situation, act: GlobalAct) -> Iterable[Reason]:
    if act.code == "reopen":
        if not _is_closed(machine, situation):
            yield _refusal("not_closed", "Hồ sơ đang mở.", "The case is open.")
        return
    if situation.is_merged:
        yield reasons.merged()
    elif _is_closed(machine, situation):
        yield reasons.closed(machine, situation.state)
    if act.code == "merge" and situation.pending is not None:
        yield reasons.pending_other(machine, situation.pending)
    yield from _against_repetition(situation, act)


def _against_repetition(situation: Situation, act: GlobalAct) -> Iterable[Reason]:
    if act.code == "suspend" and situation.is_suspended:
        yield _refusal("already_suspended", "Hồ sơ đã tạm dừng.", "The case is suspended already.")
    if act.code == "resume" and not situation.is_suspended:
        yield _refusal("not_suspended", "Hồ sơ không tạm dừng.", "The case is not suspended.")
    if act.code == "withdraw" and situation.pending is None:
        yield _refusal("nothing_pending", "Không có đề nghị nào đang chờ.", "Nothing is pending.")


def _against_actor(
    machine: Machine, situation: Situation, act: GlobalAct, actor: ActorView
) -> Iterable[Reason]:
    if act.code == "withdraw" and situation.pending is not None:
        may = situation.pending.requested_by == actor.user_id
        rule = machine.rules.get(situation.pending.transition)
        allowed_roles = rule.confirm_roles if rule else machine.leaders
    else:
        may = False
        allowed_roles = machine.leaders if act.is_for_leaders else machine.participants
    if not may and actor.roles.isdisjoint(allowed_roles):
        yield reasons.wrong_role(machine, act.name, allowed_roles)


def _against_answers(
    machine: Machine, act: GlobalAct, answers: Mapping[str, object]
) -> Iterable[Reason]:
    for field, name in act.fields.items():
        value = answers.get(field)
        allowed = [choice for choice, _ in act.choices.get(field, ())]
        if not is_filled(value):
            yield Reason(
                "missing_field",
                Text(f"Cần nhập “{name}”.", f"“{name.in_locale('en')}” is needed."),
                field,
            )
        elif allowed and value not in allowed:
            yield Reason(
                "unknown_choice",
                Text(
                    f"“{name}” phải chọn trong danh sách.",
                    f"“{name.in_locale('en')}” must be chosen from the list.",
                ),
                field,
            )
    if act.needs_reason and not is_filled(answers.get(REASON_FIELD)):
        yield reasons.missing_reason(act.name)
    for field in sorted(answers.keys() - act.fields.keys() - {REASON_FIELD}):
        yield reasons.unexpected_field(machine, act.name, field)


def _refusal(code: str, vi: str, en: str) -> Reason:
    return Reason(code, Text(vi, en))
