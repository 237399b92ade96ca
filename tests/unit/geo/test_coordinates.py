import csv
import math
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geo.coordinates import Coordinate, Unresolved, parse_coordinate, to_system
from app.geo.crs import AxisTable, shipped_axes, system_of
from app.geo.mgrs import to_mgrs

TRIPOINT = (14.6860556, 107.5566083)  # the Indochina tripoint, published to 0.01 second
METRES = 111_320.0
latitudes = st.floats(8.0, 23.5)
longitudes = st.floats(102.0, 118.0)


def _read(text: str, **declared: str) -> Coordinate:
    found = parse_coordinate(text, crs=declared.get("crs"), province_code=declared.get("province"))
    assert isinstance(found, Coordinate), found
    return found


def _refused(text: str, **declared: str) -> Unresolved:
    found = parse_coordinate(text, crs=declared.get("crs"), province_code=declared.get("province"))
    assert isinstance(found, Unresolved), found
    return found


def _codes(coordinate: Coordinate) -> list[str]:
    return [warning.code for warning in coordinate.warnings]


@pytest.mark.parametrize(
    "text",
    [
        "22°24'02.295\"N 102°08'38.109\"E",
        "22°24'02,295\" B, 102°08'38,109\" Đ",
        "22°24′02,295″ vĩ độ Bắc; 102°08′38,109″ kinh độ Đông",
        "22 độ 24 phút 02,295 giây Bắc, 102 độ 08 phút 38,109 giây Đông",
        "N22°24'02.295\" E102°08'38.109\"",
        "102°08'38.109\"E 22°24'02.295\"N",
        "22 24 02.295 N 102 08 38.109 E",
        "22º24'02,295'' 102º08'38,109''",
        "Vĩ độ: 22°24'02.295\" N; Kinh độ: 102°08'38.109\" E",
        "22.4006375, 102.1439192",
        "22,4006375 102,1439192",
        "22,4006375; 102,1439192",
        "22.4006375; 102.1439192 °",
        "２２，４００６３７５； １０２，１４３９１９２",
        "22,4006375,102,1439192",
        "22.4006375,102.1439192",
        "kinh độ 102,1439192 vĩ độ 22,4006375",
        unicodedata.normalize("NFD", "vĩ độ 22,4006375, kinh độ 102,1439192"),
    ],
)
def test_degrees_are_read_however_officials_write_them(text: str) -> None:
    found = _read(text)
    assert (found.lat, found.lon) == pytest.approx((22.4006375, 102.1439192), abs=5e-8)
    assert (found.crs, found.original, found.warnings) == ("EPSG:4326", text, ())


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("22.4, 102.1", 11_132.0),
        ("22.40064, 102.14392", 1.1132),
        ("22°24'02.3\" 102°08'38.1\"", 3.0922),
        ("22°24.038' 102°8.635'", 1.8553),
        ("22.40064, 102.1", 11_132.0),
    ],
)
def test_precision_is_that_of_the_coarser_last_decimal(text: str, metres: float) -> None:
    found = _read(text)
    assert found.precision_m == pytest.approx(metres, rel=1e-3)
    assert ("coarse" in _codes(found)) == (metres > 100)


def test_swapped_latitude_and_longitude_are_put_right_and_said() -> None:
    found = _read("102.1439192, 22.4006375")
    assert (found.lat, found.lon) == (22.4006375, 102.1439192)
    assert found.warnings[0].vi.startswith("Vĩ độ và kinh độ bị đảo")


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("6°12'00\"S 106°50'00\"E", -6.2, 106.8333333),
        ("vĩ độ 6,20000 Nam, kinh độ 106,83333 Đông", -6.2, 106.83333),
        ("38.90720, -77.03690", 38.9072, -77.0369),
        ("38°54'26\" B, 77°02'13\" T", 38.9072222, -77.0369444),
    ],
)
def test_places_abroad_keep_their_hemisphere(text: str, lat: float, lon: float) -> None:
    found = _read(text)
    assert (found.lat, found.lon) == pytest.approx((lat, lon), abs=1e-6)


def test_letter_n_beside_a_vietnamese_letter_is_a_question() -> None:
    refused = _refused("6°12'N 106°50'Đ")
    assert refused.reason.code == "north_or_nam"
    assert [round(one.lat, 1) for one in refused.candidates] == [6.2, -6.2]


def test_southern_tripoint_agrees_with_its_published_grid_position() -> None:
    found = _read("X = 1.625.161,02 m; Y = 775.331,60 m; UTM48/CM105")
    assert (found.lat, found.lon) == pytest.approx(TRIPOINT, abs=0.15 / METRES * 10)
    back = to_system(*TRIPOINT, "EPSG:32648")
    assert (back.north, back.east) == pytest.approx((1_625_161.02, 775_331.60), abs=0.11)
    assert (back.north, back.east) == pytest.approx((1_625_160.92, 775_331.57), abs=0.01)


def test_pair_written_east_first_is_put_right_and_said() -> None:
    found = _read("48P 775331.60 1625161.02")
    assert (found.lat, found.lon) == pytest.approx(TRIPOINT, abs=2e-6)
    assert _codes(found) == ["datum_assumed", "axes_swapped"]


@pytest.mark.parametrize(
    ("text", "crs", "code"),
    [
        ("VN-2000 KTT 105°45' X=2500000 Y=500000", None, "EPSG:9210"),
        ("VN-2000, kinh tuyến trục 105,75: 2500000 500000", None, "EPSG:9210"),
        ("VN-2000, KTT 105.45, X=2500000 Y=500000", None, "EPSG:9210"),
        ("VN-2000 kinh tuyến trục 105 múi 3° X=2500000 Y=500000", None, "EPSG:5897"),
        ("VN-2000 UTM múi 48: 2500000 500000", None, "EPSG:3405"),
        ("2500000 500000", "VN-2000 UTM 49N", "EPSG:3406"),
        ("2500000 500000", "9217", "EPSG:9217"),
        ("2500000 500000", "WGS-84 UTM 48N", "EPSG:32648"),
    ],
)
def test_declared_system_settles_a_grid_pair(text: str, crs: str | None, code: str) -> None:
    found = parse_coordinate(text, crs=crs)
    assert isinstance(found, Coordinate)
    assert (found.crs, found.original) == (code, text)


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("X=1625161.02 Y=775331.60", None),
        ("UTM 1625161.02 775331.60", None),
        ("2500000 500000", "VN-2000"),
        ("VN-2000 kinh tuyến trục 105 X=2500000 Y=500000", None),
        ("1210.100 – 555.650", None),
    ],
)
def test_grid_pair_without_zone_or_axis_is_never_guessed(text: str, crs: str | None) -> None:
    found = parse_coordinate(text, crs=crs)
    assert isinstance(found, Unresolved)
    assert found.reason.code == "system_missing"
    assert len(found.candidates) > 1


def test_candidates_begin_with_the_axes_of_the_province_and_its_predecessors() -> None:
    refused = _refused("2500000 500000", crs="VN-2000", province="08")
    assert [one.crs for one in refused.candidates[:2]] == ["EPSG:9211", "EPSG:9209"]


def test_province_settles_a_three_degree_pair_only_when_its_papers_have_one_axis() -> None:
    found = _read("2500000 500000", crs="VN-2000 múi 3°", province="04")
    assert (found.crs, _codes(found)) == ("EPSG:9210", ["axis_of_province"])
    assert _refused("2500000 500000", crs="VN-2000 múi 3°", province="12").candidates
    old = parse_coordinate(
        "2500000 500000", crs="VN-2000 múi 3°", province_code="12", on=date(2020, 1, 1)
    )
    assert isinstance(old, Coordinate)
    assert old.crs == "EPSG:9205"


def test_treaty_kilometres_are_indian_1960_and_lie_529_m_from_wgs84() -> None:
    treaty = _read("Hiệp ước 1985: 1210.100 – 555.650")
    naive = _read("1210100 555650", crs="EPSG:32648")
    assert (treaty.crs, treaty.method, treaty.precision_m) == ("EPSG:3148", "grid_kilometres", 1.0)
    north = (treaty.lat - naive.lat) * METRES
    east = (treaty.lon - naive.lon) * METRES * math.cos(math.radians(treaty.lat))
    assert math.hypot(north, east) == pytest.approx(529, abs=3)
    assert _codes(treaty) == ["old_datum"]


@pytest.mark.parametrize("crs", ["EPSG:3148", "Indian 1960 UTM 48"])
def test_treaty_system_can_be_declared_by_the_file(crs: str) -> None:
    assert _read("1210.100 – 555.650", crs=crs).crs == "EPSG:3148"


def test_vn2000_degrees_shift_by_the_official_operation() -> None:
    found = _read("VN-2000 12°14'24,00\" B, 109°11'42,00\" Đ")
    shift = ((12.24 - found.lat) * 3600, (109.195 - found.lon) * 3600)
    assert shift == pytest.approx((3.7, -6.4), abs=0.1)  # the paired table of circular 20/2019
    assert (found.operation, found.operation_accuracy_m) == ("VN-2000 to WGS 84 (2)", 1.0)


@pytest.mark.parametrize(
    ("text", "crs", "code"),
    [
        ("(10995 – 54146)", None, "cut_pair"),
        ("3300123 – 54146", None, "out_of_range"),
        ("48P YB 753 25161", None, "mgrs_unreadable"),
        ("31U DQ 48251 11932", None, "mgrs_unreadable"),
        ("Indian 1960 48P YB 75331 25160", None, "mgrs_datum"),
        ("22.4 102.1", "EPSG:9210", "degrees_in_grid_system"),
        ("1625161 775331", "EPSG:4756", "grid_in_geographic_system"),
        ("1625161 775331", "EPSG:9999", "system_unknown"),
        ("22.4 102.1", "hệ nào đó", "system_unknown"),
        ("gần bản Nà Phặc", None, "coordinate_unreadable"),
        ("22°75'00\" 102°08'00\"", None, "coordinate_unreadable"),
        ("22.4", None, "coordinate_unreadable"),
        ("", None, "coordinate_unreadable"),
        ("22.4 N 102.1 N", None, "coordinate_unreadable"),
    ],
)
def test_what_cannot_be_a_position_says_why(text: str, crs: str | None, code: str) -> None:
    found = parse_coordinate(text, crs=crs)
    assert isinstance(found, Unresolved)
    assert found.reason.code == code


def test_wrong_axis_that_throws_the_point_abroad_is_said() -> None:
    assert _codes(_read("2699000 500000", crs="EPSG:9210")) == ["outside_region"]


@pytest.mark.parametrize(
    "text",
    ["48P YB 75331 25160", "48PYB7533125160", "MGRS: 48P YB 75331 25160", "48p yb 75331 25160"],
)
def test_grid_square_of_a_receiver_is_read_to_its_middle(text: str) -> None:
    found = _read(text)
    grid = to_system(found.lat, found.lon, "EPSG:32648")
    assert (grid.north, grid.east) == pytest.approx((1_625_160.5, 775_331.5), abs=0.01)
    assert (found.crs, found.method, found.precision_m) == ("EPSG:32648", "mgrs", 1.0)


def test_short_grid_square_says_how_coarse_it_is() -> None:
    found = _read("48P YB 75 25")
    assert (found.precision_m, _codes(found)) == (1000.0, ["coarse"])


@given(latitudes, longitudes)
def test_grid_square_written_reads_back_within_a_metre(lat: float, lon: float) -> None:
    found = _read(to_mgrs(lat, lon))
    metres = (found.lat - lat) * METRES, (found.lon - lon) * METRES * math.cos(math.radians(lat))
    assert math.hypot(*metres) < 0.72


@pytest.mark.parametrize(
    "text",
    [
        "48 N 775331mE 1625161mN",
        "775331E 1625161N 48P",
        "N 1625161 E 775331 zone 48N",
        "UTM 48N: 775331 m E; 1625161 m N",
    ],
)
def test_utm_pair_is_read_wherever_the_zone_stands(text: str) -> None:
    found = _read(text)
    assert (found.lat, found.lon) == pytest.approx(TRIPOINT, abs=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "VN-2000 múi 3 107-30 X=1625161 Y=500000",
        "VN-2000 TM-3 107-30 X=1625161 Y=500000",
        "TM3 (107°30') VN2000 1625161 500000",
    ],
)
def test_axis_after_the_name_of_the_projection_is_read(text: str) -> None:
    assert _read(text).crs == "EPSG:9216"


@pytest.mark.parametrize(
    "text",
    [
        "https://maps.google.com/?q=22.40064,102.14392",
        "https://www.google.com/maps/place/X/@1.1,2.2,17z/data=!3d22.40064!4d102.14392",
        "geo:22.40064,102.14392?z=15",
    ],
)
def test_place_shared_by_a_phone_is_read_out_of_its_address(text: str) -> None:
    found = _read(text)
    assert (found.lat, found.lon) == (22.40064, 102.14392)


def _around_dong_thap(lat: float, lon: float) -> bool:
    return 10.6 < lat < 11.0 and 105.2 < lon < 105.8


@pytest.mark.parametrize("text", ["(10995 – 54146)", "10995 54146"])
def test_cut_pair_with_a_declared_zone_is_found_in_the_province(text: str) -> None:
    found = parse_coordinate(text, crs="VN-2000 UTM 48", near=_around_dong_thap)
    assert isinstance(found, Coordinate)
    grid = to_system(found.lat, found.lon, "EPSG:3405")
    assert (grid.north, grid.east) == pytest.approx((1_210_995, 554_146), abs=0.01)
    assert (found.method, _codes(found)) == ("cut_grid", ["cut_restored"])


def test_cut_pair_without_zone_or_place_stays_open() -> None:
    open_zone = parse_coordinate("10995 – 54146", province_code="82", near=_around_dong_thap)
    assert isinstance(open_zone, Unresolved)
    assert {"EPSG:32648", "EPSG:3405", "EPSG:3148"} <= {one.crs for one in open_zone.candidates}
    assert all(_around_dong_thap(one.lat, one.lon) for one in open_zone.candidates)
    nowhere = parse_coordinate("10995 – 54146", crs="VN-2000 UTM 48")
    assert isinstance(nowhere, Unresolved)
    assert nowhere.candidates == ()


def test_candidates_that_fit_the_place_come_first() -> None:
    found = parse_coordinate(
        "1625161 775331", near=lambda lat, lon: abs(lat - 14.7) < 0.3 and abs(lon - 107.5) < 0.3
    )
    assert isinstance(found, Unresolved)
    assert [one.crs for one in found.candidates[:2]] == ["EPSG:32648", "EPSG:3405"]


def test_old_papers_try_the_old_axes_first() -> None:
    old = parse_coordinate("1200000 500000", crs="VN-2000", province_code="75", on=date(2020, 1, 1))
    assert isinstance(old, Unresolved)
    assert [one.crs for one in old.candidates[:2]] == ["EPSG:5899", "EPSG:9212"]


def test_table_of_an_office_replaces_the_shipped_axes() -> None:
    own = AxisTable(tuple(replace(one, system=system_of("5897")) for one in shipped_axes().rows))
    found = parse_coordinate("2500000 500000", crs="VN-2000 múi 3", province_code="04", axes=own)
    assert isinstance(found, Coordinate)
    assert found.crs == "EPSG:5897"


def test_published_markers_read_the_same_in_both_columns(domain_data: Path) -> None:
    with (domain_data / "markers_with_coordinates.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    for row in rows:
        found = _read(f"{row['lat_dms']} {row['lon_dms']}")
        assert (found.lat, found.lon) == pytest.approx(
            (float(row["lat_dd"]), float(row["lon_dd"])), abs=1e-7
        )
    assert len(rows) == 9


@given(latitudes, longitudes)
def test_written_decimal_degrees_read_back(lat: float, lon: float) -> None:
    text = f"{lat:.7f} {lon:.7f}".replace(".", ",")
    found = _read(text)
    assert (found.lat, found.lon) == pytest.approx((lat, lon), abs=1e-7)


@given(latitudes, longitudes)
def test_written_degrees_minutes_seconds_read_back(lat: float, lon: float) -> None:
    found = _read(f"{_sexagesimal(lat)} B, {_sexagesimal(lon)} Đ")
    assert (found.lat, found.lon) == pytest.approx((lat, lon), abs=2e-7)


def _sexagesimal(value: float) -> str:
    milliseconds = round(value * 3_600_000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60}°{minutes % 60:02d}'{rest // 1000:02d},{rest % 1000:03d}\""


@given(st.text(max_size=40))
def test_any_text_is_a_coordinate_or_a_reason(text: str) -> None:
    found = parse_coordinate(text)
    assert isinstance(found, Coordinate) or found.reason.en


@pytest.mark.parametrize(
    "text",
    [
        "11.35.12 106.08.30",
        "106.08.30 11.35.12",
        "11d35m12s 106d08m30s",
        "11d 35m 12s N, 106d 08m 30s E",
        "113512N 1060830E",
        "113512,0B; 1060830,0Đ",
    ],
)
def test_degrees_without_their_signs_are_read(text: str) -> None:
    found = parse_coordinate(text)
    assert isinstance(found, Coordinate)
    assert (found.lat, found.lon) == pytest.approx((11.5866667, 106.1416667), abs=1e-7)


@pytest.mark.parametrize(
    "text", ["1.281.234 606.543", "X=1.281.234; Y=606.543", "X 1.281.234,0 Y 606.543"]
)
def test_a_point_beside_grouped_thousands_groups_thousands(text: str) -> None:
    found = parse_coordinate(text, crs="EPSG:3405")
    assert isinstance(found, Coordinate)
    assert (found.lat, found.lon) == pytest.approx((11.587487, 105.979016), abs=1e-5)


@pytest.mark.parametrize("text", ["11.35.75 106.08.30", "1.2.3.4 5.6.7.8", "1,2,3 4,5,6"])
def test_numbers_that_are_none_become_a_sentence(text: str) -> None:
    assert isinstance(parse_coordinate(text), Unresolved)
