"""Puts together what the pages of mass events show; every person through the one serializer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.accounts.queries import province_names
from app.crises import queries
from app.crises.models import CaseRun, MassEvent, MassParty, Participant, ParticipantEvent
from app.crises.queries import UNCLEAR, PeopleFilter, Side
from app.crises.rules import GATE, Source, Status
from app.crises.shown import PersonLine, Reader, reader_of
from app.crises.words import HAPPENED, SOURCES, STATUSES, said
from app.database import row_number
from app.permissions import Actor, Permission
from app.registers.country_names import country_name


def filter_from(request: Request) -> PeopleFilter:
    """What the address asks for; what it cannot mean asks for nothing."""
    asked = request.values
    journey = asked.get("chuyen", type=row_number)
    return PeopleFilter(
        text=asked.get("q", "").strip()[:100],
        status=asked.get("trang-thai", "") if asked.get("trang-thai") in {*Status} else "",
        province=asked.get("tinh", "")[:2],
        source=asked.get("nguon", "") if asked.get("nguon") in {*Source} else "",
        journey_id=journey,
        mark=asked.get("dau", "")[:16],
    )


def arguments_of(wanted: PeopleFilter) -> dict[str, Any]:  # Any: as url_for takes them
    """The filter back as the arguments of an address."""
    said_of = {
        "q": wanted.text,
        "trang-thai": wanted.status,
        "tinh": wanted.province,
        "nguon": wanted.source,
        "chuyen": str(wanted.journey_id or ""),
        "dau": wanted.mark,
    }
    return {name: value for name, value in said_of.items() if value}


@dataclass(frozen=True, slots=True)
class EventView:
    """What stands above every page of an event."""

    event: MassEvent
    side: Side
    country: str
    owner: str
    may_act: bool
    may_lead: bool
    may_case: bool


def view_of(session: Session, actor: Actor, event: MassEvent) -> EventView:
    side = queries.side_of(session, actor, event)
    owner = session.get(Unit, event.unit_id)
    may_act = event.is_open and side in (Side.OWNER, Side.PARTY)
    return EventView(
        event,
        side,
        country_name(event.country_code, actor.locale),
        owner.short_name if owner else "",
        may_act and actor.may(Permission.CASE_ACT),
        side is Side.OWNER and actor.may(Permission.IMPORT_RUN),
        may_act and actor.may(Permission.CASE_OPEN),
    )


# --- the grid -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GridPage:
    """The people of an event: counts above, one page of rows below."""

    view: EventView
    wanted: PeopleFilter
    arguments: Mapping[str, Any]  # Any: as above
    lines: Sequence[PersonLine]
    next_after: int | None
    total: int
    people: int
    statuses: Sequence[tuple[str, str, int]]
    provinces: Sequence[tuple[str, str, int]]
    journeys: Mapping[int, str]
    pair_count: int
    run: CaseRun | None


def grid_page(
    session: Session, actor: Actor, event: MassEvent, wanted: PeopleFilter, *, after: int | None
) -> GridPage:
    view = view_of(session, actor, event)
    condition = queries.matching(actor, view.side, event, wanted)
    everyone = queries.matching(actor, view.side, event, PeopleFilter())
    page = queries.list_people(session, condition, after=after)
    reader = reader_of(session, actor, view.side, page.rows)
    counted = queries.counts_by(session, everyone, "status")
    is_whole = view.side in (Side.OWNER, Side.PARTY)
    return GridPage(
        view,
        wanted,
        arguments_of(wanted),
        reader.lines(page.rows),
        page.next_after,
        page.total,
        sum(counted.values()),
        [
            (one, said(STATUSES, one, actor.locale), counted.get(one, 0))
            for one in Status
            if counted.get(one)
        ],
        province_counts(session, everyone),
        {one.id: one.code for one, _count in queries.journeys_of(session, event)},
        queries.count_open_pairs(session, event) if is_whole else 0,
        queries.last_run(session, event) if is_whole else None,
    )


def province_counts(session: Session, condition: ColumnElement[bool]) -> list[tuple[str, str, int]]:
    """Each receiving province with its people, the most first; those unclear before all."""
    counted = queries.counts_by(session, condition, "province_code")
    names = province_names(session)
    rows = [
        (str(code), names.get(str(code), str(code)), count)
        for code, count in counted.items()
        if code is not None
    ]
    rows.sort(key=lambda row: (-row[2], row[1]))
    unclear = counted.get(None)
    return [*([(UNCLEAR, _("Chưa rõ tỉnh"), unclear)] if unclear else []), *rows]


# --- one person -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happening:
    at: datetime
    who: str
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    view: EventView
    line: PersonLine
    contact: str
    medical: str
    entries: Sequence[tuple[Participant, str]]
    happenings: Sequence[Happening]
    remarks: Sequence[str]
    statuses: Sequence[tuple[str, str]]


def person_page(
    session: Session, actor: Actor, event: MassEvent, person: Participant
) -> PersonPage:
    view = view_of(session, actor, event)
    reader = reader_of(session, actor, view.side, [person])
    line = reader.line(person)
    entries = queries.entries_of(session, person.id) if not line.is_masked else []
    happened = queries.happenings_of(session, [person.id, *(one.id for one in entries)])
    return PersonPage(
        view,
        line,
        reader.contact(person),
        person.medical if not line.is_masked else "",
        [(one, said(SOURCES, one.source, actor.locale)) for one in entries],
        [_happening(one, reader) for one in happened],
        person.remarks if not line.is_masked else (),
        statuses_for(view, actor),
    )


def statuses_for(view: EventView, actor: Actor) -> list[tuple[str, str]]:
    """The statuses that the reader may set."""
    if view.may_act:
        return [(one, said(STATUSES, one, actor.locale)) for one in Status]
    if view.side is Side.PROVINCE and view.event.is_open and actor.may(Permission.CASE_ACT):
        return [(Status.HANDED_ON, said(STATUSES, Status.HANDED_ON, actor.locale))]
    return []


def _happening(one: ParticipantEvent, reader: Reader) -> Happening:
    locale = reader.actor.locale
    text = one.text
    if one.kind == "status":
        moves = (said(STATUSES, str(one.data.get(end, "")), locale) for end in ("from", "to"))
        text = " → ".join(moves)
    if one.kind == "facts":
        text = ""
    is_open = reader.actor.may(Permission.PERSONAL_DATA_VIEW)
    names = {"listed", "late", "merged", "merged_automatically", "parted"}
    return Happening(
        one.at,
        one.user_name,
        said(HAPPENED, one.kind, locale),
        text if is_open or one.kind not in names else "",
    )


# --- the gate -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GatePage:
    view: EventView
    text: str
    only: str
    lines: Sequence[PersonLine]
    next_after: int | None
    total: int
    counts: Sequence[tuple[str, str, int]]
    taps: Sequence[tuple[str, str]]


def gate_page(
    session: Session,
    actor: Actor,
    event: MassEvent,
    *,
    text: str,
    only: str,
    after: int | None,
) -> GatePage:
    view = view_of(session, actor, event)
    wanted = PeopleFilter(text=text, status=only)
    page = queries.list_people(
        session, queries.matching(actor, view.side, event, wanted), after=after
    )
    reader = reader_of(session, actor, view.side, page.rows)
    everyone = queries.matching(actor, view.side, event, PeopleFilter())
    counted = queries.counts_by(session, everyone, "status")
    shown = (Status.EXPECTED, *GATE, Status.HANDED_ON)
    return GatePage(
        view,
        text,
        only,
        reader.lines(page.rows),
        page.next_after,
        page.total,
        [(one, said(STATUSES, one, actor.locale), counted.get(one, 0)) for one in shown],
        [(one, said(STATUSES, one, actor.locale)) for one in GATE],
    )


def party_names(session: Session, parties: Sequence[MassParty]) -> list[str]:
    """Units by their short names, then provinces."""
    ids = [one.unit_id for one in parties if one.unit_id]
    rows = session.execute(select(Unit.id, Unit.short_name).where(Unit.id.in_(ids)))
    units: dict[Any, str] = {row.id: row.short_name for row in rows}
    names = province_names(session)
    provinces = sorted(names.get(one.province_code or "", "") for one in parties)
    return [*units.values(), *(name for name in provinces if name)]
