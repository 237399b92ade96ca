"""Who stands behind an account: several accounts of one human count as one person.

Of a staff number, a day of birth or a telephone number only a keyed hash is kept: it can be
compared, not read.
"""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, Moment, ShortText


class MarkKind(StrEnum):
    """By what two accounts are recognised; the staff number alone is proof."""

    STAFF_NUMBER = "staff_number"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"


class AccountMark(Base):
    """The keyed hash of one fact about the human behind an account."""

    __tablename__ = "account_mark"
    __table_args__ = (
        UniqueConstraint("user_id", "kind"),
        Index("ix_account_mark_mark", "kind", "mark"),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    kind: Mapped[ShortText]
    mark: Mapped[ShortText]
    noted_at: Mapped[Moment]


class AccountPerson(Base):
    """An account that belongs to the human whose first account is `person_id`."""

    __tablename__ = "account_person"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    linked_by: Mapped[int]
    linked_at: Mapped[Moment]


class PersonDoubt(Base):
    """An administrator has looked at two alike accounts and says that they are two people."""

    __tablename__ = "person_doubt"
    __table_args__ = (UniqueConstraint("user_id", "other_id"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    decided_by: Mapped[int]
    decided_at: Mapped[Moment]
