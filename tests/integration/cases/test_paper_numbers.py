"""The number of a paper in a case's own field: sealed, masked, found, revealed, rotated."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.audit import AuditEntry, chain_hash
from app.cases import queries
from app.cases.correcting import correct_facts
from app.cases.heads import CaseHead
from app.cases.models import Case, CaseEvent
from app.cases.number_models import CaseNumber
from app.cases.recording import event_payload, first_bad_event
from app.cases.services import open_case
from app.cases.text_models import CaseText
from app.database import Base, reading, transaction
from app.jobs import Job, OutboxEntry
from app.notices.models import Notice
from app.notices.reveals import tell_of_reveal
from app.permissions import Actor
from app.registers.who_saw import who_saw
from app.resealing import sealed_columns
from app.sealing import PREFIX, key_ring
from tests.integration.cases.desk import NOW, commune, consul, person, send, sign_in

NUMBER = "N7654-32109"
PLAIN, SPACED = "N765432109", "n 7654 32109"
MASKED = "N7•••••09"  # the dash is no part of the number
FACTS = {
    "protection_kind": "detained",
    "danger_level": "high",
    "country": "JP",
    "city": "Osaka",
    "persons_claimed": 1,
    "caller_name": "Lò Văn Păng",
    "caller_phone": "0912 345 678",
    "first_notice": "Bị giữ khi kiểm tra giấy tờ.",
}


@pytest.fixture
def mission(session: Session) -> Actor:
    return consul(session)


@pytest.fixture
def case(mission: Actor) -> CaseHead:
    with transaction() as session:
        head = open_case(session, mission, "citizen_protection", answers=FACTS, pack=None, now=NOW)
        return correct_facts(
            session,
            mission,
            head.reference,
            answers={"passport_number": NUMBER, "reason": "Đã xem hộ chiếu"},
            expected_version=head.version,
            pack=None,
            now=NOW,
        )


def everything(session: Session) -> Iterator[str]:
    """Every cell of every table, as the database keeps it."""
    for table in Base.metadata.sorted_tables:
        for row in session.execute(text(f'SELECT * FROM "{table.name}"')):  # noqa: S608  own names
            yield from (str(cell) for cell in row if cell is not None)


# --- at rest --------------------------------------------------------------------------------


def test_the_number_stands_nowhere_in_the_database(session: Session, case: CaseHead) -> None:
    kept = "\n".join(everything(session))

    assert NUMBER not in kept
    assert PLAIN.lower() not in kept.lower()
    assert case.data["passport_number"]["label"] == MASKED
    sealed = session.execute(text("SELECT number FROM case_number")).scalar_one()
    assert sealed.startswith(PREFIX)
    assert first_bad_event(session, case.id) is None


def test_the_same_number_again_is_no_change_and_no_second_row(
    session: Session, mission: Actor, case: CaseHead
) -> None:
    with transaction() as writer:
        correct_facts(
            writer,
            mission,
            case.reference,
            answers={"passport_number": NUMBER, "city": "Kobe", "reason": "Đổi nơi giữ"},
            expected_version=case.version,
            pack=None,
            now=NOW,
        )
    assert len(session.scalars(select(CaseNumber)).all()) == 1


def test_rotation_covers_the_numbers_of_cases(app: Flask, case: CaseHead) -> None:
    assert "case_number.number" in {one.name for one in sealed_columns()}
    before = key_ring().keys.current
    result = app.test_cli_runner().invoke(args=["keys", "rotate"])

    assert result.exit_code == 0
    row = reading().scalars(select(CaseNumber).where(CaseNumber.case_id == case.id)).one()
    assert row.number == NUMBER
    kept = reading().execute(text("SELECT number FROM case_number")).scalar_one()
    assert f"{PREFIX}{before}:" not in kept


# --- found ----------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [NUMBER, PLAIN, SPACED])
def test_the_exact_number_finds_the_case_however_it_is_written(
    session: Session, mission: Actor, case: CaseHead, asked: str
) -> None:
    assert [one.id for one in queries.search(session, mission, asked)] == [case.id]


@pytest.mark.parametrize("asked", ["N7654", "32109", "N76543210", "2109"])
def test_a_part_of_the_number_finds_nothing(
    session: Session, mission: Actor, case: CaseHead, asked: str
) -> None:
    assert case.id
    assert queries.search(session, mission, asked) == []


def test_who_may_not_read_personal_data_finds_nothing_by_the_number(
    session: Session, case: CaseHead
) -> None:
    assert case.id
    assert queries.search(session, commune(session), NUMBER) == []


# --- shown ----------------------------------------------------------------------------------


def test_page_and_form_show_the_mask_and_the_form_keeps_the_number(
    client: FlaskClient, session: Session, mission: Actor, case: CaseHead
) -> None:
    del mission
    sign_in(client, "lanhsu")
    page = f"/ho-so/{case.reference}"

    assert MASKED in client.get(page).text
    form = client.get(f"{page}/sua").text
    assert MASKED in form
    assert NUMBER not in form
    version = {"version": str(case.version)}
    refused = send(
        client, f"{page}/sua", passport_number="N8•••••09", reason="Gõ lại số", **version
    )
    assert refused.status_code == 422
    assert "đủ số giấy tờ" in refused.text
    session.rollback()
    assert session.get_one(Case, case.id).data["passport_number"]["label"] == MASKED


def test_a_reveal_is_logged_told_and_shown_to_the_keeper(
    client: FlaskClient, session: Session, mission: Actor, case: CaseHead
) -> None:
    person(session, "culanhsu", "consular_officer", unit_by_code(session, "CLS"))
    sign_in(client, "culanhsu")
    page = f"/ho-so/{case.reference}"
    number_id = case.data["passport_number"]["id"]
    send_it = {"page": page, "number": number_id}
    assert send(client, f"{page}/xem-so", reason="xem", **send_it).status_code == 422
    answer = send(client, f"{page}/xem-so", reason="Đối chiếu công hàm 12", **send_it)

    assert answer.status_code == 200
    assert NUMBER in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    seen = client.get(page).text
    assert NUMBER not in seen
    assert "Đối chiếu công hàm 12" in seen
    with transaction() as writer:
        job = writer.scalars(select(OutboxEntry).where(OutboxEntry.job == Job.TELL_REVEAL)).one()
        tell_of_reveal(writer, job.payload["entry_id"], now=NOW)
    told = reading().scalars(select(Notice).where(Notice.case_id == case.id)).all()
    assert any(one.user_id == mission.user_id and "số giấy tờ" in one.text_vi for one in told)
    assert not any(NUMBER in one.text_vi for one in told)


def test_the_number_of_another_case_is_not_revealed(
    client: FlaskClient, mission: Actor, case: CaseHead
) -> None:
    with transaction() as session:
        other = open_case(session, mission, "citizen_protection", answers=FACTS, pack=None, now=NOW)
    sign_in(client, "lanhsu")
    answer = send(
        client,
        f"/ho-so/{other.reference}/xem-so",
        page=f"/ho-so/{case.reference}",
        number=case.data["passport_number"]["id"],
        reason="Đối chiếu công hàm 12",
    )

    assert answer.status_code == 404
    assert NUMBER not in answer.text


def test_an_auditor_learns_who_saw_the_number_of_a_case(
    client: FlaskClient, session: Session, mission: Actor, case: CaseHead
) -> None:
    sign_in(client, "lanhsu")
    page = f"/ho-so/{case.reference}"
    number_id = case.data["passport_number"]["id"]
    send(client, f"{page}/xem-so", page=page, number=number_id, reason="Gọi cho sở tại")
    auditor = person(session, "kiemtra", "administrator", unit_by_code(session, "CLS"))
    with transaction() as writer:
        report = who_saw(writer, auditor, SPACED, now=NOW)

    assert (list(report.persons), list(report.cases)) == ([], [case.id])
    assert [(one.reason, one.is_reveal) for one in report.lines] == [("Gọi cho sở tại", True)]
    assert report.lines[0].who == mission.name
    assert NUMBER not in repr(report)


# --- of older cases -------------------------------------------------------------------------


def _as_of_old(case: CaseHead) -> None:
    """The case as it was kept before: the number openly in facts, event and words."""
    with transaction() as session:
        row = session.get_one(Case, case.id)
        row.data = {**row.data, "passport_number": NUMBER}
        last = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq.desc())
        ).first()
        assert last is not None
        last.data = {**last.data, "answers": {"passport_number": NUMBER}}
        names = (column.name for column in CaseEvent.__table__.columns)
        last.hash = chain_hash(
            last.previous_hash, event_payload({name: getattr(last, name) for name in names})
        )
        row.last_hash = last.hash
        session.execute(text("DELETE FROM case_number"))
        session.execute(
            update(CaseText)
            .where(CaseText.case_id == case.id)
            .values(personal=CaseText.personal + " n7654 32109 n765432109")
        )


def test_the_command_seals_what_older_cases_hold(
    app: Flask, session: Session, mission: Actor, case: CaseHead
) -> None:
    _as_of_old(case)
    assert NUMBER in "\n".join(everything(session))
    result = app.test_cli_runner().invoke(args=["cases", "seal-numbers"])

    assert "1 hồ sơ" in result.output, result.output
    session.rollback()
    kept = "\n".join(everything(session)).lower()
    assert NUMBER.lower() not in kept
    assert PLAIN.lower() not in kept
    assert first_bad_event(session, case.id) is None
    assert [one.id for one in queries.search(session, mission, NUMBER)] == [case.id]
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "case.numbers_sealed")
    ).one()
    assert entry.subject == f"case:{case.id}"
    again = app.test_cli_runner().invoke(args=["cases", "seal-numbers"])
    assert " 0 hồ sơ" in again.output
