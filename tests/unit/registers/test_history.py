"""The state on any day equals replaying the changes, however they were entered."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.registers.history import AT_FIRST, Change, Course, began_on, courses_of, state_on
from app.registers.models import LegalStage, Stage

FIRST_DAY = date(2008, 1, 1)
STAGES = [stage.value for stage in Stage]
LEGAL = [stage.value for stage in LegalStage]
Facts = dict[str, str]

days = st.integers(0, 60).map(lambda count: FIRST_DAY + timedelta(days=30 * count))
said = st.fixed_dictionaries(
    {}, optional={"stage": st.sampled_from(STAGES), "legal_stage": st.sampled_from(LEGAL)}
)
entries = st.lists(st.tuples(days, said), max_size=12)


def recorded(given_entries: list[tuple[date, Facts]]) -> tuple[list[Change], Facts]:
    """The changes that the register would keep, and what its record says in the end."""
    held: Facts = dict(AT_FIRST)
    changes = []
    for number, (valid_on, facts) in enumerate(given_entries):
        before = None if number == 0 else {name: held[name] for name in facts}
        changes.append(Change(valid_on, before, facts))
        held |= facts
    return changes, held


def replayed(changes: list[Change], day: date) -> Facts:
    state: Facts = dict(AT_FIRST)
    for change in changes:
        if change.valid_on <= day:
            state |= change.after
    return state


@given(entries=entries, day=days)
def test_state_on_a_day_is_the_replay_of_what_held_by_then(
    entries: list[tuple[date, Facts]], day: date
) -> None:
    changes, held = recorded(entries)
    assert state_on(courses_of(changes, held), day) == replayed(changes, day)


@given(entries=entries)
def test_state_after_the_last_day_is_the_record(entries: list[tuple[date, Facts]]) -> None:
    changes, held = recorded(entries)
    assert state_on(courses_of(changes, held), FIRST_DAY + timedelta(days=9999)) == held


@given(entries=entries)
def test_marker_begins_with_its_earliest_change(entries: list[tuple[date, Facts]]) -> None:
    changes, _ = recorded(entries)
    began = began_on(changes, otherwise=FIRST_DAY)
    assert all(began <= change.valid_on for change in changes)


def test_fact_entered_late_corrects_the_days_from_its_own_day_on() -> None:
    changes, held = recorded(
        [
            (date(2010, 1, 1), {"stage": "agreed_on_map"}),
            (date(2014, 1, 1), {"stage": "handed_over"}),
            (date(2012, 1, 1), {"stage": "built"}),
        ]
    )
    course = courses_of(changes, held)["stage"]
    assert [course.on(date(year, 6, 1)) for year in (2011, 2013, 2015)] == [
        "agreed_on_map",
        "built",
        "built",
    ]


def test_fact_that_no_change_names_never_differed() -> None:
    assert courses_of([], {"stage": "built"})["stage"] == Course("built")


def test_fact_first_named_by_a_later_change_was_what_that_change_found() -> None:
    changes = [
        Change(date(2010, 1, 1), None, {"label": "120"}),
        Change(date(2012, 1, 1), {"stage": "measured"}, {"stage": "handed_over"}),
    ]
    course = courses_of(changes, {"stage": "handed_over"})["stage"]
    assert course.on(date(2011, 1, 1)) == "measured"
    assert course.on(date(2012, 1, 1)) == "handed_over"
