"""After a recount each person hears once which of their cases have other deadlines now."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.cases.clock_models import ClockMove, ClockRecount
from app.cases.models import Case
from app.cases.recount import Change
from app.notices.models import NoticeKind
from app.notices.services import Cause, tell
from app.notices.wording import moved

MOST_NAMED = 5


def tell_moved(session: Session, recount_id: int, *, now: datetime) -> int:
    """One notice to each assignee of a case that a recount has moved; how many were told."""
    recount = session.get_one(ClockRecount, recount_id)
    sentence = Change.of(recount.change).sentence
    rows = session.execute(
        select(Case.assignee_id, Case.reference)
        .join(ClockMove, ClockMove.case_id == Case.id)
        .join(User, User.id == Case.assignee_id)
        .where(ClockMove.recount_id == recount_id, User.active)
        .distinct()
        .order_by(Case.reference)
    )
    cases: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        cases[row.assignee_id].append(row.reference)
    return sum(
        tell(
            session,
            {user_id: NoticeKind.CLOCKS_MOVED},
            {NoticeKind.CLOCKS_MOVED: moved(len(names), names[:MOST_NAMED], cause=sentence)},
            Cause(f"recount:{recount_id}"),
            now=now,
        )
        for user_id, names in cases.items()
    )
