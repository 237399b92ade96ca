import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from app.geo.lines import BorderLines, MarkerRow
from app.geo.plane import distance_m

WGS84 = Geod(ellps="WGS84")
LINES = BorderLines.from_parts(
    [
        ("CN", np.array([(104.0, 22.0), (105.0, 22.0), (105.0, 21.5), (106.0, 21.5)])),
        ("LA", np.array([(104.0, 22.0), (104.0, 21.0), (104.5, 20.0)])),
    ]
)


def _one(lon: float, lat: float, lines: BorderLines = LINES) -> tuple[str, float, float, int]:
    found = lines.locate(np.array([lon]), np.array([lat]))
    name = lines.neighbours[int(found.line[0])]
    return name, float(found.chainage_m[0]), float(found.offset_m[0]), int(found.side[0])


def test_chainage_is_the_geodesic_length_from_the_beginning() -> None:
    expected = WGS84.line_length([104.0, 105.0, 105.0, 106.0], [22.0, 22.0, 21.5, 21.5])
    assert LINES.length_m("CN") == pytest.approx(expected, abs=30.0)
    name, chainage, offset, _ = _one(105.0, 21.75)
    along = WGS84.line_length([104.0, 105.0, 105.0], [22.0, 22.0, 21.75])
    assert name == "CN"
    assert offset == pytest.approx(0, abs=1e-6)
    assert chainage == pytest.approx(along, abs=30.0)


@pytest.mark.parametrize(
    ("lon", "lat", "neighbour", "side"),
    [
        (104.5, 21.99, "CN", 1),
        (104.5, 22.01, "CN", -1),
        (104.99, 21.7, "CN", 1),
        (105.01, 21.7, "CN", -1),
        (104.01, 21.5, "LA", 1),
        (103.99, 21.5, "LA", -1),
    ],
)
def test_vietnam_is_right_of_the_chinese_and_left_of_the_laotian_line(
    lon: float, lat: float, neighbour: str, side: int
) -> None:
    name, _, _, found = _one(lon, lat)
    assert (name, found) == (neighbour, side)


def test_side_holds_where_a_corner_is_nearest() -> None:
    assert _one(105.02, 22.02)[3] == -1
    assert _one(104.98, 21.48)[3] == 1


def test_offset_agrees_with_the_geodesic() -> None:
    _, _, offset, _ = _one(104.5, 21.9, LINES.only("CN"))
    assert offset == pytest.approx(WGS84.inv(104.5, 21.9, 104.5, 22.0)[2], abs=1.0)


@given(st.floats(0.0, 1.0))
def test_place_at_a_chainage_is_located_at_that_chainage(share: float) -> None:
    line = LINES.only("CN")
    wanted = np.array([share * line.length_m("CN")])
    lon, lat = line.at("CN", wanted)
    found = line.locate(lon, lat)
    assert found.chainage_m[0] == pytest.approx(wanted[0], abs=0.01)
    assert found.offset_m[0] == pytest.approx(0, abs=0.01)


def test_many_points_are_located_as_one_by_one() -> None:
    random = np.random.default_rng(3)
    lon, lat = random.uniform(103, 107, 300), random.uniform(20, 23, 300)
    together = LINES.locate(lon, lat)
    alone = [_one(float(x), float(y)) for x, y in zip(lon, lat, strict=True)]
    assert together.chainage_m == pytest.approx([chainage for _, chainage, _, _ in alone])
    assert together.side.tolist() == [side for _, _, _, side in alone]


@given(st.floats(100.0, 120.0), st.floats(5.0, 25.0), st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
def test_distance_agrees_with_the_geodesic_within_100_km(
    lon: float, lat: float, east: float, north: float
) -> None:
    ends = [np.array([value]) for value in (lon, lat, lon + east, lat + north)]
    found = float(distance_m(*ends)[0])
    exact = WGS84.inv(lon, lat, lon + east, lat + north)[2]
    assert math.isclose(found, exact, rel_tol=1e-6, abs_tol=1e-3)


def test_markers_around_a_place_are_named_in_the_order_of_the_line() -> None:
    line = LINES.only("CN")
    lon, lat = np.array([104.8, 104.2, 105.5]), np.array([22, 22, 21.5])
    row = MarkerRow.along(line, [7, 3, 9], lon, lat)
    middle = line.locate(np.array([104.5]), np.array([22.0])).chainage_m[0]
    assert row.around(middle) == (3, 7)
    assert row.around(0.0) == (None, 3)
    assert row.around(1e9) == (9, None)
