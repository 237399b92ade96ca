"""Puts together what the pages of money show; names of people are masked as everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.money import queries
from app.money.models import EntryStatus, MoneyEntry, MoneyLine, Reminder, Settlement
from app.money.rules import VND, Account, EntryKind, Source, balances, cents, limit_for
from app.money.services import may_reverse
from app.money.words import (
    ACCOUNTS,
    CREDIT,
    CREDIT_ACCOUNTS,
    DEBIT,
    KINDS,
    SOURCES,
    STATUSES,
    written_money,
)
from app.permissions import Actor, Permission

HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a line of the table; `lines` are its debits and credits in words."""

    id: int
    on_day: date
    kind: str
    source: str
    amount: str
    worth: str
    status: str
    status_name: str
    who: str
    basis: str
    note: str
    decided: str
    lines: Sequence[str]
    is_reversal: bool
    is_reversed: bool
    is_repayable: bool
    rate: str  # by which rate a foreign amount was counted
    proposed: str
    may_decide: bool
    may_reverse: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class BooksPage:
    """The books of one case."""

    case: Case
    balances: Sequence[tuple[str, Sequence[str]]]
    rows: Sequence[Row]
    reminders: Sequence[Reminder]
    settlement: Settlement | None
    may_record: bool
    limit_said: str
    is_owed: bool

    @property
    def is_settled(self) -> bool:
        return self.settlement is not None and self.settlement.is_settled


def books_page(session: Session, actor: Actor, case: Case, *, today: date) -> BooksPage:
    entries = queries.entries_of(session, case)
    undone = {entry.reverses_id for entry in entries if entry.reverses_id is not None}
    standing = balances(line.as_line for entry in entries for line in entry.lines)
    return BooksPage(
        case=case,
        balances=_standing(standing, actor.locale),
        rows=[_row(actor, entry, is_reversed=entry.id in undone) for entry in entries],
        reminders=queries.reminders_of(session, case),
        settlement=queries.settlement_of(session, case),
        may_record=actor.may(Permission.MONEY_RECORD),
        limit_said=_limit_said(session, actor, case, today),
        is_owed=any(account is Account.RECEIVABLE for account, _ in standing),
    )


def _standing(
    standing: dict[tuple[Account, str], Decimal], locale: str
) -> list[tuple[str, list[str]]]:
    """Every account with what stands on it, the debt first, each currency apart."""
    shown = []
    for account, name in ACCOUNTS.items():
        sign = -1 if account in CREDIT_ACCOUNTS else 1
        amounts = [
            written_money(sign * amount, currency)
            for (one, currency), amount in sorted(standing.items())
            if one is account
        ]
        if amounts or account in queries.OWED:
            shown.append((name.in_locale(locale), amounts or ["0"]))
    return shown


def _row(actor: Actor, entry: MoneyEntry, *, is_reversed: bool) -> Row:
    locale = actor.locale
    parties = [entry.payer, entry.payee]
    if not actor.may(Permission.PERSONAL_DATA_VIEW):
        parties = [HIDDEN if party else "" for party in parties]
    status = EntryStatus(entry.status)
    is_waiting = status is EntryStatus.PROPOSED
    decided = f"{entry.decided_name}: {entry.decision_text}" if entry.decided_name else ""
    return Row(
        id=entry.id,
        on_day=entry.on_day,
        kind=KINDS[EntryKind(entry.kind)].in_locale(locale),
        source=SOURCES[Source(entry.source)].in_locale(locale),
        amount=written_money(entry.amount, entry.currency),
        worth="" if entry.currency == VND else written_money(entry.vnd, VND),
        status=status,
        status_name=STATUSES[status].in_locale(locale),
        who=" → ".join(party for party in parties if party),
        basis=entry.basis,
        note=entry.note,
        decided=decided.rstrip(": "),
        lines=[_line_said(line, locale) for line in entry.lines],
        is_reversal=entry.reverses_id is not None,
        is_reversed=is_reversed,
        is_repayable=entry.is_repayable,
        rate=_rate_said(entry),
        proposed=entry.proposed_name,
        may_decide=is_waiting
        and actor.may(Permission.MONEY_APPROVE)
        and entry.proposed_by != actor.user_id,
        may_reverse=entry.is_posted
        and entry.reverses_id is None
        and not is_reversed
        and may_reverse(actor, entry),
        may_withdraw=is_waiting and entry.proposed_by == actor.user_id,
    )


def entry_row(session: Session, actor: Actor, entry: MoneyEntry) -> Row:
    """One entry with everything that its decision rests on."""
    return _row(actor, entry, is_reversed=queries.is_reversed(session, entry))


def _rate_said(entry: MoneyEntry) -> str:
    if entry.currency == VND:
        return ""
    rate = written_money(entry.rate, VND)
    return f"{rate} ({entry.rate_source})" if entry.rate_source else rate


def _line_said(line: MoneyLine, locale: str) -> str:
    is_debit = bool(line.debit)
    side = (DEBIT if is_debit else CREDIT).in_locale(locale)
    amount = written_money(line.debit if is_debit else line.credit, line.currency)
    return f"{side} {ACCOUNTS[Account(line.account)].in_locale(locale)}: {amount}"


def _limit_said(session: Session, actor: Actor, case: Case, today: date) -> str:
    """How much of the own limit the case has used; empty for those without one."""
    limit = limit_for(queries.limits_on(session, today), actor.roles)
    if limit is None or limit.usd is None:
        return ""
    used = written_money(cents(queries.approved_usd(session, case)), "USD")
    return f"{used} / {written_money(limit.usd, 'USD')}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that waits for a decision, as one line over all cases."""

    id: int
    case: Case
    said: str
    proposed_name: str
    proposed_at: datetime
    may_decide: bool


def waiting_lines(session: Session, actor: Actor) -> list[Waiting]:
    may = actor.may(Permission.MONEY_APPROVE)
    return [
        Waiting(
            id=entry.id,
            case=case,
            said=entry_said(entry, actor.locale),
            proposed_name=entry.proposed_name,
            proposed_at=entry.proposed_at,
            may_decide=may and entry.proposed_by != actor.user_id,
        )
        for entry, case in queries.waiting_entries(session, actor)
    ]


def entry_said(entry: MoneyEntry, locale: str) -> str:
    """An entry in one line."""
    kind = KINDS[EntryKind(entry.kind)].in_locale(locale)
    source = SOURCES[Source(entry.source)].in_locale(locale)
    return f"{kind}: {written_money(entry.amount, entry.currency)} ({source})"
