"""What a person is told: one row per person and cause, read or not yet."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, LongText, Moment, ShortText


class NoticeKind(StrEnum):
    """Why somebody is told, the strongest reason first: one person hears of a cause once."""

    ASSIGNED = "assigned"
    CONFIRMATION_ASKED = "confirmation_asked"
    CONFIRMED = "confirmed"
    RECEIVED = "received"
    CLOCK_ESCALATED = "clock_escalated"
    TRANSFER_ASKED = "transfer_asked"
    TRANSFER_ENDED = "transfer_ended"
    MONEY_ASKED = "money_asked"
    MONEY_DECIDED = "money_decided"
    OPINION_ASKED = "opinion_asked"
    OPINION_GIVEN = "opinion_given"
    REQUEST_DUE = "request_due"
    REQUEST_LATE = "request_late"
    HANDED_OVER = "handed_over"
    SUBSTITUTE = "substitute"
    RELEASED = "released"
    VMS_ESCALATED = "vms_escalated"
    VMS_MISSED = "vms_missed"
    CLOCK_MISSED = "clock_missed"
    CLOCK_WARNED = "clock_warned"
    MERGED = "merged"
    REFERRED = "referred"
    REOPENED = "reopened"
    MOVED = "moved"
    CLOCKS_MOVED = "clocks_moved"
    AUDIT_FAILED = "audit_failed"
    DATA_SEEN = "data_seen"


class Notice(Base):
    """One thing that one person should know; its text holds no personal data.

    `source` names the cause (an event, a warning of a clock, an audit check), so that work done
    twice tells nobody twice.
    """

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("user_id", "source", "kind"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("case_event.id"))
    source: Mapped[ShortText]
    kind: Mapped[ShortText]
    text_vi: Mapped[LongText]
    text_en: Mapped[LongText]
    created_at: Mapped[Moment]
    read_at: Mapped[Moment | None]
    mailed_at: Mapped[Moment | None]

    def text_in(self, locale: str) -> str:
        return self.text_en if locale == "en" else self.text_vi


_UNREAD = Notice.read_at.is_(None)
Index("ix_notice_user", Notice.user_id, Notice.id)
Index("ix_notice_unread", Notice.user_id, Notice.id, sqlite_where=_UNREAD, postgresql_where=_UNREAD)
