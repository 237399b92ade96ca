"""What holds of a mass event whatever the database says: its window, its statuses, its balance."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    HANDOVER = "handover"
    EVACUATION = "evacuation"
    RAID = "raid"


class Source(StrEnum):
    """Who made a list; each keeps its own spelling of a name."""

    FOREIGN = "foreign"
    MISSION = "mission"
    REGISTRATION = "registration"
    GATE = "gate"


class ListState(StrEnum):
    """How far a list has come: read, its rows taken, then compared with everybody else's.

    `accepting`: rows that came late are taken after all; `refused`: the file holds no list.
    """

    READING = "reading"
    TAKING = "taking"
    MATCHING = "matching"
    ACCEPTING = "accepting"
    STOPPED = "stopped"
    REFUSED = "refused"
    DONE = "done"


UNDER_WAY = frozenset(
    {ListState.READING, ListState.TAKING, ListState.MATCHING, ListState.ACCEPTING}
)
ENDED = frozenset({ListState.DONE, ListState.REFUSED})


class Status(StrEnum):
    """Where a person stands, in the order in which it usually goes."""

    EXPECTED = "expected"
    SHELTERED = "sheltered"
    TRANSIT = "transit"
    BOARDED = "boarded"
    RECEIVED = "received"
    HANDED_ON = "handed_on"
    HOSPITAL = "hospital"
    KEPT = "kept"
    ABSENT = "absent"
    UNNEEDED = "unneeded"


GATE = (Status.RECEIVED, Status.ABSENT, Status.HOSPITAL, Status.KEPT)
CAME = frozenset({Status.RECEIVED, Status.HANDED_ON, Status.HOSPITAL, Status.KEPT})
_NOT_COMING = frozenset({Status.ABSENT, Status.UNNEEDED})


class Window(StrEnum):
    """Where a moment lies to a registration window."""

    OPEN = "open"
    EARLY = "early"
    CLOSED = "closed"


def window_at(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> Window:
    """The first minute belongs to the window, the closing minute does not; an end may be open."""
    if opens_at is not None and now < opens_at:
        return Window.EARLY
    if closes_at is not None and now >= closes_at:
        return Window.CLOSED
    return Window.OPEN


# --- the balance ----------------------------------------------------------------------------


class Gap(StrEnum):
    """Why a person stands out of a balance, or needs a word of explanation."""

    NO_RESULT = "no_result"
    NOT_LISTED = "not_listed"
    NOT_HANDED_ON = "not_handed_on"
    KEPT = "kept"
    ABSENT = "absent"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class Standing:
    """One person as the balance counts: on the base list or not, the status, explained or not."""

    id: int
    is_listed: bool
    status: Status
    is_explained: bool = False


@dataclass(frozen=True, slots=True)
class Equation:
    """One line that must balance: what stands left, the parts on the right, what is missing."""

    code: str
    total: int
    parts: Sequence[tuple[str, int]]

    @property
    def difference(self) -> int:
        return self.total - sum(count for _code, count in self.parts)

    @property
    def is_balanced(self) -> bool:
        return self.difference == 0


@dataclass(frozen=True, slots=True)
class Balance:
    """The equations, and every person who stands out of them, by why."""

    equations: Sequence[Equation]
    gaps: Sequence[tuple[int, Gap]]
    unexplained: Collection[int]
    said: int | None
    listed: int

    @property
    def is_balanced(self) -> bool:
        return all(one.is_balanced for one in self.equations)

    @property
    def is_count_as_said(self) -> bool:
        """Whether the list names as many people as its authority said that it hands over."""
        return self.said is None or self.said == self.listed

    @property
    def may_close(self) -> bool:
        return not self.unexplained


def balance(people: Iterable[Standing], *, said: int | None) -> Balance:
    """List = received + absent + unneeded; received = handed on + kept + hospital.

    An equation may stay open by persons who are each named and explained: 79 received, 78 handed
    on, one explained.
    """
    counted: Counter[tuple[bool, Status]] = Counter()
    gaps: list[tuple[int, Gap]] = []
    unexplained: list[int] = []
    for person in people:
        counted[person.is_listed, person.status] += 1
        gap = _gap(person)
        if gap is not None:
            gaps.append((person.id, gap))
            if not person.is_explained:
                unexplained.append(person.id)
    return _weighed(counted, gaps, unexplained, said)


def _weighed(
    counted: Counter[tuple[bool, Status]],
    gaps: Sequence[tuple[int, Gap]],
    unexplained: Collection[int],
    said: int | None,
) -> Balance:
    listed = sum(n for (is_listed, _status), n in counted.items() if is_listed)
    came = {one: counted[True, one] + counted[False, one] for one in CAME}
    received = sum(came.values())
    from_list = sum(counted[True, one] for one in CAME)
    unlisted = received - from_list
    gate = Equation(
        "gate",
        listed,
        [
            ("received", received),
            (Status.ABSENT, counted[True, Status.ABSENT]),
            (Status.UNNEEDED, counted[True, Status.UNNEEDED]),
            *([("not_listed", -unlisted)] if unlisted else []),
        ],
    )
    onward = Equation(
        "onward",
        received,
        [(one, came[one]) for one in (Status.HANDED_ON, Status.KEPT, Status.HOSPITAL)],
    )
    return Balance([gate, onward], gaps, unexplained, said, listed)


def _gap(person: Standing) -> Gap | None:
    if person.status in CAME and not person.is_listed:
        return Gap.NOT_LISTED
    if person.status is Status.RECEIVED:
        return Gap.NOT_HANDED_ON
    if person.status is Status.KEPT:
        return Gap.KEPT
    if person.status is Status.ABSENT and person.is_listed:
        return Gap.ABSENT
    is_open = person.status not in CAME and person.status not in _NOT_COMING
    if not is_open:
        return None
    return Gap.NO_RESULT if person.is_listed else Gap.UNSETTLED
