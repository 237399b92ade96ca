"""Takes a list into a mass event: one bad row does not stop the rest, nothing comes in twice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.cases.readers import HOME_ZONE
from app.crises import events
from app.crises.filling import fill_known
from app.crises.homes import homes_of
from app.crises.kinship import Suggested, kin_of, same_people, suggestions
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
    found = new_list(session, actor, event, facts, len(rows), now=now)
    fresh = take_rows(session, actor, event, found, rows, now=now)
    settle_kin(session, actor, event, find_kin(session, event, fresh), now=now)
    return found


def new_list(
    session: Session,
    actor: Actor,
    event: MassEvent,
    facts: ListFacts,
    count: int,
    *,
    now: datetime,
) -> MassList:
    found = MassList(
        event_id=event.id,
        source=facts.source,
        name=facts.name,
        rows=count,
        taken=0,
        known=0,
        refused=0,
        late=0,
        filled=0,
        notes=list(facts.notes),
        recorded_at=now,
        recorded_by=actor.user_id,
        recorder_name=actor.name,
        unit_id=actor.unit_id,
    )
    session.add(found)
    session.flush()
    return found


def take_rows(
    session: Session,
    actor: Actor,
    event: MassEvent,
    found: MassList,
    rows: Sequence[Judged],
    *,
    now: datetime,
) -> list[int]:
    """Take rows of a list as of the moment in which it came; answers whom it brought."""
    came_at = found.recorded_at
    late = late_sentence(event, came_at) if found.source == Source.REGISTRATION else None
    return store_rows(session, actor, event, found, rows, late=late, now=now)


def store_rows(
    session: Session,
    actor: Actor,
    event: MassEvent,
    found: MassList,
    rows: Sequence[Judged],
    *,
    late: str | None,
    now: datetime,
    is_late: bool = False,
) -> list[int]:
    judge(reader_for(session, event, Source(found.source), found.recorded_at), rows)
    known = _known_keys(session, event, rows)
    if late is not None:
        known |= _waiting_keys(session, event, rows)
    _refuse_repeats(found, rows, known)
    refused = [row for row in rows if row.is_refused]
    fit = [row for row in rows if not row.is_refused]
    fresh = [row for row in fit if row.intake["row_key"] not in known]
    found.known += len(fit) - len(fresh)
    again = [row for row in fit if known.get(row.intake["row_key"], (found.id, 0))[0] != found.id]
    found.filled += fill_known(session, actor, event, found, again, now=now)
    found.refused += len(refused)
    _keep(session, found, refused, late="")
    if late is not None:
        found.late += len(fresh)
        _keep(session, found, fresh, late=late)
        return []
    found.taken += len(fresh)
    return _store(session, actor, event, found, fresh, now=now, is_late=is_late)


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
    where = _("giờ Việt Nam") if zone == HOME_ZONE else city
    return f"{here:%H:%M} ngày {here:%d/%m/%Y} ({where})"


def reader_for(session: Session, event: MassEvent, source: Source, now: datetime) -> RowReader:
    rows = session.execute(select(Journey.code, Journey.id).where(Journey.event_id == event.id))
    journeys = {plain(row.code): row.id for row in rows}
    today = now.astimezone(ZoneInfo(event.time_zone)).date()
    adult_age = case_book().adult_age(session, today)
    return RowReader(event.id, source, homes_of(session), journeys, now, today, adult_age)


def judge(reader: RowReader, rows: Iterable[Judged]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        row.take_in(reader.read)
        if row.is_refused:
            continue
        first = seen.setdefault(row.intake["row_key"], row.number)
        if first != row.number:
            row.refuse(_REPEATED.format(first=first), "repeat")


def _refuse_repeats(
    found: MassList, rows: Iterable[Judged], known: Mapping[str, tuple[int, int]]
) -> None:
    """A row that an earlier part of this very list has brought is named twice in it."""
    for row in rows:
        if row.is_refused:
            continue
        list_id, number = known.get(row.intake["row_key"], (0, 0))
        if list_id == found.id and number != row.number:
            row.refuse(_REPEATED.format(first=number), "repeat")


def _known_keys(
    session: Session, event: MassEvent, rows: Sequence[Judged]
) -> dict[str, tuple[int, int]]:
    """Rows that have come in before, with the list and the row that brought them."""
    asked = select(Participant.row_key, Participant.list_id, Participant.row_number).where(
        Participant.event_id == event.id
    )
    return _found_by_key(session, asked, Participant.row_key, rows)


def _waiting_keys(
    session: Session, event: MassEvent, rows: Sequence[Judged]
) -> dict[str, tuple[int, int]]:
    """Late rows that wait already: the same list sent again must not have them wait twice."""
    asked = (
        select(KeptRow.row_key, KeptRow.list_id, KeptRow.number)
        .join(MassList, MassList.id == KeptRow.list_id)
        .where(MassList.event_id == event.id, KeptRow.is_late.is_(True))
        .where(KeptRow.settled_at.is_(None))
    )
    return _found_by_key(session, asked, KeptRow.row_key, rows)


def _found_by_key(
    session: Session, asked: Select[*tuple[Any, ...]], column: Any, rows: Sequence[Judged]
) -> dict[str, tuple[int, int]]:  # Any: the columns of either table
    keys = [row.intake["row_key"] for row in rows if not row.is_refused]
    found: dict[str, tuple[int, int]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = session.execute(asked.where(column.in_(keys[start : start + _AT_ONCE])))
        found |= {key: (list_id, number) for key, list_id, number in part}
    return found


def _keep(session: Session, found: MassList, rows: Iterable[Judged], *, late: str) -> None:
    insert_rows(
        session,
        KeptRow,
        [
            {
                "list_id": found.id,
                "number": row.number,
                "row_key": row.intake["row_key"] if late else None,
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
) -> list[int]:
    values = [_columns(event, found, row, now, is_late=is_late) for row in rows]
    insert_rows(session, Participant, values)
    ids = _ids_of(session, event, [row.intake["row_key"] for row in rows])
    kind = "late" if is_late else "listed"
    told = [
        (ids[row.intake["row_key"]], row.intake["spelling"], {"list": found.id}) for row in rows
    ]
    happened_to_many(session, actor, kind, told, now=now)
    events.add_provinces(session, event, {value["province_code"] for value in values})
    return list(ids.values())


def _ids_of(session: Session, event: MassEvent, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), _AT_ONCE):
        asked = select(Participant.row_key, Participant.id).where(
            Participant.event_id == event.id,
            Participant.row_key.in_(keys[start : start + _AT_ONCE]),
        )
        found |= {row.row_key: row.id for row in session.execute(asked)}
    return found


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


# --- who may be one person ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundKin:
    """What the comparison of fresh entries with everybody has found."""

    sure: Sequence[Joined] = ()
    alike: Sequence[Suggested] = ()


def find_kin(session: Session, event: MassEvent, ids: Collection[int]) -> FoundKin:
    """Compare fresh entries with all others of the event; writes nothing."""
    if not ids:
        return FoundKin()
    wanted = set(ids)
    everyone = kin_of(session, event)
    known = [one for one in everyone if one.id not in wanted]
    fresh = [one for one in everyone if one.id in wanted]
    sure = same_people(known, fresh)
    joined = [Joined(kept.id, merged.id, 100, is_sure=True) for kept, merged in sure]
    alike = suggestions(known, fresh, settled={merged.id for _kept, merged in sure})
    return FoundKin(joined, alike)


def settle_kin(
    session: Session, actor: Actor, event: MassEvent, found: FoundKin, *, now: datetime
) -> None:
    """Join what is surely one person, keep the other pairs for somebody to decide."""
    merge_people(session, actor, event, found.sure, now=now)
    insert_rows(session, LikePair, [_pair(event, one) for one in found.alike])


def _pair(event: MassEvent, found: Suggested) -> dict[str, Any]:  # Any: columns of a pair
    return {
        "event_id": event.id,
        "one_id": found.one.id,
        "other_id": found.other.id,
        "score": found.likeness.score,
        "parts": {part.part.value: part.score for part in found.likeness.parts},
        "state": "open",
    }
