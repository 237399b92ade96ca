"""Tells the pages of persons and cases of which event they are part."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.crises.models import MassEvent, Participant
from app.crises.queries import people_visible_to, visible_to
from app.crises.words import STATUSES, said
from app.permissions import Actor
from app.registers.event_book import EventTie

MOST = 50


class MassTies:
    """The registers' `EventBook`, read from the people of mass events."""

    def ties_of_persons(
        self, session: Session, actor: Actor, person_ids: Collection[int]
    ) -> Sequence[EventTie]:
        return _ties(session, actor, Participant.person_id.in_(person_ids))

    def ties_of_case(self, session: Session, actor: Actor, case_id: int) -> Sequence[EventTie]:
        return _ties(session, actor, Participant.case_id == case_id)


def _ties(session: Session, actor: Actor, condition: ColumnElement[bool]) -> list[EventTie]:
    rows = session.execute(
        select(MassEvent.id, MassEvent.name, Participant.id, Participant.status)
        .add_columns(Participant.status_at)
        .join(Participant, Participant.event_id == MassEvent.id)
        .where(condition, Participant.merged_into_id.is_(None))
        .where(visible_to(actor), people_visible_to(actor))
        .order_by(Participant.status_at.desc(), Participant.id)
        .limit(MOST)
    )
    return [
        EventTie(name, f"/su-kien/{event}/nguoi/{one}", said(STATUSES, status, actor.locale), at)
        for event, name, one, status, at in rows
    ]
