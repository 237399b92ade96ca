"""What is still owed in a case, as a letter that asks for it says so."""

from typing import Final

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.money import queries as books
from app.money.rules import Account, balances
from app.money.words import written_money

OWED: Final = "{con_no}"
DEBTOR: Final = "{ben_no}"


def owed_in(session: Session, case: Case) -> str:
    """The open sums, one per currency; empty where nothing is owed."""
    held = balances(books.lines_of_case(session, case))
    return "; ".join(
        written_money(amount, currency)
        for (account, currency), amount in held.items()
        if account is Account.RECEIVABLE and amount > 0
    )
