"""Points at sea against the lines of the default pack: side, stretch, status, and no judgement."""

from pathlib import Path

import numpy as np
import pytest

from app.config import ROOT
from app.geo.gazetteer import load_pack
from app.geo.packs import prepare_pack
from app.geo.sea_lines import Stretch, sea_lines
from app.vms.sea_rules import Finding, Sea, Told, sea_facts


@pytest.fixture(scope="module")
def sea(tmp_path_factory: pytest.TempPathFactory) -> Sea:
    folder: Path = prepare_pack(ROOT / "geodata" / "default", tmp_path_factory.mktemp("pack"))
    return Sea.of(load_pack(folder))


def told(sea: Sea, lat: float, lon: float) -> Told:
    return sea.told(sea.judge(np.array([lon]), np.array([lat])), 0)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((20.9, 108.5), (Finding.CROSSED, "TONKIN_2000", "treaty", True)),
        ((18.6, 107.6), (Finding.CROSSED, "TONKIN_2000", "treaty", True)),
        (
            (20.0, 108.6),
            (Finding.PERHAPS, "TONKIN_2000", "treaty", False),
        ),  # point 11 is not sourced
        ((8.0, 102.5), (Finding.PERHAPS, "TH_VN_1997", "treaty", False)),  # sources differ
        ((6.2, 108.0), (Finding.UNSETTLED, "ID_VN_2003_CS", "treaty_pending", True)),
        ((10.0, 103.2), (Finding.UNSETTLED, "", "overlap", False)),
        ((5.5, 114.0), (Finding.ELSEWHERE, "", "unknown", False)),
        ((20.5, 108.0), (Finding.HOME, "TONKIN_2000", "", False)),
        ((7.0, 108.0), (Finding.HOME, "ID_VN_2003_CS", "", False)),
        ((16.5, 112.0), (Finding.HOME, "", "", False)),  # Hoàng Sa
        ((9.0, 112.0), (Finding.HOME, "ID_VN_2003_CS", "", False)),  # Trường Sa
        ((13.0, 109.0), (Finding.HOME, "", "", False)),  # ashore
    ],
)
def test_what_is_said_of_a_point(
    sea: Sea, place: tuple[float, float], expected: tuple[Finding, str, str, bool]
) -> None:
    found = told(sea, *place)

    assert (found.finding, found.line, found.status, found.is_official) == expected


def test_the_distance_is_in_nautical_miles_to_the_stretch(sea: Sea) -> None:
    found = told(sea, 18.9, 107.159444 + 1 / 60 / np.cos(np.radians(18.9)))  # of 16–17, a meridian

    assert found.stretch == "16–17"
    assert found.miles == pytest.approx(1.0, abs=0.01)


def test_a_thousand_points_at_once_say_what_each_says_alone(sea: Sea) -> None:
    chance = np.random.default_rng(7)
    lon, lat = chance.uniform(102, 112, 300), chance.uniform(6, 21, 300)

    together = sea.judge(lon, lat)

    assert [sea.told(together, index) for index in range(0, 300, 29)] == [
        told(sea, float(lat[index]), float(lon[index])) for index in range(0, 300, 29)
    ]


def test_no_overlap_and_no_unpublished_line_is_ever_a_crossing(sea: Sea) -> None:
    chance = np.random.default_rng(11)
    lon, lat = chance.uniform(101, 118, 5_000), chance.uniform(2, 22, 5_000)

    judged = sea.judge(lon, lat)
    called = judged.of(Finding.CROSSED) | judged.of(Finding.PERHAPS)

    for index in np.flatnonzero(called):
        found = sea.told(judged, int(index))
        assert found.status == "treaty"
        assert found.zone not in {"undelimited", "historic_waters", "hoang_sa", "truong_sa"}


def test_only_stretches_between_published_points_are_official(sea: Sea) -> None:
    official = {(one.line, one.from_point) for one in sea.lines.stretches if one.is_official}

    assert ("TONKIN_2000", "9") in official
    assert ("TONKIN_2000", "10") not in official
    assert all(line != "TH_VN_1997" for line, _ in official)


def test_beyond_the_ends_of_a_line_nothing_is_said_of_it() -> None:
    one = Stretch("L", "1", "2", "S2", (105.0, 10.0), (106.0, 10.0))
    lines = sea_lines([one], {"L": 1})

    found = lines.locate(np.array([104.0, 105.5, 107.0, 105.5]), np.array([9.9, 9.9, 9.9, 10.1]))

    assert found.is_beyond.tolist() == [False, True, False, False]
    assert found.stretch.tolist() == [-1, 0, -1, 0]


def test_every_word_about_the_sea_judges_nobody() -> None:
    facts = sea_facts()
    said = [*facts.words.values(), *(one.name for one in facts.zones.values())]

    assert not [one.vi for one in said if "vi phạm" in one.vi.lower() or "xâm" in one.vi.lower()]
