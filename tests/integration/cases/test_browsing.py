"""The queue read branch by branch holds what the scoping rule and the tab say, in order, once."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.cases import browsing
from app.cases.browsing import PAGE_SIZE, queue_page, tab_counts
from app.cases.models import Case, CaseUnit, Confidentiality, UnitRole
from app.cases.queries import Filters, Tab, conditions
from app.permissions import Actor, Area
from tests.integration.cases.people import (
    NOW,
    a_unit,
    a_user,
    acting,
    an_incident,
    ministry,
    station,
)

CASES = 3 * PAGE_SIZE


def _viewers(session: Session) -> dict[str, Actor]:
    lan = a_user(session, a_unit(session, "DBP-LP"), "lan")
    own = station(session, user_id=lan.id)
    other = a_unit(session, "DBP-MB")
    mission = a_unit(session, "DSQ-KH", kind=UnitKind.MISSION, province_code=None)
    many = frozenset(f"{code:02}" for code in range(10, 30))
    areas = {
        "province": Area(unit_ids=frozenset({other.id}), province_codes=frozenset({"80", "91"})),
        "mission": Area(unit_ids=frozenset({mission.id}), country_codes=frozenset({"KH"})),
        "many parts": Area(unit_ids=frozenset({own.unit_id}), province_codes=many | {"80"}),
        "nothing": Area(),
    }
    return {
        "station": own,
        "ministry": ministry(session),
        **{
            name: acting(other, "border_station", user_id=lan.id, area=area)
            for name, area in areas.items()
        },
    }


def _scatter(session: Session, viewers: dict[str, Actor]) -> None:
    """Cases of every kind of owner, place, state, deadline and secrecy."""
    chance = random.Random(7)  # noqa: S311  no secret
    units = [actor.unit_id for actor in viewers.values()]
    for number in range(CASES):
        head = an_incident(session, viewers["station"])
        owner = chance.choice(units)
        session.execute(update(CaseUnit).where(CaseUnit.case_id == head.id).values(unit_id=owner))
        kind, is_open = chance.choice((("initial", True), ("waiting", True), ("terminal", False)))
        session.execute(
            update(Case)
            .where(Case.id == head.id)
            .values(
                owner_unit_id=owner,
                assignee_id=chance.choice((None, viewers["station"].user_id)),
                province_code=chance.choice((None, "80", "91", "04")),
                country_code=chance.choice((None, "KH", "JP")),
                confidentiality=chance.choice(list(Confidentiality)),
                state_kind=kind,
                is_open=is_open,
                suspended_for=chance.choice((None, None, "force_majeure")) if is_open else None,
                next_due_at=chance.choice((None, NOW, NOW + timedelta(days=9))),
                updated_at=NOW - timedelta(minutes=number // 3),
            )
        )
        partner = chance.choice(units)
        if partner != owner and chance.random() < 1 / 3:
            session.add(CaseUnit(case_id=head.id, unit_id=partner, role=UnitRole.PARTICIPANT))
    session.flush()


def _all_pages(session: Session, actor: Actor, tab: Tab) -> list[int]:
    found, cursor = list[int](), ""
    while True:
        page = queue_page(session, actor, Filters(tab=tab), now=NOW, cursor=cursor)
        found += [case.id for case in page.cases]
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def test_every_tab_of_every_area_is_what_the_rule_says(session: Session) -> None:
    viewers = _viewers(session)
    _scatter(session, viewers)
    for name, actor in viewers.items():
        counts = tab_counts(session, actor, now=NOW)
        for tab in Tab:
            order = Case.next_due_at if tab is Tab.DUE else Case.updated_at.desc()
            last = Case.id if tab is Tab.DUE else Case.id.desc()
            plain = select(Case.id).where(*conditions(session, actor, Filters(tab=tab), now=NOW))
            wanted = list(session.scalars(plain.order_by(order, last)))
            assert _all_pages(session, actor, tab) == wanted, (name, tab)
            assert counts[tab] == min(len(wanted), browsing.COUNTED_TO + 1), (name, tab)
    assert tab_counts(session, viewers["nothing"], now=NOW)[Tab.ALL] == 0


@pytest.mark.parametrize("tab", list(Tab))
def test_a_narrow_area_is_asked_for_part_by_part(session: Session, tab: Tab) -> None:
    parts = browsing.branches(station(session), tab, now=NOW)
    assert len(parts) <= browsing.MOST_BRANCHES
