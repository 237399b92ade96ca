"""What is still owed in a case, as a letter that asks for it says so."""

from typing import Final

from sqlalchemy.orm import Session

from app.cases.models import Case
from app.money.books import owed_sums

OWED: Final = "{con_no}"
DEBTOR: Final = "{ben_no}"


def owed_in(session: Session, case: Case) -> str:
    """The open sums, one per currency; empty where nothing is owed."""
    return "; ".join(owed_sums(session, case))
