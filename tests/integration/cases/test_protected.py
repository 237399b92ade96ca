"""A fifteen-year-old abroad: no surface names her to those who do not work on her case."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.audit import AuditEntry
from app.cases import queries
from app.cases.catalogue import definition_by_id
from app.cases.conversation import add_note
from app.cases.correcting import correct_facts
from app.cases.heads import CaseHead
from app.cases.models import Case, EventKind
from app.cases.services import open_case, perform_transition
from app.cases.settling import NO_FILES, settle
from app.cases.text_models import CaseText
from app.database import fold_text, reading, transaction
from app.jobs import Job, OutboxEntry
from app.notices.models import Notice
from app.notices.reveals import tell_of_reveal
from app.permissions import Actor
from app.registers.minors import is_minor_on
from app.registers.models import Person
from tests.integration.cases.desk import NOW, consul, person, send, sign_in

GIRL, FATHER, PLACE = "Lò Thị Xuyến", "Lò Văn Păng", "nhà kho số 9 bến Xoài"
FACTS = {
    "protection_kind": "detained",
    "danger_level": "high",
    "country": "JP",
    "city": "Osaka",
    "persons_claimed": 1,
    "caller_name": FATHER,
    "caller_phone": "0912 345 678",
    "first_notice": f"Con gái tôi bị giữ ở {PLACE}.",
}
SAID = (GIRL, FATHER, PLACE, "345 678")
REPORT = {
    "report_kind": "arrested",
    "noticed_at": NOW.isoformat(timespec="minutes"),
    "country": "JP",
    "first_notice": "Tàu bị giữ.",
}
SURFACES = (
    "/ho-so?muc=tat-ca",
    "/ho-so/{reference}",
    "/ho-so/{reference}?day-du=1",
    "/ho-so/{reference}/viec-lam",
    "/ho-so/{reference}/sua",
    "/ho-so/{reference}/chuyen/triage",
    "/ho-so/xuat?muc=tat-ca",
    "/ho-so/xuat?muc=tat-ca&dang=csv",
    "/ho-so/xuat?muc=tat-ca&dang=geojson",
    "/tim-kiem?q=l%C3%B2",
    "/tim-kiem?q=345",
    "/so-dang-ky/nguoi",
    "/ban-do/doi-tuong?lop=cases&bbox=100,0,150,50",
    "/ogc/collections/cases/items?f=json",
    "/thong-bao",
)


@pytest.fixture
def officer(session: Session) -> Actor:
    """The Consular Department sees every case, and did not take part in this one."""
    return person(session, "culanhsu", "consular_officer", unit_by_code(session, "CLS"))


@pytest.fixture
def mission(session: Session) -> Actor:
    return consul(session)


@pytest.fixture
def girls_case(mission: Actor) -> CaseHead:
    with transaction() as session:
        year = NOW.year - 15
        named = [{"label": GIRL, "birth_year": year}]
        answers = {**FACTS, "persons": named}
        return open_case(
            session, mission, "citizen_protection", answers=answers, pack=None, now=NOW
        )


def _the_girl(session: Session) -> Person:
    return session.scalars(select(Person).where(Person.claimed_name == GIRL)).one()


# --- who is a minor -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "year", "expected"),
    [
        (date(2008, 11, 21), None, True),
        (date(2008, 11, 20), None, False),
        (date(2008, 2, 29), None, False),
        (None, 2008, True),
        (None, 2007, False),
        (None, None, False),
    ],
)
def test_a_minor_is_one_before_the_birthday_and_maybe_in_its_year(
    born: date | None, year: int | None, *, expected: bool
) -> None:
    assert is_minor_on(date(2026, 11, 20), born=born, year=year, adult_age=18) is expected


def test_naming_a_child_marks_the_person_and_the_case(
    session: Session, girls_case: CaseHead
) -> None:
    assert _the_girl(session).is_minor
    assert session.get_one(Case, girls_case.id).is_protected


def test_age_is_taken_on_the_day_of_the_incident(session: Session, mission: Actor) -> None:
    with transaction() as writer:
        answers = {**FACTS, "persons": [{"label": GIRL, "birth_year": NOW.year - 20}]}
        head = open_case(writer, mission, "citizen_protection", answers=answers, pack=None, now=NOW)
        assert not writer.get_one(Case, head.id).is_protected
        correct_facts(
            writer,
            mission,
            head.reference,
            answers={"noticed_at": f"{NOW.year - 4}-01-02T08:00+07:00"},
            expected_version=head.version,
            pack=None,
            now=NOW,
        )

    assert _the_girl(session).is_minor
    assert session.get_one(Case, head.id).is_protected


def test_a_grown_man_in_a_lost_papers_case_is_not_hidden(session: Session, mission: Actor) -> None:
    with transaction() as writer:
        named = [{"label": FATHER, "birth_year": 1980}]
        answers = {**FACTS, "protection_kind": "lost_papers", "persons": named}
        head = open_case(writer, mission, "citizen_protection", answers=answers, pack=None, now=NOW)

    assert not session.get_one(Case, head.id).is_protected


@pytest.mark.parametrize("kind", ["trafficking", "forced_scam"])
def test_everyone_in_a_trafficking_case_is_a_victim(
    session: Session, mission: Actor, kind: str
) -> None:
    with transaction() as writer:
        answers = {**FACTS, "protection_kind": kind, "persons": [{"label": GIRL}]}
        open_case(writer, mission, "citizen_protection", answers=answers, pack=None, now=NOW)

    assert _the_girl(session).is_victim


def test_a_kind_found_out_later_hides_the_people_then(session: Session, mission: Actor) -> None:
    with transaction() as writer:
        answers = {**FACTS, "persons": [{"label": GIRL}]}
        head = open_case(writer, mission, "citizen_protection", answers=answers, pack=None, now=NOW)
        assert not writer.get_one(Case, head.id).is_protected
        triaged = {
            "protection_kind": "trafficking", "danger_level": "high", "has_minors": False,
            "country": "JP", "persons_claimed": 1,
        }  # fmt: skip
        perform_transition(
            writer, mission, head.reference, "triage", answers=triaged,
            expected_version=head.version, pack=None, now=NOW,
        )  # fmt: skip

    assert session.get_one(Case, head.id).is_protected
    assert _the_girl(session).is_victim


# --- every surface --------------------------------------------------------------------------


@pytest.mark.parametrize("address", SURFACES)
def test_no_surface_names_the_child_to_an_outsider(
    client: FlaskClient, officer: Actor, girls_case: CaseHead, address: str
) -> None:
    del officer
    sign_in(client, "culanhsu")
    answer = client.get(address.format(reference=girls_case.reference), follow_redirects=True)

    assert answer.status_code in {200, 404}, address
    said = answer.get_data()
    if said.startswith(b"PK"):  # a workbook
        with ZipFile(BytesIO(said)) as book:
            said = b"".join(book.read(name) for name in book.namelist())
    for secret in SAID:
        assert secret.encode() not in said, (address, secret)


def test_the_mission_that_keeps_the_case_reads_it(
    client: FlaskClient, mission: Actor, girls_case: CaseHead
) -> None:
    del mission
    sign_in(client, "lanhsu")
    page = client.get(f"/ho-so/{girls_case.reference}").text

    for said in SAID:
        assert said in page


def test_a_search_by_her_name_finds_nothing_for_an_outsider(
    session: Session, officer: Actor, mission: Actor, girls_case: CaseHead
) -> None:
    assert [one.id for one in queries.search(session, mission, "lo thi xuyen")] == [girls_case.id]
    assert not queries.search(session, officer, "lo thi xuyen")
    assert [one.id for one in queries.search(session, officer, "Osaka")] == [girls_case.id]


def test_a_note_that_names_her_is_hidden_and_not_found(
    client: FlaskClient, session: Session, officer: Actor, mission: Actor, girls_case: CaseHead
) -> None:
    sign_in(client, "lanhsu")
    address = f"/ho-so/{girls_case.reference}"
    send(client, f"{address}/ghi", page=address, kind="ghi-chu", text=f"Đã gặp {GIRL}")
    assert not queries.search(session, officer, "xuyen")
    assert queries.search(session, mission, "xuyen")

    other = client.application.test_client()
    sign_in(other, "culanhsu")
    for page in ("/ho-so?muc=tat-ca", address):
        assert GIRL not in other.get(page).text


# --- the reveal -----------------------------------------------------------------------------


def test_a_reveal_shows_once_with_a_reason_and_tells_the_keeper(
    client: FlaskClient, session: Session, mission: Actor, officer: Actor, girls_case: CaseHead
) -> None:
    sign_in(client, "culanhsu")
    page = f"/ho-so/{girls_case.reference}"
    answer = send(client, f"{page}/xem-du-lieu", page=page, reason="Trả lời công văn số 12")

    assert answer.status_code == 200
    assert GIRL in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert GIRL not in client.get(page).text
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.revealed")).one()
    assert (entry.user_id, entry.subject) == (officer.user_id, f"case:{girls_case.id}")
    job = session.scalars(select(OutboxEntry).where(OutboxEntry.job == Job.TELL_REVEAL)).one()
    with transaction() as writer:
        tell_of_reveal(writer, job.payload["entry_id"], now=NOW)
    told = reading().scalars(select(Notice).where(Notice.case_id == girls_case.id)).all()
    assert mission.user_id in {one.user_id for one in told}
    assert not any(GIRL in one.text_vi for one in told)


def test_a_reveal_without_a_reason_is_refused(
    client: FlaskClient, session: Session, officer: Actor, girls_case: CaseHead
) -> None:
    del officer
    sign_in(client, "culanhsu")
    page = f"/ho-so/{girls_case.reference}"
    answer = send(client, f"{page}/xem-du-lieu", page=page, reason="xem")

    assert answer.status_code == 422
    assert GIRL not in answer.text
    assert not session.scalars(select(AuditEntry).where(AuditEntry.action == "case.revealed")).all()


def test_a_child_named_in_a_type_without_a_rule_is_unnamed_and_the_rest_stays(
    client: FlaskClient, mission: Actor, officer: Actor
) -> None:
    del officer
    named = [{"label": GIRL, "birth_year": NOW.year - 15}, {"label": FATHER}]
    with transaction() as writer:
        head = open_case(writer, mission, "fisher_violation", answers=REPORT, pack=None, now=NOW)
        people = settle(
            writer, mission, definition_by_id(writer, head.type_version_id), head.id,
            {"crew": named}, files=NO_FILES, now=NOW,
        )  # fmt: skip
        case = writer.get_one(Case, head.id)
        case.data = {**case.data, **people}
    sign_in(client, "culanhsu")
    page = client.get(f"/ho-so/{head.reference}").text

    assert GIRL not in page
    assert "(đã che)" in page
    assert FATHER in page


# --- the words of notes and reasons ---------------------------------------------------------


def _found_by(session: Session, actor: Actor, word: str) -> int:
    session.rollback()
    return len(queries.search(session, actor, word))


def test_a_reason_of_a_protected_case_finds_it_only_for_those_who_work_on_it(
    session: Session, mission: Actor, officer: Actor, girls_case: CaseHead
) -> None:
    with transaction() as writer:
        correct_facts(
            writer,
            mission,
            girls_case.reference,
            answers={"city": "Kobe", "reason": "Theo lời dì Quàng Thị Khặm"},
            expected_version=girls_case.version,
            pack=None,
            now=NOW,
        )
    assert _found_by(session, mission, "khặm") == 1
    assert _found_by(session, officer, "khặm") == 0
    assert _found_by(session, officer, "kobe") == 1


def test_what_was_noted_before_a_child_was_named_is_closed_when_she_is(
    session: Session, mission: Actor, officer: Actor
) -> None:
    with transaction() as writer:
        head = open_case(writer, mission, "citizen_protection", answers=FACTS, pack=None, now=NOW)
        head = add_note(
            writer, mission, head.reference, kind=EventKind.NOTED, text="Dì là bà Khặm", now=NOW
        )
    assert _found_by(session, officer, "khặm") == 1
    with transaction() as writer:
        named = [{"label": GIRL, "birth_year": NOW.year - 15}]
        correct_facts(
            writer,
            mission,
            head.reference,
            answers={"persons": named, "reason": "Đã rõ tên"},
            expected_version=head.version,
            pack=None,
            now=NOW,
        )
    assert _found_by(session, officer, "khặm") == 0
    assert _found_by(session, mission, "khặm") == 1
    assert _found_by(session, officer, head.reference) == 1


def test_the_command_closes_words_that_lie_open_of_protected_cases(
    app: Flask, session: Session, officer: Actor, girls_case: CaseHead
) -> None:
    with transaction() as writer:
        kept = writer.get_one(CaseText, girls_case.id)
        kept.folded += " khăm quang"
        kept.folded = fold_text(kept.folded)
    assert _found_by(session, officer, "khăm") == 1
    result = app.test_cli_runner().invoke(args=["cases", "close-words"])

    assert " 1 hồ sơ" in result.output, result.output
    assert _found_by(session, officer, "khăm") == 0
    again = app.test_cli_runner().invoke(args=["cases", "close-words"])
    assert " 0 hồ sơ" in again.output
