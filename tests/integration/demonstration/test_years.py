"""A fiftieth of a published year: its sizes and shares, and that everything in it agrees."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit import AuditEntry
from app.cases.children.models import CaseChild
from app.cases.models import Attachment, Case, CaseClock, CaseEvent
from app.cases.recording import first_bad_event
from app.crises.events import balance_of
from app.crises.models import MassEvent, Participant
from app.database import reading
from app.hotline.models import HotlineCall, Outcome
from app.registers.models import Person
from tests.conftest import KINDS
from tests.integration.demonstration.conftest import SHARE, loaded_demonstration, run

YEARS = "0.02y"
SIZES = {
    "border_incident": 100,
    "citizen_protection": 150,
    "joint_patrol": 5,
    "local_agreement": 3,
    "delegation_out": 44,
    "press_visit": 15,
    "fisher_violation": 1,
}


@dataclass(frozen=True)
class Lived:
    """The loaded year, and where the rows of the normal demonstration ended."""

    app: Flask
    last_case: int
    last_event: int


@pytest.fixture(scope="module", params=KINDS)
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    for app in loaded_demonstration(request, tmp_path_factory.mktemp("years")):
        last_case = _last(reading(), Case)
        last_event = _last(reading(), MassEvent)
        said = run(app, "load", "--share", SHARE, "--scale", YEARS)
        assert "vụ bảo hộ công dân (150)" in said
        yield Lived(app, last_case, last_event)


def _last(session: Session, model: type[Case] | type[MassEvent]) -> int:
    return session.scalar(select(func.max(model.id))) or 0


def _cases(lived: Lived) -> Sequence[Case]:
    asked = select(Case).where(Case.id > lived.last_case).order_by(Case.id)
    return reading().scalars(asked).all()


def test_there_are_as_many_of_each_kind_as_the_share_asks_for(lived: Lived) -> None:
    found = Counter(case.type_code for case in _cases(lived))
    protecting = sum(
        1
        for case in _cases(lived)
        if case.type_code == "citizen_protection" and case.data["protection_kind"] == "fishers"
    )
    assert protecting <= found["fisher_violation"]
    assert found - Counter({"citizen_protection": protecting}) == SIZES


def test_every_chain_is_unbroken_and_replays_into_the_case(lived: Lived) -> None:
    session = reading()
    for case in _cases(lived):
        assert first_bad_event(session, case.id) is None
        events = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
        ).all()
        assert case.last_seq == case.version == len(events)
        moved = [event for event in events if event.kind in {"opened", "moved"}]
        assert case.state == moved[-1].to_state
        facts = dict(moved[0].data)
        for event in moved[1:]:
            facts |= event.data["answers"]
        assert _filled(facts) == _filled(case.data)


def _filled(facts: Mapping[str, object]) -> dict[str, object]:
    """What is said; names that begin with a line are of the act, not of the case."""
    return {
        code: said for code, said in facts.items() if said is not None and not code.startswith("_")
    }


def test_clocks_run_in_open_cases_alone(lived: Lived) -> None:
    closed = [case.id for case in _cases(lived) if not case.is_open]
    running = select(func.count()).where(CaseClock.case_id.in_(closed), CaseClock.is_running)
    assert reading().scalar(running) == 0


def test_most_protection_files_hold_one_person(lived: Lived) -> None:
    held = [
        case.data["persons_claimed"]
        for case in _cases(lived)
        if case.type_code == "citizen_protection" and case.data["protection_kind"] != "fishers"
    ]
    assert held.count(1) / len(held) > 0.65
    assert sum(1 for count in held if count > 10) / len(held) < 0.06
    assert 1.2 < mean(held) < 2.8


def test_protection_files_that_ended_hold_about_eight_papers(lived: Lived) -> None:
    session = reading()
    ended = [
        case.id
        for case in _cases(lived)
        if case.type_code == "citizen_protection" and case.state == "closed"
    ]
    counted = select(func.count()).where(Attachment.case_id.in_(ended))
    assert 6 < (session.scalar(counted) or 0) / len(ended) < 12


def test_some_names_came_misspelt(lived: Lived) -> None:
    session = reading()
    first = min(case.opened_at for case in _cases(lived))
    asked = select(Person.foreign_spellings).where(Person.created_at >= first)
    spelt = [bool(spellings) for spellings in session.scalars(asked)]
    assert 0 < sum(spelt) < len(spelt) / 2


def test_every_man_of_a_fisher_incident_is_followed(lived: Lived) -> None:
    session = reading()
    cases = [case for case in _cases(lived) if case.type_code == "fisher_violation"]
    largest = cases[0]
    assert largest.data["persons_claimed"] == 42
    men = session.scalars(
        select(CaseChild.status).where(
            CaseChild.case_id == largest.id, CaseChild.track == "persons"
        )
    ).all()
    assert len(men) in {0, 42}  # nobody is listed before the vessel is verified


def test_every_list_is_balanced_and_of_many_provinces(lived: Lived) -> None:
    session = reading()
    events = session.scalars(select(MassEvent).where(MassEvent.id > lived.last_event)).all()
    assert len(events) == 4
    for event in events:
        assert not balance_of(session, event).unexplained
        people = session.scalars(select(Participant).where(Participant.event_id == event.id)).all()
        assert 20 <= len(people) <= 120
        assert 15 <= len({person.home_text for person in people}) <= 26
        assert {person.status for person in people} <= {"handed_on", "kept", "received"}


def test_calls_that_opened_a_file_stand_at_its_opening(lived: Lived) -> None:
    del lived
    session = reading()
    rows = session.execute(
        select(HotlineCall.at, HotlineCall.answered_by, CaseEvent.at, CaseEvent.actor_id)
        .join(CaseEvent, (CaseEvent.case_id == HotlineCall.case_id) & (CaseEvent.seq == 1))
        .where(HotlineCall.outcome == Outcome.OPENED)
    ).all()
    assert rows
    assert all(row[0] == row[2] and row[1] == row[3] for row in rows)
    assert (session.scalar(select(func.count()).select_from(HotlineCall)) or 0) >= 160


def test_the_audit_trail_and_the_users_have_their_size(lived: Lived) -> None:
    del lived
    session = reading()
    assert (session.scalar(select(func.count()).select_from(AuditEntry)) or 0) >= 80_000
    assert session.scalar(select(func.count()).select_from(User)) == 1_200


def test_the_same_years_again_add_nothing(lived: Lived) -> None:
    before = _last(reading(), Case)
    said = run(lived.app, "load", "--share", SHARE, "--scale", YEARS)
    assert said.strip() == "Dữ liệu minh họa đã có đủ."
    assert _last(reading(), Case) == before
