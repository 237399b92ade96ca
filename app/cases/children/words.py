"""The statuses, duties and kinds of subject of a child, in both languages, read from data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.workflow.text import Text
from app.workflow.tracks import Track

_FILE = Path(__file__).parents[1] / "data" / "children.yaml"
# How a child starts, and what the list calls the thing that is entered.
FIRST: Mapping[Track, str] = {
    Track.PERSONS: "claimed",
    Track.VESSELS: "claimed",
    Track.SANCTIONS: "planned",
}


@dataclass(frozen=True, slots=True)
class Status:
    """One status: its name, how its pill is drawn, whether the child has ended with it."""

    code: str
    name: Text
    tone: str = ""
    ends: bool = False
    claims: bool = True  # whether one in this status still counts as of the incident
    outcome: str = ""  # what the register of persons calls it


@cache
def _read() -> Mapping[str, Any]:  # Any: YAML, shaped below
    read: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return read


@cache
def statuses(track: Track) -> Mapping[str, Status]:
    """The statuses of a track in the order in which they are offered."""
    return {
        code: Status(
            code,
            Text(said["vi"], said["en"]),
            said["tone"],
            ends=said.get("ends", False),
            claims=said.get("claims", True),
            outcome=said.get("outcome", ""),
        )
        for code, said in _read()["statuses"][track].items()
    }


@cache
def duties() -> Mapping[str, Text]:
    """What somebody does on board."""
    return {code: Text(said["vi"], said["en"]) for code, said in _read()["duties"].items()}


@cache
def subjects() -> Mapping[str, Text]:
    """Whom a sanction is about: an individual or an organisation, which pays more."""
    return {code: Text(said["vi"], said["en"]) for code, said in _read()["subjects"].items()}


def status_name(track: Track, code: str, locale: str) -> str:
    known = statuses(track).get(code)
    return known.name.in_locale(locale) if known else code


def is_minor(facts: Mapping[str, Any], adult_age: int) -> bool:  # Any: JSON
    """Whether what was claimed says that the person has not come of age."""
    age = facts.get("age")
    return facts.get("duty") == "minor" or (isinstance(age, int) and age < adult_age)
