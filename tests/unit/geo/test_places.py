from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geo.labels import parse_label
from app.geo.place_words import compass_name
from app.geo.places import (
    ChainageExpression,
    PlaceExpression,
    StretchExpression,
    parse_place,
    read_place,
)


def _told(label: str, offset: float | None, bearing: float | None = None) -> PlaceExpression:
    return PlaceExpression(parse_label(label), offset, bearing, is_approximate=False, along=False)


def _stretch(first: str, last: str, *, is_within: bool = False) -> StretchExpression:
    return StretchExpression(parse_label(first), parse_label(last), is_within=is_within)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mốc 217 + 367 m", replace(_told("217", 367.0), along=True)),
        ("Mốc 217+367m", replace(_told("217", 367.0), along=True)),
        ("cách cột mốc 160/4 khoảng 300m", replace(_told("160/4", 300.0), is_approximate=True)),
        ("cách mốc phụ 160/4 300 m về phía tây", _told("160/4", 300.0, 270.0)),
        ("cách mốc 160/4 2km 500m về phía tây bắc", _told("160/4", 2500.0, 315.0)),
        ("cột mốc 4/1 về hướng Nam 2km500", _told("4/1", 2500.0, 180.0)),
        ("cách mốc 4 2km5 hướng nam", _told("4", 2500.0, 180.0)),
        ("mốc 42, cách 50 mét hướng Tây - Tây Nam", _told("42", 50.0, 247.5)),
        ("mốc 30 hướng bắc tây bắc 40m", _told("30", 40.0, 337.5)),
        ("mốc 217 − 100 m", _told("217", 100.0)),
        ("mốc 314 và 2 người", _told("314", None)),
        ("giữa mốc 12, 3 người bị bắt", _told("12", None)),
        ("cột mốc số 138(2) lệch 20m về hướng đông nam", _told("138(2)", 20.0, 135.0)),
        ("cach moc phu 160/4 300 m ve phia tay", _told("160/4", 300.0, 270.0)),
        ("cách mốc 314 1,5 km về hướng Tây Bắc", _told("314", 1500.0, 315.0)),
        ("cách M.160/4 300 m hướng TN", _told("160/4", 300.0, 225.0)),
        ("M 160/4, 300m phía ĐB", _told("160/4", 300.0, 45.0)),
        ("1.500 m về phía đông nam cột mốc số 79(1)", _told("79(1)", 1500.0, 135.0)),
        ("tại cọc dấu 168/2.3", _told("168/2.3", None)),
        ("cột dấu 168/2.3", _told("168/2.3", None)),
        ("mốc 133(2)/2, 20 mét", _told("133(2)/2", 20.0)),
        ("mốc KH 160/4", _told("KH 160/4", None)),
        ("KH 160/4 + 300 m", replace(_told("KH 160/4", 300.0), along=True)),
        ("mốc 304 (tuyến Lào)", _told("LA 304", None)),
        ("mốc 304, tuyến Việt Nam – Trung Quốc", _told("CN 304", None)),
        ("cách mốc 171 50 m, phía Việt Nam", replace(_told("171", 50.0), side="vn")),
        ("cách mốc 171 50 m, phía Campuchia", replace(_told("KH 171", 50.0), side="other")),
        (
            "cách mốc KH 171 450 m về phía mốc 170",
            replace(_told("KH 171", 450.0), towards=parse_label("KH 170")),
        ),
        ("khu vực mốc 186", replace(_told("186", None), is_approximate=True)),
        ("cách đường biên 30 m, tại mốc 130", _told("130", None)),
    ],
)
def test_place_told_from_a_marker_is_read(text: str, expected: PlaceExpression) -> None:
    assert parse_place(text) == expected
    assert read_place(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("giữa mốc 119 và 121", _stretch("119", "121", is_within=True)),
        ("giáp mốc 12 và 13", _stretch("12", "13", is_within=True)),
        ("giữa mốc 119, 121", _stretch("119", "121", is_within=True)),
        ("khu vực mốc 119; 120; 121", _stretch("119", "121", is_within=True)),
        ("giữa hai cột mốc số 47/7(2) và 47/8", _stretch("47/7(2)", "47/8", is_within=True)),
        ("từ mốc 257 đến mốc 259", _stretch("257", "259")),
        ("đoạn từ mốc số 1119 đến mốc số 1120", _stretch("1119", "1120")),
        ("mốc 257 – 259", _stretch("257", "259")),
        ("tu moc 257 den moc 259", _stretch("257", "259")),
        ("từ mốc 119 đến 121 tuyến Lào", _stretch("LA 119", "LA 121")),
        ("từ mốc KH 47/6 đến 47/27", _stretch("KH 47/6", "KH 47/27")),
    ],
)
def test_stretch_between_two_markers_is_read(text: str, expected: StretchExpression) -> None:
    assert read_place(text) == expected


@pytest.mark.parametrize(
    ("text", "metres", "stretch", "line"),
    [
        ("km 12+300 đoạn Sơn La – Hủa Phăn", 12_300.0, "Sơn La – Hủa Phăn", None),
        ("Km12+300 tuyến Việt Nam – Lào", 12_300.0, "Việt Nam – Lào", "LA"),
        ("lý trình 412,3 km tuyến Việt Nam – Campuchia", 412_300.0, "Việt Nam – Campuchia", "KH"),
        ("km 7 thuộc đoạn Điện Biên, tuyến Lào", 7_000.0, "Điện Biên, tuyến Lào", "LA"),
    ],
)
def test_kilometre_of_a_stretch_is_read(
    text: str, metres: float, stretch: str, line: str | None
) -> None:
    assert read_place(text) == ChainageExpression(metres, stretch, line)


@pytest.mark.parametrize(
    "text",
    ["", "bản Nà Phặc", "cách cầu 300 m", "một cột", "12 km", "22.4, 102.1", "km 12+300"],
)
def test_sentence_without_a_marker_tells_no_place(text: str) -> None:
    assert read_place(text) is None


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("mốc 314", 0.0),
        ("gần mốc 314", 500.0),
        ("mốc 217 + 367 m", 0.5),
        ("cách mốc 160/4 300 m về phía tây", 133.9),
        ("cách mốc 160/4 khoảng 300 m về phía tây", 137.9),
        ("cách mốc 160/4 khoảng 300 m", 360.0),
        ("cách mốc 160/4 1 km", 1500.0),
    ],
)
def test_uncertainty_is_that_of_the_words(text: str, metres: float) -> None:
    told = parse_place(text)
    assert told is not None
    assert told.uncertainty_m == pytest.approx(metres, abs=0.1)


labels = st.builds(
    lambda main, aux, suffix: f"{main}{f'/{aux}' if aux else ''}{f'({suffix})' if suffix else ''}",
    st.integers(1, 1378),
    st.none() | st.integers(1, 30),
    st.none() | st.integers(1, 3),
)


@given(
    labels,
    st.integers(1, 9000),
    st.sampled_from(range(0, 360, 45)),
    st.sampled_from(["vn", "other"]),
)
def test_place_as_it_is_written_reads_back(
    label: str, metres: int, bearing: int, side: str
) -> None:
    where = "phía Việt Nam" if side == "vn" else "phía Lào"
    text = f"cách mốc {label} khoảng {metres} m về phía {compass_name(bearing)[0]}, {where}"
    told = read_place(text)
    assert isinstance(told, PlaceExpression)
    assert (str(told.label), told.offset_m, told.bearing) == (label, metres, bearing)
    assert told.side == side


@given(labels, labels)
def test_stretch_as_it_is_written_reads_back(first: str, last: str) -> None:
    told = read_place(f"từ mốc {first} đến mốc {last}")
    if first == last:
        assert not isinstance(told, StretchExpression)
    else:
        assert isinstance(told, StretchExpression)
        assert (str(told.first), str(told.last)) == (first, last)


@given(st.text(max_size=200))
def test_any_text_is_a_place_or_none(text: str) -> None:
    told = read_place(text)
    assert told is None or isinstance(
        told, PlaceExpression | StretchExpression | ChainageExpression
    )
