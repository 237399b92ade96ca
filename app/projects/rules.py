"""How agreed points are carried forward and how visitors are summed: plain rules over rows."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.projects.models import AgreedPoint, TalkRound, VisitorCount

RULE_KINDS = ("hours", "group_size", "stay", "papers", "fee", "nationality", "quota", "other")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MOST_LINES = 5_000
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """What lies on the table of one round: what it agreed, and what earlier rounds left open."""

    round: TalkRound
    agreed: Sequence[AgreedPoint]
    carried: Sequence[AgreedPoint]


def sheet_of(one: TalkRound, points: Iterable[AgreedPoint]) -> Sheet:
    """A point comes up in every round after its own until it is done.

    The round that finds a point done still shows it, later ones do not; a point done between two
    rounds is off the table of the second.
    """
    agreed, carried = [], []
    for point in points:
        if point.round_id == one.id:
            agreed.append(point)
        elif point.round.number < one.number and _comes_up(point, one):
            carried.append(point)
    return Sheet(one, agreed, carried)


def _comes_up(point: AgreedPoint, one: TalkRound) -> bool:
    if point.done_round is not None:
        return one.number <= point.done_round
    if point.done_on is None or one.held_on is None:
        return True
    return one.held_on <= point.done_on


def is_late(point: AgreedPoint, today: date) -> bool:
    return not point.is_done and point.due_on is not None and point.due_on < today


# --- visitors -------------------------------------------------------------------------------


@dataclass(slots=True)
class Period:
    """A month or a year of daily counts; a direction that some day lacks is not summed."""

    name: str
    days: int = 0
    outbound: int = 0
    inbound: int = 0
    total: int = 0
    months: list["Period"] = field(default_factory=list)

    def add(self, row: VisitorCount) -> None:
        self.days += 1
        self.outbound += row.outbound or 0
        self.inbound += row.inbound or 0
        self.total += row.total


def years_of(rows: Iterable[VisitorCount]) -> list[Period]:
    """Years with their months from the counts of single days, in the order of time."""
    years: dict[int, Period] = {}
    months: dict[tuple[int, int], Period] = {}
    for row in sorted(rows, key=lambda one: one.first_day):
        if row.first_day != row.last_day:
            continue
        day = row.first_day
        year = years.setdefault(day.year, Period(str(day.year)))
        if (day.year, day.month) not in months:
            months[day.year, day.month] = Period(f"{day.month:02d}/{day.year}")
            year.months.append(months[day.year, day.month])
        year.add(row)
        months[day.year, day.month].add(row)
    return list(years.values())


@dataclass(frozen=True, slots=True)
class DayCount:
    """The visitors of one day in both directions."""

    day: date
    outbound: int
    inbound: int


def read_days(text: str) -> tuple[list[DayCount], list[str]]:
    """Lines "day; outbound; inbound" as counts, and the lines that cannot be read, by number."""
    found: dict[date, DayCount] = {}
    wrong: list[str] = []
    lines = text.replace("\t", ";").splitlines()[:_MOST_LINES]
    for number, cells in enumerate(csv.reader(lines, delimiter=";"), start=1):
        written = [cell.strip() for cell in cells]
        if not any(written):
            continue
        read = _day_count(written)
        if read is None:
            if number > 1 or _day(written[0]) is not None:  # the first line may be a heading
                wrong.append(f"{number}: {'; '.join(written)[:60]}")
        elif read.day in found:
            wrong.append(f"{number}: {read.day:%d/%m/%Y} lặp lại")
        else:
            found[read.day] = read
    return list(found.values()), wrong


def _day_count(cells: Sequence[str]) -> DayCount | None:
    day = _day(cells[0])
    if day is None or len(cells) < _COLUMNS:
        return None
    numbers = [cell.replace(".", "") for cell in cells[1:_COLUMNS]]
    if not all(one.isdecimal() and len(one) < len("10000000") for one in numbers):
        return None
    return DayCount(day, int(numbers[0]), int(numbers[1]))


def _day(written: str) -> date | None:
    match = _DAY.fullmatch(written)
    if match:
        day, month, year = match.groups()
        written = f"{year}-{int(month):02d}-{int(day):02d}"
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
