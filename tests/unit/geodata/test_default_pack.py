"""The committed default pack is whole, small enough, and right where it must be right."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
import yaml

from app.geo.packs import pack_problems

from .conftest import FACTS, PACK, layer, rows

LARGEST_PACK = 8_000_000
PHU_LAM, BA_BINH = (112.338, 16.834), (114.366, 10.377)


def codes_at(frame: gpd.GeoDataFrame, column: str, point: tuple[float, float]) -> list[str]:
    return list(frame[frame.intersects(shapely.Point(point))][column])


def test_default_pack_is_sound() -> None:
    assert pack_problems(PACK) == ()


def test_default_pack_is_smaller_than_eight_megabytes() -> None:
    assert sum(path.stat().st_size for path in PACK.parent.rglob("*")) < LARGEST_PACK


def test_every_file_of_the_pack_is_named_in_its_manifest() -> None:
    manifest = yaml.safe_load((PACK / "pack.yaml").read_text(encoding="utf-8"))
    named = {item["file"] for item in manifest["layers"].values()}
    assert {path.name for path in PACK.iterdir()} == named | {"pack.yaml"}
    assert all(Path(name).name == name for name in named)


def test_pack_says_who_is_to_be_credited() -> None:
    manifest = yaml.safe_load((PACK / "pack.yaml").read_text(encoding="utf-8"))
    assert "© OpenStreetMap contributors" in manifest["attribution"]
    assert all(item["licence"] for item in manifest["layers"].values())


@pytest.mark.parametrize("point", [PHU_LAM, BA_BINH])
def test_archipelagos_belong_to_viet_nam(
    world: gpd.GeoDataFrame, point: tuple[float, float]
) -> None:
    assert codes_at(world.reset_index(), "code", point) == ["VN"]


def test_no_other_country_is_drawn_inside_the_archipelagos(world: gpd.GeoDataFrame) -> None:
    hoang_sa, truong_sa = shapely.box(110.9, 15.5, 113.2, 17.4), shapely.box(111.2, 7, 116.2, 12)
    inside = world[world.intersects(hoang_sa) | world.intersects(truong_sa)]
    assert list(inside.index) == ["VN"]


def test_archipelagos_are_labelled() -> None:
    names = set(layer("labels").name_vi)
    wanted = {
        "QĐ. Hoàng Sa (Đà Nẵng, Việt Nam)",
        "QĐ. Trường Sa (Khánh Hòa, Việt Nam)",
        "Biển Đông",
    }
    assert wanted <= names


@pytest.mark.parametrize(
    ("neighbour", "kilometres"), [("LA", 2_202.3), ("KH", 1_164.2), ("CN", 1_378.8)]
)
def test_line_is_as_long_as_its_source(
    lines: gpd.GeoDataFrame, neighbour: str, kilometres: float
) -> None:
    assert lines.length_m[neighbour] / 1000 == pytest.approx(kilometres, rel=0.01)


def test_lines_meet_at_the_published_tripoints(lines: gpd.GeoDataFrame) -> None:
    ends = {code: np.asarray(line.coords)[[0, -1]] for code, line in lines.geometry.items()}
    published = {row["line"]: row for row in rows(FACTS / "markers_with_coordinates.csv")}
    for line, met in (("LA-CN-VN", (ends["CN"][0], ends["LA"][0])), ("LA-KH-VN", (ends["LA"][1], ends["KH"][0]))):  # fmt: skip  # noqa: E501
        place = (float(published[line]["lon_dd"]), float(published[line]["lat_dd"]))
        assert met[0] == pytest.approx(place, abs=1e-5)
        assert met[1] == pytest.approx(place, abs=1e-5)


def test_published_markers_lie_within_130_m_of_the_line(lines: gpd.GeoDataFrame) -> None:
    markers = rows(FACTS / "markers_with_coordinates.csv")
    places = gpd.points_from_xy(
        [float(row["lon_dd"]) for row in markers], [float(row["lat_dd"]) for row in markers]
    )
    line = lines.to_crs(32648).geometry.union_all()
    far = gpd.GeoSeries(places, crs=4326).to_crs(32648).distance(line)
    assert len(far) == 12
    assert far.max() < 130


def test_segments_cover_each_line_without_gap(
    lines: gpd.GeoDataFrame, segments: gpd.GeoDataFrame
) -> None:
    assert len(segments) == 24
    for code, runs in segments.groupby("neighbour"):
        ends = list(runs.chainage_to_m)
        assert list(runs.chainage_from_m) == [0, *ends[:-1]]
        assert ends[-1] == pytest.approx(lines.length_m[code], abs=1)


@pytest.mark.parametrize(
    ("point", "zone"),
    [
        ((112.40, 16.834), "hoang_sa"),
        ((114.40, 10.377), "truong_sa"),
        ((107.1, 20.8), "internal_waters"),
        ((107.75, 20.1), "territorial_sea"),
        ((103.7, 10.2), "historic_waters"),
        ((108.8, 19.8), "near_cn"),
        ((110.8, 14.5), "eez"),
        ((108.0, 4.5), "near_id"),
    ],
)
def test_known_waters(zones: gpd.GeoDataFrame, point: tuple[float, float], zone: str) -> None:
    assert codes_at(zones, "zone", point) == [zone]


def test_sea_zones_are_only_indicative(zones: gpd.GeoDataFrame) -> None:
    assert set(zones.status) == {"indicative"}


def test_line_between_unpublished_points_is_not_official() -> None:
    lines = layer("sea_lines")
    gap = lines[(lines.from_point == "A21") & (lines.to_point == "A24")]
    assert list(zip(gap.check, gap.status, strict=True)) == [("incomplete", "indicative")]
    assert set(lines[lines.status == "official"].check) == {"S1", "S2"}


def test_province_layer_holds_both_maps() -> None:
    provinces = layer("provinces")
    assert (provinces.valid_to == "2025-06-30").sum() == 63
    assert provinces.valid_to.isna().sum() == 34
    assert set(provinces.check) == {"gần đúng"}
    assert provinces.is_valid.all()
