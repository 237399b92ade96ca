"""Reads of the hotline: its number, the calls one may see, what a call brings to mind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.accounts.queries import country_codes_of, units_in_force
from app.cases.models import Case
from app.cases.queries import visible_to as visible_cases
from app.hotline.models import HotlineCall, HotlineNumber, Outcome
from app.permissions import Actor, Permission
from app.registers.case_book import CaseTie, case_book
from app.registers.likeness import PersonFacts
from app.registers.masking import mask_contact, mask_name
from app.registers.models import Person
from app.registers.twins import Twin, find_twins
from app.sealing import key_ring

DAYS_SHOWN = 14
MOST_CALLS = 300
MOST_LIKE, MOST_EARLIER = 5, 5
SURE = 90  # of a likely namesake without an open case there is nothing to say
_SHORTEST_NAME = 4


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """A unit sees the calls that its own people answered; the Ministry's leaders all of them."""
    if actor.area.is_everything:
        return true()
    return HotlineCall.unit_id.in_({actor.unit_id, *actor.area.unit_ids})


def numbers(session: Session) -> Sequence[HotlineNumber]:
    return session.scalars(select(HotlineNumber).order_by(HotlineNumber.id)).all()


def number_on(session: Session, day: date) -> HotlineNumber | None:
    """The number in force; of several the one that was written down last."""
    return session.scalars(
        select(HotlineNumber)
        .where(
            or_(HotlineNumber.valid_from.is_(None), HotlineNumber.valid_from <= day),
            or_(HotlineNumber.valid_to.is_(None), HotlineNumber.valid_to >= day),
        )
        .order_by(HotlineNumber.id.desc())
        .limit(1)
    ).first()


def mission_in_charge(session: Session, actor: Actor, country: str, on: date) -> Unit | None:
    """The embassy of a country, or the one mission that covers it; None where a person decides.

    An officer of a mission there is on the spot and chooses whether the own office takes the case.
    """
    if not country or country in actor.area.country_codes:
        return None
    missions = units_in_force(session, on, kinds={UnitKind.MISSION})
    there = [unit for unit in missions if country in country_codes_of(unit)]
    embassies = [unit for unit in there if unit.code == country]
    found = embassies or there
    return found[0] if len(found) == 1 else None


# --- what a call brings to mind -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hint:
    """A person who may be meant, with the open cases that name the person."""

    person: Person
    score: int
    cases: Sequence[CaseTie]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A call from the same number before."""

    at: datetime
    reference: str
    title: str


@dataclass(frozen=True, slots=True)
class Hints:
    """Everything that may be about the same matter."""

    people: Sequence[Hint]
    earlier: Sequence[Earlier]

    def __bool__(self) -> bool:
        return bool(self.people or self.earlier)

    @property
    def has_case(self) -> bool:
        """Whether there is a case to which the call can be attached."""
        return bool(self.earlier) or any(one.cases for one in self.people)


def hints_for(
    session: Session, actor: Actor, *, name: str, birth_year: int | None, callback: str
) -> Hints:
    """Persons by likeness with their open cases, and earlier calls from this number."""
    facts = PersonFacts(names=[name.strip()], birth_year=birth_year)
    is_name = len(name.strip()) >= _SHORTEST_NAME
    twins = find_twins(session, actor, facts, limit=MOST_LIKE) if is_name else []
    people = [_hint(session, actor, twin) for twin in twins]
    told = [one for one in people if one.cases or one.score >= SURE]
    return Hints(told, _earlier(session, actor, callback))


def _hint(session: Session, actor: Actor, twin: Twin) -> Hint:
    ties = case_book().ties_of(session, actor, "person", [twin.person.id])
    return Hint(twin.person, twin.likeness.score, [one for one in ties if one.is_open])


def _earlier(session: Session, actor: Actor, callback: str) -> list[Earlier]:
    indexes = key_ring().all_blind(callback)
    if not indexes or not actor.may(Permission.PERSONAL_DATA_VIEW):
        return []
    rows = session.execute(
        select(HotlineCall.at, Case.reference, Case.title)
        .join(Case, Case.id == HotlineCall.case_id)
        .where(
            HotlineCall.callback_index.in_(indexes),
            visible_to(actor),
            visible_cases(actor),
            Case.is_open.is_(True),
        )
        .order_by(HotlineCall.id.desc())
        .limit(MOST_EARLIER)
    )
    return [Earlier(row.at, row.reference, row.title) for row in rows]


# --- the log --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call as the reader may see it."""

    at: datetime
    officer: str
    caller: str
    callback: str
    relation: str
    about: str
    country_code: str
    outcome: str
    reference: str
    is_masked: bool


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many calls a day had, and what became of them."""

    day: date
    total: int
    opened: int
    attached: int
    answered: int


def calls_on(session: Session, actor: Actor, day: date) -> list[CallLine]:
    """The calls of a day in the reader's zone, the last first."""
    start = datetime.combine(day, time.min, ZoneInfo(actor.time_zone))
    rows = session.execute(
        select(HotlineCall, Case.reference)
        .outerjoin(Case, (Case.id == HotlineCall.case_id) & visible_cases(actor))
        .where(
            visible_to(actor), HotlineCall.at >= start, HotlineCall.at < start + timedelta(days=1)
        )
        .order_by(HotlineCall.at.desc(), HotlineCall.id.desc())
        .limit(MOST_CALLS)
    )
    return [_line(actor, call, reference or "") for call, reference in rows]


def _line(actor: Actor, call: HotlineCall, reference: str) -> CallLine:
    """In full for the people of the unit that answered; the others see that there was a call."""
    is_own = call.unit_id == actor.unit_id and actor.may(Permission.PERSONAL_DATA_VIEW)
    return CallLine(
        at=call.at,
        officer=call.officer_name,
        caller=call.caller_name if is_own else mask_name(call.caller_name),
        callback=call.callback if is_own else mask_contact(call.callback),
        relation=call.relation,
        about=call.about if is_own else "",
        country_code=call.country_code or "",
        outcome=call.outcome,
        reference=reference,
        is_masked=not is_own,
    )


def counts_per_day(session: Session, actor: Actor, *, until: date) -> list[DayCount]:
    """The last days, each with its number of calls by what became of them."""
    zone = ZoneInfo(actor.time_zone)
    first = until - timedelta(days=DAYS_SHOWN - 1)
    since = datetime.combine(first, time.min, zone)
    end = datetime.combine(until + timedelta(days=1), time.min, zone)
    rows = session.execute(
        select(HotlineCall.at, HotlineCall.outcome).where(
            visible_to(actor), HotlineCall.at >= since, HotlineCall.at < end
        )
    )
    found: dict[date, dict[str, int]] = {}
    for row in rows:
        own = found.setdefault(row.at.astimezone(zone).date(), {})
        own[row.outcome] = own.get(row.outcome, 0) + 1
    days = [until - timedelta(days=number) for number in range(DAYS_SHOWN)]
    return [_counted(day, found.get(day, {})) for day in days]


def _counted(day: date, own: dict[str, int]) -> DayCount:
    opened, attached = own.get(Outcome.OPENED, 0), own.get(Outcome.ATTACHED, 0)
    return DayCount(day, sum(own.values()), opened, attached, own.get(Outcome.ANSWERED, 0))
