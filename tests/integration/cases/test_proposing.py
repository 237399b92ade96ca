"""A step that asks for vessels and crew begins with what the lists of the case have verified."""

from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.children.pasting import Pasted
from app.cases.children.proposing import proposed
from app.cases.children.queries import children_of
from app.cases.children.services import Mark, add_children, mark_children, verify_children
from app.cases.children.tying import Entry
from app.cases.heads import CaseHead, definition_of_head
from app.cases.models import Case
from app.database import transaction
from app.permissions import Actor
from app.registers.models import Person
from app.workflow.tracks import Track
from tests.integration.cases.desk import NOW, send, sign_in
from tests.integration.cases.test_children_routes import an_arrest, officer

SINCE = date(2022, 6, 11)
DONE = {"by": "Người thử", "at": "2022-06-12T08:00:00+00:00"}
CHECKED = {"state": "verifying", "done": {"register_checked": DONE, "families_asked": DONE}}
CODES = ("vessels", "crew", "owner", "vessels_verified", "persons_verified", "fishing_gear")


def a_verified_crew(actor: Actor, head: CaseHead) -> None:
    with transaction() as writer:
        lines = [Pasted("Nguyen Van Zung"), Pasted("Trần Bé"), Pasted("Lê Văn Cường")]
        for track, said in ((Track.PERSONS, lines), (Track.VESSELS, [Pasted("BOY 06")])):
            add_children(
                writer, actor, head.reference, track, said, since=SINCE, source="", now=NOW
            )
        crew = children_of(writer, head.id, Track.PERSONS)
        boats = children_of(writer, head.id, Track.VESSELS)
        entry = Entry("Công an xã", is_new=True, name="Nguyễn Văn Dũng")
        for track, ids, found in (
            (Track.PERSONS, [crew[0].id], entry),
            (Track.PERSONS, [crew[1].id, crew[2].id], Entry("Công an xã")),
            (Track.VESSELS, [boats[0].id], Entry("Đồn", verdict="false_plate")),
        ):
            verify_children(writer, actor, head.reference, track, chosen=ids, entry=found, now=NOW)
        gone = Mark("excluded", SINCE, "Ghi nhầm")
        mark_children(
            writer,
            actor,
            head.reference,
            Track.PERSONS,
            chosen=[crew[2].id],
            mark=gone,
            now=NOW,
        )


def test_the_form_begins_with_the_verified_ones_and_their_entries(session: Session) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    a_verified_crew(actor, head)
    session.rollback()
    definition = definition_of_head(session, head)
    fields = [definition.fields[code] for code in CODES]
    found = proposed(session, actor, head, definition, fields)
    known = session.scalars(select(Person)).one()
    assert found == {
        "vessels": [{"label": "BOY 06"}],
        "crew": [{"id": known.id, "label": "Nguyễn Văn Dũng"}, {"label": "Trần Bé"}],
        "vessels_verified": 1,
        "persons_verified": 2,
    }


def test_what_is_left_as_proposed_is_an_answer_and_no_second_person(
    client: FlaskClient, session: Session
) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    with transaction() as writer:
        case = writer.get_one(Case, head.id)
        case.state, case.checklist = "verifying", CHECKED
    a_verified_crew(actor, head)
    sign_in(client, "thuysan")
    session.rollback()
    address = f"/ho-so/{head.reference}/chuyen/confirm_vessel"
    page = client.get(address).text
    assert "Nguyễn Văn Dũng" in page
    said = {
        "vessels": "BOY 06",
        "crew": "Nguyễn Văn Dũng\nTrần Bé",
        "vessels_verified": "1",
        "persons_verified": "2",
        "owner": "Phan Chủ Tàu",
        "number_verdict": "confirmed",
        "version": page.split('name="version" value="')[1].split('"')[0],
    }
    assert send(client, address, **said).status_code == 302
    data = session.get_one(Case, head.id, populate_existing=True).data
    assert [one["label"] for one in data["crew"]] == ["Nguyễn Văn Dũng", "Trần Bé"]
    assert (data["vessels_verified"], data["persons_verified"]) == (1, 2)
    names = session.scalars(select(Person.claimed_name).order_by(Person.id)).all()
    assert sorted(names) == ["Nguyen Van Zung", "Phan Chủ Tàu", "Trần Bé"]


def test_a_case_without_lists_proposes_nothing(session: Session) -> None:
    actor = officer(session)
    head = an_arrest(actor)
    definition = definition_of_head(session, head)
    fields = [definition.fields[code] for code in CODES]
    assert proposed(session, actor, head, definition, fields) == {}
