"""What a shared project is made of beside its case: talks, agreed points, rules, visitors."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, IntPk, LongText, Moment, NameText, ShortText
from app.registers.models import Side


class TalkRound(Base):
    """One numbered round of talks; its day may be unknown where only its number was published."""

    __tablename__ = "talk_round"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    number: Mapped[int]
    held_on: Mapped[date | None]
    place: Mapped[NameText] = mapped_column(default="")
    our_body: Mapped[NameText] = mapped_column(default="")
    their_body: Mapped[NameText] = mapped_column(default="")
    summary: Mapped[LongText] = mapped_column(default="")
    source: Mapped[LongText] = mapped_column(default="")
    check: Mapped[ShortText] = mapped_column(default="")
    recorded_by: Mapped[int]
    recorded_name: Mapped[NameText]
    recorded_at: Mapped[Moment]


class AgreedPoint(Base):
    """What a round agreed; it comes up in every later round until it is done."""

    __tablename__ = "agreed_point"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("talk_round.id"))
    number: Mapped[int]
    text: Mapped[LongText]
    owner: Mapped[ShortText] = mapped_column(default=Side.JOINT)
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_round: Mapped[int | None]  # the number of the round that found it done
    done_note: Mapped[LongText] = mapped_column(default="")
    source: Mapped[LongText] = mapped_column(default="")
    check: Mapped[ShortText] = mapped_column(default="")
    recorded_at: Mapped[Moment]

    round: Mapped[TalkRound] = relationship()

    @property
    def is_done(self) -> bool:
        return self.done_on is not None or self.done_round is not None


class OperatingRule(Base):
    """A rule under which a shared area runs, from one day to another."""

    __tablename__ = "operating_rule"
    __table_args__ = (Index("ix_operating_rule_case", "case_id", "kind", "valid_from"),)

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[ShortText]
    text: Mapped[LongText]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[LongText]
    check: Mapped[ShortText]
    recorded_at: Mapped[Moment]


class VisitorCount(Base):
    """Visitors of a day, or of a longer time as it was published; days and totals never mix."""

    __tablename__ = "visitor_count"
    __table_args__ = (UniqueConstraint("case_id", "first_day", "last_day", "source"),)

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    outbound: Mapped[int | None]
    inbound: Mapped[int | None]
    total: Mapped[int]
    groups: Mapped[int | None]
    source: Mapped[NameText]
    check: Mapped[ShortText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")
    recorded_at: Mapped[Moment]


class ProjectMilestone(Base):
    """A day in the life of a project as it was published, with its source."""

    __tablename__ = "project_milestone"
    __table_args__ = (Index("ix_project_milestone_case", "case_id", "on_day"),)

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    on_day: Mapped[date]
    text: Mapped[LongText]
    source: Mapped[LongText]
    check: Mapped[ShortText]
    recorded_at: Mapped[Moment]
