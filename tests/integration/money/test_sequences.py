"""Whatever is done with money in whatever order, the books balance and what is posted stays."""

import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.money import queries, services, settling
from app.money.models import EntryStatus, MoneyEntry, MoneyLine
from app.money.rules import Account, EntryKind, Money, Source, balances, is_balanced
from app.permissions import Actor
from tests.integration.cases.people import NOW
from tests.integration.money.test_books import facts, leader, officer, reference

__all__ = ["leader", "officer", "reference"]  # fixtures of the books
RATES = {"VND": "1", "JPY": "168.123457", "KHR": "6.528695", "KWD": "85000.123456", "USD": "26000"}
STEPS = 40
ACTS = (
    ("deposit", "family"),
    ("advance", "fund"),
    ("ticket", "fund"),
    ("ticket", "deposit"),
    ("lawyer", "budget"),
    ("other_cost", "insurer"),
    ("fine_abroad", "host_state"),
    ("repayment", "family"),
    ("deposit_return", "deposit"),
    ("waiver", "fund"),
)


class Walk:
    """One case on which a seeded hand does one act after the other."""

    def __init__(
        self, session: Session, reference: str, officer: Actor, leader: Actor, seed: int
    ) -> None:
        self.session, self.reference = session, reference
        self.officer, self.leader = officer, leader
        self.dice = random.Random(seed)  # noqa: S311  a walk that can be walked again
        self.seen: dict[int, tuple[Any, ...]] = {}

    def money(self) -> Money:
        currency = self.dice.choice(sorted(RATES))
        places = {"KWD": 3, "USD": 2}.get(currency, 0)
        return Money(Decimal(self.dice.randint(1, 9_999)).scaleb(-places), currency)

    def record(self) -> None:
        kind, source = self.dice.choice(ACTS)
        paid = self.money()
        settles = self.money() if kind == "repayment" and self.dice.random() < 0.5 else None
        what = facts(
            kind,
            source,
            str(paid.amount),
            currency=paid.currency,
            rate=Decimal(RATES[paid.currency]),
            settles=settles,
            is_repayable=self.dice.random() < 0.5,
        )
        services.record_entry(self.session, self.officer, self.reference, what, now=NOW)

    def _of(self, status: EntryStatus) -> MoneyEntry | None:
        rows = self.session.scalars(select(MoneyEntry).where(MoneyEntry.status == status)).all()
        return self.dice.choice(rows) if rows else None

    def decide(self) -> None:
        entry = self._of(EntryStatus.PROPOSED)
        verb = self.dice.choice((services.approve_entry, services.refuse_entry))
        if entry is not None:
            verb(self.session, self.leader, self.reference, entry.id, text="Ý kiến", now=NOW)

    def withdraw(self) -> None:
        if entry := self._of(EntryStatus.PROPOSED):
            verb = services.withdraw_entry
            verb(self.session, self.officer, self.reference, entry.id, text="Rút", now=NOW)

    def reverse(self) -> None:
        if entry := self._of(EntryStatus.POSTED):
            verb = services.reverse_entry
            verb(self.session, self.leader, self.reference, entry.id, text="Nhầm", now=NOW)

    def settle(self) -> None:
        settling.settle_books(self.session, self.officer, self.reference, note="", now=NOW)
        settling.reopen_books(self.session, self.officer, self.reference, note="Còn", now=NOW)

    def step(self) -> None:
        acts: Mapping[Callable[[], None], int] = {
            self.record: 6,
            self.decide: 4,
            self.withdraw: 1,
            self.reverse: 2,
            self.settle: 1,
        }
        act = self.dice.choices(list(acts), weights=list(acts.values()))[0]
        try:
            with self.session.begin_nested():
                act()
        except AppError:
            self.session.expire_all()
        self.check()

    def check(self) -> None:
        """Balanced entry by entry, nobody below nothing, and every old line as it was."""
        by_entry: dict[int, list[MoneyLine]] = {}
        for line in self.session.scalars(select(MoneyLine)):
            by_entry.setdefault(line.entry_id, []).append(line)
            facts_of = (line.account, line.currency, line.debit, line.credit, line.vnd)
            assert self.seen.setdefault(line.id, facts_of) == facts_of
        assert set(self.seen) == {line.id for lines in by_entry.values() for line in lines}
        assert all(is_balanced(line.as_line for line in lines) for lines in by_entry.values())
        case = queries.case_by_reference(self.session, self.officer, self.reference)
        standing = balances(queries.lines_of_case(self.session, case))
        for (account, _currency), amount in standing.items():
            assert account is not Account.RECEIVABLE or amount > 0
            assert account is not Account.DEPOSITS or amount < 0


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_acts_leaves_balanced_books_and_no_line_changed(
    session: Session, reference: str, officer: Actor, leader: Actor, seed: int
) -> None:
    walk = Walk(session, reference, officer, leader, seed)
    for _number in range(STEPS):
        walk.step()
    assert len(walk.seen) >= 8


def test_the_acts_of_the_walk_are_acts_of_the_rules() -> None:
    assert {kind for kind, _ in ACTS} == {kind.value for kind in EntryKind}
    assert {source for _, source in ACTS} <= {source.value for source in Source}
