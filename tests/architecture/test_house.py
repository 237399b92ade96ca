"""Conventions as tests: what a reviewer would otherwise have to remember."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.jobs import Job
from app.permissions import Permission
from tests.conftest import bare_app
from workers.registry import HANDLERS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "workers")
TEMPLATES = ROOT / "app" / "templates"
FILE_CAP = 400
FUNCTION_CAP = 50
MARKUP_ALLOWED = {"app/maps/render.py"}
BROAD_CATCH_ALLOWED = {"app/web.py", "workers/__main__.py", "workers/runner.py"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return bare_app(tmp_path_factory.mktemp("house"))


def _modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def _templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_every_view_is_guarded_or_explicitly_public(house: Flask) -> None:
    unguarded = [
        endpoint
        for endpoint, view in house.view_functions.items()
        if endpoint != "static"
        and not isinstance(getattr(view, "required_permission", None), Permission)
        and not getattr(view, "is_public", False)
        and not getattr(view, "is_signed_in", False)
    ]
    assert unguarded == []


def test_what_a_token_opens_is_guarded_and_only_reads(house: Flask) -> None:
    writing = {
        rule.endpoint
        for rule in house.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    opened = {
        name for name, view in house.view_functions.items() if getattr(view, "takes_token", False)
    }
    assert opened
    assert not opened & writing
    assert all(hasattr(house.view_functions[name], "required_permission") for name in opened)


def test_programs_send_only_to_the_addresses_made_for_it(house: Flask) -> None:
    """A new one is a decision: it writes without a form, so it stands in this list."""
    sending = {
        name for name, view in house.view_functions.items() if hasattr(view, "writes_by_token")
    }
    assert sending == {"sending.receive"}
    assert all(hasattr(house.view_functions[name], "required_permission") for name in sending)


def test_no_view_is_exempt_from_csrf(house: Flask) -> None:
    protect = house.extensions["csrf"]
    assert protect._exempt_views == set()
    assert protect._exempt_blueprints == set()
    assert house.config.get("WTF_CSRF_ENABLED", True)


def test_every_post_form_carries_the_csrf_token() -> None:
    bare = []
    for path in _templates():
        for form in re.findall(
            r"<form\b[^>]*>.*?</form>", path.read_text("utf-8"), re.DOTALL | re.IGNORECASE
        ):
            is_post = re.search(r"method=[\"']post", form[: form.index(">")], re.IGNORECASE)
            if is_post and "csrf_token" not in form and "hidden_tag" not in form:
                bare.append(_name(path))
    assert bare == []


def test_every_url_is_kebab_case_without_diacritics(house: Flask) -> None:
    odd = [
        rule.rule
        for rule in house.url_map.iter_rules()
        if rule.endpoint != "static"
        and not re.fullmatch(r"(/|(/([a-z0-9.-]+|<[a-z_:]+>|<[^>]+>))+/?)", rule.rule)
    ]
    assert odd == []


def test_every_job_has_one_handler() -> None:
    assert set(HANDLERS) == set(Job)
    assert all(callable(handler) for handler in HANDLERS.values())


def test_no_template_marks_text_as_safe() -> None:
    said = [_name(path) for path in _templates() if re.search(r"\|\s*safe\b", path.read_text())]
    assert said == []


def test_no_template_has_an_inline_handler_or_style() -> None:
    inline = re.compile(r"<[^>{]*\s(on[a-z]+|style)\s*=", re.IGNORECASE)
    said = [_name(path) for path in _templates() if inline.search(path.read_text("utf-8"))]
    assert said == []


def test_no_template_names_another_host() -> None:
    outside = re.compile(r"(src|href|action)\s*=\s*[\"'](https?:)?//", re.IGNORECASE)
    said = [_name(path) for path in _templates() if outside.search(path.read_text("utf-8"))]
    assert said == []


def test_no_page_takes_a_name_that_the_layout_sets_after_it() -> None:
    """The layout runs after the page's own settings: a shared name would silently change."""
    named = re.compile(r"^{%-? set (\w+) =", re.MULTILINE)
    taken = set(named.findall((TEMPLATES / "layout.html").read_text("utf-8")))
    said = [
        (_name(path), name)
        for path in _templates()
        for name in named.findall(path.read_text("utf-8"))
        if name in taken and path.name != "layout.html"
    ]
    assert said == []


def test_files_and_functions_stay_small() -> None:
    long_files = [
        f"{_name(path)}: {count}"
        for path in _modules()
        if (count := len(path.read_text("utf-8").splitlines())) > FILE_CAP
    ]
    long_functions = [
        f"{_name(path)}:{node.name}: {length}"
        for path in _modules()
        for node in _functions(path)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_CAP
    ]
    assert long_files == []
    assert long_functions == []


def test_no_import_inside_a_function() -> None:
    inside = [
        f"{_name(path)}:{inner.lineno}"
        for path in _modules()
        for node in _functions(path)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_broad_catches_stand_only_at_the_process_edges() -> None:
    broad = [
        f"{_name(path)}:{node.lineno}"
        for path in _modules()
        if _name(path) not in BROAD_CATCH_ALLOWED
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert broad == []


def test_only_two_modules_mark_text_as_markup() -> None:
    said = [
        _name(path)
        for path in _modules()
        if _name(path) not in MARKUP_ALLOWED and re.search(r"\bMarkup\(", path.read_text("utf-8"))
    ]
    assert said == []


def test_the_pure_core_loads_no_framework() -> None:
    program = (
        "import sys, app.workflow.engine, app.workflow.clocks, app.geo.labels, app.geo.coordinates,"
        " app.geo.lines, app.geo.geotag;"
        "heavy = ('flask', 'sqlalchemy', 'wtforms', 'rq', 'geopandas');"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_the_case_state_changes_only_through_the_engine() -> None:
    allowed = {"app/cases/services.py", "app/cases/recording.py", "app/cases/moves.py"}
    said = [
        f"{_name(path)}:{node.lineno}"
        for path in _modules()
        if _name(path) not in allowed
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
        and target.attr == "state"
        and isinstance(target.value, ast.Name)
        and target.value.id == "case"
    ]
    assert said == []
