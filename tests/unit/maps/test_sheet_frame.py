"""Paper is measured with a ruler: what is a kilometre apart must be so many millimetres apart."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from app.geo.crs import from_wgs84, system_of
from app.maps.cells import Box
from app.maps.sheets.frame import Centre, Frame, frame_of, ground_size
from app.maps.sheets.grids import grid_lines
from app.maps.sheets.paper import (
    SCALES,
    Paper,
    Rectangle,
    Turn,
    fitting_denominator,
    layout_of,
    picture_layout,
)

GEOD = Geod(ellps="WGS84")
MOC_BAI = Centre(11.06, 106.18)
SHEET = layout_of(Paper.A4, Turn.LANDSCAPE).map
TM3 = system_of("EPSG:9210")
UTM = system_of("EPSG:32648")


def millimetres(frame: Frame, azimuth: float, ground_m: float) -> float:
    """How far two places `ground_m` apart, either side of the page's middle, are on paper."""
    lon, lat = frame.centre.lon, frame.centre.lat
    ends = [GEOD.fwd(lon, lat, azimuth + turn, ground_m / 2)[:2] for turn in (0, 180)]
    (x1, y1), (x2, y2) = (frame.to_mm(*end) for end in ends)
    return math.hypot(x2 - x1, y2 - y1)


@pytest.mark.parametrize("system", [None, TM3, UTM], ids=["own", "tm3", "utm"])
@pytest.mark.parametrize("denominator", [10_000, 50_000, 250_000])
@pytest.mark.parametrize("azimuth", [0, 37, 90, 141])
def test_a_hundred_millimetres_on_paper_are_true_to_scale(
    system: object, denominator: int, azimuth: float
) -> None:
    frame = frame_of(SHEET, MOC_BAI, denominator, system=system)  # type: ignore[arg-type]
    ground = 0.100 * denominator
    assert millimetres(frame, azimuth, ground) == pytest.approx(100.0, abs=0.02)


def test_the_page_says_how_far_its_corners_are_off() -> None:
    near = frame_of(SHEET, MOC_BAI, 100_000)
    far = frame_of(layout_of(Paper.A3, Turn.LANDSCAPE).map, Centre(14.5, 109.5), 5_000_000)
    assert near.most_off < 0.0001
    assert 0.005 < far.most_off < 0.03
    assert millimetres(far, 0, 500_000) == pytest.approx(100.0, abs=0.2)


@given(
    lat=st.floats(8, 23.4),
    lon=st.floats(102.2, 109.4),
    denominator=st.sampled_from(SCALES),
    x=st.floats(13.5, 210),
    y=st.floats(17.5, 180),
)
def test_a_place_on_paper_reads_back_as_the_same_place(
    lat: float, lon: float, denominator: int, x: float, y: float
) -> None:
    frame = frame_of(SHEET, Centre(lat, lon), denominator)
    assert frame.to_mm(*frame.to_degrees(x, y)) == pytest.approx((x, y), abs=1e-4)


def test_true_north_turns_by_the_convergence_of_the_grid() -> None:
    west = frame_of(SHEET, Centre(22.0, 103.0), 100_000, system=UTM)
    own = frame_of(SHEET, Centre(22.0, 103.0), 100_000)
    convergence = -math.degrees(math.atan(math.tan(math.radians(-2)) * math.sin(math.radians(22))))
    assert west.true_north == pytest.approx(convergence, abs=0.01)
    assert own.true_north == pytest.approx(0, abs=1e-6)


def test_lines_of_metres_stand_where_their_figures_say() -> None:
    frame = frame_of(SHEET, MOC_BAI, 100_000, system=TM3)
    lines = grid_lines(frame, TM3)
    assert len(lines) >= 6
    for line in lines:
        metres = int(line.text[:-2].replace(".", ""))
        lon, lat = frame.to_degrees(*line.points.T)
        east, north = from_wgs84(TM3, lon, lat)
        assert np.ptp(east if line.text.endswith("Đ") else north) < 0.5
        assert (east if line.text.endswith("Đ") else north).mean() == pytest.approx(metres, abs=0.5)


def test_lines_of_degrees_meet_all_four_sides() -> None:
    frame = frame_of(SHEET, Centre(15.0, 107.0), 2_000_000)
    ends = [(side, line.text) for line in grid_lines(frame, None) for _x, _y, side in line.ends]
    assert {side for side, _text in ends} == {"left", "right", "bottom", "top"}
    assert ("bottom", "107°Đ") in ends
    assert ("left", "15°B") in ends


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("turn", list(Turn))
def test_nothing_on_a_sheet_lies_over_anything_else(paper: Paper, turn: Turn) -> None:
    layout = layout_of(paper, turn)
    assert sorted((layout.width, layout.height)) == sorted(
        {Paper.A4: (210, 297), Paper.A3: (297, 420)}[paper]
    )
    parts = [layout.map, *layout.columns]
    for index, one in enumerate(parts):
        assert one.left >= layout.margin
        assert one.right <= layout.width - layout.margin + 1e-6
        assert not any(_overlap(one, other) for other in parts[index + 1 :])


def test_a_picture_keeps_its_explanations_below_the_map() -> None:
    layout = picture_layout(160, 110)
    assert layout.map.bottom > max(column.top for column in layout.columns)


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.bottom < other.top
        and other.bottom < one.top
    )


def test_fitting_takes_the_largest_round_scale_that_shows_the_whole_view() -> None:
    view = Box(105.8, 10.9, 106.4, 11.7)
    width, height = ground_size(view)
    denominator = fitting_denominator((width, height), SHEET)
    assert denominator == 600_000
    frame = frame_of(SHEET, Centre(11.3, 106.1), denominator)
    assert all(frame.holds(lat, lon) for lat in (10.9, 11.7) for lon in (105.8, 106.4))
    assert fitting_denominator((10.0, 10.0), SHEET) == 1_000
    assert fitting_denominator((9e7, 9e7), SHEET) == 20_000_000
