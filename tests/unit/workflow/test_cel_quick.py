"""Conditions judged without CEL say what CEL says, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workflow.cel_quick import quick_judge
from app.workflow.definition import load_definition
from app.workflow.expressions import UnresolvedError, build_context, compile_expression
from tests.unit.cases.test_definitions import DEFINITIONS

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DATED = frozenset({"day", "until"})
FIELDS = ("a", "b", "n", "m", "flag", "many", "day", "until")
LITERALS = st.sampled_from(["true", "false", "0", "3", "3.0", "2.5", "'x'", "'é'", "''", "null"])
NAMED = st.sampled_from([f"data.{field}" for field in FIELDS])
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "&&", "||"])


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.builds(lambda left, sign, right: f"({left} {sign} {right})", parts, SIGNS, parts)
    choices = st.builds(lambda when, one, two: f"({when} ? {one} : {two})", parts, parts, parts)
    listed = st.builds(lambda part: f"({part} in ['x', 'y'])", parts)
    sizes = NAMED.map(lambda name: f"size({name})")
    return pairs | choices | listed | sizes | parts.map(lambda part: f"!{part}")


EXPRESSIONS = st.recursive(
    LITERALS | NAMED | NAMED.map(lambda name: f"has({name})"), _joined, max_leaves=8
)
TEXTS = st.sampled_from(["", " ", "x", "y", "é", "3", "2026-03-01", "2026-03-01T08:00:00+07:00"])
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-4, 4)
    | st.sampled_from([2.5, 3.0, -0.0, 2**70])
    | TEXTS
    | st.lists(TEXTS, max_size=3)
)
FACTS = st.dictionaries(st.sampled_from(FIELDS), VALUES)


def by_cel(source: str, facts: dict[str, Any]) -> bool | None:
    context = build_context(facts, case={}, actor={}, now=NOW, dated=DATED)
    try:
        return compile_expression(source).holds(context)
    except UnresolvedError:
        return None


@given(EXPRESSIONS, st.lists(FACTS, min_size=1, max_size=4))
@settings(max_examples=400, deadline=None)
def test_what_is_judged_quickly_is_what_cel_says(source: str, cases: list[dict[str, Any]]) -> None:
    judge = quick_judge(source, DATED)
    for facts in cases:
        quick = judge(facts) if judge is not None else None
        assert quick is None or quick is by_cel(source, facts)


@pytest.mark.parametrize(
    ("source", "facts", "said"),
    [
        ("data.n < 10", {"n": 3}, True),
        ("data.n < 10", {"n": 3.5}, None),
        ("data.n < 10", {}, None),
        ("!has(data.n) || data.n < 10", {}, True),
        ("data.day < data.until", {"day": "2026-03-01", "until": "2026-03-09"}, True),
        ("data.day < data.until", {"day": "2026-03-01T08:00+07:00", "until": "2026-03-09"}, None),
        ("'x' in data.many && size(data.many) >= 2", {"many": ["x", "y"]}, True),
        ("data.a in ['x', 'y']", {"a": "z"}, False),
        ("data.flag", {"flag": True}, True),
        ("data.a == 1", {"a": "1"}, None),
    ],
)
def test_it_is_certain_or_silent(source: str, facts: dict[str, Any], said: bool | None) -> None:  # noqa: FBT001
    judge = quick_judge(source, DATED)
    assert judge is not None
    assert judge(facts) is said


@pytest.mark.parametrize(
    "source", ["'a\\n' == data.a", "actor.unit == 'U'", "data.n + 1 > 2", "now > data.day", "1 +"]
)
def test_what_is_not_known_here_is_left_to_cel(source: str) -> None:
    assert quick_judge(source, DATED) is None


def test_most_conditions_of_the_shipped_types_are_judged_quickly() -> None:
    sources = [
        guard.when
        for path in DEFINITIONS.glob("*.yaml")
        for step in load_definition(path).transitions
        for guard in step.guards
    ]
    quick = [source for source in sources if quick_judge(source, frozenset()) is not None]
    assert len(quick) > 0.8 * len(sources)
