"""How a case changes: one event appended to its chain, one version up, one row of work after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.audit import GENESIS, chain_hash
from app.cases.heads import HEAD_FIELDS, CaseHead
from app.cases.models import Case, CaseEvent, EventKind
from app.database import Prepared, insert_rows, update_rows
from app.errors import Conflict
from app.jobs import Job, enqueue
from app.permissions import Actor
from app.teams.substitutes import stands_for
from app.workflow.past_events import ROLES

LAST_TEXT = 200
# Nobody is told of these: small work, or thousands at once when the calendar changes.
QUIET = frozenset({EventKind.CHECKED, EventKind.CLOCKS_RECOMPUTED, EventKind.UNCHECKED})
# Acts that a draft is tried on: they keep the roles of the actor, which may be taken away later.
JUDGED = frozenset({EventKind.OPENED, EventKind.MOVED, EventKind.CONFIRMATION_REQUESTED})
_EVENT_COLUMNS = tuple(column.name for column in CaseEvent.__table__.columns if column.name != "id")
_INSERT_EVENT = Prepared(
    insert(CaseEvent)
    .values({name: bindparam(name) for name in _EVENT_COLUMNS})
    .returning(CaseEvent.id)
)
_updates: dict[frozenset[str], Prepared] = {}


@dataclass(frozen=True, slots=True)
class Happening:
    """What is about to be recorded; `data` holds what changed, as JSON."""

    kind: EventKind
    text: str = ""
    data: Mapping[str, Any] | None = None  # Any: answers are JSON
    transition: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The id of the event and the case as it is now."""

    event_id: int
    head: CaseHead


def event_payload(row: Mapping[str, Any]) -> dict[str, Any]:  # Any: a row of case_event
    """The part of an event that its hash covers: all of it but the row id and the hashes."""
    return {
        "case_id": row["case_id"],
        "seq": row["seq"],
        "kind": row["kind"],
        "at": row["at"].isoformat(),
        "actor_id": row["actor_id"],
        "actor_name": row["actor_name"],
        "unit_id": row["unit_id"],
        "transition": row["transition"],
        "from_state": row["from_state"],
        "to_state": row["to_state"],
        "text": row["text"],
        "data": row["data"],
    }


def record(
    session: Session,
    actor: Actor,
    head: CaseHead,
    happening: Happening,
    *,
    now: datetime,
    changes: Mapping[str, Any] | None = None,  # Any: columns of case
) -> Recorded:
    """Append the event, apply `changes` to the case and bump its version.

    The version guards the whole: if somebody else was faster, Conflict is raised and the caller's
    transaction writes nothing.
    """
    row = event_row(actor, head, happening, now, acts_for=acts_for(session, actor, head, now=now))
    applied = _applied(head, happening, changes or {}, row["hash"], now)
    _update_case(session, head, applied)
    event_id: int = _INSERT_EVENT.value(session, row)
    if happening.kind not in QUIET:
        enqueue(session, Job.FOLLOW_CASE_EVENT, {"event_id": event_id}, now=now)
    return Recorded(event_id, head.with_columns(applied))


def record_many(
    session: Session,
    actor: Actor,
    happenings: Sequence[tuple[CaseHead, Happening, Mapping[str, Any]]],  # Any: columns of case
    *,
    now: datetime,
) -> None:
    """Append one event to each of many locked cases, in a few statements.

    Nobody is told: that is the caller's to do, once.
    """
    events, cases = [], []
    for head, happening, changes in happenings:
        row = event_row(actor, head, happening, now)
        events.append(row)
        cases.append({"id": head.id, **_applied(head, happening, changes, row["hash"], now)})
    insert_rows(session, CaseEvent, events)
    update_rows(session, Case, cases)


def _applied(
    head: CaseHead,
    happening: Happening,
    changes: Mapping[str, Any],
    last_hash: str,
    now: datetime,
) -> dict[str, Any]:  # Any: columns of case
    """What an event changes on its case, beside what the act itself changes.

    A column that stays as it was is left out: naming it would rewrite its indexes.
    """
    changed = {
        name: value
        for name, value in changes.items()
        if name not in HEAD_FIELDS or getattr(head, name) != value
    }
    return {
        **changed,
        "version": head.version + 1,
        "last_seq": head.last_seq + 1,
        "last_hash": last_hash,
        "last_event_text": (happening.summary or happening.text)[:LAST_TEXT],
        "updated_at": now,
    }


def acts_for(session: Session, actor: Actor, head: CaseHead, *, now: datetime) -> str | None:
    """Whom the actor replaces on this case today: the absent person who carries it."""
    absent = head.assignee_id
    if absent is None or absent == actor.user_id:
        return None
    on = actor.day(now)
    return stands_for(session, actor.user_id, absent, unit_id=actor.unit_id, on=on)


def event_row(
    actor: Actor,
    head: CaseHead,
    happening: Happening,
    now: datetime,
    *,
    acts_for: str | None = None,
) -> dict[str, Any]:  # Any: a row of case_event
    data = dict(happening.data or {})
    if happening.kind in JUDGED:
        data[ROLES] = sorted(actor.roles)
    if acts_for:
        data["acts_for"] = {"id": head.assignee_id, "label": acts_for}
    row: dict[str, Any] = {
        "case_id": head.id,
        "seq": head.last_seq + 1,
        "kind": happening.kind.value,
        "at": now,
        "actor_id": actor.user_id,
        "actor_name": f"{actor.name} thay {acts_for}" if acts_for else actor.name,
        "unit_id": actor.unit_id,
        "transition": happening.transition,
        "from_state": happening.from_state,
        "to_state": happening.to_state,
        "text": happening.text,
        "data": data,
        "previous_hash": head.last_hash,
    }
    row["hash"] = chain_hash(head.last_hash, event_payload(row))
    return row


def _update_case(session: Session, head: CaseHead, applied: Mapping[str, Any]) -> None:
    columns = frozenset(applied)
    prepared = _updates.get(columns)
    if prepared is None:
        prepared = Prepared(
            update(Case)
            .where(Case.id == bindparam("b_id"), Case.version == bindparam("b_version"))
            .values({name: bindparam(f"v_{name}") for name in sorted(columns)})
        )
        _updates[columns] = prepared
    values = {f"v_{name}": value for name, value in applied.items()}
    if prepared.run(session, {**values, "b_id": head.id, "b_version": head.version}) != 1:
        raise Conflict("Hồ sơ vừa được người khác thay đổi. Hãy tải lại rồi làm tiếp.")


def follows(row: Mapping[str, Any], number: int, previous: str) -> bool:
    """Whether an event is the `number`-th of its chain, behind the one with this hash."""
    fits = row["seq"] == number and row["previous_hash"] == previous
    is_unchanged: bool = row["hash"] == chain_hash(previous, event_payload(row))
    return fits and is_unchanged


def first_bad_event(session: Session, case_id: int) -> CaseEvent | None:
    """Recompute the chain of a case; the first event that does not follow, or None."""
    previous = GENESIS
    events = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
    )
    for number, event in enumerate(events, start=1):
        row = {name: getattr(event, name) for name in _EVENT_COLUMNS}
        if not follows(row, number, previous):
            return event
        previous = event.hash
    return None
