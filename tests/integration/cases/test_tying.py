"""What was claimed turns out to be an entry of the registers: spelling, number and verdict."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.children.models import CaseChild
from app.cases.children.pages import NEW_ENTRY, NO_ENTRY, child_page, entries_like
from app.cases.children.pasting import Pasted
from app.cases.children.queries import child_of, children_of
from app.cases.children.services import add_children, verify_children
from app.cases.children.tying import Entry
from app.cases.heads import CaseHead
from app.cases.models import CaseEvent, EventKind
from app.permissions import Actor
from app.registers.entry_services import record_person, record_vessel
from app.registers.models import Person, Vessel
from app.workflow.tracks import Track
from tests.integration.cases.fishers import ARRESTED, an_arrest, fisheries
from tests.integration.cases.people import NOW

PAPER = "Công an xã Bình Chánh, công văn 12"


def entered(session: Session, actor: Actor, head: CaseHead, track: Track, *lines: Pasted) -> int:
    add_children(
        session, actor, head.reference, track, lines, since=ARRESTED, source="Báo chí", now=NOW
    )
    return children_of(session, head.id, track)[-1].id


def tied(session: Session, actor: Actor, head: CaseHead, child_id: int, entry: Entry) -> None:
    track = Track(session.get_one(CaseChild, child_id).track)
    verify_children(session, actor, head.reference, track, chosen=[child_id], entry=entry, now=NOW)


def test_a_misspelt_man_is_written_down_by_his_right_name(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    one = entered(session, actor, head, Track.PERSONS, Pasted("Nguyen Van Zung", {"age": 44}))
    entry = Entry(PAPER, is_new=True, name="Nguyễn Văn Dũng")
    tied(session, actor, head, one, entry)
    man = session.get_one(Person, child_of(session, head.id, Track.PERSONS, one).person_id)
    assert (man.claimed_name, man.verified_name) == ("Nguyen Van Zung", "Nguyễn Văn Dũng")
    assert child_of(session, head.id, Track.PERSONS, one).label == "Nguyen Van Zung"


def test_a_known_man_is_offered_by_likeness_and_keeps_the_foreign_spelling(
    session: Session,
) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    known = record_person(session, actor, "Nguyễn Văn Dũng", facts={"birth_year": 1978}, now=NOW)
    session.flush()
    one = entered(session, actor, head, Track.PERSONS, Pasted("Nguyen Van Dzung", {"age": 44}))
    child = child_of(session, head.id, Track.PERSONS, one)
    offered = dict(entries_like(session, actor, child))
    assert "Nguyễn Văn Dũng" in offered[str(known.id)]
    assert "giống" in offered[str(known.id)]
    assert NEW_ENTRY in offered
    tied(session, actor, head, one, Entry(PAPER, known.id))
    assert known.foreign_spellings == ["Nguyen Van Dzung"]
    assert known.name == "Nguyễn Văn Dũng"


def test_a_man_under_quite_another_name_is_found_by_asking_for_it(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    known = record_person(session, actor, "Lê Quang Vinh", facts={}, now=NOW)
    session.flush()
    one = entered(session, actor, head, Track.PERSONS, Pasted("Lê Văn Dung"))
    child = child_of(session, head.id, Track.PERSONS, one)
    assert str(known.id) not in dict(entries_like(session, actor, child))
    assert str(known.id) in dict(entries_like(session, actor, child, "Le Quang Vinh"))


def test_a_false_plate_is_concluded_with_and_without_an_entry(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    first = entered(session, actor, head, Track.VESSELS, Pasted("BOY 06"))
    second = entered(session, actor, head, Track.VESSELS, Pasted("BL 9243"))
    known = record_vessel(session, actor, "CM-93000-TS", now=NOW)
    session.flush()
    entry = Entry(PAPER, known.id, verdict="false_plate")
    tied(session, actor, head, first, entry)
    tied(session, actor, head, second, Entry(PAPER, verdict="not_registered"))
    assert known.verdict == "false_plate"
    assert known.other_numbers == ["BOY 06"]
    assert known.canonical == "CM-93000-TS"
    boat = child_of(session, head.id, Track.VESSELS, second)
    assert (boat.vessel_id, boat.is_verified) == (None, True)
    assert boat.facts["verdict"] == "not_registered"
    page = child_page(session, actor, head.reference, Track.VESSELS, second)
    assert "Không có trong sổ đăng ký" in page.row.facts
    offered = dict(entries_like(session, actor, boat))
    assert NO_ENTRY in offered
    event = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.kind == EventKind.CHILDREN_VERIFIED)
        .order_by(CaseEvent.id.desc())
    ).first()
    assert event is not None
    assert event.data["verdict"] == "not_registered"


def test_a_misread_number_leads_to_the_vessel_that_it_may_be(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    known = record_vessel(session, actor, "KG-91234-TS", now=NOW)
    session.flush()
    one = entered(session, actor, head, Track.VESSELS, Pasted("KG. 9I234"))
    child = child_of(session, head.id, Track.VESSELS, one)
    assert str(known.id) in dict(entries_like(session, actor, child))


def test_the_number_is_put_right_when_a_vessel_is_written_down(session: Session) -> None:
    actor = fisheries(session)
    head = an_arrest(session, actor)
    one = entered(session, actor, head, Track.VESSELS, Pasted("KG 9l234"))
    entry = Entry(PAPER, is_new=True, name="KG. 91234 TS", verdict="verified")
    tied(session, actor, head, one, entry)
    boat = session.get_one(Vessel, child_of(session, head.id, Track.VESSELS, one).vessel_id)
    assert (boat.canonical, boat.other_numbers) == ("KG-91234-TS", ["KG 9l234"])
    assert boat.verdict == "verified"


def test_a_vessel_that_was_caught_before_is_said_with_its_cases(session: Session) -> None:
    actor = fisheries(session)
    known = record_vessel(session, actor, "QNa-95005-TS", now=NOW)
    session.flush()
    references = []
    for _time in range(2):
        head = an_arrest(session, actor)
        one = entered(session, actor, head, Track.VESSELS, Pasted("QNa 95005 TS"))
        tied(session, actor, head, one, Entry(PAPER, known.id))
        references.append(head.reference)
    page = child_page(session, actor, references[1], Track.VESSELS, one)
    assert [tie.reference for tie in page.earlier] == [references[0]]
