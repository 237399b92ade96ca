"""Writes papers, asks for money back on paper, turns Word files into PDF."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.session import build_actor
from app.database import transaction
from app.documents import chase, converting, drafting
from app.documents.models import Paper
from app.permissions import Actor, Permission
from workers.work import chunked

_GONE = "Người soạn không còn quyền soạn văn bản của đơn vị này."


@chunked
def draft_papers(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Write a batch under the rights that its drafter has at this moment."""
    batch = str(payload["batch"])
    first = session.scalars(select(Paper).where(Paper.batch == batch).limit(1)).first()
    if first is None:
        return
    actor = _actor(session, first.created_by, first.unit_id)
    if actor is None:
        session.rollback()
        with transaction() as writer:
            drafting.fail_batch(writer, batch, _GONE)
        return
    with force_locale("vi"):
        drafting.draft_batch(session, actor, batch, now=now)


def draft_chase(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    actor = _actor(session, int(payload["user"]), int(payload["unit"]))
    if actor is not None:
        chase.draft_chase(session, actor, int(payload["reminder"]), now=now)


def draft_minutes(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    actor = _actor(session, int(payload["user"]), int(payload["unit"]))
    if actor is not None:
        chase.draft_minutes(session, actor, int(payload["handover"]), now=now)


@chunked
def convert(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    actor = _actor(session, int(payload["user"]), int(payload["unit"]))
    if actor is not None:
        converting.convert(session, actor, int(payload["version"]), now=now)


def _actor(session: Session, user_id: int, unit_id: int) -> Actor | None:
    """The person for this unit, as far as the rights to write papers are still there."""
    user = session.get(User, user_id)
    actor = build_actor(session, user, unit_id=unit_id) if user is not None else None
    if actor is None or actor.unit_id != unit_id or not actor.may(Permission.DOCUMENT_DRAFT):
        return None
    return actor
