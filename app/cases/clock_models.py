"""The tables behind the clocks: which change moved which deadlines, how long steps take."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, JsonDict, Moment, NameText, ShortText


class ClockRecount(Base):
    """One recount of the open deadlines after a change of days, hours or a dated setting.

    `source` names the change, so that a recount is made once and goes on where it stopped.
    """

    __tablename__ = "clock_recount"

    id: Mapped[IntPk]
    source: Mapped[NameText] = mapped_column(unique=True)
    change: Mapped[JsonDict]
    requested_by: Mapped[int]
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    total: Mapped[int]  # cases with a clock that the change may move
    seen: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    last_case_id: Mapped[int] = mapped_column(default=0)


class ClockMove(Base):
    """One deadline that a recount moved: from when to when, and by which limits."""

    __tablename__ = "clock_move"

    id: Mapped[IntPk]
    recount_id: Mapped[int] = mapped_column(ForeignKey("clock_recount.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("case_clock.id"))
    code: Mapped[ShortText]
    was_at: Mapped[Moment]
    now_at: Mapped[Moment]
    was_limit: Mapped[ShortText]
    now_limit: Mapped[ShortText]


class StepDuration(Base):
    """How long a step usually takes: the median of the waits before it, in a scope and period.

    `scope` is "*" for the nation, "p04" for a province, "u12" for a unit.
    """

    __tablename__ = "step_duration"
    __table_args__ = (UniqueConstraint("type_code", "state", "transition", "scope"),)

    id: Mapped[IntPk]
    type_code: Mapped[ShortText]
    state: Mapped[ShortText]
    transition: Mapped[ShortText]
    scope: Mapped[ShortText]
    count: Mapped[int]
    median_minutes: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
