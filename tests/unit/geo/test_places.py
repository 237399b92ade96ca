from dataclasses import replace

import pytest

from app.geo.labels import parse_label
from app.geo.places import PlaceExpression, parse_place


def _told(label: str, offset: float | None, bearing: float | None = None) -> PlaceExpression:
    return PlaceExpression(parse_label(label), offset, bearing, is_approximate=False, along=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mốc 217 + 367 m", replace(_told("217", 367.0), along=True)),
        ("Mốc 217+367m", replace(_told("217", 367.0), along=True)),
        ("cách cột mốc 160/4 khoảng 300m", replace(_told("160/4", 300.0), is_approximate=True)),
        ("cách mốc phụ 160/4 300 m về phía tây", _told("160/4", 300.0, 270.0)),
        ("cach moc phu 160/4 300 m ve phia tay", _told("160/4", 300.0, 270.0)),
        ("cách mốc 314 1,5 km về hướng Tây Bắc", _told("314", 1500.0, 315.0)),
        ("1.500 m về phía đông nam cột mốc số 79(1)", _told("79(1)", 1500.0, 135.0)),
        ("tại cọc dấu 168/2.3", _told("168/2.3", None)),
        ("mốc 133(2)/2, 20 mét", _told("133(2)/2", 20.0)),
    ],
)
def test_place_told_from_a_marker_is_read(text: str, expected: PlaceExpression) -> None:
    assert parse_place(text) == expected


@pytest.mark.parametrize("text", ["", "bản Nà Phặc", "cách cầu 300 m", "một cột"])
def test_sentence_without_a_marker_tells_no_place(text: str) -> None:
    assert parse_place(text) is None
