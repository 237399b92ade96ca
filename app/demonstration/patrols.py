"""A year of patrols: who walked which stretch, how each marker was found, and what is overdue."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any

import yaml
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.demonstration.ids import take_ids
from app.demonstration.names import DATA
from app.permissions import SYSTEM_ACTOR
from app.registers.inspection_models import (
    Inspection,
    InspectionDue,
    InspectionMarker,
    Observation,
)
from app.registers.inspection_queries import intervals
from app.registers.inspection_rules import (
    GONE,
    SEEN,
    STANDING_STAGES,
    Interval,
    due_after,
    interval_for,
)
from app.registers.models import Marker, Segment

_WALK = 24  # markers of one patrol
_NEVER, _LATE = 0.06, 0.1  # shares of the walks
_LONGEST_LATE_DAYS = 90
Row = dict[str, Any]  # Any: column values


def load_patrols(session: Session, chance: Random, *, now: datetime) -> str:
    """Bulk rows of patrols by stretch, all illustrations, and the patrols that were published."""
    walks = list(_walks(session))
    known, today = intervals(session), now.date()
    rows: list[Row] = []
    kept: list[tuple[Row, Sequence[Marker]]] = []
    for segment, markers in walks:
        if chance.random() < _NEVER:
            continue
        interval = interval_for(known, markers[0].neighbour, "", on=today)
        row = _patrol(segment, markers, _seen_on(chance, interval, today), chance, now)
        rows.append(row)
        kept.append((row, markers))
    _write(session, kept, known, now)
    count = sum(len(markers) for _row, markers in kept)
    published = _load_published(session, now)
    return f"{len(rows) + published} đợt kiểm tra, {count} quan sát mốc"


def _walks(session: Session) -> Iterator[tuple[Segment, Sequence[Marker]]]:
    """The standing markers of every stretch, so many at a time, in the order of the border."""
    segments = {one.id: one for one in session.scalars(select(Segment))}
    markers = session.scalars(
        select(Marker)
        .where(
            Marker.segment_id.is_not(None),
            Marker.stage.in_(STANDING_STAGES),
            Marker.condition.not_in(GONE),
        )
        .order_by(Marker.segment_id, Marker.chainage_m, Marker.id)
    )
    for segment_id, group in groupby(markers, key=lambda one: one.segment_id):
        own = list(group)
        for start in range(0, len(own), _WALK):
            if segment_id is not None:
                yield segments[segment_id], own[start : start + _WALK]


def _seen_on(chance: Random, interval: Interval | None, today: date) -> date:
    days = interval.days if interval else 180
    if chance.random() < _LATE:
        return today - timedelta(days=days + chance.randint(1, _LONGEST_LATE_DAYS))
    return today - timedelta(days=chance.randint(1, days))


def _patrol(
    segment: Segment, markers: Sequence[Marker], on: date, chance: Random, now: datetime
) -> Row:
    is_joint = chance.random() < 0.4  # noqa: PLR2004  a share
    first, last = markers[0].label, markers[-1].label
    stretch = segment.name.rpartition(":")[2].strip()
    opposite = (
        f"Đơn vị đối diện, {segment.counterpart}" if segment.counterpart else "Đơn vị đối diện"
    )
    return {
        "neighbour": segment.neighbour,
        "unit_id": SYSTEM_ACTOR.unit_id,
        "unit_name": f"Bộ đội Biên phòng, đoạn {stretch}",
        "is_joint": is_joint,
        "partner_body": opposite if is_joint else "",
        "began_on": on,
        "ended_on": on,
        "route": first if first == last else f"{first} – {last}",
        "members_count": chance.randint(6, 14),
        "partner_count": chance.randint(6, 12) if is_joint else None,
        "note": "",
        "source": "minh họa",
        "is_illustration": True,
        "recorded_by": SYSTEM_ACTOR.user_id,
        "recorded_name": SYSTEM_ACTOR.name,
        "recorded_at": now,
    }


def _write(
    session: Session,
    kept: Sequence[tuple[Row, Sequence[Marker]]],
    known: Sequence[Interval],
    now: datetime,
) -> None:
    links: list[Row] = []
    seen: list[Row] = []
    due: list[Row] = []
    for number, (row, markers) in zip(take_ids(session, Inspection, len(kept)), kept, strict=True):
        row["id"] = number
        for marker in markers:
            links.append({"inspection_id": number, "marker_id": marker.id})
            seen.append(_observation(row, marker, now))
            interval = interval_for(known, marker.neighbour, marker.kind, on=now.date())
            on = row["began_on"]
            due.append(
                {"marker_id": marker.id, "inspected_on": on, "due_on": due_after(on, interval)}
            )
    session.execute(insert(Inspection), [row for row, _markers in kept])
    session.execute(insert(InspectionMarker), links)
    session.execute(insert(Observation), seen)
    session.execute(insert(InspectionDue), due)


def _observation(row: Row, marker: Marker, now: datetime) -> Row:
    return {
        "marker_id": marker.id,
        "inspection_id": row["id"],
        "observed_on": row["began_on"],
        "condition": marker.condition if marker.condition in SEEN else "intact",
        "remark": "",
        "unit_id": SYSTEM_ACTOR.unit_id,
        "unit_name": row["unit_name"],
        "recorded_by": SYSTEM_ACTOR.user_id,
        "recorded_name": SYSTEM_ACTOR.name,
        "recorded_at": now,
        "is_illustration": True,
    }


def _load_published(session: Session, now: datetime) -> int:
    """Patrols that were published, with the markers of their route."""
    said = yaml.safe_load((DATA / "acts.yaml").read_text("utf-8"))["patrols"]
    for patrol in said:
        first, last = patrol.pop("first"), patrol.pop("last")
        made = Inspection(
            **patrol,
            route=f"{first} – {last}",
            unit_id=SYSTEM_ACTOR.unit_id,
            unit_name="Bộ đội Biên phòng",
            members_count=None,
            partner_count=None,
            recorded_by=SYSTEM_ACTOR.user_id,
            recorded_name=SYSTEM_ACTOR.name,
            recorded_at=now,
        )
        session.add(made)
        session.flush()
        ids = session.scalars(
            select(Marker.id).where(
                Marker.neighbour == made.neighbour, Marker.main.between(first, last)
            )
        )
        session.add_all(
            InspectionMarker(inspection_id=made.id, marker_id=marker_id) for marker_id in ids
        )
    session.flush()
    return len(said)
