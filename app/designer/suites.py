"""The tests of case types: found beside the definitions or kept by the office, saved and run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.audit import record_access
from app.cases.catalogue import DEFINITIONS, role_names
from app.designer.suite_models import TypeTests
from app.errors import NotFound
from app.permissions import Actor
from app.workflow.definition import CaseType, load_definition
from app.workflow.engine import compile_definition
from app.workflow.scenario_runs import TestResult, run_suite
from app.workflow.scenarios import Suite, load_suite, require_known

SHIPPED = DEFINITIONS / "tests"


@dataclass(frozen=True, slots=True)
class SuiteText:
    """The YAML of a case type's tests and where it is from; `saved` is None for shipped ones."""

    name: str
    text: str
    saved: TypeTests | None = None


def suite_of(session: Session, code: str) -> SuiteText | None:
    """The office's own tests of a case type, else the shipped ones, else None."""
    saved = session.get(TypeTests, code)
    if saved is not None:
        return SuiteText(f"{code}.yaml", saved.text, saved)
    path = SHIPPED / f"{code}.yaml"
    return SuiteText(path.name, path.read_text("utf-8")) if path.is_file() else None


def shipped_suites() -> list[Path]:
    return sorted(SHIPPED.glob("*.yaml"))


def save_suite(
    session: Session, actor: Actor, case_type: CaseType, *, text: str, now: datetime
) -> None:
    """Keep the tests of a case type; raises DefinitionError where they are not well formed."""
    code = case_type.code
    require_known(load_suite(text, name=f"{code}.yaml"), case_type, name=f"{code}.yaml")
    session.merge(
        TypeTests(code=code, text=text, saved_by=actor.user_id, saved_name=actor.name, saved_at=now)
    )
    record_access(session, actor, "workflow_tests_saved", f"workflow:{code}", now=now)


def run_tests(
    session: Session, case_type: CaseType, text: str, *, name: str
) -> Sequence[TestResult]:
    """Run tests on a definition, published or not; raises DefinitionError for faults in either."""
    suite: Suite = load_suite(text, name=name)
    require_known(suite, case_type, name=name)
    return run_suite(suite, case_type, compile_definition(case_type, role_names(session)))


def definition_beside(path: Path, code: str) -> CaseType:
    """The definition that a file of tests belongs to: in its folder, or in the one above."""
    for folder in (path.parent, path.parent.parent):
        beside = folder / f"{code}.yaml"
        if beside.is_file() and beside != path:
            return load_definition(beside)
    raise NotFound(f"Không có định nghĩa {code}.yaml bên cạnh {path.name}.")
