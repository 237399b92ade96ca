"""Reminders and hand-overs become papers by a job; PDF is ordered only where it can be made."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.cases.models import Case
from app.config import Settings
from app.database import transaction
from app.documents import converting, pdf, queries
from app.documents.models import Made, Paper, PaperState
from app.documents.services import draft_letters
from app.errors import Conflict, Refused
from app.jobs import Job, OutboxEntry
from app.money import services, settling
from app.money.rules import EntryKind, Money, Source
from app.money.services import EntryFacts
from app.office.handovers import Leave, begin_handover
from app.permissions import Actor
from app.registers.person_models import Consent
from tests.integration.cases import desk
from tests.integration.documents.desk import (
    NOW,
    a_case,
    a_draft,
    a_person,
    consenting,
    text_of,
)
from workers import papers


@pytest.fixture
def officer(session: Session) -> Actor:
    return desk.command(session)


def an_advance(session: Session, case: Case) -> None:
    """Five million to be paid back, decided by a second person."""
    facts = EntryFacts(
        EntryKind.ADVANCE,
        Source.FUND,
        Money(Decimal(5_000_000), "VND"),
        NOW.date(),
        basis="Cam kết 1",
    )
    unit = unit_by_code(session, "QBHCD")
    leader = desk.person(session, "quy1", "protection_fund", unit)
    director = desk.person(session, "quy2", "consular_leader", unit)
    with transaction() as writer:
        entry = services.record_entry(writer, leader, case.reference, facts, now=NOW)
        services.approve_entry(writer, director, case.reference, entry.id, text="", now=NOW)


def remind(officer: Actor, case: Case, kind: str, debtor: Source = Source.FAMILY) -> None:
    with transaction() as session:
        facts = settling.ReminderFacts(kind, NOW.date(), debtor, next_on=date(2027, 1, 5))
        settling.record_reminder(session, officer, case.reference, facts, now=NOW)


def orders(session: Session, job: Job) -> list[OutboxEntry]:
    session.rollback()
    return list(session.scalars(select(OutboxEntry).where(OutboxEntry.job == job)))


def test_a_reminder_by_letter_becomes_a_notice_with_what_is_owed(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    consenting(officer, a_person(officer, case, "Nguyễn Văn Nợ"))
    an_advance(session, case)
    remind(officer, case, "call")
    assert orders(session, Job.DRAFT_CHASE) == [], "a call is no paper"

    remind(officer, case, "letter")
    (order,) = orders(session, Job.DRAFT_CHASE)
    with transaction() as writer:
        papers.draft_chase(writer, order.payload, NOW)
    (batch,) = orders(session, Job.DRAFT_PAPERS)
    papers.draft_papers(session, batch.payload, NOW)

    session.rollback()
    paper = session.scalars(select(Paper)).one()
    assert (paper.kind, paper.state, paper.problem) == ("don_doc", PaperState.DRAFT, "")
    said = text_of(session, paper)
    assert "còn phải hoàn trả: 5.000.000 ₫" in said
    assert "Số: [số]/TB-BP80" in said


def test_a_chase_letter_without_consent_keeps_the_reason(session: Session, officer: Actor) -> None:
    case = a_case(officer)
    an_advance(session, case)
    remind(officer, case, "letter")
    (order,) = orders(session, Job.DRAFT_CHASE)
    with transaction() as writer:
        papers.draft_chase(writer, order.payload, NOW)
    (batch,) = orders(session, Job.DRAFT_PAPERS)
    papers.draft_papers(session, batch.payload, NOW)
    session.rollback()
    paper = session.scalars(select(Paper)).one()
    assert paper.state == PaperState.FAILED
    assert "đồng ý" in paper.problem


def test_an_owner_who_owes_is_asked_without_the_familys_consent(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    consenting(officer, a_person(officer, case, "Nguyễn Văn Nợ"), Consent.REFUSED)
    an_advance(session, case)
    remind(officer, case, "letter", Source.OWNER)
    (order,) = orders(session, Job.DRAFT_CHASE)
    with transaction() as writer:
        papers.draft_chase(writer, order.payload, NOW)
    (batch,) = orders(session, Job.DRAFT_PAPERS)
    papers.draft_papers(session, batch.payload, NOW)
    session.rollback()
    paper = session.scalars(select(Paper)).one()
    assert (paper.kind, paper.state, paper.problem) == ("don_doc_khac", PaperState.DRAFT, "")
    said = text_of(session, paper)
    assert "Kính gửi: Chủ tàu" in said
    assert "Đề nghị chủ tàu hoàn trả" in said
    assert "\nTHÔNG BÁO\n" in said
    assert "Nguyễn Văn Nợ" not in said


def test_a_handover_becomes_minutes_between_the_two(session: Session, officer: Actor) -> None:
    successor = desk.person(session, "nguoinhan", "border_command", unit_by_code(session, "BP80"))
    leave = Leave(officer.user_id, successor.user_id, date(2026, 12, 1), "Hẹn ngày 25.")
    with transaction() as writer:
        number = begin_handover(writer, officer, leave, now=NOW).id
    (order,) = orders(session, Job.DRAFT_MINUTES)
    with transaction() as writer:
        papers.draft_minutes(writer, order.payload, NOW)

    session.rollback()
    (paper,) = queries.papers_of_handover(session, number)
    said = text_of(session, paper)
    assert "Hẹn ngày 25." in said
    assert "Số: [số]/BB-BP80" in said
    assert "Người chihuy" in said
    assert "Người nguoinhan" in said


def test_a_drafter_who_is_gone_gets_no_letters(session: Session, officer: Actor) -> None:
    case = a_case(officer)
    gone = replace(officer, user_id=987_654)
    with transaction() as writer:
        batch = draft_letters(writer, gone, [case], "cong_van", now=NOW)
    papers.draft_papers(session, {"batch": batch}, NOW)
    session.rollback()
    paper = session.scalars(select(Paper)).one()
    assert paper.state == PaperState.FAILED
    assert "không còn quyền" in paper.problem


def test_pdf_is_refused_in_one_sentence_where_libreoffice_is_not(
    app: Flask, session: Session, officer: Actor
) -> None:
    paper = a_draft(session, officer, a_case(officer))
    held: Settings = app.extensions["settings"]
    app.extensions["settings"] = held.model_copy(update={"libreoffice": "khong-co"})
    with pytest.raises(Refused) as refusal, transaction() as writer:
        converting.order_pdf(writer, officer, paper.id, now=NOW)
    assert refusal.value.message == pdf.ABSENT
    converting.convert(session, officer, queries.versions_of(session, paper.id)[0].id, now=NOW)
    session.rollback()
    session.refresh(paper)
    assert paper.problem == pdf.ABSENT


@pytest.mark.skipif(pdf.program(Settings()) is None, reason="LibreOffice is not installed")
def test_a_pdf_stands_beside_the_version_it_was_made_of(session: Session, officer: Actor) -> None:
    paper = a_draft(session, officer, a_case(officer))
    version = queries.versions_of(session, paper.id)[0]
    session.rollback()
    for _ in range(2):  # a job may run twice
        converting.convert(session, officer, version.id, now=NOW)
    session.rollback()
    made = [one.made for one in queries.versions_of(session, paper.id)]
    assert made == [Made.PDF, Made.DRAFTED]
    assert queries.newest_word_file(session, paper.id).id == version.id
    with pytest.raises(Conflict), transaction() as writer:
        converting.order_pdf(writer, officer, paper.id, now=NOW)
