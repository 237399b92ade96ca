"""Squares of the map: which ones a view shows, and that a square is where it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.maps.cells import (
    Box,
    box_of_cell,
    cell_of,
    column_and_row,
    level_of_zoom,
    parents_of,
    parse_box,
    window_of,
)

latitudes = st.floats(-84, 84)
longitudes = st.floats(-179.9, 179.9)


@given(latitudes, longitudes, st.integers(2, 18))
def test_a_square_holds_the_points_that_are_counted_in_it(
    lat: float, lon: float, level: int
) -> None:
    box = box_of_cell(cell_of(lat, lon, level), level)
    hair = 1e-6
    assert box.west - hair <= lon <= box.east + hair
    assert box.south - hair <= lat <= box.north + hair


@given(latitudes, longitudes, st.floats(0.01, 20), st.integers(2, 12))
def test_the_key_ranges_of_a_view_cover_every_square_it_touches(
    lat: float, lon: float, size: float, level: int
) -> None:
    box = Box(lon, lat, min(lon + size, 180.0), min(lat + size, 84.5))
    window = window_of(box, level)
    ranges = window.cell_ranges()
    for point in ((box.south, box.west), (box.north, box.east), (lat, box.east)):
        cell = cell_of(*point, level)
        assert window.holds(cell)
        assert any(one.first <= cell <= one.last for one in ranges)
    assert len(ranges) <= 24


def test_a_view_over_the_date_line_has_two_halves() -> None:
    window = window_of(Box(170.0, -10.0, -170.0, 10.0), 4)
    assert window.holds(cell_of(0.0, 175.0, 4))
    assert window.holds(cell_of(0.0, -175.0, 4))
    assert not window.holds(cell_of(0.0, 0.0, 4))


def test_parents_are_the_squares_one_level_up() -> None:
    cell = cell_of(21.03, 105.85, 9)
    assert parents_of([cell]) == {cell_of(21.03, 105.85, 8)}


def test_columns_run_east_and_rows_run_north() -> None:
    x, y = column_and_row(cell_of(10.0, 100.0, 6))
    assert column_and_row(cell_of(10.0, 110.0, 6))[0] > x
    assert column_and_row(cell_of(20.0, 100.0, 6))[1] > y


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "0,5,1,4", "1,2,3,4,5"])
def test_a_broken_view_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_box(text)


def test_a_view_wider_than_the_world_is_the_world() -> None:
    assert parse_box("-300,-89,300,89") == Box(-180.0, -85.0, 180.0, 85.0)


def test_the_level_follows_the_zoom_within_bounds() -> None:
    assert [level_of_zoom(zoom) for zoom in (0, 5, 9.4, 40)] == [2, 7, 11, 20]
