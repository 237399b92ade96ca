"""Whether what a field says of itself fits together: limits, defaults, rows, rights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.workflow.definition import CaseType
from app.workflow.field_definition import FieldDefinition, FieldType
from app.workflow.lint_scope import Scope
from app.workflow.lint_words import called_item, listed, with_code
from app.workflow.lint_words import key as called_key
from app.workflow.patterns import is_pattern
from app.workflow.problems import Problem, error, warning
from app.workflow.shape_words import FIELD_TYPES
from app.workflow.text import Text

_COMPUTABLE = frozenset(
    {FieldType.TEXT, FieldType.LONGTEXT, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME}
    | {FieldType.CHOICE, FieldType.BOOLEAN}
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_TYPES = dict(FIELD_TYPES)


def _type(code: str) -> Text:
    return with_code(_TYPES.get(code), code)


_COMPUTABLE_TYPES = listed(_type(code) for code in sorted(_COMPUTABLE))


def value_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Sections, defaults, patterns and limits."""
    sections = {section.code for section in case_type.sections}
    for index, item in enumerate(case_type.fields):
        where = f"fields[{index}]"
        if sections and item.section is not None and item.section not in sections:
            known = scope.called.all("section", sorted(sections))
            yield error(
                f"{where}.section",
                Text(
                    f"mục “{item.section}” không có trong danh sách mục (sections)",
                    f"the section “{item.section}” is not listed in sections",
                ),
                Text(f"dùng một trong: {known.vi}", f"use one of: {known.en}"),
            )
        yield from _value(where, item)
        for number, column in enumerate(item.fields):
            yield from _value(f"{where}.fields[{number}]", column)


def _value(where: str, item: FieldDefinition) -> Iterator[Problem]:
    options = {option.code for option in item.options}
    field = called_item(item)
    if item.type is FieldType.CHOICE and item.default not in {None, *options}:
        yield error(
            f"{where}.default",
            Text(
                f"giá trị ban đầu “{item.default}” không có trong các lựa chọn của {field.vi}",
                f"the default “{item.default}” is not an option of {field.en}",
            ),
            Text(
                f"dùng một trong: {listed(map(called_item, item.options)).vi}",
                f"use one of: {listed(map(called_item, item.options)).en}",
            ),
        )
    if not _is_default(item):
        yield error(
            f"{where}.default",
            Text(
                f"giá trị ban đầu “{item.default}” không hợp với kiểu của {field.vi}",
                f"the default “{item.default}” is no value of the type of {field.en}",
            ),
            Text(
                f"sửa hoặc bỏ “Giá trị ban đầu” (default); kiểu là {_type(item.type).vi}",
                f"correct or drop “Default” (default); the type is {_type(item.type).en}",
            ),
        )
    if item.pattern is not None and not is_pattern(item.pattern):
        yield error(
            f"{where}.pattern",
            Text(
                f"mẫu chữ của {field.vi} không phải biểu thức chính quy hợp lệ",
                f"the pattern of {field.en} is not a regular expression",
            ),
            Text(
                "kiểm tra ngoặc và dấu gạch chéo; không dùng được (?=…), (?!…) và \\1",
                "check brackets and backslashes; (?=…), (?!…) and \\1 cannot be used",
            ),
        )
    if _is_upside_down(item):
        yield error(
            f"{where}.min",
            Text(
                f"{field.vi}: “Nhỏ nhất” (min) lớn hơn “Lớn nhất” (max), không giá trị nào hợp lệ",
                f"{field.en}: “Smallest” (min) is above “Largest” (max), no value fits",
            ),
            Text("đổi chỗ hoặc sửa hai giới hạn", "swap or correct the two limits"),
        )


def _is_default(item: FieldDefinition) -> bool:
    """Whether a default is a value of the type; the options of a choice are looked at elsewhere."""
    is_flag = isinstance(item.default, bool)
    if item.default is None or item.type is FieldType.CHOICE:
        return True
    if item.type in {FieldType.NUMBER, FieldType.MONEY}:
        return not is_flag and _NUMBER.fullmatch(str(item.default)) is not None
    if item.type is FieldType.BOOLEAN:
        return is_flag
    return item.type in {FieldType.TEXT, FieldType.LONGTEXT} and not is_flag


def _is_upside_down(item: FieldDefinition) -> bool:
    low, high = item.min, item.max
    if isinstance(low, int | float) and isinstance(high, int | float):
        return low > high
    return low is not None and high is not None and str(low) > str(high)


# --- groups, computed values ----------------------------------------------------------------


def field_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Groups and computed fields."""
    for index, item in enumerate(case_type.fields):
        where = f"fields[{index}]"
        if item.type is FieldType.GROUP:
            yield from _group(where, item)
        if item.compute is not None and item.type not in _COMPUTABLE:
            yield error(
                f"{where}.compute",
                Text(
                    f"trường {called_item(item).vi} kiểu {_type(item.type).vi} không tính được",
                    f"the field {called_item(item).en} of the type {_type(item.type).en}"
                    " cannot be computed",
                ),
                Text(
                    f"đổi sang kiểu {_COMPUTABLE_TYPES.vi}",
                    f"choose the type {_COMPUTABLE_TYPES.en}",
                ),
            )
    del scope


def _group(where: str, item: FieldDefinition) -> Iterator[Problem]:
    for key in ("min", "max"):
        bound = getattr(item, key)
        is_count = isinstance(bound, int | float) and bound >= 0 and float(bound).is_integer()
        if bound is not None and not is_count:
            yield error(
                f"{where}.{key}",
                Text(
                    f"giới hạn số dòng của {called_item(item).vi} phải là số nguyên từ 0",
                    f"a limit of rows of {called_item(item).en} is a whole number from 0",
                ),
                Text(f"ví dụ {key}: 1", f"for example {key}: 1"),
            )
    for number, column in enumerate(item.fields):
        for key in ("shown_when", "compute", "edit_roles", "edit_states", "default", "section"):
            if getattr(column, key):
                yield error(
                    f"{where}.fields[{number}].{key}",
                    Text(
                        f"cột {called_item(column).vi} của bảng {called_item(item).vi}"
                        f" không dùng {called_key('field', key).vi}",
                        f"the column {called_item(column).en} of the table {called_item(item).en}"
                        f" has no {called_key('field', key).en}",
                    ),
                    Text(
                        "bỏ khỏi cột, hoặc đặt ở trường bảng (group)",
                        "take it off the column, or put it on the table (group)",
                    ),
                )


# --- rights ---------------------------------------------------------------------------------


def right_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Who edits what they cannot read, and computed fields that tell what others may not read."""
    for index, item in enumerate(case_type.fields):
        where = f"fields[{index}]"
        blind = set(item.edit_roles) - set(item.read_roles)
        if item.read_roles and item.edit_roles and blind:
            said = scope.called.all("role", sorted(blind))
            read = called_key("field", "read_roles")
            yield warning(
                f"{where}.edit_roles",
                Text(
                    f"vai trò {said.vi} sửa được mà không xem được {called_item(item).vi}",
                    f"the role {said.en} may change {called_item(item).en} without reading it",
                ),
                Text(f"thêm vai trò vào {read.vi}", f"add the role to {read.en}"),
            )
        if item.compute is not None and (item.edit_roles or item.edit_states):
            yield warning(
                f"{where}.edit_roles",
                Text(
                    f"{called_item(item).vi} do hệ thống tính nên không ai sửa",
                    f"{called_item(item).en} is computed, so nobody edits it",
                ),
                Text(
                    "bỏ “Ai được sửa” (edit_roles) và “Sửa ở trạng thái” (edit_states)",
                    "drop “Who may change it” (edit_roles) and “Changed in states” (edit_states)",
                ),
            )
