"""The columns that an import understands, by name and by how offices head them: read from data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.database import fold_text

_FILE = Path(__file__).parent / "data" / "columns.yaml"
_NOT_WORDS = re.compile(r"[^0-9a-zφλ]+")
_LONG_ENOUGH = 3  # shorter synonyms (x, y, h) must be the whole header


class Target(StrEnum):
    """What a file is brought in as."""

    MARKERS = "markers"
    MEASUREMENTS = "measurements"
    INCIDENTS = "incidents"
    PERSONS = "persons"
    VESSELS = "vessels"
    VMS = "vms"
    VMS_POSITIONS = "vms_positions"

    @property
    def is_of_markers(self) -> bool:
        """Whether what it did to the register is kept row by row and can be taken back."""
        return self in {Target.MARKERS, Target.MEASUREMENTS}


@dataclass(frozen=True, slots=True)
class Field:
    """One column that can be filled."""

    code: str
    vi: str
    en: str
    synonyms: tuple[str, ...]

    def in_locale(self, locale: str) -> str:
        return self.en if locale.startswith("en") else self.vi


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns of one target; a row without its `key` is no record.

    `by_row`: what is wrong with one row refuses that row alone, not the file. `spread` are the
    columns in which a cell merged downwards speaks for each row beside it.
    """

    target: Target
    key: str
    needed: tuple[str, ...]
    fields: tuple[Field, ...]
    by_row: bool = False
    spread: frozenset[str] = frozenset()

    def field(self, code: str) -> Field:
        return next(field for field in self.fields if field.code == code)


def plain(text: str) -> str:
    """A header or a word as it is compared: no diacritics, case or punctuation."""
    return _NOT_WORDS.sub(" ", fold_text(text)).strip()


@cache
def _content() -> Mapping[str, Any]:  # Any: YAML, shaped below
    content: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content


@cache
def plan_of(target: Target) -> Plan:
    content = _content()
    said = content["targets"][target.value]
    fields = tuple(_field(code, content["fields"][code]) for code in said["fields"])
    return Plan(
        target,
        said["key"],
        tuple(said["needed"]),
        fields,
        by_row=said.get("by_row", False),
        spread=frozenset(said.get("spread", ())),
    )


def _field(code: str, said: Mapping[str, Any]) -> Field:  # Any: YAML
    names = said["name"]
    synonyms = dict.fromkeys(
        plain(word) for word in (*said["synonyms"], code, names["vi"], names["en"])
    )
    return Field(code, names["vi"], names["en"], tuple(word for word in synonyms if word))


def column_title(code: str) -> str:
    """How a sentence names the column of a field."""
    said = _content()["fields"].get(code)
    return str(said["name"]["vi"]) if said else code


@cache
def other_words(name: str) -> Mapping[str, str]:
    """What offices write for the codes of a list, as compared, to the code."""
    return {
        plain(word): str(code)
        for code, words in _content()["words"][name].items()
        for word in words
    }


def fitting(plan: Plan, header: str) -> tuple[str, int] | None:
    """The field that a header names, and how well it does: a whole header counts double."""
    asked = plain(header)
    if not asked:
        return None
    found = [
        (field.code, len(word) * (2 if word == asked else 1))
        for field in plan.fields
        for word in field.synonyms
        if word == asked or (len(word) >= _LONG_ENOUGH and asked.startswith(f"{word} "))
    ]
    return max(found, key=lambda pair: pair[1], default=None)


def assigned(plan: Plan, headers: Sequence[Sequence[str]]) -> dict[str, int]:
    """Which column fills which field: each column at most one field and the other way round.

    `headers` holds for each column the ways to read its header, the most telling first.
    """
    offers = []
    for column, readings in enumerate(headers):
        for rank, header in enumerate(readings):
            fit = fitting(plan, header)
            if fit is not None:
                offers.append((-rank, fit[1], -column, fit[0]))
                break
    chosen: dict[str, int] = {}
    for _rank, _strength, negative, code in sorted(offers, reverse=True):
        chosen.setdefault(code, -negative)
    return chosen
