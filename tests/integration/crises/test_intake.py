"""Lists of several sources: one bad row stops nothing, one person is one, spellings stay."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.crises import queries, single_rows
from app.crises.late import accept_late
from app.crises.merging import decide_pair, part_entry
from app.crises.models import KeptRow, ParticipantEvent
from app.crises.rules import Source
from app.database import transaction
from app.errors import Forbidden, Refused
from tests.integration.crises.scene import NOW, PEOPLE, begin, bring, consul, many, people_of


def test_each_row_is_judged_by_itself_and_a_bad_one_stops_nothing(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        found = bring(
            writer,
            officer,
            event,
            [
                *PEOPLE,
                "5\t\t01/01/1990\tNam\t\t\t\t",
                "6\tPhạm Văn Tý\t31/02/1990\tNam\t\t\t\t",
                "7\tVõ Thị Sáu, Võ Văn Tư\t\t\t\t\t\t",
                PEOPLE[0].replace("1\t", "8\t", 1),
            ],
        )
    assert (found.rows, found.taken, found.refused) == (8, 4, 4)
    kept = session.scalars(select(KeptRow).order_by(KeptRow.number)).all()
    assert [row.sentence[:24] for row in kept] == [
        "Thiếu họ tên.",
        "Ngày “31/02/1990” không ",
        "Ô họ tên chứa nhiều ngườ",
        "Người này đã có ở dòng 2",
    ]
    assert (
        "Phạm"
        not in session.connection()
        .exec_driver_sql("SELECT cells FROM mass_kept_row")
        .fetchall()[1][0]
    )


def test_homes_of_before_the_reform_are_received_by_the_province_of_today(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, PEOPLE)
    hung, mai, bao, dung = people_of(session, event)
    assert hung.province_code == "33"  # Thái Bình went into Hưng Yên
    assert mai.province_code == bao.province_code == "96"
    assert dung.province_code is None
    assert (bao.is_minor, bao.is_medical, bao.family) == (True, True, "H1")
    assert not mai.is_minor
    codes = {one.province_code for one in queries.parties_of(session, event)}
    assert codes == {"33", "96"}


def test_the_same_list_again_brings_nobody_twice(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, PEOPLE)
        again = bring(writer, officer, event, PEOPLE)
    assert (again.taken, again.known) == (0, 4)
    assert len(people_of(session, event)) == 4


def test_same_paper_and_birth_date_join_by_themselves_and_come_apart_again(
    session: Session,
) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, ["1\tHUNG NGUYEN VAN\t05/03/1990\tM\tC1234567\t\t\t"])
        bring(writer, officer, event, PEOPLE[:1], source=Source.MISSION)
    (person,) = people_of(session, event)
    assert person.name == "Nguyễn Văn Hùng"
    assert (person.in_foreign, person.in_mission, person.in_gate) == (True, True, False)
    assert person.province_code == "33"
    spellings = [row.spelling for row in queries.entries_of(session, person.id)]
    assert spellings == ["HUNG NGUYEN VAN", "Nguyễn Văn Hùng"]

    merged = queries.entries_of(session, person.id)[1]
    with transaction() as writer:
        root = queries.participant_by_id(writer, officer, event, person.id, lock=True)
        part_entry(writer, officer, root, merged.id, now=NOW)
    first, second = people_of(session, event)
    assert (first.name, first.province_code) == ("HUNG NGUYEN VAN", None)
    assert (second.name, second.province_code) == ("Nguyễn Văn Hùng", "33")
    assert (first.in_mission, second.in_mission) == (False, True)


def test_those_who_look_alike_are_only_suggested_and_a_person_decides(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, ["1\tMAI TRAN THI\t12/07/1998\tF\t\t\t\t"])
        bring(writer, officer, event, PEOPLE[1:2], source=Source.REGISTRATION)
    assert len(people_of(session, event)) == 2
    ((pair, _one, _other),) = queries.open_pairs(session, event)
    assert pair.score >= 88
    assert set(pair.parts) >= {"name", "birth"}
    with transaction() as writer:
        held = queries.pair_by_id(writer, event, pair.id)
        decide_pair(writer, officer, event, held, is_same=True, now=NOW)
        decide_pair(writer, officer, event, held, is_same=True, now=NOW)
    (person,) = people_of(session, event)
    assert person.name == "Trần Thị Mai"
    assert queries.count_open_pairs(session, event) == 0
    kinds = session.scalars(
        select(ParticipantEvent.kind).where(ParticipantEvent.participant_id == person.id)
    ).all()
    assert sorted(kinds) == ["listed", "merged"]


def test_two_who_were_told_apart_are_not_offered_again(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, ["1\tMAI TRAN THI\t12/07/1998\tF\t\t\t\t"])
        bring(writer, officer, event, PEOPLE[1:2], source=Source.GATE)
        ((pair, _one, _other),) = queries.open_pairs(writer, event)
        decide_pair(writer, officer, event, pair, is_same=False, now=NOW)
    assert queries.count_open_pairs(session, event) == 0
    assert len(people_of(session, event)) == 2


def test_registration_closes_to_the_minute_and_late_ones_wait_for_the_owner(
    session: Session,
) -> None:
    closes = datetime(2025, 6, 17, 11, 30, tzinfo=UTC)  # 15:00 in Tehran
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer, time_zone="Asia/Tehran", closes_at=closes)
        in_time = closes - timedelta(seconds=1)
        bring(writer, officer, event, PEOPLE[:1], source=Source.REGISTRATION, now=in_time)
        late = bring(writer, officer, event, PEOPLE[1:2], source=Source.REGISTRATION, now=closes)
    assert (late.taken, late.late) == (0, 1)
    (row,) = queries.kept_rows_of(session, late.id, is_late=True)
    assert "đã đóng lúc 15:00 ngày 17/06/2025 (Tehran)" in row.sentence
    assert len(people_of(session, event)) == 1

    with transaction() as writer:
        held = queries.list_by_id(writer, event, late.id)
        accept_late(writer, officer, event, held, None, now=closes)
    _first, second = people_of(session, event)
    assert second.is_late
    assert (held.taken, held.late) == (1, 0)


@pytest.mark.usefixtures("session")
def test_only_the_owner_accepts_late_registrations() -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer, closes_at=NOW - timedelta(hours=1))
        late = bring(writer, officer, event, PEOPLE[:1], source=Source.REGISTRATION)
        stranger = consul(writer, user_id=77)
        other = replace(stranger, unit_id=stranger.unit_id + 1)
        with pytest.raises(Forbidden):
            accept_late(writer, other, event, late, None, now=NOW)


def test_a_refused_row_is_put_right_by_hand(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        found = bring(writer, officer, event, ["1\tPhạm Văn Tý\t31/02/1990\tNam\t\t\t\t"])
        (row,) = queries.kept_rows_of(writer, found.id, is_late=False)
        cells = {"person_name": "Phạm Văn Tý", "birth": "30/02/1990"}
        with pytest.raises(Refused, match="không có trong lịch"):
            single_rows.correct_row(writer, officer, event, row, cells=cells, now=NOW)
        cells["birth"] = "28/02/1990"
        single_rows.correct_row(writer, officer, event, row, cells=cells, now=NOW)
    assert [one.name for one in people_of(session, event)] == ["Phạm Văn Tý"]
    assert (found.taken, found.refused) == (1, 0)


@pytest.mark.usefixtures("session")
def test_a_list_without_a_header_says_so() -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        with pytest.raises(Refused, match="tiêu đề"):
            bring(writer, officer, event, ["a\tb"], head="x\ty")


def test_two_lists_of_three_hundred_are_three_hundred_people(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, many(300))
        bring(writer, officer, event, many(300), source=Source.GATE)
    people = people_of(session, event)
    assert len(people) == 300
    assert all(one.in_foreign and one.in_gate for one in people)


def test_a_list_sent_again_with_more_columns_fills_in_what_was_empty(session: Session) -> None:
    head, more = "Họ và tên\tNgày sinh\tHộ chiếu", "\tNơi đăng ký thường trú\tĐT người thân\tHộ"
    row, beside = "Trần Thị Mai\t12/7/1998\tB1234567", "\ttỉnh Thái Bình\t0912000111\tH1"
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, [row.replace("B1", "b1")], source=Source.MISSION, head=head)
        bring(writer, officer, event, [row], head=head)
        again = bring(writer, officer, event, [row + beside], head=head + more)
        third = bring(writer, officer, event, [row + beside], head=head + more)
    (one,) = people_of(session, event)
    assert (one.province_code, one.contact, one.family) == ("33", "0912000111", "H1")
    assert (again.taken, again.known, again.filled) == (0, 1, 1)
    assert (third.known, third.filled) == (1, 0)
    told = select(ParticipantEvent.kind).where(ParticipantEvent.participant_id == one.id)
    assert "filled" in session.scalars(told).all()
