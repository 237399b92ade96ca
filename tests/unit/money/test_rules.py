"""Debits and credits of every kind of entry, and whose limit is enough."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money.rules import (
    SOURCES_OF,
    Account,
    EntryKind,
    Limit,
    MismatchError,
    Money,
    Rate,
    Source,
    balances,
    in_usd,
    in_vnd,
    is_balanced,
    is_to_be_approved,
    limit_for,
    lines_of,
    mirrored,
    posting,
    rate_on,
)

PAIRS = [(kind, source) for kind, sources in SOURCES_OF.items() for source in sorted(sources)]
AMOUNTS = st.decimals(Decimal("0.01"), Decimal(10**10), places=2)
RATES = st.decimals(Decimal("0.01"), Decimal(40_000), places=4)


@pytest.mark.parametrize(
    ("kind", "source", "repayable", "debit", "credit"),
    [
        ("deposit", "owner", False, Account.CASH, Account.DEPOSITS),
        ("advance", "fund", False, Account.RECEIVABLE, Account.CASH),
        ("ticket", "fund", True, Account.RECEIVABLE, Account.CASH),
        ("ticket", "budget", False, Account.EXPENSE, Account.CASH),
        ("ticket", "deposit", False, Account.DEPOSITS, Account.CASH),
        ("fine_abroad", "owner", False, Account.EXPENSE, Account.DIRECT),
        ("lawyer", "insurer", False, Account.EXPENSE, Account.DIRECT),
        ("repayment", "family", False, Account.CASH, Account.RECEIVABLE),
        ("deposit_return", "deposit", False, Account.DEPOSITS, Account.CASH),
        ("waiver", "fund", False, Account.WAIVED, Account.RECEIVABLE),
    ],
)
def test_each_act_has_its_two_accounts(
    kind: str, source: str, *, repayable: bool, debit: Account, credit: Account
) -> None:
    found = posting(EntryKind(kind), Source(source), is_repayable=repayable)
    assert found == (debit, credit)


@pytest.mark.parametrize(
    ("kind", "source"), [("advance", "family"), ("deposit", "fund"), ("deposit_return", "fund")]
)
def test_a_source_that_cannot_pay_is_refused(kind: str, source: str) -> None:
    with pytest.raises(MismatchError):
        posting(EntryKind(kind), Source(source), is_repayable=False)


@given(st.sampled_from(PAIRS), AMOUNTS, RATES, st.data())
def test_entries_balance_and_their_mirror_leaves_nothing(
    pair: tuple[EntryKind, Source], amount: Decimal, rate: Decimal, data: st.DataObject
) -> None:
    repayable = data.draw(st.booleans())
    settles = data.draw(st.none() | st.just(Money(Decimal(5), "THB")))
    lines = lines_of(
        *pair, Money(amount, "USD"), rate=rate, is_repayable=repayable, settles=settles
    )
    assert is_balanced(lines)
    assert balances([*lines, *mirrored(lines)]) == {}


def test_a_repayment_in_dong_takes_dollars_off_the_debt() -> None:
    lines = lines_of(
        EntryKind.REPAYMENT,
        Source.FAMILY,
        Money(Decimal(13_000_000), "VND"),
        rate=Decimal(1),
        settles=Money(Decimal(500), "USD"),
    )
    assert balances(lines) == {
        (Account.CASH, "VND"): Decimal(13_000_000),
        (Account.RECEIVABLE, "USD"): Decimal(-500),
    }


def test_only_public_money_and_waivers_wait_for_approval() -> None:
    waiting = {(k, s) for k, s in PAIRS if is_to_be_approved(k, s)}
    assert (EntryKind.TICKET, Source.FUND) in waiting
    assert (EntryKind.WAIVER, Source.BUDGET) in waiting
    assert (EntryKind.DEPOSIT_RETURN, Source.DEPOSIT) in waiting
    assert (EntryKind.TICKET, Source.FAMILY) not in waiting
    assert (EntryKind.DEPOSIT, Source.OWNER) not in waiting


def test_the_widest_of_the_own_limits_holds() -> None:
    limits = [Limit("director", Decimal(10_000), "x"), Limit("leader", None, "y")]
    assert limit_for(limits, {"director"}) == limits[0]
    assert limit_for(limits, {"director", "leader"}) == limits[1]
    assert limit_for(limits, {"clerk"}) is None


def test_the_newest_rate_that_is_not_of_the_future_holds() -> None:
    rates = [
        Rate("USD", date(2026, 1, 1), Decimal(25_000), "a"),
        Rate("USD", date(2026, 6, 1), Decimal(26_000), "b"),
    ]
    found = rate_on(rates, "USD", date(2026, 5, 31))
    assert found is not None
    assert found.vnd == Decimal(25_000)
    assert rate_on(rates, "USD", date(2025, 12, 31)) is None
    assert rate_on(rates, "THB", date(2026, 12, 31)) is None


def test_worth_is_rounded_half_up() -> None:
    assert in_vnd(Decimal("0.5"), Decimal(1)) == Decimal(1)
    assert in_usd(Decimal(26_000_000), Decimal(26_000)) == Decimal("1000.00")
