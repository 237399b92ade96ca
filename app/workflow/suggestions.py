"""Instant help while somebody writes a CEL expression: what is wrong with it, what could follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.workflow.expressions import (
    FUNCTIONS,
    NAMES,
    ExpressionError,
    compile_expression,
    name_problems,
)
from app.workflow.problems import Problem, error
from app.workflow.text import Text

if TYPE_CHECKING:
    from app.workflow.definition import CaseType

_WORD = re.compile(r"(?:(data|case|actor)\.)?([A-Za-z_]\w*)?$")


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal: `text` replaces the source from `start` to the cursor; `label` explains it."""

    text: str
    start: int
    label: Text
    kind: Literal["name", "field", "option", "function"]


def check_expression(source: str, case_type: CaseType) -> list[Problem]:
    """Return what is wrong with an expression in this case type; an empty list is a sound one."""
    try:
        expression = compile_expression(source)
    except ExpressionError as fault:
        return [error("", Text(str(fault)))]
    known = {item.code for item in case_type.fields}
    return [error("", Text(sentence)) for sentence in name_problems(expression, known)]


def completions(source: str, cursor: int, case_type: CaseType) -> list[Completion]:
    """Return what could be written at the cursor, best first."""
    match = _WORD.search(source[:cursor])
    if match is None:
        return []
    root, prefix = match.group(1), match.group(2) or ""
    start = cursor - len(prefix)
    found = _members(root, case_type) if root else _words()
    return [
        Completion(text, start, label, kind)
        for text, label, kind in found
        if text.startswith(prefix)
    ]


def _members(
    root: str, case_type: CaseType
) -> list[tuple[str, Text, Literal["name", "field", "option", "function"]]]:
    if root == "data":
        return [(item.code, item.name, "field") for item in case_type.fields]
    return [(name, Text(name), "name") for name in sorted(NAMES[root] or ())]


def _words() -> list[tuple[str, Text, Literal["name", "field", "option", "function"]]]:
    names = [(name, Text(name), "name") for name in NAMES]
    return [*names, *((name, Text(name), "function") for name in sorted(FUNCTIONS))]  # type: ignore[list-item]
