"""The histories of many cases at once, as the pure core reads them: for migrations and the lab."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.calendar import load_calendar
from app.accounts.models import Role, Unit, UserRole
from app.cases.dated_settings import Limits, scope_of
from app.cases.heads import CaseHead
from app.cases.models import CaseEvent
from app.permissions import SYSTEM_ACTOR
from app.workflow.calendars import WorkCalendar
from app.workflow.limits import Limit
from app.workflow.past_events import CaseFile, Past, PastEvent, fold

Holders = Mapping[tuple[int, int], frozenset[str]]  # (user, unit) → codes of roles
NOBODY: Holders = MappingProxyType({})
_AT_ONCE = 500


def unit_codes(session: Session) -> Mapping[int, str]:
    return dict(session.execute(select(Unit.id, Unit.code)).all())


def role_holders(session: Session) -> Holders:
    """Who holds which roles for which unit.

    Roles are kept as they are held now; one that has been taken away since is not known here.
    """
    held: dict[tuple[int, int], set[str]] = defaultdict(set)
    rows = session.execute(
        select(UserRole.user_id, UserRole.unit_id, Role.code).join(
            Role, Role.id == UserRole.role_id
        )
    )
    for user_id, unit_id, code in rows:
        held[user_id, unit_id].add(code)
    return {key: frozenset(codes) for key, codes in held.items()}


def events_of_cases(
    session: Session, case_ids: Sequence[int], units: Mapping[int, str], holders: Holders = NOBODY
) -> Mapping[int, list[PastEvent]]:
    """The events of each case in their order, read in a few statements."""
    found: dict[int, list[PastEvent]] = defaultdict(list)
    for start in range(0, len(case_ids), _AT_ONCE):
        part = case_ids[start : start + _AT_ONCE]
        rows = session.execute(
            select(
                CaseEvent.case_id,
                CaseEvent.seq,
                CaseEvent.kind,
                CaseEvent.at,
                CaseEvent.actor_id,
                CaseEvent.unit_id,
                CaseEvent.transition,
                CaseEvent.to_state,
                CaseEvent.text,
                CaseEvent.data,
            )
            .where(CaseEvent.case_id.in_(part))
            .order_by(CaseEvent.case_id, CaseEvent.seq)
        )
        for row in rows:
            roles = _roles(holders, row.actor_id, row.unit_id)
            found[row.case_id].append(
                PastEvent(
                    row.seq,
                    row.kind,
                    row.at,
                    row.actor_id,
                    roles,
                    units.get(row.unit_id, ""),
                    row.transition,
                    row.to_state,
                    row.text,
                    row.data,
                )
            )
    return found


def _roles(holders: Holders, user_id: int, unit_id: int) -> frozenset[str]:
    if user_id == SYSTEM_ACTOR.user_id:
        return SYSTEM_ACTOR.roles
    return holders.get((user_id, unit_id), frozenset())


def folded(head: CaseHead, events: Sequence[PastEvent], units: Mapping[int, str]) -> Iterator[Past]:
    return fold(events, CaseFile(head.reference, head.opened_at, units))


class Surroundings:
    """Calendars and dated limits of many cases, each read from the database once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._calendars: dict[tuple[str, str], WorkCalendar] = {}
        self._limits: dict[tuple[str, str | None, date], Limit | None] = {}

    def calendar(self, head: CaseHead) -> WorkCalendar:
        key = (head.owner_country, head.owner_zone)
        if key not in self._calendars:
            self._calendars[key] = load_calendar(
                self._session, head.owner_country, time_zone=head.owner_zone
            )
        return self._calendars[key]

    def limits(self, head: CaseHead, at: datetime) -> "KnownLimits":
        return KnownLimits(self._limits, Limits(self._session, head, at), head, at.date())


class KnownLimits(Mapping[str, Limit]):
    """The limits in force for a case on a day, asked of the table once per place and day."""

    def __init__(
        self,
        known: dict[tuple[str, str | None, date], Limit | None],
        limits: Limits,
        head: CaseHead,
        day: date,
    ) -> None:
        self._known, self._limits, self._head, self._day = known, limits, head, day

    def __getitem__(self, key: str) -> Limit:
        if not key:
            raise KeyError(key)
        place = (key, scope_of(key, self._head), self._day)
        if place not in self._known:
            self._known[place] = self._limits.get(key)
        found = self._known[place]
        if found is None:
            raise KeyError(key)
        return found

    def __bool__(self) -> bool:
        return True  # being asked whether it holds anything must not read the table

    def __iter__(self) -> Iterator[str]:
        return iter(self._limits)

    def __len__(self) -> int:
        return len(self._limits)
