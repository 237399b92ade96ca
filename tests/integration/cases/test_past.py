"""The queue of a past day: states from events, the provinces of that day, today's rights."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.past import states_at
from app.cases.services import open_case, perform_transition
from app.database import transaction
from app.permissions import Actor
from tests.integration.cases import desk
from tests.integration.cases.people import INCIDENT

OPENED = datetime(2025, 6, 20, 2, 0, tzinfo=UTC)


def text_of(page: str) -> str:
    body = page[page.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def an_old_incident(actor: Actor, *, at: datetime = OPENED) -> str:
    """Opened on 20/06/2025 in Tây Ninh, dispatched two days later."""
    with transaction() as writer:
        head = open_case(
            writer, actor, "border_incident", answers=dict(INCIDENT), pack=None, now=at
        )
        perform_transition(
            writer,
            actor,
            head.reference,
            "dispatch",
            answers={"position": {"lat": 11.2, "lon": 106.1, "original": "11,2; 106,1"}},
            expected_version=1,
            pack=None,
            now=at + timedelta(days=2),
        )
        writer.execute(
            update(Case).where(Case.id == head.id).values(province_code="80", lat=11.2, lon=106.1)
        )
    return head.reference


def test_a_case_shows_the_state_that_its_events_had_given_it_by_then(
    client: FlaskClient, session: Session
) -> None:
    reference = an_old_incident(desk.station(session))
    desk.sign_in(client, "tram")
    before = text_of(client.get("/ho-so?ngay=2025-06-21").text)
    after = text_of(client.get("/ho-so?ngay=2025-06-23").text)
    assert "Hồ sơ như vào ngày 21/06/2025" in before
    assert reference in before
    assert "Phát hiện, ghi nhận 20/06/2025" in before
    assert "Phát hiện, ghi nhận 22/06/2025" not in after
    assert re.search(r"22/06/2025 20/06/2025", after)
    assert reference not in text_of(client.get("/ho-so?ngay=2025-06-19").text)


def test_totals_are_equal_over_the_change_of_the_provinces(
    client: FlaskClient, session: Session
) -> None:
    an_old_incident(desk.station(session))
    desk.sign_in(client, "tram")
    then = text_of(client.get("/ho-so?ngay=2025-06-30").text)
    now = text_of(client.get("/ho-so?ngay=2025-07-01").text)
    assert "1 hồ sơ, 63 đơn vị hành chính cấp tỉnh ngày 30/06/2025" in then
    assert "1 hồ sơ, 34 đơn vị hành chính cấp tỉnh ngày 01/07/2025" in now


def test_a_closed_case_is_open_on_the_days_before(client: FlaskClient, session: Session) -> None:
    reference = an_old_incident(desk.station(session))
    with transaction() as writer:
        writer.execute(
            update(Case)
            .where(Case.reference == reference)
            .values(is_open=False, closed_at=OPENED + timedelta(days=30), closed_from="on_scene")
        )
    desk.sign_in(client, "tram")
    assert reference in client.get("/ho-so?ngay=2025-07-10").text
    assert reference not in text_of(client.get("/ho-so?ngay=2025-07-25").text)
    assert reference in client.get("/ho-so?ngay=2025-07-25&nhom=tat-ca").text


@pytest.mark.parametrize(
    "address", ["/ho-so?ngay=2025-06-23&nhom=tat-ca", "/ho-so?ngay=2025-06-23"]
)
def test_a_past_day_opens_nothing_outside_the_area(
    client: FlaskClient, session: Session, address: str
) -> None:
    reference = an_old_incident(desk.station(session))
    desk.consul(session)
    desk.sign_in(client, "lanhsu")
    page = client.get(address)
    assert page.status_code == 200
    assert reference not in page.text


def test_the_pages_of_a_day_go_on_where_the_last_one_ended(
    client: FlaskClient, session: Session
) -> None:
    actor = desk.station(session)
    references = set()
    with transaction() as writer:
        for minute in range(53):
            moment = OPENED + timedelta(minutes=minute)
            head = open_case(
                writer, actor, "border_incident", answers=dict(INCIDENT), pack=None, now=moment
            )
            references.add(head.reference)
    desk.sign_in(client, "tram")
    first = client.get("/ho-so?ngay=2025-06-23").text
    following = re.search(r'href="([^"]+)"[^>]*>\s*Trang sau|rel="next" href="([^"]+)"', first)
    assert following is not None
    second = client.get(unescape(following.group(1) or following.group(2))).text
    found = re.findall(r'class="reference">([^<]+)<', first + second)
    assert sorted(found) == sorted(references)


def test_a_day_that_cannot_be_read_shows_today_and_says_so(
    client: FlaskClient, session: Session
) -> None:
    desk.station(session)
    desk.sign_in(client, "tram")
    assert "Ngày trên địa chỉ không đọc được" in text_of(client.get("/ho-so?ngay=mai").text)


def test_no_event_by_then_is_no_state(session: Session) -> None:
    assert states_at(session, [1, 2], OPENED) == {}
