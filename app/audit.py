"""The record that proves itself: hashes chained per case, and who looked at what."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import Base, IntPk, JsonList, LongText, Moment, ShortText
from app.permissions import Actor

GENESIS = "0" * 64


class AuditEntry(Base):
    """An access or an administrative act; append-only."""

    __tablename__ = "audit_entry"

    id: Mapped[IntPk]
    at: Mapped[Moment] = mapped_column(index=True)
    user_id: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int]
    action: Mapped[ShortText]
    subject: Mapped[ShortText] = mapped_column(index=True)
    reason: Mapped[LongText | None]


class AuditCheck(Base):
    """One run over the history of all cases: how far it came and what did not follow."""

    __tablename__ = "audit_check"

    id: Mapped[IntPk]
    slot: Mapped[ShortText] = mapped_column(unique=True)
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    last_case_id: Mapped[int] = mapped_column(default=0)
    checked: Mapped[int] = mapped_column(default=0)
    bad_count: Mapped[int] = mapped_column(default=0)
    bad: Mapped[JsonList] = mapped_column(default=list)  # the first of them: subject and number


def _as_json(value: object) -> str:
    if isinstance(value, (datetime, date, Decimal)):
        return str(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """The one byte form of a record: sorted keys, UTF-8, no spaces."""
    return orjson.dumps(value, default=_as_json, option=orjson.OPT_SORT_KEYS)


def chain_hash(previous: str, payload: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash and this record, in hex."""
    return hashlib.sha256(previous.encode() + canonical_json(payload)).hexdigest()


def record_access(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    *,
    now: datetime,
    reason: str | None = None,
) -> AuditEntry:
    entry = AuditEntry(
        at=now,
        user_id=actor.user_id,
        unit_id=actor.unit_id,
        action=action,
        subject=subject,
        reason=reason,
    )
    session.add(entry)
    return entry
