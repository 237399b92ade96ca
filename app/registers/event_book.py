"""What the registers and the cases need to know of mass events, which stand above and tell it.

The page of a person and that of a case say of which event they are part. The factory hands them
the one who answers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import current_app
from sqlalchemy.orm import Session

from app.permissions import Actor


@dataclass(frozen=True, slots=True)
class EventTie:
    """One part that somebody has in an event, as the reader may see it."""

    name: str
    href: str
    status_name: str
    at: datetime


class EventBook(Protocol):
    """Answers about mass events, under the reader's rights."""

    def ties_of_persons(
        self, session: Session, actor: Actor, person_ids: Collection[int]
    ) -> Sequence[EventTie]:
        """The events whose people the actor sees and in which one of the persons is."""

    def ties_of_case(self, session: Session, actor: Actor, case_id: int) -> Sequence[EventTie]:
        """The event for one of whose people the case was opened."""


def event_book() -> EventBook:
    book: EventBook = current_app.extensions["event_book"]
    return book
