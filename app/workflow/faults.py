"""Turns what the schema checker found into sentences that the author of a definition can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.workflow.errors import Fault
from app.workflow.source import Lines

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_SENTENCES = {
    "missing": "thiếu khóa bắt buộc",
    "extra_forbidden": "khóa này không có trong định dạng",
    "unexpected_keyword_argument": "khóa này không có trong định dạng",
    "string_type": "phải là chữ; đặt trong dấu ngoặc kép nếu YAML hiểu thành kiểu khác",
    "string_pattern_mismatch": "không đúng mẫu {pattern}",
    "string_too_short": "không được để trống",
    "string_too_long": "dài quá {max_length} ký tự",
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "phải là true hoặc false",
    "float_type": "phải là số hoặc ngày",
    "tuple_type": "phải là danh sách",
    "too_short": "cần ít nhất {min_length} mục",
    "enum": "phải là một trong: {expected}",
    "literal_error": "phải là một trong: {expected}",
    "union_tag_invalid": "hành động “{tag}” không có; chỉ dùng {expected_tags}",
    "union_tag_not_found": "thiếu khóa do",
    "model_type": "phải là một khối khóa: giá trị",
    "model_attributes_type": "phải là một khối khóa: giá trị",
    "dataclass_type": "phải là một khối vi: …, en: …",
}
MOST = 200  # findings of one file: nobody reads more of them
# Steps that the checker adds for the members of a union; they are not in the YAML.
_ADDED_STEPS = frozenset({"assign_unit", "involve_unit", "set", "open_case", "release"})
_ADDED_LAST_STEPS = frozenset({"str", "float", "bool", "date", "datetime"})


def faults_of(error: ValidationError, text: str | None) -> tuple[Fault, ...]:
    """Return one fault per place, in the order of the checker."""
    faults: dict[str, Fault] = {}
    details = error.errors(include_url=False, include_input=False)[:MOST]
    lines = Lines(text) if text else None
    for detail in details:
        if detail["type"] != "too_short" or not _is_echo(detail, details):
            fault = _fault(detail, lines)
            faults.setdefault(fault.path, fault)
    return tuple(faults.values())


def _is_echo(short: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Tell whether a list counts as too short only because one of its items is wrong."""
    size = len(short["loc"])
    return any(
        len(other["loc"]) > size and other["loc"][:size] == short["loc"] for other in details
    )


def _fault(detail: ErrorDetails, lines: Lines | None) -> Fault:
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        sentence = str(context["error"])
    else:
        sentence = _SENTENCES.get(detail["type"], detail["msg"]).format(**context)
    steps = tuple(step for step in detail["loc"] if step not in _ADDED_STEPS)
    if len(steps) > 1 and steps[-1] in _ADDED_LAST_STEPS:
        steps = steps[:-1]
    line = lines.of(steps) if lines else None
    return Fault(_dotted(steps), sentence.replace(" or ", ", "), line)


def _dotted(steps: tuple[int | str, ...]) -> str:
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path
