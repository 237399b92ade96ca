"""A mission accredited to two countries works by the host country of each case, not by its seat."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.accounts.queries import country_codes_of
from app.cases.heads import CaseHead, definition_of_head
from app.cases.host_rules import host_rule
from app.cases.models import Case, CaseClock
from app.cases.queries import visible_to
from app.cases.services import open_case, perform_transition
from app.permissions import Actor, Area
from app.registers.entry_queries import visible_persons
from app.registers.models import Person
from tests.integration.cases.people import NOW, a_unit, acting, ministry

SEAT, SECOND = "JP", "RU"


@pytest.fixture
def mission(session: Session) -> Unit:
    unit = a_unit(
        session,
        "M2C",
        kind=UnitKind.MISSION,
        province_code=None,
        country_code=SEAT,
        time_zone="Asia/Tokyo",
    )
    unit.covered_country_codes = [SECOND]
    session.flush()
    return unit


@pytest.fixture
def consul(mission: Unit) -> Actor:
    area = Area(country_codes=country_codes_of(mission), unit_ids=frozenset({mission.id}))
    return acting(mission, "mission_consul", user_id=8, area=area)


def _known(session: Session, consul: Actor, country: str) -> CaseHead:
    answers = {
        "protection_kind": "detained",
        "danger_level": "normal",
        "country": country,
        "persons_claimed": 1,
        "persons": [{"label": "Vi Văn Sành"}],
    }
    head = open_case(session, consul, "citizen_protection", answers=answers, pack=None, now=NOW)
    for code, said in (
        ("triage", {"has_minors": False}),
        ("take_directly", {"responsible_officer": "Đặng Quang Huy"}),
        ("confirm_identity", {"nationality_ground": "passport", "persons_verified": 1}),
    ):
        head = perform_transition(
            session, consul, head.reference, code,
            answers=said, expected_version=head.version, pack=None, now=NOW,
        )  # fmt: skip
    return head


@pytest.mark.parametrize(("country", "days"), [(SEAT, 10), (SECOND, 4)])
def test_the_days_of_access_are_those_of_the_host_country(
    session: Session, consul: Actor, country: str, days: int
) -> None:
    head = _known(session, consul, country)
    clock = session.scalars(
        select(CaseClock).where(CaseClock.case_id == head.id, CaseClock.code == "first_visit")
    ).one()
    assert timedelta(days=days) <= clock.due_at - NOW < timedelta(days=days + 1)
    rule = host_rule(session, head, definition_of_head(session, head), "vi", now=NOW)
    assert rule is not None
    assert rule.is_checked is (country == SECOND)
    assert ("2–4 ngày" in dict(rule.lines).values()) is (country == SECOND)


def test_what_the_ministry_opens_for_the_second_country_reaches_the_mission(
    session: Session, consul: Actor
) -> None:
    officer = ministry(session, "consular_officer", user_id=3)
    answers = {
        "protection_kind": "detained",
        "danger_level": "normal",
        "country": SECOND,
        "persons_claimed": 1,
        "persons": [{"label": "Vi Văn Sành"}],
    }
    head = open_case(session, officer, "citizen_protection", answers=answers, pack=None, now=NOW)
    assert head.reference in session.scalars(select(Case.reference).where(visible_to(consul))).all()
    assert session.scalars(select(Person.country_code).where(visible_persons(consul))).all() == [
        SECOND
    ]
