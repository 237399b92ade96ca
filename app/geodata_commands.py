"""The commands about reference packs; apart, because they load GeoPandas."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.commands import in_one_sentence
from app.config import Settings
from app.database import transaction
from app.geo.gazetteer import read_manifest
from app.geo.packs import pack_problems, prepare_pack
from app.registers.packs import current_pack
from app.registers.reference import load_segments, segments_of

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("check")
@click.argument("path", type=FOLDER)
@in_one_sentence
def check_pack(path: Path) -> None:
    """Check a reference pack without installing it."""
    _refuse_bad_pack(path)
    click.echo(f"Gói {path.name}: đạt.")


@click.command("install")
@click.argument("path", type=FOLDER)
@with_appcontext
@in_one_sentence
def install_pack(path: Path) -> None:
    """Check a reference pack and put it in use."""
    _refuse_bad_pack(path)
    settings: Settings = current_app.extensions["settings"]
    prepare_pack(path, settings.geodata_dir)
    with transaction() as session:
        load_segments(session, segments_of(read_manifest(path)))
    pack = current_pack()
    click.echo(
        f"Đã dùng gói {pack.manifest.name} {pack.manifest.version} (sai số {pack.accuracy_m:g} m)."
    )


def _refuse_bad_pack(path: Path) -> None:
    problems = pack_problems(path)
    for problem in problems:
        click.echo(f"  {problem.vi}")
    if problems:
        raise click.ClickException(f"Gói {path.name} có {len(problems)} vấn đề, không cài đặt.")


COMMANDS: dict[str, click.Command] = {"check": check_pack, "install": install_pack}
