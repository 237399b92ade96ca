"""The operator's command about the register of persons: their keys are made where they lack."""

import click
import orjson
from flask.cli import with_appcontext

from app.commands import in_one_sentence
from app.database import transaction
from app.jobs import utc_now
from app.permissions import SYSTEM_ACTOR
from app.registers.person_keys import index_chunk
from app.registers.who_saw import who_saw


@click.command("index")
@with_appcontext
@in_one_sentence
def index_persons() -> None:
    """Make the keys by which persons are matched, for all that have none of today's rules."""
    after: int | None = 0
    chunks = 0
    while after is not None:
        with transaction() as session:
            after = index_chunk(session, after=after)
        chunks += 1
    click.echo(f"Đã lập khóa tra tên ({chunks - 1} đợt).")


@click.command("who-saw")
@click.option("--json", "is_json", is_flag=True, help="In kết quả dạng JSON.")
@with_appcontext
@in_one_sentence
def who_saw_number(*, is_json: bool) -> None:
    """Ask for a paper's number unseen and list who has looked at it, when and why."""
    number = click.prompt("Số giấy tờ", hide_input=True, err=True)
    with transaction() as session:
        report = who_saw(session, SYSTEM_ACTOR, number, now=utc_now())
    if is_json:
        click.echo(orjson.dumps(report).decode())
        return
    held = f"{len(report.persons)} người, {len(report.cases)} hồ sơ mang số này"
    click.echo(f"{held}; {len(report.lines)} lần xem.")
    for one in report.lines:
        said = f"{one.at:%d/%m/%Y %H:%M} UTC; {one.who} ({one.unit}); {one.subject}: {one.what}"
        click.echo(f"{said}; {one.reason}" if one.reason else said)


COMMANDS: dict[str, click.Command] = {"index": index_persons, "who-saw": who_saw_number}
