"""Reads of a marker's file: its papers and its earlier names."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.permissions import Actor
from app.registers.dossier_models import MarkerDocument, MarkerName
from app.registers.models import Marker, MarkerMeasurement
from app.registers.queries import marker_by_slug


def documents_of(session: Session, marker: Marker) -> Sequence[MarkerDocument]:
    """The papers of a marker, the newest first; those withdrawn stand last."""
    found = session.scalars(
        select(MarkerDocument)
        .where(MarkerDocument.marker_id == marker.id)
        .order_by(MarkerDocument.id.desc())
    ).all()
    return sorted(found, key=lambda one: one.is_withdrawn)


def document_of(
    session: Session, actor: Actor, neighbour: str, slug: str, *, document_id: int
) -> tuple[Marker, MarkerDocument]:
    """One paper of a marker that the actor sees; NotFound otherwise."""
    marker = marker_by_slug(session, actor, neighbour, slug)
    found = session.get(MarkerDocument, document_id)
    if found is None or found.marker_id != marker.id:
        raise NotFound
    return marker, found


def names_of(session: Session, marker: Marker) -> Sequence[MarkerName]:
    return session.scalars(
        select(MarkerName).where(MarkerName.marker_id == marker.id).order_by(MarkerName.id)
    ).all()


def measurement_of(session: Session, marker: Marker, measurement_id: int) -> MarkerMeasurement:
    found = session.get(MarkerMeasurement, measurement_id)
    if found is None or found.marker_id != marker.id:
        raise NotFound
    return found
