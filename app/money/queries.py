"""Reads of the books, always through the cases that the actor sees."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select, type_coerce
from sqlalchemy.orm import Session, selectinload

from app.amounts import Amount
from app.cases.models import Case, CaseLink
from app.cases.queries import no_case, visible_to
from app.errors import NotFound
from app.money.models import (
    ApprovalLimit,
    EntryStatus,
    ExchangeRate,
    MoneyEntry,
    MoneyLine,
    Reminder,
    Settlement,
)
from app.money.rules import Account, EntryKind, Limit, Line, Rate
from app.permissions import Actor
from app.registers.entry_queries import visible_persons
from app.registers.models import Person

MOST_DEBTS = 200
OWED = (Account.RECEIVABLE, Account.DEPOSITS)


def case_by_reference(session: Session, actor: Actor, reference: str) -> Case:
    found = session.scalar(select(Case).where(Case.reference == reference, visible_to(actor)))
    if found is None:
        raise no_case(reference)
    return found


def lock_case(session: Session, case: Case) -> None:
    """Let nobody else write the books of the case until this transaction ends."""
    session.execute(select(Case.id).where(Case.id == case.id).with_for_update()).all()


def entries_of(session: Session, case: Case) -> Sequence[MoneyEntry]:
    """The newest first."""
    return session.scalars(
        select(MoneyEntry)
        .where(MoneyEntry.case_id == case.id)
        .options(selectinload(MoneyEntry.lines))
        .order_by(MoneyEntry.on_day.desc(), MoneyEntry.id.desc())
    ).all()


def entry_by_id(session: Session, case: Case, entry_id: int) -> MoneyEntry:
    found = session.scalar(
        select(MoneyEntry).where(MoneyEntry.id == entry_id, MoneyEntry.case_id == case.id)
    )
    if found is None:
        raise NotFound
    return found


def lines_of_case(session: Session, case: Case, *, person_id: int | None = None) -> Sequence[Line]:
    """What stands in the books of a case, or of one person in it."""
    statement = select(MoneyLine).where(MoneyLine.case_id == case.id)
    if person_id is not None:
        statement = statement.where(MoneyLine.person_id == person_id)
    return [line.as_line for line in session.scalars(statement)]


def approved_usd(session: Session, case: Case, *, is_waiver: bool = False) -> Decimal:
    """What was approved for the case so far, in US dollars, without what was reversed.

    What was given up is counted apart: it was spent before, and counted then.
    """
    kind = MoneyEntry.kind == EntryKind.WAIVER
    reversed_ids = select(MoneyEntry.reverses_id).where(MoneyEntry.reverses_id.is_not(None))
    return session.scalar(
        select(func.sum(MoneyEntry.usd)).where(
            MoneyEntry.case_id == case.id,
            MoneyEntry.status == EntryStatus.POSTED,
            MoneyEntry.usd.is_not(None),
            kind if is_waiver else ~kind,
            MoneyEntry.reverses_id.is_(None),
            MoneyEntry.id.not_in(reversed_ids),
        )
    ) or Decimal(0)


def is_reversed(session: Session, entry: MoneyEntry) -> bool:
    return (
        session.scalar(select(MoneyEntry.id).where(MoneyEntry.reverses_id == entry.id)) is not None
    )


def limits_on(session: Session, on: date) -> Sequence[Limit]:
    rows = session.scalars(
        select(ApprovalLimit).where(
            ApprovalLimit.valid_from <= on,
            or_(ApprovalLimit.valid_to.is_(None), ApprovalLimit.valid_to >= on),
        )
    )
    return [Limit(row.role, row.usd, row.source) for row in rows]


def rates(session: Session, currencies: Collection[str], on: date) -> Sequence[Rate]:
    """The rates of these currencies up to a day."""
    rows = session.scalars(
        select(ExchangeRate)
        .where(ExchangeRate.currency.in_(currencies), ExchangeRate.on_day <= on)
        .order_by(ExchangeRate.on_day.desc())
    )
    return [Rate(row.currency, row.on_day, row.vnd, row.source) for row in rows]


def newest_rates(session: Session) -> Sequence[ExchangeRate]:
    return session.scalars(
        select(ExchangeRate)
        .order_by(ExchangeRate.on_day.desc(), ExchangeRate.currency)
        .limit(MOST_DEBTS)
    ).all()


def reminders_of(session: Session, case: Case) -> Sequence[Reminder]:
    return session.scalars(
        select(Reminder)
        .where(Reminder.case_id == case.id)
        .order_by(Reminder.on_day.desc(), Reminder.id.desc())
    ).all()


def settlement_of(session: Session, case: Case) -> Settlement | None:
    """The newest word on whether the books are closed."""
    return session.scalar(
        select(Settlement)
        .where(Settlement.case_id == case.id)
        .order_by(Settlement.id.desc())
        .limit(1)
    )


def persons_of(session: Session, actor: Actor, case: Case) -> Sequence[Person]:
    """The persons tied to the case whom the actor may see."""
    return session.scalars(
        select(Person)
        .join(CaseLink, CaseLink.person_id == Person.id)
        .where(CaseLink.case_id == case.id, visible_persons(actor))
        .distinct()
        .order_by(Person.id)
    ).all()


def waiting_entries(session: Session, actor: Actor) -> Sequence[tuple[MoneyEntry, Case]]:
    """What waits for a decision in the cases in scope, the oldest first."""
    rows = session.execute(
        select(MoneyEntry, Case)
        .join(Case, Case.id == MoneyEntry.case_id)
        .where(MoneyEntry.status == EntryStatus.PROPOSED, visible_to(actor))
        .order_by(MoneyEntry.id)
        .limit(MOST_DEBTS)
    )
    return [(row.MoneyEntry, row.Case) for row in rows]


@dataclass(frozen=True, slots=True)
class Debt:
    """What a case still owes, or is still owed, in one currency."""

    case: Case
    currency: str
    receivable: Decimal
    deposits: Decimal
    last_reminder: date | None
    next_on: date | None


def list_debts(session: Session, actor: Actor) -> Sequence[Debt]:
    """The cases in scope whose books are not even, those to be reminded soonest first."""
    owed = (
        select(
            MoneyLine.case_id,
            MoneyLine.currency,
            MoneyLine.account,
            type_coerce(func.sum(MoneyLine.debit) - func.sum(MoneyLine.credit), Amount).label(
                "balance"
            ),
        )
        .where(MoneyLine.account.in_(OWED))
        .group_by(MoneyLine.case_id, MoneyLine.currency, MoneyLine.account)
        .having(func.sum(MoneyLine.debit) != func.sum(MoneyLine.credit))
        .subquery()
    )
    rows = session.execute(
        select(Case, owed.c.currency, owed.c.account, owed.c.balance)
        .join(owed, owed.c.case_id == Case.id)
        .where(visible_to(actor))
        .order_by(Case.id)
        .limit(MOST_DEBTS)
    ).all()
    asked = _reminded(session, {row.Case.id for row in rows})
    sums: dict[tuple[int, str], dict[str, Decimal]] = {}
    cases: dict[int, Case] = {}
    for row in rows:
        cases[row.Case.id] = row.Case
        sums.setdefault((row.Case.id, row.currency), {})[row.account] = row.balance
    found = [
        Debt(
            cases[case_id],
            currency,
            by_account.get(Account.RECEIVABLE, Decimal(0)),
            -by_account.get(Account.DEPOSITS, Decimal(0)),
            *asked.get(case_id, (None, None)),
        )
        for (case_id, currency), by_account in sums.items()
    ]
    return sorted(found, key=lambda debt: (debt.next_on or date.max, debt.case.id))


def _reminded(
    session: Session, case_ids: Collection[int]
) -> Mapping[int, tuple[date, date | None]]:
    """When each case was last asked to pay, and when it is to be asked again."""
    rows = session.scalars(
        select(Reminder).where(Reminder.case_id.in_(case_ids)).order_by(Reminder.id)
    )
    return {row.case_id: (row.on_day, row.next_on) for row in rows}
