"""Steps through their forms: what is asked, what is refused where, and two people at once."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.cases import conversation, queries
from app.cases.models import Attachment, EventKind
from app.cases.services import open_case
from app.database import transaction
from app.permissions import SYSTEM_ACTOR, Actor
from tests.integration.cases import desk
from tests.integration.cases.people import INCIDENT
from tests.integration.cases.test_routes_case import PHOTO, PROTECTION, an_incident

STEP = "/ho-so/{}/chuyen/{}"


@pytest.fixture
def incident(session: Session) -> str:
    return an_incident(desk.station(session))


def test_a_step_form_asks_what_the_definition_asks(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    page = client.get(STEP.format(incident, "dispatch")).text
    assert "Sau bước này hồ sơ ở trạng thái:" in page
    assert 'name="nearest_marker"' in page
    assert 'value="20/11/2026 08:30"' in page
    assert 'name="version" value="1"' in page


def test_a_step_moves_the_case(client: FlaskClient, session: Session, incident: str) -> None:
    desk.sign_in(client, "tram")
    answer = desk.send(
        client, STEP.format(incident, "dispatch"), version=1, position="11,62; 105,81"
    )
    assert answer.location == f"/ho-so/{incident}"
    case = desk.case_now(session, SYSTEM_ACTOR, incident)
    assert (case.state, case.lat, case.lon) == ("on_scene", 11.62, 105.81)
    assert case.data["position"]["original"] == "11,62; 105,81"


def test_a_guard_is_said_at_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, incident: str
) -> None:
    desk.sign_in(client, "tram")
    answer = desk.send(
        client, STEP.format(incident, "dispatch"), version=1, place_text="gần suối Đá"
    )
    assert answer.status_code == 422
    assert "Cần mốc gần nhất hoặc tọa độ" in answer.text
    assert "gần suối Đá" in answer.text
    assert 'class="error-summary"' in answer.text


def test_an_unreadable_value_is_said_at_its_field(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    answer = desk.send(
        client,
        STEP.format(incident, "dispatch"),
        version=1,
        occurred_at="hôm qua",
        marker_offset_m="ba trăm",
    )
    assert answer.status_code == 422
    assert "Hãy nhập ngày và giờ" in answer.text
    assert "Hãy nhập một số" in answer.text
    assert 'value="ba trăm"' in answer.text


def test_an_upload_survives_a_refused_try(
    client: FlaskClient, session: Session, incident: str
) -> None:
    _move_to_scene(client, incident)
    path = STEP.format(incident, "settle_on_scene")
    refused = desk.send(client, path, version=2, signed_minutes=(BytesIO(PHOTO), "bien-ban.png"))
    assert refused.status_code == 422
    assert "bien-ban.png" in refused.text
    token = refused.text.split('name="signed_minutes__kept" value="')[1].split('"')[0]
    done = desk.send(
        client, path, version=2, signed_minutes__kept=token, handling_result="Đã nhắc nhở"
    )
    assert done.status_code == 302
    assert desk.case_now(session, SYSTEM_ACTOR, incident).state == "closed"
    assert session.scalars(select(Attachment.file_name)).all() == ["bien-ban.png"]


def _move_to_scene(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    desk.send(client, STEP.format(incident, "dispatch"), version=1, position="11,62; 105,81")


def test_a_made_up_upload_token_brings_nothing(client: FlaskClient, incident: str) -> None:
    _move_to_scene(client, incident)
    answer = desk.send(
        client,
        STEP.format(incident, "settle_on_scene"),
        version=2,
        signed_minutes__kept='[1,"x.png","image/png",1,"00"]',
        handling_result="Xong",
    )
    assert answer.status_code == 422


def test_the_slower_of_two_reads_the_change_and_keeps_his_words(
    client: FlaskClient, session: Session, incident: str
) -> None:
    station = desk.station(session, "tram3")
    desk.sign_in(client, "tram")
    token = desk.token_in(client.get(STEP.format(incident, "dispatch")).text)
    with transaction() as writer:
        conversation.add_note(
            writer,
            station,
            incident,
            kind=EventKind.NOTED,
            text="Chỉ huy đã biết",
            now=desk.NOW + timedelta(minutes=1),
        )
    form = {
        "csrf_token": token,
        "version": 1,
        "position": "11,62; 105,81",
        "place_text": "đồi Tranh",
    }
    answer = client.post(STEP.format(incident, "dispatch"), data=form)
    assert answer.status_code == 409
    assert "Người tram3" in answer.text
    assert "đồi Tranh" in answer.text


def test_a_step_that_is_not_mine_shows_the_reason_and_no_form(
    client: FlaskClient, session: Session
) -> None:
    reference = an_incident(desk.command(session))
    desk.sign_in(client, "chihuy")
    page = client.get(STEP.format(reference, "dispatch")).text
    assert "do Đồn Biên phòng thực hiện" in page
    assert 'name="version"' not in page
    assert "Ai làm được: Đồn Biên phòng." in page
    assert "Sau bước này: Hồ sơ chuyển sang “" in page
    answer = desk.send(client, STEP.format(reference, "dispatch"), page="/ho-so/mo", version=1)
    assert answer.status_code == 422


def test_four_eyes_asks_and_another_person_confirms(client: FlaskClient, session: Session) -> None:
    desk.station(session)
    commander = desk.command(session)
    reference = an_incident(commander)
    desk.sign_in(client, "chihuy")
    path = STEP.format(reference, "reject_report")
    asked = desk.send(client, path, version=1, reason="Báo nhầm người đi rừng")
    assert asked.status_code == 302
    page = client.get(f"/ho-so/{reference}").text
    assert "Chờ người thứ hai xác nhận" in page
    assert "Rút đề nghị" in page
    assert "Xem và xác nhận" not in page
    second = desk.person(session, "chihuy2", "border_command", unit_by_code(session, "BP80"))
    del second
    other = client.application.test_client()
    desk.sign_in(other, "chihuy2")
    assert "Báo nhầm người đi rừng" in other.get(path).text
    assert desk.send(other, path, version=2).status_code == 302
    assert desk.case_now(session, commander, reference).state == "false_report"


def test_a_request_can_be_withdrawn(client: FlaskClient, session: Session) -> None:
    commander = desk.command(session)
    reference = an_incident(commander)
    desk.sign_in(client, "chihuy")
    desk.send(client, STEP.format(reference, "reject_report"), version=1, reason="Báo nhầm")
    answer = desk.send(client, STEP.format(reference, "withdraw"), version=2, reason="Chưa chắc")
    assert answer.status_code == 302
    assert desk.case_now(session, commander, reference).pending is None


def test_global_acts_go_through_the_same_form(client: FlaskClient, session: Session) -> None:
    commander = desk.command(session)
    reference = an_incident(commander)
    desk.sign_in(client, "chihuy")
    path = STEP.format(reference, "transfer")
    wrong = desk.send(client, path, version=1, unit="không có đơn vị này", reason="Đúng địa bàn")
    assert wrong.status_code == 422
    assert "Không tìm thấy" in wrong.text
    done = desk.send(
        client, path, version=1, unit="Cơ quan ngoại vụ tỉnh Tây Ninh", reason="Đúng địa bàn"
    )
    assert done.status_code == 302
    case = desk.case_now(session, SYSTEM_ACTOR, reference)
    assert case.owner_unit_id == commander.unit_id
    page = client.get(f"/ho-so/{reference}").text
    assert "Chờ" in page
    assert "tiếp nhận" in page
    desk.person(session, "ngoaivu", "foreign_affairs_officer", unit_by_code(session, "NV80"))
    desk.sign_in(other := client.application.test_client(), "ngoaivu")
    accepted = desk.send(other, f"/ho-so/{reference}/tiep-nhan", page=f"/ho-so/{reference}")
    assert accepted.status_code == 302
    case = desk.case_now(session, SYSTEM_ACTOR, reference)
    assert case.owner_unit_id == unit_by_code(session, "NV80").id


def test_an_act_without_its_permission_is_forbidden(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    assert client.get(STEP.format(incident, "transfer")).status_code == 403


def test_a_step_that_does_not_exist_is_not_found(client: FlaskClient, incident: str) -> None:
    desk.sign_in(client, "tram")
    assert client.get(STEP.format(incident, "bay_len_trang")).status_code == 404


def test_an_event_is_recorded_and_starts_its_clock(
    client: FlaskClient, session: Session, incident: str
) -> None:
    desk.sign_in(client, "tram")
    path = f"/ho-so/{incident}/su-kien/station_suspension"
    answer = desk.send(client, path, suspension_area="Lối mòn 160/4", version=1)
    assert answer.status_code == 302
    assert "Đồn trưởng tạm dừng hoạt động" in client.get(f"/ho-so/{incident}").text
    case = desk.case_now(session, SYSTEM_ACTOR, incident)
    codes = {clock.code for clock in queries.clocks_of(session, case.id)}
    assert "station_suspension" in codes


def test_a_consul_carries_a_protection_case(client: FlaskClient, session: Session) -> None:
    consul = desk.consul(session)
    reference = a_protection_case(consul)
    desk.sign_in(client, "lanhsu")
    steps = (
        ("triage", {"has_minors": "no", "persons_claimed": "1"}),
        ("take_directly", {"responsible_officer": "Bùi Thanh Sơn"}),
        ("confirm_identity", {"nationality_ground": "passport", "persons_verified": "1"}),
        (
            "record_first_visit",
            {"visited_on": "21/11/2026", "visit_report": "Khỏe.", "family_consent": "granted"},
        ),
    )
    for number, (code, answers) in enumerate(steps, start=1):
        done = desk.send(client, STEP.format(reference, code), version=number, **answers)
        assert done.status_code == 302, done.text
    case = desk.case_now(session, consul, reference)
    assert (case.state, case.data["visited_on"]) == ("assisting", "2026-11-21")


def a_protection_case(actor: Actor) -> str:
    with transaction() as writer:
        head = open_case(
            writer, actor, "citizen_protection", answers=PROTECTION, pack=None, now=desk.NOW
        )
    return head.reference


def test_times_are_read_in_the_zone_of_the_post(client: FlaskClient, session: Session) -> None:
    consul = desk.consul(session)
    reference = a_protection_case(consul)
    desk.sign_in(client, "lanhsu")
    path = STEP.format(reference, "triage")
    assert "noticed_at__zone" in client.get(path).text
    desk.send(client, path, version=1, has_minors="no", noticed_at="21/11/2026 09:00")
    assert desk.case_now(session, consul, reference).data["noticed_at"] == "2026-11-21T09:00+09:00"


def test_the_form_of_a_hidden_fact_shows_nothing_and_keeps_it(
    client: FlaskClient, session: Session
) -> None:
    officer = desk.person(session, "canbo", "consular_officer", unit_by_code(session, "CLS"))
    reference = a_protection_case(officer)
    clerk = desk.commune(session)
    del clerk
    desk.sign_in(client, "canbo")
    answer = desk.send(client, STEP.format(reference, "triage"), version=1, has_minors="yes")
    assert answer.status_code == 302
    assert desk.case_now(session, officer, reference).data["caller_name"] == "Nguyễn Thị Hoa"


def test_clearing_a_fact_empties_it(client: FlaskClient, session: Session) -> None:
    actor = desk.station(session)
    reference = an_incident(actor, marker_offset_m=300)
    desk.sign_in(client, "tram")
    path = STEP.format(reference, "dispatch")
    desk.send(client, path, version=1, position="11,62; 105,81", marker_offset_m="")
    assert desk.case_now(session, actor, reference).data["marker_offset_m"] is None
    assert INCIDENT["persons_count"] == 3
