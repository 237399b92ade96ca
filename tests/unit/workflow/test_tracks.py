"""A case that follows vessels, persons and sanctions ends when each of them has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workflow.definition import load_definition
from app.workflow.engine import Decision, compile_definition, decide
from app.workflow.explanations import Cure, explain
from app.workflow.lint import Severity, check
from app.workflow.text import Text
from app.workflow.tracks import Track, still_open
from tests.unit.workflow.samples import INCIDENT, LEADER, NOW, ROLES, STATION, situation

TRACKED = INCIDENT.replace("title:", "tracks: [vessels, persons]\ntitle:")
CLOSING = {"dismiss"}


def judged(text: str, held: Mapping[str, int], code: str = "dismiss") -> Decision:
    machine = compile_definition(load_definition(text), ROLES)
    here = replace(situation(), open_children=held)
    return decide(machine, here, STATION, code, answers={"reason": "Nhầm"}, now=NOW)


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"persons": 5}, "Còn 5 người chưa có kết cục cuối cùng: ghi ở mục Người"),
        ({"persons": 37, "vessels": 1}, "Còn 1 tàu và 37 người chưa có kết cục cuối cùng"),
    ],
)
def test_an_open_child_refuses_the_end_in_one_sentence(held: Mapping[str, int], said: str) -> None:
    decision = judged(TRACKED, held)
    assert not decision.allowed
    reason = next(one for one in decision.reasons if one.code == "open_children")
    assert said in reason.text.vi
    assert reason.anchor == "children"


def test_nothing_open_and_nothing_entered_both_end() -> None:
    assert judged(TRACKED, {}).allowed
    assert judged(TRACKED, {"persons": 0}).allowed


def test_a_list_that_the_type_does_not_follow_holds_nothing_back() -> None:
    assert judged(TRACKED, {"sanctions": 2}).allowed


def test_a_version_without_the_key_ends_as_before() -> None:
    assert judged(INCIDENT, {"persons": 5}).allowed


def test_a_step_that_does_not_end_the_case_is_not_held_back() -> None:
    machine = compile_definition(load_definition(TRACKED), ROLES)
    here = replace(situation(), open_children={"persons": 5})
    answers = {"occurred_at": "2026-11-20T08:00"}
    assert decide(machine, here, STATION, "dispatch", answers=answers, now=NOW).allowed


def test_the_refusal_leads_to_the_lists() -> None:
    case_type = load_definition(TRACKED)
    machine = compile_definition(case_type, ROLES)
    here = replace(situation(), open_children={"persons": 1})
    decision = decide(machine, here, LEADER, "dismiss", now=NOW)
    cures = {cause.code: cause.cure for cause in explain(machine, case_type, here, decision).causes}
    assert cures["open_children"] is Cure.CHILDREN


@given(st.dictionaries(st.sampled_from([track.value for track in Track]), st.integers(0, 500)))
def test_the_sentence_names_every_list_that_waits_and_no_other(held: dict[str, int]) -> None:
    found = still_open(tuple(Track), held)
    waiting = {track for track, number in held.items() if number}
    assert (found is None) is (not waiting)
    if found is not None:
        counts = found[0].vi
        assert all(str(held[track]) in counts for track in waiting)
        assert counts.count("người") == ("persons" in waiting)


def test_lint_refuses_a_track_twice_and_an_acting_role_that_cannot_read() -> None:
    roles = [role.code for role in ROLES]
    double = load_definition(TRACKED.replace("[vessels, persons]", "[persons, persons]"))
    assert any(one.where.startswith("tracks") for one in check(double, roles))
    blind = load_definition(INCIDENT.replace("title:", "readers: [station]\ntitle:"))
    found = [one for one in check(blind, roles) if one.where == "readers"]
    assert len(found) == 1
    assert "command" in found[0].text.vi


def test_a_blind_role_is_called_by_its_name() -> None:
    names = {role.code: Text(f"Vai {role.code}") for role in ROLES}
    blind = load_definition(INCIDENT.replace("title:", "readers: [station]\ntitle:"))
    found = [one for one in check(blind, names) if one.where == "readers"]
    assert "“Vai command” (command)" in found[0].text.vi


@pytest.mark.parametrize(
    ("line", "severity", "said"),
    [
        ("readers: []", Severity.ERROR, "để trống, như vậy vai trò nào cũng đọc được"),
        (
            "protect: {minors: 'has(data.note)', incident: [note]}",
            Severity.ERROR,
            "trường “Ghi chú” (note) không ghi ngày",
        ),
        ("protect: {incident: [violated_on]}", Severity.WARNING, "“Che nhân thân khi có trẻ em”"),
        ("protect: {}", Severity.WARNING, "“Che nhân thân khi có nạn nhân”"),
    ],
)
def test_lint_tells_who_would_read_and_who_would_be_hidden(
    line: str, severity: Severity, said: str
) -> None:
    written = load_definition(INCIDENT.replace("title:", f"{line}\ntitle:"))
    found = [one for one in check(written, [role.code for role in ROLES]) if said in one.text.vi]
    assert [one.severity for one in found] == [severity]


def test_a_date_on_which_the_age_is_taken_is_accepted() -> None:
    line = "protect: {minors: 'has(data.note)', incident: [violated_on, occurred_at]}"
    written = load_definition(INCIDENT.replace("title:", f"{line}\ntitle:"))
    assert check(written, [role.code for role in ROLES]) == []
