"""A second signature is a second human: not another account, not a substitute of the first."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import persons
from app.accounts.models import Unit, User
from app.cases import conversation
from app.cases.heads import definition_of_head, get_head
from app.cases.models import CaseEvent
from app.cases.services import perform_transition
from app.cases.steps_shown import judged_steps, steps_of
from app.errors import Refused
from app.permissions import SYSTEM_ACTOR, Actor
from app.teams import services as teams
from tests.integration.cases.people import NOW, a_unit, a_user, acting, an_incident

LATER = NOW + timedelta(hours=1)
TODAY = NOW.date()
KEY = "a key of a test"


@pytest.fixture
def unit(session: Session) -> Unit:
    return a_unit(session, "BP80")


def of(user: User, unit: Unit, *roles: str) -> Actor:
    return acting(unit, *(roles or ("border_command", "province_leader")), user_id=user.id)


def request_dismissal(session: Session, actor: Actor) -> str:
    head = an_incident(session, actor)
    return ask_again(session, actor, head.reference)


def ask_again(session: Session, actor: Actor, reference: str) -> str:
    head = get_head(session, actor, reference)
    perform_transition(
        session,
        actor,
        reference,
        "reject_report",
        answers={"reason": "Tin sai"},
        expected_version=head.version,
        pack=None,
        now=LATER,
    )
    return reference


def confirm(session: Session, actor: Actor, reference: str) -> str:
    head = get_head(session, actor, reference)
    after = perform_transition(
        session,
        actor,
        reference,
        "reject_report",
        answers={},
        expected_version=head.version,
        pack=None,
        now=LATER,
    )
    return after.state


def people(session: Session, unit: Unit, *names: str) -> list[User]:
    return [a_user(session, unit, name, "border_command", "province_leader") for name in names]


def test_another_person_confirms(session: Session, unit: Unit) -> None:
    lan, minh = people(session, unit, "lan", "minh")
    reference = request_dismissal(session, of(lan, unit))
    assert confirm(session, of(minh, unit), reference) != "detected"


def test_ones_other_account_does_not_confirm_and_is_told_why(session: Session, unit: Unit) -> None:
    lan, lan2, minh = people(session, unit, "lan", "lan2", "minh")
    for account in (lan, lan2):
        persons.note_facts(
            session, SYSTEM_ACTOR, account, persons.Facts(" cb-0412 "), key=KEY, now=NOW
        )
    reference = request_dismissal(session, of(lan, unit))
    with pytest.raises(Refused) as refusal:
        confirm(session, of(lan2, unit), reference)
    assert "hai tài khoản của một người" in " ".join(refusal.value.reasons)
    head = get_head(session, of(lan2, unit), reference)
    actor, definition = of(lan2, unit), definition_of_head(session, head)
    judged = judged_steps(actor, head, definition, now=LATER)
    waiting = steps_of(actor, head, definition, judged).waiting
    assert waiting is not None
    assert not waiting.may_confirm
    assert confirm(session, of(minh, unit), reference)


def test_accounts_linked_after_the_request_count_as_well(session: Session, unit: Unit) -> None:
    lan, lan2 = people(session, unit, "lan", "lan2")
    reference = request_dismissal(session, of(lan, unit))
    persons.link(session, SYSTEM_ACTOR, lan, lan2, now=NOW)
    with pytest.raises(Refused, match="Chưa thực hiện được"):
        confirm(session, of(lan2, unit), reference)


def test_a_chain_of_links_is_one_person_until_one_is_parted(session: Session, unit: Unit) -> None:
    one, two, three = people(session, unit, "one", "two", "three")
    persons.link(session, SYSTEM_ACTOR, three, two, now=NOW)
    persons.link(session, SYSTEM_ACTOR, two, one, now=NOW)
    everyone = {one.id, two.id, three.id}
    assert persons.same_person(session, three.id) == everyone
    persons.part(session, SYSTEM_ACTOR, two, one, now=NOW)
    assert persons.same_person(session, one.id) == {one.id}
    assert persons.same_person(session, three.id) == {two.id, three.id}


def test_nobody_links_or_parts_the_own_account(session: Session, unit: Unit) -> None:
    lan, minh = people(session, unit, "lan", "minh")
    for act in (persons.link, persons.part):
        with pytest.raises(Refused):
            act(session, of(lan, unit), minh, lan, now=NOW)


def test_alike_accounts_are_named_until_somebody_decides(session: Session, unit: Unit) -> None:
    lan, other, third = people(session, unit, "lan", "other", "third")
    for user in (lan, other, third):
        user.name_fold = "nguyen thi lan"
    for user in (lan, other):
        facts = persons.Facts(phone="+84 912 345 678" if user is lan else "0912345678")
        persons.note_facts(session, SYSTEM_ACTOR, user, facts, key=KEY, now=NOW)
    assert [(one.user.id, tuple(one.by)) for one in persons.likely_same(session, lan)] == [
        (other.id, ("name", "phone"))
    ]
    persons.part(session, SYSTEM_ACTOR, lan, other, now=NOW)
    assert persons.likely_same(session, lan) == []


def substitute(session: Session, unit: Unit, absent: User, stand_in: User, chief: User) -> int:
    asked = teams.Absence(absent.id, stand_in.id, TODAY, TODAY + timedelta(days=5), "Đi phép")
    found = teams.propose_substitute(session, of(absent, unit), asked, on=TODAY, now=NOW)
    teams.decide_substitute(session, of(chief, unit), found.id, is_accepted=True, now=NOW)
    return found.id


@pytest.mark.parametrize("is_reverse", [False, True])
def test_a_substitute_and_the_absent_do_not_confirm_each_other(
    session: Session, unit: Unit, *, is_reverse: bool
) -> None:
    lan, minh, chief = people(session, unit, "lan", "minh", "chief")
    substitute(session, unit, lan, minh, chief)
    asker, confirmer = (minh, lan) if is_reverse else (lan, minh)
    reference = request_dismissal(session, of(asker, unit))
    with pytest.raises(Refused) as refusal:
        confirm(session, of(confirmer, unit), reference)
    assert "người thay và người được thay không xác nhận cho nhau" in " ".join(
        refusal.value.reasons
    )
    assert confirm(session, of(chief, unit), reference)


def test_ending_the_substitution_today_does_not_open_the_way(session: Session, unit: Unit) -> None:
    lan, minh, chief = people(session, unit, "lan", "minh", "chief")
    number = substitute(session, unit, lan, minh, chief)
    reference = request_dismissal(session, of(lan, unit))
    teams.end_substitute(session, of(lan, unit), number, on=TODAY, now=LATER)
    with pytest.raises(Refused):
        confirm(session, of(minh, unit), reference)


def test_what_a_substitute_does_is_recorded_as_done_for_the_absent(
    session: Session, unit: Unit
) -> None:
    lan, minh, chief = people(session, unit, "lan", "minh", "chief")
    head = an_incident(session, of(lan, unit))
    conversation.assign_case(session, of(lan, unit), head.reference, user_id=lan.id, now=NOW)
    substitute(session, unit, lan, minh, chief)
    ask_again(session, of(minh, unit), head.reference)
    event = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == head.id).order_by(CaseEvent.seq.desc())
    ).first()
    assert event is not None
    assert event.actor_name.endswith(f"thay {lan.name}")
    assert event.data["acts_for"]["id"] == lan.id
    after = NOW + timedelta(days=7)
    later = get_head(session, of(minh, unit), head.reference)
    perform_transition(
        session,
        of(minh, unit),
        head.reference,
        "withdraw",
        answers={"reason": "Xem lại"},
        expected_version=later.version,
        pack=None,
        now=after,
    )
    last = session.scalars(
        select(CaseEvent.actor_name)
        .where(CaseEvent.case_id == head.id)
        .order_by(CaseEvent.seq.desc())
    ).first()
    assert "thay" not in str(last)


def test_neither_of_the_two_accepts_the_substitution(session: Session, unit: Unit) -> None:
    lan, minh, chief = people(session, unit, "lan", "minh", "chief")
    asked = teams.Absence(lan.id, minh.id, TODAY, TODAY)
    found = teams.propose_substitute(session, of(lan, unit), asked, on=TODAY, now=NOW)
    for user in (lan, minh):
        with pytest.raises(Refused):
            teams.decide_substitute(session, of(user, unit), found.id, is_accepted=True, now=NOW)
    teams.decide_substitute(session, of(chief, unit), found.id, is_accepted=True, now=NOW)
