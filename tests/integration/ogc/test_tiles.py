"""Vector tiles: the features of their square under the reader's rights, as GDAL reads them."""

import math
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from pyproj import Transformer

from app.ogc import tiles
from tests.integration.ogc.conftest import Place, Program

PLACE = (22.5, 106.25)


def square(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    """The row and the column of the tile that holds a point."""
    side = 1 << zoom
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
    return int(down), int((lon + 180) / 360 * side)


def path_of(collection: str, zoom: int, row: int, column: int) -> str:
    return f"/collections/{collection}/tiles/WebMercatorQuad/{zoom}/{row}/{column}"


def opened(
    program: Program, collection: str, zoom: int, folder: Path, *, at: tuple[float, float] = PLACE
) -> list[dict[str, Any]]:  # Any: values of a field
    """The points of a tile in EPSG:4326, read by GDAL's own driver."""
    row, column = square(*at, zoom)
    answer = program.get(path_of(collection, zoom, row, column))
    if answer.status_code == 204:
        return []
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/vnd.mapbox-vector-tile"
    target = folder / "tile.pbf"
    target.write_bytes(answer.data)
    frame = pyogrio.read_dataframe(
        f"MVT:{target}", layer=collection, X=str(column), Y=str(row), Z=str(zoom)
    )
    back = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True)
    found: list[dict[str, Any]] = frame.drop(columns="geometry").to_dict("records")
    for one, point in zip(found, frame.geometry, strict=True):
        one["place"] = back.transform(point.x, point.y)
    return found


@pytest.mark.parametrize("zoom", [0, 5, 12, 18])
def test_a_marker_lies_where_it_stands(
    zoom: int, ministry: Program, add_marker: Place, tmp_path: Path
) -> None:
    add_marker(*PLACE, province_code="04", stage="built", year_engraved=2008, elevation_m=812.5)
    [found] = opened(ministry, "markers", zoom, tmp_path)
    step = 360 / (1 << zoom) / 4096
    assert found["place"] == pytest.approx((PLACE[1], PLACE[0]), abs=step)
    assert (found["stage"], found["elevation_m"]) == ("built", 812.5)
    assert found["year_engraved"] == 2008
    assert not found["is_illustration"]


def test_neighbouring_tiles_share_no_point_and_lose_none(
    ministry: Program, add_marker: Place, tmp_path: Path
) -> None:
    for number in range(30):
        add_marker(22.0 + number * 0.03, 105.5 + number * 0.05, province_code="04")
    zoom, seen = 9, []
    rows = range(square(23.0, 105.0, zoom)[0], square(21.9, 105.0, zoom)[0] + 1)
    columns = range(square(22.0, 105.0, zoom)[1], square(22.0, 107.2, zoom)[1] + 1)
    side = 1 << zoom
    for row in rows:
        for column in columns:
            lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (row + 0.5) / side))))
            at = (lat, (column + 0.5) / side * 360 - 180)
            seen += [one["label"] for one in opened(ministry, "markers", zoom, tmp_path, at=at)]
    assert len(seen) == len(set(seen)) == 30


def test_cases_are_counted_far_off_and_single_near(
    ministry: Program, province: Program, add_case: Place, tmp_path: Path
) -> None:
    add_case(*PLACE, province_code="04", title="Vụ một")
    add_case(PLACE[0] + 0.001, PLACE[1], province_code="20")
    far = opened(ministry, "cases", 4, tmp_path)
    assert [(one["count"], one["type_code"]) for one in far] == [(2, "border_incident")]
    near = opened(ministry, "cases", 12, tmp_path)
    assert {one["province_code"] for one in near} == {"04", "20"}
    assert [one["count"] for one in opened(province, "cases", 4, tmp_path)] == [1]
    assert [one["title"] for one in opened(province, "cases", 12, tmp_path)] == ["Vụ một"]


def test_too_many_cases_for_a_tile_are_counted(
    ministry: Program, add_case: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "MOST_POINTS", 2)
    for number in range(3):
        add_case(PLACE[0] + number * 1e-6, PLACE[1], province_code="04")
    assert [one["count"] for one in opened(ministry, "cases", 14, tmp_path)] == [3]


@pytest.mark.parametrize("address", [(23, 0, 0), (3, 8, 0), (3, 0, 8)])
def test_a_tile_that_is_none_is_not_found(address: tuple[int, int, int], ministry: Program) -> None:
    assert ministry.get(path_of("markers", *address)).status_code == 404
    assert ministry.get("/collections/markers/tiles/Khac/1/0/0").status_code == 404


def test_the_tile_set_says_its_template(ministry: Program) -> None:
    [said] = ministry.read("/collections/markers/tiles")["tilesets"]
    template = said["links"][0]["href"]
    filled = template.replace("{tileMatrix}", "0").replace("{tileRow}", "0")
    answer = ministry.get(filled.replace("{tileCol}", "0").split("/ogc", 1)[1])
    assert answer.status_code == 204
