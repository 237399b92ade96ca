"""How long steps usually take, by table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.workflow.durations import FEWEST, Moved, in_words, usual_waits, usually
from tests.unit.workflow.samples import hanoi

START = hanoi("2026-03-02T09:00")


def life(number: int, hours: float) -> list[Moved]:
    """A case that stood so long in `new`, came back to the same state once, and was closed."""
    scopes = ("*", f"u{number % 2}")
    moments = [(None, "new", 0.0), ("look", "new", hours / 2), ("take", "seen", hours)]
    before, moves = "", []
    for step, to, after in moments:
        at = START + timedelta(hours=after)
        moves.append(Moved(number, "type", at, step, before or None, to, scopes))
        before = to
    return moves


def test_the_median_counts_the_whole_wait_in_a_state_by_scope() -> None:
    lives = [move for number, hours in enumerate((1, 2, 3, 4, 100)) for move in life(number, hours)]
    (one,) = usual_waits(lives, since=START)
    assert (one.state, one.transition, one.scope) == ("new", "take", "*")
    assert (one.count, one.median_minutes) == (5, 180)


def test_fewer_than_five_say_nothing_and_old_steps_do_not_count() -> None:
    few = [move for number in range(FEWEST - 1) for move in life(number, 2)]
    assert list(usual_waits(few, since=START)) == []
    enough = [move for number in range(FEWEST) for move in life(number, 2)]
    assert list(usual_waits(enough, since=START + timedelta(days=1))) == []


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "1 phút"), (59, "59 phút"), (60, "1 giờ"), (47 * 60, "47 giờ"), (4000, "3 ngày")],
)
def test_a_wait_is_said_in_one_unit(minutes: int, said: str) -> None:
    assert in_words(minutes).vi == said


def test_the_sentence_names_the_number_of_cases() -> None:
    assert usually(4320, 41).vi == "thường mất 3 ngày (trung vị của 41 lần)"
    assert usually(4320, 41).en == "usually takes 3 days (median of 41)"
