"""A post that changes hands: the note of who leaves, and the cases that the successor accepts."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, LongText, Moment, ShortText


class HandoverState(StrEnum):
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Handover(Base):
    """One hand-over; its note is kept as it was written, whatever happens to the cases later."""

    __tablename__ = "handover"

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    leaver_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    leaves_on: Mapped[date]
    promises: Mapped[LongText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")
    state: Mapped[ShortText] = mapped_column(default=HandoverState.OPEN)
    created_by: Mapped[int]
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


Index("ix_handover_unit", Handover.unit_id, Handover.state)


class HandoverCase(Base):
    """One case of a hand-over; it stays with the leaver until somebody accepts it."""

    __tablename__ = "handover_case"
    __table_args__ = (UniqueConstraint("handover_id", "case_id"),)

    id: Mapped[IntPk]
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id", ondelete="CASCADE"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    accepted_at: Mapped[Moment | None]
    accepted_by: Mapped[int | None]
