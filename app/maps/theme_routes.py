"""The maps shaded by figures: as a layer for the map's script, and as a table to read."""

from http import HTTPStatus

import orjson
from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.session import current_actor
from app.database import reading, transaction
from app.errors import Forbidden
from app.jobs import Job, enqueue, utc_now
from app.maps import theme_pages
from app.maps.pages import today_of
from app.maps.store import layers_folder
from app.maps.themes import CASE_THEMES, LAYER, ThemeMap, read_themes, theme_map
from app.permissions import Actor, Permission, require
from app.registers.queries import provinces_seen_by


@require(Permission.MAP_VIEW)
def theme_layer() -> ResponseReturnValue:
    """The areas and figures that the reader sees; 202 while a worker builds the day."""
    actor = current_actor()
    shown = _shown(actor, _asked(actor))
    if shown is None:
        return jsonify({"building": True}), HTTPStatus.ACCEPTED
    words = theme_pages.words_of(shown, actor)
    answer = Response(
        orjson.dumps(theme_pages.theme_json(shown, words)), mimetype="application/json"
    )
    answer.cache_control.private = True
    answer.cache_control.max_age = 15
    return answer


@require(Permission.MAP_VIEW)
def theme_table() -> ResponseReturnValue:
    """The same figures as a table, greatest first."""
    actor = current_actor()
    asked = _asked(actor)
    shown = _shown(actor, asked)
    return render_template(
        "maps/themes.html",
        asked=asked,
        words=theme_pages.words_of(shown, actor) if shown else None,
        themes=theme_pages.theme_choices(actor),
        units=[(code.value, name) for code, name in theme_pages.unit_names().items()],
        methods=[(code.value, name) for code, name in theme_pages.method_names().items()],
    )


def _asked(actor: Actor) -> theme_pages.Asked:
    asked = theme_pages.read_theme(actor, request.args, today_of(actor))
    if asked is None:
        raise Forbidden
    return asked


def _shown(actor: Actor, asked: theme_pages.Asked) -> ThemeMap | None:
    """What is published of the day; where nothing is, or it has grown old, it is asked for."""
    now = utc_now()
    file = read_themes(layers_folder(), asked.units, asked.past_day)
    if file is None or file.is_stale(now):
        day = asked.past_day.isoformat() if asked.past_day else ""
        with transaction() as session:
            payload = {"layer": LAYER, "day": day}
            key = f"build_themes:{day}:{now:%Y%m%dT%H%M}"
            enqueue(session, Job.REBUILD_LAYERS, payload, now=now, key=key)
    if file is None:
        return None
    provinces = _provinces(reading(), actor, is_of_cases=asked.theme in CASE_THEMES)
    return theme_map(file, asked.theme, asked.method, provinces=provinces)


def _provinces(session: Session, actor: Actor, *, is_of_cases: bool) -> frozenset[str] | None:
    """Cases are seen by one's area alone, markers also by the units at home in their province."""
    if actor.area.is_everything:
        return None
    return actor.area.province_codes if is_of_cases else provinces_seen_by(session, actor)


VIEWS = (
    ("/chuyen-de", "theme_table", theme_table),
    ("/chuyen-de/lop", "theme_layer", theme_layer),
)
