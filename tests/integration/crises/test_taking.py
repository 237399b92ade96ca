"""A long list is taken by a worker: killed anywhere, no row is lost and none comes twice."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import delete, func, select, update
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session

from app.accounts.models import UserRole
from app.crises import events, late, queries, taking
from app.crises.intake import ListFacts
from app.crises.models import (
    KeptRow,
    MassEvent,
    MassList,
    Participant,
    WaitingFile,
    WaitingRows,
)
from app.crises.rows import look_at, packed, unpacked
from app.crises.rules import ListState, Source
from app.database import transaction
from app.errors import Conflict, Refused
from app.imports.judging import Judged
from app.imports.readers.source import Cell, Unreadable
from app.jobs import Job, OutboxEntry
from app.permissions import Actor
from tests.integration.cases import desk
from tests.integration.crises.scene import HEAD, NOW, begin, many, people_of, workbook

LATER = NOW + timedelta(minutes=5)
COUNT = 640  # three chunks


@pytest.fixture
def officer(session: Session) -> Actor:
    return desk.consul(session)


def _brought(
    officer: Actor,
    lines: Sequence[str],
    *,
    event: MassEvent | None = None,
    source: Source = Source.FOREIGN,
    closes_at: datetime | None = None,
) -> tuple[MassEvent, MassList]:
    with transaction() as writer:
        held = event or begin(writer, officer, closes_at=closes_at)
        brought = look_at("\n".join((HEAD, *lines)).encode(), limit_mb=5)
        facts = ListFacts(source, "Danh sách dài")
        return held, taking.bring_list(writer, officer, held, facts, brought, now=NOW)


def _carry_on(found: MassList) -> None:
    taking.carry_on(found.id, limit_mb=5, now=LATER)


def _stand(session: Session, found: MassList) -> tuple[str, int, int, int, int]:
    session.expire_all()
    held = session.get_one(MassList, found.id)
    return held.state, held.taken, held.known, held.refused, held.late


def test_cells_of_rows_that_wait_keep_their_kind() -> None:
    values: dict[str, Cell] = {
        "person_name": "Nguyễn Văn Á",
        "birth": NOW.replace(tzinfo=None),
        "day": NOW.date(),
        "id_number": 79_090_012_345.0,
        "count": 0,
        "formula": Unreadable("Ô này là công thức."),
        "merged": Unreadable("Ô này bị gộp.", "Nguyễn Văn Á"),
        "empty": None,
    }
    (row,) = unpacked(packed([Judged(7, values)]))
    assert row.number == 7
    assert row.values == {name: value for name, value in values.items() if value is not None}


def test_a_long_list_waits_sealed_and_is_then_taken_whole(session: Session, officer: Actor) -> None:
    twin = many(1)[0]
    event, found = _brought(officer, [*many(COUNT), "9\t\t1990\t\t\t\t\t", twin])
    assert _stand(session, found) == (ListState.READING, 0, 0, 0, 0)
    assert people_of(session, event) == []
    (job,) = session.scalars(select(OutboxEntry).where(OutboxEntry.job == Job.TAKE_MASS_LIST))
    assert job.payload == {"list_id": found.id}
    asked = session.connection().exec_driver_sql("SELECT content FROM mass_waiting_file")
    assert b64encode(HEAD.encode())[:20].decode() not in asked.scalar_one()

    _carry_on(found)
    assert _stand(session, found) == (ListState.DONE, COUNT, 0, 2, 0)
    for waiting in (WaitingFile, WaitingRows):
        assert session.scalar(select(func.count()).select_from(waiting)) == 0
    sentences = session.scalars(select(KeptRow.sentence).order_by(KeptRow.number)).all()
    assert sentences[0] == "Thiếu họ tên."
    assert "đã có ở dòng 2" in sentences[1]  # the twin stands in another chunk

    again = _brought(officer, many(COUNT), event=event)[1]
    _carry_on(again)
    assert _stand(session, again) == (ListState.DONE, 0, COUNT, 0, 0)
    assert len(people_of(session, event)) == COUNT


def _with_merged_papers(count: int) -> bytes:
    def write(sheet: Worksheet) -> None:
        for line in (HEAD, *many(count)):
            sheet.append(line.split("\t"))
        sheet.merge_cells("E3:E5")

    return workbook(write)


@pytest.mark.parametrize("count", [20, COUNT])
def test_merged_papers_refuse_their_rows_however_long_the_list(
    session: Session, officer: Actor, count: int
) -> None:
    with transaction() as writer:
        event = begin(writer, officer)
        brought = look_at(_with_merged_papers(count), limit_mb=5)
        facts = ListFacts(Source.FOREIGN, "Danh sách gộp ô")
        found = taking.bring_list(writer, officer, event, facts, brought, now=NOW)
    _carry_on(found)
    assert _stand(session, found) == (ListState.DONE, count - 3, 0, 3, 0)
    kept = session.scalars(select(KeptRow).order_by(KeptRow.number)).all()
    assert [row.number for row in kept] == [3, 4, 5]
    (sentence,) = {row.sentence for row in kept}
    assert sentence.startswith("Các ô E3:E5 (cột “Số hộ chiếu”) bị gộp qua nhiều dòng dữ liệu")
    assert all('"person_name":"Nguyễn Văn ' in row.cells for row in kept)  # for the hand


class _Killed(BaseException):
    """What ends a worker where it stands; no code of ours catches it."""


def _killed_at(session: Session, work: Callable[[], None], number: int) -> bool:
    """Carry the work on until that statement; whether it came to it."""
    left = [number]

    def count(*_given: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise _Killed

    engine = session.get_bind()
    listen(engine, "before_cursor_execute", count)
    try:
        work()
    except _Killed:
        session.rollback()
        return True
    finally:
        remove(engine, "before_cursor_execute", count)
    return False


def test_a_worker_that_is_killed_anywhere_loses_no_row_and_doubles_none(
    session: Session, officer: Actor
) -> None:
    event, found = _brought(officer, many(COUNT))
    places = iter((1, 3, 8, 13, 19, 26, 34, 43, 53, 64, 76, 89, 103, 118, 134, 151, 500))
    deaths = 0
    while _killed_at(session, lambda: _carry_on(found), next(places)):
        deaths += 1
        waiting = session.scalar(select(func.count()).select_from(WaitingRows)) or 0
        held = session.get_one(MassList, found.id)
        taken = held.taken
        assert len(people_of(session, event)) == taken
        if held.state == ListState.READING:
            assert not waiting
            continue
        assert taken == COUNT if not waiting else waiting == 3 - taken // taking.CHUNK
    assert deaths > 5
    assert _stand(session, found) == (ListState.DONE, COUNT, 0, 0, 0)
    assert len(people_of(session, event)) == COUNT


def test_an_event_closed_meanwhile_stops_the_list_and_it_goes_on_when_reopened(
    session: Session, officer: Actor
) -> None:
    event, found = _brought(officer, many(COUNT))
    with transaction() as writer:
        writer.execute(update(MassEvent).values(is_open=False))
    _carry_on(found)
    assert _stand(session, found)[0] == ListState.STOPPED
    assert "Sự kiện đã đóng" in session.get_one(MassList, found.id).problem
    with transaction() as writer:
        held = writer.get_one(MassEvent, event.id)
        held.is_open = True
        again = queries.list_by_id(writer, held, found.id)
        taking.resume(writer, officer, held, again, now=LATER)
    _carry_on(found)
    assert _stand(session, found) == (ListState.DONE, COUNT, 0, 0, 0)


def test_whoever_has_lost_the_right_brings_nobody_in(session: Session, officer: Actor) -> None:
    event, found = _brought(officer, many(COUNT))
    with transaction() as writer:
        writer.execute(delete(UserRole))
    _carry_on(found)
    assert "không còn quyền" in session.get_one(MassList, found.id).problem
    assert people_of(session, event) == []


def test_an_event_is_not_closed_while_a_list_is_still_taken(
    session: Session, officer: Actor
) -> None:
    del session
    event, _found = _brought(officer, many(COUNT))
    with transaction() as writer:
        held = writer.get_one(MassEvent, event.id)
        with pytest.raises(Refused, match="đang được nhận"):
            events.close_event(writer, officer, held, note="", now=LATER)


def _accepted(
    session: Session, officer: Actor, event: MassEvent, found: MassList
) -> dict[str, Any]:  # Any: as the job hands it on
    """The owner takes all late rows in; what a worker is told of it holds ids and a moment."""
    with transaction() as writer:
        held = queries.event_by_id(writer, officer, event.id, lock=True)
        again = queries.list_by_id(writer, held, found.id)
        assert late.accept_late(writer, officer, held, again, None, now=LATER) is None
        with pytest.raises(Conflict, match="đang được nhận"):
            late.accept_late(writer, officer, held, again, None, now=LATER)
    (job,) = session.scalars(select(OutboxEntry).where(OutboxEntry.job == Job.ACCEPT_LATE_ROWS))
    said = dict(job.payload)
    assert set(said) == {"list_id", "user_id", "unit_id", "at"}
    return said | {"ordered_at": datetime.fromisoformat(said.pop("at"))}


def test_a_long_file_that_cannot_be_read_to_its_end_says_so_and_holds_nothing_up(
    session: Session, officer: Actor
) -> None:
    event, found = _brought(officer, many(COUNT))
    taking.carry_on(found.id, limit_mb=0, now=LATER)
    held = session.get_one(MassList, found.id)
    assert (held.state, held.problem[-1:]) == (ListState.REFUSED, ".")
    assert session.scalar(select(func.count()).select_from(WaitingFile)) == 0
    assert queries.unfinished_lists(session, event) == []


def test_late_rows_of_a_list_sent_twice_wait_once(session: Session, officer: Actor) -> None:
    closes = NOW - timedelta(minutes=1)
    event, first = _brought(officer, many(COUNT), source=Source.REGISTRATION, closes_at=closes)
    _carry_on(first)
    again = _brought(officer, many(COUNT + 1), event=event, source=Source.REGISTRATION)[1]
    _carry_on(again)
    assert _stand(session, first) == (ListState.DONE, 0, 0, 0, COUNT)
    assert _stand(session, again) == (ListState.DONE, 0, COUNT, 0, 1)
    assert session.scalar(select(func.count()).select_from(KeptRow)) == COUNT + 1
    payload = _accepted(session, officer, event, first)
    places = iter((2, 5, 11, 18, 29, 41, 60, 83, 110, 500))
    deaths = 0
    while _killed_at(session, lambda: late.carry_on(**payload), next(places)):
        deaths += 1
        held = session.get_one(MassList, first.id)
        assert (held.taken, len(people_of(session, event))) == (COUNT - held.late,) * 2
    assert deaths > 3
    assert _stand(session, first) == (ListState.DONE, COUNT, 0, 0, 0)
    assert all(one.is_late for one in people_of(session, event))
    assert len(people_of(session, event)) == COUNT
    third = _brought(officer, many(COUNT + 1), event=event, source=Source.REGISTRATION)[1]
    _carry_on(third)
    assert _stand(session, third) == (ListState.DONE, 0, COUNT + 1, 0, 0)


def test_a_list_that_came_in_time_is_in_time_however_late_the_worker_is(
    session: Session, officer: Actor
) -> None:
    closes = NOW + timedelta(seconds=1)
    event, found = _brought(officer, many(COUNT), source=Source.REGISTRATION, closes_at=closes)
    _carry_on(found)
    assert _stand(session, found) == (ListState.DONE, COUNT, 0, 0, 0)
    assert not any(one.is_late for one in people_of(session, event))
    assert session.scalar(select(func.count()).select_from(Participant)) == COUNT
