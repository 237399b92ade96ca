"""The commands that load the demonstration and name its accounts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.commands import in_one_sentence
from app.config import Settings
from app.database import reading, transaction
from app.demonstration.alerts import load_alerts
from app.demonstration.crises import load_crises
from app.demonstration.follow_ups import leave_past_untold
from app.demonstration.lives import Lives
from app.demonstration.markers import load_markers
from app.demonstration.office import load_office
from app.demonstration.paper import Papers
from app.demonstration.papers_of_both import load_papers
from app.demonstration.patrols import load_patrols
from app.demonstration.people import (
    demonstration_password,
    load_colleagues,
    load_people,
    personas,
)
from app.demonstration.projects import load_projects
from app.demonstration.scenarios import load_affairs, load_scenarios
from app.demonstration.script import Stage
from app.demonstration.script_values import ScriptValues
from app.demonstration.staff import Staff
from app.demonstration.stages import Run, begin, finish, loaded
from app.demonstration.talks import load_talks
from app.demonstration.volume import load_volume
from app.demonstration.year import Year
from app.demonstration.year_border import load_border
from app.demonstration.year_damage import load_damage
from app.demonstration.year_fishers import load_fishers
from app.demonstration.year_protection import load_protection
from app.demonstration.years import Years, years_of
from app.errors import Refused
from app.jobs import utc_now
from app.registers.packs import current_pack
from app.registers.services import mark_register_changed

DEFAULT_SEED = 20261122
MOST_CASES, MOST_YEARS = 1_000_000, 20
REPORT_EVERY = 100_000
Part = Callable[[Session, Random, Run], str]


def _people(session: Session, chance: Random, run: Run) -> str:
    return load_people(session, chance, now=run.now)


def _markers(session: Session, chance: Random, run: Run) -> str:
    return load_markers(session, chance, current_pack(), now=run.now)


def _projects(session: Session, chance: Random, run: Run) -> str:
    del chance
    return load_projects(_stage(session, run))


def _talks(session: Session, chance: Random, run: Run) -> str:
    del chance
    return load_talks(session, now=run.now)


def _both_sides(session: Session, chance: Random, run: Run) -> str:
    del chance
    return load_papers(session, now=run.now)


def _patrols(session: Session, chance: Random, run: Run) -> str:
    return load_patrols(session, chance, now=run.now)


def _border(session: Session, chance: Random, run: Run) -> str:
    return load_border(_year(session, chance, run))


def _protection(session: Session, chance: Random, run: Run) -> str:
    return load_protection(_year(session, chance, run))


def _damage(session: Session, chance: Random, run: Run) -> str:
    said = load_damage(_year(session, chance, run))
    mark_register_changed(session, now=run.now)
    return said


def _fishers(session: Session, chance: Random, run: Run) -> str:
    return load_fishers(_stage(session, run), chance, share=run.share)


def _year(session: Session, chance: Random, run: Run) -> Year:
    lives = Lives(session, current_pack(), _papers())
    return Year(session, Staff(session), lives, current_pack(), chance, run.now, run.share)


def _papers() -> Papers:
    settings: Settings = current_app.extensions["settings"]
    return Papers(settings.uploads_dir)


def _scenarios(session: Session, chance: Random, run: Run) -> str:
    del chance
    return load_scenarios(_stage(session, run))


def _colleagues(session: Session, chance: Random, run: Run) -> str:
    return load_colleagues(session, chance, now=run.now)


def _affairs(session: Session, chance: Random, run: Run) -> str:
    del chance
    return load_affairs(_stage(session, run))


def _office(session: Session, chance: Random, run: Run) -> str:
    del chance
    return load_office(session, Staff(session), now=run.now)


def _crises(session: Session, chance: Random, run: Run) -> str:
    return load_crises(session, chance, Staff(session), now=run.now)


def _alerts(session: Session, chance: Random, run: Run) -> str:
    del chance
    return load_alerts(session, Staff(session), now=run.now)


def _stage(session: Session, run: Run) -> Stage:
    return Stage(
        session,
        Staff(session),
        ScriptValues(session, run.now),
        _papers(),
        current_pack(),
        {},
    )


PARTS: tuple[tuple[str, Part], ...] = (
    ("people", _people),
    ("markers", _markers),
    ("projects", _projects),
    ("talks", _talks),
    ("papers", _both_sides),
    ("border", _border),
    ("protection", _protection),
    ("damage", _damage),
    ("patrols", _patrols),
    ("fishers", _fishers),
    ("scenarios", _scenarios),
    ("office", _office),
    ("crises", _crises),
    ("alerts", _alerts),
    ("colleagues", _colleagues),
    ("affairs", _affairs),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is written beside the demonstration: cases, or years as published."""

    cases: int = 0
    years: float = 0.0


def _read_scale(context: click.Context, option: click.Parameter, said: str) -> Scale:
    del context, option
    years = years_of(said)
    if years is not None and 0 < years <= MOST_YEARS:
        return Scale(years=years)
    if said.isdecimal() and int(said) <= MOST_CASES:
        return Scale(cases=int(said))
    raise click.BadParameter(f"0 … {MOST_CASES}, 0.01y … {MOST_YEARS}y")


def _scaled(scale: Scale, run: Run) -> Iterator[str]:
    """What is written beside the demonstration, for measuring."""
    if scale.years:
        yield from Years(transaction, current_pack(), _papers(), run, scale.years).load()
    for count in load_volume(transaction, current_pack(), run, scale.cases):
        if count % REPORT_EVERY == 0 or count == scale.cases:
            yield f"{count} hồ sơ để đo tải"


@click.command("load")
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="Another seed, another year.")
@click.option(
    "--share",
    type=click.IntRange(1, 100),
    default=100,
    help="Percent of the year's cases.",
)
@click.option(
    "--scale",
    default="0",
    callback=_read_scale,
    help="For measuring: so many cases more, or years as published, such as 1y or 0.25y.",
)
@with_appcontext
@in_one_sentence
def load(seed: int, share: int, scale: Scale) -> None:
    """Load the demonstration; parts that are loaded are left alone."""
    _require_demonstration()
    with transaction() as session:
        run = begin(session, Run(seed, utc_now(), share / 100))
        done = loaded(session)
    for name, part in PARTS:
        if name in done:
            continue
        with transaction() as session:
            said = part(session, Random(f"{run.seed}:{name}"), run)  # noqa: S311  no secret
            leave_past_untold(session, utc_now())
            finish(session, name, now=utc_now())
        click.echo(f"  {said}")
    for said in _scaled(scale, run):
        click.echo(f"  {said}")
    click.echo("Dữ liệu minh họa đã có đủ.")


@click.command("accounts")
@with_appcontext
@in_one_sentence
def print_accounts() -> None:
    """Name the accounts to sign in with, one a line."""
    _require_demonstration()
    password = demonstration_password()
    today = utc_now().date()
    session = reading()
    for persona in personas():
        unit = unit_by_code(session, persona.unit_code, kind=persona.unit_kind, on=today)
        click.echo(
            f"{persona.name} · {persona.username} · {password} · {unit.short_name} · "
            f"{persona.errand}"
        )


def _require_demonstration() -> None:
    settings: Settings = current_app.extensions["settings"]
    if not settings.is_demonstration:
        raise Refused("Hệ thống này không phải bản minh họa (IS_DEMONSTRATION).")


COMMANDS: dict[str, click.Command] = {"load": load, "accounts": print_accounts}
