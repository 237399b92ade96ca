"""The operator's command about cases: what older ones hold in plain text is sealed."""

import click
from flask.cli import with_appcontext

from app.cases.number_sealing import CHUNK, cases_left, seal_chunk
from app.commands import in_one_sentence
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import SYSTEM_ACTOR


@click.command("seal-numbers")
@with_appcontext
@in_one_sentence
def seal_numbers() -> None:
    """Seal numbers of papers that stand openly in cases; a run that was cut off goes on."""
    left = cases_left(reading())
    for start in range(0, len(left), CHUNK):
        with transaction() as session:
            seal_chunk(session, SYSTEM_ACTOR, left[start : start + CHUNK], now=utc_now())
    click.echo(f"Đã niêm phong số giấy tờ của {len(left)} hồ sơ.")


COMMANDS: dict[str, click.Command] = {"seal-numbers": seal_numbers}
