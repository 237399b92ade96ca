"""The pages of migration, of the lab and of the tests: by an administrator, and by nobody else."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import queries
from app.permissions import Actor
from tests.integration.cases.desk import person, send, sign_in, station
from tests.integration.designer.matters import (
    CODE,
    FIRST,
    a_matter,
    case_of,
    first,
    officer,
    publish_type,
    second,
    step,
)

MIGRATE = f"/quan-tri/quy-trinh/{CODE}/chuyen-phien-ban"
LAB = f"/quan-tri/quy-trinh/{CODE}/thu-nghiem"
TESTS = f"/quan-tri/quy-trinh/{CODE}/kiem-thu"
ANSWERS = {
    "tu": "1", "sang": "2", "state.review": "study", "field.letter": "paper",
    "option.kind.plain": "normal", "clocks": "now",
}  # fmt: skip


def administrator(session: Session, client: FlaskClient) -> None:
    person(session, "quantri", "administrator", queries.unit_by_code(session, "BNG"))
    sign_in(client, "quantri")


def prepared(session: Session) -> Actor:
    publish_type(first())
    return officer(session)


def test_an_administrator_maps_tries_moves_and_undoes(
    session: Session, client: FlaskClient
) -> None:
    head = step(prepared(session), a_matter(officer(session)), "look")
    publish_type(second())
    administrator(session, client)
    page = client.get(MIGRATE).text
    assert "Đang xem xét" in page
    assert '<option value="paper" selected>' in page  # an equal name is proposed
    answer = send(client, MIGRATE, **ANSWERS)
    result = client.get(answer.location).text
    assert "Nội dung có thay đổi" in result
    assert head.reference in result
    assert "Xin xác minh" not in result  # an administrator reads no case
    assert case_of(head).state == "review"
    ran = send(client, f"{answer.location}/chuyen", page=answer.location)
    assert ran.status_code == 302
    assert "Đang chuyển" in client.get(answer.location).text


def test_a_map_that_does_not_fit_is_said_beside_its_question(
    session: Session, client: FlaskClient
) -> None:
    a_matter(prepared(session))
    publish_type(second())
    administrator(session, client)
    answer = send(client, MIGRATE, **{**ANSWERS, "state.review": "done"})
    assert answer.status_code == 422
    assert "không chuyển hồ sơ đang mở sang trạng thái kết thúc" in answer.text


def test_a_pasted_draft_is_replayed_and_its_figures_open(
    session: Session, client: FlaskClient
) -> None:
    head = step(prepared(session), a_matter(officer(session)), "look")
    administrator(session, client)
    assert send(client, LAB, thang="6").status_code == 422
    assert "dòng" in send(client, LAB, thang="6", yaml=": [").text
    looked = "code: look, from: [received], to: review, roles: [border_%s]"
    changed = FIRST.replace(looked % "station", looked % "command")
    answer = send(client, LAB, thang="6", yaml=changed)
    result = client.get(answer.location).text
    assert "Xem xét: " in result
    cases = client.get(f"{answer.location}/ho-so/refused").text
    assert head.reference in cases
    assert "Xin xác minh" not in cases
    assert client.get(f"{answer.location}/ho-so/khong-co").status_code == 404


def test_tests_are_written_run_and_refused_with_their_faults(
    session: Session, client: FlaskClient
) -> None:
    prepared(session)
    administrator(session, client)
    assert "Chưa có kiểm thử" in client.get(TESTS).text
    text = (
        "type: matter\nactors: {an: {roles: [border_station]}}\ntests:\n"
        "  - {name: Xem được, case: {state: received}, by: an, step: look}\n"
        "  - {name: Không xem được, case: {state: received}, by: an, step: look, may: false}\n"
    )
    assert send(client, TESTS, yaml=text).status_code == 302
    page = client.get(TESTS).text
    assert "1 trong 2 kiểm thử không đạt" in page
    assert "mong đợi bị từ chối, thực tế được làm" in page
    wrong = send(client, TESTS, yaml=text.replace("by: an", "by: zzz"))
    assert wrong.status_code == 422
    assert "tests[0].by" in wrong.text


def test_nobody_else_comes_in(session: Session, client: FlaskClient) -> None:
    prepared(session)
    station(session)
    sign_in(client, "tram")
    for path in (MIGRATE, LAB, TESTS):
        assert client.get(path).status_code == 403
