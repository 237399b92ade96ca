"""Whether what a field says of itself fits together: limits, defaults, rows, rights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.workflow.definition import CaseType
from app.workflow.field_definition import FieldDefinition, FieldType
from app.workflow.lint_scope import Scope
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

_COMPUTABLE = frozenset(
    {FieldType.TEXT, FieldType.LONGTEXT, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME}
    | {FieldType.CHOICE, FieldType.BOOLEAN}
)


def value_problems(case_type: CaseType, _: Scope) -> Iterator[Problem]:
    """Sections, defaults, patterns and limits."""
    sections = {section.code for section in case_type.sections}
    for index, item in enumerate(case_type.fields):
        where = f"fields[{index}]"
        if sections and item.section is not None and item.section not in sections:
            yield error(
                f"{where}.section",
                Text(
                    f"mục “{item.section}” không có trong sections",
                    f"the section “{item.section}” is not listed in sections",
                ),
                Text(f"dùng một trong: {', '.join(sorted(sections))}", "use one that is listed"),
            )
        yield from _value(where, item)
        for number, column in enumerate(item.fields):
            yield from _value(f"{where}.fields[{number}]", column)


def _value(where: str, item: FieldDefinition) -> Iterator[Problem]:
    options = {option.code for option in item.options}
    if item.type is FieldType.CHOICE and item.default not in {None, *options}:
        yield error(
            f"{where}.default",
            Text(f"“{item.default}” không có trong options", f"“{item.default}” is not an option"),
            Text(f"dùng một trong: {', '.join(sorted(options))}", "use one of the options"),
        )
    if item.pattern is not None and not _is_pattern(item.pattern):
        yield error(
            f"{where}.pattern",
            Text("không phải biểu thức chính quy hợp lệ", "is not a regular expression"),
            Text("kiểm tra ngoặc và dấu gạch chéo", "check brackets and backslashes"),
        )
    if _is_upside_down(item):
        yield error(
            f"{where}.min",
            Text("min lớn hơn max: không giá trị nào hợp lệ", "min is above max: no value fits"),
            Text("đổi chỗ hoặc sửa min, max", "swap or correct min and max"),
        )


def _is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


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
                    f"trường kiểu {item.type} không tính được",
                    f"a field of the type {item.type} cannot be computed",
                ),
                Text(
                    "dùng text, number, date, datetime, choice hoặc boolean",
                    "use text, number, date, datetime, choice or boolean",
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
                Text("giới hạn số dòng phải là số nguyên", "a limit of rows is a whole number"),
                Text(f"ghi {key}: 1", f"write {key}: 1"),
            )
    for number, column in enumerate(item.fields):
        for key in ("shown_when", "compute", "edit_roles", "edit_states", "default", "section"):
            if getattr(column, key):
                yield error(
                    f"{where}.fields[{number}].{key}",
                    Text(f"cột của group không dùng {key}", f"a column of a group has no {key}"),
                    Text(
                        f"bỏ {key}, hoặc đặt ở trường group",
                        f"drop {key}, or put it on the group",
                    ),
                )


# --- rights ---------------------------------------------------------------------------------


def right_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Who edits what they cannot read, and computed fields that tell what others may not read."""
    for index, item in enumerate(case_type.fields):
        where = f"fields[{index}]"
        blind = set(item.edit_roles) - set(item.read_roles)
        if item.read_roles and item.edit_roles and blind:
            listed = ", ".join(sorted(blind))
            yield warning(
                f"{where}.edit_roles",
                Text(
                    f"vai trò {listed} sửa được mà không xem được “{item.code}”",
                    f"the role {listed} may change “{item.code}” without reading it",
                ),
                Text("thêm vai trò vào read_roles", "add the role to read_roles"),
            )
        if item.compute is not None and (item.edit_roles or item.edit_states):
            yield warning(
                f"{where}.edit_roles",
                Text(
                    f"“{item.code}” do hệ thống tính nên không ai sửa",
                    f"“{item.code}” is computed, so nobody edits it",
                ),
                Text("bỏ edit_roles, edit_states", "drop edit_roles and edit_states"),
            )
    del scope
