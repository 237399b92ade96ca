"""How a feature looks on the map: the tone of its outline, its symbol, and what its URL says."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from app.registers.vocabulary import words
from app.workflow.definition import StateKind

_SYMBOLS: Final = Path(__file__).parent / "data" / "symbols.yaml"


class Tone(StrEnum):
    """The colours of states, in the order in which a cluster draws its shares."""

    OVERDUE = "overdue"
    WAITING = "waiting"
    WORKING = "working"
    INITIAL = "initial"
    DONE = "done"
    CLOSED = "closed"


_TONE_OF_KIND: Final[Mapping[str, Tone]] = {
    StateKind.INITIAL: Tone.INITIAL,
    StateKind.NORMAL: Tone.WORKING,
    StateKind.WAITING: Tone.WAITING,
    StateKind.TERMINAL: Tone.DONE,
}
_TELLING: Final = frozenset({Tone.OVERDUE, Tone.WAITING, Tone.WORKING, Tone.CLOSED})


def tone_of_kind(kind: str) -> Tone:
    return _TONE_OF_KIND.get(kind, Tone.WORKING)


def tone_of_case(kind: str, next_due_at: datetime | None, *, is_open: bool, now: datetime) -> Tone:
    """The tone of one case: a missed deadline outweighs its state."""
    if is_open and next_due_at is not None and next_due_at < now:
        return Tone.OVERDUE
    return tone_of_kind(kind)


@cache
def tone_of_marker(stage: str, condition: str) -> Tone:
    """A marker's condition where it says something, else how far the work on it has come."""
    found = words("condition").get(condition)
    if found is not None and found.tone in _TELLING:
        return Tone(found.tone)
    said = words("stage").get(stage)
    return Tone(said.tone) if said is not None and said.tone else Tone.INITIAL


@cache
def marker_symbols() -> Mapping[str, Mapping[str, str]]:
    """Shape and fill of every kind of marker."""
    read: dict[str, dict[str, str]] = yaml.safe_load(_SYMBOLS.read_text(encoding="utf-8"))
    return read
