"""The commands about the map's layers; apart, because they load GeoPandas and Folium."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.commands import in_one_sentence
from app.config import Settings
from app.database import transaction
from app.jobs import utc_now
from app.maps import pyramid
from app.maps.publishing import publish_base


@click.command("build")
@with_appcontext
@in_one_sentence
def build_layers() -> None:
    """Build the base layers, the map's shell and the counts of cases."""
    settings: Settings = current_app.extensions["settings"]
    made = publish_base(settings.geodata_dir, settings.layers_dir)
    pieces = sum(map(len, made.layers.values()))
    counted = pyramid.rebuild(transaction, now=utc_now())
    click.echo(f"Đã dựng {pieces} lớp từ gói {made.pack_name}; đếm {counted} hồ sơ có vị trí.")


COMMANDS: dict[str, click.Command] = {"build": build_layers}
