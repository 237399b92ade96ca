"""The gate and after: taps, two officers, provinces, journeys, minutes, the balance, closing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.crises import events, marking, queries
from app.crises.marking import JourneyFacts, MinutesFacts, Tap
from app.crises.models import MassEvent, Participant, ParticipantEvent
from app.crises.queries import PeopleFilter, Side
from app.crises.rules import Gap, Source, Status
from app.crises.shown import reader_of
from app.database import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from app.permissions import Actor, Area
from tests.integration.crises.scene import (
    NOW,
    PEOPLE,
    begin,
    bring,
    consul,
    many,
    people_of,
    province,
)


@pytest.fixture
def handover(session: Session) -> tuple[Actor, MassEvent]:
    del session
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, PEOPLE)
    return officer, event


_ABSENT = Tap(Status.ABSENT)


def everyone(actor: Actor, event: MassEvent, **wanted: str) -> object:
    return queries.matching(actor, Side.OWNER, event, PeopleFilter(**wanted))  # type: ignore[arg-type]  # plain texts


def test_the_same_tap_twice_is_one_and_another_officers_word_is_a_conflict(
    session: Session, handover: tuple[Actor, MassEvent]
) -> None:
    officer, event = handover
    other = replace(officer, user_id=99, name="Người ở cổng bên kia")
    person = people_of(session, event)[0]
    first = Tap(Status.RECEIVED, seen=Status.EXPECTED, tapped_at=NOW)
    later = NOW + timedelta(minutes=5)
    with transaction() as writer:
        marking.mark(writer, officer, event, person.id, first, now=later)
        marking.mark(writer, officer, event, person.id, first, now=later)
    rows = session.scalars(
        select(ParticipantEvent).where(
            ParticipantEvent.participant_id == person.id, ParticipantEvent.kind == "status"
        )
    ).all()
    assert [(row.data["from"], row.data["to"]) for row in rows] == [("expected", "received")]
    assert rows[0].data["tapped_at"] == NOW.isoformat(timespec="seconds")

    late = Tap(Status.ABSENT, seen=Status.EXPECTED)
    with transaction() as writer, pytest.raises(Conflict, match="Người thứ 21 vừa ghi “Đã nhận”"):
        marking.mark(writer, other, event, person.id, late, now=later)


def test_what_happened_to_a_person_is_never_changed(
    session: Session, handover: tuple[Actor, MassEvent]
) -> None:
    del handover
    row = session.scalars(select(ParticipantEvent).limit(1)).one()
    row.text = "khác"
    with pytest.raises(RuntimeError, match="never changed"):
        session.flush()
    session.rollback()


def test_nobody_is_handed_on_to_an_unknown_province(
    session: Session, handover: tuple[Actor, MassEvent]
) -> None:
    officer, event = handover
    dung = people_of(session, event)[3]
    tap = Tap(Status.HANDED_ON)
    with transaction() as writer, pytest.raises(Refused, match="Chưa rõ tỉnh"):
        marking.mark(writer, officer, event, dung.id, tap, now=NOW)
    with transaction() as writer:
        assert marking.settle_each(writer, officer, event, {dung.id: "40"}, now=NOW) == 1
        marking.mark(writer, officer, event, dung.id, tap, now=NOW)
    assert people_of(session, event)[3].status == Status.HANDED_ON


def test_many_are_marked_at_once_and_those_without_a_province_are_left(
    session: Session, handover: tuple[Actor, MassEvent]
) -> None:
    officer, event = handover
    with transaction() as writer:
        found = marking.mark_many(
            writer,
            officer,
            event,
            everyone(officer, event),  # type: ignore[arg-type]  # a condition
            Status.HANDED_ON,
            now=NOW,
        )
    assert found == (3, 1)
    assert [one.status for one in people_of(session, event)] == [*["handed_on"] * 3, "expected"]


def test_a_journey_takes_nobody_beyond_its_seats(
    session: Session, handover: tuple[Actor, MassEvent]
) -> None:
    officer, event = handover
    condition = everyone(officer, event)
    with transaction() as writer:
        bus = marking.add_journey(writer, officer, event, JourneyFacts("bus", "70B-012.34", 3))
        with pytest.raises(Invalid, match="đã có trong sự kiện"):
            marking.add_journey(writer, officer, event, JourneyFacts("bus", "70b-012.34", 3))
        with pytest.raises(Refused, match="3 chỗ, đã xếp 0: không xếp thêm được 4 người"):
            marking.send_many(writer, officer, event, condition, bus.id, now=NOW)  # type: ignore[arg-type]  # a condition
        family = everyone(officer, event, mark="family")
        assert marking.send_many(writer, officer, event, family, bus.id, now=NOW) == 2  # type: ignore[arg-type]  # as above
    ((_bus, aboard),) = queries.journeys_of(session, event)
    assert aboard == 2


def test_a_province_sees_its_own_people_only_and_confirms_them(
    session: Session, handover: tuple[Actor, MassEvent]
) -> None:
    _officer, event = handover
    with transaction() as writer:
        police = province(writer, "96")
        stranger = province(writer, "01", user_id=32)
    assert queries.side_of(session, police, event) is Side.PROVINCE
    condition = queries.matching(police, Side.PROVINCE, event, PeopleFilter())
    names = [one.name for one in queries.list_people(session, condition).rows]
    assert sorted(names) == ["Trần Gia Bảo", "Trần Thị Mai"]
    hung, mai, *_rest = people_of(session, event)
    with transaction() as writer:
        marking.mark(writer, police, event, mai.id, Tap(Status.HANDED_ON), now=NOW)
        with pytest.raises(Forbidden):
            marking.mark(writer, police, event, mai.id, Tap(Status.ABSENT), now=NOW)
        with pytest.raises(NotFound):
            marking.mark(writer, police, event, hung.id, Tap(Status.HANDED_ON), now=NOW)
    with pytest.raises(NotFound):
        queries.event_by_id(session, stranger, event.id)


def test_a_minor_is_masked_for_a_reader_who_does_not_act_for_the_child(
    session: Session, handover: tuple[Actor, MassEvent]
) -> None:
    officer, event = handover
    reader = replace(
        officer, unit_id=officer.unit_id + 1000, area=Area(is_everything=True), user_id=55
    )
    hung, _mai, bao, _dung = people_of(session, event)
    side = queries.side_of(session, reader, event)
    assert side is Side.READER
    lines = reader_of(session, reader, side, [hung, bao]).lines([hung, bao])
    assert [line.name for line in lines] == ["Nguyễn Văn Hùng", f"Người số {bao.id}"]
    assert lines[0].number == "C1•••••67"
    assert (lines[1].home, lines[1].born) == ("", "2012")
    by_name = queries.matching(reader, side, event, PeopleFilter(text="gia bao"))
    assert queries.list_people(session, by_name).total == 0
    own = queries.matching(officer, Side.OWNER, event, PeopleFilter(text="GIA BAO"))
    assert queries.list_people(session, own).total == 1


def a_settled_event(officer: Actor, event: MassEvent, *, open_one: int) -> None:
    """Everybody received and handed on but one."""
    with transaction() as writer:
        condition = everyone(officer, event)
        marking.mark_many(writer, officer, event, condition, Status.HANDED_ON, now=NOW)  # type: ignore[arg-type]  # a condition
        marking.mark(writer, officer, event, open_one, Tap(Status.RECEIVED), now=NOW)


def test_an_event_closes_once_everybody_out_of_the_balance_is_explained(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer, said_count=79)
        bring(writer, officer, event, many(79))
    last = people_of(session, event)[0].id
    a_settled_event(officer, event, open_one=last)
    found = events.balance_of(session, event)
    assert [one.difference for one in found.equations] == [0, 1]
    assert list(found.gaps) == [(last, Gap.NOT_HANDED_ON)]
    with transaction() as writer:
        held = queries.event_by_id(writer, officer, event.id)
        with pytest.raises(Refused, match="còn 1 người"):
            events.close_event(writer, officer, held, note="", now=NOW)
        one = queries.participant_by_id(writer, officer, held, last, lock=True)
        marking.explain(writer, officer, held, one, "Giữ lại làm rõ nhân thân.", now=NOW)
        minutes = marking.write_minutes(writer, officer, held, MinutesFacts("Mộc Bài"), now=NOW)
        events.close_event(writer, officer, held, note="", now=NOW)
    assert minutes.counts == {"handed_on": 78, "received": 1, "listed": 79, "said": 79}


def test_one_word_explains_all_who_stand_out_in_the_same_way(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, many(3))
        marking.mark(writer, officer, event, people_of(writer, event)[0].id, _ABSENT, now=NOW)
        count = marking.explain_many(writer, officer, event, Gap.NO_RESULT, "Đợt sau.", now=NOW)
        again = marking.explain_many(writer, officer, event, Gap.NO_RESULT, "Khác.", now=NOW)
    assert (count, again) == (2, 0)
    assert [one.explanation for one in people_of(session, event)] == ["", "Đợt sau.", "Đợt sau."]


def test_a_closed_event_takes_nothing_until_its_owner_opens_it_again(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        events.close_event(writer, officer, event, note="", now=NOW)
        with pytest.raises(Refused, match="đã đóng"):
            bring(writer, officer, event, PEOPLE)
        events.reopen_event(writer, officer, event, reason="Có kết quả muộn.", now=NOW)
        bring(writer, officer, event, PEOPLE)
    assert len(people_of(session, event)) == 4


def test_a_list_shorter_than_the_other_side_said_needs_a_word(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer, said_count=3)
        bring(writer, officer, event, many(2))
        condition = everyone(officer, event)
        marking.mark_many(writer, officer, event, condition, Status.HANDED_ON, now=NOW)  # type: ignore[arg-type]  # a condition
        with pytest.raises(Invalid, match="báo 3 người nhưng danh sách có 2"):
            events.close_event(writer, officer, event, note="", now=NOW)
        events.close_event(writer, officer, event, note="Một người ở lại tự nguyện.", now=NOW)
    assert not session.get_one(MassEvent, event.id).is_open


def test_without_a_foreign_list_everybody_is_the_base(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        bring(writer, officer, event, many(3), source=Source.REGISTRATION)
    assert events.balance_of(session, event).listed == 3
    assert session.scalars(select(Participant.in_foreign)).all() == [False] * 3
