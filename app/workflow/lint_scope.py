"""What the checks of a case type share: the names that are known, a few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from app.workflow.definition import CaseType
from app.workflow.field_definition import FieldDefinition
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


Rule = Callable[[CaseType, Scope], Iterator[Problem]]


def scope_of(
    case_type: CaseType,
    roles: Collection[str],
    types: Collection[str] | None,
    held: Collection[str] | None,
) -> Scope:
    return Scope(
        roles=frozenset(roles),
        held=None if held is None else frozenset(held) | {"system"},
        types=None if types is None else frozenset(types) | {case_type.code},
        fields={item.code: item for item in case_type.fields},
        states=frozenset(state.code for state in case_type.states),
        documents=frozenset(document.code for document in case_type.documents),
    )


ROLE = Text("vai trò", "the role")
FIELD = Text("trường", "the field")
STATE = Text("trạng thái", "the state")
DOCUMENT = Text("loại văn bản", "the document")
CASE_TYPE = Text("loại hồ sơ", "the case type")


def unknown(
    where: str, codes: Iterable[str], known: Collection[str], what: Text
) -> Iterator[Problem]:
    """Yield an error for each code that is not known, with the nearest one that is."""
    for code in codes:
        if code not in known:
            yield error(
                where,
                Text(
                    f"{what.vi} “{code}” không có",
                    f"{what.en} “{code}” does not exist",
                ),
                _nearest(code, known),
            )


def _nearest(code: str, known: Collection[str]) -> Text:
    near = sorted(known, key=lambda one: (_distance(code, one), one))[:1]
    if near and _distance(code, near[0]) <= max(1, len(code) // 3):
        return Text(f"có phải “{near[0]}” không?", f"did you mean “{near[0]}”?")
    return Text(
        "sửa mã, hoặc thêm mục có mã này", "correct the code, or add an entry with this code"
    )


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
    for code, count in Counter(codes).items():
        if count > 1:
            yield error(
                where,
                Text(f"mã “{code}” dùng {count} lần", f"the code “{code}” is used {count} times"),
                Text("giữ một, đổi mã của các mục còn lại", "keep one and rename the others"),
            )
