"""A draft that stood still or failed is written again; nothing is numbered half written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database import transaction
from app.documents import composing, drafting, issuing, queries, services
from app.documents.kinds import kind_of
from app.documents.models import Paper, PaperState, PaperVersion
from app.documents.wording import Wording
from app.errors import Conflict, Invalid, Refused
from app.permissions import Actor
from app.registers.models import Person
from app.registers.person_facts import note_consent
from app.registers.person_models import Consent
from tests.integration.cases import desk
from tests.integration.documents.desk import (
    NOW,
    WORDING,
    a_case,
    a_draft,
    a_person,
    consenting,
    newest,
    text_of,
)

LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def officer(session: Session) -> Actor:
    return desk.command(session)


def ordered(actor: Actor, session: Session) -> Paper:
    """A paper whose worker never came back."""
    case = a_case(actor)
    with transaction() as writer:
        batch = services.draft_letters(writer, actor, [case], "to_trinh", wording=WORDING, now=NOW)
    session.rollback()
    return session.scalars(select(Paper).where(Paper.batch == batch)).one()


def test_a_draft_that_stands_still_is_ordered_again_and_written_once(
    session: Session, officer: Actor
) -> None:
    paper = ordered(officer, session)
    first = paper.batch or ""
    with pytest.raises(Conflict), transaction() as writer:
        services.retry_paper(writer, officer, paper.id, now=NOW + timedelta(seconds=30))

    with transaction() as writer:
        second = services.retry_paper(writer, officer, paper.id, now=LATER).batch or ""
    assert drafting.draft_batch(session, officer, first, now=LATER) == 0, "the old order is void"
    assert drafting.draft_batch(session, officer, second, now=LATER) == 1
    assert drafting.draft_batch(session, officer, second, now=LATER) == 0
    session.rollback()
    found = session.scalars(select(PaperVersion).where(PaperVersion.paper_id == paper.id)).all()
    assert [one.number for one in found] == [1]


def test_the_page_says_that_it_stands_still_and_offers_to_write_again(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    paper = ordered(officer, session)
    desk.sign_in(client, "chihuy")
    fresh = session.get_one(Paper, paper.id)
    address = f"/van-ban/{fresh.id}"
    with transaction() as writer:  # long ago by the clock of the machine
        writer.execute(update(Paper).values(created_at=NOW - timedelta(days=900)))
    page = client.get(address).text
    assert "đứng lại hơn 2 phút" in page
    assert f"{address}/soan-lai" in page
    assert 'http-equiv="refresh"' not in page


def test_a_letter_that_failed_for_want_of_consent_is_written_once_it_is_given(
    session: Session, officer: Actor
) -> None:
    case = a_case(officer)
    person = a_person(officer, case, "Nguyễn Văn Bền")
    paper = a_draft(session, officer, case, "thu_gia_dinh")
    assert paper.state == PaperState.FAILED
    consenting(officer, person)
    with transaction() as writer:
        batch = services.retry_paper(writer, officer, paper.id, now=NOW).batch or ""
    assert drafting.draft_batch(session, officer, batch, now=NOW) == 1


def test_a_note_takes_over_who_writes_and_to_whom(session: Session, officer: Actor) -> None:
    case = a_case(officer)
    shipped = composing.shipped_wording("cong_ham")
    said = Wording(
        addressee="Bộ Ngoại giao Vương quốc Campuchia",
        abstract="đề nghị tiếp xúc lãnh sự",
        body=shipped.body,
        body_translated=shipped.body_translated,
    )
    paper = a_draft(session, officer, case, "cong_ham", wording=said)
    text = text_of(session, paper)
    assert f"{officer.unit_name} kính chào Bộ Ngoại giao Vương quốc Campuchia" in text
    assert kind_of("cong_ham").needs_addressee

    with pytest.raises(Refused) as refusal, transaction() as writer:
        issuing.issue_paper(writer, officer, paper.id, now=NOW)
    assert "Còn chỗ chưa điền" in refusal.value.reasons[0]
    session.rollback()
    assert queries.number_of(session, paper.id) is None
    assert newest(session, paper).number == 1


def test_consent_given_this_morning_in_ha_noi_is_no_matter_of_tomorrow(officer: Actor) -> None:
    case = a_case(officer)
    person = a_person(officer, case, "Nguyễn Văn Sớm")
    dawn = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)  # five past six of the 23rd
    with transaction() as writer:
        row = note_consent(
            writer,
            officer,
            writer.get_one(Person, person.id),
            decision=Consent.REFUSED,
            decided_on=date(2026, 11, 23),
            how="gặp trực tiếp",
            now=dawn,
        )
        assert row.decided_on == officer.day(dawn)
    with pytest.raises(Invalid), transaction() as writer:
        note_consent(
            writer,
            officer,
            writer.get_one(Person, person.id),
            decision=Consent.GIVEN,
            decided_on=date(2026, 11, 24),
            how="gặp trực tiếp",
            now=dawn,
        )


@pytest.mark.parametrize("said", ["Gồm rau, quả… và thịt.", "Ghi nhận: vợ, con…"])
def test_an_ellipsis_of_the_text_itself_stops_no_number(
    session: Session, officer: Actor, said: str
) -> None:
    case = a_case(officer)
    wording = Wording(addressee="Sở", abstract="việc", body=said, place="Tây Ninh")
    paper = a_draft(session, officer, case, wording=wording)
    with transaction() as writer:
        assert issuing.issue_paper(writer, officer, paper.id, now=NOW).number == 1
