"""Jobs of the map: base layers of a new pack, and the counts of cases by square."""

from collections.abc import Mapping
from datetime import date, datetime
from importlib import import_module
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.database import transaction
from app.maps import pyramid
from app.maps.queries import CASES
from app.maps.themes import LAYER as THEMES
from app.registers.packs import pack_if_installed
from workers.work import chunked

_MARKERS = "marker"


@chunked
def rebuild_layers(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Bring what the map shows up to date: one named layer, or by the hour all of it.

    Markers are counted when they are asked for: a change to them is seen in the shaded maps only.
    """
    session.rollback()
    layer = payload.get("layer")
    if layer in (_MARKERS, THEMES):
        _publish_themes(payload.get("day"), now)
        return
    if layer == CASES:
        pyramid.refresh(transaction, now=now)
        return
    _publish_new_pack()
    pyramid.rebuild(transaction, now=now)
    _publish_themes(None, now)


def _publish_new_pack() -> None:
    settings = current_app.extensions["settings"]
    # GeoPandas and Folium are loaded only by the worker that has layers to build.
    publishing = import_module("app.maps.publishing")
    if publishing.is_behind(settings.geodata_dir, settings.layers_dir):
        publishing.publish_base(settings.geodata_dir, settings.layers_dir)


def _publish_themes(day: str | None, now: datetime) -> None:
    pack = pack_if_installed()
    if pack is None:
        return
    folder = current_app.extensions["settings"].layers_dir
    making = import_module("app.reports.theme_making")
    with transaction() as session:
        on = date.fromisoformat(day) if day else None
        making.publish_themes(session, folder, pack, on=on, now=now)
