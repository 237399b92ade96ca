"""What is probably wrong with a coordinate, asked against a place that is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geo.coordinates import Coordinate, parse_coordinate, to_system
from app.geo.plane import distance_m
from app.geo.siblings import Sibling, away_from, better_reading, siblings, suspected

MARKER = (22.9368686, 104.8495628)  # 261(2), published to 0.001 second
PLACE = ("mốc 261(2)", "marker 261(2)")


def _read(text: str, crs: str | None = None) -> Coordinate:
    found = parse_coordinate(text, crs=crs)
    assert isinstance(found, Coordinate), found
    return found


def _metres(lat: float, lon: float) -> float:
    here = (np.array([value]) for value in (lon, lat, MARKER[1], MARKER[0]))
    return float(distance_m(*here)[0])


def _better(found: Coordinate) -> tuple[Sibling, float] | None:
    others = [(one, _metres(one.candidate.lat, one.candidate.lon)) for one in siblings(found)]
    return better_reading(found, _metres(found.lat, found.lon), others)


def _written(code: str) -> str:
    grid = to_system(*MARKER, code)
    return f"{grid.north:.3f} {grid.east:.3f}"


@pytest.mark.parametrize(
    ("meant", "declared"),
    [
        ("EPSG:3405", "EPSG:32648"),
        ("EPSG:32648", "EPSG:3405"),
        ("EPSG:3148", "EPSG:32648"),
        ("EPSG:9209", "EPSG:9211"),
        ("EPSG:9208", "EPSG:3405"),
    ],
)
def test_grid_in_the_wrong_system_is_recognised_by_a_known_marker(
    meant: str, declared: str
) -> None:
    found = _better(_read(_written(meant), declared))
    assert found is not None
    assert (found[0].candidate.crs, found[1] < 1) == (meant, True)


def test_vn2000_degrees_read_as_wgs84_are_224_metres_off_and_it_is_said() -> None:
    place = to_system(*MARKER, "EPSG:4756")
    found = _read(f"{place.north:.8f}, {place.east:.8f}")
    better = _better(found)
    assert better is not None
    own_m = _metres(found.lat, found.lon)
    said = suspected(better[0], place=PLACE, own_m=own_m, left_m=better[1])
    assert own_m == pytest.approx(224, abs=2)
    assert said.vi.startswith("Cách mốc 261(2) 22")
    assert said.vi.endswith("nếu là VN-2000 thì còn chưa đến 1 m: có phải VN-2000?")


def test_pair_in_the_other_order_is_recognised_where_both_orders_are_possible() -> None:
    right = _read("VN-2000 múi 3 KTT 105 X=850000 Y=500000")
    swapped = _read("VN-2000 múi 3 KTT 105 X=500000 Y=850000")
    found = [one for one in siblings(swapped) if one.is_swapped]
    assert (found[0].candidate.lat, found[0].candidate.lon) == pytest.approx(
        (right.lat, right.lon), abs=1e-7
    )


def test_coordinate_that_fits_the_marker_raises_no_question() -> None:
    assert _better(_read(f"{MARKER[0]}, {MARKER[1]}")) is None


def test_distance_to_the_known_place_is_said_as_officials_write_it() -> None:
    assert away_from(place=PLACE, metres=1234.5).vi == "Cách mốc 261(2) 1,2 km."
    assert away_from(place=PLACE, metres=3.21).en == "3.2 m from marker 261(2)."


@given(st.floats(8.6, 23.3), st.floats(102.2, 109.4))
def test_every_sibling_is_another_place_in_the_region(lat: float, lon: float) -> None:
    found = _read(f"{lat:.6f}, {lon:.6f}")
    for one in siblings(found):
        assert 4 <= one.candidate.lat <= 24
        assert (one.candidate.lat, one.candidate.lon) != (found.lat, found.lon)
