"""When a marker must be seen again: pure rules over dated rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.registers.models import Condition, Marker, Stage
from app.registers.stages import stages_from


class Inspected(StrEnum):
    """What a list asks about inspections."""

    OVERDUE = "overdue"
    NEVER = "never"
    IN_TIME = "in_time"


# What may be found in the field; the other words of a marker's record come from cases and offices.
SEEN: tuple[Condition, ...] = (
    Condition.INTACT,
    Condition.LEANING,
    Condition.AT_RISK,
    Condition.MINOR_DAMAGE,
    Condition.MAJOR_DAMAGE,
    Condition.DISPLACED,
    Condition.LOST,
    Condition.DESTROYED,
)
# What the case of a damaged marker calls the same.
CASE_CONDITIONS: Mapping[str, str] = {
    Condition.MINOR_DAMAGE: "light_damage",
    Condition.MAJOR_DAMAGE: "heavy_damage",
    Condition.LEANING: "leaning",
    Condition.AT_RISK: "at_risk",
    Condition.DISPLACED: "moved",
    Condition.LOST: "lost",
    Condition.DESTROYED: "destroyed",
}
STANDING_STAGES = stages_from(Stage.BUILT)
GONE = frozenset({Condition.REMOVED.value, Condition.RELIC.value})


@dataclass(frozen=True, slots=True)
class Interval:
    """So many days between two looks at a marker of a line, from one day to another."""

    neighbour: str
    kind: str
    days: int
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


def interval_for(
    intervals: Iterable[Interval], neighbour: str, kind: str, *, on: date
) -> Interval | None:
    """The row of this very kind before the one for every kind; among those the newest."""
    fitting = [
        one
        for one in intervals
        if one.neighbour == neighbour and one.kind in {"", kind} and one.holds_on(on)
    ]
    return max(fitting, key=lambda one: (one.kind != "", one.valid_from or date.min), default=None)


def due_after(seen_on: date, interval: Interval | None) -> date | None:
    """The last day on which the next look is in time; none where no interval is known."""
    return seen_on + timedelta(days=interval.days) if interval else None


def needs_inspection(marker: Marker) -> bool:
    """A marker that stands in the field; what is only agreed or was removed is not walked to."""
    return marker.stage in STANDING_STAGES and marker.condition not in GONE
