"""The commands of an operator: each prints what it did in a line and fails with a sentence."""

import json
from importlib import import_module
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.accounts.queries import held_roles
from app.cases import catalogue
from app.cases.verification import altered_definitions, check_chunk
from app.commands import in_one_sentence
from app.database import reading, transaction
from app.designer import exchange, lab_commands, migration_commands, suite_commands
from app.designer.commands import COMMANDS as DEFINITION_COMMANDS
from app.jobs import utc_now
from app.permissions import SYSTEM_ACTOR
from app.workflow.definition import json_schema, load_definition
from app.workflow.diagram import to_svg
from app.workflow.lint import Severity, check

workflow_group = AppGroup("workflow", help="Định nghĩa quy trình.")
audit_group = AppGroup("audit", help="Chuỗi bằng chứng.")


class LazyGroup(AppGroup):
    """Commands whose module is imported when one of them is asked for.

    GeoPandas costs a second and a hundred megabytes, and the web processes do not need it.
    """

    def __init__(self, name: str, *, module: str, help: str) -> None:  # noqa: A002  click's word
        super().__init__(name, help=help)
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if not self.commands:
            self.commands = import_module(self._module).COMMANDS


LAZY_GROUPS = (
    LazyGroup("demo", module="app.demonstration.commands", help="Dữ liệu minh họa."),
    LazyGroup("reference", module="app.reference_commands", help="Danh mục và quy trình."),
    LazyGroup("geodata", module="app.geodata_commands", help="Gói lớp tham chiếu."),
    LazyGroup("import", module="app.imports.commands", help="Nhập dữ liệu từ tệp."),
    LazyGroup("keys", module="app.key_commands", help="Khóa niêm phong dữ liệu cá nhân."),
    LazyGroup("persons", module="app.registers.commands", help="Sổ đăng ký người."),
    LazyGroup("cases", module="app.cases.commands", help="Hồ sơ."),
    LazyGroup("layers", module="app.maps.commands", help="Lớp bản đồ."),
)


def init_commands(app: Flask) -> None:
    for command in (
        *DEFINITION_COMMANDS,
        *migration_commands.COMMANDS,
        *lab_commands.COMMANDS,
        *suite_commands.COMMANDS,
    ):
        workflow_group.add_command(command)
    for group in (workflow_group, audit_group, *LAZY_GROUPS):
        app.cli.add_command(group)


@workflow_group.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@in_one_sentence
def check_definitions(paths: tuple[Path, ...]) -> None:
    """Check the shipped definitions, or those in the given files; doubts alone are no failure.

    Roles that nobody holds are told once the installation has people.
    """
    session = reading()
    known = {role.code: role.name for role in catalogue.role_names(session)}
    shipped = sorted(catalogue.DEFINITIONS.glob("*.yaml"))
    types = {path.stem for path in (*shipped, *paths)}
    chosen = paths or tuple(shipped)
    errors = 0
    for path in chosen:
        definition = load_definition(path)
        held = held_roles(session) or None
        problems = check(definition, known, known_types=types, held_roles=held)
        errors += sum(problem.severity is Severity.ERROR for problem in problems)
        click.echo(f"{path.name}: {'đạt' if not problems else f'{len(problems)} vấn đề'}")
        for problem in problems:
            click.echo(f"  {problem.severity} {problem}. Cách sửa: {problem.cure}.")
    if errors:
        raise click.ClickException(f"Có {errors} lỗi trong {len(chosen)} định nghĩa.")


@workflow_group.command("diagram")
@click.argument("code")
@click.option("--locale", default="vi", type=click.Choice(["vi", "en"]))
@in_one_sentence
def draw_diagram(code: str, locale: str) -> None:
    """Print the diagram of a case type as SVG."""
    path = catalogue.DEFINITIONS / f"{code}.yaml"
    if not path.is_file():
        raise click.ClickException(f"Không có định nghĩa {code}.")
    click.echo(to_svg(load_definition(path), locale))


@workflow_group.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of the definition format, for editors."""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@workflow_group.command("publish")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@in_one_sentence
def publish_definition(path: Path) -> None:
    """Publish a definition that passes the checks as the next version, whatever it began from."""
    with transaction() as session:
        incoming = exchange.read_path(path)
        pushed = exchange.push(
            session, SYSTEM_ACTOR, incoming, base=None, note="", is_forced=True, now=utc_now()
        )
        click.echo(f"{pushed.version.code}: phiên bản {pushed.version.number}.")


@audit_group.command("verify")
@in_one_sentence
def verify_audit() -> None:
    """Recompute every chain; name the first event that does not follow."""
    session, count, after = reading(), 0, 0
    while (checked := check_chunk(session, after=after)).last_case_id is not None:
        for bad in checked.bad:
            raise click.ClickException(
                f"Hồ sơ {bad.subject}: sự kiện số {bad.number} đã bị thay đổi hoặc bị xóa."
            )
        count, after = count + checked.count, checked.last_case_id
    for bad in altered_definitions(session):
        raise click.ClickException(
            f"Quy trình {bad.subject} phiên bản {bad.number} đã bị thay đổi."
        )
    click.echo(f"Đạt: {count} hồ sơ, mọi phiên bản quy trình.")
