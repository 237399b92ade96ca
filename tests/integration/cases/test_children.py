"""One incident, many outcomes: each man, vessel and sanction ends by itself, in the chain."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.children.models import CaseChild
from app.cases.children.pasting import Pasted
from app.cases.children.queries import children_of
from app.cases.children.services import Mark, add_children, amend_child, verify_children
from app.cases.children.tying import Entry
from app.cases.heads import get_head
from app.cases.models import CaseEvent, CaseLink
from app.cases.verification import check_chunk
from app.errors import Invalid, NotFound, Refused
from app.registers.entry_services import record_person
from app.registers.person_models import PersonOutcome
from app.workflow.tracks import Track
from tests.integration.cases.fishers import (
    ARRESTED,
    a_crew,
    an_arrest,
    consul,
    fisheries,
    mark,
    men,
    step,
)
from tests.integration.cases.people import NOW, an_incident, station


def kinds(session: Session, case_id: int) -> list[str]:
    asked = select(CaseEvent.kind).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
    return list(session.scalars(asked))


def test_forty_two_men_are_entered_in_one_act(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    crew = a_crew(session, actor, head.reference)
    assert len(crew) == 42
    assert {child.status for child in crew} == {"claimed"}
    now = get_head(session, actor, head.reference)
    assert now.open_children == {"persons": 42}
    assert kinds(session, head.id) == ["opened", "children_added"]


def test_names_that_stand_there_are_left_out(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    a_crew(session, actor, head.reference, 3)
    again = [*men(4), Pasted("nguyen van minh hoa 4")]
    found = add_children(
        session,
        actor,
        head.reference,
        Track.PERSONS,
        again,
        since=ARRESTED,
        source="",
        now=NOW,
    )
    assert found == (1, [*(man.label for man in men(3)), "nguyen van minh hoa 4"])


def test_a_split_outcome_is_kept_per_man_with_who_when_and_why(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    crew = a_crew(session, actor, head.reference)
    mark(
        session, actor, head.reference, crew[:5], Mark("released", date(2022, 7, 14), "Ốm, trẻ em")
    )
    mark(session, actor, head.reference, crew[5:], Mark("accused", date(2022, 8, 30)))
    mark(session, actor, head.reference, crew[5:], Mark("home", date(2022, 9, 22)))
    found = children_of(session, head.id, Track.PERSONS)
    assert [child.status for child in found].count("home") == 37
    assert get_head(session, actor, head.reference).open_children == {"persons": 5}
    event = session.scalars(
        select(CaseEvent).where(CaseEvent.kind == "children_marked").order_by(CaseEvent.seq)
    ).first()
    assert event is not None
    assert (event.actor_name, event.text, event.data["since"]) == (
        actor.name,
        "Ốm, trẻ em",
        "2022-07-14",
    )
    assert event.data["children"] == [child.id for child in crew[:5]]
    assert set(event.data["was"].values()) == {"claimed"}


def test_the_chain_holds_with_the_children_in_it(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    crew = a_crew(session, actor, head.reference, 4)
    mark(session, actor, head.reference, crew, Mark("home", date(2022, 9, 22)))
    session.flush()
    assert check_chunk(session, after=head.id - 1).bad == ()


def test_the_case_cannot_end_while_somebody_is_open(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor, report_kind="signal_lost")
    step(session, actor, head.reference, "open_alert", signal_lost_at="2022-06-11T08:00+07:00")
    crew = a_crew(session, actor, head.reference, 2)
    answers = {"signal_back_at": "2022-06-11T12:00+07:00", "loss_cause": "Mất điện"}
    with pytest.raises(Refused) as refusal:
        step(session, actor, head.reference, "signal_restored", **answers)
    assert "Còn 2 người chưa có kết cục cuối cùng" in refusal.value.reasons[0]
    mark(session, actor, head.reference, crew, Mark("home", date(2022, 6, 12)))
    assert not step(session, actor, head.reference, "signal_restored", **answers).is_open


def test_what_takes_a_man_out_of_the_counts_says_why(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    crew = a_crew(session, actor, head.reference, 2)
    with pytest.raises(Invalid) as fault:
        mark(session, actor, head.reference, crew, Mark("excluded", date(2022, 7, 1)))
    assert "note" in fault.value.problems
    mark(
        session, actor, head.reference, crew, Mark("excluded", date(2022, 7, 1), "Người tỉnh khác")
    )
    with pytest.raises(Invalid):
        mark(session, actor, head.reference, crew, Mark("detained", date(2022, 7, 2)))


def test_a_day_to_come_is_refused(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    crew = a_crew(session, actor, head.reference, 1)
    with pytest.raises(Invalid) as fault:
        mark(session, actor, head.reference, crew, Mark("home", date(2099, 1, 1)))
    assert "since" in fault.value.problems


def test_a_man_turns_out_to_be_of_the_register_and_the_claim_stays(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    man = a_crew(session, actor, head.reference, 2)[0]
    known = record_person(session, actor, "Lê Quang Vinh", facts={}, now=NOW)
    entry = Entry("Công an xã Bình Chánh", known.id, province_code="48")
    verify_children(
        session, actor, head.reference, Track.PERSONS, chosen=[man.id], entry=entry, now=NOW
    )
    assert (man.label, man.person_id, man.is_verified) == (
        "Nguyễn Văn Minh Họa 1",
        known.id,
        True,
    )
    assert session.scalar(select(CaseLink.id).where(CaseLink.person_id == known.id)) is not None
    mark(session, actor, head.reference, [man], Mark("home", date(2022, 9, 22)))
    outcome = session.scalars(select(PersonOutcome)).one()
    assert (outcome.person_id, outcome.outcome) == (known.id, "returned")


def test_one_entry_is_not_two_men(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    first, second = a_crew(session, actor, head.reference, 2)
    known = record_person(session, actor, "Lê Quang Vinh", facts={}, now=NOW)
    entry = Entry("Công an xã", known.id)
    for man, is_refused in ((first, False), (second, True)):
        if is_refused:
            with pytest.raises(Invalid):
                verify_children(
                    session,
                    actor,
                    head.reference,
                    Track.PERSONS,
                    chosen=[man.id],
                    entry=entry,
                    now=NOW,
                )
        else:
            verify_children(
                session, actor, head.reference, Track.PERSONS, chosen=[man.id], entry=entry, now=NOW
            )


def test_facts_of_a_man_are_amended_and_the_old_ones_stay_in_the_chain(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    man = a_crew(session, actor, head.reference, 1)[0]
    for fine in ("900000000", "160000000"):
        amend_child(
            session,
            actor,
            head.reference,
            Track.PERSONS,
            man.id,
            facts={"duty": "skipper", "fine": fine},
            reason="Theo bản án",
            now=NOW,
        )
    event = session.scalars(
        select(CaseEvent).where(CaseEvent.kind == "child_amended").order_by(CaseEvent.seq.desc())
    ).first()
    assert event is not None
    assert event.data["old"] == {"fine": "900000000"}
    assert event.data["facts"] == {"fine": "160000000"}


def test_a_type_without_the_lists_has_none(session: Session) -> None:
    actor = station(session)
    head = an_incident(session, actor)
    with pytest.raises(NotFound):
        a_crew(session, actor, head.reference, 1)


def test_a_case_out_of_scope_has_no_list(session: Session) -> None:
    head = an_arrest(session, fisheries(session))
    with pytest.raises(NotFound):
        a_crew(session, fisheries(session, user_id=30, province="91"), head.reference, 1)


def test_a_child_of_another_case_is_not_found(session: Session) -> None:
    actor = consul(session)
    first, second = an_arrest(session, actor), an_arrest(session, actor)
    strangers = a_crew(session, actor, second.reference, 1)
    a_crew(session, actor, first.reference, 1)
    with pytest.raises(NotFound):
        mark(session, actor, first.reference, strangers, Mark("home", date(2022, 9, 22)))
    assert session.get(CaseChild, strangers[0].id).status == "claimed"  # type: ignore[union-attr]
