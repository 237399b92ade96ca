"""The command that fills the tables every case rests on: units, roles, calendar, case types."""

from datetime import datetime

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.accounts.seeding import seed_reference
from app.cases.catalogue import publish_shipped
from app.cases.children.penalty_table import seed_penalties
from app.cases.dated_settings import seed_settings
from app.commands import in_one_sentence
from app.database import transaction
from app.documents.numbering import seed_symbols
from app.hotline.services import seed_numbers
from app.jobs import utc_now
from app.money.settling import seed_limits
from app.permissions import SYSTEM_ACTOR
from app.registers.reference import load_reference


def load_everything(session: Session, *, now: datetime) -> str:
    """Load units, roles, calendar, registers' reference, settings and the shipped case types.

    Rows that an office has changed stay; running it again adds only what is new.
    """
    seeded = seed_reference(session, now)
    load_reference(session)
    seed_settings(session)
    seed_penalties(session)
    seed_limits(session)
    seed_symbols(session, now=now)
    seed_numbers(session)
    versions = publish_shipped(session, SYSTEM_ACTOR, now=now)
    return (
        f"thêm {seeded.units} đơn vị, {seeded.roles} vai trò, {seeded.calendar_days} ngày lịch; "
        f"{len(versions)} loại hồ sơ"
    )


@click.command("load")
@with_appcontext
@in_one_sentence
def load() -> None:
    """Load the reference tables."""
    with transaction() as session:
        click.echo(f"Danh mục: {load_everything(session, now=utc_now())}.")


COMMANDS: dict[str, click.Command] = {"load": load}
