"""Reads of mass events: who sees an event, and whom of its people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from app.crises.models import (
    CaseRun,
    GateMinutes,
    Journey,
    KeptRow,
    LikePair,
    MassEvent,
    MassList,
    MassParty,
    Participant,
    ParticipantEvent,
)
from app.crises.rules import ENDED, Source
from app.database import fold_text
from app.errors import NotFound
from app.permissions import Actor, Permission

PAGE_SIZE = 50
MOST_KEPT_SHOWN = 200
UNCLEAR = "-"  # in a filter: no province could be read


class Side(StrEnum):
    """From where somebody looks at an event; what may be done and read follows from it."""

    OWNER = "owner"
    PARTY = "party"
    PROVINCE = "province"
    READER = "reader"


def _by_party(actor: Actor) -> ColumnElement[bool]:
    mine = select(MassParty.event_id).where(MassParty.unit_id.in_(actor.area.unit_ids))
    return or_(
        MassEvent.unit_id.in_(actor.area.unit_ids),
        MassEvent.id.in_(mine),
        MassEvent.country_code.in_(actor.area.country_codes),
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Events: of the own unit, of those taking part, of the country; those with own provinces."""
    if actor.area.is_everything:
        return true()
    if not (actor.area.unit_ids or actor.area.province_codes or actor.area.country_codes):
        return false()
    ours = select(MassParty.event_id).where(MassParty.province_code.in_(actor.area.province_codes))
    return or_(_by_party(actor), MassEvent.id.in_(ours))


def people_visible_to(actor: Actor) -> ColumnElement[bool]:
    """People: all of them for the event's units; of a province only those whom it receives."""
    if actor.area.is_everything:
        return true()
    whole = select(MassEvent.id).where(_by_party(actor))
    ours = and_(
        Participant.province_code.in_(actor.area.province_codes),
        Participant.event_id.in_(select(MassEvent.id).where(visible_to(actor))),
    )
    return or_(Participant.event_id.in_(whole), ours)


def side_of(session: Session, actor: Actor, event: MassEvent) -> Side:
    if event.unit_id == actor.unit_id:
        return Side.OWNER
    is_party = session.scalar(
        select(func.count()).where(
            MassParty.event_id == event.id, MassParty.unit_id == actor.unit_id
        )
    )
    if is_party or event.country_code in actor.area.country_codes:
        return Side.PARTY
    return Side.PROVINCE if actor.area.province_codes else Side.READER


def event_by_id(session: Session, actor: Actor, event_id: int, *, lock: bool = False) -> MassEvent:
    asked = select(MassEvent).where(MassEvent.id == event_id, visible_to(actor))
    found = session.scalar(asked.with_for_update() if lock else asked)
    if found is None:
        raise NotFound
    return found


def list_events(session: Session, actor: Actor) -> Sequence[tuple[MassEvent, int]]:
    """The events in scope, the open ones first, with how many of their people the actor sees."""
    counted = (
        select(Participant.event_id, func.count().label("people"))
        .where(Participant.merged_into_id.is_(None), people_visible_to(actor))
        .group_by(Participant.event_id)
        .subquery()
    )
    rows = session.execute(
        select(MassEvent, func.coalesce(counted.c.people, 0))
        .outerjoin(counted, counted.c.event_id == MassEvent.id)
        .where(visible_to(actor))
        .order_by(MassEvent.is_open.desc(), MassEvent.created_at.desc(), MassEvent.id.desc())
        .limit(200)
    )
    return [(row[0], row[1]) for row in rows]


def parties_of(session: Session, event: MassEvent) -> Sequence[MassParty]:
    asked = select(MassParty).where(MassParty.event_id == event.id).order_by(MassParty.id)
    return session.scalars(asked).all()


# --- people ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the people of an event are narrowed to; empty narrows nothing."""

    text: str = ""
    status: str = ""
    province: str = ""
    source: str = ""
    journey_id: int | None = None
    mark: str = ""

    @property
    def is_empty(self) -> bool:
        return self == PeopleFilter()


_SOURCES: Mapping[str, ColumnElement[bool]] = {
    Source.FOREIGN: Participant.in_foreign.is_(True),
    Source.MISSION: Participant.in_mission.is_(True),
    Source.REGISTRATION: Participant.in_registration.is_(True),
    Source.GATE: Participant.in_gate.is_(True),
}
_MARKS: Mapping[str, ColumnElement[bool]] = {
    "minor": Participant.is_minor.is_(True),
    "medical": Participant.is_medical.is_(True),
    "family": Participant.family != "",
    "late": Participant.is_late.is_(True),
    "no-case": Participant.case_id.is_(None),
    "no-journey": Participant.journey_id.is_(None),
    "problem": Participant.case_problem != "",
}


def names_open_to(actor: Actor, side: Side) -> ColumnElement[bool]:
    """The people whose names the actor may read; a masked one must not be found by its name."""
    if not actor.may(Permission.PERSONAL_DATA_VIEW):
        return false()
    if side is not Side.READER:
        return true()
    return and_(Participant.is_minor.is_(False), Participant.is_victim.is_(False))


def matching(
    actor: Actor, side: Side, event: MassEvent, wanted: PeopleFilter
) -> ColumnElement[bool]:
    """The condition of a list of people: scope first, then what was asked."""
    conditions = [
        Participant.event_id == event.id,
        Participant.merged_into_id.is_(None),
        people_visible_to(actor),
    ]
    if folded := fold_text(wanted.text):
        by_name = Participant.name_fold.contains(folded, autoescape=True)
        conditions.append(and_(by_name, names_open_to(actor, side)))
    if wanted.status:
        conditions.append(Participant.status == wanted.status)
    if wanted.province == UNCLEAR:
        conditions.append(Participant.province_code.is_(None))
    elif wanted.province:
        conditions.append(Participant.province_code == wanted.province)
    if wanted.source in _SOURCES:
        conditions.append(_SOURCES[wanted.source])
    if wanted.journey_id:
        conditions.append(Participant.journey_id == wanted.journey_id)
    if wanted.mark in _MARKS:
        conditions.append(_MARKS[wanted.mark])
    return and_(*conditions)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    rows: Sequence[Participant]
    next_after: int | None
    total: int


def list_people(
    session: Session,
    condition: ColumnElement[bool],
    *,
    after: int | None = None,
    limit: int = PAGE_SIZE,
) -> PeoplePage:
    """One page by name the Vietnamese way."""
    order = (Participant.sort_name, Participant.id)
    asked = select(Participant).where(condition).order_by(*order)
    if after is not None:
        last = select(*order).where(Participant.id == after)
        asked = asked.where(tuple_(*order) > last.scalar_subquery())
    rows = session.scalars(asked.limit(limit + 1)).all()
    total = session.scalar(select(func.count()).select_from(Participant).where(condition)) or 0
    return PeoplePage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None, total)


def counts_by(
    session: Session, condition: ColumnElement[bool], column: str
) -> dict[str | int | None, int]:
    """How many people have each value of a column."""
    value = getattr(Participant, column)
    rows = session.execute(select(value, func.count()).where(condition).group_by(value))
    return {row[0]: row[1] for row in rows}


def participant_by_id(
    session: Session, actor: Actor, event: MassEvent, participant_id: int, *, lock: bool = False
) -> Participant:
    """The entry at an address; one that was merged leads to the kept one."""
    asked = select(Participant).where(
        Participant.id == participant_id, Participant.event_id == event.id
    )
    entry = session.scalar(asked)
    root_id = (entry.merged_into_id or entry.id) if entry is not None else 0
    asked = select(Participant).where(Participant.id == root_id, people_visible_to(actor))
    found = session.scalar(
        asked.with_for_update().execution_options(populate_existing=True) if lock else asked
    )
    if found is None:
        raise NotFound
    return found


def entries_of(session: Session, root_id: int) -> Sequence[Participant]:
    """Every row of every list that is this person, the kept entry first."""
    asked = select(Participant).where(
        or_(Participant.id == root_id, Participant.merged_into_id == root_id)
    )
    rows = session.scalars(asked.order_by(Participant.id)).all()
    return sorted(rows, key=lambda one: one.id != root_id)


def happenings_of(session: Session, ids: Collection[int]) -> Sequence[ParticipantEvent]:
    asked = select(ParticipantEvent).where(ParticipantEvent.participant_id.in_(ids))
    return session.scalars(asked.order_by(ParticipantEvent.id.desc())).all()


# --- lists, pairs, journeys, runs -----------------------------------------------------------


def lists_of(session: Session, event: MassEvent) -> Sequence[MassList]:
    asked = select(MassList).where(MassList.event_id == event.id).order_by(MassList.id.desc())
    return session.scalars(asked).all()


def unfinished_lists(session: Session, event: MassEvent) -> Sequence[MassList]:
    """Lists of which some rows have not been taken yet: whom they bring is not known."""
    asked = select(MassList).where(MassList.event_id == event.id, MassList.state.not_in(ENDED))
    return session.scalars(asked.order_by(MassList.id)).all()


def list_by_id(session: Session, event: MassEvent, list_id: int) -> MassList:
    found = session.scalar(
        select(MassList).where(MassList.id == list_id, MassList.event_id == event.id)
    )
    if found is None:
        raise NotFound
    return found


def kept_rows_of(session: Session, list_id: int, *, is_late: bool) -> Sequence[KeptRow]:
    """Rows that wait for somebody first, in the order of the list; a page shows no more of them."""
    asked = (
        select(KeptRow)
        .where(KeptRow.list_id == list_id, KeptRow.is_late.is_(is_late))
        .order_by(KeptRow.settled_at.is_not(None), KeptRow.number, KeptRow.id)
    )
    return session.scalars(asked.limit(MOST_KEPT_SHOWN)).all()


def kept_row_by_id(session: Session, event: MassEvent, list_id: int, kept_id: int) -> KeptRow:
    found_list = list_by_id(session, event, list_id)
    found = session.scalar(
        select(KeptRow).where(KeptRow.id == kept_id, KeptRow.list_id == found_list.id)
    )
    if found is None:
        raise NotFound
    return found


def open_pairs(
    session: Session, event: MassEvent, *, limit: int = PAGE_SIZE
) -> Sequence[tuple[LikePair, Participant, Participant]]:
    """Pairs nobody has decided, the most alike first; those already one person are left out."""
    one, other = aliased(Participant), aliased(Participant)
    rows = session.execute(
        select(LikePair, one, other)
        .join(one, one.id == LikePair.one_id)
        .join(other, other.id == LikePair.other_id)
        .where(_is_undecided(event, one, other))
        .order_by(LikePair.score.desc(), LikePair.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def count_open_pairs(session: Session, event: MassEvent) -> int:
    one, other = aliased(Participant), aliased(Participant)
    asked = (
        select(func.count(LikePair.id))
        .join(one, one.id == LikePair.one_id)
        .join(other, other.id == LikePair.other_id)
        .where(_is_undecided(event, one, other))
    )
    return session.scalar(asked) or 0


def _is_undecided(
    event: MassEvent, one: type[Participant], other: type[Participant]
) -> ColumnElement[bool]:
    return and_(
        LikePair.event_id == event.id,
        LikePair.state == "open",
        func.coalesce(one.merged_into_id, one.id) != func.coalesce(other.merged_into_id, other.id),
    )


def pair_by_id(session: Session, event: MassEvent, pair_id: int) -> LikePair:
    found = session.scalar(
        select(LikePair).where(LikePair.id == pair_id, LikePair.event_id == event.id)
    )
    if found is None:
        raise NotFound
    return found


def journeys_of(session: Session, event: MassEvent) -> Sequence[tuple[Journey, int]]:
    """The journeys with how many people are on each."""
    aboard = (
        select(Participant.journey_id, func.count().label("people"))
        .where(Participant.event_id == event.id, Participant.merged_into_id.is_(None))
        .group_by(Participant.journey_id)
        .subquery()
    )
    rows = session.execute(
        select(Journey, func.coalesce(aboard.c.people, 0))
        .outerjoin(aboard, aboard.c.journey_id == Journey.id)
        .where(Journey.event_id == event.id)
        .order_by(Journey.departs_at, Journey.id)
    )
    return [(row[0], row[1]) for row in rows]


def journey_by_id(
    session: Session, event: MassEvent, journey_id: int, *, lock: bool = False
) -> Journey:
    asked = select(Journey).where(Journey.id == journey_id, Journey.event_id == event.id)
    found = session.scalar(asked.with_for_update() if lock else asked)
    if found is None:
        raise NotFound
    return found


def last_run(session: Session, event: MassEvent) -> CaseRun | None:
    asked = select(CaseRun).where(CaseRun.event_id == event.id).order_by(CaseRun.id.desc())
    return session.scalars(asked.limit(1)).first()


def minutes_of(session: Session, event: MassEvent) -> Sequence[GateMinutes]:
    asked = select(GateMinutes).where(GateMinutes.event_id == event.id)
    return session.scalars(asked.order_by(GateMinutes.id.desc())).all()


def has_foreign_list(session: Session, event: MassEvent) -> bool:
    asked = select(
        exists().where(
            Participant.event_id == event.id,
            Participant.merged_into_id.is_(None),
            Participant.in_foreign.is_(True),
        )
    )
    return bool(session.scalar(asked))
