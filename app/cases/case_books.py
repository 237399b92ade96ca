"""What the cases need to know of the money that follows them; the books stand above and tell it.

A case does not end while its books are open, and the desk of whoever decides about money says so.
The factory hands the cases the one who answers.
"""

from collections.abc import Sequence
from typing import Protocol

from flask import current_app
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.heads import CaseHead
from app.permissions import Actor
from app.workflow.decisions import Decision
from app.workflow.definition import StateKind


class CaseBooks(Protocol):
    """Answers about the books of cases, under the reader's rights."""

    def against_closing(self, session: Session, case_id: int) -> Sequence[str]:
        """Why the books of a case do not let it end, in sentences; empty where nothing is open."""

    def count_waiting(self, session: Session, actor: Actor) -> int:
        """How many entries of the cases in scope wait for this person's decision."""


def case_books() -> CaseBooks:
    books: CaseBooks = current_app.extensions["case_books"]
    return books


def books_against(
    session: Session, head: CaseHead, definition: Definition, decision: Decision
) -> Sequence[str]:
    """Why the books keep a case from the end to which a step leads; empty for any other step."""
    if decision.is_global or definition.state_kinds[decision.to_state] != StateKind.TERMINAL:
        return ()
    return case_books().against_closing(session, head.id)
