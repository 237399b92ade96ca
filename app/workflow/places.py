"""The place of a finding in words, and the part to open for it: "transitions[3].guards[0].when"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.workflow.references import LISTS, Content, Row
from app.workflow.shape_words import BUILT_IN_EVENT_NAMES, PART_NAMES, TRIGGER_WORDS
from app.workflow.shapes import ROWS_OF, SHAPES, Attribute, Kind, attribute_of
from app.workflow.text import Text, quoted

HEAD = "case_type"
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")
_SAID = 80  # characters of a name that a place repeats
_KIND_OF_LIST = {name: kind for kind, name in LISTS.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """A part by kind and code, the control inside its form, and all of it in words."""

    kind: str
    code: str
    control: str
    words: Text


def place_of(content: Content, where: str) -> Place:
    """Find the part that a path of the format is about; the head where it is about no row."""
    steps = [(name, int(index) if index else None) for name, index in _STEP.findall(where)]
    if not steps or steps[0][0] not in _KIND_OF_LIST:
        return _head_place(steps)
    name, index = steps[0]
    kind = _KIND_OF_LIST[name]
    known = _rows(content.get(name))
    if index is None or index >= len(known):
        return Place(kind, "", "", PART_NAMES[kind])
    row, words = known[index], [_row_words(kind, known[index])]
    code, rest = str(row.get("code", "")), steps[1:]
    if rest and rest[0][0] == "fields" and rest[0][1] is not None:
        columns = _rows(row.get("fields"))
        column = columns[rest[0][1]] if rest[0][1] < len(columns) else {}
        kind, code = "column", f"{code}.{column.get('code', '')}"
        words.append(_row_words(kind, column))
        rest = rest[1:]
    control, said = _inside(kind, rest)
    return Place(kind, code, control, _path([*words, *said]))


def _rows(value: object) -> list[Row]:
    """The rows of a list that may not be one: a file is judged before it holds together."""
    rows = value if isinstance(value, list) else []
    return [row if isinstance(row, dict) else {} for row in rows]


def _head_place(steps: Sequence[tuple[str, int | None]]) -> Place:
    key = ".".join(name for name, _ in steps[:2])
    first = steps[0][0] if steps else ""
    attribute = attribute_of(HEAD, key) or attribute_of(HEAD, first) or _first_of_block(first)
    if attribute is None:
        return Place(HEAD, "", "", PART_NAMES[HEAD])
    return Place(HEAD, "", control_of(attribute), _path([PART_NAMES[HEAD], attribute.label]))


def _first_of_block(key: str) -> Attribute | None:
    """What stands first in a block such as `protect`, where the file has something else for it."""
    return next((one for one in SHAPES[HEAD] if one.key.startswith(f"{key}.")), None)


def _inside(shape: str, steps: Sequence[tuple[str, int | None]]) -> tuple[str, list[Text]]:
    """The control and the words of what stands inside a row."""
    if not steps:
        return "", []
    name, index = steps[0]
    attribute = attribute_of(shape, name)
    if attribute is None:
        return "", []
    if attribute.kind is not Kind.ROWS or index is None:
        return control_of(attribute), [attribute.label]
    part = PART_NAMES[ROWS_OF[name]]
    words = Text(f"{part.vi} {index + 1}", f"{part.in_locale('en')} {index + 1}")
    control, said = _inside(ROWS_OF[name], steps[1:])
    return f"{name}-{index}-{control or 'name-vi'}", [words, *said]


def control_of(attribute: Attribute) -> str:
    return f"{attribute.key}-vi" if attribute.kind is Kind.TEXT else attribute.key


def _row_words(kind: str, row: Row) -> Text:
    name = quoted(_short(name_of(row)))
    part = PART_NAMES[kind]
    return Text(f"{part.vi} {name.vi}", f"{part.in_locale('en')} {name.in_locale('en')}")


def _short(name: Text) -> Text:
    return Text(
        *(said if len(said) <= _SAID else f"{said[:_SAID]}…" for said in (name.vi, name.en))
    )


def _path(parts: Sequence[Text]) -> Text:
    return Text(
        " › ".join(part.vi for part in parts), " › ".join(part.in_locale("en") for part in parts)
    )


# --- names ----------------------------------------------------------------------------------


def name_of(row: Row) -> Text:
    """The name of a row as it stands; its code where it has none yet."""
    name = row.get("name")
    said = name if isinstance(name, dict) else {"vi": name}
    return Text(str(said.get("vi") or row.get("code") or "?"), str(said.get("en") or ""))


def names_of(content: Content, kind: str) -> dict[str, Text]:
    return {str(row.get("code")): name_of(row) for row in content.get(LISTS[kind], [])}


def trigger_names(content: Content) -> dict[str, Text]:
    """Everything that can start, stop or pause a clock, in words."""
    found: dict[str, Text] = {}
    for kind, words in TRIGGER_WORDS.items():
        names = names_of(content, kind)
        if kind == "field":
            names = {code: name for code, name in names.items() if _is_day(content, code)}
        if kind == "event":
            names = {**names, **BUILT_IN_EVENT_NAMES}
        found |= {f"{kind}:{code}": _filled(words, name) for code, name in names.items()}
    return found


def _is_day(content: Content, code: str) -> bool:
    types = {row.get("code"): row.get("type") for row in content.get("fields", [])}
    return types[code] in {"date", "datetime"}


def _filled(words: Text, name: Text) -> Text:
    return Text(words.vi.format(name.vi), words.in_locale("en").format(name.in_locale("en")))


def vocabulary(
    content: Content,
    source: str,
    *,
    roles: Mapping[str, Text],
    types: Mapping[str, Text],
) -> dict[str, Text]:
    """What a reference may choose from: codes and their names, in the order of the format."""
    if source in {"role", "case_type"}:
        return dict(roles if source == "role" else types)
    if source == "trigger":
        return trigger_names(content)
    if source == "date_trigger":
        days = trigger_names(content)
        return {code: name for code, name in days.items() if code.startswith("field:")}
    if source == "unit_field":
        units = {row["code"] for row in content.get("fields", []) if row.get("type") == "unit"}
        return {code: name for code, name in names_of(content, "field").items() if code in units}
    return names_of(content, source)
