"""A protection case asks and says what its kind knows, and ends only with its books."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.cases import awaiting as desks
from app.cases.catalogue import Definition
from app.cases.consents import consent_lines
from app.cases.conversation import add_note
from app.cases.heads import CaseHead, definition_of_head, get_head
from app.cases.host_rules import host_rule
from app.cases.milestones import milestone_lines
from app.cases.models import CaseEvent, EventKind
from app.cases.services import open_case, perform_transition
from app.errors import Refused
from app.money import services as money
from app.money.rules import EntryKind, Money, Source
from app.money.services import EntryFacts
from app.permissions import Actor, Area
from app.registers.entry_queries import visible_persons
from app.registers.models import Person
from tests.integration.cases.people import NOW, a_unit, acting, ministry

HEARD = {"danger_level": "normal", "country": "JP", "persons_claimed": 1}


def _consul(session: Session) -> Actor:
    return acting(a_unit(session, "MJP", country_code="JP"), "mission_consul", user_id=5)


def _opened(session: Session, actor: Actor, kind: str, **more: object) -> CaseHead:
    answers = {**HEARD, "protection_kind": kind, **more}
    return open_case(session, actor, "citizen_protection", answers=answers, pack=None, now=NOW)


def _type_of(session: Session, head: CaseHead) -> Definition:
    return definition_of_head(session, head)


@pytest.mark.parametrize(
    ("kind", "is_shown"), [("detained", True), ("fishers", True), ("death", False)]
)
def test_article_36_is_told_only_where_somebody_may_be_held(
    session: Session, kind: str, *, is_shown: bool
) -> None:
    head = _opened(session, _consul(session), kind)
    rule = host_rule(session, head, _type_of(session, head), "vi", now=NOW)
    assert (rule is not None) is is_shown
    assert rule is None or "Công ước Viên" in rule.source


def test_the_dead_are_not_asked_whether_they_want_the_consul(session: Session) -> None:
    asked = {}
    for kind in ("detained", "death"):
        head = _opened(session, _consul(session), kind)
        lines = consent_lines(session, head, _type_of(session, head), "vi", now=NOW)
        asked[kind] = {line.addressee for line in lines}
    assert asked["detained"] == {"family", "employer", "press", "consul"}
    assert asked["death"] == {"family", "press"}


def test_a_call_of_somebody_else_is_no_contact_with_the_person(session: Session) -> None:
    consul = _consul(session)
    head = _opened(session, consul, "detained")

    def reached() -> str:
        events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == head.id)).all()
        lines = milestone_lines(
            consul, _type_of(session, head), events, state=head.state, data=head.data, now=NOW
        )
        return next(line.written for line in lines if line.code == "first_contact")

    add_note(session, consul, head.reference, kind=EventKind.CALLED, text="Gia đình", now=NOW)
    assert reached() == ""


def test_the_mission_of_the_country_finds_the_person_that_the_ministry_wrote_down(
    session: Session,
) -> None:
    officer = ministry(session, "consular_officer", user_id=3)
    _opened(session, officer, "detained", persons=[{"label": "Tạ Quang Hiển"}])
    mission = replace(_consul(session), area=Area(country_codes=frozenset({"JP"})))
    found = session.scalars(select(Person).where(visible_persons(mission))).all()
    assert [(one.claimed_name, one.country_code) for one in found] == [("Tạ Quang Hiển", "JP")]


def _advance(session: Session, reference: str) -> None:
    officer = ministry(session, "protection_fund", user_id=11)
    facts = EntryFacts(
        EntryKind.ADVANCE, Source.FUND, Money(Decimal(850), "USD"), NOW.date(),
        rate=Decimal(26_000), basis="QĐ 1",
    )  # fmt: skip
    money.record_entry(session, officer, reference, facts, now=NOW)


def test_open_books_keep_a_case_from_its_end(session: Session) -> None:
    consul = _consul(session)
    head = _opened(session, consul, "detained")
    _advance(session, head.reference)
    now_at = get_head(session, consul, head.reference).version
    with pytest.raises(Refused) as refusal:
        perform_transition(
            session, consul, head.reference, "reject_scope",
            answers={"guidance_given": "Đã hướng dẫn", "reason": "Ngoài phạm vi"},
            expected_version=now_at, pack=None, now=NOW,
        )  # fmt: skip
    assert refusal.value.reasons == ("Còn khoản chờ duyệt.",)


def test_money_stands_on_the_desk_of_whose_limit_fits_and_not_of_who_asked(
    session: Session,
) -> None:
    head = _opened(session, _consul(session), "detained")
    _advance(session, head.reference)
    counts = {
        role: desks.awaiting(session, ministry(session, role, user_id=user), now=NOW).money
        for role, user in (
            ("protection_fund_director", 12),
            ("consular_leader", 13),
            ("protection_fund", 11),
        )
    }
    assert counts == {"protection_fund_director": 1, "consular_leader": 0, "protection_fund": 0}


def test_a_step_that_waits_for_a_second_person_stands_on_that_desk_only(
    session: Session,
) -> None:
    consul = _consul(session)
    head = _opened(session, consul, "detained")
    for code, answers in (
        ("triage", {"has_minors": False}),
        ("take_directly", {"responsible_officer": "Đặng Quang Huy"}),
        ("not_a_citizen", {"reason": "Quốc tịch nước khác"}),
    ):
        head = perform_transition(
            session, consul, head.reference, code,
            answers=answers, expected_version=head.version, pack=None, now=NOW,
        )  # fmt: skip
    chief = acting(unit_by_code(session, "MJP"), "mission_head", user_id=6)
    (waits,) = desks.awaiting(session, chief, now=NOW + timedelta(hours=1)).steps
    assert (waits.reference, waits.step) == (head.reference, "not_a_citizen")
    assert desks.awaiting(session, consul, now=NOW).steps == []
