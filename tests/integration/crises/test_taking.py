"""A long list is taken by a worker: killed anywhere, no row is lost and none comes twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import delete, func, select, update
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session

from app.accounts.models import UserRole
from app.crises import events, queries, single_rows, taking
from app.crises.intake import ListFacts
from app.crises.models import KeptRow, MassEvent, MassList, Participant, WaitingRows
from app.crises.rows import packed, read_table, unpacked
from app.crises.rules import ListState, Source
from app.database import transaction
from app.errors import Refused
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
        table = read_table("\n".join((HEAD, *lines)).encode(), limit_mb=5)
        facts = ListFacts(source, "Danh sách dài", table.notes)
        return held, taking.bring_list(writer, officer, held, facts, table.rows, now=NOW)


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
    assert _stand(session, found) == (ListState.TAKING, 0, 0, 0, 0)
    assert people_of(session, event) == []
    (job,) = session.scalars(select(OutboxEntry).where(OutboxEntry.job == Job.TAKE_MASS_LIST))
    assert job.payload == {"list_id": found.id}
    held = session.connection().exec_driver_sql("SELECT rows FROM mass_waiting_rows").scalars()
    assert not any("Nguy" in one or "C0000001" in one for one in held)

    taking.carry_on(found.id, now=LATER)
    assert _stand(session, found) == (ListState.DONE, COUNT, 0, 2, 0)
    assert session.scalar(select(func.count()).select_from(WaitingRows)) == 0
    sentences = session.scalars(select(KeptRow.sentence).order_by(KeptRow.number)).all()
    assert sentences[0] == "Thiếu họ tên."
    assert "đã có ở dòng 2" in sentences[1]  # the twin stands in another chunk

    again = _brought(officer, many(COUNT), event=event)[1]
    taking.carry_on(again.id, now=LATER)
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
        table = read_table(_with_merged_papers(count), limit_mb=5)
        facts = ListFacts(Source.FOREIGN, "Danh sách gộp ô", table.notes)
        found = taking.bring_list(writer, officer, event, facts, table.rows, now=NOW)
    taking.carry_on(found.id, now=LATER)
    assert _stand(session, found) == (ListState.DONE, count - 3, 0, 3, 0)
    kept = session.scalars(select(KeptRow).order_by(KeptRow.number)).all()
    assert [row.number for row in kept] == [3, 4, 5]
    (sentence,) = {row.sentence for row in kept}
    assert sentence.startswith("Các ô E3:E5 (cột “Số hộ chiếu”) bị gộp qua nhiều dòng dữ liệu")
    assert all('"person_name":"Nguyễn Văn ' in row.cells for row in kept)  # for the hand


class _Killed(BaseException):
    """What ends a worker where it stands; no code of ours catches it."""


def _killed_at(session: Session, found: MassList, number: int) -> bool:
    """Carry the list on until that statement; whether it came to it."""
    left = [number]

    def count(*_given: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise _Killed

    engine = session.get_bind()
    listen(engine, "before_cursor_execute", count)
    try:
        taking.carry_on(found.id, now=LATER)
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
    while _killed_at(session, found, next(places)):
        deaths += 1
        waiting = session.scalar(select(func.count()).select_from(WaitingRows)) or 0
        taken = session.get_one(MassList, found.id).taken
        assert len(people_of(session, event)) == taken
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
    taking.carry_on(found.id, now=LATER)
    assert _stand(session, found)[0] == ListState.STOPPED
    assert "Sự kiện đã đóng" in session.get_one(MassList, found.id).problem
    with transaction() as writer:
        held = writer.get_one(MassEvent, event.id)
        held.is_open = True
        again = queries.list_by_id(writer, held, found.id)
        taking.resume(writer, officer, held, again, now=LATER)
    taking.carry_on(found.id, now=LATER)
    assert _stand(session, found) == (ListState.DONE, COUNT, 0, 0, 0)


def test_whoever_has_lost_the_right_brings_nobody_in(session: Session, officer: Actor) -> None:
    event, found = _brought(officer, many(COUNT))
    with transaction() as writer:
        writer.execute(delete(UserRole))
    taking.carry_on(found.id, now=LATER)
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


def test_late_rows_of_a_list_sent_twice_wait_once(session: Session, officer: Actor) -> None:
    closes = NOW - timedelta(minutes=1)
    event, first = _brought(officer, many(COUNT), source=Source.REGISTRATION, closes_at=closes)
    taking.carry_on(first.id, now=LATER)
    again = _brought(officer, many(COUNT + 1), event=event, source=Source.REGISTRATION)[1]
    taking.carry_on(again.id, now=LATER)
    assert _stand(session, first) == (ListState.DONE, 0, 0, 0, COUNT)
    assert _stand(session, again) == (ListState.DONE, 0, COUNT, 0, 1)
    assert session.scalar(select(func.count()).select_from(KeptRow)) == COUNT + 1
    with transaction() as writer:
        held = queries.event_by_id(writer, officer, event.id, lock=True)
        found = queries.list_by_id(writer, held, first.id)
        assert single_rows.accept_late(writer, officer, held, found, None, now=LATER) == COUNT
    assert len(people_of(session, event)) == COUNT
    third = _brought(officer, many(COUNT + 1), event=event, source=Source.REGISTRATION)[1]
    taking.carry_on(third.id, now=LATER)
    assert _stand(session, third) == (ListState.DONE, 0, COUNT + 1, 0, 0)


def test_a_list_that_came_in_time_is_in_time_however_late_the_worker_is(
    session: Session, officer: Actor
) -> None:
    closes = NOW + timedelta(seconds=1)
    event, found = _brought(officer, many(COUNT), source=Source.REGISTRATION, closes_at=closes)
    taking.carry_on(found.id, now=LATER)
    assert _stand(session, found) == (ListState.DONE, COUNT, 0, 0, 0)
    assert not any(one.is_late for one in people_of(session, event))
    assert session.scalar(select(func.count()).select_from(Participant)) == COUNT
