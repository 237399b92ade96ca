"""What the checks of a case type share: the names that are known, a few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.workflow.definition import CaseType
from app.workflow.field_definition import FieldDefinition
from app.workflow.lint_words import Called, Named, called, listed, part
from app.workflow.problems import Problem, error
from app.workflow.text import Text

# Words of a title or a document that are not fields of the case.
TITLE_WORDS = frozenset({"reference", "place_text", "unit", "year"})


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a definition may use; None where they are not known."""

    roles: frozenset[str]
    held: frozenset[str] | None
    types: frozenset[str] | None
    fields: dict[str, FieldDefinition]
    states: frozenset[str]
    documents: frozenset[str]
    called: Called
    settings: frozenset[str] | None = None


Rule = Callable[[CaseType, Scope], Iterator[Problem]]


def scope_of(
    case_type: CaseType,
    roles: Named,
    types: Named | None,
    held: Collection[str] | None,
    settings: Collection[str] | None = None,
) -> Scope:
    return Scope(
        roles=frozenset(roles),
        held=None if held is None else frozenset(held) | {"system"},
        types=None if types is None else frozenset(types) | {case_type.code},
        fields={item.code: item for item in case_type.fields},
        states=frozenset(state.code for state in case_type.states),
        documents=frozenset(document.code for document in case_type.documents),
        called=called(case_type, roles, types),
        settings=None if settings is None else frozenset(settings),
    )


ROLE, FIELD, STATE, CASE_TYPE = "role", "field", "state", "case_type"
DOCUMENT = "document"
_LONGEST_CODE = 64
_ROLE = Text("vai trò", "the role")


def unknown(
    where: str, codes: Iterable[str], known: Collection[str], kind: str, names: Called
) -> Iterator[Problem]:
    """Yield an error for each code that is not known, with the nearest one that is."""
    what = _ROLE if kind == ROLE else part(kind)
    for code in codes:
        if code not in known:
            yield error(
                where,
                Text(
                    f"{what.vi} “{code}” không có",
                    f"{what.en} “{code}” does not exist",
                ),
                _nearest(code, known, kind, names),
            )


def _nearest(code: str, known: Collection[str], kind: str, names: Called) -> Text:
    near = nearest(code, known)
    if near is not None:
        one = names(kind, near)
        return Text(f"có phải {one.vi} không?", f"did you mean {one.en}?")
    if kind == ROLE:
        return Text(
            "chọn một vai trò có trong trang Người dùng",
            "choose a role that the page of users knows",
        )
    what = part(kind)
    bare = what.en.removeprefix("the ")
    return Text(
        f"chọn một {what.vi} đã có, hoặc thêm {what.vi} mang mã này",
        f"choose a {bare} that exists, or add one with this code",
    )


def nearest(code: str, known: Iterable[str]) -> str | None:
    """The code that was probably meant, if one is near enough."""
    if len(code) > _LONGEST_CODE:
        return None
    near = min(known, key=lambda one: (_distance(code, one), one), default=None)
    return near if near and _distance(code, near) <= max(1, len(code) // 3) else None


def _distance(one: str, two: str) -> int:
    """How many letters must change to make one word of the other."""
    row = list(range(len(two) + 1))
    for number, letter in enumerate(one, start=1):
        before, row[0] = row[0], number
        for place, other in enumerate(two, start=1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (letter != other)),
            )
    return row[-1]


def repeated(where: str, codes: Iterable[str]) -> Iterator[Problem]:
    """Yield an error for each code that a list names more than once."""
    for code, count in Counter(codes).items():
        if count > 1:
            yield error(
                where,
                Text(f"mã “{code}” dùng {count} lần", f"the code “{code}” is used {count} times"),
                Text("giữ một, bỏ các mục còn lại", "keep one and drop the others"),
            )


def repeated_parts(where: str, items: Iterable[Any]) -> Iterator[Problem]:  # Any: named parts
    """Yield an error for each code that several parts of a list bear, with their names."""
    by_code: dict[str, list[Text]] = {}
    for item in items:
        by_code.setdefault(item.code, []).append(Text(f"“{item.name.vi}”", f"“{item.name.en}”"))
    for code, names in by_code.items():
        if len(names) > 1:
            said = listed(names)
            yield error(
                where,
                Text(
                    f"{said.vi} dùng chung mã “{code}”",
                    f"{said.en} share the code “{code}”",
                ),
                Text("giữ một, đổi mã của các mục còn lại", "keep one and rename the others"),
            )
