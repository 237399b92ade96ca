"""Every kind of case that the Ministry follows in the provinces lies on somebody's desk."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case, CaseClock
from app.jobs import utc_now

AFFAIRS = {
    "delegation_in",
    "delegation_out",
    "diplomatic_inspection",
    "early_warning",
    "illegal_construction",
    "international_event",
    "joint_patrol",
    "local_agreement",
    "mechanism_meeting",
    "ngo_programme",
    "partner_verification",
    "press_visit",
    "training",
}


def test_no_kind_of_case_is_without_an_example(loaded_session: Session) -> None:
    held = set(loaded_session.scalars(select(Case.type_code).where(Case.is_open)))
    assert held >= AFFAIRS


@pytest.mark.parametrize("type_code", sorted(AFFAIRS))
def test_open_cases_of_each_kind_stand_in_more_than_one_state(
    loaded_session: Session, type_code: str
) -> None:
    asked = select(Case.state).where(Case.type_code == type_code, Case.is_open)
    assert len(set(loaded_session.scalars(asked))) > 1


def test_some_of_them_wait_for_a_second_person(loaded_session: Session) -> None:
    asked = select(Case).where(Case.type_code.in_(AFFAIRS), Case.is_open)
    waiting = {
        (case.type_code, case.pending["transition"])
        for case in loaded_session.scalars(asked)
        if case.pending
    }
    assert waiting == {
        ("delegation_in", "permit"),
        ("delegation_out", "approve"),
        ("diplomatic_inspection", "conclude"),
        ("early_warning", "issue"),
        ("press_visit", "permit"),
    }


def test_some_of_their_deadlines_are_missed(loaded_session: Session) -> None:
    due = loaded_session.scalars(
        select(CaseClock.due_at)
        .join(Case, Case.id == CaseClock.case_id)
        .where(Case.type_code.in_(AFFAIRS), CaseClock.is_running)
    ).all()
    assert any(moment < utc_now() for moment in due)
    assert any(moment > utc_now() for moment in due)
