"""What is copied out of one system reads back in the same box as the same point."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geo.coordinates import Coordinate, parse_coordinate
from app.geo.crs import shipped_axes
from app.registers.position_systems import SystemLine, in_every_system

# The Indochina tripoint, 14°41'09.80" 107°33'23.79": published as X 1625161.02, Y 775331.60.
TRIPOINT = (14 + 41 / 60 + 9.80 / 3600, 107 + 33 / 60 + 23.79 / 3600)
AXES = shipped_axes().of("51")
PUBLISHED = "WGS-84 UTM 48N: X = 1625161,02; Y = 775331,60"
METRES = 111_320.0


def _away_m(line: SystemLine, lat: float, lon: float) -> float:
    found = parse_coordinate(line.text)
    assert isinstance(found, Coordinate), line
    north = (found.lat - lat) * METRES
    return math.hypot(north, (found.lon - lon) * METRES * math.cos(math.radians(lat)))


def test_southern_tripoint_is_written_as_its_treaty_writes_it() -> None:
    written = {line.code: line.text for line in in_every_system(*TRIPOINT, axes=AXES)}
    assert written["EPSG:32648"].startswith("WGS-84 UTM 48N: X = 1625160,9")
    assert _away_m(SystemLine("", "", "", PUBLISHED), *TRIPOINT) < 0.15
    assert written["MGRS"] == "48P YB 75331 25160"
    assert written["EPSG:4326"] == "14°41'09,800\"B 107°33'23,790\"Đ"


def test_province_gives_its_own_axis_and_those_of_older_papers() -> None:
    lines = in_every_system(*TRIPOINT, axes=AXES)
    notes = {line.code: line.note_vi for line in lines if line.note_vi}
    assert notes["EPSG:5898"].startswith("Quảng Ngãi")
    assert notes["EPSG:9216"] == "Kon Tum (giấy tờ đến 30/06/2025)"


@pytest.mark.parametrize("locale", ["vi", "en"])
@given(lat=st.floats(8.6, 23.3), lon=st.floats(102.2, 113.9))
def test_every_line_reads_back_as_the_same_point(locale: str, lat: float, lon: float) -> None:
    for line in in_every_system(lat, lon, locale=locale):
        within = 1.0 if line.code in {"MGRS", "EPSG:3148", "EPSG:3149"} else 0.05
        assert _away_m(line, lat, lon) < within


@given(lat=st.floats(14.0, 15.5), lon=st.floats(107.3, 109.2))
def test_line_on_an_axis_of_the_province_reads_back(lat: float, lon: float) -> None:
    lines = [line for line in in_every_system(lat, lon, axes=AXES) if line.note_vi]
    on_axes = [line for line in lines if "KTT" in line.text]
    assert len(on_axes) == 2
    assert all(_away_m(line, lat, lon) < 0.05 for line in on_axes)
