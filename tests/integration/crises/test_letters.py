"""One letter for many people of an event, and the event on the pages of case and person."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.crises import opening
from app.crises.models import CaseRun, Participant
from app.documents.models import Paper
from tests.integration.cases.desk import token_in
from tests.integration.crises.scene import NOW
from tests.integration.crises.test_routes import begun

SAID = {"addressee": "Sở Ngoại vụ", "abstract": "phối hợp", "body": "Hồ sơ {so}.", "place": "Tokyo"}


def with_cases(client: FlaskClient, session: Session, chosen: str) -> int:
    """The event of the mission, with cases for the people of one filter."""
    event_id = begun(client, session)
    page = client.get(f"/su-kien/{event_id}?{chosen}").text
    client.post(f"/su-kien/{event_id}/ho-so?{chosen}", data={"csrf_token": token_in(page)})
    session.rollback()
    run = session.scalars(select(CaseRun)).one().id
    session.rollback()
    opening.carry_on(run, pack=None, now=NOW)
    return event_id


def test_each_case_of_the_filter_gets_the_letter_and_the_rest_are_counted(
    client: FlaskClient, session: Session
) -> None:
    event_id = with_cases(client, session, "tinh=96")
    answer = client.get(f"/su-kien/{event_id}/thu?van-ban=cong_van")
    address = answer.headers["Location"]
    assert address == f"/su-kien/{event_id}/thu/cong_van"
    page = client.get(address).text
    assert "Soạn 2 văn bản" in page
    assert "2 trong 4 người chưa có hồ sơ" in page
    answer = client.post(address, data={"csrf_token": token_in(page), **SAID})
    papers = session.scalars(select(Paper)).all()
    cases = set(session.scalars(select(Participant.case_id).where(Participant.case_id > 0)))
    assert {one.case_id for one in papers} == cases
    assert answer.headers["Location"] == f"/van-ban/dot/{papers[0].batch}"
    batch = client.get(answer.headers["Location"]).text
    assert "2 trong 4 người" in batch
    references = session.scalars(select(Case.reference).where(Case.id.in_(cases))).all()
    assert all(f"{reference} – " in batch for reference in references)


def test_the_filter_stays_with_the_letter_and_nobody_with_a_case_means_no_letter(
    client: FlaskClient, session: Session
) -> None:
    event_id = with_cases(client, session, "tinh=96")
    answer = client.get(f"/su-kien/{event_id}/thu?tinh=33&van-ban=cong_van")
    address = answer.headers["Location"]
    assert address == f"/su-kien/{event_id}/thu/cong_van?tinh=33"
    assert "Chưa ai trong số này có hồ sơ" in client.get(address).text
    token = token_in(client.get(f"/su-kien/{event_id}").text)
    refused = client.post(address, data={"csrf_token": token, **SAID})
    assert refused.status_code >= 400
    assert session.scalars(select(Paper)).all() == []
    assert client.get(f"/su-kien/{event_id}/thu/bien_ban").status_code == 404


def test_the_pages_of_the_case_and_of_the_person_lead_to_the_event(
    client: FlaskClient, session: Session
) -> None:
    event_id = with_cases(client, session, "tinh=33")
    one = session.scalars(select(Participant).where(Participant.case_id > 0)).one()
    link = f'href="/su-kien/{event_id}/nguoi/{one.id}"'
    case = session.get_one(Case, one.case_id)
    for address in (f"/ho-so/{case.reference}", f"/so-dang-ky/nguoi/{one.person_id}"):
        page = client.get(address).text
        assert link in page
        assert "Sơ tán thử" in page
