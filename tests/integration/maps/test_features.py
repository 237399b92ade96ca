"""What a view holds: the same cases as the list, under the same rights, however it is counted."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases import queries as cases
from app.cases.models import Case, CaseUnit, UnitRole
from app.cases.queries import Filters, Tab
from app.database import transaction
from app.maps import pyramid, queries
from app.maps.cells import Box
from app.maps.features import Answer, Asked, features_in
from app.maps.models import MapCell
from app.maps.pages import link_of
from app.permissions import Actor, Area
from app.registers.queries import MarkerFilter
from tests.integration.maps.conftest import MINISTRY, NOW, AddCase, actor_with, unit_of

COUNTRY = Box(95.0, 2.0, 125.0, 26.0)
EVERYTHING = Filters(tab=Tab.ALL)


def ask(
    session: Session,
    actor: Actor,
    *,
    box: Box = COUNTRY,
    zoom: float = 5,
    filters: Filters = EVERYTHING,
) -> Answer:
    asked = Asked(box, zoom, filters, MarkerFilter())
    return features_in(session, actor, asked, links=link_of, now=NOW)


@pytest.fixture
def spread(session: Session, add_case: AddCase) -> Session:
    """Sixty cases over three provinces, types and kinds of state; some restricted, some shared."""
    types = ("border_incident", "marker_damage", "fisher_violation")
    kinds = ("initial", "normal", "terminal")
    for number in range(60):
        add_case(
            22.0 + (number % 12) * 0.07,
            105.0 + (number // 12) * 0.35,
            type_code=types[number % 3],
            state_kind=kinds[number % 3],
            is_open=number % 3 != 2,
            province_code=("04", "20", "14")[number % 3],
            neighbour="CN",
            country_code="CN" if number % 5 == 0 else None,
            confidentiality="restricted" if number % 7 == 0 else "normal",
        )
    ids = session.scalars(select(Case.id).order_by(Case.id)).all()
    with transaction() as writer:
        for case_id in ids[:10]:
            role = UnitRole.PARTICIPANT if case_id % 2 else UnitRole.INFORMED
            unit = unit_of(writer, "11")
            writer.add(CaseUnit(case_id=case_id, unit_id=unit, role=role))
    return session


def scopes(session: Session) -> list[Actor]:
    home = unit_of(session, "04")
    guest = unit_of(session, "11")
    return [
        MINISTRY,
        actor_with(Area(province_codes=frozenset({"04"}), unit_ids=frozenset({home}))),
        actor_with(Area(province_codes=frozenset({"11"}), unit_ids=frozenset({guest}))),
        actor_with(Area(country_codes=frozenset({"CN"}))),
        actor_with(Area()),
    ]


def counted(session: Session, actor: Actor, filters: Filters) -> int:
    conditions = cases.conditions(session, actor, filters, now=NOW)
    return session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0


FILTERS = (
    EVERYTHING,
    Filters(tab=Tab.DONE),
    Filters(tab=Tab.WAITING),
    replace(EVERYTHING, types=("border_incident",)),
    replace(EVERYTHING, province="20"),
    replace(EVERYTHING, country="CN"),
    replace(EVERYTHING, neighbour="LA"),
    replace(EVERYTHING, states=("detected",)),
)


def test_the_map_counts_what_the_list_counts(spread: Session) -> None:
    for actor in scopes(spread):
        for filters in FILTERS:
            answer = ask(spread, actor, filters=filters)
            assert answer.cases == counted(spread, actor, filters)


def test_the_pyramid_gives_the_answer_that_counting_gives(
    spread: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyramid.rebuild(transaction, now=NOW)
    for actor in scopes(spread):
        for filters in FILTERS:
            for zoom in (3, 5, 8, 11):
                direct = ask(spread, actor, zoom=zoom, filters=filters)
                monkeypatch.setattr(queries, "COUNTED_DIRECTLY", 0)
                built = ask(spread, actor, zoom=zoom, filters=filters)
                monkeypatch.undo()
                assert built == direct


def test_a_changed_case_is_counted_again_without_a_rebuild(
    session: Session, add_case: AddCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_case(22.5, 106.0, province_code="04")
    pyramid.rebuild(transaction, now=NOW)
    monkeypatch.setattr(queries, "COUNTED_DIRECTLY", 0)
    add_case(22.5, 106.1, province_code="04", updated_at=NOW)
    add_case(9.0, 112.0, updated_at=NOW)
    assert ask(session, MINISTRY).cases == 1
    assert pyramid.refresh(transaction, now=NOW) > 0
    for zoom in (2, 5, 9, 11):
        assert ask(session, MINISTRY, zoom=zoom).cases == 3


def test_a_rebuild_leaves_one_build(spread: Session) -> None:
    assert pyramid.rebuild(transaction, now=NOW) == 60
    assert pyramid.rebuild(transaction, now=NOW) == 60
    builds = spread.scalars(select(MapCell.build).distinct()).all()
    assert len(builds) == 1


def test_a_province_sees_only_its_own_cases_and_markers(
    session: Session, add_case: AddCase, add_marker: Callable[..., int]
) -> None:
    own = add_case(22.5, 106.0, province_code="04", title="Của Cao Bằng")
    add_case(21.8, 106.7, province_code="20", title="Của Lạng Sơn")
    add_marker(22.6, 106.1, province_code="04")
    add_marker(21.9, 106.6, province_code="20")
    province = actor_with(Area(province_codes=frozenset({"04"})))
    answer = ask(session, province, zoom=13)
    assert [point["id"] for point in answer.points if point["is"] == "case"] == [f"h{own}"]
    assert (answer.markers, answer.cases) == (1, 1)
    assert "Lạng Sơn" not in str(answer)


def test_near_features_are_one_cluster_from_afar_and_points_from_near(
    session: Session, add_case: AddCase
) -> None:
    for number in range(5):
        add_case(22.5 + number * 0.001, 106.0)
    far = ask(session, MINISTRY, zoom=5)
    assert [cluster["n"] for cluster in far.clusters] == [5]
    assert far.clusters[0]["tones"] == {"initial": 5}
    near = ask(session, MINISTRY, box=Box(105.99, 22.49, 106.01, 22.51), zoom=14)
    assert len(near.points) == 5
    assert near.clusters == []


def test_points_are_exact_at_the_edge_of_the_view(session: Session, add_case: AddCase) -> None:
    add_case(22.5, 106.0)
    add_case(22.5, 106.0201)
    answer = ask(session, MINISTRY, box=Box(105.99, 22.49, 106.02, 22.51), zoom=16)
    assert answer.cases == 1


def test_too_many_points_are_cut_and_said(
    session: Session, add_case: AddCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.maps.features.MOST_POINTS", 3)
    for number in range(5):
        add_case(22.5 + number * 0.0001, 106.0)
    answer = ask(session, MINISTRY, box=Box(105.99, 22.49, 106.01, 22.51), zoom=16)
    assert (answer.shown, answer.total) == (3, 5)


def test_a_view_over_the_date_line_finds_both_sides(session: Session, add_case: AddCase) -> None:
    add_case(0.5, 179.5)
    add_case(0.5, -179.5)
    answer = ask(session, MINISTRY, box=Box(170.0, -10.0, -170.0, 10.0), zoom=6)
    assert answer.cases == 2
