from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import transaction
from app.errors import Conflict, Invalid, NotFound
from app.permissions import Actor, Area, Permission
from app.registers import entry_queries, queries
from app.registers.entry_queries import EntryFilter
from app.registers.entry_services import correct_person, correct_vessel
from app.registers.models import BorderLine, LineFact, Segment, Verdict, VesselPrefix
from app.registers.reference import load_reference, load_segments
from tests.integration.registers.factories import (
    MINISTRY,
    NOW,
    PROVINCE_91,
    actor_with,
    add_person,
    add_vessel,
)

pytestmark = pytest.mark.usefixtures("app")
IN_MALAYSIA = actor_with(Area(country_codes=frozenset({"MY"})))
UNNAMED = actor_with(Area(is_everything=True), permissions=frozenset({Permission.REGISTER_VIEW}))


def numbers(session: Session, actor: Actor, **filters: str) -> list[str]:
    page = entry_queries.list_vessels(session, actor, EntryFilter(**filters))
    return [vessel.canonical or vessel.raw_number for vessel in page.rows]


def names(session: Session, actor: Actor, **filters: str) -> list[str]:
    page = entry_queries.list_persons(session, actor, EntryFilter(**filters))
    return [person.name for person in page.rows]


# --- vessels --------------------------------------------------------------------------------


def test_letters_of_the_number_name_the_province_of_today() -> None:
    with transaction() as session:
        vessel = add_vessel(session, "KG 93702 TS")

    assert (vessel.canonical, vessel.home_province_code) == ("KG-93702-TS", "91")
    assert vessel.verdict == Verdict.CLAIMED


def test_unreadable_number_is_kept_and_waits_for_checking() -> None:
    with transaction() as session:
        vessel = add_vessel(session, "BL 9243")

    assert (vessel.raw_number, vessel.canonical) == ("BL 9243", None)
    assert vessel.verdict == Verdict.UNREADABLE


def test_vessel_without_a_number_is_refused() -> None:
    with transaction() as session, pytest.raises(Invalid):
        add_vessel(session, "   ")


def test_vessels_are_seen_by_home_province_by_country_and_by_their_writer() -> None:
    writer_unit = actor_with(Area(unit_ids=frozenset({1})))
    with transaction() as session:
        add_vessel(session, "KG-93702-TS")
        add_vessel(session, "CM-93000-TS", country_code="MY")
        reading = session
        assert numbers(reading, MINISTRY) == ["CM-93000-TS", "KG-93702-TS"]
        assert numbers(reading, PROVINCE_91) == ["KG-93702-TS"]
        assert numbers(reading, IN_MALAYSIA) == ["CM-93000-TS"]
        assert numbers(reading, writer_unit) == []


def test_vessel_is_found_by_number_in_any_spelling_and_by_owner(session: Session) -> None:
    with transaction() as writer:
        add_vessel(writer, "KG-93702-TS", owner_name="Trần Văn Sáu")
        add_vessel(writer, "CM-93000-TS")

    assert numbers(session, MINISTRY, text="kg93702") == ["KG-93702-TS"]
    assert numbers(session, MINISTRY, text="van sau") == ["KG-93702-TS"]


def test_masked_owner_cannot_be_guessed_by_searching(session: Session) -> None:
    with transaction() as writer:
        add_vessel(writer, "KG-93702-TS", owner_name="Trần Văn Sáu")

    assert numbers(session, UNNAMED, text="van sau") == []
    assert numbers(session, UNNAMED, text="93702") == ["KG-93702-TS"]


def test_stale_correction_of_a_vessel_is_a_conflict() -> None:
    with transaction() as session:
        vessel = add_vessel(session, "KG-93702-TS")
        seen = vessel.version
        changes = {"verdict": Verdict.FALSE_PLATE}
        correct_vessel(session, MINISTRY, vessel, changes=changes, expected_version=seen, now=NOW)
        with pytest.raises(Conflict):
            correct_vessel(
                session, MINISTRY, vessel, changes=changes, expected_version=seen, now=NOW
            )


# --- persons --------------------------------------------------------------------------------


def test_persons_are_listed_the_vietnamese_way(session: Session) -> None:
    with transaction() as writer:
        for name in ("Trần Văn Bình", "Đỗ Ân", "Nguyễn Thị An", "Lê Quang Bình"):
            add_person(writer, name)

    assert names(session, MINISTRY) == [
        "Nguyễn Thị An", "Đỗ Ân", "Lê Quang Bình", "Trần Văn Bình",
    ]  # fmt: skip


def test_pages_of_persons_follow_each_other(session: Session) -> None:
    with transaction() as writer:
        for name in ("Lê Bình", "Lê An", "Lê Dung"):
            add_person(writer, name)
    first = entry_queries.list_persons(session, MINISTRY, EntryFilter(), limit=2)
    second = entry_queries.list_persons(
        session, MINISTRY, EntryFilter(), limit=2, after=first.next_cursor
    )

    assert [one.name for one in (*first.rows, *second.rows)] == ["Lê An", "Lê Bình", "Lê Dung"]
    assert second.next_cursor is None


@pytest.mark.parametrize("typed", ["le wan dung", "Lê Quang Vinh", "le van dung"])
def test_person_is_found_by_every_spelling(session: Session, typed: str) -> None:
    with transaction() as writer:
        add_person(
            writer,
            "Lê Văn Dung",
            verified_name="Lê Quang Vinh",
            foreign_spellings=["LE WAN DUNG"],
        )

    assert names(session, MINISTRY, text=typed) == ["Lê Quang Vinh"]


def test_names_cannot_be_searched_or_sorted_without_the_right(session: Session) -> None:
    with transaction() as writer:
        add_person(writer, "Trần Văn Bình")
        add_person(writer, "Lê An")

    assert names(session, UNNAMED, text="An") == ["Trần Văn Bình", "Lê An"]


def test_verified_home_outweighs_the_claimed_one() -> None:
    with transaction() as session:
        person = add_person(session, "Lê An", claimed_province_code="96")
        correct_person(
            session,
            MINISTRY,
            person,
            changes={"verified_province_code": "91", "birth_date": date(1990, 2, 3)},
            now=NOW,
        )
        person_id = person.id
        assert entry_queries.person_by_id(session, PROVINCE_91, person_id) is person
        with pytest.raises(NotFound):
            entry_queries.person_by_id(session, IN_MALAYSIA, person_id)

    assert (person.home_province_code, person.birth_year) == ("91", 1990)


def test_person_without_a_name_is_refused() -> None:
    with transaction() as session, pytest.raises(Invalid):
        add_person(session, " ")


# --- reference ------------------------------------------------------------------------------


def counted(session: Session) -> tuple[int | None, ...]:
    return tuple(
        session.scalar(select(func.count()).select_from(table))
        for table in (BorderLine, LineFact, VesselPrefix, Segment)
    )


def test_reference_loaded_twice_is_loaded_once() -> None:
    def stretch(end: float) -> Segment:
        return Segment(
            neighbour="LA",
            province_code="14",
            counterpart="Hủa Phăn",
            name="Sơn La – Hủa Phăn",
            chainage_from_m=0,
            chainage_to_m=end,
        )

    with transaction() as session:
        load_reference(session)
        load_segments(session, [stretch(1000)])
        once = counted(session)
        load_reference(session)
        load_segments(session, [stretch(2000)])
        assert counted(session) == once
        [segment] = queries.segments(session, province_codes=["14"])

    assert segment.chainage_to_m == 2000


def test_published_figures_add_up() -> None:
    with transaction() as session:
        load_reference(session)
        la, kh = (
            {fact.key: fact.value for fact in reversed(queries.facts_of(session, subject))}
            for subject in ("line:LA", "line:KH")
        )
        earlier = {
            fact.key: fact.value
            for fact in queries.facts_of(session, "line:LA")
            if fact.as_of.year in {2013, 2014}
        }

    assert la["main_markers"] + la["pegs"] == la["markers"] == 1002
    assert la["main_positions"] + la["peg_positions"] == la["positions"] == 905
    assert earlier["pegs"] + earlier["pegs_added"] == la["pegs"] == 168
    assert earlier["peg_positions"] + earlier["peg_positions_added"] == la["peg_positions"] == 113
    assert kh["main_markers"] + kh["auxiliary_markers"] + kh["pegs"] == kh["markers"] == 2047
    assert kh["positions"] == 1553
    assert round(100 * kh["demarcated_km"] / kh["length_km"]) == 84


def test_every_published_length_of_the_cambodian_line_is_kept() -> None:
    with transaction() as session:
        load_reference(session)
        lengths = {
            (int(fact.value), fact.as_of.year)
            for fact in queries.facts_of(session, "line:KH")
            if fact.key == "length_km"
        }

    assert lengths == {(1137, 2015), (1245, 2020), (1270, 2006)}


def test_both_lengths_of_dien_bien_stand_beside_each_other() -> None:
    with transaction() as session:
        load_reference(session)
        lengths = [float(fact.value) for fact in queries.facts_of(session, "province:11:LA")]

    assert lengths == [414.712, 360]
