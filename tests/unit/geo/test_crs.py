from datetime import date

import numpy as np
import pytest
from pyproj import Geod

from app.geo.crs import (
    UnknownSystem,
    from_wgs84,
    provincial_axes,
    system_of,
    systems,
    to_wgs84,
)

WGS84 = Geod(ellps="WGS84")
VN2000 = [code for code, system in systems().items() if system.datum == "VN-2000"]


@pytest.mark.parametrize("code", VN2000)
def test_vn2000_round_trip_stays_under_5_mm(code: str) -> None:
    system = system_of(code)
    middle = system.central_meridian or 106.0
    lon, lat = (
        axis.ravel()
        for axis in np.meshgrid(
            np.linspace(middle - 1.5, middle + 1.5, 40), np.linspace(8.3, 23.5, 80)
        )
    )
    east, north = from_wgs84(system, lon, lat)
    there_and_back = to_wgs84(system, east, north)
    metres = WGS84.inv(lon, lat, *there_and_back)[2]
    assert metres.max() < 0.005


def test_vn2000_shift_is_the_known_one_at_the_border() -> None:
    for lon, lat in ((102.144, 22.4), (106.59, 16.62), (106.724, 22.854), (104.44, 10.42)):
        east, north = from_wgs84(system_of("EPSG:4756"), lon, lat)
        assert 220 < WGS84.inv(lon, lat, east, north)[2] < 227


def test_table_holds_every_provincial_axis_once() -> None:
    axes = [s.central_meridian for s in systems().values() if s.kind == "tm3"]
    assert len(axes) == len(set(axes)) == 18


def test_system_not_in_the_table_is_refused() -> None:
    with pytest.raises(UnknownSystem):
        system_of("EPSG:6959")


def test_province_has_its_own_axis_first_then_those_of_its_predecessors() -> None:
    axes = provincial_axes("51")
    assert [(axis.province, axis.system.central_meridian) for axis in axes] == [
        ("Quảng Ngãi", 108.0),
        ("Quảng Ngãi", 108.0),
        ("Kon Tum", 107.5),
    ]


def test_axes_depend_on_the_date_of_the_paper() -> None:
    before = provincial_axes("12", on=date(2025, 6, 30))
    after = provincial_axes("12", on=date(2025, 7, 1))
    assert [axis.system.code for axis in (*before, *after)] == ["EPSG:9205", "EPSG:9208"]


def test_every_axis_names_its_source() -> None:
    axes = [axis for code in ("04", "44", "62", "70", "80") for axis in provincial_axes(code)]
    assert axes
    assert all("Thông tư" in axis.source and axis.check for axis in axes)
