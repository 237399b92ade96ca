"""Two files of one incident become one: the lists come together, and both chains tell it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.children import pages
from app.cases.children.models import CaseChild
from app.cases.children.pasting import Pasted
from app.cases.children.queries import children_of
from app.cases.children.services import Mark, add_children, verify_children
from app.cases.children.tying import Entry
from app.cases.heads import CaseHead, get_head
from app.cases.models import CaseEvent, CaseLink, EventKind
from app.cases.recording import first_bad_event
from app.permissions import Actor
from app.registers.entry_services import record_person
from app.reports.incident_rules import Told, counted
from app.workflow.tracks import Track
from tests.integration.cases.fishers import ARRESTED, a_crew, an_arrest, fisheries, mark, step
from tests.integration.cases.people import NOW


def add(session: Session, actor: Actor, head: CaseHead, track: Track, *labels: str) -> CaseChild:
    lines = [Pasted(label) for label in labels]
    reference = head.reference
    add_children(session, actor, reference, track, lines, since=ARRESTED, source="", now=NOW)
    return children_of(session, head.id, track)[0]


def merge(session: Session, actor: Actor, merged: CaseHead, kept: CaseHead) -> None:
    said = {"other_case": kept.reference, "reason": "Cùng một vụ"}
    step(session, actor, merged.reference, "merge", **said)
    session.flush()


def merger(session: Session, case_id: int) -> CaseEvent:
    asked = select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.kind == "merged")
    return session.scalars(asked).one()


def as_told(session: Session, case_id: int) -> list[Told]:
    asked = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
    return [
        Told(EventKind(event.kind), event.at, event.data, event.to_state)
        for event in session.scalars(asked)
    ]


def test_the_kept_file_has_the_men_of_both_and_no_man_twice(session: Session) -> None:
    actor = fisheries(session)
    kept, merged = an_arrest(session, actor), an_arrest(session, actor)
    a_crew(session, actor, kept.reference, 3)
    crew = a_crew(session, actor, merged.reference, 5)
    mark(session, actor, merged.reference, crew[4:], Mark("home", date(2022, 7, 14)))
    merge(session, actor, merged, kept)

    found = children_of(session, kept.id, Track.PERSONS)
    assert [child.label for child in found] == [f"Nguyễn Văn Minh Họa {n}" for n in range(1, 6)]
    assert get_head(session, actor, kept.reference).open_children == {"persons": 4}
    assert [child.id for child in children_of(session, merged.id)] == [one.id for one in crew[:3]]
    moved = [crew[3].id, crew[4].id]
    for case in (kept, merged):
        event = merger(session, case.id)
        assert event.data["children"] == moved
        assert list(event.data["twins"].values()) == [child.id for child in found[:3]]
        assert event.data["word"] == "2 người"
        assert first_bad_event(session, case.id) is None


def test_a_man_keeps_his_history_and_his_vessel(session: Session) -> None:
    actor = fisheries(session)
    kept, merged = an_arrest(session, actor), an_arrest(session, actor)
    boat = add(session, actor, kept, Track.VESSELS, "QNa-95005-TS")
    twin = add(session, actor, merged, Track.VESSELS, "QNa-95005-TS")
    man = add(session, actor, merged, Track.PERSONS, "Nguyễn Văn Minh Họa")
    man.parent_id = twin.id
    mark(session, actor, merged.reference, [man], Mark("detained", ARRESTED))
    merge(session, actor, merged, kept)

    assert (man.case_id, man.parent_id, man.status) == (kept.id, boat.id, "detained")
    page = pages.child_page(session, actor, kept.reference, Track.PERSONS, man.id)
    assert len(page.history) == 4  # entered, marked, merged as told in both files


def test_the_kept_file_is_tied_to_the_entries_of_the_register(session: Session) -> None:
    actor = fisheries(session)
    kept, merged = an_arrest(session, actor), an_arrest(session, actor)
    man = add(session, actor, merged, Track.PERSONS, "Nguyễn Văn Minh Họa")
    person = record_person(session, actor, man.label, now=NOW)
    session.flush()
    session.add(CaseLink(case_id=merged.id, role="related", person_id=person.id, linked_at=NOW))
    session.flush()
    verify_children(
        session,
        actor,
        merged.reference,
        Track.PERSONS,
        chosen=[man.id],
        entry=Entry("Công an tỉnh", entry_id=person.id),
        now=NOW,
    )
    merge(session, actor, merged, kept)

    tied = select(CaseLink.person_id).where(
        CaseLink.case_id == kept.id, CaseLink.person_id.is_not(None)
    )
    assert session.scalars(tied).all() == [person.id]


def test_reports_count_the_carried_once(session: Session) -> None:
    actor = fisheries(session)
    said = {"vessels_claimed": 1, "persons_claimed": 1}
    kept, merged = an_arrest(session, actor, **said), an_arrest(session, actor, **said)
    crew = a_crew(session, actor, merged.reference, 5)
    mark(session, actor, merged.reference, crew[:2], Mark("home", date(2022, 7, 14)))
    merge(session, actor, merged, kept)

    incident = counted(as_told(session, kept.id))
    assert incident is not None
    assert (incident.claimed.persons, incident.final.persons) == (5, 2)
    assert counted(as_told(session, merged.id)) is None
