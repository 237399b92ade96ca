"""The tables of what a case follows one by one, and of the dated penalties."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.amounts import Amount
from app.database import Base, IntPk, JsonDict, LongText, Moment, NameText, ShortText


class CaseChild(Base):
    """A vessel, a person or a sanction of a case, as it stands; its history is the case's chain.

    `label` is what was claimed (a name, a number of a vessel, of a decision) and is never changed
    by a verification, which ties it to the register entry instead. `parent_id` is the vessel that
    a person was on board of, or whom a sanction is about.
    """

    __tablename__ = "case_child"
    __table_args__ = (Index("ix_case_child_case", "case_id", "track", "id"),)

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    track: Mapped[ShortText]
    label: Mapped[NameText]
    vessel_id: Mapped[int | None] = mapped_column(ForeignKey("vessel.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[ShortText]
    since: Mapped[date]
    is_open: Mapped[bool] = mapped_column(default=True)
    is_verified: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[JsonDict]
    province_code: Mapped[str | None] = mapped_column(String(2))
    added_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    updated_by: Mapped[NameText]


class SanctionAct(Base):
    """One act of a sanction with its clause and range as they were on the day of the violation."""

    __tablename__ = "sanction_act"

    id: Mapped[IntPk]
    child_id: Mapped[int] = mapped_column(ForeignKey("case_child.id"), index=True)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("penalty_rule.id"))
    act: Mapped[LongText]
    decree: Mapped[ShortText] = mapped_column(default="")
    clause: Mapped[NameText] = mapped_column(default="")
    fine_min: Mapped[Decimal | None] = mapped_column(Amount)
    fine_max: Mapped[Decimal | None] = mapped_column(Amount)
    amount: Mapped[Decimal] = mapped_column(Amount)
    reason: Mapped[LongText] = mapped_column(default="")


class PenaltyRule(Base):
    """What a decree says of an act, from a day to a day; amounts are those of individuals, in đồng.

    An organisation pays `organisation_factor` times as much. A row is closed and a new one added,
    so that what was applied to a violation stays as it was.
    """

    __tablename__ = "penalty_rule"
    __table_args__ = (Index("ix_penalty_rule_act", "act_code", "length_class", "valid_from"),)

    id: Mapped[IntPk]
    act_code: Mapped[ShortText]
    act: Mapped[LongText]
    length_class: Mapped[ShortText] = mapped_column(default="")
    decree: Mapped[ShortText]
    clause: Mapped[NameText]
    fine_min: Mapped[Decimal] = mapped_column(Amount)
    fine_max: Mapped[Decimal] = mapped_column(Amount)
    repeat_min: Mapped[Decimal | None] = mapped_column(Amount)
    repeat_max: Mapped[Decimal | None] = mapped_column(Amount)
    organisation_factor: Mapped[int] = mapped_column(default=2)
    extra: Mapped[LongText] = mapped_column(default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[LongText]
    check: Mapped[ShortText]
