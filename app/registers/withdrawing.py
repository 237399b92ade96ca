"""Takes back what was written into the register by mistake; the record of it all stays."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit import record_access
from app.permissions import Actor
from app.registers.models import Marker, MarkerMeasurement
from app.registers.placing import place_marker, tag_of, unplace_marker
from app.registers.recording import Ground, Values, apply_facts, store_change


def withdraw_marker(
    session: Session, actor: Actor, marker: Marker, *, reason: str, now: datetime
) -> None:
    """The marker leaves every list and map; its row, measurements and history are kept."""
    marker.withdrawn_at = now
    store_change(
        session,
        actor,
        marker,
        before={"withdrawn": False},
        after={"withdrawn": True},
        reason=reason,
        now=now,
    )
    record_access(session, actor, "marker.withdrawn", f"marker:{marker.id}", now=now)


def revive_marker(session: Session, actor: Actor, marker: Marker, *, now: datetime) -> None:
    """A withdrawn marker that is recorded again comes back with its history."""
    if marker.withdrawn_at is None:
        return
    marker.withdrawn_at = None
    store_change(
        session,
        actor,
        marker,
        before={"withdrawn": True},
        after={"withdrawn": False},
        reason="",
        now=now,
    )


def restore_facts(
    session: Session, actor: Actor, marker: Marker, facts: Values, *, reason: str, now: datetime
) -> None:
    """Give facts their former values, as one more change of the history."""
    before, after = apply_facts(marker, facts)
    if after:
        store_change(session, actor, marker, before=before, after=after, reason=reason, now=now)
    record_access(session, actor, "marker.restored", f"marker:{marker.id}", now=now)


def drop_measurement(
    session: Session,
    actor: Actor,
    marker: Marker,
    measurement_id: int,
    *,
    ground: Ground,
    reason: str,
    now: datetime,
    besides: Collection[int] = (),
) -> bool:
    """Let the measurement before this one be in force again; False where this one is not.

    The measurement itself is kept. `besides` are others that must not come back.
    """
    mine = next((one for one in marker.measurements if one.id == measurement_id), None)
    if mine is None or not mine.is_in_force:
        return False
    before = {"lat": marker.lat, "lon": marker.lon}
    mine.is_in_force = False
    earlier = _earlier(marker, mine, besides)
    if earlier is None or earlier.lat is None or earlier.lon is None:
        unplace_marker(marker)
    else:
        earlier.is_in_force = True
        tag = tag_of(earlier.lat, earlier.lon, ground.pack)
        place_marker(marker, earlier.lat, earlier.lon, tag=tag, segments=ground.segments)
    after = {"lat": marker.lat, "lon": marker.lon}
    store_change(session, actor, marker, before=before, after=after, reason=reason, now=now)
    return True


def _earlier(
    marker: Marker, mine: MarkerMeasurement, besides: Collection[int]
) -> MarkerMeasurement | None:
    older = [one for one in marker.measurements if one.id < mine.id and one.id not in besides]
    return max(older, key=lambda one: one.id, default=None)
