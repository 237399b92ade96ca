"""How an act with money becomes debits and credits, and who may decide it; no database here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

VND = "VND"
USD = "USD"
# Money is kept to four places; the đồng has none.
WHOLE = Decimal(1)
NOTHING = Decimal(0)


class Account(StrEnum):
    """Where money stands, seen from the State."""

    CASH = "cash"  # of the Fund or the budget
    DEPOSITS = "deposits"  # held for those who paid them
    RECEIVABLE = "receivable"  # to be paid back by the citizen or who answers for him
    EXPENSE = "expense"  # spent for good
    DIRECT = "direct"  # paid by others without passing through us
    WAIVED = "waived"  # given up by decision


class EntryKind(StrEnum):
    """What happened with money in a case."""

    DEPOSIT = "deposit"
    ADVANCE = "advance"
    FINE_ABROAD = "fine_abroad"
    TICKET = "ticket"
    LAWYER = "lawyer"
    OTHER_COST = "other_cost"
    REPAYMENT = "repayment"
    DEPOSIT_RETURN = "deposit_return"
    WAIVER = "waiver"


class Source(StrEnum):
    """Whose money it is."""

    FUND = "fund"
    BUDGET = "budget"
    DEPOSIT = "deposit"
    CITIZEN = "citizen"
    FAMILY = "family"
    OWNER = "owner"
    EMPLOYER = "employer"
    INSURER = "insurer"
    HOST_STATE = "host_state"


COSTS = frozenset({EntryKind.FINE_ABROAD, EntryKind.TICKET, EntryKind.LAWYER, EntryKind.OTHER_COST})
PUBLIC = frozenset({Source.FUND, Source.BUDGET})
PRIVATE = frozenset({Source.CITIZEN, Source.FAMILY, Source.OWNER, Source.EMPLOYER, Source.INSURER})
SOURCES_OF: Mapping[EntryKind, frozenset[Source]] = {
    EntryKind.DEPOSIT: PRIVATE,
    EntryKind.ADVANCE: PUBLIC,
    **dict.fromkeys(COSTS, frozenset(Source)),
    EntryKind.REPAYMENT: PRIVATE,
    EntryKind.DEPOSIT_RETURN: frozenset({Source.DEPOSIT}),
    EntryKind.WAIVER: PUBLIC,
}


class MismatchError(ValueError):
    """A kind of entry that the named source cannot pay."""


def posting(kind: EntryKind, source: Source, *, is_repayable: bool) -> tuple[Account, Account]:
    """Return (debit, credit) of an entry; raises MismatchError.

    An advance is always to be paid back; a cost is when the citizen has signed that he will.
    """
    if source not in SOURCES_OF[kind]:
        raise MismatchError(kind)
    if kind in COSTS:
        return _cost(source, is_repayable=is_repayable)
    return {
        EntryKind.DEPOSIT: (Account.CASH, Account.DEPOSITS),
        EntryKind.ADVANCE: (Account.RECEIVABLE, Account.CASH),
        EntryKind.REPAYMENT: (Account.CASH, Account.RECEIVABLE),
        EntryKind.DEPOSIT_RETURN: (Account.DEPOSITS, Account.CASH),
        EntryKind.WAIVER: (Account.WAIVED, Account.RECEIVABLE),
    }[kind]


def _cost(source: Source, *, is_repayable: bool) -> tuple[Account, Account]:
    if source is Source.DEPOSIT:
        return Account.DEPOSITS, Account.CASH
    if source in PUBLIC:
        return (Account.RECEIVABLE if is_repayable else Account.EXPENSE), Account.CASH
    return Account.EXPENSE, Account.DIRECT


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry; `vnd` is its worth in đồng, by which sides of two currencies meet."""

    account: Account
    currency: str
    debit: Decimal
    credit: Decimal
    vnd: Decimal


def lines_of(
    kind: EntryKind,
    source: Source,
    paid: Money,
    *,
    rate: Decimal,
    is_repayable: bool = False,
    settles: Money | None = None,
) -> tuple[Line, Line]:
    """Return the two lines of an entry, worth the same in đồng.

    `rate` is đồng for one unit of what was paid. A repayment may settle a debt of another currency:
    `settles` is what it takes off the debt.
    """
    debit, credit = posting(kind, source, is_repayable=is_repayable)
    worth = in_vnd(paid.amount, rate)
    other = settles if settles is not None and kind is EntryKind.REPAYMENT else paid
    return (
        Line(debit, paid.currency, paid.amount, NOTHING, worth),
        Line(credit, other.currency, NOTHING, other.amount, worth),
    )


def in_vnd(amount: Decimal, rate: Decimal) -> Decimal:
    """Return an amount in whole đồng, half rounded up."""
    return (amount * rate).quantize(WHOLE, ROUND_HALF_UP)


def mirrored(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that undo these."""
    return tuple(
        Line(line.account, line.currency, line.credit, line.debit, line.vnd) for line in lines
    )


def is_balanced(lines: Iterable[Line]) -> bool:
    """Tell whether the debits are worth the credits."""
    return not sum((line.vnd if line.debit else -line.vnd for line in lines), NOTHING)


def balances(lines: Iterable[Line]) -> dict[tuple[Account, str], Decimal]:
    """Return debit minus credit of each account and currency, without what is even."""
    sums: dict[tuple[Account, str], Decimal] = {}
    for line in lines:
        key = line.account, line.currency
        sums[key] = sums.get(key, NOTHING) + line.debit - line.credit
    return {key: amount for key, amount in sums.items() if amount}


def is_to_be_approved(kind: EntryKind, source: Source) -> bool:
    """Tell whether somebody must decide: public money that leaves, or a debt that is given up.

    What others paid, or paid back, is a fact to be recorded.
    """
    return kind is EntryKind.WAIVER or source in {*PUBLIC, Source.DEPOSIT}


def counts_against_limit(kind: EntryKind, source: Source) -> bool:
    """Tell whether an entry uses up what may be approved for a case: public money."""
    return source in PUBLIC and kind is not EntryKind.WAIVER


@dataclass(frozen=True, slots=True)
class Limit:
    """What a role may approve for one case, in US dollars; None is without a limit."""

    role: str
    usd: Decimal | None
    source: str


def limit_for(limits: Iterable[Limit], roles: Collection[str]) -> Limit | None:
    """Return the widest limit that somebody's roles give, None when they give none."""
    own = [limit for limit in limits if limit.role in roles]
    return max(own, key=lambda one: (one.usd is None, one.usd or NOTHING), default=None)


@dataclass(frozen=True, slots=True)
class Rate:
    """Đồng for one unit of a currency on a day, with its source."""

    currency: str
    on_day: date
    vnd: Decimal
    source: str


def rate_on(rates: Sequence[Rate], currency: str, on: date) -> Rate | None:
    """Return the newest rate of a currency that is not later than a day."""
    known = [rate for rate in rates if rate.currency == currency and rate.on_day <= on]
    return max(known, key=lambda rate: rate.on_day, default=None)


def in_usd(vnd: Decimal, usd_rate: Decimal) -> Decimal:
    """Return đồng in US dollars, unrounded: one đồng above a limit is above it."""
    return vnd / usd_rate


def kept_usd(usd: Decimal) -> Decimal:
    """Return dollars as they are summed later, cut to four places: no sum passes by rounding."""
    return usd.quantize(Decimal("0.0001"), ROUND_DOWN)


def cents(usd: Decimal) -> Decimal:
    """Return dollars as they are read."""
    return usd.quantize(Decimal("0.01"), ROUND_HALF_UP)


def overdrawn(lines: Iterable[Line]) -> tuple[Account, str, Decimal] | None:
    """Return what stands on the wrong side: paid back beyond the debt, used beyond the deposit."""
    for (account, currency), amount in balances(lines).items():
        if account is Account.RECEIVABLE and amount < 0:
            return account, currency, -amount
        if account is Account.DEPOSITS and amount > 0:
            return account, currency, amount
    return None
