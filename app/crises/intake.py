"""Takes a list into a mass event: one bad row does not stop the rest, nothing comes in twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_id
from app.crises import events, queries
from app.crises.homes import homes_of
from app.crises.kinship import Kin, Suggested, kin_of, same_people, suggestions
from app.crises.merging import Joined, merge_people
from app.crises.models import (
    Journey,
    KeptRow,
    LikePair,
    MassEvent,
    MassList,
    Participant,
)
from app.crises.recording import happened_to_many
from app.crises.rows import RowReader, cells_of
from app.crises.rules import Source, Status, Window, window_at
from app.database import insert_rows
from app.errors import Conflict, Refused
from app.imports.fields import plain
from app.imports.judging import Judged
from app.permissions import Actor
from app.registers.case_book import case_book
from app.registers.names import fold_names, name_key

_REPEATED = (
    "Người này đã có ở dòng {first} của danh sách; nếu là hai người, hãy thêm ngày sinh hoặc số"
    " giấy tờ."
)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What is said of a list as a whole."""

    source: Source
    name: str
    notes: Sequence[str] = ()


def take_list(
    session: Session,
    actor: Actor,
    event: MassEvent,
    facts: ListFacts,
    rows: Sequence[Judged],
    *,
    now: datetime,
) -> MassList:
    """Judge every row and take those that hold; late registrations wait for the owner's act."""
    events.require_act(session, actor, event)
    found = MassList(
        event_id=event.id,
        source=facts.source,
        name=facts.name,
        rows=len(rows),
        notes=list(facts.notes),
        recorded_at=now,
        recorded_by=actor.user_id,
        recorder_name=actor.name,
    )
    session.add(found)
    session.flush()
    late = late_sentence(event, now) if facts.source is Source.REGISTRATION else None
    _take_rows(session, actor, event, found, rows, late=late, now=now)
    return found


def _take_rows(
    session: Session,
    actor: Actor,
    event: MassEvent,
    found: MassList,
    rows: Sequence[Judged],
    *,
    late: str | None,
    now: datetime,
    is_late: bool = False,
) -> None:
    _judge(_reader(session, event, Source(found.source), now), rows)
    refused = [row for row in rows if row.is_refused]
    fit = [row for row in rows if not row.is_refused]
    known = _known_keys(session, event, [row.intake["row_key"] for row in fit])
    fresh = [row for row in fit if row.intake["row_key"] not in known]
    found.known += len(fit) - len(fresh)
    found.refused += len(refused)
    _keep(session, found, refused, late="")
    if late is not None:
        found.late += len(fresh)
        _keep(session, found, fresh, late=late)
        return
    found.taken += len(fresh)
    _store(session, actor, event, found, fresh, now=now, is_late=is_late)


def late_sentence(event: MassEvent, now: datetime) -> str | None:
    """Why a registration at this moment is not within the window; None where it is."""
    where = window_at(event.opens_at, event.closes_at, now)
    if where is Window.OPEN:
        return None
    moment = event.opens_at if where is Window.EARLY else event.closes_at
    minute = _written(moment, event.time_zone) if moment is not None else ""
    said: str = _("Chưa đến giờ đăng ký: mở lúc %(minute)s.", minute=minute)
    if where is Window.CLOSED:
        said = _(
            "Đăng ký đã đóng lúc %(minute)s. Dòng này được giữ lại; đơn vị chủ trì có thể nhận là"
            " đăng ký muộn.",
            minute=minute,
        )
    return said


def _written(moment: datetime, zone: str) -> str:
    here = moment.astimezone(ZoneInfo(zone))
    city = zone.rpartition("/")[2].replace("_", " ")
    return f"{here:%H:%M} ngày {here:%d/%m/%Y} ({city})"


def _reader(session: Session, event: MassEvent, source: Source, now: datetime) -> RowReader:
    rows = session.execute(select(Journey.code, Journey.id).where(Journey.event_id == event.id))
    journeys = {plain(row.code): row.id for row in rows}
    today = now.astimezone(ZoneInfo(event.time_zone)).date()
    adult_age = case_book().adult_age(session, today)
    return RowReader(event.id, source, homes_of(session), journeys, now, today, adult_age)


def _judge(reader: RowReader, rows: Iterable[Judged]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        row.take_in(reader.read)
        if row.is_refused:
            continue
        first = seen.setdefault(row.intake["row_key"], row.number)
        if first != row.number:
            row.refuse(_REPEATED.format(first=first), "repeat")


def _known_keys(session: Session, event: MassEvent, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        asked = select(Participant.row_key).where(
            Participant.event_id == event.id, Participant.row_key.in_(part)
        )
        found |= set(session.scalars(asked))
    return found


def _keep(session: Session, found: MassList, rows: Iterable[Judged], *, late: str) -> None:
    insert_rows(
        session,
        KeptRow,
        [
            {
                "list_id": found.id,
                "number": row.number,
                "sentence": late or " ".join(one.text for one in row.findings),
                "cells": orjson.dumps(cells_of(row)).decode(),
                "is_late": bool(late),
            }
            for row in rows
        ],
    )


def _store(
    session: Session,
    actor: Actor,
    event: MassEvent,
    found: MassList,
    rows: Sequence[Judged],
    *,
    now: datetime,
    is_late: bool,
) -> None:
    if not rows:
        return
    known = kin_of(session, event)
    values = [_columns(event, found, row, now, is_late=is_late) for row in rows]
    inserted = insert(Participant).returning(Participant.id, sort_by_parameter_order=True)
    ids = list(session.scalars(inserted, values))
    kind = "late" if is_late else "listed"
    told = [
        (one, row.intake["spelling"], {"list": found.id})
        for one, row in zip(ids, rows, strict=True)
    ]
    happened_to_many(session, actor, kind, told, now=now)
    events.add_provinces(session, event, {value["province_code"] for value in values})
    _find_kin(session, actor, event, known, set(ids), now=now)


def _columns(
    event: MassEvent, found: MassList, row: Judged, now: datetime, *, is_late: bool
) -> dict[str, Any]:  # Any: columns of a participant
    taken: dict[str, Any] = row.intake
    return {
        **taken,
        "event_id": event.id,
        "list_id": found.id,
        "name": taken["spelling"],
        "name_fold": fold_names(taken["spelling"], taken["other_spelling"]),
        "sort_name": name_key(taken["spelling"]),
        "remarks": [one.text for one in row.findings],
        "is_late": is_late,
        **{f"in_{source}": source == found.source for source in Source},
        "status": Status.EXPECTED,
        "status_at": now,
        "recorded_at": now,
    }


def _find_kin(
    session: Session,
    actor: Actor,
    event: MassEvent,
    known: Sequence[Kin],
    ids: set[int],
    *,
    now: datetime,
) -> None:
    """Join what is surely one person, keep the other pairs for somebody to decide."""
    fresh = [one for one in kin_of(session, event) if one.id in ids]
    sure = same_people(known, fresh)
    joined = [Joined(kept.id, merged.id, 100, is_sure=True) for kept, merged in sure]
    merge_people(session, actor, event, joined, now=now)
    alike = suggestions(known, fresh, settled={merged.id for _kept, merged in sure})
    insert_rows(session, LikePair, [_pair(event, one) for one in alike])


def _pair(event: MassEvent, found: Suggested) -> dict[str, Any]:  # Any: columns of a pair
    return {
        "event_id": event.id,
        "one_id": found.one.id,
        "other_id": found.other.id,
        "score": found.likeness.score,
        "parts": {part.part.value: part.score for part in found.likeness.parts},
        "state": "open",
    }


# --- one person, and late ones --------------------------------------------------------------


def register_one(
    session: Session, actor: Actor, event: MassEvent, cells: dict[str, str], *, now: datetime
) -> MassList:
    """A registration typed by hand: a list of one row, judged as any other."""
    unit = unit_by_id(session, actor.unit_id)
    facts = ListFacts(Source.REGISTRATION, f"Đăng ký tại {unit.short_name}"[:255])
    return take_list(session, actor, event, facts, [Judged(1, dict(cells))], now=now)


def accept_late(
    session: Session,
    actor: Actor,
    event: MassEvent,
    found: MassList,
    row_id: int | None,
    *,
    now: datetime,
) -> int:
    """The owner takes late registrations in after all, each marked as such: one, or all."""
    events.require_owner(session, actor, event)
    asked = select(KeptRow).where(
        KeptRow.list_id == found.id, KeptRow.is_late.is_(True), KeptRow.settled_at.is_(None)
    )
    if row_id is not None:
        asked = asked.where(KeptRow.id == row_id)
    waiting = session.scalars(asked.order_by(KeptRow.number)).all()
    if not waiting:
        raise Conflict(_("Không còn dòng đăng ký muộn nào chờ nhận."))
    rows = [Judged(one.number, orjson.loads(one.cells)) for one in waiting]
    _take_rows(session, actor, event, found, rows, late=None, now=now, is_late=True)
    found.late -= len(waiting)
    for one in waiting:
        one.settled_at, one.settler_name = now, actor.name
    return len(waiting)


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
    _judge(_reader(session, event, Source(found.source), now), [judged])
    if judged.is_refused:
        said = " ".join(one.text for one in judged.findings)
        raise Refused(said)
    late = late_sentence(event, now) if found.source == Source.REGISTRATION else None
    _take_rows(session, actor, event, found, [Judged(row.number, dict(cells))], late=late, now=now)
    found.refused -= 1
    row.settled_at, row.settler_name = now, actor.name
