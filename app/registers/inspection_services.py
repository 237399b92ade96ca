"""What is done in the field: an inspection begun, a marker observed, an interval decided."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Forbidden, Invalid
from app.permissions import Actor
from app.registers import inspection_queries as queries
from app.registers.inspection_models import (
    Inspection,
    InspectionDue,
    InspectionInterval,
    InspectionMarker,
    Observation,
    ObservationPhoto,
)
from app.registers.inspection_rules import SEEN, due_after, interval_for
from app.registers.models import Marker
from app.registers.recording import apply_facts, store_change
from app.registers.services import mark_register_changed
from app.storage import StoredFile

_INTERVALS = Path(__file__).parent / "data" / "inspection_intervals.csv"
_FARTHEST_EAST = timedelta(hours=14)  # where a new day begins first
MOST_MARKERS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """How a marker was found: the condition, the day, in words and in photos."""

    condition: str
    on: date
    remark: str = ""
    photos: Sequence[StoredFile] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """An inspection as a unit writes it down."""

    neighbour: str
    route: str
    began_on: date
    ended_on: date | None = None
    is_joint: bool = False
    partner_body: str = ""
    members_count: int | None = None
    partner_count: int | None = None
    note: str = ""
    source: str = ""
    is_illustration: bool = False


@dataclass(frozen=True, slots=True)
class IntervalFacts:
    """One interval as an office decides it; an empty kind means every kind of the line."""

    neighbour: str
    kind: str
    days: int
    valid_from: date | None
    valid_to: date | None
    check: str
    source: str
    note: str


# --- observations ---------------------------------------------------------------------------


def record_observation(
    session: Session,
    actor: Actor,
    marker: Marker,
    found: Found,
    *,
    now: datetime,
    inspection: Inspection | None = None,
) -> Observation:
    """Keep what was seen; the marker's condition follows the newest look at it."""
    _check_seen(found, now)
    last = session.get(InspectionDue, marker.id)
    is_newest = last is None or last.inspected_on <= found.on
    observation = Observation(
        marker_id=marker.id,
        inspection_id=inspection.id if inspection else None,
        observed_on=found.on,
        condition=found.condition,
        remark=found.remark.strip(),
        unit_id=actor.unit_id,
        unit_name=actor.unit_name,
        recorded_by=actor.user_id,
        recorded_name=actor.name,
        recorded_at=now,
        is_illustration=inspection.is_illustration if inspection else False,
        photos=[_photo(file) for file in found.photos],
    )
    session.add(observation)
    if is_newest:
        _bring_up_to_date(session, actor, marker, found, now=now)
    session.flush()
    record_access(session, actor, "marker.observed", f"marker:{marker.id}", now=now)
    mark_register_changed(session, now=now)
    return observation


def _check_seen(found: Found, now: datetime) -> None:
    if found.condition not in SEEN:
        raise Invalid("Chưa ghi được.", {"condition": [_("Hãy chọn tình trạng thấy tại mốc.")]})
    if found.on > (now + _FARTHEST_EAST).date():
        raise Invalid(
            "Chưa ghi được.", {"observed_on": [_("Ngày quan sát không thể ở tương lai.")]}
        )


def _photo(file: StoredFile) -> ObservationPhoto:
    return ObservationPhoto(
        file_name=file.file_name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
    )


def _bring_up_to_date(
    session: Session, actor: Actor, marker: Marker, found: Found, *, now: datetime
) -> None:
    before, after = apply_facts(marker, {"condition": found.condition})
    if after:
        said = found.remark.strip() or "Quan sát tại thực địa"
        store_change(
            session, actor, marker, before=before, after=after, reason=said, now=now, on=found.on
        )
    interval = interval_for(
        queries.intervals(session), marker.neighbour, marker.kind, on=now.date()
    )
    due_on = due_after(found.on, interval)
    session.merge(InspectionDue(marker_id=marker.id, inspected_on=found.on, due_on=due_on))


# --- inspections ----------------------------------------------------------------------------


def record_inspection(
    session: Session, actor: Actor, walk: Walk, markers: Sequence[Marker], *, now: datetime
) -> Inspection:
    """Write down a patrol and its route; the markers seen on it are observed one by one."""
    _check_walk(walk, markers, now)
    inspection = Inspection(
        **{name: getattr(walk, name) for name in Walk.__slots__},
        unit_id=actor.unit_id,
        unit_name=actor.unit_name,
        recorded_by=actor.user_id,
        recorded_name=actor.name,
        recorded_at=now,
    )
    session.add(inspection)
    session.flush()
    session.add_all(
        InspectionMarker(inspection_id=inspection.id, marker_id=marker.id) for marker in markers
    )
    session.flush()
    record_access(session, actor, "inspection.recorded", f"inspection:{inspection.id}", now=now)
    return inspection


def _check_walk(walk: Walk, markers: Sequence[Marker], now: datetime) -> None:
    problems: dict[str, list[str]] = {}
    if not markers:
        problems["route"] = [_("Không có mốc nào như vậy trên đoạn biên giới của bạn.")]
    if len(markers) > MOST_MARKERS:
        problems["route"] = [
            _("Mỗi lần kiểm tra tối đa %(n)s mốc; hãy chia tuyến.", n=MOST_MARKERS)
        ]
    if walk.began_on > (now + _FARTHEST_EAST).date():
        problems["began_on"] = [_("Ngày kiểm tra không thể ở tương lai.")]
    if walk.ended_on and walk.ended_on < walk.began_on:
        problems["ended_on"] = [_("Ngày kết thúc phải từ ngày bắt đầu trở đi.")]
    if walk.is_joint and not walk.partner_body.strip():
        problems["partner_body"] = [_("Kiểm tra song phương thì ghi rõ đơn vị phía bạn.")]
    if problems:
        raise Invalid("Chưa ghi được lần kiểm tra.", problems)


# --- intervals ------------------------------------------------------------------------------


def record_interval(
    session: Session,
    actor: Actor,
    facts: IntervalFacts,
    *,
    row: InspectionInterval | None = None,
    now: datetime,
) -> InspectionInterval:
    """Add an interval or correct one; every day by which a marker is due follows it."""
    if not actor.area.is_everything:
        raise Forbidden("Chu kỳ kiểm tra do Bộ quy định; địa phương chỉ xem.")
    if facts.valid_from and facts.valid_to and facts.valid_to < facts.valid_from:
        raise Invalid(
            "Chưa lưu được.", {"valid_to": [_("Ngày hết hiệu lực phải sau ngày bắt đầu.")]}
        )
    before = f"{row.days} → " if row else ""
    interval = row or InspectionInterval()
    for name in IntervalFacts.__slots__:
        setattr(interval, name, getattr(facts, name))
    session.add(interval)
    session.flush()
    recount_due(session, on=now.date())
    reason = f"{before}{facts.days} ngày"
    subject = f"inspection-interval:{interval.id}"
    record_access(session, actor, "interval.recorded", subject, reason=reason, now=now)
    return interval


def recount_due(session: Session, *, on: date) -> None:
    """Set again by which day each marker is due, in one statement per line, kind and day seen."""
    known = queries.intervals(session)
    groups = session.execute(
        select(Marker.neighbour, Marker.kind, InspectionDue.inspected_on)
        .join(Marker, Marker.id == InspectionDue.marker_id)
        .distinct()
    ).all()
    for neighbour, kind, seen_on in groups:
        due_on = due_after(seen_on, interval_for(known, neighbour, kind, on=on))
        own = select(Marker.id).where(Marker.neighbour == neighbour, Marker.kind == kind)
        session.execute(
            update(InspectionDue)
            .where(InspectionDue.inspected_on == seen_on, InspectionDue.marker_id.in_(own))
            .values(due_on=due_on)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()


def load_intervals(session: Session) -> None:
    """Fill the table where it is empty; what an office keeps is not touched."""
    if session.scalar(select(InspectionInterval.id).limit(1)) is not None:
        return
    with _INTERVALS.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            days = {name: _day(row.pop(name)) for name in ("valid_from", "valid_to")}
            count = int(row.pop("days"))
            session.add(InspectionInterval(**row, **days, days=count))
    session.flush()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
