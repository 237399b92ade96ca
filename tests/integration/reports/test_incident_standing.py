"""What rows say of incidents is what their histories say, whatever has happened to them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.cases.children.queries import children_of
from app.cases.children.services import Mark, verify_children
from app.cases.children.tying import Entry
from app.cases.heads import CaseHead
from app.cases.models import Case
from app.cases.withdrawing import withdraw_case
from app.permissions import Actor
from app.reports.incident_pages import Asked, incident_page
from app.reports.incident_rules import NONE, Totals, Triple
from app.reports.incident_standing import standing_now
from app.workflow.tracks import Track
from tests.integration.cases.fishers import a_crew, an_arrest, fisheries, mark, step
from tests.integration.cases.people import NOW

PERIOD = Asked(date(2022, 1, 1), date(2022, 12, 31), known_on=NOW.date() + timedelta(days=1))
SIGNAL = {"report_kind": "signal_lost"}
LOST_AT = "2022-06-12T06:00+07:00"
Play = Callable[[Session, Actor, CaseHead], object]


def _verified(session: Session, actor: Actor, head: CaseHead) -> None:
    crew = a_crew(session, actor, head.reference, 9)
    verify_children(
        session,
        actor,
        head.reference,
        Track.PERSONS,
        chosen=[man.id for man in crew],
        entry=Entry("Công an tỉnh", province_code="91"),
        now=NOW,
    )
    mark(session, actor, head.reference, crew[:1], Mark("excluded", date(2022, 7, 1), "Ghi đôi"))
    mark(session, actor, head.reference, crew[1:4], Mark("home", date(2022, 9, 22)))


def _merged(session: Session, actor: Actor, head: CaseHead) -> None:
    other = an_arrest(session, actor, persons_claimed=3)
    a_crew(session, actor, other.reference, 3)
    step(session, actor, other.reference, "merge", other_case=head.reference, reason="Trùng")


def _became_arrest(session: Session, actor: Actor, head: CaseHead) -> None:
    alert = an_arrest(session, actor, **SIGNAL)
    step(session, actor, alert.reference, "open_alert", signal_lost_at=LOST_AT)
    step(session, actor, alert.reference, "report_arrest", notice_source="press")
    an_arrest(session, actor, **SIGNAL)
    a_crew(session, actor, head.reference, 2)


def _withdrawn(session: Session, actor: Actor, head: CaseHead) -> None:
    other = an_arrest(session, actor)
    withdraw_case(session, actor, other.reference, reason="Nhập nhầm", now=NOW)
    a_crew(session, actor, head.reference, 1)


@pytest.mark.parametrize(
    ("play", "best"),
    [
        (lambda *_: None, Triple(1, 1, 42)),
        (_verified, Triple(1, 1, 8)),
        (_merged, Triple(1, 1, 42)),
        (_became_arrest, Triple(2, 2, 84)),
        (_withdrawn, Triple(1, 1, 42)),
    ],
)
def test_rows_and_histories_say_the_same(session: Session, play: Play, best: Triple) -> None:
    actor = fisheries(session)
    play(session, actor, an_arrest(session, actor))
    session.flush()
    by_rows = _totals(session, actor)
    session.execute(update(Case).values(updated_at=NOW + timedelta(days=90)))  # now by history
    assert by_rows == _totals(session, actor)
    assert by_rows.best == best


def _totals(session: Session, actor: Actor) -> Totals:
    return incident_page(session, actor, PERIOD).now


def test_what_left_by_another_way_than_a_step_is_not_read_from_its_row(session: Session) -> None:
    actor = fisheries(session)
    kept, gone = an_arrest(session, actor), an_arrest(session, actor)
    withdraw_case(session, actor, gone.reference, reason="Nhập nhầm", now=NOW)
    session.flush()
    found = standing_now(session, {kept.id: NOW, gone.id: NOW})
    assert set(found) == {kept.id}
    assert children_of(session, kept.id) == []
    known = found[kept.id]
    assert known is not None
    assert (known.claimed, known.final) == (Triple(1, 1, 42), NONE)
