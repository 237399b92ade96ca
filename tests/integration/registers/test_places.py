"""Places as staff tell them become points, and points become what staff tell."""

import pytest
from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.geo.places import read_place
from app.permissions import Actor
from app.registers.geodesy import bearing
from app.registers.models import Marker, Segment
from app.registers.place_finding import FoundPlace, find_place
from app.registers.place_questions import PlaceOpenError
from app.registers.place_telling import tell_point
from tests.integration.registers.factories import (
    MINISTRY,
    NOW,
    PROVINCE_91,
    add_markers,
    add_stretch,
    row,
)

TODAY = NOW.date()


@pytest.fixture
def stretch(session: Session, pack: Pack) -> dict[str, Marker]:
    found = add_stretch(session, pack)
    add_markers(session, pack, row("LA 119", 21.5, 104.001), row("LA 121", 21.3, 104.001))
    add_markers(session, pack, row("CN 47", 21.999, 105.5))
    session.add_all(
        [
            Segment(
                neighbour="LA",
                province_code="14",
                name="Việt Nam – Lào: Sơn La",
                chainage_from_m=10_000.0,
                chainage_to_m=150_000.0,
            ),
            Segment(
                neighbour="LA",
                province_code="40",
                name="Việt Nam – Lào: Nghệ An",
                chainage_from_m=150_000.0,
                chainage_to_m=200_000.0,
            ),
        ]
    )
    session.flush()
    return found


def _found(
    session: Session, pack: Pack, text: str, *, actor: Actor = MINISTRY, line: str | None = None
) -> FoundPlace:
    told = read_place(text, line=line)
    assert told is not None
    return find_place(session, actor, told, pack=pack)


def _asked(session: Session, pack: Pack, text: str, *, actor: Actor = MINISTRY) -> PlaceOpenError:
    with pytest.raises(PlaceOpenError) as asked:
        _found(session, pack, text, actor=actor)
    return asked.value


def _codes(found: FoundPlace) -> list[str]:
    return [remark.code for remark in found.remarks]


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(
    ("text", "azimuth", "metres"),
    [
        ("cách mốc phụ KH 47/7(2) khoảng 300 m về phía tây", 270, 300),
        ("cách mốc 47/7(2) 1,2 km về hướng đông bắc", 45, 1200),
        ("cọc dấu 168/2.3, 50 m về phía bắc", 0, 50),
    ],
)
def test_offset_from_a_marker_is_a_point(
    session: Session, pack: Pack, text: str, azimuth: float, metres: float
) -> None:
    found = _found(session, pack, text)
    start = (20.001, 105.30) if "168" in text else (20.001, 104.40)
    way = bearing(start, (found.lat, found.lon))
    assert way.distance_m == pytest.approx(metres, abs=0.01)
    assert (way.azimuth - azimuth + 180) % 360 == pytest.approx(180, abs=0.01)
    assert metres * 0.4 < found.uncertainty_m < metres * 0.9


def test_distance_along_the_line_follows_the_numbers(
    session: Session, pack: Pack, stretch: dict[str, Marker]
) -> None:
    found = _found(session, pack, "mốc 47/7(2) + 5 km")
    assert found.lat == pytest.approx(20.0, abs=1e-3)
    assert found.lon > 104.40
    way = bearing((20.0, 104.40), (found.lat, found.lon)).distance_m
    assert way == pytest.approx(5000, abs=1)
    assert found.uncertainty_m >= pack.accuracy_m
    assert _codes(found) == ["along_the_line"]
    assert stretch["47/7(2)"].neighbour == found.neighbour


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(("aim", "is_eastward"), [("168/2", True), ("47", False)])
def test_distance_towards_another_marker_runs_along_the_line(
    session: Session,
    pack: Pack,
    aim: str,
    is_eastward: bool,  # noqa: FBT001  a table's column
) -> None:
    found = _found(session, pack, f"cách mốc KH 47/7(2) khoảng 450 m về phía mốc {aim}")
    assert (found.lon > 104.40) == is_eastward
    assert bearing((20.0, 104.40), (found.lat, found.lon)).distance_m == pytest.approx(450, abs=1)
    assert _codes(found) == ["towards_marker"]


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(("side", "is_north"), [("Việt Nam", True), ("Campuchia", False)])
def test_side_without_a_direction_leads_away_from_the_line(
    session: Session,
    pack: Pack,
    side: str,
    is_north: bool,  # noqa: FBT001  a table's column
) -> None:
    found = _found(session, pack, f"cách mốc 47/7(2) 400 m, phía {side}")
    assert (found.lat > 20.001) == is_north
    assert found.uncertainty_m == pytest.approx(566, abs=1)
    assert _codes(found) == ["no_direction"]


@pytest.mark.usefixtures("stretch")
def test_distance_without_direction_stays_at_the_marker_and_says_so(
    session: Session, pack: Pack
) -> None:
    found = _found(session, pack, "cách mốc 47/7(2) khoảng 300 m")
    assert (found.lat, found.lon, found.uncertainty_m) == (20.001, 104.40, 360.0)
    assert _codes(found) == ["no_direction"]


@pytest.mark.usefixtures("stretch")
def test_direction_into_the_other_side_than_told_is_questioned(
    session: Session, pack: Pack
) -> None:
    text = "cách mốc 47/7(2) 2 km về phía nam, phía Việt Nam"
    assert _codes(_found(session, pack, text)) == ["side_conflict"]


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(
    "text", ["giữa mốc 119 và 121", "từ mốc 119 đến mốc 121", "mốc 121 – 119 tuyến Lào"]
)
def test_two_markers_tell_a_stretch(session: Session, pack: Pack, text: str) -> None:
    found = _found(session, pack, text)
    assert found.stretch is not None
    assert found.stretch.length_m == pytest.approx(22_144, rel=0.01)
    assert found.lat == pytest.approx(21.4, abs=1e-3)
    assert found.lon == pytest.approx(104.0, abs=1e-6)
    assert found.uncertainty_m == pytest.approx(found.stretch.length_m / 2, rel=0.01)


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(
    ("text", "chainage"),
    [
        ("km 12+300 đoạn Sơn La – Hủa Phăn", 54_300),
        ("km 12+300 đoạn Sơn La – Luông Pha Băng", 22_300),
        ("km 12+300 đoạn Sơn La", 22_300),
        ("km 12+300 tuyến Việt Nam – Lào", 22_300),
        ("km 5 đoạn Nghệ An, tuyến Lào", 155_000),
    ],
)
def test_kilometre_is_counted_from_the_beginning_of_its_stretch(
    session: Session, pack: Pack, text: str, chainage: float
) -> None:
    found = _found(session, pack, text)
    start = (22.0, 104.0)
    assert bearing(start, (found.lat, found.lon)).distance_m == pytest.approx(chainage, rel=1e-3)


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mốc 47", "several_lines"),
        ("giữa mốc 119 và 260", "marker_unknown"),
        ("mốc 999", "marker_unknown"),
        ("gần mốc 304", "marker_not_placed"),
        ("km 3 đoạn Nghệ An – Xiêng Khoảng", "stretch_begins_unknown"),
        ("km 900 đoạn Sơn La", "beyond_stretch"),
        ("km 3 đoạn Atlantis", "stretch_unknown"),
    ],
)
def test_what_is_open_is_asked_and_never_guessed(
    session: Session, pack: Pack, text: str, code: str
) -> None:
    assert _asked(session, pack, text).remark.code == code


@pytest.mark.usefixtures("stretch")
def test_number_on_two_lines_offers_the_lines_and_the_form_may_choose(
    session: Session, pack: Pack
) -> None:
    asked = _asked(session, pack, "mốc 47 + 300 m")
    assert {choice.line for choice in asked.choices} == {"CN", "KH"}
    assert _found(session, pack, "mốc 47 + 300 m", line="CN").neighbour == "CN"


@pytest.mark.usefixtures("stretch")
def test_number_of_a_double_position_is_the_middle_of_its_markers(
    session: Session, pack: Pack
) -> None:
    found = _found(session, pack, "mốc 261")
    assert (found.lat, found.lon) == pytest.approx((21.9985, 104.50))


@pytest.mark.usefixtures("stretch")
def test_marker_outside_the_area_is_not_found(session: Session, pack: Pack) -> None:
    asked = _asked(session, pack, "mốc 260 + 300 m", actor=PROVINCE_91)
    assert asked.remark.code == "marker_unknown"


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(
    ("lat", "lon", "words"),
    [
        (20.001, 104.397, "cách mốc 47/7(2) (KH) khoảng 310 m về phía tây, phía Việt Nam"),
        (19.99, 104.40, "cách mốc 47/7(2) (KH) khoảng 1,2 km về phía nam, phía Campuchia"),
        (20.001, 105.30, "tại cọc dấu 168/2.3 (KH), phía Việt Nam"),
    ],
)
def test_point_is_told_with_marker_offset_and_side(
    session: Session, pack: Pack, lat: float, lon: float, words: str
) -> None:
    told = tell_point(session, MINISTRY, lat, lon, pack=pack, on=TODAY)
    assert told.vi == words


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(("lat", "lon"), [(20.004, 104.41), (20.02, 105.25), (21.49, 104.02)])
def test_told_point_is_found_again_within_its_uncertainty(
    session: Session, pack: Pack, lat: float, lon: float
) -> None:
    told = tell_point(session, MINISTRY, lat, lon, pack=pack, on=TODAY)
    found = _found(session, pack, told.vi)
    assert bearing((lat, lon), (found.lat, found.lon)).distance_m <= found.uncertainty_m


@pytest.mark.usefixtures("stretch")
def test_reader_is_told_only_of_markers_in_the_area(session: Session, pack: Pack) -> None:
    told = tell_point(session, PROVINCE_91, 20.001, 104.397, pack=pack, on=TODAY)
    assert told.nearest is None or told.nearest.marker.province_code == "91"
