"""Tests of a definition in YAML tick off what a state's checklist asks for."""

from __future__ import annotations

import pytest

from app.workflow.definition import CaseType, load_definition
from app.workflow.engine import compile_definition
from app.workflow.errors import DefinitionError
from app.workflow.scenario_runs import run_suite
from app.workflow.scenarios import load_suite, require_known
from tests.unit.workflow.crew import CREW, crew_type
from tests.unit.workflow.samples import ROLES

HEAD = """
type: crew_case
actors:
  an: {roles: [station], unit: DBP}
  stranger: {roles: [clerk], unit: VT}
tests:
"""
OPENED = """
  - name: walk
    walk:
      - {by: an, open: {title: a, kind: storm}, state: reported}
      - {by: an, step: check, answers: {crew: [{name: B}], injured: false}, state: checking}
"""
BACK = """  - {code: again, name: {vi: Xác minh lại, en: Again}, from: [checking], to: reported,
     roles: [station]}
outcomes:"""


def differences(tests: str, case_type: CaseType | None = None) -> list[str]:
    case_type = case_type or crew_type()
    suite = load_suite(HEAD + tests, name="crew.yaml")
    require_known(suite, case_type, name="crew.yaml")
    results = run_suite(suite, case_type, compile_definition(case_type, ROLES))
    return [text.vi for one in results for text in one.differences]


def test_a_required_thing_not_ticked_refuses_the_step() -> None:
    tests = (
        "  - {name: a, case: {state: checking, checked: [filed]}, by: an, step: finish,"
        " may: false, because: [unchecked, Gọi gia đình]}"
    )
    assert differences(tests) == []


def test_what_the_given_case_has_ticked_counts() -> None:
    tests = (
        "  - {name: a, case: {state: checking, checked: [called]}, by: an, step: finish,"
        " state: done}"
    )
    assert differences(tests) == []


def test_a_step_of_a_walk_ticks_first() -> None:
    tests = OPENED + (
        "      - {by: an, step: finish, may: false, because: [unchecked]}\n"
        "      - {by: an, step: finish, tick: [called, filed], state: done}"
    )
    assert differences(tests) == []


def test_ticks_stay_while_the_state_stays_and_end_with_it() -> None:
    back = load_definition(CREW.replace("outcomes:", BACK), name="crew.yaml")
    tests = OPENED + (
        "      - {by: an, step: note, tick: [called], state: checking}\n"
        "      - {by: an, step: again, state: reported}\n"
        "      - {by: an, step: check, state: checking}\n"
        "      - {by: an, step: finish, may: false, because: [unchecked]}"
    )
    assert differences(tests, back) == []


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("{state: reported}, by: an, step: check, tick: [called]", "không có việc “called”"),
        ("{state: checking, checked: [called]}, by: an, step: finish, tick: [called]", "đã được"),
        ("{state: checking}, by: stranger, step: finish, tick: [called]", "không đánh dấu được"),
    ],
)
def test_a_tick_that_is_refused_is_told_in_words(check: str, said: str) -> None:
    (told,) = differences(f"  - {{name: a, case: {check}}}")
    assert said in told


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("case: {state: checking, checked: [zzz]}, by: an, step: finish", "không có việc “zzz”"),
        ("case: {state: reported, checked: [called]}, by: an, step: check", "checked.called"),
        ("case: {state: checking}, by: an, step: finish, tick: [zzz]", "tick.zzz"),
        ("by: an, open: {title: a, kind: storm}, tick: [called]", "tick không dùng khi mở hồ sơ"),
    ],
)
def test_an_unknown_thing_is_a_fault_of_the_file(check: str, said: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        differences(f"  - {{name: a, {check}}}")
    assert said in str(refused.value)
