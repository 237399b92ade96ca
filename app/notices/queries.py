"""Reads of notices: a person's own, and of a case only what that person may still see."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, literal, select, tuple_
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.queries import visible_to
from app.notices.models import Notice
from app.permissions import Actor

PAGE_SIZE = 50
COUNTED_TO = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A notice and the number of its case; without it the case is out of reach today."""

    notice: Notice
    reference: str | None

    @property
    def is_out_of_reach(self) -> bool:
        return self.notice.case_id is not None and self.reference is None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the inbox and the cursor of the next."""

    rows: Sequence[Row]
    next_cursor: str | None = None


def inbox(session: Session, actor: Actor, *, cursor: str = "") -> Page:
    """A person's notices, unread first, then the newest."""
    is_read = case((Notice.read_at.is_(None), 0), else_=1)
    key = tuple_(is_read, -Notice.id)
    statement = (
        select(Notice, Case.reference)
        .outerjoin(Case, and_(Case.id == Notice.case_id, visible_to(actor)))
        .where(Notice.user_id == actor.user_id)
        .order_by(is_read, Notice.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if after := _decoded(cursor):
        statement = statement.where(key > tuple_(literal(after[0]), literal(-after[1])))
    rows = [Row(notice, reference) for notice, reference in session.execute(statement)]
    if len(rows) <= PAGE_SIZE:
        return Page(rows)
    last = rows[PAGE_SIZE - 1].notice
    return Page(rows[:PAGE_SIZE], f"{int(last.read_at is not None)}-{last.id}")


def _decoded(cursor: str) -> tuple[int, int] | None:
    """Where the last page ended; anything else than our own cursor starts from the top."""
    is_read, _, notice_id = cursor.partition("-")
    if is_read in {"0", "1"} and notice_id.isascii() and notice_id.isdigit():
        return int(is_read), int(notice_id[:18])
    return None


def unread_count(session: Session, actor: Actor) -> int:
    """How many notices wait, counted no further than a hundred."""
    unread = (
        select(Notice.id)
        .where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
        .limit(COUNTED_TO)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(unread)) or 0
