"""The pages of persons and vessels: what is written there, decided there, and where it leads."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.cases.conversation import link_entry
from app.cases.services import open_case
from app.database import reading, transaction
from app.permissions import Actor
from app.registers.models import Person, Vessel
from app.registers.person_facts import consent_in_force
from app.registers.vessel_facts import SaidOfVessel, note_vessel_fact
from tests.integration.cases.desk import person as a_user
from tests.integration.cases.desk import sign_in, token_in
from tests.integration.cases.people import INCIDENT, a_unit
from tests.integration.registers.factories import MINISTRY, NOW, add_person, add_vessel

BOOK = "/so-dang-ky"


@pytest.fixture
def consul(session: Session) -> Actor:
    unit = session.scalars(select(Unit).where(Unit.code == "CLS")).one()
    return a_user(session, "lan.su", "consular_officer", unit)


@pytest.fixture
def desk(app: Flask, consul: Actor) -> FlaskClient:
    del consul
    client = app.test_client()
    sign_in(client, "lan.su")
    return client


def send(desk: FlaskClient, page: str, address: str, **typed: str) -> str:
    token = token_in(desk.get(page).text)
    answer = desk.post(address, data={"csrf_token": token, **typed}, follow_redirects=True)
    return answer.get_data(as_text=True)


def test_look_alikes_are_compared_merged_and_parted_from_their_page(desk: FlaskClient) -> None:
    with transaction() as session:
        one = add_person(session, "Lê Văn Dũng", birth_year=1990)
        other = add_person(session, "LE WAN DUNG", birth_year=1990)
    here, twins = f"{BOOK}/nguoi/{one.id}", f"{BOOK}/nguoi/{one.id}/trung"
    assert "1 người có thể trùng" in desk.get(here).text
    assert "LE WAN DUNG" in desk.get(twins).text

    merged = send(desk, twins, f"{here}/gop", other=str(other.id), reason="Cùng số hộ chiếu")

    assert "Đã gộp" in merged
    assert desk.get(f"{BOOK}/nguoi/{other.id}").location == here
    parted = send(desk, here, f"{here}/tach/1", reason="Ghi nhầm hai người")
    assert "Đã tách lại" in parted
    assert desk.get(f"{BOOK}/nguoi/{other.id}").status_code == 200


def test_the_country_of_a_person_is_chosen_and_shown_by_its_name(desk: FlaskClient) -> None:
    new = f"{BOOK}/nguoi/moi"
    refused = send(desk, new, new, claimed_name="Lê Thị Hoa", country_code="QQ")
    assert "Hãy chọn trong danh sách." in refused

    send(desk, new, new, claimed_name="Lê Thị Hoa", country_code="MY")

    assert "Malaysia" in desk.get(f"{BOOK}/nguoi").text
    assert "Malaysia" in desk.get(f"{BOOK}/nguoi/xuat?dang=csv").get_data().decode("utf-8-sig")


def test_two_look_alikes_are_compared_as_their_score_was_made(desk: FlaskClient) -> None:
    new = f"{BOOK}/nguoi/moi"
    paper = {"id_kind": "passport", "birth_year": "1990"}
    send(desk, new, new, claimed_name="Nguyễn Văn Dũng", id_number="C 1234567", **paper)
    send(desk, new, new, claimed_name="DUNG VAN NGUYEN", id_number="C1234567", **paper)
    with transaction() as session:
        one = session.scalars(select(Person).where(Person.claimed_name == "Nguyễn Văn Dũng")).one()

    page = desk.get(f"{BOOK}/nguoi/{one.id}/trung").text

    table = page[page.index("<tbody") :]
    assert table.count(">giống<") == 3  # name, year and paper, whatever order or spaces
    assert ">khác<" not in table
    assert "C1•••••67" in table


def test_merging_without_grounds_changes_nothing(desk: FlaskClient) -> None:
    with transaction() as session:
        one, other = (add_person(session, name) for name in ("Lê Dũng", "LE DUNG"))
    here = f"{BOOK}/nguoi/{one.id}"

    said = send(desk, here, f"{here}/gop", other=str(other.id), reason="")

    assert "căn cứ" in said
    assert reading().get_one(Person, other.id).merged_into_id is None


def test_names_papers_and_consent_are_written_from_their_forms(desk: FlaskClient) -> None:
    with transaction() as session:
        one = add_person(session, "Lê Văn Dũng")
    here = f"{BOOK}/nguoi/{one.id}"
    name, paper, consent = (f"{here}/{part}/moi" for part in ("ten", "giay-to", "dong-y"))

    named = send(desk, name, name, kind="foreign", name="LE WAN DUNG", source="Danh sách Thái Lan")
    carried = send(desk, paper, paper, kind="passport", number="C1234567", issuer="Cục QLXNC")
    said = {"about": "family", "decision": "refused", "how": "Qua điện thoại"}
    decided = send(desk, consent, consent, decided_on="02/11/2026", **said)

    assert "Danh sách Thái Lan" in named
    assert "C1•••••67" in carried
    assert "C1234567" not in carried
    assert "bị chặn" in decided
    refusal = consent_in_force(reading(), [one.id])
    assert refusal is not None
    assert refusal.decision == "refused"


def test_cases_of_a_person_carry_an_outcome_each(
    desk: FlaskClient, consul: Actor, session: Session
) -> None:
    with transaction() as writer:
        station = a_unit(writer, "DBP91", province_code="91")
    officer = a_user(session, "don", "border_station", station)
    with transaction() as writer:
        one = add_person(writer, "Lê Văn Dũng")
        head = open_case(writer, officer, "border_incident", answers=INCIDENT, pack=None, now=NOW)
        link_entry(writer, consul, head.reference, target="person", entry_id=one.id, now=NOW)
    here = f"{BOOK}/nguoi/{one.id}"
    form = f"{here}/ket-qua/moi"

    page = send(desk, form, form, case=str(head.id), outcome="returned", since="02/11/2026")

    assert head.reference in page
    assert "Đã về nước" in page


# --- vessels --------------------------------------------------------------------------------


def test_verdict_and_owner_are_kept_with_day_and_source(desk: FlaskClient) -> None:
    with transaction() as session:
        vessel = add_vessel(session, "KG. 91234 TS", owner_name="Trần Văn Sáu")
    here = f"{BOOK}/tau/{vessel.id}"
    form = f"{here}/du-kien/moi"
    typed = {"said_on": "02/11/2026", "source": "Chi cục Thủy sản An Giang"}

    send(desk, form, form, field="verdict", verdict="false_plate", **typed)
    page = send(desk, form, form, field="owner", value="Lê Văn Bảy", **typed)

    assert "Biển số giả" in page
    assert "Lê Văn Bảy" in page
    assert "Kiên Giang" in page  # whose letters they are
    reading().expire_all()
    found = reading().get_one(Vessel, vessel.id)
    assert (found.canonical, found.verdict, found.owner_name) == (
        "KG-91234-TS", "false_plate", "Lê Văn Bảy",
    )  # fmt: skip


@pytest.mark.usefixtures("app")
def test_right_number_replaces_the_misread_one_which_stays_findable() -> None:
    with transaction() as session:
        vessel = add_vessel(session, "QNg 9637 TS")
        said = SaidOfVessel("number", "QNg-96372-TS", date(2026, 11, 2), "Công văn 12")
        note_vessel_fact(session, MINISTRY, vessel, said, now=NOW)

    assert (vessel.raw_number, vessel.canonical) == ("QNg 9637 TS", "QNg-96372-TS")
