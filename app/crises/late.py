"""Registrations that came late and are taken after all: a few at once, many by a worker."""

from collections.abc import Sequence
from datetime import datetime

import orjson
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.crises import events, taking
from app.crises.intake import find_kin, settle_kin, store_rows
from app.crises.models import KeptRow, MassEvent, MassList
from app.crises.rows import MOST_AT_ONCE
from app.crises.rules import ListState
from app.database import transaction
from app.errors import AppError, Conflict, Refused
from app.imports.judging import Judged
from app.jobs import Job, enqueue
from app.permissions import Actor, Permission


def accept_late(
    session: Session,
    actor: Actor,
    event: MassEvent,
    found: MassList,
    row_id: int | None,
    *,
    now: datetime,
) -> int | None:
    """The owner takes late registrations in, each marked as such: one, or all of the list.

    Answers how many came in; None where a worker takes them, since they are many.
    """
    events.require_owner(session, actor, event)
    if found.state != ListState.DONE:
        raise Conflict(_("Danh sách đang được nhận; chờ xong rồi nhận đăng ký muộn."))
    asked = _waiting(found)
    if row_id is not None:
        asked = asked.where(KeptRow.id == row_id)
    count = session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    if not count:
        raise Conflict(_("Không còn dòng đăng ký muộn nào chờ nhận."))
    if count > MOST_AT_ONCE:
        found.state, found.problem = ListState.ACCEPTING, ""
        said = {"list_id": found.id, "user_id": actor.user_id, "unit_id": actor.unit_id}
        enqueue(session, Job.ACCEPT_LATE_ROWS, {**said, "at": now.isoformat()}, now=now)
        return None
    fresh = _accept(session, actor, event, found, session.scalars(asked).all(), now=now)
    settle_kin(session, actor, event, find_kin(session, event, fresh), now=now)
    return len(fresh)


def _waiting(found: MassList) -> Select[KeptRow]:
    asked = select(KeptRow).where(
        KeptRow.list_id == found.id, KeptRow.is_late.is_(True), KeptRow.settled_at.is_(None)
    )
    return asked.order_by(KeptRow.number, KeptRow.id)


def _accept(
    session: Session,
    actor: Actor,
    event: MassEvent,
    found: MassList,
    waiting: Sequence[KeptRow],
    *,
    now: datetime,
) -> list[int]:
    rows = [Judged(one.number, orjson.loads(one.cells)) for one in waiting]
    fresh = store_rows(session, actor, event, found, rows, late=None, now=now, is_late=True)
    found.late -= len(waiting)
    for one in waiting:
        one.settled_at, one.settler_name = now, actor.name
    return fresh


def carry_on(list_id: int, *, user_id: int, unit_id: int, ordered_at: datetime) -> None:
    """Take what still waits, chunk by chunk, as of the moment in which the owner said so."""

    def owner(session: Session, found: MassList) -> Actor:
        del found
        actor = taking.actor_now(session, user_id, unit_id)
        if actor is None or not actor.may(Permission.IMPORT_RUN):
            raise Refused(_("Người nhận đăng ký muộn không còn quyền làm việc này."))
        return actor

    try:
        while _accept_next(list_id, owner, now=ordered_at):
            pass
        taking.match(list_id, owner, now=ordered_at, came_at=ordered_at)
    except AppError as problem:
        taking.stop(list_id, problem)


def _accept_next(list_id: int, owner: taking.Who, *, now: datetime) -> bool:
    """One chunk in one transaction, under the lock of its event; False once nothing waits."""
    with transaction() as session:
        found, event = taking.held(session, list_id)
        if found.state != ListState.ACCEPTING:
            return False
        part = session.scalars(_waiting(found).limit(taking.CHUNK)).all()
        if not part:
            found.state = ListState.MATCHING
            return False
        actor = owner(session, found)
        events.require_owner(session, actor, event)
        _accept(session, actor, event, found, part, now=now)
        return True
