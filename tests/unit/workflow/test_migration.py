"""The verdict on one case: what goes along, what is mapped, what holds it, in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workflow.definition import CaseType, load_definition
from app.workflow.errors import DefinitionError
from app.workflow.migration import OpenCaseFacts, Outcome, Verdict, held_by_state, plan
from app.workflow.version_map import NO_MAP, VersionMap, load_map, proposed_map
from tests.unit.workflow.samples import INCIDENT, case_type

NO_TALKS = INCIDENT.replace("code: talks", "code: meeting").replace("talks", "meeting")
PEOPLE = INCIDENT.replace("code: persons, type: number", "code: people, type: number").replace(
    "persons", "people"
)
STRICTER = INCIDENT.replace("ask: [persons, note], primary", "ask: [note], primary").replace(
    "require: [occurred_at]", "require: [occurred_at, persons]"
)


def other(text: str) -> CaseType:
    return load_definition(text)


def verdict(
    text: str,
    state: str,
    chosen: VersionMap = NO_MAP,
    pending: dict[str, Any] | None = None,
    **data: Any,
) -> Verdict:
    return plan(case_type(), other(text), chosen).judge(OpenCaseFacts(state, data, pending))


def codes(found: Verdict) -> list[str]:
    return [reason.code for reason in found.reasons]


def test_the_same_definition_changes_nothing() -> None:
    found = verdict(INCIDENT, "on_scene", kind="crossing", persons=3)
    assert (found.outcome, found.changed, found.dropped) == (Outcome.UNCHANGED, {}, ())


def test_a_removed_state_holds_the_case_until_it_is_mapped() -> None:
    held = verdict(NO_TALKS, "talks")
    assert codes(held) == ["no_state"]
    assert "Hội đàm" in held.reasons[0].text.vi
    moved = verdict(NO_TALKS, "talks", VersionMap(states={"talks": "meeting"}))
    assert (moved.outcome, moved.state) == (Outcome.MAPPED, "meeting")


def test_a_removed_field_is_never_lost_unasked() -> None:
    assert codes(verdict(PEOPLE, "on_scene", persons=3)) == ["no_field"]
    assert verdict(PEOPLE, "on_scene", kind="crossing").outcome is Outcome.UNCHANGED
    moved = verdict(PEOPLE, "on_scene", VersionMap(fields={"persons": "people"}), persons=3)
    assert (moved.data, moved.dropped) == ({"people": 3}, ("persons",))
    left = verdict(PEOPLE, "on_scene", VersionMap(fields={"persons": ""}), persons=3)
    assert (left.data, [one.code for one in left.remarks]) == ({}, ["left_out"])


@pytest.mark.parametrize(
    ("before", "after", "value", "kept"),
    [
        ("type: number", "type: text", 3, "3"),
        ("type: number", "type: longtext", 3, "3"),
        ("type: number", "type: date", 3, None),
        ("min: 0", "min: 5", 3, None),
        ("min: 0", "min: 2", 3, 3),
        ("min: 0", "max: 2", 3, None),
        ("min: 0", "whole: true", 3.5, None),
    ],
)
def test_a_value_goes_along_only_where_it_fits(
    before: str, after: str, value: object, kept: object
) -> None:
    line = next(line for line in INCIDENT.splitlines() if "code: persons" in line)
    changed = line.replace(before, after)
    if "type: number" not in changed:
        changed = changed.replace(", min: 0", "")
    text = INCIDENT.replace(line, changed)
    if "type: number" not in changed:  # guards and clocks that count it make no sense then
        text = text.replace("data.persons", "1")
    found = verdict(text, "on_scene", persons=value)
    assert (codes(found) == ["unfit"]) is (kept is None)
    if kept is not None:
        assert found.data["persons"] == kept


def test_a_removed_option_is_mapped_or_holds_the_case() -> None:
    text = INCIDENT.replace("code: smuggling", "code: contraband")
    assert codes(verdict(text, "on_scene", kind="smuggling")) == ["unfit"]
    chosen = VersionMap(options={"kind": {"smuggling": "contraband"}})
    assert verdict(text, "on_scene", chosen, kind="smuggling").data == {"kind": "contraband"}


def test_what_a_state_newly_demands_is_filled_awaited_or_missing() -> None:
    assert codes(verdict(STRICTER, "on_scene")) == ["missing"]
    assert verdict(STRICTER, "detected").outcome is Outcome.UNCHANGED
    filled = verdict(STRICTER, "on_scene", VersionMap(fill={"persons": 1}))
    assert filled.changed == {"persons": 1}
    later = verdict(STRICTER, "on_scene", VersionMap(later=("persons",)))
    assert [one.code for one in later.remarks] == ["later"]


def test_every_way_into_a_state_must_bring_what_it_holds() -> None:
    held = held_by_state(case_type())
    assert held["on_scene"] == {"kind", "occurred_at"}
    assert held["closed"] == {"kind", "occurred_at", "minutes"}
    assert held["false_report"] == {"kind"}


def test_a_request_goes_along_only_where_the_step_can_confirm_it() -> None:
    waiting = {"transition": "dismiss", "answers": {"reason": "Báo nhầm"}}
    assert verdict(INCIDENT, "detected", pending=waiting).outcome is Outcome.UNCHANGED
    alone = INCIDENT.replace("four_eyes: true, ", "")
    assert codes(verdict(alone, "detected", pending=waiting)) == ["pending"]


def test_a_map_that_does_not_fit_names_every_place() -> None:
    chosen = load_map("states: {talks: closed, nowhere: legal}\nfields: {persons: zzz}\n")
    with pytest.raises(DefinitionError) as refused:
        plan(case_type(), other(INCIDENT), chosen)
    said = str(refused.value)
    for part in ("states.talks", "kết thúc", "states.nowhere", "fields.persons"):
        assert part in said
    with pytest.raises(DefinitionError, match="states"):
        load_map("states: [a]")


def test_equal_names_are_proposed() -> None:
    proposed = proposed_map(case_type(), other(NO_TALKS))
    assert proposed.states == {"talks": "meeting"}
    assert proposed_map(case_type(), other(PEOPLE)).fields == {"persons": "people"}
    text = INCIDENT.replace("code: smuggling", "code: contraband")
    assert proposed_map(case_type(), other(text)).options == {"kind": {"smuggling": "contraband"}}


STATES = st.sampled_from([state.code for state in case_type().states] + ["nowhere"])
VALUES = (
    st.none() | st.booleans() | st.integers(-3, 12) | st.text(max_size=3) | st.just([{"id": 1}])
)
DATA = st.dictionaries(
    st.sampled_from([item.code for item in case_type().fields] + ["zzz"]), VALUES
)
VERSIONS = st.sampled_from([INCIDENT, NO_TALKS, PEOPLE, STRICTER])


@given(VERSIONS, STATES, DATA, st.sampled_from(["mapped", "not"]))
@settings(max_examples=200)
def test_no_case_ends_in_a_state_that_is_unknown_or_over(
    text: str, state: str, data: dict[str, object], how: str
) -> None:
    new = other(text)
    chosen = proposed_map(case_type(), new) if how == "mapped" else NO_MAP
    found = plan(case_type(), new, chosen).judge(OpenCaseFacts(state, data))
    assert found.is_possible is not bool(found.reasons)
    if found.is_possible:
        open_states = {one.code for one in new.states if not one.is_terminal}
        assert found.state in open_states
        assert set(found.data) <= {item.code for item in new.fields} | {"zzz"}
    # What is written and what goes lead from the old facts to the new ones, as the event tells.
    if found.is_possible:
        told = {**data, **found.changed}
        assert {k: v for k, v in told.items() if k not in found.dropped} == found.data
