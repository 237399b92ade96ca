"""The operator's commands about cases: what older ones hold openly is sealed and closed."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select, true

from app.cases.closed_words import close_words
from app.cases.models import Case
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


@click.command("close-words")
@with_appcontext
@in_one_sentence
def close_free_words() -> None:
    """Take notes and reasons of protected cases out of what everyone's search finds."""
    ids = reading().scalars(select(Case.id).where(Case.is_protected.is_(true()))).all()
    closed = 0
    for start in range(0, len(ids), CHUNK):
        with transaction() as session:
            closed += close_words(session, ids[start : start + CHUNK])
    click.echo(f"Đã thu lại chữ tìm kiếm của {closed} hồ sơ được bảo vệ.")


COMMANDS: dict[str, click.Command] = {
    "seal-numbers": seal_numbers,
    "close-words": close_free_words,
}
