"""Transfers that are answered, opinions in parallel, work that is claimed and given back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.cases import assigning, browsing, conversation, opinions, transfers
from app.cases.heads import CaseHead, get_head
from app.cases.models import Case, CaseEvent, CaseUnit
from app.cases.queries import Filters, Tab
from app.cases.request_models import RequestState, Stance, UnitRequest
from app.cases.requests_shown import requests_of, round_page, round_shown
from app.database import reading, transaction
from app.errors import AppError, Conflict, Invalid, NotFound, Refused
from app.notices.models import Notice
from app.notices.requests import note_late_units, remind_units
from app.permissions import Actor, Permission
from app.teams import services as teams
from app.teams.models import TeamMember
from tests.integration.cases.people import NOW, a_unit, a_user, acting, an_incident
from tests.integration.cases.test_concurrency import at_once

LATER = NOW + timedelta(hours=1)
TODAY = NOW.date()


@pytest.fixture
def owner(session: Session) -> Actor:
    return acting(a_unit(session, "DBP-LP"), "border_station", "border_command")


def at(session: Session, code: str, user_id: int = 50) -> Actor:
    return acting(a_unit(session, code, province_code="04"), "border_station", user_id=user_id)


def propose(session: Session, actor: Actor, head: CaseHead, to: Actor) -> CaseHead:
    return transfers.propose_transfer(
        session, actor, head, unit_id=to.unit_id, reason="Khác địa bàn", now=NOW
    )


def tab(session: Session, actor: Actor, which: Tab) -> list[str]:
    page = browsing.queue_page(session, actor, Filters(tab=which), now=LATER)
    return [case.reference for case in page.cases]


# --- transfer -------------------------------------------------------------------------------


def test_the_receiving_unit_sees_the_case_while_it_decides(session: Session, owner: Actor) -> None:
    head, other = an_incident(session, owner), at(session, "DBP-X")
    with pytest.raises(NotFound):
        get_head(session, other, head.reference)
    propose(session, owner, head, other)
    assert get_head(session, other, head.reference).owner_unit_id == owner.unit_id
    assert tab(session, other, Tab.INCOMING) == [head.reference]
    transfers.refuse_transfer(session, other, head.reference, reason="Không phải", now=LATER)
    with pytest.raises(NotFound):
        get_head(session, other, head.reference)
    assert get_head(session, owner, head.reference).owner_unit_id == owner.unit_id
    assert tab(session, other, Tab.INCOMING) == []


def test_only_the_receiving_unit_answers_and_a_refusal_says_why(
    session: Session, owner: Actor
) -> None:
    head, other = an_incident(session, owner), at(session, "DBP-X")
    propose(session, owner, head, other)
    with pytest.raises(Refused):
        transfers.accept_transfer(session, owner, head.reference, now=LATER)
    with pytest.raises(Invalid):
        transfers.refuse_transfer(session, other, head.reference, reason=" ", now=LATER)
    with pytest.raises(Refused, match="đang chờ"):
        propose(session, owner, get_head(session, owner, head.reference), at(session, "DBP-Y"))


def test_a_withdrawn_transfer_cannot_be_accepted(session: Session, owner: Actor) -> None:
    head, other = an_incident(session, owner), at(session, "DBP-X")
    propose(session, owner, head, other)
    transfers.withdraw_transfer(session, owner, head.reference, reason="Nhầm", now=LATER)
    with pytest.raises(NotFound):
        transfers.accept_transfer(session, other, head.reference, now=LATER)


def test_of_several_acceptances_one_wins(app: Flask) -> None:
    with transaction() as session:
        owner = acting(a_unit(session, "DBP-LP"), "border_station", "border_command")
        others = [at(session, "DBP-X", user_id=50 + n) for n in range(4)]
        head = an_incident(session, owner)
        propose(session, owner, head, others[0])

    def accept(number: int) -> str:
        try:
            with transaction() as session:
                transfers.accept_transfer(session, others[number], head.reference, now=LATER)
        except AppError as refusal:
            return type(refusal).__name__
        return "won"

    answers = at_once(app, accept)
    assert answers.count("won") == 1
    assert set(answers) <= {"won", "Conflict", "NotFound"}
    session = reading()
    session.rollback()
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == head.id)).all()
    assert kinds.count("transferred") == 1


def test_units_are_told_of_a_case_without_being_asked(session: Session, owner: Actor) -> None:
    head, one, two = an_incident(session, owner), at(session, "DBP-X"), at(session, "DBP-Y")
    transfers.refer_case(
        session, owner, head.reference, unit_ids=[one.unit_id, two.unit_id], note="", now=LATER
    )
    ties = dict(
        session.execute(
            select(CaseUnit.unit_id, CaseUnit.role).where(CaseUnit.case_id == head.id)
        ).all()
    )
    assert ties == {owner.unit_id: "owner", one.unit_id: "informed", two.unit_id: "informed"}
    assert get_head(session, two, head.reference).reference == head.reference


# --- opinions -------------------------------------------------------------------------------


def ask(session: Session, actor: Actor, head: CaseHead, *units: Actor, **more: object) -> int:
    facts: dict[str, object] = {"kind": "border_works", "text": "Có đồng ý xây kè không?"}
    facts |= {"unit_ids": [one.unit_id for one in units], **more}
    question = opinions.Question(**facts)  # type: ignore[arg-type]  # facts of a test
    return opinions.ask_opinions(session, actor, head.reference, question, now=NOW).id


def request_to(session: Session, round_id: int, actor: Actor) -> UnitRequest:
    return session.scalars(
        select(UnitRequest).where(
            UnitRequest.round_id == round_id, UnitRequest.to_unit_id == actor.unit_id
        )
    ).one()


def say(session: Session, actor: Actor, head: CaseHead, round_id: int, text: str) -> None:
    request = request_to(session, round_id, actor)
    answer = opinions.Answer(Stance.AGREED_WITH_REMARKS, text)
    opinions.answer_opinion(session, actor, head.reference, request.id, answer=answer, now=LATER)


def test_opinions_come_in_parallel_and_the_state_stays(session: Session, owner: Actor) -> None:
    head, one, two = an_incident(session, owner), at(session, "DBP-X"), at(session, "DBP-Y")
    round_id = ask(session, owner, head, one, two)
    request = request_to(session, round_id, one)
    assert request.due_at.date() - NOW.date() >= timedelta(days=20)
    assert tab(session, one, Tab.OPINIONS) == [head.reference]
    say(session, one, head, round_id, "Cần giữ dòng chảy")
    assert tab(session, one, Tab.OPINIONS) == []
    assert tab(session, two, Tab.OPINIONS) == [head.reference]
    after = get_head(session, owner, head.reference)
    assert (after.state, after.owner_unit_id) == (head.state, head.owner_unit_id)
    page = round_page(session, owner, head.reference, round_id, now=LATER)
    assert "1/2" in page.round.summary
    assert "Cần giữ dòng chảy" in page.note


def test_an_asked_unit_reads_its_own_part_only(session: Session, owner: Actor) -> None:
    head, one, two = an_incident(session, owner), at(session, "DBP-X"), at(session, "DBP-Y")
    round_id = ask(session, owner, head, one, two)
    other_round = ask(session, owner, head, two, text="Câu hỏi khác")
    say(session, one, head, round_id, "Lời riêng")
    seen = round_shown(session, two, head.reference, round_id, now=LATER)
    assert [line.text for line in seen.lines] == [""]
    assert not seen.sees_all
    with pytest.raises(NotFound):
        round_shown(session, one, head.reference, other_round, now=LATER)
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == head.id)).all()
    assert all("Lời riêng" not in f"{event.text}{event.data}" for event in events)
    shown = requests_of(session, one, get_head(session, one, head.reference), now=LATER)
    assert [one_round.id for one_round in shown.rounds] == [round_id]


def test_units_read_each_other_where_the_asker_allows_it(session: Session, owner: Actor) -> None:
    head, one, two = an_incident(session, owner), at(session, "DBP-X"), at(session, "DBP-Y")
    round_id = ask(session, owner, head, one, two, is_shared=True)
    say(session, one, head, round_id, "Lời chung")
    seen = round_shown(session, two, head.reference, round_id, now=LATER)
    assert "Lời chung" in [line.text for line in seen.lines]


def test_a_stranger_finds_no_question(session: Session, owner: Actor) -> None:
    head, one, far = an_incident(session, owner), at(session, "DBP-X"), at(session, "DBP-Z")
    round_id = ask(session, owner, head, one)
    number = request_to(session, round_id, one).id
    for act in (
        lambda: round_shown(session, far, head.reference, round_id, now=LATER),
        lambda: opinions.request_for(session, far, head.reference, number),
        lambda: opinions.request_for(session, owner, head.reference, number),
        lambda: opinions.asked_by_us(session, far, head.reference, number),
    ):
        with pytest.raises(NotFound):
            act()


def test_silence_is_shown_and_told_and_decides_nothing(session: Session, owner: Actor) -> None:
    lan = a_user(session, a_unit(session, "DBP-X"), "lan", "border_station")
    asker = a_user(session, session.get_one(Unit, owner.unit_id), "asker", "border_station")
    owner = acting(
        session.get_one(Unit, owner.unit_id), "border_station", "border_command", user_id=asker.id
    )
    head, one = an_incident(session, owner), at(session, "DBP-X", user_id=lan.id)
    round_id = ask(session, owner, head, one)
    request = request_to(session, round_id, one)
    assert request.remind_at is not None
    assert remind_units(session, now=request.remind_at) == 1
    assert remind_units(session, now=request.remind_at or NOW) == 0
    late = request.due_at + timedelta(minutes=1)
    assert note_late_units(session, now=late) == 1
    assert note_late_units(session, now=late) == 0
    told = session.execute(select(Notice.user_id, Notice.kind)).all()
    assert sorted(tuple(row) for row in told) == sorted(
        [(lan.id, "request_due"), (lan.id, "request_late"), (asker.id, "request_late")]
    )
    page = round_page(session, owner, head.reference, round_id, now=late)
    assert page.round.silence
    assert request.state == RequestState.WAITING
    answer = opinions.Answer(Stance.AGREED)
    opinions.answer_opinion(session, one, head.reference, request.id, answer=answer, now=late)
    assert request.answered_at == late


def test_an_opinion_is_given_once(session: Session, owner: Actor) -> None:
    head, one = an_incident(session, owner), at(session, "DBP-X")
    round_id = ask(session, owner, head, one)
    say(session, one, head, round_id, "Đồng ý")
    with pytest.raises(Conflict):
        say(session, one, head, round_id, "Không")


def test_a_refusal_without_words_is_asked_for_them(session: Session, owner: Actor) -> None:
    head, one = an_incident(session, owner), at(session, "DBP-X")
    number = request_to(session, ask(session, owner, head, one), one).id
    with pytest.raises(Invalid):
        opinions.answer_opinion(
            session, one, head.reference, number, answer=opinions.Answer(Stance.DISAGREED), now=NOW
        )


# --- claim, next, release -------------------------------------------------------------------


def test_a_team_queue_is_for_its_members(session: Session, owner: Actor) -> None:
    unit = session.get_one(Unit, owner.unit_id)
    lan, minh = (a_user(session, unit, name, "border_station") for name in ("lan", "minh"))
    team = teams.create_team(session, owner, "Tổ tuần tra", on=TODAY, now=NOW)
    teams.add_member(session, owner, team.id, lan.id, on=TODAY, now=NOW)
    rule = teams.RuleFacts("Đông người", TODAY, condition="data.persons_count > 2", team_id=team.id)
    teams.add_rule(session, owner, rule, known_fields=frozenset({"persons_count"}), now=NOW)
    many = an_incident(session, owner, persons_count=3)
    few = an_incident(session, owner, persons_count=1)
    weak = frozenset({Permission.CASE_ASSIGN})
    inside = acting(unit, "border_station", user_id=lan.id, without=weak)
    outside = acting(unit, "border_station", user_id=minh.id, without=weak)
    assert set(tab(session, inside, Tab.MINE)) == {many.reference, few.reference}
    assert tab(session, outside, Tab.MINE) == [few.reference]
    with pytest.raises(Refused, match="nhóm"):
        assigning.take_case(session, outside, many.reference, now=LATER)
    assert assigning.take_case(session, inside, many.reference, now=LATER).assignee_id == lan.id


def test_a_case_given_back_follows_the_rules_but_not_to_who_gave_it(
    session: Session, owner: Actor
) -> None:
    unit = session.get_one(Unit, owner.unit_id)
    lan = a_user(session, unit, "lan", "border_station")
    rule = teams.RuleFacts("Lan làm hết", TODAY, user_id=lan.id)
    teams.add_rule(session, owner, rule, known_fields=frozenset(), now=NOW)
    head = an_incident(session, owner)
    assert get_head(session, owner, head.reference).assignee_id == lan.id
    actor = acting(unit, "border_station", user_id=lan.id)
    with pytest.raises(Invalid):
        assigning.release_case(session, actor, head.reference, reason=" ", now=LATER)
    after = assigning.release_case(session, actor, head.reference, reason="Quá tải", now=LATER)
    assert after.assignee_id is None
    last = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == head.id).order_by(CaseEvent.seq.desc())
    ).first()
    assert last is not None
    assert (last.kind, last.text) == ("released", "Quá tải")


def test_the_next_case_is_the_most_urgent_of_my_teams(session: Session, owner: Actor) -> None:
    unit = session.get_one(Unit, owner.unit_id)
    lan = a_user(session, unit, "lan", "border_station")
    cases = [an_incident(session, owner) for _ in range(3)]
    for case, hours in zip(cases, (5, 2, 9), strict=True):
        due = NOW + timedelta(hours=hours)
        session.execute(update(Case).where(Case.id == case.id).values(next_due_at=due))
    actor = acting(unit, "border_station", user_id=lan.id)
    taken = [assigning.take_next(session, actor, now=LATER) for _ in range(4)]
    assert [head.id if head else None for head in taken] == [
        cases[1].id,
        cases[0].id,
        cases[2].id,
        None,
    ]


def test_two_people_never_get_the_same_next_case(app: Flask) -> None:
    with transaction() as session:
        unit = a_unit(session, "DBP-LP")
        owner = acting(unit, "border_station", "border_command")
        users = [a_user(session, unit, f"nguoi{n}", "border_station") for n in range(4)]
        actors = [acting(unit, "border_station", user_id=user.id) for user in users]
        for _ in range(10):
            an_incident(session, owner)

    def work(number: int) -> list[str]:
        taken: list[str] = []
        while True:
            with transaction() as session:
                head = assigning.take_next(session, actors[number], now=LATER)
            if head is None:
                return taken
            taken.append(head.reference)

    taken = [reference for part in at_once(app, work) for reference in part]
    assert len(taken) == len(set(taken)) == 10


def test_of_several_claims_one_wins(app: Flask) -> None:
    with transaction() as session:
        unit = a_unit(session, "DBP-LP")
        weak = frozenset({Permission.CASE_ASSIGN})
        users = [a_user(session, unit, f"nguoi{n}", "border_station") for n in range(4)]
        actors = [acting(unit, "border_station", user_id=one.id, without=weak) for one in users]
        head = an_incident(session, actors[0])

    def claim(number: int) -> bool:
        try:
            with transaction() as session:
                assigning.take_case(session, actors[number], head.reference, now=LATER)
        except AppError:
            return False
        return True

    assert at_once(app, claim).count(True) == 1


def test_a_substitute_sees_the_work_in_the_own_queue(session: Session, owner: Actor) -> None:
    unit = session.get_one(Unit, owner.unit_id)
    lan, minh, chief = (
        a_user(session, unit, n, "border_station") for n in ("lan", "minh", "chief")
    )
    head = an_incident(session, owner)
    conversation.assign_case(session, owner, head.reference, user_id=lan.id, now=NOW)
    actors = [acting(unit, "border_station", user_id=one.id) for one in (lan, minh, chief)]
    assert tab(session, actors[1], Tab.MINE) == []
    asked = teams.Absence(lan.id, minh.id, TODAY, TODAY)
    found = teams.propose_substitute(session, actors[0], asked, on=TODAY, now=NOW)
    assert tab(session, actors[1], Tab.MINE) == []
    decider = actors[1] if teams.may_decide(session, actors[1], found) else actors[2]
    teams.decide_substitute(session, decider, found.id, is_accepted=True, now=NOW)
    assert tab(session, actors[1], Tab.MINE) == [head.reference]
    tomorrow = NOW + timedelta(days=1)
    page = browsing.queue_page(session, actors[1], Filters(tab=Tab.MINE), now=tomorrow)
    assert page.cases == []


def test_a_member_who_has_left_no_longer_takes_from_the_team(
    session: Session, owner: Actor
) -> None:
    unit = session.get_one(Unit, owner.unit_id)
    lan = a_user(session, unit, "lan", "border_station")
    team = teams.create_team(session, owner, "Tổ một", on=TODAY, now=NOW)
    teams.add_member(session, owner, team.id, lan.id, on=TODAY, now=NOW)
    teams.remove_member(session, owner, team.id, lan.id, on=TODAY, now=NOW)
    session.flush()
    row = session.scalars(select(TeamMember)).one()
    assert row.valid_to is not None
    assert row.valid_to < TODAY
