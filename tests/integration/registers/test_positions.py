"""One box for any coordinate or told place: the point, the question, what is probably wrong."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.geo.coordinates import to_system
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers.models import Marker
from app.registers.positions import Answer, Asked, answer_position
from tests.integration.registers.factories import MINISTRY, NOW, PROVINCE_91, add_stretch

TODAY = NOW.date()
MARKER = (20.001, 104.40)  # KH 47/7(2) of the made-up stretch


@pytest.fixture
def stretch(session: Session, pack: Pack) -> dict[str, Marker]:
    return add_stretch(session, pack)


def _answer(
    session: Session, pack: Pack, text: str, *, actor: Actor = MINISTRY, **said: object
) -> Answer:
    return answer_position(
        session,
        actor,
        Asked(text, **said),  # type: ignore[arg-type]  # a table of facts
        pack=pack,
        today=TODAY,
    )


def _written(code: str) -> str:
    place = to_system(*MARKER, code)
    if code == "EPSG:4756":
        return f"{place.north:.7f}; {place.east:.7f}"
    return f"{place.north:.2f} {place.east:.2f}"


def _codes(answer: Answer) -> set[str]:
    return {remark.code for remark in answer.remarks}


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(
    ("meant", "declared"),
    [("EPSG:4756", None), ("EPSG:3405", "EPSG:32648"), ("EPSG:3148", "EPSG:32648")],
)
def test_wrong_datum_is_suspected_by_the_nearest_marker(
    session: Session, pack: Pack, meant: str, declared: str | None
) -> None:
    answer = _answer(session, pack, _written(meant), crs=declared)
    assert "datum_suspected" in _codes(answer)
    assert answer.remarks[0].vi.startswith("Cách mốc 47/7(2) (KH) ")
    assert [one.candidate.crs for one in answer.readings] == [meant]
    chosen = _answer(session, pack, _written(meant), crs=declared, chosen=answer.readings[0].key)
    assert chosen.point is not None
    assert chosen.point.value["crs"] == meant
    assert chosen.point.told.nearest is not None
    assert chosen.point.told.nearest.m < 1


def test_coordinate_of_a_named_marker_is_judged_against_that_marker(
    session: Session, pack: Pack, stretch: dict[str, Marker]
) -> None:
    marker = stretch["47/7(2)"]
    far = _answer(session, pack, "20,00190; 104,40000", named=marker)
    assert _codes(far) >= {"away_from_known"}
    assert far.remarks[0].vi == "Cách mốc 47/7(2) (KH) 100 m."
    assert "away_from_known" not in _codes(
        _answer(session, pack, "20,00100; 104,40000", named=marker)
    )


@pytest.mark.usefixtures("stretch")
def test_markers_outside_the_area_raise_no_suspicion(session: Session, pack: Pack) -> None:
    answer = _answer(session, pack, _written("EPSG:4756"), actor=PROVINCE_91)
    assert "datum_suspected" not in _codes(answer)
    assert answer.point is not None


@pytest.mark.usefixtures("stretch")
def test_open_pair_shows_what_each_reading_would_mean(session: Session, pack: Pack) -> None:
    answer = _answer(session, pack, _written("EPSG:32648"))
    assert answer.point is None
    assert answer.reason is not None
    by_crs = {one.candidate.crs: one.told.vi for one in answer.readings}
    assert by_crs["EPSG:32648"] == "tại mốc 47/7(2) (KH), phía Việt Nam"
    assert "47/7(2) (KH) khoảng 220 m" in by_crs["EPSG:3405"]


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("cách mốc 47/7(2) khoảng 300 m về phía tây", "told_place"),
        ("47/7(2)", "told_place"),
        ("từ mốc KH 47 đến KH 47/7(2)", "told_stretch"),
    ],
)
def test_told_place_is_answered_with_its_uncertainty(
    session: Session, pack: Pack, text: str, method: str
) -> None:
    answer = _answer(session, pack, text)
    assert answer.point is not None
    assert answer.point.value["method"] == method
    assert answer.point.value["original"] == text
    assert answer.point.value["precision_m"] == pytest.approx(answer.point.uncertainty_m, abs=0.1)


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize("text", ["bản Nà Phặc", "", "X = 5", "mốc 999"])
def test_what_cannot_be_read_says_why(session: Session, pack: Pack, text: str) -> None:
    answer = _answer(session, pack, text)
    assert answer.point is None
    assert answer.reason is not None


@pytest.mark.usefixtures("stretch")
def test_paper_of_the_old_province_settles_on_its_axis(session: Session, pack: Pack) -> None:
    old = _answer(
        session,
        pack,
        "VN-2000 múi 3: 2212000 400000",
        province_code="12",
        on=date(2020, 1, 1),
    )
    assert old.point is not None
    assert old.point.value["crs"] == "EPSG:9205"
    assert "axis_of_province" in _codes(old)


def test_position_page_needs_a_signed_in_reader(client: FlaskClient) -> None:
    assert client.get("/so-dang-ky/toa-do").status_code == 302
