"""Identity data: sealed in the database, masked on pages, revealed with a reason that is kept."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.audit import AuditEntry
from app.database import reading, transaction
from app.errors import Forbidden, Invalid, Refused
from app.jobs import Job, OutboxEntry
from app.notices.models import Notice
from app.notices.reveals import tell_of_reveal
from app.permissions import Actor, Area, Permission
from app.registers import entry_queries, person_facts, reveals
from app.registers.entry_queries import EntryFilter
from app.registers.models import Person
from app.registers.need_to_know import known_among
from app.registers.person_facts import Paper, SaidName
from app.registers.person_models import Consent, IdentityDocument, NameKind
from app.registers.rules import as_seen_by
from app.registers.who_saw import who_saw
from app.sealing import PREFIX
from tests.integration.cases.desk import person as a_user
from tests.integration.cases.desk import sign_in, token_in
from tests.integration.registers.factories import MINISTRY, NOW, PROVINCE_91, actor_with, add_person

PASSPORT = "C1234567"


@pytest.fixture
def dung(app: Flask) -> Person:
    del app
    with transaction() as session:
        return add_person(
            session,
            "Lê Văn Dũng",
            id_number=PASSPORT,
            contact_text="Vợ 0909123456",
            claimed_province_code="91",
        )


# --- at rest --------------------------------------------------------------------------------


def test_database_holds_numbers_and_contacts_only_sealed(session: Session, dung: Person) -> None:
    row = session.execute(text("SELECT id_number, contact_text, id_number_index FROM person")).one()

    assert row[0].startswith(PREFIX)
    assert row[1].startswith(PREFIX)
    assert PASSPORT not in "".join(row)
    session.expire_all()
    assert session.get_one(Person, dung.id).id_number == PASSPORT


def test_person_is_found_by_the_exact_number_however_it_is_written(
    session: Session, dung: Person
) -> None:
    assert [one.id for one in entry_queries.persons_by_paper(session, MINISTRY, "c 1234-567")] == [
        dung.id
    ]
    assert entry_queries.persons_by_paper(session, MINISTRY, "C123456") == []


def test_number_of_another_area_is_not_found(session: Session, dung: Person) -> None:
    elsewhere = actor_with(Area(province_codes=frozenset({"04"})))

    assert dung.id
    assert entry_queries.persons_by_paper(session, elsewhere, PASSPORT) == []


def test_failure_of_the_database_does_not_say_what_was_written(app: Flask) -> None:
    del app
    with pytest.raises(DBAPIError) as failure, transaction() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": PASSPORT})

    assert PASSPORT not in str(failure.value)


def test_rotation_seals_everything_anew_and_changes_nothing(app: Flask, dung: Person) -> None:
    with transaction() as session:
        paper = Paper("passport", "B7654321")
        subject = session.get_one(Person, dung.id)
        person_facts.note_document(session, MINISTRY, subject, paper, now=NOW)
    before = app.extensions["key_ring"].keys.current

    said = app.test_cli_runner().invoke(args=["keys", "rotate"])
    again = app.test_cli_runner().invoke(args=["keys", "forget"])

    assert said.exit_code == again.exit_code == 0, said.output + again.output
    keys = app.extensions["key_ring"].keys
    assert keys.current != before
    assert before not in keys.seal
    with transaction() as session:
        assert session.get_one(Person, dung.id).id_number == PASSPORT
        assert session.scalars(select(IdentityDocument.number)).one() == "B7654321"


# --- masked ---------------------------------------------------------------------------------


def test_even_those_who_read_names_see_numbers_masked(dung: Person) -> None:
    seen = as_seen_by(MINISTRY, dung)

    assert (seen["name"], seen["id_number"]) == ("Lê Văn Dũng", "C1•••••67")
    assert "0909123456" not in seen["contact_text"]
    assert seen.covered == {"id_number", "contact_text"}


@pytest.mark.parametrize("fact", ["is_minor", "is_victim"])
def test_protected_name_is_open_only_to_those_who_need_it(
    session: Session, dung: Person, fact: str
) -> None:
    stranger = replace(PROVINCE_91, unit_id=987_654)
    with transaction() as writer:
        setattr(writer.get_one(Person, dung.id), fact, True)
    person = session.get_one(Person, dung.id)
    writer_unit = replace(PROVINCE_91, unit_id=person.unit_id or 0)

    assert known_among(session, stranger, [person]) == frozenset()
    seen = as_seen_by(stranger, person)
    assert "Dũng" not in str(seen.values)
    found = entry_queries.list_persons(session, stranger, EntryFilter(text="le van dung"))
    assert [one.id for one in found.rows] == []
    assert writer_unit.unit_id == 0 or known_among(session, writer_unit, [person])


def test_unit_that_wrote_a_minor_down_reads_the_name(session: Session, app: Flask) -> None:
    del app
    unit_id = session.scalars(select(Unit.id).limit(1)).one()
    keeper = replace(MINISTRY, unit_id=unit_id)
    with transaction() as writer:
        person = add_person(writer, "Lê Thị Mai", actor=keeper, is_minor=True)

    assert known_among(session, keeper, [person]) == {person.id}
    assert entry_queries.entry_label(session, keeper, "person", person.id) == "Lê Thị Mai"
    assert "Mai" not in entry_queries.entry_label(session, MINISTRY, "person", person.id)


# --- revealed -------------------------------------------------------------------------------


def test_reveal_shows_the_number_and_keeps_who_why_and_when(dung: Person) -> None:
    with transaction() as session:
        person = session.get_one(Person, dung.id)
        shown = reveals.reveal(
            session, MINISTRY, person, what="id_number", reason="Đối chiếu công hàm 12", now=NOW
        )
        [line] = reveals.reveals_of(session, [dung.id])
        job = session.scalars(select(OutboxEntry).where(OutboxEntry.job == Job.TELL_REVEAL)).one()

    assert shown.value == PASSPORT
    assert (line.at, line.what, line.reason) == (NOW, "số giấy tờ", "Đối chiếu công hàm 12")
    assert PASSPORT not in str(job.payload)


def test_reveal_without_a_reason_or_the_right_shows_nothing(dung: Person) -> None:
    unable = actor_with(
        Area(is_everything=True), permissions=frozenset({Permission.PERSONAL_DATA_VIEW})
    )
    with transaction() as session:
        person = session.get_one(Person, dung.id)
        with pytest.raises(Invalid):
            reveals.reveal(session, MINISTRY, person, what="id_number", reason="xem", now=NOW)
        with pytest.raises(Forbidden):
            reveals.reveal(
                session, unable, person, what="id_number", reason="Đối chiếu công hàm", now=NOW
            )
        assert reveals.reveals_of(session, [dung.id]) == []


def _keeper(session: Session) -> Actor:
    unit = session.scalars(select(Unit).where(Unit.code == "CLS")).one()
    return a_user(session, "giu.ho.so", "consular_officer", unit)


def test_the_unit_that_keeps_the_record_is_told_without_the_number(session: Session) -> None:
    keeper = _keeper(session)
    with transaction() as writer:
        person = add_person(writer, "Lê Văn Dũng", actor=keeper, id_number=PASSPORT)
        reveals.reveal(
            writer, MINISTRY, person, what="id_number", reason="Đối chiếu công hàm 12", now=NOW
        )
        entry_id = writer.scalars(
            select(AuditEntry.id).where(AuditEntry.action == "person.revealed.id_number")
        ).one()
        told = tell_of_reveal(writer, entry_id, now=NOW)
        again = tell_of_reveal(writer, entry_id, now=NOW)
        notice = writer.scalars(select(Notice)).one()

    assert (told, again, notice.user_id) == (1, 0, keeper.user_id)
    assert PASSPORT not in notice.text_vi
    assert "Dũng" not in notice.text_vi


@pytest.fixture
def at_the_desk(app: Flask, session: Session) -> tuple[FlaskClient, int]:
    keeper = _keeper(session)
    with transaction() as writer:
        person = add_person(writer, "Lê Văn Dũng", actor=keeper, id_number=PASSPORT)
    client = app.test_client()
    sign_in(client, "giu.ho.so")
    return client, person.id


def test_number_is_shown_once_on_a_page_that_nothing_keeps(
    at_the_desk: tuple[FlaskClient, int],
) -> None:
    client, person_id = at_the_desk
    address = f"/so-dang-ky/nguoi/{person_id}"
    page = client.get(address).text
    assert PASSPORT not in page
    assert "C1•••••67" in page

    typed = {"csrf_token": token_in(page), "what": "id_number", "reason": "Đối chiếu công hàm 12"}
    shown = client.post(f"{address}/xem", data=typed)

    assert PASSPORT in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    after = client.get(address).text
    assert PASSPORT not in after
    assert "Đối chiếu công hàm 12" in after


def test_form_does_not_show_the_number_and_keeps_it_when_left_empty(
    at_the_desk: tuple[FlaskClient, int],
) -> None:
    client, person_id = at_the_desk
    address = f"/so-dang-ky/nguoi/{person_id}/sua"
    form = client.get(address).text
    assert PASSPORT not in form
    typed = {"csrf_token": token_in(form), "version": "1", "claimed_name": "Lê Văn Dũng"}

    client.post(address, data=typed)

    assert reading().get_one(Person, person_id).id_number == PASSPORT


def test_export_holds_the_mask_alone(at_the_desk: tuple[FlaskClient, int]) -> None:
    client, _ = at_the_desk

    table = client.get("/so-dang-ky/nguoi/xuat?dang=csv").get_data(as_text=True)

    assert "C1•••••67" in table
    assert PASSPORT not in table


def test_number_is_looked_up_without_standing_in_an_address(
    at_the_desk: tuple[FlaskClient, int],
) -> None:
    client, person_id = at_the_desk
    token = token_in(client.get("/so-dang-ky/nguoi").text)

    found = client.post(
        "/so-dang-ky/nguoi/tra-so", data={"csrf_token": token, "number": "c1234567"}
    )

    assert found.location == f"/so-dang-ky/nguoi/{person_id}"


# --- what is written down -------------------------------------------------------------------


def test_names_stand_beside_each_other_with_who_confirmed_them(dung: Person) -> None:
    with transaction() as session:
        person = session.get_one(Person, dung.id)
        for said in (
            SaidName(NameKind.FOREIGN, "LE WAN DUNG", source="Danh sách của Thái Lan"),
            SaidName(NameKind.VERIFIED, "Lê Quang Vinh", "Công an Bạc Liêu", date(2026, 11, 2)),
        ):
            person_facts.note_name(session, MINISTRY, person, said, now=NOW)
        file = person_facts.file_of(session, [person.id])

    assert person.name == "Lê Quang Vinh"
    assert person.claimed_name == "Lê Văn Dũng"
    assert [(one.kind, one.recorder_name) for one in file.names] == [
        ("verified", "Trần Lan"), ("foreign", "Trần Lan"),
    ]  # fmt: skip


def test_verified_name_needs_who_verified_it(dung: Person) -> None:
    said = SaidName(NameKind.VERIFIED, "Lê Quang Vinh")
    with transaction() as session:
        person = session.get_one(Person, dung.id)
        with pytest.raises(Invalid):
            person_facts.note_name(session, MINISTRY, person, said, now=NOW)


def _decide(session: Session, person: Person, decision: Consent, day: int) -> None:
    person_facts.note_consent(
        session,
        MINISTRY,
        person,
        decision=decision,
        decided_on=date(2026, 11, day),
        how="Gặp trực tiếp",
        now=NOW,
    )


def test_letter_to_the_family_waits_for_consent_and_stops_when_it_is_withdrawn(
    dung: Person,
) -> None:
    with transaction() as session:
        person = session.get_one(Person, dung.id)
        with pytest.raises(Refused, match="Chưa ghi"):
            person_facts.require_family_contact(session, [person.id])
        _decide(session, person, Consent.GIVEN, 2)
        person_facts.require_family_contact(session, [person.id])
        _decide(session, person, Consent.WITHDRAWN, 5)
        with pytest.raises(Refused, match="05/11/2026"):
            person_facts.require_family_contact(session, [person.id])


# --- who saw it -----------------------------------------------------------------------------


def test_an_auditor_learns_who_saw_a_number_when_and_why_and_no_name(
    session: Session, dung: Person
) -> None:
    with transaction() as writer:
        person = writer.get_one(Person, dung.id)
        reveals.reveal(
            writer, MINISTRY, person, what="id_number", reason="Đối chiếu công hàm 12", now=NOW
        )
        report = who_saw(writer, MINISTRY, "c-123 4567", now=NOW)

    assert list(report.persons) == [dung.id]
    seen = report.lines[0]
    assert (seen.at, seen.reason) == (NOW, "Đối chiếu công hàm 12")
    assert seen.is_reveal
    assert "Dũng" not in repr(report)
    asked = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.audited")).one()
    assert PASSPORT not in asked.subject


def test_a_number_that_nobody_carries_has_no_lookers(session: Session, dung: Person) -> None:
    del session, dung
    with transaction() as writer:
        assert who_saw(writer, MINISTRY, "Z0000000", now=NOW).persons == []


def test_only_an_auditor_asks_who_saw(session: Session, dung: Person) -> None:
    del session, dung
    outsider = replace(MINISTRY, permissions=MINISTRY.permissions - {Permission.ADMIN_AUDIT})
    with pytest.raises(Forbidden), transaction() as writer:
        who_saw(writer, outsider, PASSPORT, now=NOW)


def test_the_command_takes_the_number_unseen(app: Flask, dung: Person) -> None:
    del dung
    result = app.test_cli_runner().invoke(args=["persons", "who-saw"], input=f"{PASSPORT}\n")

    assert result.exit_code == 0
    assert "1 người, 0 hồ sơ mang số này" in result.output
    assert PASSPORT not in result.output
