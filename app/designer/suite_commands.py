"""flask workflow test: the YAML tests of definitions, with exit codes for a pipeline."""

import json
from pathlib import Path
from typing import Any

import click

from app.cases.catalogue import DEFINITIONS
from app.cases.published import newest_definition
from app.commands import in_one_sentence
from app.database import reading
from app.designer import suites
from app.errors import AppError, NotFound
from app.workflow.definition import CaseType, load_definition
from app.workflow.errors import DefinitionError
from app.workflow.scenario_runs import TestResult
from app.workflow.scenarios import load_suite

FAULTY = 2


class CannotTestError(click.ClickException):
    """Tests that could not be run are not tests that failed."""

    exit_code = FAULTY


@click.command("test")
@click.argument("names", nargs=-1, metavar="[FILE|CODE]…")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
@in_one_sentence
def test_definitions(names: tuple[str, ...], *, as_json: bool) -> None:
    """Run the tests of definitions; the exit code is 1 if one fails, 2 if some cannot be run."""
    chosen = names or tuple(str(path) for path in suites.shipped_suites())
    try:
        ran = {name: _results(name) for name in chosen}
    except (DefinitionError, AppError) as error:
        raise CannotTestError(str(error)) from error
    if as_json:
        click.echo(json.dumps([_told(*one) for one in ran.items()], ensure_ascii=False, indent=2))
    else:
        for name, results in ran.items():
            _print(name, results)
    failed = sum(not one.has_passed for results in ran.values() for one in results)
    if failed:
        raise click.ClickException(f"{failed} kiểm thử không đạt.")


def _results(name: str) -> list[TestResult]:
    """Tests of a file run on the definition beside it; of a code on the shipped or newest one."""
    path = Path(name)
    if path.is_file():
        text = path.read_text("utf-8")
        code = load_suite(text, name=path.name).type
        return list(
            suites.run_tests(reading(), suites.definition_beside(path, code), text, name=path.name)
        )
    found = suites.suite_of(reading(), name)
    if found is None:
        raise NotFound(f"Không có tệp hay loại hồ sơ “{name}” có kiểm thử.")
    return list(suites.run_tests(reading(), _definition(name), found.text, name=found.name))


def _definition(code: str) -> CaseType:
    shipped = DEFINITIONS / f"{code}.yaml"
    if shipped.is_file():
        return load_definition(shipped)
    return newest_definition(reading(), code).case_type


def _print(name: str, results: list[TestResult]) -> None:
    passed = sum(one.has_passed for one in results)
    click.echo(f"{Path(name).name}: {passed}/{len(results)} đạt")
    for one in results:
        for difference in one.differences:
            click.echo(f"  {one.name}: {difference.vi}")


def _told(name: str, results: list[TestResult]) -> dict[str, Any]:  # Any: JSON
    return {
        "suite": name,
        "passed": sum(one.has_passed for one in results),
        "tests": [
            {
                "name": one.name,
                "passed": one.has_passed,
                "differences": [
                    {"vi": text.vi, "en": text.in_locale("en")} for text in one.differences
                ],
            }
            for one in results
        ],
    }


COMMANDS = (test_definitions,)
