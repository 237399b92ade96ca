"""The operator's command about the register of persons: their keys are made where they lack."""

import click
from flask.cli import with_appcontext

from app.commands import in_one_sentence
from app.database import transaction
from app.registers.person_keys import index_chunk


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


COMMANDS: dict[str, click.Command] = {"index": index_persons}
