"""On a published day the register of the demonstration counts what was published of that day."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.registers.models import Marker
from app.registers.packs import current_pack
from app.registers.past import Standing, standings
from app.registers.queries import MarkerFilter
from app.registers.stages import RANKS, STEPS
from tests.integration.registers.factories import MINISTRY

TODAY = date(2026, 11, 22)


@pytest.fixture
def pack(demonstration: Flask) -> Pack:
    del demonstration
    return current_pack()


def stood(session: Session, pack: Pack, line: str, on: date) -> list[Standing]:
    return standings(session, MINISTRY, MarkerFilter(neighbour=line), on=on, pack=pack)


def counted(
    markers: list[Standing], *kinds: str, reached: str = "agreed_on_map"
) -> tuple[int, int]:
    """How many markers of these kinds came at least so far, and at how many positions."""
    least = STEPS.index(reached)
    here = [one for one in markers if one.kind in kinds and RANKS[one.stage] >= least]
    return len(here), len({one.position_id for one in here})


def test_laos_at_the_end_of_2012(loaded_session: Session, pack: Pack) -> None:
    markers = stood(loaded_session, pack, "LA", date(2012, 12, 31))
    assert counted(markers, "main") == (834, 792)
    assert counted(markers, "main", reached="agreed_in_field") == (811, 769)
    assert counted(markers, "main", reached="built") == (749, 707)


@pytest.mark.parametrize(
    ("on", "pegs"), [(date(2013, 6, 30), (29, 27)), (date(2014, 12, 31), (168, 113))]
)
def test_pegs_of_laos(loaded_session: Session, pack: Pack, on: date, pegs: tuple[int, int]) -> None:
    markers = stood(loaded_session, pack, "LA", on)
    assert counted(markers, "main", reached="built") == (834, 792)
    assert counted(markers, "peg", reached="built") == pegs


def test_cambodia_in_july_2015(loaded_session: Session, pack: Pack) -> None:
    markers = stood(loaded_session, pack, "KH", date(2015, 7, 9))
    assert counted(markers, "main", reached="agreed_in_field")[1] == 260


def test_before_its_first_day_a_line_has_no_marker(loaded_session: Session, pack: Pack) -> None:
    assert stood(loaded_session, pack, "LA", date(2004, 12, 31)) == []


def test_today_is_the_register_itself(loaded_session: Session, pack: Pack) -> None:
    held = {
        marker.id: (marker.stage, marker.legal_stage, marker.condition, marker.province_code)
        for marker in loaded_session.scalars(select(Marker))
    }
    today = standings(loaded_session, MINISTRY, MarkerFilter(), on=TODAY, pack=pack)
    assert {
        one.marker_id: (one.stage, one.legal_stage, one.condition, one.province_code)
        for one in today
    } == held


def test_maps_of_63_and_of_34_provinces_hold_the_same_markers(
    loaded_session: Session, pack: Pack
) -> None:
    before = standings(loaded_session, MINISTRY, MarkerFilter(), on=date(2025, 6, 30), pack=pack)
    after = standings(loaded_session, MINISTRY, MarkerFilter(), on=date(2025, 7, 1), pack=pack)
    assert len(before) == len(after)
    old, new = ({one.province_code for one in all_} for all_ in (before, after))
    assert {"02", "49", "62", "67", "70", "89"} <= old - new
    assert None not in old | new
