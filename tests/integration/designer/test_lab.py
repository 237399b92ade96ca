"""The lab on a real database: a draft run through what people did, in chunks, killed, resumed."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.catalogue import DEFINITIONS
from app.cases.heads import CaseHead
from app.database import reading, transaction
from app.designer import lab_pages, lab_queries, lab_services, suites
from app.designer.lab_models import FindingKind, LabFinding, LabRun, LabState
from app.errors import Invalid, Refused
from app.jobs import utc_now
from app.permissions import SYSTEM_ACTOR, Actor
from app.workflow.definition import load_definition
from app.workflow.errors import DefinitionError
from app.workflow.replay import replay
from app.workflow.scenarios import load_suite
from tests.integration.designer.matters import (
    CODE,
    FIRST,
    LATER,
    a_matter,
    first,
    officer,
    publish_type,
    step,
)

STRICTER = FIRST.replace("roles: [border_station], require: [answer]", "roles: [border_command]")


class WorkerDied(BaseException):
    """As if the process had been killed at this very moment."""


@pytest.fixture
def actor(session: Session) -> Actor:
    publish_type(first())
    return officer(session)


def finished(actor: Actor) -> CaseHead:
    return step(actor, step(actor, a_matter(actor), "look"), "finish", answer="Xong")


def ordered(text: str) -> LabRun:
    with transaction() as writer:
        return lab_services.order_replay(
            writer, SYSTEM_ACTOR, load_definition(text), source="x.yaml", months=6, now=LATER
        )


def ran(text: str) -> LabRun:
    run = ordered(text)
    lab_services.carry_on(run.id, lambda: LATER)
    reading().rollback()
    return lab_queries.get_run(reading(), CODE, run.id)


def groups(run: LabRun, kind: FindingKind) -> list[str]:
    return [group.vi for group in lab_queries.groups_of(reading(), run.id, kind)]


def test_the_version_in_use_refuses_nothing_of_its_own_past(actor: Actor) -> None:
    finished(actor)
    run = ran(FIRST)
    assert (run.state, run.done, run.total) == (LabState.DONE, 1, 1)
    assert run.figures["tally"]["acts"] == run.figures["tally"]["allowed"] == 3
    assert groups(run, FindingKind.REFUSED) == []
    assert run.figures["powers"] == []


def test_a_draft_that_takes_a_step_from_a_role_says_so(actor: Actor) -> None:
    finished(actor)
    run = ran(STRICTER)
    (refused,) = groups(run, FindingKind.REFUSED)
    assert refused.startswith("Kết thúc: ")
    result = lab_pages.result_of(reading(), run, "vi")
    (power,) = result.powers
    assert (power.state, power.transition) == ("Đang xem xét", "Kết thúc")
    assert len(power.gained) == len(power.lost) == 1
    assert (result.acts, result.allowed) == (3, 2)


def test_open_cases_without_a_way_on_are_named(actor: Actor) -> None:
    head = step(actor, a_matter(actor), "look")
    run = ran(FIRST.replace("code: review", "code: study").replace("review", "study"))
    found, _ = lab_queries.cases_of(
        reading(), SYSTEM_ACTOR, run, kind=FindingKind.STUCK, key="", after=0
    )
    assert [(one.reference, one.title) for one in found] == [(head.reference, "Xin xác minh")]
    assert "Đang xem xét" in found[0].vi


def test_whoever_may_not_read_the_case_sees_its_number_alone(actor: Actor) -> None:
    head = step(actor, a_matter(actor), "look")
    run = ran(FIRST.replace("code: review", "code: study").replace("review", "study"))
    stranger = Actor(9, "Ai", 9, "X", "X", frozenset(), frozenset(), actor.area.__class__())
    (one,), _ = lab_queries.cases_of(
        reading(), stranger, run, kind=FindingKind.STUCK, key="", after=0
    )
    assert (one.reference, one.title) == (head.reference, "")


def test_a_killed_run_goes_on_behind_the_last_chunk(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        finished(actor)
    monkeypatch.setattr(lab_services, "CHUNK", 2)
    run, seen = ordered(STRICTER), list[int]()

    def die_at_the_fourth(*args: Any, **named: Any) -> Any:  # Any: what it replaces
        seen.append(1)
        if len(seen) == 4:
            raise WorkerDied
        return replay(*args, **named)

    monkeypatch.setattr(lab_services, "replay", die_at_the_fourth)
    with pytest.raises(WorkerDied):
        lab_services.carry_on(run.id, lambda: LATER)
    lab_services.carry_on(run.id, lambda: LATER)
    reading().rollback()
    run = lab_queries.get_run(reading(), CODE, run.id)
    assert (run.state, run.done, run.figures["tally"]["acts"]) == (LabState.DONE, 5, 15)
    assert reading().scalar(select(func.count()).select_from(LabFinding)) == 5


def test_what_cannot_be_tried_is_refused_in_words(actor: Actor) -> None:
    del actor
    with pytest.raises(Refused, match="Số tháng"), transaction() as writer:
        lab_services.order_replay(writer, SYSTEM_ACTOR, first(), source="x", months=0, now=LATER)
    with pytest.raises(Invalid, match="chưa có bản thảo"):
        lab_pages.chosen_draft(reading(), CODE, pasted="", upload=None)
    with pytest.raises(Invalid, match="không phải"):
        lab_pages.chosen_draft(reading(), "border_incident", pasted=FIRST, upload=None)


TESTS = """
type: matter
actors: {an: {roles: [border_station]}}
tests:
  - {name: Xem xét được, case: {state: received}, by: an, step: look, state: review}
  - name: Kết thúc phải trả lời
    case: {state: review}
    by: an
    step: finish
    may: false
    missing: [answer]
"""


def test_tests_of_a_type_are_kept_and_run_on_a_draft(actor: Actor) -> None:
    with transaction() as writer:
        suites.save_suite(writer, actor, first(), text=TESTS, now=utc_now())
    found = suites.suite_of(reading(), CODE)
    assert found is not None
    on_use = suites.run_tests(reading(), first(), found.text, name="matter.yaml")
    assert [one.has_passed for one in on_use] == [True, True]
    on_draft = suites.run_tests(
        reading(), load_definition(STRICTER), found.text, name="matter.yaml"
    )
    assert [one.has_passed for one in on_draft] == [True, False]
    with pytest.raises(DefinitionError, match="step"), transaction() as writer:
        suites.save_suite(
            writer, actor, first(), text=TESTS.replace("step: look", "step: zzz"), now=utc_now()
        )


def test_every_shipped_type_carries_tests_that_pass(app: Flask) -> None:
    tested = {path.stem: path for path in suites.shipped_suites()}
    assert tested.keys() == {path.stem for path in DEFINITIONS.glob("*.yaml")}
    for code, path in tested.items():
        results = suites.run_tests(
            reading(), suites.definition_beside(path, code), path.read_text("utf-8"), name=path.name
        )
        assert len(results) >= 8, path.name
        assert [one for one in results if not one.has_passed] == []
    del app


@pytest.mark.parametrize("path", suites.shipped_suites(), ids=lambda path: path.stem)
def test_a_shipped_suite_refuses_takes_every_step_and_counts_days(path: Path) -> None:
    suite = load_suite(path.read_text("utf-8"), name=path.name)
    case_type = suites.definition_beside(path, path.stem)
    names = [test.name for test in suite.tests]
    assert len(set(names)) == len(names)
    said = [check for test in suite.tests for check in test.checks]
    refusals = {reason for check in said for reason in check.because}
    assert refusals >= {"role", "wrong_state"}
    assert "missing_field" in refusals
    steps = {step.code for step in case_type.transitions if step.four_eyes}
    assert not steps or "same_person" in refusals
    assert {step.code for step in case_type.transitions} <= {one.step for one in said if one.may}
    assert set(case_type.outcomes) <= {check.state for check in said}
    assert any(due[:2] == "20" for check in said for due in check.clocks.values())


# --- the commands ---------------------------------------------------------------------------


def test_the_commands_try_replay_migrate_and_undo(app: Flask, actor: Actor, tmp_path: Path) -> None:
    step(actor, a_matter(actor), "look")
    run = app.test_cli_runner()
    draft = tmp_path / "matter.yaml"
    draft.write_text(STRICTER, "utf-8")
    (tmp_path / "tests").mkdir()
    tests = tmp_path / "tests" / "matter.yaml"
    tests.write_text(TESTS, "utf-8")
    replayed = run.invoke(args=["workflow", "replay", str(draft), "--json"])
    assert json.loads(replayed.output)["powers"][0]["transition"] == "finish"
    failed = run.invoke(args=["workflow", "test", str(tests)])
    assert (failed.exit_code, "1/2 đạt" in failed.output) == (1, True)
    assert "mong đợi" in failed.output
    assert run.invoke(args=["workflow", "test", "khong-co"]).exit_code == 2
    publish_type(load_definition(STRICTER))
    migrate = ["workflow", "migrate", CODE, "--from", "1", "--to", "2"]
    tried = json.loads(run.invoke(args=[*migrate, "--dry-run", "--json"]).output)
    assert (tried["state"], tried["total"]) == ("checked", 1)
    moved = json.loads(run.invoke(args=[*migrate, "--json"]).output)
    assert moved["counts"] == {"moved unchanged": 1}
    back = run.invoke(args=["workflow", "rollback", str(moved["id"])])
    assert "undone" in back.output
    again = run.invoke(args=["workflow", "rollback", str(moved["id"])])
    assert (again.exit_code, "không hoàn tác được" in again.output) == (1, True)
