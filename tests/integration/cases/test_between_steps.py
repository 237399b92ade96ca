"""Groups, conditions, corrections and checklists through the screens and a real database."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import catalogue, queries
from app.cases.correcting import correct_facts, tick_item
from app.cases.finding import find
from app.cases.heads import get_head
from app.cases.models import CaseUnit, EventKind, UnitRole
from app.cases.recording import first_bad_event
from app.cases.services import open_case, perform_transition
from app.cases.text_models import CaseText
from app.database import transaction
from app.errors import Conflict, Invalid, Refused
from app.permissions import SYSTEM_ACTOR, Actor
from app.workflow.definition import load_definition
from tests.integration.cases import desk
from tests.unit.workflow.crew import CREW

TEXT = CREW.replace("station", "border_station").replace("command]", "border_command]")
OPENING = {"title": "Tàu QNg 96372", "kind": "arrest"}
ROWS = [{"name": "Lê Văn Anh", "passport": "C1234567"}, {"name": "Trần Bình", "is_minor": True}]
FORM: dict[str, Any] = {
    "title": "Tàu QNg 96372",
    "kind": "arrest",
    "crew__row": ["-", "n0", "n1"],
    "crew-n0-name": "Lê Văn Anh",
    "crew-n0-passport": "C1234567",
    "crew-n1-name": "Trần Bình",
    "crew-n1-born_on": "12/05/2010",
    "crew-n1-is_minor": "yes",
}


@pytest.fixture
def officer(session: Session) -> Actor:
    """A station officer, once the case type of these tests is published."""
    actor = desk.station(session)
    with transaction() as writer:
        catalogue.publish(writer, SYSTEM_ACTOR, load_definition(TEXT), now=desk.NOW)
    return actor


def a_case(actor: Actor, **answers: object) -> str:
    with transaction() as writer:
        return open_case(
            writer,
            actor,
            "crew_case",
            answers={**OPENING, **answers},
            pack=None,
            now=desk.NOW,
        ).reference


def moved(actor: Actor, reference: str, step: str, **answers: object) -> None:
    with transaction() as writer:
        perform_transition(
            writer,
            actor,
            reference,
            step,
            answers=answers,
            expected_version=get_head(writer, actor, reference).version,
            pack=None,
            now=desk.NOW,
        )


# --- groups on the form ---------------------------------------------------------------------


def test_rows_are_kept_and_what_is_computed_from_them(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    desk.sign_in(client, "tram")
    answer = desk.send(client, "/ho-so/mo/crew_case", **FORM)
    assert answer.status_code == 302, answer.text
    reference = answer.location.split("/")[-1].partition("?")[0]
    case = desk.case_now(session, officer, reference)
    assert case.data["crew"] == [
        {"name": "Lê Văn Anh", "passport": "C1234567"},
        {"name": "Trần Bình", "born_on": "2010-05-12", "is_minor": True},
    ]
    assert (case.data["crew_count"], case.data["minors"]) == (2, 1)
    page = client.get(f"/ho-so/{reference}").text
    assert "<li>Lê Văn Anh, C1234567</li><li>Trần Bình, 12/05/2010, Có</li>" in page
    assert "hệ thống tính" in page


def test_a_row_is_added_and_dropped_without_javascript(client: FlaskClient, officer: Actor) -> None:
    del officer
    desk.sign_in(client, "tram")
    more = desk.send(client, "/ho-so/mo/crew_case", **FORM, crew__add="1")
    assert more.status_code == 200
    assert 'name="crew-n2-name"' in more.text
    assert 'value="Trần Bình"' in more.text
    fewer = desk.send(client, "/ho-so/mo/crew_case", **FORM, crew__drop="n0")
    assert 'name="crew-n0-name"' not in fewer.text
    assert 'value="Trần Bình"' in fewer.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"crew-n0-name": ""}, "Kiểm tra lại các dòng được đánh dấu."),
        ({"crew-n1-born_on": "hôm qua"}, "Hãy nhập ngày dạng dd/mm/yyyy"),
        ({"crew-n1-name": "A", "crew__row": ["n0", "n1", "n2", "n3"]}, "Tối đa 3 dòng."),
    ],
)
def test_what_is_wrong_in_a_row_is_said_there(
    client: FlaskClient, officer: Actor, changed: dict[str, Any], said: str
) -> None:
    del officer
    desk.sign_in(client, "tram")
    more = {"crew-n2-name": "C", "crew-n3-name": "D"} if "crew__row" in changed else {}
    answer = desk.send(client, "/ho-so/mo/crew_case", **{**FORM, **more, **changed})
    assert answer.status_code == 422
    assert said in answer.text


def test_personal_columns_are_masked_and_kept(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    reference = a_case(officer, crew=ROWS)
    blind = desk.commune(session)
    with transaction() as writer:
        head = get_head(writer, officer, reference)
        writer.add(CaseUnit(case_id=head.id, unit_id=blind.unit_id, role=UnitRole.INFORMED))
    desk.sign_in(client, "xa")
    page = client.get(f"/ho-so/{reference}").text
    assert "Lê Văn Anh, •••" in page
    assert "C1234567" not in page


def test_words_of_rows_find_the_case_by_who_may_read_them(session: Session, officer: Actor) -> None:
    reference = a_case(officer, crew=ROWS)
    head = get_head(session, officer, reference)
    words = session.scalars(select(CaseText).where(CaseText.case_id == head.id)).one()
    assert "le van anh" in words.folded
    assert "c1234567" in words.personal
    assert "c1234567" not in words.folded
    assert find(session, officer, "Trần Bình", now=desk.NOW).cases


# --- conditions -----------------------------------------------------------------------------


def test_the_server_tells_what_the_answers_call_for(client: FlaskClient, officer: Actor) -> None:
    del officer
    desk.sign_in(client, "tram")
    token = desk.token_in(client.get("/ho-so/mo/crew_case").text)
    address = "/ho-so/mo/crew_case/dieu-kien"
    told = client.post(address, data={"csrf_token": token, **FORM}).get_json()
    assert told == {"hidden": ["injury_note"], "computed": {"crew_count": "2", "minors": "1"}}
    told = client.post(address, data={"csrf_token": token, **FORM, "injured": "yes"}).get_json()
    assert told["hidden"] == []


def test_an_answer_that_is_not_called_for_is_not_kept(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    desk.sign_in(client, "tram")
    answer = desk.send(client, "/ho-so/mo/crew_case", **FORM, injured="no", injury_note="gãy tay")
    case = desk.case_now(session, officer, answer.location.split("/")[-1].partition("?")[0])
    assert "injury_note" not in case.data
    assert "gãy tay" not in str(queries.events_of(session, case.id)[0].data)


def test_a_field_of_another_role_is_shown_with_the_reason(
    client: FlaskClient, officer: Actor
) -> None:
    del officer
    desk.sign_in(client, "tram")
    page = client.get("/ho-so/mo/crew_case").text
    assert "Bạn không sửa được “Lệ phí”" in page
    assert 'name="fee"' not in page
    refused = desk.send(client, "/ho-so/mo/crew_case", **FORM, fee="5")
    assert refused.status_code == 422


# --- corrections ----------------------------------------------------------------------------


def test_a_correction_keeps_old_and_new_and_the_reason(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    reference = a_case(officer, crew=ROWS)
    desk.sign_in(client, "tram")
    path = f"/ho-so/{reference}/sua"
    assert 'value="Lê Văn Anh"' in client.get(path).text
    form: dict[str, Any] = {
        "title": "Tàu KG 1",
        "crew__row": ["0", "1", "n2"],
        "crew-0-name": "Lê Văn Ánh",
        "crew-0-passport": "C1234567",
        "crew-1-name": "Trần Bình",
        "crew-1-is_minor": "yes",
        "crew-n2-name": "Hồ Cảnh",
        "version": 1,
    }
    refused = desk.send(client, path, **form)
    assert refused.status_code == 422
    assert "phải nêu lý do" in refused.text
    answer = desk.send(client, path, **form, reason="Ghi nhầm tên")
    assert answer.location == f"/ho-so/{reference}"
    case = desk.case_now(session, officer, reference)
    event = queries.events_of(session, case.id)[0]
    assert event.kind == EventKind.CORRECTED
    assert event.text == "Ghi nhầm tên"
    assert event.data["old"]["title"] == "Tàu QNg 96372"
    assert event.data["answers"]["crew_count"] == 3
    assert case.title == "Tàu KG 1"
    assert first_bad_event(session, case.id) is None
    assert "<del>Tàu QNg 96372</del>" in client.get(f"/ho-so/{reference}").text


def test_a_correction_of_an_older_version_conflicts(session: Session, officer: Actor) -> None:
    reference = a_case(officer)
    facts = {"answers": {"title": "B", "reason": "x"}, "pack": None, "now": desk.NOW}
    correct_facts(session, officer, reference, expected_version=1, **facts)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        correct_facts(session, officer, reference, expected_version=1, **facts)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="Chưa sửa mục nào"):
        correct_facts(session, officer, reference, expected_version=2, **facts)  # type: ignore[arg-type]


def test_emptying_a_condition_empties_what_hung_on_it(session: Session, officer: Actor) -> None:
    reference = a_case(officer, injured=True, injury_note="gãy tay")
    head = correct_facts(
        session,
        officer,
        reference,
        answers={"injured": False, "reason": "Tin sai"},
        expected_version=1,
        pack=None,
        now=desk.NOW,
    )
    assert head.data["injury_note"] is None
    assert queries.events_of(session, head.id)[0].data["old"]["injury_note"] == "gãy tay"


# --- checklists -----------------------------------------------------------------------------


def test_a_thing_to_do_holds_the_state_until_it_is_ticked_off(
    client: FlaskClient, session: Session, officer: Actor
) -> None:
    reference = a_case(officer, crew=ROWS[:1])
    moved(officer, reference, "check")
    desk.sign_in(client, "tram")
    page = client.get(f"/ho-so/{reference}/chuyen/finish").text
    assert "Chưa đánh dấu việc “Gọi gia đình”" in page
    assert f'href="/ho-so/{reference}#viec-called"' in page
    assert "Ai làm được:" in page
    why = client.get(f"/ho-so/{reference}").text.partition("Vì sao tôi không làm được?")[2]
    assert f'href="/ho-so/{reference}#viec-called"' in why
    desk.send(client, f"/ho-so/{reference}/viec/called", page=f"/ho-so/{reference}", xong="1")
    case = desk.case_now(session, officer, reference)
    assert queries.events_of(session, case.id)[0].kind == EventKind.CHECKED
    page = client.get(f"/ho-so/{reference}").text
    assert "Đánh dấu đã xong: Gọi gia đình" in page
    moved(officer, reference, "finish")
    head = get_head(session, officer, reference)
    assert (head.state, head.checklist) == ("done", None)


def test_a_tick_can_be_taken_back_and_a_new_state_begins_anew(
    session: Session, officer: Actor
) -> None:
    reference = a_case(officer, crew=ROWS[:1])
    moved(officer, reference, "check")
    head = tick_item(session, officer, reference, "called", is_done=True, now=desk.NOW)
    assert head.done_items()["called"]["name"] == officer.name
    with pytest.raises(Refused):
        tick_item(session, officer, reference, "called", is_done=True, now=desk.NOW)
    head = tick_item(session, officer, reference, "called", is_done=False, now=desk.NOW)
    assert head.done_items() == {}
    assert head.with_columns({"state": "done"}).done_items() == {}
