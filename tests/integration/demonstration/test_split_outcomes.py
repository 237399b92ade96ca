"""The demonstrated incident of forty-two men, its punishment, and the books of two scenarios."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Role, Unit, User, UserRole
from app.cases.children.models import CaseChild
from app.cases.children.queries import acts_of, children_of
from app.cases.models import Case, CaseEvent
from app.demonstration.people import personas
from app.money import queries
from app.money.models import MoneyEntry, Reminder
from app.money.rules import Account, balances
from app.workflow.tracks import Track


def case_of(session: Session, type_code: str, words: str) -> Case:
    asked = select(Case).where(Case.type_code == type_code, Case.title.contains(words))
    return session.scalars(asked).one()


@pytest.fixture
def incident(loaded_session: Session) -> Case:
    return case_of(loaded_session, "fisher_violation", "QNa 95005 TS")


def test_each_of_forty_two_men_has_his_own_end(loaded_session: Session, incident: Case) -> None:
    men = children_of(loaded_session, incident.id, Track.PERSONS)
    days = Counter((man.status, man.since.isoformat()) for man in men)
    assert days == {("home", "2022-07-16"): 5, ("home", "2022-09-22"): 37}
    marked = select(CaseEvent).where(
        CaseEvent.case_id == incident.id, CaseEvent.kind == "children_marked"
    )
    told = {
        (event.data["status"], event.data["since"], len(event.data["children"]))
        for event in loaded_session.scalars(marked)
    }
    assert {
        ("detained", "2022-06-11", 42),
        ("released", "2022-07-14", 5),
        ("accused", "2022-08-30", 37),
        ("home", "2022-09-22", 37),
    } <= told
    assert men[0].facts["fine_said"].startswith("gần 900 triệu")
    assert all(man.is_verified for man in men)


def test_the_vessel_was_confiscated_and_struck_off(loaded_session: Session, incident: Case) -> None:
    vessel = children_of(loaded_session, incident.id, Track.VESSELS)[0]
    assert (vessel.label, vessel.status) == ("QNa-95005-TS", "struck_off")
    assert vessel.vessel_id is not None


def test_the_punishment_adds_three_acts_up(loaded_session: Session) -> None:
    punishment = case_of(loaded_session, "fishery_sanction", "QNa 95005 TS")
    sanction = children_of(loaded_session, punishment.id, Track.SANCTIONS)[0]
    amounts = [act.amount for act in acts_of(loaded_session, [sanction.id])[sanction.id]]
    assert amounts == [Decimal(900_000_000), Decimal(25_000_000), Decimal(2_500_000)]
    assert Decimal(sanction.facts["total"]) == sum(amounts) == Decimal(927_500_000)
    assert sanction.status == "decided"


def standing(session: Session, case: Case) -> Mapping[Account, Decimal]:
    sums = balances(queries.lines_of_case(session, case))
    return {account: amount for (account, _currency), amount in sums.items()}


def test_the_owner_still_owes_a_part_of_the_tickets(
    loaded_session: Session, incident: Case
) -> None:
    kept = standing(loaded_session, incident)
    assert kept[Account.RECEIVABLE] == Decimal(51_000_000)
    assert Account.DEPOSITS not in kept
    chased = select(func.count()).select_from(Reminder).where(Reminder.case_id == incident.id)
    assert loaded_session.scalar(chased) == 2  # before the file was closed, and after


def test_the_family_of_the_dead_gets_back_what_was_left(loaded_session: Session) -> None:
    asked = select(Case).where(
        Case.title.contains("Tử vong – Osaka"), Case.id.in_(select(MoneyEntry.case_id))
    )
    case = loaded_session.scalars(asked).one()
    assert Account.DEPOSITS not in standing(loaded_session, case)
    entries = loaded_session.scalars(select(MoneyEntry).where(MoneyEntry.case_id == case.id)).all()
    assert [entry.kind for entry in entries] == [
        "deposit",
        "other_cost",
        "ticket",
        "deposit_return",
    ]
    decided = [entry for entry in entries if entry.decided_by is not None]
    assert len(decided) == 3
    assert all(entry.decided_by != entry.proposed_by for entry in decided)


def test_every_province_has_two_leaders(loaded_session: Session) -> None:
    asked = (
        select(Unit.code, func.count(func.distinct(User.id)))
        .join(UserRole, UserRole.unit_id == Unit.id)
        .join(User, User.id == UserRole.user_id)
        .join(Role, Role.id == UserRole.role_id)
        .where(Role.code == "province_leader")
        .group_by(Unit.code)
    )
    leaders = {code: number for code, number in loaded_session.execute(asked)}  # noqa: C416  typed
    assert len(leaders) == 34
    assert min(leaders.values()) >= 2
    named = Counter(one.unit_code for one in personas() if one.role == "province_leader")
    assert named == {"80": 2, "91": 1}


def test_an_empty_agreement_has_five_promises_and_none_kept(loaded_session: Session) -> None:
    case = case_of(loaded_session, "local_agreement", "hợp tác y tế vùng biên")
    assert (case.data["commitments_total"], case.data["commitments_done"]) == (5, 0)
    assert not loaded_session.scalar(select(CaseChild.id).where(CaseChild.case_id == case.id))
