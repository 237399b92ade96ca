"""Turns what the schema checker found into sentences that the author of a definition can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.workflow.errors import Fault
from app.workflow.places import place_of
from app.workflow.source import Lines

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_SENTENCES = {
    "missing": "thiếu khóa bắt buộc",
    "string_type": "phải là chữ; đặt trong dấu ngoặc kép nếu YAML hiểu thành kiểu khác",
    "string_pattern_mismatch": "viết không đúng mẫu {pattern}",
    "string_too_short": "không được để trống",
    "string_too_long": "dài quá {max_length} ký tự",
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "phải là true hoặc false",
    **dict.fromkeys(
        ("float_type", "float_parsing", "finite_number", "date_type", "datetime_type"),
        "phải là số hoặc ngày (năm-tháng-ngày)",
    ),
    **dict.fromkeys(
        ("date_parsing", "date_from_datetime_parsing", "datetime_parsing"),
        "phải là số hoặc ngày (năm-tháng-ngày)",
    ),
    "tuple_type": "phải là danh sách",
    "too_short": "cần ít nhất {min_length} mục",
    "too_long": "có quá {max_length} mục; gộp bớt hoặc tách thành hai loại hồ sơ",
    "enum": "phải là một trong: {expected}",
    "literal_error": "phải là một trong: {expected}",
    "list_type": "phải là danh sách",
    "dict_type": "phải là một khối khóa: giá trị",
    "union_tag_invalid": "việc tự làm “{tag}” không có; khóa do chỉ dùng {expected_tags}",
    "union_tag_not_found": "thiếu khóa do (việc tự làm)",
    "model_type": "phải là một khối khóa: giá trị",
    "model_attributes_type": "phải là một khối khóa: giá trị",
    "dataclass_type": "phải là một khối vi: …, en: …",
    "invalid_key": "khóa phải là chữ và có trong định dạng; bỏ đi hoặc đặt trong dấu ngoặc kép",
}
# What a pattern asks for, by how it begins.
_CODE = "mã chỉ gồm chữ thường không dấu, chữ số và gạch dưới, bắt đầu bằng chữ; ví dụ cho_xac_minh"
_TRIGGER = (
    "viết loại:mã, với loại là state, transition, event, field hoặc document;"
    " ví dụ transition:submit"
)
_REFERENCE = (
    "mẫu số hiệu chỉ gồm chữ in hoa, chữ số, dấu . -, {{year}}, {{unit}}, và đúng một"
    " {{seq:05d}} cho số thứ tự; ví dụ TT-{{year}}-{{seq:05d}}"
)
_PATTERNS = (
    ("^[a-z]", _CODE),
    ("^(state|", _TRIGGER),
    ("^field:", "viết field:mã của một trường ngày; ví dụ field:arrive_on"),
    ("^#", "màu viết là # và sáu chữ số thập lục phân; ví dụ #D55E00"),
    ("^([A-ZĐ", _REFERENCE),
)
_NO_DEFINITION = (
    "tệp phải là một khối khóa: giá trị (code, name, states…);"
    " tệp này trống, là một danh sách hoặc chỉ là chữ"
)
MOST = 200  # findings of one file: nobody reads more of them
# Steps that the checker adds for the members of a union; they are not in the YAML.
_ADDED_STEPS = frozenset({"assign_unit", "involve_unit", "set", "open_case", "release"})
_ADDED_LAST_STEPS = frozenset({"str", "float", "bool", "date", "datetime"})


def faults_of(
    error: ValidationError, text: str | None, content: object = None
) -> tuple[Fault, ...]:
    """Return one fault per place, in the order of the checker; `content` names the places."""
    faults: dict[str, Fault] = {}
    details = error.errors(include_url=False, include_input=False)[:MOST]
    lines = Lines(text) if text else None
    for detail in details:
        if detail["type"] != "too_short" or not _is_echo(detail, details):
            fault = _fault(detail, lines, content)
            faults.setdefault(fault.path, fault)
    return tuple(faults.values())


def _is_echo(short: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Tell whether a list counts as too short only because one of its items is wrong."""
    size = len(short["loc"])
    return any(
        len(other["loc"]) > size and other["loc"][:size] == short["loc"] for other in details
    )


def _fault(detail: ErrorDetails, lines: Lines | None, content: object) -> Fault:
    steps = tuple(step for step in detail["loc"] if step not in _ADDED_STEPS)
    if len(steps) > 1 and steps[-1] in _ADDED_LAST_STEPS:
        steps = steps[:-1]
    line = lines.of(steps) if lines else None
    path = _dotted(steps)
    words = place_of(content, path).words.vi if isinstance(content, dict) and path else ""
    return Fault(path, _sentence(detail), line, words)


def _sentence(detail: ErrorDetails) -> str:
    context, kind = detail.get("ctx", {}), detail["type"]
    if kind == "value_error":
        return str(context["error"])
    if not detail["loc"]:
        return _NO_DEFINITION
    if kind == "missing":
        return f"thiếu khóa bắt buộc “{detail['loc'][-1]}”"
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"khóa “{detail['loc'][-1]}” không có trong định dạng; bỏ đi hoặc sửa chính tả"
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        known = (said for start, said in _PATTERNS if pattern.startswith(start))
        return next(known, _SENTENCES[kind]).format(**context)
    sentence = _SENTENCES.get(kind, "giá trị không dùng được ở đây").format(**context)
    return sentence.replace(" or ", ", ").replace("'", "")


def _dotted(steps: tuple[int | str, ...]) -> str:
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path
