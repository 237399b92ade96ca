"""flask workflow pull, diff and push: definitions as files, from a test server to the real one."""

import json
from pathlib import Path
from typing import Any

import click

from app.cases.models import CaseTypeVersion
from app.commands import in_one_sentence
from app.database import reading, transaction
from app.designer import exchange
from app.designer.queries import content_of, newest_version, version_numbered
from app.errors import NotFound
from app.jobs import utc_now
from app.permissions import SYSTEM_ACTOR
from app.workflow.difference import Change, sentence, text_difference

DIFFERENT = 1  # as of diff(1); a failure is 1 for push and pull, 2 for diff
FAILED = 2


class CannotTellError(click.ClickException):
    """A comparison that could not be made is not a difference."""

    exit_code = FAILED


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("pull")
@click.argument("code")
@click.option("--version", "number", type=int, help="Phiên bản; mặc định là bản mới nhất.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Tệp ghi ra.")
@in_one_sentence
def pull(code: str, number: int | None, output: Path | None) -> None:
    """Write a published version as YAML."""
    text = exchange.written(reading(), code, number=number)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"{output}: {len(text.splitlines())} dòng.")


@click.command("push")
@click.argument("path", metavar="FILE", type=_FILE)
@click.option("--base", type=int, help="Phiên bản trên máy chủ này mà tệp dựa vào.")
@click.option("--note", default="", help="Lý do, ghi vào lịch sử phiên bản.")
@click.option("--force", is_flag=True, help="Thay cả khi tệp không dựa trên phiên bản đang dùng.")
@click.option("--dry-run", is_flag=True, help="Chỉ nói sẽ thay gì.")
@click.option("--json", "as_json", is_flag=True, help="Trả lời bằng JSON.")
@in_one_sentence
def push(
    path: Path, *, base: int | None, note: str, force: bool, dry_run: bool, as_json: bool
) -> None:
    """Publish a definition from a file; a file that is broken or out of date changes nothing."""
    incoming = exchange.read_path(path)
    with transaction() as session:
        pushed = exchange.push(
            session,
            SYSTEM_ACTOR,
            incoming,
            base=base,
            note=note or f"Đẩy từ tệp {path.name}",
            is_forced=force,
            now=utc_now(),
        )
        number = pushed.version.number
        if dry_run:
            session.rollback()
    if as_json:
        click.echo(_json(_pushed(pushed, number, dry_run=dry_run)))
        return
    for warning in pushed.warnings:
        click.echo(f"lưu ý: {warning}")
    for change in pushed.changes:
        click.echo(sentence(change, "vi"))
    if not pushed.is_new:
        click.echo(f"{incoming.code}: không khác phiên bản {number}.")
    else:
        click.echo(f"{incoming.code}: {'sẽ là ' if dry_run else ''}phiên bản {number}.")


@click.command("diff")
@click.argument("what", metavar="FILE|CODE")
@click.option("--from", "old", type=int, help="Phiên bản để so; mặc định là bản mới nhất.")
@click.option("--to", "new", type=int, help="Với CODE: phiên bản mới hơn.")
@click.option("--text", "as_text", is_flag=True, help="So từng dòng YAML.")
@click.option("--json", "as_json", is_flag=True, help="Trả lời bằng JSON.")
@click.pass_context
def diff(
    context: click.Context,
    what: str,
    *,
    old: int | None,
    new: int | None,
    as_text: bool,
    as_json: bool,
) -> None:
    """Say how a file, or the newest version, differs from what is published.

    Ends with 0 if nothing differs, 1 if something does, 2 if it cannot be told.
    """
    try:
        changes, lines = _compared(what, old, new)
    except click.ClickException as error:
        raise CannotTellError(error.message) from error
    if as_json:
        click.echo(_json({"changes": [_change(one) for one in changes], "diff": lines}))
    elif as_text:
        click.echo("\n".join(lines))
    else:
        for change in changes:
            click.echo(sentence(change, "vi"))
    context.exit(DIFFERENT if lines else 0)


@in_one_sentence
def _compared(what: str, old: int | None, new: int | None) -> tuple[list[Change], list[str]]:
    session, path = reading(), Path(what)
    if path.is_file():
        incoming = exchange.read_path(path)
        code, after, name = incoming.code, incoming.content, path.name
        is_first = old is None and newest_version(session, code) is None
    else:
        version = _numbered(what, new)
        code, after, name = what, content_of(version), f"v{version.number}"
        old, is_first = old or max(version.number - 1, 1), False
    base = None if is_first else _numbered(code, old)
    before = content_of(base)
    lines = text_difference(before, after, old=f"v{base.number}" if base else "-", new=name)
    return exchange.changes_against(session, before, after), lines


def _numbered(code: str, number: int | None) -> CaseTypeVersion:
    found = (
        newest_version(reading(), code)
        if number is None
        else version_numbered(reading(), code, number)
    )
    if found is None:
        raise NotFound(f"Không có tệp hoặc loại hồ sơ “{code}”.")
    return found


def _pushed(pushed: exchange.Pushed, number: int, *, dry_run: bool) -> dict[str, Any]:  # Any: JSON
    return {
        "code": pushed.version.code,
        "version": number,
        "published": pushed.is_new and not dry_run,
        "changes": [_change(one) for one in pushed.changes],
        "warnings": list(pushed.warnings),
    }


def _change(change: Change) -> dict[str, Any]:  # Any: JSON
    return {
        "how": change.how.value,
        "kind": change.kind,
        "code": change.code,
        "name": change.name.vi,
        "details": [
            {"label": one.label.vi, "old": one.old.vi, "new": one.new.vi} for one in change.details
        ],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


COMMANDS = (pull, push, diff)
