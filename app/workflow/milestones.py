"""Milestones: dates that are read off the history of a case and never typed.

A milestone is the first or the last time that one of its triggers happened. A trigger of a date
field gives the date in the field, as it does for clocks; every other trigger gives its own moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.workflow.definition import Milestone
from app.workflow.expressions import HANOI, moment_of
from app.workflow.text import Text


@dataclass(frozen=True, slots=True)
class Past:
    """Something that has happened: its triggers, and the date fields that it filled."""

    at: datetime
    triggers: frozenset[str]
    dates: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone of one case: `at` is None while it has not been reached."""

    code: str
    name: Text
    at: datetime | None
    is_date: bool = False
    group: Text | None = None


def milestones_reached(
    milestones: Sequence[Milestone], history: Iterable[Past], *, zone: ZoneInfo = HANOI
) -> tuple[Reached, ...]:
    """Return every milestone with its moment, in the order of the definition."""
    past = list(history)
    return tuple(_reached(milestone, past, zone) for milestone in milestones)


def _reached(milestone: Milestone, history: Sequence[Past], zone: ZoneInfo) -> Reached:
    times = [found for one in history for found in _times(milestone, one, zone)]
    if not times:
        return Reached(milestone.code, milestone.name, None, group=milestone.group)
    pick = min if milestone.pick == "first" else max
    at, is_date = pick(times)
    return Reached(milestone.code, milestone.name, at, is_date, milestone.group)


def _times(milestone: Milestone, past: Past, zone: ZoneInfo) -> Iterator[tuple[datetime, bool]]:
    """Yield when the milestone was reached by this, and whether only its date is known."""
    for trigger in milestone.at:
        if trigger not in past.triggers:
            continue
        code = trigger.partition(":")[2] if trigger.startswith("field:") else ""
        if code not in past.dates:
            yield past.at, False
            continue
        value = past.dates[code]
        moment = moment_of(value, zone)
        if moment is not None:
            yield moment.astimezone(UTC), _is_date(value)


def _is_date(value: object) -> bool:
    if isinstance(value, datetime):
        return False
    return isinstance(value, date) or (isinstance(value, str) and "T" not in value)
