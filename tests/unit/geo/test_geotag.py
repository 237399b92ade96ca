import csv
from datetime import date

import numpy as np
import pytest

from app.geo.gazetteer import Pack
from app.geo.geotag import Markers, Tag, tag_point, tag_points
from app.geo.tag_remarks import far_from_line
from tests.unit.geo.conftest import SHARED


def _codes(tag: Tag) -> list[str]:
    return [remark.code for remark in tag.warnings]


def test_point_inside_a_commune_has_that_commune(tiny: Pack) -> None:
    tag = tag_point(21.0, 104.5, tiny)
    assert (tag.province_code, tag.commune_code, tag.country_code) == ("08", "00001", "VN")
    assert (tag.side, tag.neighbour, tag.sea_zone, tag.warnings) == ("vn", "LA", None, ())


def test_point_across_the_line_has_the_nearest_commune_and_says_so(tiny: Pack) -> None:
    tag = tag_point(22.01, 105.5, tiny)
    assert (tag.commune_code, tag.country_code, tag.side) == ("00002", "CN", "other")
    assert tag.border_distance_m == pytest.approx(1_107, abs=2)
    assert _codes(tag) == ["other_side"]


def test_point_farther_across_has_no_commune(tiny: Pack) -> None:
    tag = tag_point(22.05, 105.5, tiny)
    assert (tag.commune_code, tag.country_code, tag.side) == (None, "CN", "other")
    assert _codes(tag) == ["outside_country"]


def test_point_nearer_than_the_map_is_accurate_is_uncertain(tiny: Pack) -> None:
    assert _codes(tag_point(21.9999, 105.5, tiny)) == ["side_uncertain"]
    assert _codes(tag_point(22.0001, 105.5, tiny)) == ["other_side", "side_uncertain"]


def test_point_at_sea_has_a_zone_and_the_archipelago_is_vietnam(tiny: Pack) -> None:
    at_sea, island = tag_point(20.5, 107.5, tiny), tag_point(20.0, 111.0, tiny)
    assert (at_sea.sea_zone, at_sea.country_code, at_sea.commune_code) == ("eez", None, None)
    assert (island.sea_zone, island.country_code) == ("hoang_sa", "VN")


def test_place_abroad_keeps_its_country_and_no_place_on_the_line(tiny: Pack) -> None:
    tag = tag_point(28.0, 105.0, tiny)
    assert (tag.country_code, tag.neighbour, tag.chainage_m, tag.side) == ("CN", None, None, None)


def test_old_date_gives_the_old_province_without_a_commune(tiny: Pack) -> None:
    tag = tag_point(21.0, 104.5, tiny, on=date(2020, 1, 1))
    assert (tag.province_code, tag.commune_code) == ("10", None)


def test_nearest_marker_comes_with_its_distance(tiny: Pack) -> None:
    markers = Markers([41, 42], np.array([104.5, 105.5]), np.array([22.0, 22.0]))
    tag = tag_point(21.99, 105.5, tiny, markers=markers)
    assert tag.marker_id == 42
    assert tag.marker_distance_m == pytest.approx(1_107, abs=2)


def test_gate_far_from_the_line_is_warned_about() -> None:
    assert far_from_line(2_999.0) is None
    warning = far_from_line(13_771.0)
    assert warning is not None
    assert "13,8 km" in warning.vi


def test_no_points_give_no_tags(tiny: Pack) -> None:
    assert len(tag_points(np.array([]), np.array([]), tiny)) == 0


@pytest.mark.parametrize(("name", "metres"), [("default", 130.0), ("better", 11.0)])
def test_published_markers_lie_near_the_line_of_the_pack(
    name: str,
    metres: float,
    request: pytest.FixtureRequest,
    published_markers: list[dict[str, str]],
) -> None:
    pack: Pack = request.getfixturevalue(name)
    lat = np.array([float(row["lat_dd"]) for row in published_markers])
    lon = np.array([float(row["lon_dd"]) for row in published_markers])
    tags = tag_points(lat, lon, pack)
    assert len(tags) == 9
    assert tags.border_distance_m.max() < metres
    assert (tags.country_code[tags.side == "vn"] == "VN").all()


@pytest.mark.parametrize(
    ("neighbour", "kilometres"), [("CN", 1_450.7), ("LA", 2_356.7), ("KH", 1_263.1)]
)
def test_lines_of_the_better_pack_have_the_known_lengths(
    better: Pack, neighbour: str, kilometres: float
) -> None:
    assert better.lines.length_m(neighbour) / 1000 == pytest.approx(kilometres, rel=0.01)


def test_known_gates_fall_in_their_province(real_pack: Pack) -> None:
    path = SHARED / "geodata" / "gates_draft.csv"
    if not path.is_file():
        pytest.skip("../shared/geodata is missing: known gates are not checked")
    with path.open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    wrong = [row["ten"] for row in rows if _province(real_pack, row) != _plain(row["tinh"])]
    assert len(rows) == 23
    assert len(wrong) <= 1, wrong


def _province(pack: Pack, row: dict[str, str]) -> str | None:
    tag = tag_point(float(row["lat_goc"]), float(row["lon_goc"]), pack)
    named = pack.province(tag.province_code) if tag.province_code else None
    return _plain(named.name) if named else None


def _plain(name: str) -> str:
    return name.removeprefix("Tỉnh ").removeprefix("Thành phố ").replace("oá", "óa")


@pytest.mark.parametrize(("lat", "lon"), [(16.834, 112.338), (10.377, 114.365)])
def test_phu_lam_and_ba_binh_are_vietnam(real_pack: Pack, lat: float, lon: float) -> None:
    tag = tag_point(lat, lon, real_pack)
    assert tag.country_code == "VN"
    assert tag.commune_code in ("20333", "22736") or tag.sea_zone in ("hoang_sa", "truong_sa")


def test_points_together_are_tagged_as_one_by_one(real_pack: Pack) -> None:
    random = np.random.default_rng(11)
    lat, lon = random.uniform(8, 24, 200), random.uniform(102, 112, 200)
    together = tag_points(lat, lon, real_pack)
    for index in range(len(lat)):
        alone = tag_point(float(lat[index]), float(lon[index]), real_pack)
        assert together.row(index, accuracy_m=real_pack.accuracy_m) == alone


def test_map_before_and_after_the_merger_is_in_the_pack(better: Pack) -> None:
    assert len(better.communes) == 3_321
    assert len(better.provinces.in_force(None)) == 34
    assert len(better.provinces.in_force(date(2025, 6, 30))) == 63
