"""How a unit shares its work: teams and their members, rules that route cases, substitutes.

Everything is dated: what has ended stays, so that an old case still says by which rule it came.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, LongText, Moment, NameText, ShortText


class Team(Base):
    """Some people of a unit who share a queue."""

    __tablename__ = "team"

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[NameText]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    created_by: Mapped[int]
    created_at: Mapped[Moment]


class TeamMember(Base):
    """One person in one team, from the first day to the last."""

    __tablename__ = "team_member"

    id: Mapped[IntPk]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class RoutingRule(Base):
    """Which team or person of a unit gets which cases; the lowest position that fits decides."""

    __tablename__ = "routing_rule"

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    position: Mapped[int]
    name: Mapped[NameText]
    type_code: Mapped[ShortText] = mapped_column(default="")
    province_code: Mapped[str] = mapped_column(String(2), default="")
    country_code: Mapped[str] = mapped_column(String(2), default="")
    condition: Mapped[LongText] = mapped_column(default="")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    created_by: Mapped[int]
    created_at: Mapped[Moment]


class SubstitutionState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    ENDED = "ended"


class Substitution(Base):
    """One person takes over another's work in a unit while the other is away."""

    __tablename__ = "substitution"

    id: Mapped[IntPk]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    absent_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    reason: Mapped[NameText] = mapped_column(default="")
    state: Mapped[ShortText] = mapped_column(default=SubstitutionState.PROPOSED)
    asked_at: Mapped[Moment]
    decided_by: Mapped[int | None]
    decided_at: Mapped[Moment | None]
    decided_because: Mapped[LongText] = mapped_column(default="")


Index("ix_substitution_substitute", Substitution.substitute_id, Substitution.state)
Index("ix_substitution_absent", Substitution.absent_id, Substitution.state)
