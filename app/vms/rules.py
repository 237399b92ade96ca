"""What alerts add up to, and which duties they bring: pure, over moments and spans of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SEVERAL = 2  # "nhiều lần" begins with the second time


@dataclass(frozen=True, slots=True)
class Span:
    """One alert in time; `ended_at` is None while it lasts, `known_until` how far it is known.

    `is_beyond` says that a vessel may stand outside our waters; where these overlap with another
    State's nothing is concluded, and no duty follows. `is_crossing` counts it among the crossings.
    """

    is_loss: bool
    started_at: datetime
    ended_at: datetime | None
    known_until: datetime
    is_beyond: bool = False
    is_crossing: bool = False

    @property
    def last_at(self) -> datetime:
        return self.ended_at or max(self.known_until, self.started_at)

    @property
    def seconds(self) -> int:
        return int((self.last_at - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Sums:
    """What the alerts of a trip add up to; the two moments are None where nothing stands open."""

    started_at: datetime
    last_at: datetime
    alert_count: int
    crossing_count: int
    longest_s: int
    lost_since: datetime | None
    beyond_since: datetime | None


def sums_of(spans: Sequence[Span]) -> Sums:
    """The sums of a trip, which has at least one alert; `longest_s` is of the losses alone."""
    losses = [one for one in spans if one.is_loss]
    return Sums(
        min(one.started_at for one in spans),
        max(one.last_at for one in spans),
        len(spans),
        sum(one.is_crossing for one in spans),
        max((one.seconds for one in losses), default=0),
        _open_since(losses),
        _open_since(one for one in spans if one.is_beyond),
    )


def _open_since(spans: Iterable[Span]) -> datetime | None:
    return min((one.started_at for one in spans if one.ended_at is None), default=None)


def is_of_trip(
    started_at: datetime,
    *,
    first: datetime,
    last: datetime,
    in_port_at: datetime | None,
    gap: timedelta,
) -> bool:
    """Whether an alert belongs to a trip: near enough in time, and not after its return."""
    is_after_return = in_port_at is not None and started_at > in_port_at
    return first - gap <= started_at <= last + gap and not is_after_return


# --- duties ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reports:
    """The position reports of one loss: the moments at which one was missing, the next due."""

    missed: tuple[datetime, ...]
    next_due: datetime


def reports_of(
    lost_at: datetime, reports: Iterable[datetime], *, every: timedelta, until: datetime
) -> Reports:
    """A report is due `every` after the loss, and again after each report or each missed one."""
    missed, due = [], lost_at + every
    for report in sorted(one for one in reports if lost_at <= one <= until):
        while due < report:
            missed.append(due)
            due += every
        due = report + every
    while due < until:
        missed.append(due)
        due += every
    return Reports(tuple(missed), due)


def steps_reached(since: datetime, now: datetime, steps: Sequence[timedelta]) -> int:
    """How many steps of a ladder, shortest first, have been reached."""
    return sum(now - since >= step for step in steps)


@dataclass(frozen=True, slots=True)
class Repeats:
    """What points to "vi phạm nhiều lần": losses without any report, and reports that are missing.

    It is evidence for the officer who judges it, never the judgement.
    """

    silent_losses: int
    missed_reports: int

    @property
    def is_several(self) -> bool:
        return self.silent_losses >= SEVERAL or self.missed_reports >= SEVERAL


def repeats_of(
    spans: Iterable[Span], reports: Sequence[datetime], *, every: timedelta, now: datetime
) -> Repeats:
    """Counts over the losses that lasted longer than a report may be awaited."""
    silent = missing = 0
    for span in spans:
        until = span.ended_at or now
        if not span.is_loss or until - span.started_at <= every:
            continue
        missed = reports_of(span.started_at, reports, every=every, until=until).missed
        missing += len(missed)
        silent += not any(span.started_at <= one <= until for one in reports)
    return Repeats(silent, missing)
