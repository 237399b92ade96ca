"""The register on any past day: what stood, in the provinces of that day, under the same rights."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.database import transaction
from app.errors import Invalid
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers import queries
from app.registers.models import Marker
from app.registers.past import list_markers_on, standings
from app.registers.queries import MarkerFilter
from app.registers.units_on import province_map
from tests.integration.registers.factories import MINISTRY, NOW, PROVINCE_08, PROVINCE_91
from tests.integration.reports.past_register import add_history, move

TODAY = NOW.date()
LAST_OF_63, FIRST_OF_34 = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def history(session: Session, pack: Pack) -> dict[str, Marker]:
    del session
    with transaction() as writer:
        return add_history(writer, pack)


def stood(
    session: Session, pack: Pack, on: date, actor: Actor = MINISTRY, **filters: object
) -> dict[str, tuple[str, str]]:
    """The two clocks of every marker on a day, by label."""
    asked = MarkerFilter(**filters)  # type: ignore[arg-type]  # named as the class has them
    found = standings(session, actor, asked, on=on, pack=pack)
    return {one.label: (one.stage, one.legal_stage) for one in found}


@pytest.mark.usefixtures("history")
def test_marker_stands_as_its_changes_say_on_each_day(session: Session, pack: Pack) -> None:
    said = {
        year: stood(session, pack, date(year, 6, 1), neighbour="KH").get("47")
        for year in (2009, 2011, 2013, 2015, 2021)
    }
    assert said == {
        2009: None,
        2011: ("agreed_on_map", "none"),
        2013: ("agreed_in_field", "none"),
        2015: ("built", "none"),
        2021: ("handed_over", "in_force"),
    }


@pytest.mark.usefixtures("history")
def test_marker_did_not_exist_before_its_first_change(session: Session, pack: Pack) -> None:
    assert "47/1.1" not in stood(session, pack, date(2018, 2, 28))
    assert "47/1.1" in stood(session, pack, date(2018, 3, 1))


@pytest.mark.usefixtures("history")
def test_today_is_the_register(session: Session, pack: Pack) -> None:
    rows = queries.list_markers(session, MINISTRY, MarkerFilter()).rows
    assert stood(session, pack, TODAY) == {row.label: (row.stage, row.legal_stage) for row in rows}


def test_a_change_is_seen_at_once(session: Session, pack: Pack, history: dict[str, Marker]) -> None:
    assert stood(session, pack, TODAY)["48"] == ("agreed_on_map", "none")
    with transaction() as writer:
        move(writer, writer.merge(history["48"]), date(2026, 5, 1), stage="agreed_in_field")
    assert stood(session, pack, TODAY)["48"] == ("agreed_in_field", "none")
    assert stood(session, pack, date(2026, 4, 30))["48"] == ("agreed_on_map", "none")


@pytest.mark.usefixtures("history")
def test_filters_ask_what_held_on_the_day(session: Session, pack: Pack) -> None:
    assert set(stood(session, pack, date(2015, 1, 1), stage="built")) == {"47"}
    assert set(stood(session, pack, TODAY, stage="built")) == set()
    assert set(stood(session, pack, TODAY, reached="built")) == {"47", "260"}
    assert set(stood(session, pack, date(2015, 1, 1), legal_reached="in_protocol")) == {"260"}
    assert set(stood(session, pack, TODAY, kind="counted", neighbour="KH")) == {
        "47", "47/1.1", "48",
    }  # fmt: skip


@pytest.mark.usefixtures("history")
def test_provinces_are_those_of_the_day_and_the_totals_equal(session: Session, pack: Pack) -> None:
    before, after = (
        {one.label: one.province_code for one in standings(
            session, MINISTRY, MarkerFilter(), on=day, pack=pack
        )}
        for day in (LAST_OF_63, FIRST_OF_34)
    )  # fmt: skip
    assert before == dict.fromkeys(after, "02")
    assert set(after.values()) == {"08"}


def test_there_were_63_provinces_on_the_last_of_june_and_34_the_day_after(
    session: Session,
) -> None:
    old, new = province_map(session, LAST_OF_63), province_map(session, FIRST_OF_34)
    assert (len(old.names), len(new.names)) == (63, 34)
    assert "Hà Giang" in old.names["02"]
    assert sorted(code for codes in old.origins.values() for code in codes) == sorted(old.names)
    assert not new.is_ambiguous


def test_before_the_oldest_map_the_oldest_map_is_shown(session: Session) -> None:
    assert province_map(session, date(2001, 1, 1)).day == date(2008, 8, 1)


@pytest.mark.usefixtures("history")
def test_province_sees_its_own_stretch_on_every_day(session: Session, pack: Pack) -> None:
    for day in (date(2015, 1, 1), LAST_OF_63, TODAY):
        assert stood(session, pack, day, PROVINCE_08) == stood(session, pack, day)
        assert stood(session, pack, day, PROVINCE_91) == {}


@pytest.mark.usefixtures("history")
def test_list_of_a_past_day_says_what_held_and_changes_nothing(
    session: Session, pack: Pack
) -> None:
    found = list_markers_on(
        session, MINISTRY, MarkerFilter(neighbour="KH"), on=date(2015, 1, 1), pack=pack
    )
    assert [(row.label, row.stage, row.province_code) for row in found.page.rows] == [
        ("47", "built", "02"),
        ("48", "agreed_on_map", "02"),
    ]
    assert found.counts == {"CN": 1, "KH": 2}
    assert not session.new
    assert not session.dirty


@pytest.mark.usefixtures("history")
def test_pages_of_a_past_day_follow_each_other(session: Session, pack: Pack) -> None:
    labels, after = [], None
    for _turn in range(4):
        page = list_markers_on(
            session, MINISTRY, MarkerFilter(), on=LAST_OF_63, pack=pack, after=after, limit=1
        ).page
        labels += [row.label for row in page.rows]
        after = page.next_cursor
    assert labels == ["260", "47", "47/1.1", "48"]
    assert after is None


def test_change_cannot_hold_from_a_day_to_come(history: dict[str, Marker]) -> None:
    with pytest.raises(Invalid), transaction() as writer:
        move(writer, writer.merge(history["48"]), TODAY + timedelta(days=2), stage="built")
