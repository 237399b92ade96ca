"""Milestones are read off the history."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.workflow.definition import Milestone
from app.workflow.milestones import Past, milestones_reached
from tests.unit.workflow.samples import hanoi

FIRST, SECOND = hanoi("2026-03-02T09:00"), hanoi("2026-03-05T15:00")
HISTORY = [
    Past(FIRST, frozenset({"event:visited"})),
    Past(
        SECOND,
        frozenset({"event:visited", "field:visited_on", "transition:report"}),
        {"visited_on": "2026-03-04"},
    ),
]


def reached(at: list[str], pick: str) -> tuple[datetime | None, bool]:
    asked = Milestone.model_validate(
        {"code": "visit", "name": {"vi": "Thăm"}, "at": at, "pick": pick}
    )
    (one,) = milestones_reached([asked], HISTORY)
    return one.at, one.is_date


@pytest.mark.parametrize(
    ("at", "pick", "moment", "precision"),
    [
        (["event:visited"], "last", SECOND, "moment"),
        (["event:visited"], "first", FIRST, "moment"),
        (["field:visited_on"], "last", hanoi("2026-03-04T00:00"), "date"),
        (["transition:report", "event:visited"], "first", FIRST, "moment"),
        (["event:never"], "last", None, "moment"),
    ],
)
def test_a_milestone_is_the_first_or_last_time_of_its_triggers(
    at: list[str], pick: str, moment: datetime | None, precision: str
) -> None:
    assert reached(at, pick) == (moment, precision == "date")
