"""Instant help while somebody writes a CEL expression: what is wrong with it, what could follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.workflow.cel_kinds import ANY, BOOL, Kind, kind_of_field, names_in
from app.workflow.cel_syntax import parse
from app.workflow.cel_truth import Ground, never_holds
from app.workflow.definition import CaseType
from app.workflow.expressions import NAMES
from app.workflow.field_definition import FieldDefinition
from app.workflow.lint_expressions import never_sentence, problems_of
from app.workflow.lint_words import called
from app.workflow.problems import Problem, error
from app.workflow.text import Text

CompletionKind = Literal["name", "field", "option", "function"]
_MEMBER = re.compile(r"(?P<root>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.(?P<start>[A-Za-z_]?\w*)$")
_WORD = re.compile(r"(?P<start>[A-Za-z_]?\w*)$")
_COMPARED = re.compile(
    r"(?P<left>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\s*(?:==|!=|in\s*\[(?:[^\]]*,)?)\s*"
    r"(?P<start>[\"']?[^\"'\s]*)$"
)
_MACRO = re.compile(
    r"(?P<target>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\."
    r"(?:all|exists|exists_one|map|filter)\(\s*(?P<name>[A-Za-z_]\w*)\s*,"
)
_WORDS: dict[str, Text] = {
    "data": Text("các trường của hồ sơ", "the fields of the case"),
    "case": Text("hồ sơ: trạng thái, số, ngày mở", "the case: state, number, opening"),
    "actor": Text("người thực hiện: vai trò, đơn vị", "who acts: roles and unit"),
    "now": Text("thời điểm hiện tại", "the present moment"),
    "has(": Text("trường đã có giá trị", "a field is filled"),
    "size(": Text("số phần tử hoặc số ký tự", "how many items or letters"),
    "int(": Text("đổi thành số nguyên", "as a whole number"),
    "double(": Text("đổi thành số thập phân", "as a decimal number"),
    "duration(": Text("khoảng thời gian, ví dụ duration('24h')", "a span: duration('24h')"),
    "timestamp(": Text("thời điểm từ chữ", "a moment from a text"),
    "true": Text("đúng", "true"),
    "false": Text("sai", "false"),
}
_METHODS: dict[str, dict[str, Text]] = {
    "text": {
        "contains(": Text("có chứa chữ", "holds a text"),
        "startsWith(": Text("bắt đầu bằng", "begins with"),
        "endsWith(": Text("kết thúc bằng", "ends with"),
        "matches(": Text("khớp biểu thức chính quy", "fits a regular expression"),
        "size()": Text("số ký tự", "how many letters"),
    },
    "list": {
        "exists(": Text("có dòng thỏa điều kiện", "some item fits: exists(r, …)"),
        "all(": Text("mọi dòng thỏa điều kiện", "every item fits: all(r, …)"),
        "filter(": Text("các dòng thỏa điều kiện", "the items that fit: filter(r, …)"),
        "map(": Text("lấy một giá trị của mỗi dòng", "a value of each item: map(r, …)"),
        "size()": Text("số dòng", "how many items"),
    },
    "moment": {
        "getFullYear()": Text("năm", "the year"),
        "getMonth()": Text("tháng, tính từ 0", "the month, from 0"),
        "getDayOfWeek()": Text("thứ, Chủ nhật là 0", "the day of the week, Sunday is 0"),
        "getHours()": Text("giờ", "the hour"),
    },
}


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal: `text` replaces the source from `start` to the cursor; `label` explains it."""

    text: str
    start: int
    label: Text
    kind: CompletionKind


def check_expression(
    source: str,
    case_type: CaseType,
    *,
    where: str = "",
    gives: FieldDefinition | None = None,
    is_value: bool = False,
) -> list[Problem]:
    """Return what is wrong with an expression in this case type; an empty list is a sound one.

    It is read as a condition, unless it is a value: of the field that it `gives`, or of any kind.
    """
    fields = {item.code: item for item in case_type.fields}
    wanted = kind_of_field(gives) if gives is not None else ANY if is_value else BOOL
    found = list(problems_of(where, source, fields, names_in(case_type), wanted))
    tree = parse(source)
    if found or tree is None or wanted is not BOOL:
        return found
    never = never_holds([(source, tree)], Ground(fields, states=tuple(_states(case_type))))
    return (
        [error(where, *never_sentence(never, called(case_type, (), None)))]
        if never is not None
        else []
    )


def _states(case_type: CaseType) -> list[str]:
    return sorted(state.code for state in case_type.states)


def completions(source: str, cursor: int, case_type: CaseType) -> list[Completion]:
    """Return what could be written at the cursor, best first."""
    before = source[:cursor]
    names = {**names_in(case_type), **_bound(before, case_type)}
    for find, propose in ((_COMPARED, _options), (_MEMBER, _members)):
        match = find.search(before)
        if match is None:
            continue
        kind = _kind_at(match[1], names)
        found = list(propose(kind, match["start"], cursor, case_type))
        if found or find is _MEMBER:
            return found
    match = _WORD.search(before)
    start = match["start"] if match is not None else ""
    words = [*((name, Text(name)) for name in names if name not in NAMES), *_WORDS.items()]
    return list(_fitting(words, start, cursor, "function"))


def _bound(before: str, case_type: CaseType) -> dict[str, Kind]:
    """The variables of the macros that are open before the cursor."""
    names = names_in(case_type)
    found = {}
    for match in _MACRO.finditer(before):
        found[match["name"]] = _kind_at(match["target"], names).element or ANY
    return found


def _kind_at(path: str, names: dict[str, Kind]) -> Kind:
    first, *rest = path.split(".")
    kind = names.get(first, ANY)
    for part in rest:
        kind = (kind.members or {}).get(part, ANY)
    return kind


def _options(kind: Kind, start: str, cursor: int, case_type: CaseType) -> Iterator[Completion]:
    """The texts that a choice can be, in quotation marks."""
    labels = _labels(case_type, kind.source)
    typed = start.lstrip("\"'")
    for code in sorted(kind.options or ()):
        if code.startswith(typed):
            text = f'"{code}"'
            yield Completion(text, cursor - len(start), labels.get(code, Text(code)), "option")


def _labels(case_type: CaseType, source: str) -> dict[str, Text]:
    if source == "case.state":
        return {state.code: state.name for state in case_type.states}
    columns = (column for item in case_type.fields for column in item.fields)
    fields = (item for item in (*case_type.fields, *columns) if item.code == source)
    return {option.code: option.name for item in fields for option in item.options}


def _members(kind: Kind, start: str, cursor: int, case_type: CaseType) -> Iterator[Completion]:
    columns = (column for item in case_type.fields for column in item.fields)
    names = {item.code: item.name for item in (*columns, *case_type.fields)}
    parts = [(code, names.get(code, Text(code))) for code in kind.members or ()]
    yield from _fitting(parts, start, cursor, "field")
    yield from _fitting(_METHODS.get(kind.name, {}).items(), start, cursor, "function")


def _fitting(
    words: Iterable[tuple[str, Text]], start: str, cursor: int, kind: CompletionKind
) -> Iterator[Completion]:
    for text, label in words:
        if text.startswith(start) and text != start:
            said: CompletionKind = "name" if text in NAMES else kind
            yield Completion(text, cursor - len(start), label, said)
