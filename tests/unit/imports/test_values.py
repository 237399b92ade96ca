"""Cells as offices fill them: days in words, decimal commas, lost zeros, positions by halves."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geo.coordinates import Coordinate, parse_coordinate
from app.imports.days import read_day, read_moment
from app.imports.fields import Target, assigned, plan_of
from app.imports.judging import Judged, RowProblemError
from app.imports.marker_labels import read_marker_label
from app.imports.positions import Given, _plain_degrees, read_position
from app.imports.readers.source import Cell, Unreadable
from app.imports.surroundings import lines_named
from app.imports.values import (
    Places,
    read_count,
    read_measure,
    read_metres,
    read_place,
    read_text,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
EXCEL = datetime(2026, 3, 5, 8, 30)  # noqa: DTZ001  sheets know no zone
PROVINCES = Places("tỉnh", 2, {"04": "Tỉnh Cao Bằng", "08": "Tỉnh Tuyên Quang"})
COMMUNES = Places("xã", 5, {"01501": "Xã Đàm Thuỷ", "02000": "Xã A", "02001": "Phường A"})


def row(**values: Cell) -> Judged:
    return Judged(7, values)


@pytest.mark.parametrize(
    "written",
    [
        "05/03/2026", "5-3-2026", "05.03.2026", "2026-03-05", "ngày 5 tháng 3 năm 2026",
        "Hà Giang, ngày 05 tháng 03 năm 2026", date(2026, 3, 5),
        EXCEL.replace(hour=0, minute=0), 46086,
        "46086", "05/03/26", "5 tháng 3 năm 2026", "5-Mar-2026", "Mar 5, 2026", "05-thg3-2026",
        20260305, "20260305", "Thứ Năm, 05/03/2026", "05/03/2026 (05/03/2026)",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: Cell) -> None:
    assert read_day(row(day=written), "day") == date(2026, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        "hôm qua", "31/02/2026", "03/25/2026", "7", "05/03/0226", "01/01/1826", "20261305",
        "05/03/2026 - 06/03/2026", "ngày 04/3 đến 05/3/2026", "5-Abc-2026",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(written: Cell) -> None:
    with pytest.raises(RowProblemError):
        read_day(row(day=written), "day")


@pytest.mark.parametrize(
    ("at", "hour"),
    [
        ("05/03/2026 08:30", None), ("08h30 ngày 5/3/2026", None), (EXCEL, None),
        ("8 giờ 30, ngày 5 tháng 3 năm 2026", None), ("05/03/2026", "8:30"),
        ("05/03/2026", time(8, 30)),
        ("05/03/2026", 0.3541666667), ("2026-03-05T01:30:00+00:00", None),
        (46086.3541666667, None), ("05/03/2026 8:30 AM", None), ("8h30 sáng 5/3/2026", None),
    ],
)  # fmt: skip
def test_a_moment_is_read_from_one_cell_or_two(at: Cell, hour: Cell) -> None:
    found = read_moment(row(at=at, hour=hour), "at", time_name="hour", zone=HANOI)
    assert found is not None
    assert found.has_time
    assert datetime.fromisoformat(found.iso) == datetime(2026, 3, 5, 8, 30, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("8:30 PM", 20), ("8:30 CH", 20), ("3 giờ chiều", 15), ("11 giờ đêm", 23), ("1 giờ đêm", 1),
        ("12 giờ trưa", 12), ("1 giờ trưa", 13), ("12:15 AM", 0), ("7 giờ tối", 19), ("15h", 15),
        ("từ 8h đến 9h", 8),
    ],
)  # fmt: skip
def test_the_half_of_the_day_is_understood(written: str, hour: int) -> None:
    found = read_moment(row(at=f"{written} ngày 05/03/2026"), "at", time_name="hour", zone=HANOI)
    assert found is not None
    assert datetime.fromisoformat(found.iso).hour == hour


@pytest.mark.parametrize(
    ("cell", "said"),
    [(8, "08:00"), ("8", "08:00"), ("8.30", "08:30"), ("8-30", "08:30"), (0.5, "12:00"),
     (0, "00:00"), ("8h", "08:00"), (time(8, 30), "08:30")],
)  # fmt: skip
def test_an_hour_in_its_own_column_may_be_bare(cell: Cell, said: str) -> None:
    found = read_moment(row(at="05/03/2026", hour=cell), "at", time_name="hour", zone=HANOI)
    assert found is not None
    assert found.iso[11:16] == said


@pytest.mark.parametrize("cell", ["sáng", 830, "25", "8:75"])
def test_an_hour_that_is_none_is_refused(cell: Cell) -> None:
    with pytest.raises(RowProblemError, match="Không đọc được giờ"):
        read_moment(row(at="05/03/2026", hour=cell), "at", time_name="hour", zone=HANOI)


def test_several_hours_are_taken_with_a_warning() -> None:
    one = row(at="từ 8h đến 9h ngày 05/03/2026")
    read_moment(one, "at", time_name="hour", zone=HANOI)
    assert [found.code for found in one.findings] == ["several_times"]


def test_a_point_before_three_figures_is_asked_about() -> None:
    one = row(elevation_m="1.045")
    assert read_measure(one, "elevation_m", most=4000) == 1.045
    assert "nếu là hàng nghìn, hãy ghi 1045" in one.findings[0].text


def test_a_refused_figure_names_its_column() -> None:
    with pytest.raises(RowProblemError, match="Cột “Năm khắc”: giá trị 8 nằm ngoài khoảng từ 1885"):
        read_measure(row(year_engraved="08"), "year_engraved", least=1885, most=2100)


def test_a_text_that_is_too_long_is_cut_with_a_warning() -> None:
    one = row(note="x" * 5000)
    assert len(read_text(one, "note", most=4000)) == 4000
    assert "chỉ giữ 4.000 ký tự đầu" in one.findings[0].text


@pytest.mark.parametrize(
    ("written", "label", "warned"),
    [
        ("314.0", "314", "label_read_as"), ("314,0", "314", "label_read_as"), (314.0, "314", ""),
        ("07/47", "7/47", "label_read_as"), ("M304", "304", ""), ("M.304", "304", ""),
        ("CĐ 168/2.3", "168/2.3", ""), ("３１４", "314", ""), ("４７／７（２）", "47/7(2)", ""),
        ("A2", "A-2", "label_legacy"), ("mốc 47 / 7 (2)", "47/7(2)", ""),
    ],
)  # fmt: skip
def test_a_marker_number_is_read_however_it_is_written(
    written: Cell, label: str, warned: str
) -> None:
    one = row(label=written)
    assert str(read_marker_label(one, "label", None)) == label
    assert [found.code for found in one.findings] == ([warned] if warned else [])


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("Jul-47", "thành ngày"), ("10-thg5", "thành ngày"), (date(2026, 5, 10), "10/05/2026"),
        ("77/1 (1,2)", "nhiều mốc"), ("mốc 257 – 259", "một đoạn"), ("314 và 315", "nhiều mốc"),
        ("mốc giao điểm " + "x" * 80, "dài quá"), ("abc", "Không đọc được số hiệu"),
    ],
)  # fmt: skip
def test_what_is_not_one_marker_is_refused_with_why(written: Cell, word: str) -> None:
    with pytest.raises(RowProblemError, match=word):
        read_marker_label(row(label=written), "label", None)


@pytest.mark.parametrize(
    ("written", "value"),
    [("1.866,23", 1866.23), ("788.83", 788.83), (12, 12.0), ("1081 m", 1081.0)],
)
def test_a_measure_may_have_a_decimal_comma(written: Cell, value: float) -> None:
    assert read_measure(row(h=written), "h", most=4000) == value


def test_a_figure_inside_words_is_taken_with_a_warning() -> None:
    one = row(h="1081 (1086 on the map)")
    assert read_measure(one, "h", most=4000) == 1081.0
    assert [found.code for found in one.findings] == ["figure_in_text"]


@pytest.mark.parametrize(("written", "count"), [("3 người", 3), (4, 4), ("1.345", 1345), (2.0, 2)])
def test_persons_are_counted_in_whole(written: Cell, count: int) -> None:
    assert read_count(row(n=written), "n") == count


@pytest.mark.parametrize("written", ["vài người", 2.5, "2,5", True])
def test_half_a_person_is_refused(written: Cell) -> None:
    with pytest.raises(RowProblemError):
        read_count(row(n=written), "n")


@pytest.mark.parametrize(
    ("written", "metres"), [(300, 300), ("300 m", 300), ("khoảng 0,3 km", 300), ("1.500 m", 1500)]
)
def test_a_distance_carries_its_unit(written: Cell, metres: float) -> None:
    assert read_metres(row(d=written), "d") == metres


@pytest.mark.parametrize(
    ("places", "written", "code"),
    [
        (PROVINCES, 4, "04"), (PROVINCES, "04", "04"), (PROVINCES, "Cao Bằng", "04"),
        (PROVINCES, "tỉnh cao bang", "04"), (COMMUNES, 1501, "01501"),
        (COMMUNES, "Đàm Thuỷ", "01501"), (COMMUNES, "A", None), (PROVINCES, "99", None),
    ],
)  # fmt: skip
def test_codes_get_their_zero_back_where_one_fits(
    places: Places, written: Cell, code: str | None
) -> None:
    one = row(place=written)
    assert read_place(one, "place", places) == code
    assert bool(one.findings) == (code is None or isinstance(written, int))


def position(**values: Cell) -> Coordinate | None:
    return read_position(row(**values), declared=None, province_code=None, on=None)


def test_a_position_is_put_together_from_two_columns() -> None:
    found = position(lat="22,9369286", lon="104,8493911")
    assert found is not None
    assert (round(found.lat, 6), round(found.lon, 6)) == (22.936929, 104.849391)


def test_degrees_minutes_seconds_come_before_decimals() -> None:
    found = position(
        lat=22.4006375, lon=102.1439192, lat_dms="22°24'02.295\"N", lon_dms="102°08'38.109\"E"
    )
    assert found is not None
    assert "22°24" in found.original


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"lat": 104.8494, "lon": 22.9369}, "đảo"),
        ({"lat": "104,8494", "lon": "22,9369"}, "đảo"),
        ({"coordinate": "104.8494, 22.9369"}, "đảo"),
        ({"north": 2586000.5, "east": 500100.25}, "Có thể là"),
        ({"lat": 22.9369}, "thiếu kinh độ"),
        ({"lon": 104.8}, "thiếu vĩ độ"),
        ({"lat": 48.85, "lon": 2.35}, "ngoài lãnh thổ"),
        ({"lat": 229369286, "lon": 1048493911}, "chữ số"),
        (
            {
                "lat": "22.9301",
                "lon": "104.8401",
                "lat_dms": "22°56'12\"",
                "lon_dms": "104°50'57\"",
            },
            "lệch",
        ),
        ({"lat": Unreadable("Ô C2 chứa công thức."), "lon": 104.8}, "công thức"),
    ],
)
def test_a_position_that_leaves_a_question_is_refused_with_it(
    values: dict[str, Cell], word: str
) -> None:
    with pytest.raises(RowProblemError, match=word):
        position(**values)


def test_a_column_may_name_the_axis_of_vn2000() -> None:
    found = position(north="2586000,5", east="500100,25", crs="VN-2000, kinh tuyến trục 105°30'")
    assert found is not None
    assert found.crs == "EPSG:9209"


@given(
    lat=st.floats(5, 23.9), lon=st.floats(101.5, 118),
    decimals=st.tuples(st.integers(4, 9), st.integers(4, 9)), mark=st.sampled_from(".,"),
)  # fmt: skip
def test_the_short_way_reads_degrees_as_the_long_way(
    lat: float, lon: float, decimals: tuple[int, int], mark: str
) -> None:
    text = f"{lat:.{decimals[0]}f}; {lon:.{decimals[1]}f}".replace(".", mark)
    assert _plain_degrees(Given(text, None)) == parse_coordinate(text)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("KH", ("KH",)), ("Việt Nam – Lào", ("LA",)), ("LA-CN-VN", ("CN", "LA")),
        ("Căm-pu-chia", ("KH",)), ("Trung Quốc", ("CN",)), ("Thái Lan", ()),
    ],
)  # fmt: skip
def test_lines_are_known_by_many_names(said: str, lines: tuple[str, ...]) -> None:
    assert lines_named(said) == lines


def test_headers_are_matched_blind_to_case_and_diacritics() -> None:
    plan = plan_of(Target.MARKERS)
    headers = [
        "STT",
        "TUYEN",
        "Số hiệu mốc, cọc dấu",
        "Vi do (B)",
        "KINH ĐỘ",
        "Độ cao (m)",
        "Ghi chú",
    ]
    found = assigned(plan, [[header] for header in headers])
    assert found == {"line": 1, "label": 2, "lat": 3, "lon": 4, "elevation_m": 5, "note": 6}


@pytest.mark.parametrize(
    ("lat", "lon", "crs"),
    [(23.384337, 105.310228, "EPSG:4326"), (23.4, 105.3, "EPSG:9209")],
)
def test_degrees_beside_a_grid_pair_have_their_own_system_and_the_finer_one_counts(
    lat: float, lon: float, crs: str
) -> None:
    both = row(lat=lat, lon=lon, north=2586963.15, east=480405.79, crs="EPSG:9209")
    found = read_position(both, declared=None, province_code=None, on=None)
    assert found is not None
    assert found.crs == crs


def test_degrees_and_a_grid_pair_must_agree() -> None:
    both = row(lat=23.3841, lon=105.3199, north=2586963.15, east=480405.79, crs="EPSG:9209")
    with pytest.raises(RowProblemError, match="lệch nhau"):
        read_position(both, declared=None, province_code=None, on=None)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("BR-VT", "77"),
        ("Bà Rịa – Vũng Tàu (cũ)", "77"),
        ("TP.HCM", "79"),
        ("Sài Gòn", "79"),
        ("HCM City", "79"),
        ("TT-Huế", "46"),
        ("T. Cao Bằng", "04"),
        ("Q. Trị", None),
    ],
)
def test_provinces_are_known_by_what_people_call_them(written: str, code: str | None) -> None:
    names = {"79": "Thành phố Hồ Chí Minh", "46": "Thành phố Huế", "04": "Tỉnh Cao Bằng"}
    places = Places("tỉnh", 2, {**names, "77": "Tỉnh Bà Rịa - Vũng Tàu"})
    assert read_place(Judged(2, {"place": written}), "place", places) == code
