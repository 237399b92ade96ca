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
    """The seed of a demonstration and the moment that its dates are counted from."""

    seed: int
    now: datetime


def begin(session: Session, *, seed: int, now: datetime) -> Run:
    """The run that was begun before, else a new one."""
    said = session.scalar(
        select(AuditEntry.reason).where(AuditEntry.subject == SUBJECT, AuditEntry.action == BEGUN)
    )
    if said is None:
        facts = orjson.dumps({"seed": seed, "now": now.isoformat()}).decode()
        record_access(session, SYSTEM_ACTOR, BEGUN, SUBJECT, reason=facts, now=now)
        return Run(seed, now)
    held = orjson.loads(said)
    return Run(int(held["seed"]), datetime.fromisoformat(held["now"]))


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
