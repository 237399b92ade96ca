"""Whether conditions and computed values make sense: names, kinds, and whether they can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.workflow.cel_kinds import ANY, BOOL, Kind, kind_of_field, names_in
from app.workflow.cel_syntax import Node, parse
from app.workflow.cel_truth import Ground, Never, never_holds
from app.workflow.cel_types import judge
from app.workflow.definition import CaseType, SetField, Transition
from app.workflow.expressions import (
    CostlyError,
    Expression,
    ExpressionError,
    UnresolvedError,
    build_context,
    compile_expression,
    name_problems,
)
from app.workflow.field_definition import FieldDefinition
from app.workflow.lint_scope import Scope, nearest
from app.workflow.lint_words import Called, called_item, listed, with_code
from app.workflow.machine import expressions_of
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

_NAMES_CURE = Text(
    "dùng data.<trường>, case.state, actor.roles, now và các hàm CEL có sẵn",
    "use data.<field>, case.state, actor.roles, now and the functions of CEL",
)
_SYNTAX_CURE = Text(
    "kiểm tra ngoặc, dấu ngoặc kép và phép tính; ví dụ: has(data.x) && data.x > 3",
    "check brackets, quotes and operators; for example: has(data.x) && data.x > 3",
)
_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_COST_CURE = Text(
    "tách thành nhiều điều kiện, hoặc tính trước ở một trường",
    "split it into several conditions, or compute a part in a field",
)
_VALUE_CURE = Text(
    "sửa phép tính; không chia cho 0, không tính số quá lớn",
    "correct it; nothing is divided by 0, no number is too large",
)
_STATE = Text("trạng thái của hồ sơ (case.state)", "the state of the case (case.state)")


# --- names and kinds ------------------------------------------------------------------------


def expression_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Every expression: its syntax, the names that it uses, the kinds that it compares."""
    names = names_in(case_type, scope.roles, scope.called.names["role"])
    wanted = _wanted_kinds(case_type)
    for where, source in expressions_of(case_type):
        yield from problems_of(where, source, scope.fields, names, wanted.get(where, BOOL))


def problems_of(
    where: str,
    source: str,
    fields: Mapping[str, FieldDefinition],
    names: Mapping[str, Kind],
    wanted: Kind,
) -> Iterator[Problem]:
    """Yield what is wrong with one expression that should give a value of the wanted kind."""
    try:
        expression = compile_expression(source)
    except CostlyError as fault:
        yield error(where, Text(str(fault), "loops or brackets are nested too deep"), _COST_CURE)
        return
    except ExpressionError as fault:
        yield error(where, Text(str(fault), f"“{source}” is not CEL"), _SYNTAX_CURE)
        return
    if not expression.roots and _has_no_value(expression):
        yield error(where, Text(f"“{source}” không tính được", f"“{source}” fails"), _VALUE_CURE)
    for sentence in name_problems(expression, fields):
        said = Text(sentence, _in_english(sentence))
        yield error(where, said, _near_field(sentence, fields) or _NAMES_CURE)
    tree = parse(source)
    if tree is not None:
        for finding in judge(tree, names, wanted=wanted):
            yield (error if finding.is_certain else warning)(where, finding.text, finding.cure)


def _has_no_value(expression: Expression) -> bool:
    """Whether an expression of constants fails on its own: a division by nothing, an overflow."""
    context = build_context({}, case={}, actor={}, now=_ANY_MOMENT)
    try:
        expression.value(context)
    except UnresolvedError:
        return True
    return False


def _in_english(sentence: str) -> str:
    """The sentences about names are few; the name stands between the quotation marks."""
    name = sentence.partition("“")[2].partition("”")[0]
    if sentence.startswith("hàm"):
        return f"the function “{name}” is not used here"
    if not name:
        return "an empty field is not null; use has(data.…)"
    return f"“{name}” is not in the definition"


def _near_field(sentence: str, fields: Mapping[str, FieldDefinition]) -> Text | None:
    """The field that was probably meant by a data.… that is not there."""
    code = sentence.partition("“data.")[2].partition("”")[0]
    near = nearest(code, fields) if code else None
    if near is None:
        return None
    said = with_code(fields[near].name, f"data.{near}")
    return Text(f"có phải {said.vi} không?", f"did you mean {said.en}?")


def _wanted_kinds(case_type: CaseType) -> dict[str, Kind]:
    """What values should give; conditions are not listed."""
    fields = {item.code: item for item in case_type.fields}
    found: dict[str, Kind] = {}
    for index, item in enumerate(case_type.fields):
        if item.compute is not None:
            found[f"fields[{index}].compute"] = kind_of_field(item)
    for index, step in enumerate(case_type.transitions):
        for number, effect in enumerate(step.effects):
            if isinstance(effect, SetField):
                target = fields.get(effect.field)
                where = f"transitions[{index}].effects[{number}].value"
                found[where] = kind_of_field(target) if target is not None else ANY
    return found


# --- conditions that can never hold ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Condition:
    where: str
    source: str
    tree: Node


def truth_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Conditions that no case fulfils; each says what was tried."""
    for index, step in enumerate(case_type.transitions):
        yield from _of_step(f"transitions[{index}]", step, scope)
    ground = Ground(scope.fields, states=tuple(sorted(scope.states)))
    for index, clock in enumerate(case_type.clocks):
        if clock.when is not None:
            yield from _alone(_read(f"clocks[{index}].when", clock.when), ground, scope.called)
    for index, item in enumerate(case_type.fields):
        if item.shown_when is not None:
            found = _read(f"fields[{index}].shown_when", item.shown_when)
            yield from _alone(found, ground, scope.called)


def _of_step(where: str, step: Transition, scope: Scope) -> Iterator[Problem]:
    filled = frozenset(
        code
        for code in step.require
        if code in scope.fields and scope.fields[code].shown_when is None
    )
    ground = Ground(scope.fields, filled, step.sources)
    found = [
        condition
        for number, guard in enumerate(step.guards)
        for condition in _read(f"{where}.guards[{number}].when", guard.when)
    ]
    alone = [
        problem for condition in found for problem in _alone([condition], ground, scope.called)
    ]
    yield from alone
    if alone or len(found) < 2:  # noqa: PLR2004  one condition cannot contradict another
        return
    never = never_holds([(one.source, one.tree) for one in found], ground)
    if never is not None:
        yield error(
            f"{where}.guards",
            Text(
                f"các điều kiện của bước {called_item(step).vi} không thể cùng đúng"
                f"{_tried(never, scope.called).vi}",
                f"the conditions of {called_item(step).en} cannot hold together"
                f"{_tried(never, scope.called).en}",
            ),
            Text("bỏ hoặc sửa một điều kiện", "remove or correct one of them"),
        )


def _read(where: str, source: str) -> list[_Condition]:
    """The condition as a tree; what is no CEL is reported elsewhere."""
    try:
        compile_expression(source)
    except ExpressionError:
        return []
    tree = parse(source)
    return [_Condition(where, source, tree)] if tree is not None else []


def _alone(conditions: Sequence[_Condition], ground: Ground, names: Called) -> Iterator[Problem]:
    for one in conditions:
        never = never_holds([(one.source, one.tree)], ground)
        if never is not None:
            yield error(one.where, *never_sentence(never, names))


def never_sentence(never: Never, names: Called) -> tuple[Text, Text]:
    """What is wrong with a condition that cannot hold, and what to do."""
    said = Text(
        f"điều kiện không bao giờ đúng{_tried(never, names).vi}",
        f"the condition can never hold{_tried(never, names).en}",
    )
    cure = Text(
        "nới điều kiện, hoặc bỏ bước, thời hạn, trường này",
        "loosen the condition, or remove the step, deadline or field",
    )
    return said, cure


def _tried(never: Never, names: Called) -> Text:
    if not never.tried:
        return Text(": luôn sai", ": it is always false")
    said = listed(_fact(fact, names) for fact in never.tried)
    return Text(
        f": đã thử {never.tries} trường hợp của {said.vi}",
        f": {never.tries} cases of {said.en} were tried",
    )


def _fact(fact: str, names: Called) -> Text:
    field = names.names["field"].get(fact)
    return _STATE if fact == "case.state" else with_code(field, fact)


# --- what follows from what -----------------------------------------------------------------


def derivation_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Fields that hang on themselves, and computed ones that tell what not everyone may read."""
    reads = {item.code: _reads_of(item) for item in case_type.fields}
    for index, item in enumerate(case_type.fields):
        where = f"fields[{index}]"
        key = "compute" if item.compute is not None else "shown_when"
        ring = _ring(item.code, reads)
        if ring:
            said = [scope.called("field", code) for code in ring]
            yield error(
                f"{where}.{key}",
                Text(
                    "tính vòng, trường phụ thuộc vào chính nó: "
                    + " → ".join(one.vi for one in said),
                    "a ring, the field hangs on itself: " + " → ".join(one.en for one in said),
                ),
                Text(
                    "bỏ một điều kiện hoặc một phép tính trong vòng",
                    "remove one condition or computation of the ring",
                ),
            )
        if item.compute is not None and not _is_closed(item):
            yield from _telling(where, item, scope)


def _reads_of(item: FieldDefinition) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for source in (item.shown_when, item.compute):
        if source is not None:
            try:
                found |= compile_expression(source).fields or frozenset()
            except ExpressionError:
                continue
    return found


def _ring(start: str, reads: Mapping[str, frozenset[str]]) -> list[str]:
    """The way from a field back to itself, if there is one."""
    waiting = [[start]]
    seen: set[str] = set()
    while waiting:
        way = waiting.pop(0)
        for code in sorted(reads.get(way[-1], frozenset())):
            if code == start:
                return [*way, start]
            if code not in seen:
                seen.add(code)
                waiting.append([*way, code])
    return []


def _is_closed(item: FieldDefinition) -> bool:
    return bool(item.personal or item.read_roles or item.read_states)


def _only_counts(source: str, code: str) -> bool:
    """Whether a field is only counted, or asked whether it is filled: that tells nothing of it."""
    rest = re.sub(rf"\b(?:size|has)\(\s*data\.{code}\s*\)", "", source)
    return re.search(rf"\bdata\.{code}\b", rest) is None


def _telling(where: str, item: FieldDefinition, scope: Scope) -> Iterator[Problem]:
    for code in sorted(_reads_of(item)):
        read = scope.fields.get(code)
        if read is not None and _is_closed(read) and not _only_counts(item.compute or "", code):
            yield warning(
                f"{where}.compute",
                Text(
                    f"{called_item(item).vi} ai cũng xem được, mà tính từ {called_item(read).vi}"
                    " không phải ai cũng xem",
                    f"everyone reads {called_item(item).en}, computed from"
                    f" {called_item(read).en} that not all may read",
                ),
                Text(
                    "đặt cùng “Dữ liệu cá nhân” (personal), “Ai được xem” (read_roles), “Xem ở"
                    " trạng thái” (read_states) cho trường được tính",
                    "give the computed field the same personal, read_roles and read_states",
                ),
            )
