"""The numbers on each line add up to what was published, and every one can be read."""

from collections import Counter

import pytest

from app.demonstration.marker_places import published
from app.demonstration.marker_plan import Place, places_of
from app.geo.labels import LabelKind, MarkerLabel, format_label, parse_label
from app.registers.models import Stage
from app.registers.rules import identify
from tests.unit.demonstration.chance import seeded

LINES = ("CN", "LA", "KH")


def _bodies(places: list[Place]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for place in places:
        counted[str(place.kind)] += place.bodies
    return counted


def _labels(line: str, seed: int = 7) -> list[MarkerLabel]:
    return [label for place in places_of(line, seeded(seed)) for label in place.markers()]


@pytest.mark.parametrize("seed", [1, 20261122])
def test_laos_has_834_markers_at_792_positions_and_168_pegs_at_113(seed: int) -> None:
    places = places_of("LA", seeded(seed))
    pegs = [place for place in places if place.kind == "peg"]
    assert _bodies(places) == {"main": 834, "peg": 168}
    assert len({place.position for place in pegs}) == 113
    assert len({place.position for place in places} - {place.position for place in pegs}) == 792


@pytest.mark.parametrize("seed", [1, 20261122])
def test_cambodia_has_2047_bodies_at_1553_positions(seed: int) -> None:
    places = places_of("KH", seeded(seed))
    assert _bodies(places) == {"main": 315, "auxiliary": 1511, "peg": 221}
    assert len({place.position for place in places}) == 1553


@pytest.mark.parametrize("seed", [1, 20261122])
def test_china_has_1971_markers_at_1378_main_and_402_auxiliary_positions(seed: int) -> None:
    places = places_of("CN", seeded(seed))
    assert sum(_bodies(places).values()) == 1971
    assert Counter(str(place.kind) for place in places) == {"main": 1378, "auxiliary": 402}


def test_the_three_lines_have_5020_markers_and_pegs() -> None:
    assert sum(len(_labels(line)) for line in LINES) == 5020


@pytest.mark.parametrize("line", LINES)
def test_every_label_reads_back_and_the_order_is_that_of_the_numbers(line: str) -> None:
    labels = _labels(line)
    assert [parse_label(format_label(label), line=line) for label in labels] == labels
    keys = [identify(label).sort_key for label in labels]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("LA", "511/1"),
        ("LA", "666"),
        ("KH", "47/7(2)"),
        ("KH", "134(3)"),
        ("KH", "168/2.3"),
        ("KH", "160/4"),
        ("KH", "171"),
        ("CN", "834/1"),
        ("CN", "836(2)"),
        ("CN", "1088/3"),
        ("CN", "97(2)"),
    ],
)
def test_labels_named_in_the_press_exist(line: str, label: str) -> None:
    assert label in {format_label(one) for one in _labels(line)}


def test_every_published_marker_is_in_the_plan_of_its_line() -> None:
    planned = {line: {format_label(label) for label in _labels(line)} for line in LINES}
    real = [one.label for one in published() if one.label.kind is not LabelKind.TRIPOINT]
    assert len(real) == 10
    assert all(format_label(label) in planned[label.line or ""] for label in real)


def test_only_the_line_with_cambodia_has_places_still_on_their_way() -> None:
    stages = {line: {place.stage for place in places_of(line, seeded(3))} for line in LINES}
    assert stages["CN"] == stages["LA"] == {Stage.HANDED_OVER}
    assert Stage.AGREED_ON_MAP in stages["KH"]
    assert Stage.SET_ASIDE in stages["KH"]


def test_the_same_seed_plants_the_same_markers() -> None:
    assert _labels("KH", 5) == _labels("KH", 5)
    assert _labels("KH", 5) != _labels("KH", 6)
