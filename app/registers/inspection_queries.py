"""Reads of inspections and observations, always through the markers that the actor sees."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, select
from sqlalchemy.orm import Session, selectinload

from app.errors import NotFound
from app.permissions import Actor
from app.registers.inspection_models import (
    Inspection,
    InspectionDue,
    InspectionInterval,
    InspectionMarker,
    Observation,
    ObservationPhoto,
)
from app.registers.inspection_rules import (
    GONE,
    STANDING_STAGES,
    Inspected,
    Interval,
    due_after,
    interval_for,
)
from app.registers.models import Marker

MOST_OBSERVATIONS = 20
MOST_INSPECTIONS = 50


# --- what a list of markers asks ------------------------------------------------------------


def due_day() -> ScalarSelect[date | None]:
    """The day by which a marker must be seen again, as one more column of a select of markers."""
    return (
        select(InspectionDue.due_on)
        .where(InspectionDue.marker_id == Marker.id)
        .correlate(Marker)
        .scalar_subquery()
    )


def inspected(asked: str, *, today: date) -> ColumnElement[bool]:
    """The markers that stand in the field and of which the last look is as asked."""
    stands = and_(Marker.stage.in_(STANDING_STAGES), Marker.condition.not_in(GONE))
    own = select(InspectionDue.marker_id)
    if asked == Inspected.OVERDUE:
        return and_(stands, Marker.id.in_(own.where(InspectionDue.due_on < today)))
    if asked == Inspected.IN_TIME:
        return and_(stands, Marker.id.in_(own.where(InspectionDue.due_on >= today)))
    return and_(stands, Marker.id.not_in(own))


def due_of(session: Session, marker_ids: Collection[int]) -> Mapping[int, InspectionDue]:
    rows = session.scalars(select(InspectionDue).where(InspectionDue.marker_id.in_(marker_ids)))
    return {row.marker_id: row for row in rows}


def due_days_on(session: Session, on: date) -> Mapping[int, date | None]:
    """By which day each marker seen until a past day was due then; none if never seen."""
    known = intervals(session)
    rows = session.execute(
        select(Marker.id, Marker.neighbour, Marker.kind, func.max(Observation.observed_on))
        .join(Observation, Observation.marker_id == Marker.id)
        .where(Observation.observed_on <= on)
        .group_by(Marker.id, Marker.neighbour, Marker.kind)
    )
    return {
        marker_id: due_after(seen_on, interval_for(known, neighbour, kind, on=on))
        for marker_id, neighbour, kind, seen_on in rows
    }


def inspection_counts(
    session: Session,
    visible: ColumnElement[bool],
    *,
    today: date,
    asked: Collection[Inspected] = tuple(Inspected),
) -> Mapping[str, int]:
    """How many of the markers under a condition stand in each state of inspection."""
    return {
        one.value: session.scalar(
            select(func.count()).select_from(Marker).where(visible, inspected(one, today=today))
        )
        or 0
        for one in asked
    }


# --- observations ---------------------------------------------------------------------------


def observations_of(session: Session, marker: Marker) -> Sequence[Observation]:
    """The newest observations of a marker that the actor was shown."""
    return session.scalars(
        select(Observation)
        .where(Observation.marker_id == marker.id)
        .options(selectinload(Observation.photos), selectinload(Observation.inspection))
        .order_by(Observation.observed_on.desc(), Observation.id.desc())
        .limit(MOST_OBSERVATIONS)
    ).all()


def observation_of(session: Session, marker: Marker, observation_id: int) -> Observation:
    found = session.get(Observation, observation_id)
    if found is None or found.marker_id != marker.id:
        raise NotFound
    return found


def photo_of(
    session: Session, actor: Actor, visible: ColumnElement[bool], photo_id: int
) -> ObservationPhoto:
    """One photo of a marker that the actor sees."""
    del actor
    found = session.scalar(
        select(ObservationPhoto)
        .join(Observation, Observation.id == ObservationPhoto.observation_id)
        .join(Marker, Marker.id == Observation.marker_id)
        .where(ObservationPhoto.id == photo_id, visible)
    )
    if found is None:
        raise NotFound
    return found


# --- inspections ----------------------------------------------------------------------------


def _touches(visible: ColumnElement[bool]) -> ColumnElement[bool]:
    """An inspection is seen by those who see a marker of its route."""
    return exists(
        select(InspectionMarker.marker_id)
        .join(Marker, Marker.id == InspectionMarker.marker_id)
        .where(InspectionMarker.inspection_id == Inspection.id, visible)
    )


def list_inspections(session: Session, visible: ColumnElement[bool]) -> Sequence[Inspection]:
    return session.scalars(
        select(Inspection)
        .where(_touches(visible))
        .order_by(Inspection.began_on.desc(), Inspection.id.desc())
        .limit(MOST_INSPECTIONS)
    ).all()


def inspection_by_id(
    session: Session, visible: ColumnElement[bool], inspection_id: int
) -> Inspection:
    found = session.scalar(
        select(Inspection).where(Inspection.id == inspection_id, _touches(visible))
    )
    if found is None:
        raise NotFound
    return found


def markers_on_route(
    session: Session, visible: ColumnElement[bool], inspection: Inspection
) -> Sequence[Marker]:
    return session.scalars(
        select(Marker)
        .join(InspectionMarker, InspectionMarker.marker_id == Marker.id)
        .where(InspectionMarker.inspection_id == inspection.id, visible)
        .order_by(Marker.sort_key)
    ).all()


def observed_in(session: Session, inspection: Inspection) -> Mapping[int, Observation]:
    """The last observation of each marker in an inspection, by marker."""
    rows = session.scalars(
        select(Observation)
        .where(Observation.inspection_id == inspection.id)
        .options(selectinload(Observation.photos))
        .order_by(Observation.id)
    )
    return {row.marker_id: row for row in rows}


# --- intervals ------------------------------------------------------------------------------


def interval_rows(session: Session) -> Sequence[InspectionInterval]:
    order = (InspectionInterval.neighbour, InspectionInterval.kind, InspectionInterval.valid_from)
    return session.scalars(select(InspectionInterval).order_by(*order)).all()


def intervals(session: Session) -> list[Interval]:
    return [
        Interval(row.neighbour, row.kind, row.days, row.valid_from, row.valid_to)
        for row in interval_rows(session)
    ]


def interval_by_id(session: Session, interval_id: int) -> InspectionInterval:
    row = session.get(InspectionInterval, interval_id)
    if row is None:
        raise NotFound
    return row
