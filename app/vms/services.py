"""What an officer does about a trip: a call, a position by other means, how it ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import normalise_text
from app.errors import Conflict, Invalid
from app.permissions import Actor
from app.vms.models import NoteKind, Outcome, VmsAlert, VmsNote, VmsTrip
from app.vms.queries import get_trip
from app.vms.recording import refresh_trips

_AHEAD: Final = timedelta(minutes=5)  # clocks of two machines
_NOT_KEPT: Final = "Chưa ghi được."


@dataclass(frozen=True, slots=True)
class Point:
    """A place in EPSG:4326 degrees."""

    lat: float
    lon: float


def record_call(
    session: Session, actor: Actor, trip_id: int, *, text: str = "", now: datetime
) -> VmsNote:
    """The owner or the master was called; what was said is kept sealed."""
    trip = get_trip(session, actor, trip_id, lock=True)
    return add_note(session, actor, trip, NoteKind.CALLED, text=text, now=now)


def record_position(
    session: Session, actor: Actor, trip_id: int, *, at: datetime, point: Point, now: datetime
) -> VmsNote:
    """The vessel has told where it is, by radio or telephone: the next report is counted anew."""
    trip = get_trip(session, actor, trip_id, lock=True)
    _refuse_future(at, now)
    if at < trip.started_at:
        raise Invalid(_NOT_KEPT, {"at": ("Thời điểm trước khi chuyến này có cảnh báo.",)})
    trip.last_report_at = max(trip.last_report_at or at, at)
    trip.told_missed = 0
    return add_note(session, actor, trip, NoteKind.POSITION, at=at, point=point, now=now)


def record_outcome(
    session: Session,
    actor: Actor,
    trip_id: int,
    outcome: Outcome,
    *,
    at: datetime | None = None,
    now: datetime,
) -> VmsTrip:
    """The signal is back or the vessel in port: what stood open ends at that moment."""
    trip = get_trip(session, actor, trip_id, lock=True)
    if outcome not in {Outcome.RECONNECTED, Outcome.IN_PORT}:
        raise Invalid("Chưa rõ kết quả.", {"outcome": ("Chọn kết quả trong danh sách.",)})
    if trip.outcome == Outcome.IN_PORT:
        raise Conflict("Chuyến này đã ghi tàu về bờ. Cảnh báo mới sẽ thuộc chuyến khác.")
    moment = at or now
    _refuse_future(moment, now)
    still_open = session.scalars(
        select(VmsAlert).where(VmsAlert.trip_id == trip.id, VmsAlert.ended_at.is_(None))
    ).all()
    for alert in still_open:
        alert.ended_at = max(moment, alert.started_at)
    if trip.outcome != Outcome.HANDED_OVER:  # the file goes on; that the signal is back is noted
        trip.outcome, trip.outcome_at = outcome, moment
    session.flush()
    refresh_trips(session, {trip.id}, now=now)
    add_note(session, actor, trip, NoteKind.OUTCOME, value=outcome.value, at=moment, now=now)
    return trip


def _refuse_future(at: datetime, now: datetime) -> None:
    if at > now + _AHEAD:
        raise Invalid(_NOT_KEPT, {"at": ("Thời điểm chưa đến.",)})


def add_note(
    session: Session,
    actor: Actor,
    trip: VmsTrip,
    kind: NoteKind,
    *,
    now: datetime,
    at: datetime | None = None,
    value: str = "",
    text: str = "",
    point: Point | None = None,
) -> VmsNote:
    note = VmsNote(
        trip_id=trip.id,
        kind=kind.value,
        at=at or now,
        value=value,
        lat=point.lat if point else None,
        lon=point.lon if point else None,
        text=normalise_text(text),
        recorded_at=now,
        recorded_by=actor.user_id,
        recorder_name=actor.name,
    )
    session.add(note)
    trip.updated_at = now
    session.flush()
    record_access(session, actor, f"vms.{kind.value}", f"vms_trip:{trip.id}", now=now)
    return note
