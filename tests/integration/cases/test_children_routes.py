"""The pages of the lists: entered by pasting, marked together, masked, kept from strangers."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.cases.children.pasting import duty_of, read_lines
from app.cases.children.queries import children_of
from app.cases.effects import set_unit_role
from app.cases.heads import CaseHead, get_head
from app.cases.models import UnitRole
from app.cases.services import open_case
from app.database import transaction
from app.permissions import Actor
from app.workflow.tracks import Track
from tests.integration.cases.desk import NOW, commune, person, send, sign_in, unit
from tests.integration.cases.fishers import ARREST
from tests.integration.cases.people import a_unit

LIST = "1. Nguyễn Văn An; thuyền trưởng; 45\n2) Trần Bé; 16 tuổi\n\nLê Văn Cường, thuyền viên\n"


def officer(session: Session) -> Actor:
    home = unit("TS91", UnitKind.FISHERIES_OFFICE, province_code="91")
    return person(session, "thuysan", "fisheries_officer", home)


def unit_in(session: Session, code: str, name: str) -> Unit:
    unit = a_unit(session, code, kind=UnitKind.PROVINCE, province_code=code)
    unit.name = name
    return unit


def an_arrest(actor: Actor) -> CaseHead:
    with transaction() as writer:
        return open_case(writer, actor, "fisher_violation", answers=ARREST, pack=None, now=NOW)


def test_a_pasted_list_is_read_line_by_line() -> None:
    found = read_lines(LIST)
    assert [one.label for one in found] == ["Nguyễn Văn An", "Trần Bé", "Lê Văn Cường"]
    assert [dict(one.facts) for one in found] == [
        {"duty": "skipper", "age": 45},
        {"age": 16},
        {"duty": "fisher"},
    ]


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("1\tNguyễn Văn An\tMáy trưởng\t1990", "Nguyễn Văn An"),
        ("QNa-95005-TS", "QNa-95005-TS"),
        ("  12.  Lê   Văn  B  ", "Lê Văn B"),
        ("KG 93702 TS | bị giữ", "KG 93702 TS"),
    ],
)
def test_numbering_and_columns_do_not_become_part_of_a_name(typed: str, label: str) -> None:
    assert read_lines(typed)[0].label == label


def test_a_duty_is_known_with_and_without_its_marks() -> None:
    assert duty_of("Thuyền trưởng") == duty_of("thuyen truong") == duty_of("skipper") == "skipper"
    assert duty_of("thợ lặn") == ""


def test_a_list_is_pasted_then_marked_in_two_forms(client: FlaskClient, session: Session) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    sent = send(client, f"{home}/them", lines=LIST, since="11/06/2022", source="Điện")
    assert sent.status_code == 302
    page = client.get(home).text
    assert all(name in page for name in ("Nguyễn Văn An", "Trần Bé", "Lê Văn Cường"))
    crew = children_of(session, head.id, Track.PERSONS)
    marked = send(
        client,
        f"{home}/ket-cuc",
        page=home,
        chosen=[str(crew[0].id), str(crew[2].id)],
        **{
            "mark-status": "released",
            "mark-since": "14/07/2022",
            "mark-whom": "chosen",
            "mark-note": "Ốm",
        },
    )
    assert marked.status_code == 302
    session.rollback()
    crew = children_of(session, head.id, Track.PERSONS)
    assert [(one.status, one.since) for one in crew] == [
        ("released", date(2022, 7, 14)),
        ("claimed", date(2022, 6, 11)),
        ("released", date(2022, 7, 14)),
    ]
    case = client.get(f"/ho-so/{head.reference}").text
    assert "2 được thả" in case
    assert "2 người: Được thả, từ 14/07/2022" in case


def test_court_and_sentence_are_written_beside_the_chosen_ones(
    client: FlaskClient, session: Session
) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    send(client, f"{home}/them", lines=LIST, since="11/06/2022")
    crew = children_of(session, head.id, Track.PERSONS)
    said = {"mark-status": "accused", "mark-since": "30/08/2022", "mark-whom": "chosen"}
    court = {"mark-court": "Tòa án sở tại", "mark-sentence": "Phạt tiền"}
    sent = send(client, f"{home}/ket-cuc", page=home, chosen=[str(crew[0].id)], **said, **court)
    assert sent.status_code == 302
    session.rollback()
    first, second, *_rest = children_of(session, head.id, Track.PERSONS)
    assert (first.facts["court"], first.facts["sentence"]) == ("Tòa án sở tại", "Phạt tiền")
    assert first.since == date(2022, 8, 30)
    assert "court" not in second.facts


def test_all_of_one_status_are_marked_without_ticking_any(
    client: FlaskClient, session: Session
) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    send(client, f"{home}/them", lines=LIST, since="11/06/2022")
    said = {"mark-status": "home", "mark-since": "22/09/2022", "mark-whom": "open"}
    assert send(client, f"{home}/ket-cuc", page=home, **said).status_code == 302
    session.rollback()
    assert get_head(session, actor, head.reference).open_children is None


def test_nothing_chosen_is_said_and_nothing_is_written(
    client: FlaskClient, session: Session
) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    send(client, f"{home}/them", lines=LIST, since="11/06/2022")
    said = {"mark-status": "home", "mark-since": "22/09/2022", "mark-whom": "chosen"}
    answer = send(client, f"{home}/ket-cuc", page=home, **said)
    assert answer.status_code == 422
    assert "Chưa chọn dòng nào." in answer.text


def test_one_man_is_amended_and_tied_to_a_new_entry_of_the_register(
    client: FlaskClient, session: Session
) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    send(client, f"{home}/them", lines="Nguyễn Văn An", since="11/06/2022")
    man = children_of(session, head.id, Track.PERSONS)[0]
    own = f"{home}/{man.id}"
    facts = {"child-duty": "skipper", "child-age": "45", "child-court": "Tòa án Kota Bharu"}
    assert send(client, f"{own}/sua", page=own, **facts).status_code == 302
    tie = {"tie-entry": "new", "tie-confirmed_by": "Công an xã", "tie-province": "91"}
    assert send(client, f"{own}/so", page=own, **tie).status_code == 302
    page = client.get(own).text
    assert "Tòa án Kota Bharu" in page
    assert "Xác minh tàu, người: Công an xã" in page
    session.rollback()
    assert children_of(session, head.id)[0].person_id is not None


def test_a_stranger_finds_no_list_and_no_man(client: FlaskClient, session: Session) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    send(client, f"{home}/them", lines="Nguyễn Văn An", since="11/06/2022")
    man = children_of(session, head.id, Track.PERSONS)[0]
    far = unit("TS04", UnitKind.FISHERIES_OFFICE, province_code="04")
    person(session, "xaxoi", "fisheries_officer", far)
    other = client.application.test_client()
    sign_in(other, "xaxoi")
    for path in (home, f"{home}/them", f"{home}/{man.id}"):
        assert other.get(path).status_code == 404


def test_names_are_masked_for_who_may_not_read_personal_data(
    client: FlaskClient, session: Session
) -> None:
    actor = commune(session)
    head = an_arrest(officer(session))
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    send(client, f"{home}/them", lines="Nguyễn Văn An", since="11/06/2022")
    with transaction() as writer:
        set_unit_role(writer, head.id, actor.unit_id, UnitRole.PARTICIPANT)
    other = client.application.test_client()
    sign_in(other, "xa")
    for path in (home, f"/ho-so/{head.reference}"):
        page = other.get(path)
        assert page.status_code == 200
        assert "Nguyễn Văn An" not in page.text
        assert "Người thứ 1 (đã che)" in page.text


def test_whoever_is_left_out_is_named(client: FlaskClient, session: Session) -> None:
    head = an_arrest(officer(session))
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    typed = "Nguyễn Văn Hùng; 27\nNguyễn Văn Hưng; 30\nNguyen Van Hung; 27"
    send(client, f"{home}/them", lines=typed, since="11/06/2022")
    page = client.get(home).text
    assert "Đã thêm 2 dòng." in page
    assert "không thêm lại: Nguyen Van Hung." in page


def test_only_provinces_of_today_are_offered(client: FlaskClient, session: Session) -> None:
    head = an_arrest(officer(session))
    with transaction() as writer:
        gone = unit_in(writer, "89", "Tỉnh An Giang")
        gone.valid_to = date(2025, 6, 30)
        unit_in(writer, "91", "Tỉnh An Giang")
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    send(client, f"{home}/them", lines=LIST, since="11/06/2022")
    man = children_of(session, head.id, Track.PERSONS)[0]
    form = client.get(f"{home}/{man.id}").text
    assert 'value="91"' in form
    assert 'value="89"' not in form


def test_searching_the_register_writes_nothing(client: FlaskClient, session: Session) -> None:
    head = an_arrest(officer(session))
    sign_in(client, "thuysan")
    home = f"/ho-so/{head.reference}/theo-doi/nguoi"
    send(client, f"{home}/them", lines=LIST, since="11/06/2022")
    man = children_of(session, head.id, Track.PERSONS)[0]
    asked = {"tie-sought": "Lê Quang Vinh", "search": "1"}
    shown = send(client, f"{home}/{man.id}/so", page=f"{home}/{man.id}", **asked)
    assert shown.status_code == 200
    assert "Lê Quang Vinh" in shown.text
    session.rollback()
    assert children_of(session, head.id, Track.PERSONS)[0].is_verified is False
