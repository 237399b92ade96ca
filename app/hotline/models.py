"""The hotline for citizens abroad: its numbers with their days, and every call."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, LongText, Moment, NameText, ShortText
from app.sealing import SealedText


class Outcome(StrEnum):
    """What became of a call."""

    OPENED = "opened"  # a case was opened
    ATTACHED = "attached"  # it belongs to a case that was there
    ANSWERED = "answered"  # a question, and its answer


class HotlineNumber(Base):
    """A number of the hotline with its days and its source; old ones stay, for old letters."""

    __tablename__ = "hotline_number"

    id: Mapped[IntPk]
    number: Mapped[ShortText]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    check: Mapped[ShortText]
    source: Mapped[LongText]


class HotlineCall(Base):
    """One call: who called, how to call back, about what; what names people is sealed."""

    __tablename__ = "hotline_call"
    __table_args__ = (Index("ix_hotline_call_unit", "unit_id", "at"),)

    id: Mapped[IntPk]
    at: Mapped[Moment] = mapped_column(index=True)
    answered_by: Mapped[int] = mapped_column(BigInteger)
    officer_name: Mapped[NameText]
    unit_id: Mapped[int] = mapped_column(BigInteger)
    caller_name: Mapped[str] = mapped_column(SealedText("hotline_call.caller_name"), default="")
    callback: Mapped[str] = mapped_column(
        SealedText("hotline_call.callback"), default="", info={"index": "callback_index"}
    )
    callback_index: Mapped[ShortText | None]
    relation: Mapped[ShortText] = mapped_column(default="")
    about: Mapped[str] = mapped_column(SealedText("hotline_call.about"), default="")
    country_code: Mapped[str | None] = mapped_column(String(2))
    kind: Mapped[ShortText] = mapped_column(default="")
    outcome: Mapped[ShortText]
    case_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
