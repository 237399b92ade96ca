"""A case for each person: once, in chunks, with a sentence for whoever cannot have one."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseLink
from app.crises import opening, queries
from app.crises.models import CaseRun, MassEvent, Participant
from app.crises.queries import PeopleFilter, Side
from app.crises.rules import Source
from app.database import transaction
from app.errors import Refused
from app.permissions import Actor
from app.registers.models import Person
from app.registers.person_models import PersonName
from tests.integration.cases import desk
from tests.integration.crises.scene import NOW, PEOPLE, begin, bring, many, people_of

LATER = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def officer(session: Session) -> Actor:
    return desk.consul(session)


def ordered(writer: Session, officer: Actor, event: MassEvent) -> CaseRun:
    condition = queries.matching(officer, Side.OWNER, event, PeopleFilter())
    return opening.order_cases(writer, officer, event, condition, now=NOW)


def test_each_person_gets_one_linked_case_and_a_second_order_gets_none(
    session: Session, officer: Actor
) -> None:
    with transaction() as writer:
        event = begin(writer, officer, country_code="JP")
        bring(writer, officer, event, PEOPLE)
        bring(writer, officer, event, many(120))
        run = ordered(writer, officer, event)
    opening.carry_on(run.id, pack=None, now=LATER)
    session.expire_all()
    run = session.get_one(CaseRun, run.id)
    assert (run.total, run.done, run.failed) == (124, 124, 0)
    assert run.finished_at is not None
    people = people_of(session, event)
    cases = {
        case.id: case
        for case in session.scalars(select(Case).where(Case.type_code == opening.TYPE))
    }
    assert {one.case_id for one in people} == set(cases)
    numbers = sorted(int(case.reference.rpartition("-")[2]) for case in cases.values())
    assert numbers == list(range(numbers[0], numbers[0] + 124))
    linked = session.execute(select(CaseLink.case_id, CaseLink.person_id)).all()
    assert {(one.case_id, one.person_id) for one in people} <= {tuple(row) for row in linked}
    assert all(event.name in case.data["first_notice"] for case in cases.values())

    with transaction() as writer:
        again = ordered(writer, officer, event)
    opening.carry_on(again.id, pack=None, now=LATER)
    assert session.get_one(CaseRun, again.id).total == 0
    assert session.scalar(select(func.count()).select_from(Case)) == 124


def test_the_register_keeps_every_spelling_with_its_list(session: Session, officer: Actor) -> None:
    with transaction() as writer:
        event = begin(writer, officer, country_code="JP")
        bring(writer, officer, event, ["1\tHUNG NGUYEN VAN\t05/03/1990\tM\tC1234567\t\t\t"])
        bring(writer, officer, event, PEOPLE[:1], source=Source.MISSION)
        run = ordered(writer, officer, event)
    opening.carry_on(run.id, pack=None, now=LATER)
    person = session.scalars(select(Person)).one()
    assert person.claimed_name == "Nguyễn Văn Hùng"
    assert person.foreign_spellings == ["HUNG NGUYEN VAN"]
    assert person.home_province_code == "33"
    names = session.scalars(select(PersonName).order_by(PersonName.id)).all()
    assert [(one.kind, one.name) for one in names] == [
        ("foreign", "HUNG NGUYEN VAN"),
        ("claimed", "Nguyễn Văn Hùng"),
    ]


def test_a_run_that_was_killed_goes_on_where_it_stood(
    session: Session, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as writer:
        event = begin(writer, officer, country_code="JP")
        bring(writer, officer, event, many(60))
        run = ordered(writer, officer, event)
    monkeypatch.setattr(opening, "CHUNK", 20)
    with transaction() as writer:  # as far as it came before it was killed
        first = opening._waiting(writer, writer.get_one(CaseRun, run.id))
    opening._open_or_split(run.id, first, pack=None, now=NOW)
    opening._open_or_split(run.id, first, pack=None, now=NOW)
    assert session.scalar(select(func.count()).select_from(Case)) == 20
    opening.carry_on(run.id, pack=None, now=LATER)
    opening.carry_on(run.id, pack=None, now=LATER)
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Case)) == 60
    assert session.get_one(CaseRun, run.id).done == 60
    assert session.scalar(select(func.count()).select_from(Person)) == 60


def test_who_cannot_have_a_case_keeps_the_sentence_and_stops_nobody(
    session: Session, officer: Actor
) -> None:
    with transaction() as writer:
        event = begin(writer, officer, country_code="JP")
        bring(writer, officer, event, many(5))
        run = ordered(writer, officer, event)
    bad = people_of(session, event)[2].id
    with transaction() as writer:  # a name that no register takes
        writer.execute(update(Participant).where(Participant.id == bad).values(name="  "))
    opening.carry_on(run.id, pack=None, now=LATER)
    session.expire_all()
    run = session.get_one(CaseRun, run.id)
    assert (run.done, run.failed) == (4, 1)
    held = session.get_one(Participant, bad)
    assert (held.case_id, held.case_problem) == (None, "Chưa nhập họ tên.")
    references = session.scalars(select(Case.reference)).all()
    numbers = sorted(int(one.rpartition("-")[2]) for one in references)
    assert numbers == list(range(numbers[0], numbers[0] + 4))


def test_a_role_that_opens_no_cases_of_this_kind_is_told_for_each_person(session: Session) -> None:
    station = desk.station(session)
    with transaction() as writer:
        event = begin(writer, station)
        bring(writer, station, event, many(2))
        run = ordered(writer, station, event)
        with pytest.raises(Refused, match="chưa xong"):
            ordered(writer, station, event)
    opening.carry_on(run.id, pack=None, now=LATER)
    session.expire_all()
    assert session.get_one(CaseRun, run.id).failed == 2
    assert all("Chưa thực hiện được" in one.case_problem for one in people_of(session, event))
