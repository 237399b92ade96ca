"""The position under the pointer in every system, and the kilometre grids of a view."""

from typing import Any

import pytest
from pyproj import Transformer
from sqlalchemy.orm import Session

from app.geo.crs import from_wgs84
from app.geo.gazetteer import Pack
from app.maps.cells import Box
from app.maps.where import grid_lines, tm3_lines
from app.registers.dated_rules import axis_table
from tests.integration.accounts.conftest import token_in
from tests.integration.maps.test_routes import SignIn, read

# The southern tripoint as the treaty's annex gives it stands in the tests of coordinates; here a
# place whose UTM pair follows from PROJ alone.
LAT, LON = 22.606404, 106.059265


def ask(signed_in: SignIn, **form: object) -> Any:  # Any: a test response
    client = signed_in("bo", "boundary_leader", "UBBG")
    token = token_in(client.get("/ban-do").text)
    return client.post(
        "/ban-do/vi-tri", data={"csrf_token": token, **form}, headers={"Accept": "application/json"}
    )


def test_a_position_is_said_in_every_system(signed_in: SignIn) -> None:
    said = ask(signed_in, lat=LAT, lon=LON).json
    east, north = Transformer.from_crs(4326, 32648, always_xy=True).transform(LON, LAT)
    assert said["wgs-utm"]["text"] == f"WGS-84 UTM 48N: X = {north:.2f}; Y = {east:.2f}".replace(
        ".", ","
    )
    assert {"wgs-do", "wgs-dms", "mgrs", "vn-dms", "vn-utm", "indian"} <= said.keys()


@pytest.mark.parametrize("form", [{}, {"lat": "x", "lon": "1"}, {"lat": "nan", "lon": "1"}])
def test_a_position_that_is_none_is_refused(signed_in: SignIn, form: dict[str, str]) -> None:
    assert ask(signed_in, **form).status_code == 422


def test_the_grid_crosses_the_view_in_round_kilometres(signed_in: SignIn) -> None:
    client = signed_in("bo", "boundary_leader", "UBBG")
    lines = read(client, "/ban-do/luoi?he=vn&bbox=105.5,22,107.5,23.5")
    assert {"600 Đ", "2500 B"} <= {line["label"] for line in lines}  # type: ignore[index]  # JSON
    assert client.get("/ban-do/luoi?he=x&bbox=1,2,3,4").status_code == 422


def test_a_line_of_the_grid_lies_on_its_kilometre() -> None:
    lines = {
        line.label: line.points for line in grid_lines(Box(105.5, 22.0, 107.5, 23.5), "WGS 84")
    }
    grid = Transformer.from_crs(4326, 32648, always_xy=True)
    for lat, lon in lines["600 Đ"]:
        assert grid.transform(lon, lat)[0] == pytest.approx(600_000, abs=0.2)


def test_a_view_of_two_zones_has_both_grids_and_a_wide_one_none() -> None:
    both = grid_lines(Box(107.0, 11.0, 109.0, 12.0), "VN-2000")
    assert len({line.label for line in both if line.label.endswith("Đ")}) > 4
    assert all(lon <= 108 for line in both if line.label == "800 Đ" for _, lon in line.points)
    assert grid_lines(Box(95.0, 2.0, 125.0, 26.0), "VN-2000") == []


def test_the_grid_of_a_province_has_the_axis_of_that_province(session: Session, pack: Pack) -> None:
    view = Box(104.5, 21.0, 105.5, 21.5)
    lines = {line.label: line.points for line in tm3_lines(session, view, pack)}
    axis = axis_table(session).of("08")[0].system
    label = next(label for label in lines if label.endswith("Đ"))
    for lat, lon in lines[label]:
        east, _north = from_wgs84(axis, lon, lat)
        assert east == pytest.approx(1000 * float(label.split()[0]), abs=0.2)
    assert tm3_lines(session, Box(150.0, 1.0, 151.0, 2.0), pack) == []
