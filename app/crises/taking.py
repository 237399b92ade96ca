"""Takes a long list in the background: in chunks, resumable, killed anywhere it loses no row.

The rows lie sealed beside the list until they are taken; each chunk is judged, stored and removed
from what waits in one transaction, so that no row is lost and none comes twice.
"""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.session import build_actor
from app.crises import events
from app.crises.intake import ListFacts, find_kin, new_list, settle_kin, take_list, take_rows
from app.crises.models import MassEvent, MassList, Participant, WaitingRows
from app.crises.rows import packed, unpacked
from app.crises.rules import ListState
from app.database import insert_rows, reading, transaction
from app.errors import AppError, Conflict, Refused
from app.imports.judging import Judged
from app.jobs import Job, enqueue
from app.permissions import Actor, Permission

MOST_AT_ONCE = 200  # a list up to here is read while its sender waits, in about half a second
CHUNK = 250


def bring_list(
    session: Session,
    actor: Actor,
    event: MassEvent,
    facts: ListFacts,
    rows: Sequence[Judged],
    *,
    now: datetime,
) -> MassList:
    """A short list is taken at once; the rows of a long one wait for a worker."""
    if len(rows) <= MOST_AT_ONCE:
        return take_list(session, actor, event, facts, rows, now=now)
    events.require_act(session, actor, event)
    found = new_list(session, actor, event, facts, len(rows), now=now)
    found.state = ListState.TAKING
    parts = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
    waiting = [{"list_id": found.id, "rows": packed(part)} for part in parts]
    insert_rows(session, WaitingRows, waiting)
    _order(session, found, now=now)
    return found


def _order(session: Session, found: MassList, *, now: datetime) -> None:
    enqueue(session, Job.TAKE_MASS_LIST, {"list_id": found.id}, now=now)


def resume(
    session: Session, actor: Actor, event: MassEvent, found: MassList, *, now: datetime
) -> None:
    """Go on with a list that was stopped, under the rights of whoever says so."""
    events.require_act(session, actor, event)
    if found.state != ListState.STOPPED:
        raise Conflict(_("Danh sách này không còn dòng nào chờ nhận."))
    found.recorded_by, found.recorder_name = actor.user_id, actor.name
    found.unit_id, found.problem, found.state = actor.unit_id, "", ListState.TAKING
    _order(session, found, now=now)


def carry_on(list_id: int, *, now: datetime) -> None:
    """Take what still waits, chunk by chunk, then compare those who came with everybody."""
    try:
        while _take_next(list_id, now=now):
            pass
        _match(list_id, now=now)
    except AppError as problem:
        with transaction() as session:
            found = session.get_one(MassList, list_id, with_for_update=True)
            found.state, found.problem = ListState.STOPPED, str(problem) or "?"


def _take_next(list_id: int, *, now: datetime) -> bool:
    """One chunk in one transaction, under the lock of its event; False once nothing waits."""
    with transaction() as session:
        found, event = _held(session, list_id)
        if found.state != ListState.TAKING:
            return False
        asked = select(WaitingRows).where(WaitingRows.list_id == list_id)
        part = session.scalars(asked.order_by(WaitingRows.id).limit(1)).first()
        if part is None:
            found.state = ListState.MATCHING
            return False
        actor = _actor_of(session, found)
        events.require_act(session, actor, event)
        take_rows(session, actor, event, found, unpacked(part.rows), now=now)
        session.execute(delete(WaitingRows).where(WaitingRows.id == part.id))
        return True


def _match(list_id: int, *, now: datetime) -> None:
    """The comparison is read without a lock, since it takes seconds, and written at once."""
    session = reading()
    session.rollback()  # not from an old snapshot
    found = session.get_one(MassList, list_id)
    if found.state != ListState.MATCHING:
        return
    asked = select(Participant.id).where(Participant.list_id == list_id)
    kin = find_kin(
        session, session.get_one(MassEvent, found.event_id), session.scalars(asked).all()
    )
    session.rollback()
    with transaction() as writer:
        held, event = _held(writer, list_id)
        if held.state == ListState.MATCHING:
            settle_kin(writer, _actor_of(writer, held), event, kin, now=now)
            held.state = ListState.DONE


def _held(session: Session, list_id: int) -> tuple[MassList, MassEvent]:
    """The list and its event, the event locked first as every intake does."""
    event_id = select(MassList.event_id).where(MassList.id == list_id).scalar_subquery()
    event = session.scalars(
        select(MassEvent).where(MassEvent.id == event_id).with_for_update()
    ).one()
    found = session.get_one(MassList, list_id, populate_existing=True, with_for_update=True)
    return found, event


def _actor_of(session: Session, found: MassList) -> Actor:
    """Whoever brought the list, with the rights of this moment."""
    user = session.get(User, found.recorded_by)
    actor = build_actor(session, user, unit_id=found.unit_id) if user is not None else None
    if actor is None or actor.unit_id != found.unit_id or not actor.may(Permission.IMPORT_RUN):
        raise Refused(_("Người gửi danh sách không còn quyền nhận danh sách cho đơn vị này."))
    return actor
