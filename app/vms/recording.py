"""Alerts of any list become trips: the same alert twice is one, a longer one moves its end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.permissions import Actor
from app.registers.vessel_numbers import VesselNumber
from app.vms.ladder import LimitBook
from app.vms.models import AlertKind, Outcome, VmsAlert, VmsTrip
from app.vms.queries import alerts_of
from app.vms.rules import Span, is_of_trip, sums_of
from app.vms.sea_rules import Finding, Told
from app.vms.vessels import Known

_AT_ONCE = 400
# A list may say it without a position; with one, checking it against the lines decides.
_CROSSINGS = frozenset({"", Finding.CROSSED, Finding.PERHAPS})


class Change(StrEnum):
    """What an alert that was brought in did."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class NewAlert:
    """One alert as a list brings it; the moments are aware, the point EPSG:4326."""

    number: VesselNumber
    kind: AlertKind
    started_at: datetime
    ended_at: datetime | None
    known_until: datetime
    province_code: str | None
    source: str
    vessel: Known | None = None
    lat: float | None = None
    lon: float | None = None
    told: Told | None = None
    note: str = ""

    @property
    def key(self) -> tuple[str, str, datetime]:
        return self.number.folded, self.kind.value, self.started_at


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one alert."""

    alert: VmsAlert
    change: Change


Stored = dict[tuple[str, str, datetime], VmsAlert]


def known_alerts(session: Session, alerts: Iterable[NewAlert]) -> Stored:
    """The alerts of these vessels that are kept already, by vessel, kind and first moment."""
    folds = sorted({one.number.folded for one in alerts})
    found: Stored = {}
    for start in range(0, len(folds), _AT_ONCE):
        part = folds[start : start + _AT_ONCE]
        rows = session.scalars(select(VmsAlert).where(VmsAlert.number_fold.in_(part)))
        found |= {(row.number_fold, row.kind, row.started_at): row for row in rows}
    return found


def change_of(known: VmsAlert | None, new: NewAlert) -> Change:
    """What bringing an alert in would do."""
    if known is None:
        return Change.CREATED
    is_longer = new.ended_at is not None and (
        known.ended_at is None or new.ended_at > known.ended_at
    )
    is_known_longer = known.ended_at is None and new.known_until > known.known_until
    return Change.CHANGED if is_longer or is_known_longer else Change.UNCHANGED


def record_alerts(
    session: Session, actor: Actor, alerts: Sequence[NewAlert], *, now: datetime
) -> list[Recorded]:
    """Keep alerts and bring their trips up to date; the answers stand in the order given."""
    known, trips = known_alerts(session, alerts), _trips_of(session, alerts)
    book, done = LimitBook(session), {}
    for index, new in sorted(enumerate(alerts), key=lambda pair: pair[1].started_at):
        stored = known.get(new.key)
        change = change_of(stored, new)
        if stored is None:
            trip = _trip_for(session, actor, new, trips, book, now=now)
            stored = known[new.key] = _alert(actor, new, trip, now=now)
            session.add(stored)
            trip.started_at = min(trip.started_at, new.started_at)
            trip.last_at = max(trip.last_at, new.ended_at or new.known_until)
        elif change is Change.CHANGED:
            stored.ended_at = new.ended_at or stored.ended_at
            stored.known_until = max(stored.known_until, new.known_until)
        done[index] = Recorded(stored, change)
    session.flush()
    touched = {one.alert.trip_id for one in done.values() if one.change is not Change.UNCHANGED}
    refresh_trips(session, touched, now=now)
    return [done[index] for index in range(len(alerts))]


def _trips_of(session: Session, alerts: Iterable[NewAlert]) -> dict[str, list[VmsTrip]]:
    folds = sorted({one.number.folded for one in alerts})
    found: dict[str, list[VmsTrip]] = {}
    for start in range(0, len(folds), _AT_ONCE):
        part = folds[start : start + _AT_ONCE]
        statement = select(VmsTrip).where(VmsTrip.number_fold.in_(part)).order_by(VmsTrip.id)
        for trip in session.scalars(statement.with_for_update()):
            found.setdefault(trip.number_fold, []).append(trip)
    return found


def _trip_for(
    session: Session,
    actor: Actor,
    new: NewAlert,
    trips: dict[str, list[VmsTrip]],
    book: LimitBook,
    *,
    now: datetime,
) -> VmsTrip:
    gap = book.of(new.province_code, new.started_at.date()).trip_gap
    for trip in reversed(trips.get(new.number.folded, [])):
        in_port = trip.outcome_at if trip.outcome == Outcome.IN_PORT else None
        if is_of_trip(
            new.started_at, first=trip.started_at, last=trip.last_at, in_port_at=in_port, gap=gap
        ):
            return trip
    made = VmsTrip(
        vessel_id=new.vessel.id if new.vessel else None,
        number_raw=new.number.canonical or new.number.raw,
        number_fold=new.number.folded,
        province_code=new.province_code,
        unit_id=actor.unit_id or None,
        started_at=new.started_at,
        last_at=new.ended_at or new.known_until,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    session.flush()
    trips.setdefault(new.number.folded, []).append(made)
    return made


def _alert(actor: Actor, new: NewAlert, trip: VmsTrip, *, now: datetime) -> VmsAlert:
    told = new.told
    return VmsAlert(
        trip_id=trip.id,
        number_fold=new.number.folded,
        kind=new.kind.value,
        started_at=new.started_at,
        ended_at=new.ended_at,
        known_until=new.known_until,
        lat=new.lat,
        lon=new.lon,
        finding=told.finding.value if told else "",
        line=told.line if told else "",
        stretch=told.stretch if told else "",
        zone=told.zone if told else "",
        status=told.status if told else "",
        country=told.country if told else "",
        is_official=told.is_official if told else False,
        miles=told.miles if told else None,
        source=new.source,
        note=new.note,
        recorded_at=now,
        recorded_by=actor.user_id,
    )


def span_of(alert: VmsAlert) -> Span:
    is_loss = alert.kind == AlertKind.SIGNAL_LOST
    is_crossing = not is_loss and alert.finding in _CROSSINGS
    is_beyond = is_crossing or (not is_loss and alert.finding == Finding.ELSEWHERE)
    moments = (alert.started_at, alert.ended_at, alert.known_until)
    return Span(is_loss, *moments, is_beyond, is_crossing)


def refresh_trips(session: Session, trip_ids: Collection[int], *, now: datetime) -> None:
    """Bring the sums of trips up to what their alerts say."""
    ids = sorted(trip_ids)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        trips = session.scalars(select(VmsTrip).where(VmsTrip.id.in_(part))).all()
        alerts = alerts_of(session, part)
        for trip in trips:
            _refresh(trip, alerts[trip.id], now=now)
    session.flush()


def _refresh(trip: VmsTrip, alerts: Sequence[VmsAlert], *, now: datetime) -> None:
    sums = sums_of([span_of(one) for one in alerts])
    if sums.lost_since != trip.lost_since:  # another loss: its ladder begins anew
        trip.told_step = trip.told_missed = 0
    for name in ("started_at", "last_at", "alert_count", "crossing_count", "longest_s"):
        setattr(trip, name, getattr(sums, name))
    trip.lost_since, trip.beyond_since = sums.lost_since, sums.beyond_since
    has_open = sums.lost_since is not None or sums.beyond_since is not None
    newest = max(one.started_at for one in alerts)
    is_over = trip.outcome_at is not None and newest <= trip.outcome_at
    if trip.outcome == Outcome.RECONNECTED and has_open:
        trip.outcome, trip.outcome_at = Outcome.NONE, None
    trip.is_open = has_open and not (is_over and trip.outcome == Outcome.HANDED_OVER)
    trip.updated_at = now


def link_vessels(session: Session, found: Mapping[str, Known]) -> None:
    """Trips of numbers that the register has learnt since are tied to its vessels."""
    folds = sorted(found)
    for start in range(0, len(folds), _AT_ONCE):
        part = folds[start : start + _AT_ONCE]
        waiting = session.scalars(
            select(VmsTrip).where(VmsTrip.number_fold.in_(part), VmsTrip.vessel_id.is_(None))
        )
        for trip in waiting:
            vessel = found[trip.number_fold]
            trip.vessel_id = vessel.id
            trip.province_code = vessel.province_code or trip.province_code
