"""Whether the steps lead somewhere, ask what can be answered, and have effects that can happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.workflow.definition import AssignUnit, CaseType, InvolveUnit, OpenCase, SetField
from app.workflow.field_definition import FieldDefinition, FieldType
from app.workflow.lint_scope import CASE_TYPE, DOCUMENT, FIELD, STATE, Scope, repeated, unknown
from app.workflow.lint_words import Called, called_item, key, with_code
from app.workflow.problems import Problem, error, warning
from app.workflow.shape_words import ADDRESSEES
from app.workflow.text import Text

_TOLD = dict(ADDRESSEES)


def step_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    leaving: Counter[str] = Counter()
    guarded: Counter[str] = Counter()
    for index, step in enumerate(case_type.transitions):
        where = f"transitions[{index}]"
        yield from unknown(f"{where}.from", step.sources, scope.states, STATE, scope.called)
        yield from repeated(f"{where}.from", step.sources)
        yield from repeated(f"{where}.roles", step.roles)
        yield from unknown(f"{where}.to", (step.to,), scope.states, STATE, scope.called)
        yield from unknown(
            f"{where}.generate", step.generate, scope.documents, DOCUMENT, scope.called
        )
        yield from _effects(case_type, scope, index)
        leaving.update(step.sources if step.primary else ())
        guarded.update(step.sources if step.primary and step.guards else ())
    for code, count in leaving.items():
        if count > 1 and guarded[code] < count:  # steps with conditions may share the place
            state, main = scope.called(STATE, code), key("transition", "primary")
            yield warning(
                "transitions",
                Text(
                    f"trạng thái {state.vi} có {count} bước chính",
                    f"the state {state.en} has {count} main steps",
                ),
                Text(f"giữ {main.vi} ở một bước", f"keep {main.en} on one step"),
            )


def _effects(case_type: CaseType, scope: Scope, index: int) -> Iterator[Problem]:
    for number, effect in enumerate(case_type.transitions[index].effects):
        where = f"transitions[{index}].effects[{number}]"
        if isinstance(effect, SetField):
            yield from unknown(where, (effect.field,), scope.fields, FIELD, scope.called)
            yield from _set_computed(where, scope.fields.get(effect.field))
        elif isinstance(effect, AssignUnit | InvolveUnit):
            yield from unknown(where, (effect.unit_field,), scope.fields, FIELD, scope.called)
            yield from _not_a_unit(where, scope.fields.get(effect.unit_field))
        elif isinstance(effect, OpenCase):
            yield from unknown(where, effect.copy_fields, scope.fields, FIELD, scope.called)
            if scope.types is not None:
                yield from unknown(where, (effect.type,), scope.types, CASE_TYPE, scope.called)


def _set_computed(where: str, item: FieldDefinition | None) -> Iterator[Problem]:
    if item is not None and item.compute is not None:
        yield error(
            where,
            Text(
                f"trường {called_item(item).vi} do hệ thống tính, không ghi giá trị vào được",
                f"the field {called_item(item).en} is computed and cannot be set",
            ),
            Text(
                "bỏ việc ghi giá trị này, hoặc bỏ phép tính (compute) của trường",
                "remove this effect, or the computation of the field (compute)",
            ),
        )


def _not_a_unit(where: str, item: FieldDefinition | None) -> Iterator[Problem]:
    if item is not None and item.type is not FieldType.UNIT:
        yield error(
            where,
            Text(
                f"trường {called_item(item).vi} không ghi đơn vị",
                f"the field {called_item(item).en} holds no unit",
            ),
            Text(
                "chọn một trường kiểu “Đơn vị” (unit)", "choose a field of the type “Unit” (unit)"
            ),
        )


# --- whom a step or a paper tells ----------------------------------------------------------


def consent_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Steps and papers to somebody, where no field asks whether the person allows it."""
    asked = {item.consent for item in scope.fields.values() if item.consent}
    told = [(f"transitions[{i}]", one.addressee) for i, one in enumerate(case_type.transitions)]
    told += [(f"documents[{i}]", one.addressee) for i, one in enumerate(case_type.documents)]
    for where, addressee in told:
        if addressee is not None and addressee not in asked:
            whom, consent = with_code(_TOLD.get(addressee), addressee), key("field", "consent")
            yield error(
                f"{where}.addressee",
                Text(
                    f"không có trường nào hỏi đương sự có đồng ý báo cho {whom.vi} hay không",
                    f"no field asks whether {whom.en} may be told",
                ),
                Text(
                    f"chọn {whom.vi} ở mục {consent.vi} của một trường “Chọn một”, “Có hoặc không”",
                    f"choose {whom.en} at {consent.en} of a choice or boolean field",
                ),
            )


# --- what a form asks and who can answer ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Form:
    """A list of fields that is asked somewhere: of whom, in which states."""

    where: str
    codes: tuple[str, ...]
    roles: tuple[str, ...]
    states: tuple[str, ...]
    is_required: bool = False


def asking_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Fields that are asked and that nobody there can fill in."""
    for form in _forms(case_type):
        for code in form.codes:
            item = scope.fields.get(code)
            if item is not None and item.compute is not None:
                yield _asks_computed(form.where, item)
            elif item is not None:
                is_required = form.is_required or item.required
                yield from _closed_to_roles(form, item, scope.called, is_required=is_required)
                yield from _closed_in_states(form, item, scope.called, is_required=is_required)
                if is_required:
                    yield from _unseen(form, item, scope.called)
                    yield from _unseen_in_states(form, item, scope.called)


def _forms(case_type: CaseType) -> Iterator[_Form]:
    opening = case_type.open
    yield _Form("open.fields", opening.fields, opening.roles, (case_type.initial_state,))
    for index, step in enumerate(case_type.transitions):
        where = f"transitions[{index}]"
        yield _Form(f"{where}.require", step.require, step.roles, step.sources, is_required=True)
        yield _Form(f"{where}.ask", step.ask, step.roles, step.sources)
    for index, event in enumerate(case_type.events):
        yield _Form(f"events[{index}].ask", event.ask, event.roles, ())


def _asks_computed(where: str, item: FieldDefinition) -> Problem:
    return error(
        where,
        Text(
            f"trường {called_item(item).vi} do hệ thống tính, không hỏi được",
            f"the field {called_item(item).en} is computed and cannot be asked",
        ),
        Text(
            "bỏ khỏi danh sách: trường tự hiện khi có giá trị",
            "take it off the list: it shows itself once it has a value",
        ),
    )


def _closed_to_roles(
    form: _Form, item: FieldDefinition, names: Called, *, is_required: bool
) -> Iterator[Problem]:
    closed = [role for role in form.roles if item.edit_roles and role not in item.edit_roles]
    is_nobody = len(closed) == len(form.roles)
    # A field that some read and others fill in is what edit_roles are for.
    if not closed or not (is_required or is_nobody):
        return
    field, roles = called_item(item), names.all("role", closed)
    editors, edited = names.all("role", item.edit_roles), key("field", "edit_roles")
    level = error if is_required and is_nobody else warning
    must_vi, must_en = ("bắt buộc ", "required ") if is_required else ("", "")
    yield level(
        form.where,
        Text(
            f"trường {must_vi}{field.vi} không do vai trò {roles.vi} nhập",
            f"the {must_en}field {field.en} is not entered by the role {roles.en}",
        ),
        Text(
            f"thêm vai trò vào {edited.vi} của trường (đang là {editors.vi}),"
            " hoặc hỏi trường này ở bước khác",
            f"add the role to {edited.en} of the field (now {editors.en}),"
            " or ask for the field in another step",
        ),
    )


def _unseen(form: _Form, item: FieldDefinition, names: Called) -> Iterator[Problem]:
    """Who must answer and may not read; to let somebody write blindly, name them in edit_roles."""
    seeing = {*item.read_roles, *item.edit_roles}
    blind = [role for role in form.roles if item.read_roles and role not in seeing]
    if not blind:
        return
    field, roles, read = called_item(item), names.all("role", blind), key("field", "read_roles")
    yield (error if len(blind) == len(form.roles) else warning)(
        form.where,
        Text(
            f"vai trò {roles.vi} phải nhập trường {field.vi} mà không được xem",
            f"the role {roles.en} must fill in the field {field.en} and may not read it",
        ),
        Text(
            f"thêm vai trò vào {read.vi} của trường, hoặc hỏi trường này ở bước khác",
            f"add the role to {read.en} of the field, or ask for the field in another step",
        ),
    )


def _closed_in_states(
    form: _Form, item: FieldDefinition, names: Called, *, is_required: bool
) -> Iterator[Problem]:
    closed = [state for state in form.states if item.edit_states and state not in item.edit_states]
    if not closed or not (is_required or len(closed) == len(form.states)):
        return
    field, states = called_item(item), names.all(STATE, closed)
    edited = key("field", "edit_states")
    level = error if is_required else warning
    yield level(
        form.where,
        Text(
            f"trường {field.vi} không sửa được ở trạng thái {states.vi}",
            f"the field {field.en} cannot be edited in the state {states.en}",
        ),
        Text(
            f"thêm trạng thái vào {edited.vi} của trường, hoặc hỏi trường này ở bước khác",
            f"add the state to {edited.en} of the field, or ask for the field in another step",
        ),
    )


def _unseen_in_states(form: _Form, item: FieldDefinition, names: Called) -> Iterator[Problem]:
    """What must be answered where it is hidden: a slip could be neither seen nor mended."""
    seen = {*item.read_states, *item.edit_states}
    hidden = [state for state in form.states if item.read_states and state not in seen]
    if not hidden:
        return
    field, states = called_item(item), names.all(STATE, hidden)
    read = key("field", "read_states")
    yield error(
        form.where,
        Text(
            f"trường {field.vi} không được xem ở trạng thái {states.vi} mà bước này lại hỏi",
            f"the field {field.en} is hidden in the state {states.en}, where it is asked for",
        ),
        Text(
            f"thêm trạng thái vào {read.vi} của trường, hoặc hỏi trường này ở bước khác",
            f"add the state to {read.en} of the field, or ask for the field in another step",
        ),
    )


def opening_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """A case that must lie somewhere can only be opened where somebody is asked for the place."""
    if case_type.place != "required":
        return
    asked = (scope.fields.get(code) for code in case_type.open.fields)
    if not any(item is not None and item.says_place for item in asked):
        place, fields = key("case_type", "place"), key("case_type", "open.fields")
        yield error(
            "open.fields",
            Text(
                f"{place.vi} là bắt buộc nhưng khi mở hồ sơ không hỏi nơi nào",
                f"{place.en} is required, but no place is asked for when a case is opened",
            ),
            Text(
                f"thêm mốc, tọa độ, tỉnh hoặc nước vào {fields.vi}, hoặc để nơi là không bắt buộc",
                f"add a marker, position, province or country to {fields.en}, or make it optional",
            ),
        )
