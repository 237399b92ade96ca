"""The books of a case: entries that are never edited, their lines, rates, limits and reminders."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
    inspect,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.amounts import Amount, Ratio
from app.database import Base, IntPk, LongText, Moment, NameText, ShortText
from app.money.rules import Account, EntryKind, Line, Source


class EntryStatus(StrEnum):
    """How far an entry has come; only what is posted counts."""

    PROPOSED = "proposed"
    POSTED = "posted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the one who had asked


class MoneyEntry(Base):
    """One act with money in a case: what, how much, from whom to whom, on what paper."""

    __tablename__ = "money_entry"
    __table_args__ = (Index("ix_money_entry_case", "case_id", "status", "id"),)

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ShortText]
    source: Mapped[ShortText]
    status: Mapped[ShortText]
    is_repayable: Mapped[bool] = mapped_column(default=False)
    on_day: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal] = mapped_column(Ratio)  # đồng for one unit
    rate_source: Mapped[NameText] = mapped_column(default="")
    vnd: Mapped[Decimal] = mapped_column(Amount)
    usd: Mapped[Decimal | None] = mapped_column(Amount)  # as judged against the limit
    settles_amount: Mapped[Decimal | None] = mapped_column(Amount)
    settles_currency: Mapped[str | None] = mapped_column(String(3))
    payer: Mapped[NameText] = mapped_column(default="")
    payee: Mapped[NameText] = mapped_column(default="")
    basis: Mapped[NameText] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")
    proposed_by: Mapped[int]
    proposed_name: Mapped[NameText]
    proposed_at: Mapped[Moment]
    decided_by: Mapped[int | None]
    decided_name: Mapped[NameText] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    decision_text: Mapped[LongText] = mapped_column(default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("money_entry.id"), unique=True)

    lines: Mapped[list["MoneyLine"]] = relationship(order_by="MoneyLine.id")

    @property
    def is_posted(self) -> bool:
        return self.status == EntryStatus.POSTED

    @property
    def facts(self) -> tuple[EntryKind, Source]:
        return EntryKind(self.kind), Source(self.source)


class MoneyLine(Base):
    """One side of a posted entry."""

    __tablename__ = "money_line"
    __table_args__ = (Index("ix_money_line_case", "case_id", "account", "currency"),)

    id: Mapped[IntPk]
    entry_id: Mapped[int] = mapped_column(ForeignKey("money_entry.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    account: Mapped[ShortText]
    currency: Mapped[str] = mapped_column(String(3))
    debit: Mapped[Decimal] = mapped_column(Amount)
    credit: Mapped[Decimal] = mapped_column(Amount)
    vnd: Mapped[Decimal] = mapped_column(Amount)

    @property
    def as_line(self) -> Line:
        return Line(Account(self.account), self.currency, self.debit, self.credit, self.vnd)


class ExchangeRate(Base):
    """Đồng for one unit of a currency from a day on; a newer row follows, none is changed."""

    __tablename__ = "exchange_rate"
    __table_args__ = (UniqueConstraint("currency", "on_day"),)

    id: Mapped[IntPk]
    currency: Mapped[str] = mapped_column(String(3))
    on_day: Mapped[date]
    vnd: Mapped[Decimal] = mapped_column(Ratio)
    source: Mapped[NameText]
    check: Mapped[ShortText] = mapped_column(default="")
    recorded_by: Mapped[int]
    recorded_at: Mapped[Moment]


class ApprovalLimit(Base):
    """What a role may approve for one case, in US dollars; no amount is without a limit."""

    __tablename__ = "approval_limit"
    __table_args__ = (UniqueConstraint("role", "valid_from"),)

    id: Mapped[IntPk]
    role: Mapped[ShortText]
    usd: Mapped[Decimal | None] = mapped_column(Amount)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[LongText]
    check: Mapped[ShortText] = mapped_column(default="")


class Reminder(Base):
    """One letter or call after money that is owed, and the day to ask again."""

    __tablename__ = "money_reminder"
    __table_args__ = (Index("ix_money_reminder_case", "case_id", "on_day"),)

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[ShortText]
    debtor: Mapped[ShortText] = mapped_column(default="family", server_default="family")
    number: Mapped[ShortText] = mapped_column(default="")
    on_day: Mapped[date]
    next_on: Mapped[date | None]
    note: Mapped[LongText] = mapped_column(default="")
    recorded_by: Mapped[int]
    recorded_name: Mapped[NameText]
    recorded_at: Mapped[Moment]


class Settlement(Base):
    """The books of a case are closed, or opened again; the newest row holds."""

    __tablename__ = "money_settlement"

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    is_settled: Mapped[bool]
    note: Mapped[LongText]
    recorded_by: Mapped[int]
    recorded_name: Mapped[NameText]
    recorded_at: Mapped[Moment]


_DECIDED_LATER = frozenset(
    {"status", "decided_by", "decided_name", "decided_at", "decision_text", "usd"}
)


@event.listens_for(MoneyEntry, "before_update")
def _only_the_decision_is_added(
    mapper: Mapper[Any], connection: Connection, entry: MoneyEntry
) -> None:  # Any: the event's signature
    del mapper, connection
    state = inspect(entry)
    changed = {item.key for item in state.attrs if item.history.has_changes()} - {"lines"}
    before = state.attrs.status.history.deleted or [entry.status]
    if changed and (changed - _DECIDED_LATER or before[0] != EntryStatus.PROPOSED):
        raise RuntimeError(f"money entry {entry.id} is not edited; reverse it")


@event.listens_for(MoneyEntry, "before_delete")
@event.listens_for(MoneyLine, "before_delete")
@event.listens_for(MoneyLine, "before_update")
def _refuse_change(
    mapper: Mapper[Any], connection: Connection, row: MoneyEntry | MoneyLine
) -> None:  # Any: the event's signature
    del mapper, connection
    raise RuntimeError(f"{row.__tablename__} {row.id} is not changed; reverse the entry")
