"""Reads a list that somebody pasted: one person or vessel a line, as it stands in a letter."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.cases.children.words import duties
from app.database import fold_text

MOST_LINES = 500
LONGEST_LABEL = 255
_NUMBERING = re.compile(r"^\s*\(?\d{1,3}\s*[.)\-:/]\s*")
_PARTS = re.compile(r"[\t;|]|,(?=\s)")
_AGE = re.compile(r"^(\d{1,3})(?:\s*(?:tuổi|tuoi|t))?$", re.IGNORECASE)
_BIRTH_YEAR = re.compile(r"^(?:sn\s*|năm sinh\s*|nam sinh\s*)?((?:19|20)\d\d)$", re.IGNORECASE)
_OLDEST = 110


@dataclass(frozen=True, slots=True)
class Pasted:
    """One line: what is claimed, and what was said beside it."""

    label: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


def read_lines(text: str) -> list[Pasted]:
    """The lines that name something; numbering in front and empty lines are left out."""
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in _PARTS.split(_NUMBERING.sub("", line, count=1))]
        parts = [part for part in parts if part]
        if parts and parts[0].isdecimal() and len(parts) > 1:
            parts = parts[1:]  # a column of numbers in front
        if parts:
            label = " ".join(parts[0].split())[:LONGEST_LABEL]
            found.append(Pasted(label, _facts_of(parts[1:])))
    return found


def _facts_of(parts: Iterable[str]) -> dict[str, str | int]:
    facts: dict[str, str | int] = {}
    rest: list[str] = []
    for part in parts:
        if "duty" not in facts and (duty := duty_of(part)):
            facts["duty"] = duty
        elif "age" not in facts and (age := _AGE.match(part)) and int(age[1]) <= _OLDEST:
            facts["age"] = int(age[1])
        elif "birth_year" not in facts and (year := _BIRTH_YEAR.match(part)):
            facts["birth_year"] = int(year[1])
        else:
            rest.append(part)
    if rest:
        facts["note"] = "; ".join(rest)[:LONGEST_LABEL]
    return facts


def duty_of(said: str) -> str:
    """The duty that a word names, in either language or by its code; empty if none."""
    folded = fold_text(said)
    for code, name in duties().items():
        if folded in {code, fold_text(name.vi), fold_text(name.en)}:
            return code
    return ""


def fresh_among(lines: Sequence[Pasted], known: Iterable[str]) -> tuple[list[Pasted], list[Pasted]]:
    """Those not on the list yet, and those whose name stands there or came twice."""
    seen = {fold_text(label) for label in known}
    fresh: list[Pasted] = []
    double: list[Pasted] = []
    for line in lines:
        folded = fold_text(line.label)
        (double if folded in seen else fresh).append(line)
        seen.add(folded)
    return fresh, double
