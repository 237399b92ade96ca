"""What the books say to the cases below them: what is open, and who has to decide."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.money import queries
from app.money.models import MoneyEntry
from app.money.services import waits_for
from app.money.settling import against_closing
from app.permissions import Actor, Permission


class MoneyBooks:
    """The one who answers for the books."""

    def against_closing(self, session: Session, case_id: int) -> Sequence[str]:
        """Debts that nobody chases, deposits, open proposals; without entries nothing is open."""
        has_entries = select(MoneyEntry.id).where(MoneyEntry.case_id == case_id).limit(1)
        if session.scalar(has_entries) is None:
            return []
        case = session.get_one(Case, case_id)
        return against_closing(session, case)

    def count_waiting(self, session: Session, actor: Actor) -> int:
        if not (actor.may(Permission.MONEY_VIEW) and actor.may(Permission.MONEY_APPROVE)):
            return 0
        waiting = queries.waiting_entries(session, actor)
        return sum(waits_for(session, actor, case, entry) for entry, case in waiting)
