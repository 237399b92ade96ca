"""Tests of a definition in YAML: read strictly, run on any version, told in words."""

from __future__ import annotations

import pytest

from app.workflow.engine import compile_definition
from app.workflow.errors import DefinitionError
from app.workflow.scenario_runs import TestResult, run_suite
from app.workflow.scenarios import load_suite, require_known
from tests.unit.workflow.samples import ROLES, case_type

HEAD = """
type: incident
actors:
  an: {roles: [station], unit: DBP}
  binh: {roles: [station], unit: DBP}
  chief: {roles: [command], unit: BP}
  head: {roles: [province_leader], unit: BP}
cases:
  new: {state: detected, data: {kind: crossing}}
tests:
"""


def results(tests: str, head: str = HEAD) -> list[TestResult]:
    suite = load_suite(head + tests, name="incident.yaml")
    require_known(suite, case_type(), name="incident.yaml")
    return run_suite(suite, case_type(), compile_definition(case_type(), ROLES))


def differences(tests: str) -> list[str]:
    return [text.vi for one in results(tests) for text in one.differences]


def test_a_step_that_may_be_taken_passes() -> None:
    tests = (
        "  - {name: a, case: new, by: an, step: dispatch, state: on_scene,"
        " answers: {occurred_at: 2026-11-20 08:00}}"
    )
    assert differences(tests) == []


def test_a_refusal_is_expected_by_code_words_and_missing_fields() -> None:
    tests = (
        "  - {name: a, case: new, by: an, step: dispatch, may: false,"
        " because: [missing_field, Thời điểm], missing: [occurred_at]}\n"
        "  - {name: b, case: new, by: chief, step: dispatch, may: false, because: [role]}"
    )
    assert differences(tests) == []


def test_a_difference_says_what_was_expected_and_what_came() -> None:
    (allowed,) = differences("  - {name: a, case: new, by: an, step: dispatch}")
    assert "mong đợi được làm, thực tế bị từ chối: Cần nhập “Thời điểm”." in allowed
    (refused,) = differences(
        "  - {name: a, case: new, by: an, step: dispatch, may: false,"
        " answers: {occurred_at: 2026-11-20 08:00}}"
    )
    assert "mong đợi bị từ chối, thực tế được làm" in refused
    (wrong,) = differences(
        "  - {name: a, case: new, by: chief, step: dispatch, may: false, because: [guard],"
        " answers: {occurred_at: 2026-11-20 08:00}}"
    )
    assert "mong đợi lý do “guard”" in wrong
    (state,) = differences(
        "  - {name: a, case: new, by: an, step: dispatch, state: talks,"
        " answers: {occurred_at: 2026-11-20 08:00}}"
    )
    assert state == "trạng thái: mong đợi “Hội đàm”, thực tế “Tại chỗ”."


WALK = """
  - name: walk
    walk:
      - {by: an, open: {kind: crossing}, at: 2026-11-20 08:00, state: detected,
         clocks: {quick_report: 2026-11-20 10:00}}
      - {by: an, step: dispatch, answers: {occurred_at: 2026-11-20 07:00}, at: 2026-11-20 09:00,
         clocks: {quick_report: stopped, settle: 2026-11-30, big: none}}
      - {by: an, act: suspend, answers: {suspend_reason: family}, at: 2026-11-21 09:00,
         clocks: {settle: paused}}
      - {by: an, step: negotiate, at: 2026-11-22 09:00, may: false, because: [suspended]}
      - {by: an, act: resume, at: 2026-11-24 09:00, clocks: {settle: running}}
      - {by: an, step: negotiate, at: 2026-11-24 09:00, documents: [letter]}
      - {by: chief, step: close, answers: {minutes: [{id: 1}]}, at: 2026-12-20 09:00,
         state: closed, clocks: {settle: late}}
"""


def test_a_walk_carries_state_facts_and_deadlines() -> None:
    assert differences(WALK) == []


def test_a_walk_says_at_which_step_it_differs() -> None:
    (said,) = differences(WALK.replace("settle: 2026-11-30", "settle: 2026-11-26"))
    assert said == "Bước 2: thời hạn “Giải quyết”: mong đợi 2026-11-26, thực tế 2026-11-30."


def test_days_off_move_a_deadline() -> None:
    head = HEAD.replace(
        "actors:",
        "calendar: {base: week, holidays: [2026-11-23], work_days: [2026-11-28]}\nactors:",
    )
    (one,) = results(WALK.replace("settle: 2026-11-30", "settle: 2026-11-28"), head)
    assert one.has_passed


def test_two_people_are_needed_where_the_step_says_so() -> None:
    tests = """
  - name: four eyes
    case: new
    walk:
      - {by: an, step: dismiss, answers: {reason: nhầm}, second_person: true, state: detected}
      - {by: an, step: dismiss, may: false, because: [same_person]}
      - {by: binh, step: dismiss, may: false, because: [second_person]}
      - {by: head, step: dismiss, state: false_report}
"""
    assert differences(tests) == []


def test_given_clocks_run_from_their_moment() -> None:
    tests = """
  - name: late
    case: {state: on_scene, clocks: {settle: 2026-11-02 08:00}}
    by: an
    step: prosecute
    answers: {persons: 2}
    at: 2026-11-20 09:00
    clocks: {settle: 2026-11-09 17:00}
"""
    assert differences(tests) == []


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ("  - {name: a, by: an}", "đúng một trong các khóa open, step, act, event, walk"),
        ("  - {name: a, by: an, case: new, step: zzz}", "tests[0].step"),
        ("  - {name: a, by: zzz, case: new, step: dispatch}", "tests[0].by"),
        ("  - {name: a, by: an, case: zzz, step: dispatch}", "tests[0].case"),
        ("  - {name: a, by: an, case: new, step: dispatch, clocks: {zzz: none}}", "clocks.zzz"),
        ("  - {name: a, by: an, case: new, step: dispatch, answers: {zzz: 1}}", "answers.zzz"),
        ("  - {name: a, by: an, case: new, step: dispatch, because: [role]}", "may là false"),
        ("  - {name: a, by: an, cse: new, step: dispatch}", "cse"),
    ],
)
def test_a_fault_of_the_format_names_its_place(tests: str, said: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        results(tests)
    assert said in str(refused.value)


def test_tests_of_another_type_are_refused() -> None:
    with pytest.raises(DefinitionError, match="không phải “incident”"):
        results(
            "  - {name: a, by: an, case: new, step: dispatch}",
            HEAD.replace("type: incident", "type: other"),
        )
