"""Which parts of the demonstration are loaded: each part leaves one line in the audit trail.

A load that was cut short goes on after the last part that was committed, with the seed and the
moment of its beginning, so that the outcome is the same as without the cut.
"""

from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import AuditEntry, record_access
from app.permissions import SYSTEM_ACTOR

BEGUN = "demonstration_begun"
LOADED = "demonstration_loaded"
SUBJECT = "demonstration"


@dataclass(frozen=True, slots=True)
class Run:
    """The seed of a demonstration, the moment that its dates count from, the share of a year."""

    seed: int
    now: datetime
    share: float = 1.0


def begin(session: Session, wanted: Run) -> Run:
    """The run that was begun before, else a new one."""
    said = session.scalar(
        select(AuditEntry.reason).where(AuditEntry.subject == SUBJECT, AuditEntry.action == BEGUN)
    )
    if said is None:
        facts = {"seed": wanted.seed, "now": wanted.now.isoformat(), "share": wanted.share}
        told = orjson.dumps(facts).decode()
        record_access(session, SYSTEM_ACTOR, BEGUN, SUBJECT, reason=told, now=wanted.now)
        return wanted
    held = orjson.loads(said)
    return Run(int(held["seed"]), datetime.fromisoformat(held["now"]), float(held["share"]))


def loaded(session: Session) -> set[str]:
    """The names of the parts that are in the database."""
    return set(
        session.scalars(
            select(AuditEntry.reason).where(
                AuditEntry.subject == SUBJECT, AuditEntry.action == LOADED
            )
        )
    )


def finish(session: Session, name: str, *, now: datetime) -> None:
    """Write in the part's own transaction that it is loaded."""
    record_access(session, SYSTEM_ACTOR, LOADED, SUBJECT, reason=name, now=now)
