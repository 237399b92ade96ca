"""Rules that route cases: the first that fits, and why the others do not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.routing import Route, Routed, against, condition_problems, first_fitting

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CASE = Routed("border_incident", "80", None, {"persons_count": 7}, {"state": "detected"})


@pytest.mark.parametrize(
    ("route", "fits"),
    [
        (Route(1, "all"), True),
        (Route(1, "type", type_code="border_incident"), True),
        (Route(1, "other type", type_code="marker_damage"), False),
        (Route(1, "province", province_code="80"), True),
        (Route(1, "elsewhere", province_code="04"), False),
        (Route(1, "abroad", country_code="JP"), False),
        (Route(1, "many", condition="data.persons_count > 5"), True),
        (Route(1, "few", condition="data.persons_count < 5"), False),
        (Route(1, "state", condition="case.state == 'detected'"), True),
        (Route(1, "absent fact", condition="data.vessels > 1"), False),
    ],
)
def test_a_rule_takes_a_case_only_where_all_its_parts_fit(route: Route, *, fits: bool) -> None:
    found = against(route, CASE, now=NOW)
    assert (not found) is fits
    assert all(said.vi and said.en for said in found)


@given(st.lists(st.sampled_from(["80", "04", ""]), max_size=8))
def test_the_first_fitting_rule_decides(provinces: list[str]) -> None:
    routes = [Route(n, str(n), province_code=code) for n, code in enumerate(provinces)]
    found = first_fitting(routes, CASE, now=NOW)
    fitting = [n for n, code in enumerate(provinces) if code in {"80", ""}]
    assert (found.id if found else None) == (fitting[0] if fitting else None)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("data.persons_count >", "CEL"),
        ("data.unknown > 1", "data.unknown"),
        ("size(actor.roles) > 0", "actor"),
        ("data.persons_count > 5", ""),
    ],
)
def test_a_condition_is_checked_before_it_is_kept(source: str, word: str) -> None:
    problems = condition_problems(source, {"persons_count"})
    assert bool(problems) is bool(word)
    assert word in " ".join(problems)
