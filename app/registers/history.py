"""What a marker's record said on any day, read from its changes: pure rules over plain values.

Changes are kept in the order in which they were recorded, and each says from which day it holds.
The state on a day is what was recorded last among the changes that held by then, so that a fact
entered late corrects the days from its own day on, and today's state is always the record itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.registers.models import Condition, LegalStage, Stage

# What a marker's record says before anything was said of these facts.
AT_FIRST: Mapping[str, str] = {
    "stage": Stage.AGREED_ON_MAP,
    "legal_stage": LegalStage.NONE,
    "condition": Condition.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a record: the day from which it holds, old and new values by name."""

    valid_on: date
    before: Mapping[str, Any] | None  # Any: JSON values
    after: Mapping[str, Any]  # Any: JSON values


@dataclass(frozen=True, slots=True)
class Course:
    """How one fact of a marker went: what stood first, then (valid on, value) as recorded."""

    first: Any  # Any: a JSON value
    said: tuple[tuple[date, Any], ...] = ()

    def on(self, day: date) -> Any:  # Any: a JSON value
        for valid_on, value in reversed(self.said):
            if valid_on <= day:
                return value
        return self.first


def began_on(changes: Sequence[Change], *, otherwise: date) -> date:
    """The first day of a marker: of its earliest change, else the day its row was made."""
    return min((change.valid_on for change in changes), default=otherwise)


def courses_of(
    changes: Iterable[Change],
    held: Mapping[str, Any],  # Any: column values
) -> dict[str, Course]:
    """The course of every fact in `held` (today's values by name) from the recorded changes."""
    first: dict[str, Any] = {}
    said: dict[str, list[tuple[date, Any]]] = {name: [] for name in held}
    for change in changes:
        for name, value in change.after.items():
            if name not in said:
                continue
            if name not in first:
                first[name] = (change.before or AT_FIRST).get(name)
            said[name].append((change.valid_on, value))
    return {name: Course(first.get(name, value), tuple(said[name])) for name, value in held.items()}


def state_on(courses: Mapping[str, Course], day: date) -> dict[str, Any]:
    """Every fact as it stood at the end of a day."""
    return {name: course.on(day) for name, course in courses.items()}
