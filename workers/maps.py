"""Jobs of the map: base layers of a new pack, and the counts of cases by square."""

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.database import transaction
from app.maps import pyramid
from app.maps.queries import CASES
from workers.work import chunked

_MARKERS = "marker"


@chunked
def rebuild_layers(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Bring what the map shows up to date: one named layer, or by the hour all of it.

    Markers are counted when they are asked for, so a change to them leaves nothing to rebuild.
    """
    session.rollback()
    layer = payload.get("layer")
    if layer == _MARKERS:
        return
    if layer == CASES:
        pyramid.refresh(transaction, now=now)
        return
    _publish_new_pack()
    pyramid.rebuild(transaction, now=now)


def _publish_new_pack() -> None:
    settings = current_app.extensions["settings"]
    # GeoPandas and Folium are loaded only by the worker that has layers to build.
    publishing = import_module("app.maps.publishing")
    if publishing.is_behind(settings.geodata_dir, settings.layers_dir):
        publishing.publish_base(settings.geodata_dir, settings.layers_dir)
