"""flask workflow pull, diff and push, as an operator runs them between two servers."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.cases.catalogue import DEFINITIONS
from app.cases.published import newest_definition
from app.database import reading
from app.designer.queries import newest_version
from app.workflow.definition import load_definition
from tests.integration.designer.conftest import CODE


def run(app: Flask, *words: str) -> Result:
    reading().rollback()
    return app.test_cli_runner().invoke(args=["workflow", *words])


@pytest.fixture
def pulled(app: Flask, tmp_path: Path) -> Path:
    path = tmp_path / "pulled.yaml"
    assert run(app, "pull", CODE, "-o", str(path)).exit_code == 0
    return path


def changed(path: Path, name: str = "Tên đã đổi") -> Path:
    text = path.read_text("utf-8")
    old = load_definition(text).states[0].name.vi
    path.write_text(text.replace(old, name), "utf-8")
    return path


def test_what_is_pulled_is_what_is_published(app: Flask, pulled: Path) -> None:
    text = pulled.read_text("utf-8")
    assert text.startswith(f"# cot-moc: {CODE} v1 ")
    answer = run(app, "push", str(pulled))
    assert answer.exit_code == 0
    assert "không khác phiên bản 1" in answer.output


def test_a_push_says_what_it_changes_and_is_used_at_once(app: Flask, pulled: Path) -> None:
    answer = run(app, "push", str(changed(pulled)), "--note", "thử", "--json")
    said = json.loads(answer.output)
    assert (said["version"], said["published"]) == (2, True)
    assert said["changes"][0]["kind"] == "state"
    assert newest_definition(reading(), CODE).number == 2


def test_a_dry_run_changes_nothing(app: Flask, pulled: Path) -> None:
    answer = run(app, "push", str(changed(pulled)), "--dry-run")
    assert "sẽ là phiên bản 2" in answer.output
    reading().rollback()
    assert newest_definition(reading(), CODE).number == 1


def test_a_file_that_is_out_of_date_is_refused_until_told(
    app: Flask, pulled: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(pulled.read_text("utf-8"), "utf-8")
    assert run(app, "push", str(changed(pulled, "Một"))).exit_code == 0
    answer = run(app, "push", str(changed(other, "Hai")))
    assert answer.exit_code == 1
    assert "không dựa trên" in answer.output
    assert run(app, "push", str(other), "--base", "1").exit_code == 1
    assert run(app, "push", str(other), "--force").exit_code == 0


def test_a_version_made_elsewhere_follows_its_lineage(app: Flask, pulled: Path) -> None:
    """Two changes on the test server, one push to the real one, whose number is another."""
    session = reading()
    newest = newest_version(session, CODE)
    assert newest is not None
    head = f"# cot-moc: {CODE} v7 aaaaaaaaaaaa bbbbbbbbbbbb {newest.checksum[:12]}\n"
    body = pulled.read_text("utf-8").partition("\n")[2]
    pulled.write_text(head + body, "utf-8")
    assert run(app, "push", str(changed(pulled))).exit_code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code: [", "không đọc được YAML"),
        ("a: &a {b: *a}", "lặp vòng"),
        ("code: x\ncode: y", "viết hai lần"),
        ("x" * 5_000_000, "1 triệu ký tự"),
        ("lạ: 1", "không có trong định dạng"),
    ],
)
def test_a_broken_file_changes_nothing_and_says_why(
    app: Flask, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, "utf-8")
    for command, code in (("push", 1), ("diff", 2)):
        answer = run(app, command, str(path))
        assert answer.exit_code == code
        assert said in answer.output
        assert "Traceback" not in answer.output


def test_errors_of_the_checks_refuse_a_push(app: Flask, pulled: Path) -> None:
    text = pulled.read_text("utf-8")
    case_type = load_definition(text)
    last = case_type.transitions[0]
    pulled.write_text(text.replace(f"to: {last.to}", "to: khong_co"), "utf-8")
    answer = run(app, "push", str(pulled))
    assert answer.exit_code == 1
    assert "khong_co" in answer.output


def test_a_difference_ends_with_one_and_sameness_with_nought(app: Flask, pulled: Path) -> None:
    assert run(app, "diff", str(pulled)).exit_code == 0
    answer = run(app, "diff", str(changed(pulled)))
    assert answer.exit_code == 1
    assert "sửa: Trạng thái “Tên đã đổi”" in answer.output
    assert "+" in run(app, "diff", str(pulled), "--text").output
    assert json.loads(run(app, "diff", str(pulled), "--json").output)["changes"]
    assert run(app, "diff", "khong_co").exit_code == 2


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_file_pushes_as_nothing_new(app: Flask, path: Path) -> None:
    assert "không khác" in run(app, "push", str(path)).output
