"""Where a definition names its own parts, so that a new code is followed and a removal explained.

Everything here works on the JSON form of a definition, which may still be unfinished.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Content = dict[str, Any]  # Any: JSON
Row = dict[str, Any]  # Any: JSON
# The lists of a definition, by the kind of their parts.
LISTS: Mapping[str, str] = {
    "state": "states",
    "transition": "transitions",
    "field": "fields",
    "clock": "clocks",
    "event": "events",
    "milestone": "milestones",
    "document": "documents",
    "section": "sections",
}

TRIGGER, EXPRESSION, TEMPLATE = "trigger", "expression", "template"
# Every place that holds a reference: its path, [] for each entry of a list, and what it names.
SLOTS: tuple[tuple[str, str], ...] = (
    ("outcomes[]", "state"),
    ("open.fields[]", "field"),
    ("title", TEMPLATE),
    ("fields[].section", "section"),
    ("fields[].read_states[]", "state"),
    ("fields[].edit_states[]", "state"),
    ("fields[].shown_when", EXPRESSION),
    ("fields[].compute", EXPRESSION),
    ("fields[].fields[].shown_when", EXPRESSION),
    ("fields[].fields[].compute", EXPRESSION),
    ("transitions[].from[]", "state"),
    ("transitions[].to", "state"),
    ("transitions[].require[]", "field"),
    ("transitions[].ask[]", "field"),
    ("transitions[].generate[]", "document"),
    ("transitions[].guards[].when", EXPRESSION),
    ("transitions[].effects[].unit_field", "field"),
    ("transitions[].effects[].field", "field"),
    ("transitions[].effects[].copy[]", "field"),
    ("transitions[].effects[].value", EXPRESSION),
    ("events[].ask[]", "field"),
    *((f"clocks[].{key}[]", TRIGGER) for key in ("start", "stop", "pause", "resume")),
    ("clocks[].before", TRIGGER),
    ("clocks[].within", "clock"),
    ("clocks[].when", EXPRESSION),
    ("milestones[].at[]", TRIGGER),
    ("milestones[].when", EXPRESSION),
    ("protect.victims", EXPRESSION),
    ("protect.minors", EXPRESSION),
    ("protect.incident[]", "field"),
    ("documents[].template", TEMPLATE),
)
_STRING = re.compile(r"(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')")
_STATE_OF_CASE = re.compile(r"(?<![\w.])case\s*\.\s*state\b")


@dataclass(frozen=True, slots=True)
class Slot:
    """One reference: where it stands, what kind it names, and the container that holds it."""

    where: str
    names: str
    holder: Any  # Any: a list or mapping of the content
    key: int | str

    @property
    def value(self) -> Any:  # Any: JSON
        return self.holder[self.key]

    @property
    def is_entry(self) -> bool:
        return isinstance(self.key, int)


def slots(content: Content) -> Iterator[Slot]:
    """Every reference that stands in the content, in the order of the format."""
    for pattern, names in SLOTS:
        for holder, key, where in _walk(content, pattern.split("."), ""):
            yield Slot(where, names, holder, key)


def _walk(node: Any, steps: list[str], where: str) -> Iterator[tuple[Any, int | str, str]]:
    name, rest = steps[0].removesuffix("[]"), steps[1:]
    if not isinstance(node, dict) or name not in node:
        return
    path = f"{where}.{name}" if where else name
    if not steps[0].endswith("[]"):
        yield from _walk(node[name], rest, path) if rest else iter([(node, name, path)])
        return
    entries = node[name] if isinstance(node[name], list) else []
    for index, entry in enumerate(entries):
        here = f"{path}[{index}]"
        yield from _walk(entry, rest, here) if rest else iter([(entries, index, here)])


def uses(content: Content, kind: str, code: str) -> list[Slot]:
    """The references that name this part."""
    return [slot for slot in slots(content) if renamed(slot, kind, code, "") != slot.value]


def rename(content: Content, kind: str, old: str, new: str) -> None:
    """Let every reference to a part follow its new code; changes the content in place."""
    for slot in slots(content):
        slot.holder[slot.key] = renamed(slot, kind, old, new)


def renamed(slot: Slot, kind: str, old: str, new: str) -> Any:  # Any: JSON
    """What the reference would read if the part had another code."""
    value = slot.value
    if not isinstance(value, str):
        return value
    if slot.names == TRIGGER:
        return f"{kind}:{new}" if value == f"{kind}:{old}" else value
    if slot.names == EXPRESSION:
        return _in_expression(value, kind, old, new)
    if slot.names == TEMPLATE:
        return value.replace(f"{{{old}}}", f"{{{new}}}") if kind == "field" else value
    return new if slot.names == kind and value == old else value


def _in_expression(source: str, kind: str, old: str, new: str) -> str:
    # Text and string literals alternate: `split` with a group keeps the literals at odd places.
    parts = _STRING.split(source)
    if kind == "field":
        member = re.compile(rf"((?<![\w.])data\s*\.\s*){re.escape(old)}\b")
        parts[::2] = [member.sub(lambda found: found[1] + new, part) for part in parts[::2]]
    elif kind == "state" and _STATE_OF_CASE.search("".join(parts[::2])):
        parts[1::2] = [p[0] + new + p[-1] if p[1:-1] == old else p for p in parts[1::2]]
    return "".join(parts)
