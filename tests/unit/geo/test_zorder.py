from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.geo.zorder import morton_key, morton_keys, morton_ranges

longitudes = st.floats(-180, 180)
latitudes = st.floats(-85, 85)


@given(longitudes, latitudes, st.tuples(longitudes, longitudes), st.tuples(latitudes, latitudes))
def test_ranges_of_a_box_hold_every_key_inside(
    lon: float, lat: float, across: tuple[float, float], up: tuple[float, float]
) -> None:
    west, east = across  # west > east is a box over the date line
    south, north = sorted(up)
    ranges = morton_ranges((west, south, east, north))
    key = morton_key(lat, lon)
    is_across = west <= lon <= east if west <= east else (lon >= west or lon <= east)
    if is_across and south <= lat <= north:
        assert any(one.first <= key <= one.last for one in ranges)
    assert 1 <= len(ranges) <= 24
    assert all(one.last < other.first for one, other in pairwise(ranges))


def test_key_fits_a_signed_64_bit_column_and_stands_for_31_bits_an_axis() -> None:
    corner = morton_key(-85.06, -180.0), morton_key(85.06, 180.0)
    assert corner == (0, 2**62 - 1)


def test_nearer_places_share_longer_prefixes() -> None:
    here, near = morton_key(21.03, 105.85), morton_key(21.0301, 105.8501)
    far = morton_key(10.8, 106.7)
    assert (here ^ near).bit_length() < (here ^ far).bit_length()


def test_ranges_of_a_screen_cover_little_more_than_the_screen() -> None:
    random = np.random.default_rng(5)
    lat, lon = random.uniform(8, 24, 50_000), random.uniform(102, 118, 50_000)
    keys = morton_keys(lat, lon)
    covered = np.zeros(len(keys), dtype=bool)
    for first, last in morton_ranges((105.0, 20.0, 107.0, 22.0)):
        covered |= (keys >= first) & (keys <= last)
    inside = (lon >= 105) & (lon <= 107) & (lat >= 20) & (lat <= 22)
    assert not (inside & ~covered).any()
    assert covered.sum() < 2 * inside.sum()
