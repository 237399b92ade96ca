"""What the registers need to know of cases; the cases themselves stand above and tell it.

Whether somebody needs to know a protected name depends on the cases that name the person, and the
page of an entry lists its cases. The factory hands the registers the one who answers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flask import current_app
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.permissions import Actor


@dataclass(frozen=True, slots=True)
class CaseTie:
    """One case that names an entry, as the reader may see it."""

    case_id: int
    entry_id: int
    reference: str
    title: str
    type_code: str
    type_name: str
    state_name: str
    is_open: bool
    at: datetime


class CaseBook(Protocol):
    """Answers about cases, under the reader's rights."""

    def ties_of(
        self, session: Session, actor: Actor, target: str, ids: Collection[int]
    ) -> Sequence[CaseTie]:
        """The cases that the actor sees and that name one of the entries, the newest first."""

    def persons_known_to(self, actor: Actor) -> Select[int | None]:
        """Ids of the persons in cases that the actor's unit keeps or takes part in."""

    def adult_age(self, session: Session, on: date) -> int:
        """From which age nobody is a minor, by the rule of that day."""

    def incident_days(self, session: Session, person_ids: Collection[int]) -> Sequence[date]:
        """The days of what happened, of every case that names one of the persons."""

    def cases_naming(self, session: Session, person_ids: Collection[int]) -> Sequence[int]:
        """Ids of every case that names one of the persons, for who audits the whole."""

    def numbers_under(
        self, session: Session, indexes: Collection[str]
    ) -> Sequence[tuple[int, int]]:
        """Case and id of every number of a paper that a case's own fields hold under an index."""

    def protect_cases_of(self, session: Session, person_ids: Collection[int]) -> None:
        """Hide the people of the cases that name one of these persons."""


def case_book() -> CaseBook:
    book: CaseBook = current_app.extensions["case_book"]
    return book
