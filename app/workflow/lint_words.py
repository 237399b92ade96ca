"""How a finding calls the parts of a case type: by their names on the screen, code in brackets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.workflow.definition import CaseType
from app.workflow.references import LISTS
from app.workflow.shape_words import BUILT_IN_EVENT_NAMES, PART_NAMES
from app.workflow.shapes import attribute_of
from app.workflow.text import Text

Named = Collection[str] | Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Called:
    """The names of everything that a definition may refer to, by kind and code."""

    names: Mapping[str, Mapping[str, Text]]

    def __call__(self, kind: str, code: str) -> Text:
        """Return “Chờ xác minh” (cho_xac_minh); a code without a name stands alone."""
        return with_code(self.names.get(kind, {}).get(code), code)

    def all(self, kind: str, codes: Iterable[str]) -> Text:
        return listed([self(kind, code) for code in codes])

    def trigger(self, trigger: str) -> Text:
        """Return “Giao xác minh” (transition:order)."""
        kind, _, code = trigger.partition(":")
        name = self.names.get(kind, {}).get(code)
        return with_code(name, trigger)


def called(case_type: CaseType, roles: Named, types: Named | None) -> Called:
    names: dict[str, Mapping[str, Text]] = {
        kind: {item.code: item.name for item in getattr(case_type, key)}
        for kind, key in LISTS.items()
    }
    names["event"] = {**BUILT_IN_EVENT_NAMES, **names["event"]}
    names["role"] = roles if isinstance(roles, Mapping) else {}
    known = types if isinstance(types, Mapping) else {}
    names["case_type"] = {**known, case_type.code: case_type.name}
    return Called(names)


def with_code(name: Text | None, code: str) -> Text:
    if name is None or code in (name.vi, name.en):
        return Text(f"“{code}”", f"“{code}”")
    return Text(f"“{name.vi}” ({code})", f"“{name.in_locale('en')}” ({code})")


def called_item(item: Any) -> Text:  # Any: a part with a code and a name
    return with_code(item.name, item.code)


def listed(texts: Iterable[Text]) -> Text:
    said = list(texts)
    return Text(", ".join(one.vi for one in said), ", ".join(one.in_locale("en") for one in said))


def key(shape: str, name: str) -> Text:
    """Return “Loại trạng thái” (kind): what the form calls a key of the file."""
    attribute = attribute_of(shape, name)
    return with_code(attribute.label if attribute else None, name)


def choice(shape: str, name: str, value: str) -> Text:
    """Return “Loại trạng thái: Kết thúc” (kind: terminal)."""
    attribute = attribute_of(shape, name)
    words = dict(attribute.choices).get(value) if attribute else None
    if attribute is None or words is None:
        return Text(f"{name}: {value}", f"{name}: {value}")
    label, said = attribute.label, words
    return Text(
        f"“{label.vi}: {said.vi}” ({name}: {value})",
        f"“{label.in_locale('en')}: {said.in_locale('en')}” ({name}: {value})",
    )


def part(kind: str) -> Text:
    """What a kind of part is called in the middle of a sentence."""
    name = PART_NAMES[kind]
    return Text(name.vi[0].lower() + name.vi[1:], f"the {name.in_locale('en').lower()}")
