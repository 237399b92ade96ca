"""Takes a long list in the background: in chunks, resumable, killed anywhere it loses no row.

The file lies sealed beside the list until it is read, and so do its rows until they are taken; each
chunk is judged, stored and removed from what waits in one transaction, so that no row is lost and
none comes twice.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.session import build_actor
from app.crises import events
from app.crises.intake import ListFacts, find_kin, new_list, settle_kin, take_list, take_rows
from app.crises.models import MassEvent, MassList, Participant, WaitingFile, WaitingRows
from app.crises.rows import Brought, ReadTable, packed, read_table, unpacked
from app.crises.rules import ListState
from app.database import insert_rows, reading, transaction
from app.errors import AppError, Conflict, Refused, TooLarge
from app.imports.readers.fonts import FontEncoding
from app.jobs import Job, enqueue
from app.permissions import Actor, Permission

CHUNK = 250
Who = Callable[[Session, MassList], Actor]


def bring_list(
    session: Session,
    actor: Actor,
    event: MassEvent,
    facts: ListFacts,
    brought: Brought,
    *,
    now: datetime,
) -> MassList:
    """A short list is taken at once; the file of a long one waits for a worker."""
    if (short := brought.short) is not None:
        told = replace(facts, notes=short.notes)
        return take_list(session, actor, event, told, short.rows, now=now)
    events.require_act(session, actor, event)
    found = new_list(session, actor, event, facts, 0, now=now)
    found.state = ListState.READING
    content = b64encode(brought.content).decode()
    session.add(WaitingFile(list_id=found.id, convert=brought.convert or "", content=content))
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


def carry_on(list_id: int, *, limit_mb: int, now: datetime) -> None:
    """Read the file, take what waits chunk by chunk, compare those who came with everybody."""
    try:
        _read(list_id, limit_mb=limit_mb)
        while _take_next(list_id, now=now):
            pass
        match(list_id, _recorder, now=now)
    except AppError as problem:
        stop(list_id, problem)


def stop(list_id: int, problem: AppError) -> None:
    with transaction() as session:
        found = session.get_one(MassList, list_id, with_for_update=True)
        found.state, found.problem = ListState.STOPPED, str(problem) or "?"


def _read(list_id: int, *, limit_mb: int) -> None:
    """The file becomes rows that wait; it is read without a lock, since that takes seconds."""
    session = reading()
    session.rollback()  # not from an old snapshot
    waiting = session.scalar(select(WaitingFile).where(WaitingFile.list_id == list_id))
    if waiting is None:
        return
    content = b64decode(waiting.content)
    font = FontEncoding(waiting.convert) if waiting.convert else None
    session.rollback()
    try:
        table = read_table(content, limit_mb=limit_mb, convert=font)
    except (Refused, TooLarge) as refusal:
        _file_is_read(list_id, ListState.REFUSED, problem=str(refusal))
        return
    _file_is_read(list_id, ListState.TAKING, table=table)


def _file_is_read(
    list_id: int, state: ListState, *, table: ReadTable | None = None, problem: str = ""
) -> None:
    with transaction() as session:
        found, _event = held(session, list_id)
        if found.state != ListState.READING:
            return
        rows = table.rows if table else ()
        parts = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
        waiting = [{"list_id": list_id, "rows": packed(part)} for part in parts]
        insert_rows(session, WaitingRows, waiting)
        session.execute(delete(WaitingFile).where(WaitingFile.list_id == list_id))
        found.rows, found.notes = len(rows), list(table.notes) if table else []
        found.state, found.problem = state, problem


def _take_next(list_id: int, *, now: datetime) -> bool:
    """One chunk in one transaction, under the lock of its event; False once nothing waits."""
    with transaction() as session:
        found, event = held(session, list_id)
        if found.state != ListState.TAKING:
            return False
        asked = select(WaitingRows).where(WaitingRows.list_id == list_id)
        part = session.scalars(asked.order_by(WaitingRows.id).limit(1)).first()
        if part is None:
            found.state = ListState.MATCHING
            return False
        actor = _recorder(session, found)
        events.require_act(session, actor, event)
        take_rows(session, actor, event, found, unpacked(part.rows), now=now)
        session.execute(delete(WaitingRows).where(WaitingRows.id == part.id))
        return True


def match(
    list_id: int,
    who: Who,
    *,
    now: datetime,
    came_at: datetime | None = None,
) -> None:
    """Compare those whom the list brought, or only those of one moment, with everybody.

    The comparison is read without a lock, since it takes seconds, and written at once.
    """
    session = reading()
    session.rollback()  # not from an old snapshot
    found = session.get_one(MassList, list_id)
    if found.state != ListState.MATCHING:
        return
    asked = select(Participant.id).where(Participant.list_id == list_id)
    if came_at is not None:
        asked = asked.where(Participant.recorded_at == came_at)
    kin = find_kin(
        session, session.get_one(MassEvent, found.event_id), session.scalars(asked).all()
    )
    session.rollback()
    with transaction() as writer:
        again, event = held(writer, list_id)
        if again.state == ListState.MATCHING:
            settle_kin(writer, who(writer, again), event, kin, now=now)
            again.state = ListState.DONE


def held(session: Session, list_id: int) -> tuple[MassList, MassEvent]:
    """The list and its event, the event locked first as every intake does."""
    event_id = select(MassList.event_id).where(MassList.id == list_id).scalar_subquery()
    event = session.scalars(
        select(MassEvent).where(MassEvent.id == event_id).with_for_update()
    ).one()
    found = session.get_one(MassList, list_id, populate_existing=True, with_for_update=True)
    return found, event


def _recorder(session: Session, found: MassList) -> Actor:
    """Whoever brought the list, with the rights of this moment."""
    actor = actor_now(session, found.recorded_by, found.unit_id)
    if actor is None or not actor.may(Permission.IMPORT_RUN):
        raise Refused(_("Người gửi danh sách không còn quyền nhận danh sách cho đơn vị này."))
    return actor


def actor_now(session: Session, user_id: int, unit_id: int | None) -> Actor | None:
    """Somebody who has ordered work for a unit; None who no longer acts for it."""
    user = session.get(User, user_id)
    actor = build_actor(session, user, unit_id=unit_id) if user is not None else None
    return actor if actor is not None and actor.unit_id == unit_id else None
