"""Whether every name of a case type means one thing: codes, references, roles, words on screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from app.workflow.acts import GLOBAL_ACTS
from app.workflow.decisions import REASON_FIELD
from app.workflow.definition import CaseType
from app.workflow.happenings import BUILT_IN_EVENTS
from app.workflow.lint_scope import (
    FIELD,
    ROLE,
    STATE,
    Scope,
    repeated,
    repeated_parts,
    unknown,
)
from app.workflow.lint_words import called_item, choice, part
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

_LISTS = (
    *("fields", "states", "transitions", "clocks", "events", "documents", "sections"),
    "milestones",
)
# Names that the forms of the house use beside the fields.
_FORM_NAMES = frozenset({"version", "csrf_token"})
# The designer has pages of its own at these addresses, beside those of the types.
TYPES_OF_THE_HOUSE = frozenset({"moi", "nhap"})
_RENAME = Text("đặt mã khác", "choose another code")
_REASON = choice("transition", "reason", "required")


def code_problems(case_type: CaseType, _: Scope) -> Iterator[Problem]:
    """Codes that are given twice, in every list of the definition."""
    for key in _LISTS:
        yield from repeated_parts(key, getattr(case_type, key))
    for index, item in enumerate(case_type.fields):
        where = f"fields[{index}]"
        yield from repeated_parts(f"{where}.options", item.options)
        yield from repeated_parts(f"{where}.fields", item.fields)
        for number, column in enumerate(item.fields):
            yield from repeated_parts(f"{where}.fields[{number}].options", column.options)
    for index, state in enumerate(case_type.states):
        yield from repeated_parts(f"states[{index}].checklist", state.checklist)
    for index, clock in enumerate(case_type.clocks):
        yield from repeated_parts(f"clocks[{index}].pause_reasons", clock.pause_reasons)


# --- roles ----------------------------------------------------------------------------------


def role_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Roles that do not exist, and acts whose roles nobody holds."""
    for where, codes in _roles_used(case_type):
        yield from unknown(where, codes, scope.roles, ROLE, scope.called)
    if scope.held is not None:
        yield from unheld_problems(case_type, scope.held, scope)


def _roles_used(case_type: CaseType) -> Iterator[tuple[str, Iterable[str]]]:
    yield "open.roles", case_type.open.roles
    yield "readers", case_type.readers
    for index, step in enumerate(case_type.transitions):
        yield f"transitions[{index}].roles", step.roles
        yield f"transitions[{index}].notify", step.notify
        yield f"transitions[{index}].confirm", step.confirm
    for index, clock in enumerate(case_type.clocks):
        yield f"clocks[{index}].escalate", clock.escalate
        for number, link in enumerate(clock.chain):
            yield f"clocks[{index}].chain[{number}].roles", link.roles
    for index, event in enumerate(case_type.events):
        yield f"events[{index}].roles", event.roles
    for index, item in enumerate(case_type.fields):
        yield f"fields[{index}].read_roles", item.read_roles
        yield f"fields[{index}].edit_roles", item.edit_roles
        for number, column in enumerate(item.fields):
            yield f"fields[{index}].fields[{number}].read_roles", column.read_roles


def unheld_problems(case_type: CaseType, held: frozenset[str], scope: Scope) -> Iterator[Problem]:
    """Acts that nobody of the installation can do, and roles that stand there for nobody yet."""
    acting = {"open.roles"} | {f"transitions[{i}].roles" for i in range(len(case_type.transitions))}
    acting |= {f"transitions[{i}].confirm" for i in range(len(case_type.transitions))}
    for where, codes in _roles_used(case_type):
        absent = [code for code in codes if code in scope.roles and code not in held]
        if not absent:
            continue
        is_nobody = where in acting and held.isdisjoint(codes)
        said = scope.called.all(ROLE, absent)
        nobody = (
            Text(": không người nào làm được", ": no person can do this") if is_nobody else Text("")
        )
        level = error if is_nobody else warning
        yield level(
            where,
            Text(
                f"không ai giữ vai trò {said.vi}{nobody.vi}",
                f"nobody holds the role {said.en}{nobody.en}",
            ),
            Text(
                "giao vai trò cho người ở trang Người dùng, hoặc thêm vai trò khác",
                "give the role to a person on the page of users, or add another role",
            ),
        )


# --- references -----------------------------------------------------------------------------


def reference_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Fields and states that are named and do not exist."""
    used: list[tuple[str, tuple[str, ...]]] = [("open.fields", case_type.open.fields)]
    for index, step in enumerate(case_type.transitions):
        used.append((f"transitions[{index}].require", step.require))
        used.append((f"transitions[{index}].ask", step.ask))
    used += [(f"events[{i}].ask", event.ask) for i, event in enumerate(case_type.events)]
    if case_type.protect is not None:
        used.append(("protect.incident", case_type.protect.incident))
    for where, codes in used:
        yield from unknown(where, codes, scope.fields, FIELD, scope.called)
        yield from repeated(where, codes)
    for index, item in enumerate(case_type.fields):
        for key, codes in (("read_states", item.read_states), ("edit_states", item.edit_states)):
            where = f"fields[{index}].{key}"
            yield from unknown(where, codes, scope.states, STATE, scope.called)


def reserved_problems(case_type: CaseType, _: Scope) -> Iterator[Problem]:
    """Codes that the house has given a meaning."""
    yield from _reserved_type(case_type)
    yield from _unaddressable(case_type)
    for index, item in enumerate(case_type.fields):
        where = f"fields[{index}].code"
        if item.code == REASON_FIELD:
            yield error(
                where,
                Text(
                    f"trường “{item.name.vi}” mang mã “reason”, mã này dành cho lý do của bước",
                    f"the field “{item.name.en}” has the code “reason”, kept for reasons of steps",
                ),
                Text(
                    f"đặt mã khác; muốn hỏi lý do thì chọn {_REASON.vi} ở bước",
                    f"choose another code; to ask for a reason choose {_REASON.en} on the step",
                ),
            )
        elif item.code in _FORM_NAMES or "__" in item.code:
            yield _reserved(where, "field", item, Text("biểu mẫu dùng", "forms use"))
    for index, step in enumerate(case_type.transitions):
        if step.code in GLOBAL_ACTS or step.code == "open":
            where = f"transitions[{index}].code"
            user = Text("việc chung dùng", "common acts use")
            yield _reserved(where, "transition", step, user)
    for index, event in enumerate(case_type.events):
        if event.code in BUILT_IN_EVENTS:
            yield error(
                f"events[{index}].code",
                Text(
                    f"sự kiện {called_item(event).vi} đã có sẵn ở mọi loại hồ sơ",
                    f"the event {called_item(event).en} exists in every case type already",
                ),
                Text("dùng sự kiện có sẵn, hoặc đặt mã khác", "use it, or choose another code"),
            )


def _reserved_type(case_type: CaseType) -> Iterator[Problem]:
    if case_type.code in TYPES_OF_THE_HOUSE:
        said = Text(
            f"loại hồ sơ “{case_type.name.vi}” mang mã “{case_type.code}” mà trang quản trị dùng",
            f"the type “{case_type.name.en}” has the code “{case_type.code}” of an admin page",
        )
        yield error("code", said, _RENAME)


def _unaddressable(case_type: CaseType) -> Iterator[Problem]:
    """The number of a case is part of its address: behind a slash another page would be meant."""
    if "/" in case_type.reference:
        yield error(
            "reference",
            Text(
                f"mẫu số hiệu “{case_type.reference}” có dấu gạch chéo nên không mở được hồ sơ",
                f"the reference “{case_type.reference}” has a slash, so no case could be opened",
            ),
            Text("thay dấu / bằng dấu gạch nối -", "write a hyphen in place of the slash"),
        )


def _reserved(where: str, kind: str, item: Any, user: Text) -> Problem:  # Any: a named part
    what = part(kind)
    said = Text(
        f"{what.vi} “{item.name.vi}” mang mã “{item.code}” mà {user.vi}",
        f"{what.en} “{item.name.en}” has the code “{item.code}” that {user.en}",
    )
    return error(where, said, _RENAME)


# --- names on a screen ----------------------------------------------------------------------


def name_collisions(case_type: CaseType, _: Scope) -> Iterator[Problem]:
    """Things of one list that look the same on a screen, in either language."""
    for key in _LISTS:
        items = list(enumerate(getattr(case_type, key)))
        yield from _same_names(key, items)
    for index, item in enumerate(case_type.fields):
        yield from _same_names(f"fields[{index}].options", list(enumerate(item.options)))
        yield from _same_names(f"fields[{index}].fields", list(enumerate(item.fields)))
    for index, state in enumerate(case_type.states):
        yield from _same_names(f"states[{index}].checklist", list(enumerate(state.checklist)))


def _same_names(
    key: str, items: list[tuple[int, Any]]
) -> Iterator[Problem]:  # Any: a part with a code and a name
    for locale in ("vi", "en"):
        first: dict[str, Any] = {}  # Any: as above
        for index, item in items:
            said = _folded(getattr(item.name, locale))
            other = first.setdefault(said, item) if said else item
            if other is not item and other.code != item.code:
                yield _collision(f"{key}[{index}].name", item, other, locale)


def _collision(where: str, item: Any, other: Any, locale: str) -> Problem:  # Any: as above
    language = Text("tiếng Việt", "Vietnamese") if locale == "vi" else Text("tiếng Anh", "English")
    name = getattr(item.name, locale)
    one, two = called_item(item), called_item(other)
    said = Text(
        f"{one.vi} và {two.vi} cùng tên {language.vi} “{name}”",
        f"{one.en} and {two.en} have the same {language.en} name “{name}”",
    )
    cure = Text("đặt hai tên khác nhau", "give them different names")
    return (error if _stands_together(item, other) else warning)(where, said, cure)


def _stands_together(item: Any, other: Any) -> bool:  # Any: as above
    """Whether a person may meet both at once: steps out of different states are met apart."""
    if hasattr(item, "sources"):
        return not set(item.sources).isdisjoint(other.sources)
    return getattr(item, "section", None) == getattr(other, "section", None)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
