"""Reads of trips: officers see the vessels of their provinces and what their unit brought in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from app.database import fold_text
from app.errors import NotFound
from app.permissions import Actor
from app.registers.vessel_numbers import fold_number
from app.vms.models import NoteKind, Outcome, VmsAlert, VmsDay, VmsNote, VmsTrip

PAGE_SIZE = 50
WATCHED, BACK, ENDED, EVERY = "theo-doi", "da-ket-noi", "da-xong", "tat-ca"


@dataclass(frozen=True, slots=True)
class TripFilter:
    """What the list is narrowed to."""

    tab: str = WATCHED
    text: str = ""
    province_code: str = ""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    if actor.area.is_everything:
        return true()
    return or_(
        VmsTrip.province_code.in_(actor.area.province_codes),
        VmsTrip.unit_id.in_(actor.area.unit_ids),
    )


def _in_tab(tab: str) -> ColumnElement[bool]:
    if tab == EVERY:
        return true()
    if tab == WATCHED:
        return VmsTrip.is_open.is_(true())
    is_over = VmsTrip.outcome.in_([Outcome.IN_PORT, Outcome.HANDED_OVER])
    return VmsTrip.is_open.is_(False) & (is_over if tab == ENDED else ~is_over)


def matching(actor: Actor, wanted: TripFilter) -> ColumnElement[bool]:
    condition = visible_to(actor) & _in_tab(wanted.tab)
    if wanted.province_code:
        condition &= VmsTrip.province_code == wanted.province_code
    if folded := fold_number(fold_text(wanted.text)):
        condition &= VmsTrip.number_fold.contains(folded, autoescape=True)
    return condition


def list_trips(
    session: Session, actor: Actor, wanted: TripFilter, *, after: int = 0
) -> tuple[Sequence[VmsTrip], int | None]:
    """One page, the longest silence first where one is watched, else the newest; next offset."""
    order = (
        (func.coalesce(VmsTrip.lost_since, VmsTrip.beyond_since), VmsTrip.id)
        if wanted.tab == WATCHED
        else (VmsTrip.last_at.desc(), VmsTrip.id)
    )
    statement = select(VmsTrip).where(matching(actor, wanted)).order_by(*order)
    rows = session.scalars(statement.offset(after).limit(PAGE_SIZE + 1)).all()
    return rows[:PAGE_SIZE], after + PAGE_SIZE if len(rows) > PAGE_SIZE else None


def count_tabs(session: Session, actor: Actor, wanted: TripFilter) -> Mapping[str, int]:
    counts = {}
    for tab in (WATCHED, BACK, ENDED, EVERY):
        narrowed = TripFilter(tab, wanted.text, wanted.province_code)
        statement = select(func.count()).select_from(VmsTrip).where(matching(actor, narrowed))
        counts[tab] = session.scalar(statement) or 0
    return counts


def reports_of_trips(session: Session, trip_ids: Collection[int]) -> Mapping[int, list[datetime]]:
    """When the vessels of trips reported their position, by trip."""
    found: dict[int, list[datetime]] = {}
    rows = session.execute(
        select(VmsNote.trip_id, VmsNote.at).where(
            VmsNote.trip_id.in_(trip_ids), VmsNote.kind == NoteKind.POSITION
        )
    )
    for row in rows:
        found.setdefault(row.trip_id, []).append(row.at)
    return found


def get_trip(session: Session, actor: Actor, trip_id: int, *, lock: bool = False) -> VmsTrip:
    """The trip, or NotFound: absent and out of scope are not told apart."""
    statement = select(VmsTrip).where(VmsTrip.id == trip_id, visible_to(actor))
    if lock:
        statement = statement.with_for_update()
    trip = session.scalar(statement.execution_options(populate_existing=True))
    if trip is None:
        raise NotFound
    return trip


def trip_with_all(session: Session, actor: Actor, trip_id: int) -> VmsTrip:
    get_trip(session, actor, trip_id)
    statement = select(VmsTrip).where(VmsTrip.id == trip_id)
    loaded = [selectinload(one) for one in (VmsTrip.alerts, VmsTrip.notes, VmsTrip.extracts)]
    return session.scalars(
        statement.options(*loaded).execution_options(populate_existing=True)
    ).one()


def alerts_of(session: Session, trip_ids: Collection[int]) -> Mapping[int, list[VmsAlert]]:
    """The alerts of trips in the order of their beginning."""
    found: dict[int, list[VmsAlert]] = {trip_id: [] for trip_id in trip_ids}
    rows = session.scalars(
        select(VmsAlert).where(VmsAlert.trip_id.in_(trip_ids)).order_by(VmsAlert.started_at)
    )
    for row in rows:
        found[row.trip_id].append(row)
    return found


def days_of(session: Session, actor: Actor) -> Sequence[VmsDay]:
    """The files of positions that the actor's unit has had checked, newest first."""
    statement = select(VmsDay).order_by(VmsDay.id.desc()).limit(PAGE_SIZE)
    if not actor.area.is_everything:
        statement = statement.where(VmsDay.unit_id.in_({actor.unit_id, *actor.area.unit_ids}))
    return session.scalars(statement).all()
