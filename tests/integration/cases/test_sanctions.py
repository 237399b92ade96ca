"""A sanction of a case: acts at the law of their day, an exact sum, a warning where it changed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.children.models import PenaltyRule
from app.cases.children.penalty_table import NewPenalty, add_penalty, seed_penalties
from app.cases.children.queries import acts_of, children_of
from app.cases.children.sanction_pages import sanction_page
from app.cases.children.sanctions import ActFacts, SanctionFacts, limitation_end, record_sanction
from app.cases.children.services import Mark
from app.cases.heads import get_head
from app.cases.models import CaseEvent
from app.cases.setting_services import Check
from app.errors import Invalid
from app.permissions import SYSTEM_ACTOR
from app.workflow.tracks import Track
from tests.integration.cases.desk import send, sign_in
from tests.integration.cases.fishers import an_arrest, fisheries, mark
from tests.integration.cases.people import NOW
from tests.integration.cases.test_children_routes import an_arrest as an_arrest_at_the_desk
from tests.integration.cases.test_children_routes import officer

DECISION = SanctionFacts(
    violation_on=date(2020, 3, 1),
    decision_number="23/QĐ-XPVPHC",
    decision_on=date(2020, 5, 20),
    authority="Chủ tịch Ủy ban nhân dân tỉnh",
)
ACTS = [
    ActFacts(Decimal(900_000_000), act_code="foreign_waters"),
    ActFacts(Decimal(25_000_000), act="Không có chứng chỉ thuyền trưởng", reason="Nghị định cũ"),
    ActFacts(Decimal(2_500_000), act="Không ghi nhật ký", reason="Nghị định cũ"),
]


def test_three_acts_in_one_decision_come_to_927_and_a_half_million(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    made = record_sanction(session, actor, head.reference, DECISION, ACTS, now=NOW)
    acts = acts_of(session, [made.id])[made.id]
    assert sum(act.amount for act in acts) == Decimal(927_500_000)
    assert (acts[0].decree, int(acts[0].fine_min or 0)) == ("42/2019/NĐ-CP", 800_000_000)
    page = sanction_page(session, actor, head.reference, made.id, today=date(2026, 11, 20))
    assert page.total == "927,5 triệu đồng"
    assert page.in_words.startswith("chín trăm hai mươi bảy triệu")
    assert "38/2024/NĐ-CP" in page.acts[0].changed
    event = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc())).first()
    assert event is not None
    assert event.data["acts"][2]["amount"] == "2500000"


def test_the_limitation_follows_the_law_of_the_day(session: Session) -> None:
    head = an_arrest(session, fisheries(session))
    assert limitation_end(session, head, date(2020, 3, 1)) == date(2021, 3, 1)
    assert limitation_end(session, head, date(2025, 3, 1)) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("facts", "acts", "where"),
    [
        (DECISION, [ActFacts(Decimal(700_000_000), act_code="foreign_waters")], "acts"),
        (DECISION, [ActFacts(Decimal(1), act="Khác")], "acts"),
        (DECISION, [], "acts"),
        (replace(DECISION, decision_on=date(2020, 2, 1)), ACTS, "decision_on"),
        (replace(DECISION, violation_on=date(2099, 2, 1), decision_on=None), ACTS, "violation_on"),
        (replace(DECISION, subject_child=12_345), ACTS, "subject_child"),
    ],
)
def test_what_does_not_fit_is_said_at_its_place(
    session: Session, facts: SanctionFacts, acts: list[ActFacts], where: str
) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    with pytest.raises(Invalid) as fault:
        record_sanction(session, actor, head.reference, facts, acts, now=NOW)
    assert where in fault.value.problems


def test_an_organisation_may_be_fined_twice_as_much(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    company = replace(DECISION, subject="organisation")
    acts = [ActFacts(Decimal(1_900_000_000), act_code="foreign_waters")]
    made = record_sanction(session, actor, head.reference, company, acts, now=NOW)
    assert acts_of(session, [made.id])[made.id][0].fine_max == Decimal(2_000_000_000)


def test_a_sanction_holds_the_case_open_until_it_is_paid(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    made = record_sanction(session, actor, head.reference, DECISION, ACTS, now=NOW)
    assert get_head(session, actor, head.reference).open_children == {"sanctions": 1}
    mark(session, actor, head.reference, [made], Mark("paid", date(2020, 7, 1)))
    assert get_head(session, actor, head.reference).open_children is None


def test_a_new_range_closes_the_one_before_and_changes_no_sanction(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    made = record_sanction(session, actor, head.reference, DECISION, ACTS, now=NOW)
    new = NewPenalty(
        "foreign_waters",
        "",
        "99/2027/NĐ-CP",
        "Điều 1",
        Decimal(1_000_000_000),
        Decimal(1_500_000_000),
        date(2027, 1, 1),
        "Công báo",
        Check.SOURCED,
    )
    add_penalty(session, SYSTEM_ACTOR, new, now=NOW)
    rows = session.scalars(
        select(PenaltyRule).where(PenaltyRule.act_code == "foreign_waters").order_by(PenaltyRule.id)
    ).all()
    assert [row.valid_to for row in rows] == [date(2024, 5, 19), date(2026, 12, 31), None]
    assert acts_of(session, [made.id])[made.id][0].decree == "42/2019/NĐ-CP"
    with pytest.raises(Invalid):
        add_penalty(session, SYSTEM_ACTOR, new, now=NOW)
    assert seed_penalties(session) == 0


def test_a_sanction_is_written_on_its_page(client: FlaskClient, session: Session) -> None:
    actor = officer(session)
    head = an_arrest_at_the_desk(actor)
    sign_in(client, "thuysan")
    path = f"/ho-so/{head.reference}/theo-doi/che-tai/them"
    typed = {
        "violation_on": "01/03/2020",
        "subject": "person",
        "decision_number": "23/QĐ-XPVPHC",
        "decision_on": "20/05/2020",
        "acts-0-act_code": "foreign_waters",
        "acts-0-amount": "700 triệu",
    }
    refused = send(client, path, **typed)
    assert refused.status_code == 422
    assert "ngoài khung 800 triệu đồng – 1.000 triệu đồng" in refused.text
    kept = send(client, path, **typed, **{"acts-0-reason": "Có tình tiết giảm nhẹ"})
    assert kept.status_code == 302
    page = client.get(kept.location).text
    assert "700 triệu đồng" in page
    assert "Điều 20 khoản 3 điểm b, 42/2019/NĐ-CP" in page
    assert "Luật đã thay đổi khi hồ sơ còn mở" in page
    session.rollback()
    assert len(children_of(session, head.id, Track.SANCTIONS)) == 1
    assert client.get(f"{kept.location}/sua").status_code == 200
