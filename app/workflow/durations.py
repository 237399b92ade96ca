"""How long steps usually take: medians of the waits in a history, and how they are said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from app.workflow.text import Text

FEWEST = 5  # below this a median says more about one case than about a habit
_MINUTE = timedelta(minutes=1)
_HOUR, _DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Moved:
    """One change of state of a case, with the scopes that it counts for."""

    case_id: int
    type_code: str
    at: datetime
    transition: str | None
    from_state: str | None
    to_state: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Usual:
    """The median wait in a state before a step, in one scope."""

    type_code: str
    state: str
    transition: str
    scope: str
    count: int
    median_minutes: int


def usual_waits(moves: Iterable[Moved], *, since: datetime) -> Iterator[Usual]:
    """Yield the medians of steps taken since a moment; the moves come case by case, in order."""
    waits: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for state, move, minutes in _waits(moves):
        if move.at >= since and move.transition is not None:
            for scope in move.scopes:
                waits[move.type_code, state, move.transition, scope].append(minutes)
    for key, minutes_of in waits.items():
        if len(minutes_of) >= FEWEST:
            yield Usual(*key, len(minutes_of), median_low(minutes_of))


def _waits(moves: Iterable[Moved]) -> Iterator[tuple[str, Moved, int]]:
    """Yield how long a case stood in a state before it left it."""
    before: Moved | None = None
    for move in moves:
        is_same_case = before is not None and before.case_id == move.case_id
        if before is not None and is_same_case:
            if move.to_state == before.to_state:
                continue  # a step that leads back to where it began moves nothing
            yield before.to_state, move, max(0, (move.at - before.at) // _MINUTE)
        before = move


def in_words(minutes: int) -> Text:
    """Return "3 ngày", "5 giờ" or "20 phút": one unit, rounded, is what a person remembers."""
    if minutes >= 2 * _DAY:
        return _counted(round(minutes / _DAY), "ngày", "day")
    if minutes >= _HOUR:
        return _counted(round(minutes / _HOUR), "giờ", "hour")
    return _counted(max(1, minutes), "phút", "minute")


def usually(usual_minutes: int, count: int) -> Text:
    """Return "thường mất 3 ngày (trung vị của 41 lần)"."""
    span = in_words(usual_minutes)
    return Text(
        f"thường mất {span.vi} (trung vị của {count} lần)",
        f"usually takes {span.en} (median of {count})",
    )


def _counted(number: int, vi: str, en: str) -> Text:
    return Text(f"{number} {vi}", f"{number} {en}{'' if number == 1 else 's'}")
