"""Takes back cases that a file opened by mistake, as long as nobody has worked on them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit import record_access
from app.cases.heads import get_head
from app.cases.models import Case, CaseClock, CaseEvent, CaseLink, EventKind
from app.cases.queries import visible_to
from app.cases.recording import Happening, record
from app.permissions import Actor
from app.workflow.clocks import ClockAction

# What the system itself adds: a case with nothing else is as the file left it.
_OF_THE_SYSTEM: Final = (
    EventKind.OPENED,
    EventKind.CLOCK_MISSED,
    EventKind.CLOCKS_RECOMPUTED,
    EventKind.MIGRATED,
)


def moved_on(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """Why each of these cases must stay; a case without an entry is untouched."""
    worked = session.scalars(
        select(CaseEvent.case_id)
        .where(CaseEvent.case_id.in_(ids), CaseEvent.kind.not_in(_OF_THE_SYSTEM))
        .distinct()
    )
    tied = session.scalars(
        select(CaseLink.other_case_id).where(CaseLink.other_case_id.in_(ids)).distinct()
    )
    why = {case_id: "đã có hồ sơ khác liên kết" for case_id in tied if case_id is not None}
    return why | dict.fromkeys(worked, "đã có người xử lý sau khi nhập")


def references_of(session: Session, actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    """The references of the cases that the actor sees."""
    rows = session.execute(
        select(Case.id, Case.reference).where(Case.id.in_(ids), visible_to(actor))
    )
    return {row.id: row.reference for row in rows}


def withdraw_case(
    session: Session, actor: Actor, reference: str, *, reason: str, now: datetime
) -> None:
    """Close the case, take it off the map and free its import key; its number and history stay."""
    head = get_head(session, actor, reference)
    clocks = update(CaseClock).where(CaseClock.case_id == head.id, CaseClock.is_running.is_(True))
    session.execute(
        clocks.values(
            is_running=False, ended_at=now, ended_how=ClockAction.CANCELLED, next_warn_at=None
        )
    )
    changes = {
        "is_open": False,
        "closed_at": now,
        "next_due_at": None,
        "next_due_clock": None,
        "import_key": None,
        "lat": None,
        "lon": None,
        "z_key": None,
        "chainage_m": None,
        "pending": None,
    }
    happening = Happening(EventKind.WITHDRAWN, text=reason, summary="Thu hồi hồ sơ nhập từ tệp")
    record(session, actor, head, happening, now=now, changes=changes)
    record_access(session, actor, "case.withdrawn", f"case:{head.id}", now=now)
