"""What changed between two days, told by step."""

from dataclasses import replace

from app.reports.changes import Move, moved_between
from tests.unit.reports.standing import standing

OLD = standing(label="27", stage="surveyed")


def test_markers_that_took_the_same_step_are_told_together() -> None:
    other = standing(label="28", stage="surveyed")
    then = [OLD, other]
    [moved] = moved_between(then, [replace(one, stage="agreed_in_field") for one in then])
    assert moved.move == Move("KH", "stage", "surveyed", "agreed_in_field")
    assert [one.label for one in moved.markers] == ["27", "28"]


def test_both_clocks_are_told_apart() -> None:
    now = replace(OLD, stage="built", legal_stage="in_force", condition="leaning")
    facts = [group.move.fact for group in moved_between([OLD], [now])]
    assert facts == ["condition", "legal_stage", "stage"]


def test_new_marker_is_told_with_the_stage_in_which_it_came() -> None:
    [moved] = moved_between([], [OLD])
    assert moved.move == Move("KH", "recorded", "", "surveyed")


def test_nothing_changed_is_nothing_told() -> None:
    assert moved_between([OLD], [OLD]) == []
