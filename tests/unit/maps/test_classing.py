"""How the figures of a shaded map are divided."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.maps.classing import Method, class_of, upper_ends

FIGURES = st.lists(st.integers(0, 60).map(float), min_size=1, max_size=12)


def spread(values: list[float]) -> float:
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values)


def least_spread(ordered: list[float], classes: int) -> float:
    """The best division, by trying them all."""
    cuts = combinations(range(1, len(ordered)), classes - 1)
    divided = ([0, *cut, len(ordered)] for cut in cuts)
    return min(sum(spread(ordered[a:b]) for a, b in pairwise(edges)) for edges in divided)


@given(FIGURES, st.integers(1, 5))
def test_natural_breaks_leave_the_least_spread_of_all_divisions(
    values: list[float], classes: int
) -> None:
    ends = upper_ends(values, Method.JENKS, classes=classes)
    groups: dict[int, list[float]] = {}
    for value in sorted(values):
        groups.setdefault(class_of(value, ends), []).append(value)
    got = sum(spread(group) for group in groups.values())
    assert got == pytest.approx(least_spread(sorted(values), min(classes, len(set(values)))))


@given(FIGURES, st.sampled_from(Method))
def test_every_figure_falls_into_a_class_and_the_greatest_into_the_last(
    values: list[float], method: Method
) -> None:
    ends = upper_ends(values, method)
    assert ends == sorted(set(ends))
    assert ends[-1] == max(values)
    assert all(0 <= class_of(value, ends) < len(ends) for value in values)
    assert {class_of(value, ends) for value in values} == set(range(len(ends)))


def test_quantiles_put_as_many_into_each_class() -> None:
    ends = upper_ends([float(number) for number in range(1, 101)], Method.QUANTILES)
    assert ends == [20, 40, 60, 80, 100]


def test_nothing_has_no_classes_and_equal_figures_have_one() -> None:
    assert upper_ends([], Method.JENKS) == []
    assert upper_ends([100.0] * 9, Method.JENKS) == [100.0]
    assert upper_ends([100.0] * 9, Method.QUANTILES) == [100.0]
