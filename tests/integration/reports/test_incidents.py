"""The page of fisher incidents: figures as known on a day, their cases, and only those in scope."""

from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import AuditEntry
from app.cases.children.pasting import Pasted
from app.cases.children.queries import children_of
from app.cases.children.services import add_children, verify_children
from app.cases.children.tying import Entry
from app.database import transaction
from app.reports.incident_pages import Asked, incident_page
from app.reports.incident_rules import Triple
from app.workflow.tracks import Track
from tests.integration.cases.desk import NOW, sign_in
from tests.integration.cases.test_children_routes import an_arrest, officer

PERIOD = Asked(date(2022, 1, 1), date(2022, 12, 31), known_on=NOW.date() + timedelta(days=1))


def test_a_later_verification_is_an_adjustment_and_the_issued_figure_stays(
    session: Session,
) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    later = NOW + timedelta(days=10)
    with transaction() as writer:
        add_children(
            writer,
            actor,
            head.reference,
            Track.PERSONS,
            [Pasted(f"Nguyễn Văn {number}") for number in range(40)],
            since=date(2022, 6, 11),
            source="Điện",
            now=later,
        )
        crew = children_of(writer, head.id, Track.PERSONS)
        verify_children(
            writer,
            actor,
            head.reference,
            Track.PERSONS,
            chosen=[child.id for child in crew],
            entry=Entry("Công an tỉnh"),
            now=later,
        )
    session.rollback()
    issued = incident_page(session, actor, PERIOD)
    assert issued.now.best == Triple(1, 1, 42)
    asked = Asked(
        PERIOD.first,
        PERIOD.last,
        known_on=later.date() + timedelta(days=1),
        issued_on=PERIOD.known_on,
    )
    page = incident_page(session, actor, asked)
    assert page.now.verified == Triple(1, 0, 40)
    assert page.now.best == Triple(1, 1, 40)
    assert page.adjustment == Triple(0, 0, -2)
    assert [bucket.name for bucket in page.provinces] == ["Chưa xác định"]
    assert [one.reference for one in page.incidents] == [head.reference]


def test_the_page_shows_the_table_and_a_stranger_counts_nothing(
    client: FlaskClient, session: Session
) -> None:
    head = an_arrest(officer(session))
    sign_in(client, "thuysan")
    address = "/thong-ke/ngu-dan?tu=01/01/2022&den=31/12/2022"
    page = client.get(address).text
    assert "1 vụ/1 tàu/42 ngư dân" in page
    assert "Malaysia" in page
    assert "cùng kỳ không có vụ nào" in page
    assert head.reference in page
    assert head.reference not in client.get(f"{address}&nuoc=ID").text


def test_the_cases_go_out_as_a_file_in_their_scope(client: FlaskClient, session: Session) -> None:
    head = an_arrest(officer(session))
    sign_in(client, "thuysan")
    asked = "tu=01/01/2022&den=31/12/2022"
    page = client.get(f"/thong-ke/ngu-dan?{asked}").text
    assert "/thong-ke/ngu-dan/tep?" in page
    table = client.get(f"/thong-ke/ngu-dan/tep?{asked}&dang=csv")
    lines = table.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert head.reference in lines[1]
    assert "Malaysia" in lines[1]
    assert "42" in lines[1]
    assert session.scalars(
        select(AuditEntry.subject).where(AuditEntry.action == "incident.exported")
    ).all() == ["incidents:1"]
    sheet = client.get(f"/thong-ke/ngu-dan/tep?{asked}")
    assert sheet.data.startswith(b"PK")
    empty = client.get("/thong-ke/ngu-dan/tep?tu=01/01/2020&den=31/12/2020&dang=csv")
    assert head.reference not in empty.get_data(as_text=True)
