"""Before a post changes hands those concerned are told once more what still waits to be accepted.

The first word came when the hand-over was written, which may be weeks before the day.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notices.models import NoticeKind
from app.notices.services import Cause, tell
from app.office.handovers import waiting_cases
from app.office.models import Handover, HandoverState
from app.teams.queries import leaders_of
from app.workflow.expressions import HANOI
from app.workflow.text import Text

AHEAD = timedelta(days=3)


def remind_of_handovers(session: Session, *, now: datetime) -> int:
    """Tell of open hand-overs near their day, and once more when it has passed; how many notices.

    A notice of one source is written once, so that a job that runs twice tells nobody twice.
    """
    today = now.astimezone(HANOI).date()
    return sum(_remind(session, one, today, now=now) for one in _near(session, today))


def _near(session: Session, today: date) -> Iterator[Handover]:
    yield from session.scalars(
        select(Handover)
        .where(Handover.state == HandoverState.OPEN, Handover.leaves_on <= today + AHEAD)
        .order_by(Handover.id)
    )


def _remind(session: Session, found: Handover, today: date, *, now: datetime) -> int:
    count = len(waiting_cases(session, found.id))
    if not count:
        return 0
    is_late = found.leaves_on < today
    people = {found.leaver_id, found.successor_id}
    if is_late:
        people |= {*leaders_of(session, found.unit_id)}
    source = f"handover:{found.id}:{'late' if is_late else 'soon'}"
    told = dict.fromkeys(sorted(people), NoticeKind.HANDED_OVER)
    texts = {NoticeKind.HANDED_OVER: _text(found.leaves_on, count, is_late=is_late)}
    return tell(session, told, texts, Cause(source), now=now)


def _text(day: date, count: int, *, is_late: bool) -> Text:
    if is_late:
        return Text(
            f"Đã qua ngày bàn giao vị trí ({day:%d/%m/%Y}): còn {count} hồ sơ chưa được nhận.",
            f"The day of the hand-over ({day:%d/%m/%Y}) has passed: {count} cases not accepted.",
        )
    return Text(
        f"Bàn giao vị trí ngày {day:%d/%m/%Y}: còn {count} hồ sơ chưa được nhận.",
        f"Hand-over on {day:%d/%m/%Y}: {count} cases are not accepted yet.",
    )
