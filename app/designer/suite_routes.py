"""The page of a case type's tests: run on the draft, read, changed and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.session import current_actor
from app.cases.published import newest_definition
from app.database import reading, transaction
from app.designer import queries, suites
from app.designer.faults_shown import Told, told_on_page
from app.jobs import utc_now
from app.permissions import Permission, require
from app.workflow.definition import CaseType
from app.workflow.scenario_runs import TestResult
from app.workflow.text import Text


@dataclass(frozen=True, slots=True)
class _Tried:
    """What the tests were run on, and what came of them."""

    case_type: CaseType
    is_draft: bool
    results: Sequence[TestResult]

    @property
    def failed(self) -> Sequence[TestResult]:
        return [one for one in self.results if not one.has_passed]


@require(Permission.ADMIN_WORKFLOW)
def type_tests(type_code: str) -> ResponseReturnValue:
    """Run the tests on the draft, else on the version in use; keep what was written."""
    session, told = reading(), Told()
    text = request.form.get("yaml", "")
    if request.method == "POST":
        with told_on_page(told):
            _save(type_code, text)
            return redirect(url_for("designer.type_tests", type_code=type_code))
    found = suites.suite_of(session, type_code)
    tried = None
    if found is not None and not told.message:
        with told_on_page(told):
            tried = _try(session, type_code, found)
    page = render_template(
        "designer/tests.html",
        type_code=type_code,
        name=queries.type_words(session).get(type_code, Text(type_code)),
        found=found,
        tried=tried,
        text=text or (found.text if found else ""),
        told=told,
        locale=current_actor().locale,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if told.message else HTTPStatus.OK


def _on(session: Session, code: str) -> tuple[CaseType, bool]:
    draft = queries.draft_of(session, code)
    if draft is not None:
        return draft, True
    return newest_definition(session, code).case_type, False


def _try(session: Session, code: str, found: suites.SuiteText) -> _Tried:
    case_type, is_draft = _on(session, code)
    results = suites.run_tests(session, case_type, found.text, name=found.name)
    return _Tried(case_type, is_draft, results)


def _save(code: str, text: str) -> None:
    actor, now = current_actor(), utc_now()
    with transaction() as session:
        case_type, _is_draft = _on(session, code)
        suites.save_suite(session, actor, case_type, text=text, now=now)
    flash(_("Đã lưu và chạy kiểm thử."), "success")


VIEWS = (("/<type_code>/kiem-thu", "type_tests", type_tests, ["GET", "POST"]),)
