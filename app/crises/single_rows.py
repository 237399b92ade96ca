"""Rows that come in one by one: typed by hand, or refused and put right."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_id
from app.crises import events, queries
from app.crises.intake import (
    ListFacts,
    find_kin,
    judge,
    late_sentence,
    reader_for,
    settle_kin,
    store_rows,
    take_list,
)
from app.crises.models import KeptRow, MassEvent, MassList
from app.crises.rules import Source
from app.errors import Conflict, Refused
from app.imports.judging import Judged
from app.permissions import Actor


def register_one(
    session: Session, actor: Actor, event: MassEvent, cells: dict[str, str], *, now: datetime
) -> MassList:
    """A registration typed by hand: a list of one row, judged as any other."""
    unit = unit_by_id(session, actor.unit_id)
    facts = ListFacts(Source.REGISTRATION, f"Đăng ký tại {unit.short_name}"[:255])
    return take_list(session, actor, event, facts, [Judged(1, dict(cells))], now=now)


def correct_row(
    session: Session,
    actor: Actor,
    event: MassEvent,
    row: KeptRow,
    *,
    cells: dict[str, str],
    now: datetime,
) -> None:
    """A refused row is put right by hand and judged again; still wrong, it says why."""
    events.require_act(session, actor, event)
    if row.settled_at is not None or row.is_late:
        raise Conflict(_("Dòng này đã được xử lý trước đó."))
    found = queries.list_by_id(session, event, row.list_id)
    judged = Judged(row.number, dict(cells))
    judge(reader_for(session, event, Source(found.source), now), [judged])
    if judged.is_refused:
        said = " ".join(one.text for one in judged.findings)
        raise Refused(said)
    late = late_sentence(event, now) if found.source == Source.REGISTRATION else None
    again = [Judged(row.number, dict(cells))]
    fresh = store_rows(session, actor, event, found, again, late=late, now=now)
    if again[0].is_refused:  # somebody else in the list says the same
        said = " ".join(one.text for one in again[0].findings)
        raise Refused(said)
    settle_kin(session, actor, event, find_kin(session, event, fresh), now=now)
    found.refused -= 1
    row.settled_at, row.settler_name = now, actor.name
