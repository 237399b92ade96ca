"""The sentences of refusal: which rule, what is missing, who can."""

from __future__ import annotations

from collections.abc import Iterable

from app.workflow.decisions import REASON_FIELD, PendingRequest, Reason
from app.workflow.machine import GuardRule, Machine, Rule
from app.workflow.text import Text, joined, quoted


def unknown_transition(code: str) -> Reason:
    return Reason(
        "unknown_transition",
        Text(f"Loại hồ sơ này không có bước “{code}”.", f"This case type has no step “{code}”."),
    )


def closed(machine: Machine, state: str) -> Reason:
    name = state_name(machine, state)
    return Reason(
        "closed",
        Text(
            f"Hồ sơ đã kết thúc ở trạng thái “{name}”; muốn làm tiếp phải mở lại hồ sơ.",
            f"The case is closed as “{name.in_locale('en')}”; reopen it first.",
        ),
    )


def merged() -> Reason:
    return Reason(
        "merged",
        Text(
            "Hồ sơ đã gộp vào hồ sơ khác; làm tiếp ở hồ sơ đó.",
            "The case was merged into another one; continue there.",
        ),
    )


def suspended() -> Reason:
    return Reason(
        "suspended",
        Text(
            "Hồ sơ đang tạm dừng; cho hồ sơ chạy tiếp trước khi chuyển bước.",
            "The case is suspended; resume it first.",
        ),
    )


def wrong_state(machine: Machine, rule: Rule, state: str) -> Reason:
    where = joined([quoted(machine.states[code].name) for code in sorted(rule.sources)])
    now = state_name(machine, state)
    return Reason(
        "wrong_state",
        Text(
            f"Bước “{rule.name}” chỉ làm được ở trạng thái {where}; hồ sơ đang ở “{now}”.",
            f"“{rule.name.in_locale('en')}” is possible only in {where.in_locale('en')}; "
            f"the case is in “{now.in_locale('en')}”.",
        ),
    )


def wrong_role(machine: Machine, name: Text, roles: Iterable[str]) -> Reason:
    who = role_names(machine, roles)
    return Reason(
        "role",
        Text(
            f"“{name}” do {who} thực hiện.",
            f"“{name.in_locale('en')}” is done by {who.in_locale('en')}.",
        ),
    )


def missing_field(machine: Machine, field: str) -> Reason:
    name = field_name(machine, field)
    return Reason(
        "missing_field", Text(f"Cần nhập “{name}”.", f"“{name.in_locale('en')}” is needed."), field
    )


def missing_elsewhere(machine: Machine, field: str) -> Reason:
    """A field that is needed and that the person cannot fill in: who can."""
    name, who = field_name(machine, field), who_edits(machine, field)
    return Reason(
        "missing_field",
        Text(
            f"Còn thiếu “{name}”{who.vi}.",
            f"“{name.in_locale('en')}” is missing{who.in_locale('en')}.",
        ),
    )


def computed_field(machine: Machine, field: str) -> Reason:
    name = field_name(machine, field)
    return Reason(
        "computed_field",
        Text(
            f"“{name}” do hệ thống tính, không nhập được.",
            f"“{name.in_locale('en')}” is computed and cannot be entered.",
        ),
    )


def not_editable(machine: Machine, field: str) -> Reason:
    name, who = field_name(machine, field), who_edits(machine, field)
    return Reason(
        "not_editable",
        Text(
            f"Bạn không sửa được “{name}”{who.vi}.",
            f"You cannot change “{name.in_locale('en')}”{who.in_locale('en')}.",
        ),
        field,
    )


def who_edits(machine: Machine, field: str) -> Text:
    """The end of a sentence that says who changes a field, and when; empty if anyone may."""
    rule = machine.fields.edits.get(field)
    if field in machine.fields.computed:
        return Text(": mục này do hệ thống tính", ": it is computed")
    if rule is None:
        return Text("")
    who = role_names(machine, rule.roles)
    where = joined([quoted(state_name(machine, code)) for code in sorted(rule.states)])
    vi = ([f"do {who.vi} nhập"] if rule.roles else []) + (
        [f"chỉ sửa ở trạng thái {where.vi}"] if rule.states else []
    )
    en = ([f"entered by {who.in_locale('en')}"] if rule.roles else []) + (
        [f"changed only in {where.in_locale('en')}"] if rule.states else []
    )
    return Text(f": mục này {', '.join(vi)}", f": it is {', '.join(en)}")


def unchecked(code: str, name: Text) -> Reason:
    return Reason(
        "unchecked",
        Text(
            f"Chưa đánh dấu việc “{name}” của trạng thái này.",
            f"“{name.in_locale('en')}” is not ticked off in this state.",
        ),
        anchor=f"viec-{code}",
    )


def open_children(counts: Text, lists: Text) -> Reason:
    """Tracked vessels, persons or sanctions that have not ended hold the case open."""
    return Reason(
        "open_children",
        Text(
            f"Còn {counts.vi} chưa có kết cục cuối cùng: ghi ở mục {lists.vi} trước khi kết thúc.",
            f"{counts.in_locale('en')} without a final outcome: record it under "
            f"{lists.in_locale('en')} before the case ends.",
        ),
        anchor="children",
    )


def unknown_item(code: str) -> Reason:
    return Reason(
        "unknown_item",
        Text(f"Trạng thái này không có việc “{code}”.", f"This state has nothing called “{code}”."),
    )


def ticked_already(name: Text, *, is_done: bool) -> Reason:
    vi, en = (
        ("đã được đánh dấu", "is ticked off already") if is_done else ("chưa đánh dấu", "is open")
    )
    return Reason("ticked_already", Text(f"“{name}” {vi}.", f"“{name.in_locale('en')}” {en}."))


def assigning_field(machine: Machine, field: str) -> Reason:
    name = field_name(machine, field)
    return Reason(
        "assigning_field",
        Text(
            f"“{name}” quyết định đơn vị giữ hồ sơ; đổi bằng việc “Chuyển đơn vị”.",
            f"“{name.in_locale('en')}” decides who holds the case; use “Transfer”.",
        ),
        field,
    )


def second_hand(machine: Machine, field: str, roles: Iterable[str]) -> Reason:
    name, who = field_name(machine, field), role_names(machine, roles)
    return Reason(
        "second_hand",
        Text(
            f"“{name}” đã qua hai người xác nhận; chỉ {who} sửa được.",
            f"“{name.in_locale('en')}” was confirmed by two people; only {who.in_locale('en')} "
            f"can correct it.",
        ),
        field,
    )


def missing_reason(name: Text) -> Reason:
    return Reason(
        "missing_reason",
        Text(f"“{name}” phải nêu lý do.", f"“{name.in_locale('en')}” needs a reason."),
        REASON_FIELD,
    )


def unexpected_field(machine: Machine, name: Text, field: str) -> Reason:
    what = field_name(machine, field)
    return Reason(
        "unexpected_field",
        Text(
            f"“{name}” không nhận “{what}”.",
            f"“{name.in_locale('en')}” does not take “{what.in_locale('en')}”.",
        ),
    )


def guard_failed(guard: GuardRule) -> Reason:
    return Reason("guard", guard.message, guard.field)


def guard_unresolved(guard: GuardRule) -> Reason:
    return Reason(
        "guard_unresolved",
        Text(
            f"{guard.message} (Chưa đủ dữ liệu để kiểm tra điều kiện này.)",
            f"{guard.message.in_locale('en')} (There are not enough facts to check this.)",
        ),
        guard.field,
    )


def effect_unresolved(machine: Machine, field: str) -> Reason:
    name = field_name(machine, field)
    return Reason(
        "effect_unresolved",
        Text(
            f"Không tính được “{name}” từ dữ liệu của hồ sơ.",
            f"“{name.in_locale('en')}” cannot be computed from the facts of the case.",
        ),
    )


def pending_other(machine: Machine, pending: PendingRequest) -> Reason:
    rule = machine.rules.get(pending.transition)
    name = rule.name if rule else Text(pending.transition)
    return Reason(
        "pending_other",
        Text(
            f"Bước “{name}” đang chờ người thứ hai xác nhận; xác nhận hoặc rút đề nghị đó trước.",
            f"“{name.in_locale('en')}” waits for a second person; confirm or withdraw it first.",
        ),
    )


def same_person(rule: Rule) -> Reason:
    return Reason(
        "same_person",
        Text(
            f"Bước “{rule.name}” phải do người khác xác nhận, không phải người đề nghị.",
            f"“{rule.name.in_locale('en')}” must be confirmed by someone else than the requester.",
        ),
    )


def second_person(machine: Machine, rule: Rule) -> Reason:
    who = role_names(machine, rule.confirm_roles)
    return Reason(
        "second_person",
        Text(
            f"Bước “{rule.name}” đang chờ xác nhận của {who}.",
            f"“{rule.name.in_locale('en')}” waits to be confirmed by {who.in_locale('en')}.",
        ),
    )


def confirm_changes(rule: Rule) -> Reason:
    return Reason(
        "confirm_changes",
        Text(
            f"Người xác nhận bước “{rule.name}” không sửa nội dung đã đề nghị.",
            f"Confirming “{rule.name.in_locale('en')}” cannot change what was requested.",
        ),
    )


def state_name(machine: Machine, state: str) -> Text:
    known = machine.states.get(state)
    return known.name if known else Text(state)


def field_name(machine: Machine, field: str) -> Text:
    return machine.field_names.get(field) or Text(field)


def role_names(machine: Machine, roles: Iterable[str]) -> Text:
    return joined([machine.role_names.get(code) or Text(code) for code in sorted(roles)])
