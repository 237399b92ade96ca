"""Appends what happened to a person of a mass event; nothing of it is ever changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.crises.models import ParticipantEvent
from app.database import insert_rows
from app.permissions import Actor


def happened(
    session: Session,
    actor: Actor,
    participant_id: int,
    kind: str,
    *,
    text: str = "",
    data: Mapping[str, Any] | None = None,  # Any: JSON
    now: datetime,
) -> None:
    session.add(
        ParticipantEvent(
            participant_id=participant_id,
            at=now,
            kind=kind,
            text=text,
            data=dict(data or {}),
            user_id=actor.user_id,
            user_name=actor.name,
            unit_id=actor.unit_id,
        )
    )


def happened_to_many(
    session: Session,
    actor: Actor,
    kind: str,
    people: Iterable[tuple[int, str, Mapping[str, Any]]],  # Any: JSON
    *,
    now: datetime,
) -> None:
    """One event for each person, in one statement: the id, the text and what goes with it."""
    rows = [
        {
            "participant_id": participant_id,
            "at": now,
            "kind": kind,
            "text": text,
            "data": dict(data),
            "user_id": actor.user_id,
            "user_name": actor.name,
            "unit_id": actor.unit_id,
        }
        for participant_id, text, data in people
    ]
    insert_rows(session, ParticipantEvent, rows)


def mergers_of(session: Session, participant_id: int) -> list[dict[str, Any]]:  # Any: JSON
    """What each merger into this person took over, the newest first."""
    rows = session.scalars(
        select(ParticipantEvent.data)
        .where(
            ParticipantEvent.participant_id == participant_id,
            ParticipantEvent.kind.startswith("merged"),
        )
        .order_by(ParticipantEvent.id.desc())
    )
    return list(rows)
