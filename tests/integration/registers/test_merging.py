"""Who may be one person is proposed with reasons; a person merges, and can take it back."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.database import transaction
from app.errors import Conflict, Invalid
from app.permissions import Area
from app.registers import entry_queries, merging
from app.registers.entry_queries import EntryFilter
from app.registers.likeness import Part, PersonFacts
from app.registers.models import Person
from app.registers.person_facts import Paper, file_of, note_document
from app.registers.person_keys import index_chunk
from app.registers.twins import find_twins, twins_of
from app.registers.vessel_twins import vessel_twins_of
from tests.integration.registers.factories import (
    MINISTRY,
    NOW,
    PROVINCE_91,
    actor_with,
    add_person,
    add_vessel,
)

pytestmark = pytest.mark.usefixtures("app")
WHY = "Cùng số hộ chiếu"


def named(session: Session, name: str, **facts: object) -> list[str]:
    asked = PersonFacts([name], **facts)  # type: ignore[arg-type]  # a fact of its own type
    return [twin.person.claimed_name for twin in find_twins(session, MINISTRY, asked)]


@pytest.mark.parametrize(
    "typed", ["NGUYEN VAN DUNG", "Van Dung Nguyen", "NGUYENVANDUNG", "Nuyen Wan Zung"]
)
def test_person_is_found_by_another_spelling(session: Session, typed: str) -> None:
    with transaction() as writer:
        add_person(writer, "Nguyễn Văn Dũng", birth_year=1990)
        add_person(writer, "Trần Thị Bích", birth_year=1990)

    assert named(session, typed, birth_year=1990) == ["Nguyễn Văn Dũng"]


def test_person_is_found_by_the_day_of_birth_however_wrong_the_name(session: Session) -> None:
    with transaction() as writer:
        add_person(writer, "Nguyễn Văn Dũng", birth_date=date(1990, 2, 3))

    assert named(session, "Nguyen Van Tung", birth_date=date(1990, 2, 3)) == ["Nguyễn Văn Dũng"]


def test_same_paper_finds_a_person_under_another_name(session: Session) -> None:
    with transaction() as writer:
        one = add_person(writer, "Lê Văn Dung", id_number="C1234567")
        other = add_person(writer, "Lê Quang Vinh")
        note_document(writer, MINISTRY, other, Paper("passport", "c 1234567"), now=NOW)

    [twin] = twins_of(session, MINISTRY, one)

    assert twin.person.id == other.id
    assert twin.likeness.parts[0].part is Part.DOCUMENT


def test_look_alike_of_another_area_is_not_offered(session: Session) -> None:
    with transaction() as writer:
        one = add_person(writer, "Lê Văn Dung", claimed_province_code="91")
        add_person(writer, "Lê Văn Dung", claimed_province_code="04")

    assert twins_of(session, PROVINCE_91, one) == []
    assert len(twins_of(session, MINISTRY, one)) == 1


def test_merged_person_leads_to_the_kept_and_nothing_is_lost(session: Session) -> None:
    with transaction() as writer:
        kept = add_person(writer, "Lê Văn Dung", birth_year=1990)
        merged = add_person(writer, "LE WAN DUNG", id_number="C1234567", claimed_province_code="91")
        note_document(writer, MINISTRY, merged, Paper("travel_paper", "T99"), now=NOW)
        merging.merge_entries(writer, MINISTRY, kept, merged, reason=WHY, now=NOW, score=97)
        family = merging.family_of(writer, kept)

    assert set(family) == {kept.id, merged.id}
    assert (kept.id_number, kept.home_province_code) == ("C1234567", "91")
    assert [one.number for one in file_of(session, family).documents] == ["T99"]
    page = entry_queries.list_persons(session, MINISTRY, EntryFilter(text="le wan dung"))
    assert [one.id for one in page.rows] == [kept.id]
    assert twins_of(session, MINISTRY, kept) == []


def test_undoing_a_merger_gives_back_both_as_they_were(session: Session) -> None:
    with transaction() as writer:
        kept = add_person(writer, "Lê Văn Dung")
        merged = add_person(
            writer, "LE WAN DUNG", id_number="C1234567", birth_date=date(1990, 2, 3)
        )
        merge = merging.merge_entries(writer, MINISTRY, kept, merged, reason=WHY, now=NOW)
        kept.country_code = "MY"  # what is written since stays
        merging.undo_merge(writer, MINISTRY, kept, merge, reason="Hai người khác nhau", now=NOW)

    assert merged.merged_into_id is None
    assert (kept.id_number, kept.birth_date, kept.foreign_spellings) == (None, None, [])
    assert kept.country_code == "MY"
    assert merged.id_number == "C1234567"
    assert len(twins_of(session, MINISTRY, kept)) == 1


def test_those_merged_before_follow_and_come_back(session: Session) -> None:
    with transaction() as writer:
        one, two, three = (add_person(writer, name) for name in ("Lê An", "LE AN", "Le Ann"))
        merging.merge_entries(writer, MINISTRY, two, three, reason=WHY, now=NOW)
        second = merging.merge_entries(writer, MINISTRY, one, two, reason=WHY, now=NOW)
        assert set(merging.family_of(writer, one)) == {one.id, two.id, three.id}
        merging.undo_merge(writer, MINISTRY, one, second, reason="Ghi nhầm người", now=NOW)

    assert session.get_one(Person, three.id).merged_into_id == two.id
    assert merging.family_of(session, one) == [one.id]


def test_merger_needs_grounds_and_two_entries_that_stand_alone() -> None:
    with transaction() as session:
        one, other = add_person(session, "Lê An"), add_person(session, "LE AN")
        with pytest.raises(Invalid):
            merging.merge_entries(session, MINISTRY, one, other, reason="", now=NOW)
        with pytest.raises(Invalid):
            merging.merge_entries(session, MINISTRY, one, one, reason=WHY, now=NOW)
        merging.merge_entries(session, MINISTRY, one, other, reason=WHY, now=NOW)
        with pytest.raises(Conflict):
            merging.merge_entries(session, MINISTRY, other, one, reason=WHY, now=NOW)


def test_who_saw_the_merged_entry_sees_the_kept_one(session: Session) -> None:
    with transaction() as writer:
        kept = add_person(writer, "Lê An", claimed_province_code="04")
        merged = add_person(writer, "LE AN", claimed_province_code="91")
        merging.merge_entries(writer, MINISTRY, kept, merged, reason=WHY, now=NOW)

    assert entry_queries.person_by_id(session, PROVINCE_91, kept.id) is kept


def test_pair_that_was_told_apart_is_not_offered_again(session: Session) -> None:
    with transaction() as writer:
        one, other = add_person(writer, "Lê An"), add_person(writer, "LE AN")
        merging.tell_apart(writer, MINISTRY, other, one, reason="Khác quê, khác cha", now=NOW)

    assert twins_of(session, MINISTRY, one) == []
    assert twins_of(session, MINISTRY, other) == []


def test_persons_written_in_bulk_get_their_keys_once(session: Session) -> None:
    with transaction() as writer:
        one = add_person(writer, "Lê An")
        one.key_version = 0
    with transaction() as writer:
        assert index_chunk(writer, after=0) == one.id
        assert index_chunk(writer, after=0) is None

    assert named(session, "an le") == ["Lê An"]


# --- vessels --------------------------------------------------------------------------------


def test_misread_number_is_offered_and_merged(session: Session) -> None:
    with transaction() as writer:
        one = add_vessel(writer, "QNg-96372-TS", owner_name="Trần Sáu")
        other = add_vessel(writer, "QNg 9637? TS")
        add_vessel(writer, "KG-91234-TS")
        [twin] = vessel_twins_of(writer, MINISTRY, one)
        merging.merge_entries(writer, MINISTRY, one, other, reason=WHY, now=NOW)

    assert twin.vessel.id == other.id
    assert "QNg 9637? TS" in one.other_numbers
    found = entry_queries.list_vessels(session, MINISTRY, EntryFilter(text="9637"))
    assert [vessel.id for vessel in found.rows] == [one.id]


def test_vessels_of_another_area_are_not_offered(session: Session, app: Flask) -> None:
    del app
    elsewhere = actor_with(Area(province_codes=frozenset({"04"})))
    with transaction() as writer:
        one = add_vessel(writer, "QNg-96372-TS")
        add_vessel(writer, "QNg-96373-TS")

    assert vessel_twins_of(session, elsewhere, one) == []
