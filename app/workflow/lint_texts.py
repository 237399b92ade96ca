"""Whether everything is said in both languages, and the templates name what exists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from app.workflow.definition import CaseType
from app.workflow.field_definition import FieldDefinition
from app.workflow.lint_scope import FIELD, TITLE_WORDS, Scope, unknown
from app.workflow.lint_words import called_item
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NAMED = (
    *("states", "transitions", "clocks", "events", "documents", "sections"),
    "milestones",
)
_BRACES = Text(
    "có dấu { } trống hoặc chưa đóng nên văn bản sẽ in ra nguyên như vậy",
    "a bracket { } is empty or not closed, and would be printed as it stands",
)
_BRACES_CURE = Text(
    "viết {mã trường} cho mỗi chỗ cần điền", "write {field code} wherever something is filled in"
)
_LONGEST_NAME = 200  # characters: a name stands on buttons and in lists
_DOCUMENT_WORDS = TITLE_WORDS | {"title", "today"}


def translation_problems(case_type: CaseType, _: Scope) -> Iterator[Problem]:
    for where, text in _texts(case_type):
        longest = max(len(text.vi), len(text.en))
        if where.endswith("name") and longest > _LONGEST_NAME:
            yield error(
                where,
                Text(
                    f"tên dài {longest} ký tự, nhiều nhất là {_LONGEST_NAME}",
                    f"the name has {longest} characters, {_LONGEST_NAME} at most",
                ),
                Text(
                    "rút gọn tên, phần còn lại viết ở “Hướng dẫn” (help)",
                    "shorten it, and write the rest in “Help” (help)",
                ),
            )
        if not text.en:
            yield error(
                where,
                Text(f"“{text.vi}” chưa có tiếng Anh", f"“{text.vi}” has no English text"),
                Text("điền ô tiếng Anh (en)", "fill in the English text (en)"),
            )


def _texts(case_type: CaseType) -> Iterator[tuple[str, Text]]:
    yield from _of_part("", case_type)
    if case_type.area is not None:
        yield "area", case_type.area
    for key in _NAMED:
        for index, item in enumerate(getattr(case_type, key)):
            yield from _of_part(f"{key}[{index}].", item)
    for index, item in enumerate(case_type.fields):
        yield from _of_field(f"fields[{index}].", item)
    yield from _of_lists("states", "checklist", case_type.states)
    yield from _of_lists("clocks", "pause_reasons", case_type.clocks)
    for index, step in enumerate(case_type.transitions):
        for number, guard in enumerate(step.guards):
            yield f"transitions[{index}].guards[{number}].message", guard.message


def _of_lists(
    key: str, inner: str, items: Iterable[Any]
) -> Iterator[tuple[str, Text]]:  # Any: parts that hold a list of named things
    for index, item in enumerate(items):
        for number, one in enumerate(getattr(item, inner)):
            yield f"{key}[{index}].{inner}[{number}].name", one.name


def _of_part(where: str, item: Any) -> Iterator[tuple[str, Text]]:  # Any: a part with a name
    yield f"{where}name", item.name
    if getattr(item, "help", None) is not None:
        yield f"{where}help", item.help


def _of_field(where: str, item: FieldDefinition) -> Iterator[tuple[str, Text]]:
    yield from _of_part(where, item)
    for number, option in enumerate(item.options):
        yield f"{where}options[{number}].name", option.name
    for number, column in enumerate(item.fields):
        yield from _of_field(f"{where}fields[{number}].", column)


def template_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """The title and the templates of documents name fields that exist, and that may stand there."""
    title = _PLACEHOLDER.findall(case_type.title or "")
    yield from unknown("title", title, scope.fields.keys() | TITLE_WORDS, FIELD, scope.called)
    if case_type.title is None and "title" not in scope.fields:
        yield error(
            "title",
            Text(
                "chưa có mẫu tên hồ sơ, cũng không có trường nào mang mã title",
                "there is no template of the title, and no field with the code title",
            ),
            Text(
                'điền “Mẫu tên hồ sơ” (title) bằng chữ và {mã trường}, ví dụ "{project_name}"',
                'fill in “Title” (title) with words and {field code}, such as "{project_name}"',
            ),
        )
    for code in title:
        item = scope.fields.get(code)
        if item is not None and (item.personal or item.read_roles or item.read_states):
            yield warning(
                "title",
                Text(
                    f"trường {called_item(item).vi} không phải ai cũng được xem"
                    " nên không hiện trong tên hồ sơ",
                    f"not everyone may read the field {called_item(item).en},"
                    " so the title leaves it out",
                ),
                Text(
                    f"bỏ {{{code}}} khỏi “Mẫu tên hồ sơ” (title)",
                    f"take {{{code}}} out of “Title” (title)",
                ),
            )
    for index, document in enumerate(case_type.documents):
        named = _PLACEHOLDER.findall(document.template or "")
        where = f"documents[{index}].template"
        rest = _PLACEHOLDER.sub("", document.template or "")
        if "{" in rest or "}" in rest or any(not code.strip() for code in named):
            yield error(where, _BRACES, _BRACES_CURE)
        named = [code for code in named if code.strip()]
        known = scope.fields.keys() | _DOCUMENT_WORDS
        yield from unknown(where, named, known, FIELD, scope.called)
