"""What one unit asks of another about a case and waits for: to take it over, to give an opinion.

Neither moves the case: its state, its owner and its clocks stay until the other unit has answered.
"""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, true
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, JsonList, LongText, Moment, NameText, ShortText


class RequestKind(StrEnum):
    TRANSFER = "transfer"
    OPINION = "opinion"


class RequestState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Stance(StrEnum):
    """What an opinion says."""

    AGREED = "agreed"
    AGREED_WITH_REMARKS = "agreed_with_remarks"
    DISAGREED = "disagreed"
    NO_OPINION = "no_opinion"


class OpinionRound(Base):
    """One question put to several units at once, with the same time to answer."""

    __tablename__ = "opinion_round"

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[ShortText]
    question: Mapped[LongText]
    limit: Mapped[ShortText]
    basis: Mapped[LongText] = mapped_column(default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    asked_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    asked_by: Mapped[int]
    asked_at: Mapped[Moment]
    due_at: Mapped[Moment]
    files: Mapped[JsonList]


class UnitRequest(Base):
    """One unit's part: what it is asked until when, and what it answered."""

    __tablename__ = "unit_request"

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[ShortText]
    round_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_round.id"), index=True)
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    asked_by: Mapped[int]
    asked_at: Mapped[Moment]
    reason: Mapped[LongText] = mapped_column(default="")
    due_at: Mapped[Moment]
    remind_at: Mapped[Moment | None]
    overdue_at: Mapped[Moment | None]
    is_open: Mapped[bool] = mapped_column(default=True)
    state: Mapped[ShortText] = mapped_column(default=RequestState.WAITING)
    stance: Mapped[ShortText | None]
    answer: Mapped[LongText] = mapped_column(default="")
    files: Mapped[JsonList]
    answered_by: Mapped[int | None]
    answered_name: Mapped[NameText] = mapped_column(default="")
    answered_at: Mapped[Moment | None]
    # Whether the tie that lets the unit see the case came with this request and goes with it.
    brought_tie: Mapped[bool] = mapped_column(default=False)


_OPEN = UnitRequest.is_open.is_(true())
_OPEN_TRANSFER = _OPEN & (UnitRequest.kind == RequestKind.TRANSFER)
Index(
    "ix_unit_request_open",
    UnitRequest.to_unit_id,
    UnitRequest.kind,
    UnitRequest.case_id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_unit_request_due", UnitRequest.due_at, sqlite_where=_OPEN, postgresql_where=_OPEN)
# A case is proposed to one unit at a time, whoever else presses the button at that moment.
Index(
    "uq_unit_request_open_transfer",
    UnitRequest.case_id,
    unique=True,
    sqlite_where=_OPEN_TRANSFER,
    postgresql_where=_OPEN_TRANSFER,
)
