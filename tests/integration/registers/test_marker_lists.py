import pytest
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.database import transaction
from app.errors import NotFound
from app.geo.gazetteer import Pack
from app.permissions import Area
from app.registers import queries
from app.registers.models import Marker
from app.registers.queries import MarkerFilter
from tests.integration.registers.factories import (
    MINISTRY,
    NOW,
    PROVINCE_08,
    PROVINCE_91,
    actor_with,
    add_province,
    add_stretch,
)

NOBODY = actor_with(Area())
MISSION = actor_with(Area(country_codes=frozenset({"MY"})))


@pytest.fixture
def stretch(session: Session, pack: Pack) -> dict[str, Marker]:
    del session
    with transaction() as writer:
        return add_stretch(writer, pack)


def labels(session: Session, actor: object = MINISTRY, **filters: object) -> list[str]:
    page = queries.list_markers(session, actor, MarkerFilter(**filters))  # type: ignore[arg-type]
    return [marker.label for marker in page.rows]


@pytest.mark.usefixtures("stretch")
def test_markers_stand_in_the_order_of_the_border(session: Session) -> None:
    assert labels(session) == [
        "260", "261(1)", "261(2)", "262", "304", "47", "47/7(2)", "168/2", "168/2.3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("47/7 (2)", ["47/7(2)"]),
        ("mốc 261", ["261(1)", "261(2)"]),
        ("cọc dấu 168/2.3", ["168/2.3"]),
        ("168/2", ["168/2", "168/2.3"]),
        ("mốc 260 – 262", ["260", "261(1)", "261(2)", "262"]),
        ("KH 47", ["47", "47/7(2)"]),
        ("suoi do", ["262"]),
        ("NẬM XÉ", ["260"]),
        ("không có", []),
        ("100%_", []),
    ],
)
@pytest.mark.usefixtures("stretch")
def test_search_reads_numbers_and_places_as_people_type_them(
    session: Session, text: str, found: list[str]
) -> None:
    assert labels(session, text=text) == found


@pytest.mark.usefixtures("stretch")
def test_filters_narrow_together(session: Session) -> None:
    assert labels(session, neighbour="CN", condition="leaning") == ["261(1)"]
    assert labels(session, kind="peg") == ["168/2.3"]
    assert labels(session, province_code="91") == []


def test_pages_follow_each_other_without_gap_or_double(
    session: Session, stretch: dict[str, Marker]
) -> None:
    seen: list[str] = []
    after = None
    for _ in range(5):
        page = queries.list_markers(session, MINISTRY, MarkerFilter(), after=after, limit=2)
        seen += [marker.label for marker in page.rows]
        after = page.next_cursor
        assert page.total == len(stretch)

    assert after is None
    assert seen == labels(session)


@pytest.mark.usefixtures("stretch")
def test_counts_per_line_keep_the_other_filters(session: Session) -> None:
    counts = queries.count_markers(session, MINISTRY, MarkerFilter(neighbour="KH"))

    assert counts == {"CN": 4, "LA": 1, "KH": 4}
    leaning = queries.count_markers(session, MINISTRY, MarkerFilter(condition="leaning"))
    assert leaning == {"CN": 1}


def test_a_province_sees_its_stretch_and_nothing_else(
    session: Session, stretch: dict[str, Marker]
) -> None:
    placed = [label for label in labels(session) if stretch[label].lat is not None]

    assert labels(session, PROVINCE_08) == placed
    assert labels(session, PROVINCE_91) == []
    assert labels(session, MISSION) == []
    assert labels(session, NOBODY) == []


@pytest.mark.usefixtures("stretch")
def test_a_station_sees_the_stretch_of_its_province(session: Session) -> None:
    with transaction() as writer:
        unit = add_province(writer, "08", "Tuyên Quang")
    station = actor_with(Area(unit_ids=frozenset({unit.id})))

    assert labels(session, station) == labels(session, PROVINCE_08)


@pytest.mark.parametrize("actor", [PROVINCE_91, MISSION, NOBODY])
def test_out_of_scope_reads_as_absent(
    session: Session, stretch: dict[str, Marker], actor: object
) -> None:
    marker = stretch["47"]
    with pytest.raises(NotFound):
        queries.marker_by_slug(session, actor, "KH", "47")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        queries.marker_by_id(session, actor, marker.id)  # type: ignore[arg-type]
    assert queries.nearest_markers(session, actor, 20.0, 104.3) == []  # type: ignore[arg-type]


@pytest.mark.usefixtures("stretch")
def test_one_marker_is_found_by_address_and_by_label(session: Session) -> None:
    by_slug = queries.marker_by_slug(session, MINISTRY, "kh", "47-7_2")

    assert by_slug == queries.marker_by_label(session, MINISTRY, "KH", "47/7(2)")


def test_neighbours_stay_on_the_same_line(session: Session, stretch: dict[str, Marker]) -> None:
    first, last = stretch["47"], stretch["262"]

    before, after = queries.beside(session, MINISTRY, first)
    assert (before, after) == (None, stretch["47/7(2)"])
    assert queries.beside(session, MINISTRY, last) == (stretch["261(2)"], None)
    assert queries.companions(session, MINISTRY, stretch["261(1)"]) == [stretch["261(2)"]]


@pytest.mark.usefixtures("stretch")
def test_nearest_markers_come_nearest_first_with_their_distance(session: Session) -> None:
    near = queries.nearest_markers(session, MINISTRY, 20.001, 104.32, limit=2)

    assert [one.marker.label for one in near] == ["47", "47/7(2)"]
    assert near[0].m == pytest.approx(2091, abs=5)
    assert near[0].azimuth == pytest.approx(90, abs=0.1)


@pytest.mark.usefixtures("stretch")
def test_nearest_marker_is_not_sought_beyond_its_reach(session: Session) -> None:
    assert queries.nearest_markers(session, MINISTRY, 10.0, 104.3, within_m=20_000) == []


def test_places_are_named_as_on_the_day(session: Session) -> None:
    with transaction() as writer:
        name = add_province(writer, "08", "Tuyên Quang").name

    names = queries.place_names(session, ["08", None, "99"], kind=UnitKind.PROVINCE, on=NOW.date())

    assert names == {"08": name}
