"""Reads a list that somebody pasted: one person or vessel a line, as it stands in a letter."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.cases.children.words import duties
from app.database import fold_text, normalise_text

MOST_LINES = 500
LONGEST_LABEL = 255
_NUMBERING = re.compile(r"^\s*\(?\d{1,3}\s*[.)\-:/]\s*")
_PARTS = re.compile(r"[\t;|]|,(?=\s)")
_AGE = re.compile(r"^(\d{1,3})(?:\s*(?:tuổi|tuoi|t))?$", re.IGNORECASE)
_BIRTH_YEAR = re.compile(r"^(?:sn\s*|năm sinh\s*|nam sinh\s*)?((?:19|20)\d\d)$", re.IGNORECASE)
_OLDEST = 110
# What tells two of one name apart when it is known of both.
_TELLING = ("age", "birth_year", "duty")
UNNAMED = ("khong ro", "khong doc duoc", "chua ro", "khong so", "unreadable", "unknown")
_BETWEEN = re.compile(r"\s*(?:[,;\n&]|\+|\s(?:và|va|and|cùng)\s)\s*", re.IGNORECASE)


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


def fresh_among(
    lines: Sequence[Pasted], known: Iterable[Pasted]
) -> tuple[list[Pasted], list[Pasted]]:
    """Those not on the list yet, and those who stand there or came twice.

    Two men of one crew may differ by a mark of tone or by their age alone, and two vessels may both
    be unreadable: what would be another is entered, and a person strikes it out if it is not.
    """
    seen: dict[str, list[Pasted]] = {}
    for one in known:
        seen.setdefault(fold_text(one.label), []).append(one)
    fresh: list[Pasted] = []
    double: list[Pasted] = []
    for line in lines:
        alike = seen.setdefault(fold_text(line.label), [])
        twin = next((one for one in alike if _is_same(one, line)), None)
        (fresh if twin is None else double).append(line)
        if twin is None and not _is_unnamed(line):
            alike.append(line)
        elif twin is not None and _is_unnamed(line):
            alike.remove(twin)  # the second of two unreadable ones is another vessel
    return fresh, double


def _is_same(one: Pasted, other: Pasted) -> bool:
    """Written alike, or one without its marks, and nothing that is said of both parts them."""
    first, second = _written(one.label), _written(other.label)
    is_written_so = first == second or first.isascii() or second.isascii()
    both = [key for key in _TELLING if key in one.facts and key in other.facts]
    return is_written_so and all(one.facts[key] == other.facts[key] for key in both)


def _is_unnamed(line: Pasted) -> bool:
    """Said to be unreadable or unknown rather than named: such a line is no name to compare."""
    return any(word in fold_text(line.label) for word in UNNAMED)


def _written(label: str) -> str:
    return " ".join(normalise_text(label).casefold().split())


def split_numbers(said: str) -> list[str]:
    """The vessels that one report names together: "KG. 91234 TS và BOY 06" are two."""
    parts = [part.strip(" .") for part in _BETWEEN.split(said)]
    return [part for part in parts if part] or [said]
