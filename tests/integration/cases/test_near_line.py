"""Cases about works are reminded of the distances to the line, with their sources."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.near_line import distance_warnings, is_about_works
from app.registers.dated_rules import load_dated_rules

TODAY = date(2026, 11, 22)
ACCURACY_M = 260.0
WORKS = {"project_kind": "bridge"}


def _case(away_m: float | None, *, line: str | None = "LA", **data: Any) -> Case:  # Any: JSON
    return Case(
        type_code="shared_project",
        data={**WORKS, **data},
        lat=None if away_m is None else 20.0,
        neighbour=line,
        province_code="14",
        border_distance_m=away_m,
    )


def _said(session: Session, case: Case, *, on: date = TODAY) -> list[str]:
    load_dated_rules(session)
    found = distance_warnings(session, case, accuracy_m=ACCURACY_M, on=on, locale="vi")
    assert all(one.basis for one in found)
    return [one.text for one in found]


@pytest.mark.parametrize(
    ("away_m", "line", "count"),
    [
        (60.0, "LA", 1),
        (60.0, "KH", 1),
        (300.0, "LA", 1),
        (361.0, "LA", 0),
        (291.0, "CN", 0),
        (None, "LA", 0),
    ],
)
def test_drawn_distance_reminds_as_far_as_the_map_is_inexact(
    session: Session, away_m: float | None, line: str, count: int
) -> None:
    assert len(_said(session, _case(away_m, line=line))) == count


def test_reminder_says_that_the_line_is_illustrative_and_how_exact_it_is(session: Session) -> None:
    near, unsure = (_said(session, _case(metres))[0] for metres in (60.0, 300.0))
    assert "cách đường biên khoảng 60 m, trong khoảng 100 m" in near
    assert "minh họa" in near
    assert "260 m" in near
    assert "có thể nằm trong khoảng 100 m" in unsure


def test_distance_that_a_person_measured_decides_over_the_map(session: Session) -> None:
    assert _said(session, _case(10.0, distance_to_line_m=150)) == []
    said = _said(session, _case(None, line=None, neighbour="kh", distance_to_line_m=80))
    assert said[0].startswith("Theo hồ sơ, nơi này cách đường biên 80 m")


def test_rule_that_was_not_in_force_reminds_of_nothing(session: Session) -> None:
    assert _said(session, _case(60.0), on=date(2015, 1, 1)) == []


@pytest.mark.parametrize(
    ("type_code", "data", "is_about"),
    [
        ("shared_project", {"project_kind": "bridge"}, True),
        ("shared_project", {"project_kind": "patrol"}, False),
        ("border_incident", {"incident_kind": "works_near_line"}, True),
        ("border_incident", {"incident_kind": "smuggling"}, False),
        ("marker_damage", {"cause": "works"}, True),
        ("citizen_protection", {}, False),
    ],
)
def test_only_cases_about_works_are_judged(
    type_code: str,
    data: dict[str, str],
    is_about: bool,  # noqa: FBT001  a table's column
) -> None:
    assert is_about_works(type_code, data) == is_about


def test_works_named_as_a_further_act_are_works_too() -> None:
    told = {"incident_kind": "encroachment", "further_kinds": ["smuggling", "works_near_line"]}
    assert is_about_works("border_incident", told)
    assert not is_about_works("border_incident", {**told, "further_kinds": ["smuggling"]})
    assert not is_about_works("border_incident", {"incident_kind": "encroachment"})
