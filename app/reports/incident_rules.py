"""How many cases, vessels and fishers an incident stands for, as known on a day; pure.

Everything is read off the history, so that what was known on a day never changes afterwards: a
figure that was issued stays, and a later verification shows as the difference between two days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.cases.children.words import statuses
from app.cases.models import EventKind
from app.workflow.expressions import HANOI
from app.workflow.tracks import Track

TYPE = "fisher_violation"
# Ends that say that there was nothing to count, and the states before an arrest is known.
NOT_OURS = frozenset({"not_ours", "no_violation", "vessel_returned"})
ARREST_STATE = "arrest_reported"
UNKNOWN = ""
ENDS: Mapping[Track, Sequence[str]] = {
    Track.VESSELS: ("vessels_returned", "vessels_confiscated", "vessels_destroyed"),
    Track.PERSONS: ("persons_home", "persons_dead", "persons_missing", "persons_escaped"),
}
DAY_FIELDS = ("arrested_at", "noticed_at")
KINDS = (
    *(EventKind.OPENED, EventKind.MOVED, EventKind.NOTED, EventKind.CORRECTED),
    *(EventKind.MERGED, EventKind.WITHDRAWN, EventKind.REOPENED),
    *(EventKind.CHILDREN_ADDED, EventKind.CHILDREN_MARKED, EventKind.CHILDREN_VERIFIED),
)
_GONE = frozenset({EventKind.MERGED, EventKind.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Told:
    """One event as far as it counts."""

    kind: EventKind
    at: datetime
    data: Mapping[str, Any]  # Any: JSON
    to_state: str | None = None


@dataclass(frozen=True, slots=True)
class Triple:
    """Cases, vessels, fishers: vụ/tàu/ngư dân."""

    cases: int = 0
    vessels: int = 0
    persons: int = 0

    def __add__(self, other: Triple) -> Triple:
        return Triple(
            self.cases + other.cases, self.vessels + other.vessels, self.persons + other.persons
        )

    def __sub__(self, other: Triple) -> Triple:
        return Triple(
            self.cases - other.cases, self.vessels - other.vessels, self.persons - other.persons
        )

    @property
    def said(self) -> str:
        return f"{self.cases} vụ/{self.vessels} tàu/{self.persons} ngư dân"


NONE = Triple()


@dataclass(frozen=True, slots=True)
class Change:
    """From an earlier figure to one of now; a share of the earlier one is said with both."""

    now: int
    before: int

    @property
    def percent(self) -> Decimal | None:
        """By how much of the earlier figure it grew or shrank; None where that was nothing."""
        if not self.before:
            return None
        share = Decimal(abs(self.now - self.before) * 100) / self.before
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Counted:
    """One incident as it was known: claimed, verified where it was, final where it ended."""

    on: date
    country: str
    province: str
    claimed: Triple
    verified: Triple | None
    final: Triple
    asked: frozenset[Track] = frozenset()  # of which nobody has verified anything yet

    @property
    def best(self) -> Triple:
        """What a report says: each figure as verified where somebody has, else as claimed.

        Nine men whom their province knows were on board of something: their vessels stay claimed
        until somebody says that there were none.
        """
        known, said = self.verified, self.claimed
        if known is None:
            return said
        return Triple(
            known.cases,
            said.vessels if Track.VESSELS in self.asked else known.vessels,
            said.persons if Track.PERSONS in self.asked else known.persons,
        )


@dataclass(slots=True)
class _Child:
    track: str
    status: str = "claimed"
    is_verified: bool = False
    province: str = UNKNOWN

    @property
    def counts(self) -> bool:
        status = statuses(Track(self.track)).get(self.status)
        return status is None or status.claims

    @property
    def has_ended(self) -> bool:
        status = statuses(Track(self.track)).get(self.status)
        return status is not None and status.ends and status.claims


@dataclass(slots=True)
class _Known:
    opened: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    state: str = ""
    was_arrest: bool = False
    is_gone: bool = False
    children: dict[int, _Child] = field(default_factory=dict)


def counted(events: Iterable[Told]) -> Counted | None:
    """What an incident stands for after these events; None where it is no arrest, or is gone."""
    known = _Known()
    for event in events:
        _learn(known, event)
    return _counted(known)


@dataclass(frozen=True, slots=True)
class Followed:
    """A vessel or person of an incident as it stands now."""

    track: str
    status: str
    is_verified: bool
    province: str


def counted_now(
    opened: datetime,
    state: str,
    facts: Mapping[str, Any],  # Any: JSON
    followed: Iterable[Followed],
    *,
    was_arrest: bool,
) -> Counted | None:
    """The same for a case that has heard nothing since: its history says what it says itself."""
    children = {
        place: _Child(one.track, one.status, one.is_verified, one.province)
        for place, one in enumerate(followed)
    }
    return _counted(_Known(opened, dict(facts), state, was_arrest=was_arrest, children=children))


def _counted(known: _Known) -> Counted | None:
    is_arrest = known.was_arrest or known.facts.get("report_kind") == "arrested"
    if known.opened is None or known.is_gone or not is_arrest:
        return None
    verified = _verified(known)
    is_attributed = verified is not None
    return Counted(
        on=_day(known),
        country=str(known.facts.get("country") or UNKNOWN),
        province=_province(known) if is_attributed else UNKNOWN,
        claimed=Triple(1, _claimed(known, Track.VESSELS), _claimed(known, Track.PERSONS)),
        verified=verified,
        final=_final(known),
        asked=_asked(known),
    )


def _learn(known: _Known, event: Told) -> None:
    data = event.data
    if event.kind == EventKind.OPENED:
        known.opened = event.at
        known.facts.update(data)
    elif event.kind in _GONE:
        known.is_gone = known.is_gone or event.kind == EventKind.WITHDRAWN or "into" in data
        _learn_of_carried(known, data)
    elif event.kind == EventKind.REOPENED:
        known.is_gone = False
    elif event.kind == EventKind.CHILDREN_ADDED:
        for child_id in data["children"]:
            known.children[child_id] = _Child(data["track"])
    elif event.kind in {EventKind.CHILDREN_MARKED, EventKind.CHILDREN_VERIFIED}:
        _learn_of_children(known, data)
    else:
        answers = data.get("answers")
        known.facts.update(answers if isinstance(answers, dict) else {})
    if event.to_state:
        known.state = event.to_state
        known.was_arrest = known.was_arrest or event.to_state == ARREST_STATE


def _learn_of_children(known: _Known, data: Mapping[str, Any]) -> None:  # Any: JSON
    for child_id in data["children"]:
        child = known.children.setdefault(child_id, _Child(data["track"]))
        if "status" in data:
            child.status = data["status"]
        else:
            child.is_verified = True
            child.province = data.get("province") or child.province


def _learn_of_carried(known: _Known, data: Mapping[str, Any]) -> None:  # Any: JSON
    """A merger takes the children out of one case and brings them into the other as they stand."""
    for said in data.get("carried", ()):
        child = _Child(said["track"], said["status"], said["is_verified"], said["province"] or "")
        if "into" in data:
            known.children.pop(said["id"], None)
        else:
            known.children[said["id"]] = child


def _of(known: _Known, track: Track) -> list[_Child]:
    return [child for child in known.children.values() if child.track == track]


def _claimed(known: _Known, track: Track) -> int:
    """Those who are named, or the number that was reported where it names more."""
    said = _number(known.facts.get(f"{track}_claimed")) or 0
    return max(said, len(_of(known, track)))


def _verified(known: _Known) -> Triple | None:
    """None until somebody has verified something."""
    if known.state in NOT_OURS:
        return NONE
    vessels, persons = _found(known, Track.VESSELS), _found(known, Track.PERSONS)
    if vessels is None and persons is None:
        return None
    return Triple(1, vessels or 0, persons or 0)


def _asked(known: _Known) -> frozenset[Track]:
    if known.state in NOT_OURS:
        return frozenset()
    return frozenset(
        track for track in (Track.VESSELS, Track.PERSONS) if _found(known, track) is None
    )


def _found(known: _Known, track: Track) -> int | None:
    children = [child for child in _of(known, track) if child.is_verified]
    if children:
        return sum(child.counts for child in children)
    return _number(known.facts.get(f"{track}_verified"))


def _final(known: _Known) -> Triple:
    if known.state in NOT_OURS:
        return NONE
    vessels, persons = _ended(known, Track.VESSELS), _ended(known, Track.PERSONS)
    return Triple(int(known.state == "closed" or bool(vessels or persons)), vessels, persons)


def _ended(known: _Known, track: Track) -> int:
    """Those of the list that have ended; without a list, as many as the file says how they did."""
    followed = _of(known, track)
    if followed:
        return sum(child.has_ended for child in followed)
    return sum(_number(known.facts.get(name)) or 0 for name in ENDS[track])


def _province(known: _Known) -> str:
    """Of the vessel, where one was verified; else the province that was asked and answered."""
    told = [child.province for child in _of(known, Track.VESSELS) if child.province]
    return told[0] if told else str(known.facts.get("province") or UNKNOWN)


def _day(known: _Known) -> date:
    assert known.opened is not None  # noqa: S101  asked before
    return day_of([known.facts.get(key) for key in DAY_FIELDS], opened=known.opened)


def day_of(said: Iterable[object], *, opened: datetime) -> date:
    """The day of an incident: the first of its moments that was given, else its opening."""
    for one in said:
        if isinstance(one, str) and one:
            return datetime.fromisoformat(one).astimezone(HANOI).date()
    return opened.astimezone(HANOI).date()


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None


# --- totals ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Totals:
    """Every figure of a period; the buckets of each kind add up to the whole."""

    claimed: Triple
    verified: Triple
    final: Triple
    best: Triple
    by_country: Mapping[str, Triple]
    by_province: Mapping[str, Triple]


def totals(found: Sequence[Counted]) -> Totals:
    """The sums; what is not attributed to a country or a province is a bucket of its own."""
    by_country: dict[str, Triple] = {}
    by_province: dict[str, Triple] = {}
    for one in found:
        by_country[one.country] = by_country.get(one.country, NONE) + one.best
        by_province[one.province] = by_province.get(one.province, NONE) + one.best
    return Totals(
        claimed=sum((one.claimed for one in found), NONE),
        verified=sum((one.verified for one in found if one.verified), NONE),
        final=sum((one.final for one in found), NONE),
        best=sum((one.best for one in found), NONE),
        by_country=by_country,
        by_province=by_province,
    )


def month_of_reports(day: date) -> tuple[date, date]:
    """The reporting month that holds a day: from the 15th to the 14th."""
    start = day.replace(day=15) if day.day >= START else _month_before(day).replace(day=15)
    return start, _month_after(start).replace(day=14)


def year_of_reports(day: date) -> tuple[date, date]:
    """The reporting year that holds a day: from 15 December to 14 December."""
    is_next = (day.month, day.day) >= (12, START)
    year = day.year if is_next else day.year - 1
    return date(year, 12, START), date(year + 1, 12, START - 1)


START = 15


def year_before(day: date) -> date:
    """The same day a year earlier; the 29th of February becomes the 28th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year - 1, day=last)


def _month_before(day: date) -> date:
    first = day.replace(day=1)
    return first.replace(year=first.year - 1, month=12) if first.month == 1 else _earlier(first)


def _earlier(first: date) -> date:
    return first.replace(month=first.month - 1)


def _month_after(day: date) -> date:
    first = day.replace(day=1)
    if first.month == 12:  # noqa: PLR2004  December
        return first.replace(year=first.year + 1, month=1)
    return first.replace(month=first.month + 1)
