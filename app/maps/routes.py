"""The map page, the features of a view, the published layers and the small map of a place."""

import gzip
from http import HTTPStatus

import orjson
from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.session import current_actor
from app.cases import pages as queue
from app.cases.published import newest_definitions
from app.database import reading
from app.errors import Invalid, NotFound
from app.jobs import utc_now
from app.maps import (
    pages,
    print_routes,
    selection_routes,
    sheet_routes,
    theme_pages,
    theme_routes,
    where_routes,
)
from app.maps.day_pages import day_settings, past_features, provinces_of_day, read_days
from app.maps.features import beside_on_line, features_in
from app.maps.minimaps import draw_minimap
from app.maps.published import Piece, read_piece
from app.maps.rules import marker_symbols
from app.maps.store import layers_folder, published_layers
from app.maps.tools import (
    grid_choices,
    segment_choices,
    system_choices,
    tool_buttons,
    tool_settings,
)
from app.maps.tree import layer_groups, tree_words
from app.permissions import Permission, require, signed_in
from app.registers.packs import current_pack
from app.registers.vocabulary import choices

blueprint = Blueprint("maps", __name__, url_prefix="/ban-do")

_YEAR = 31_536_000
_LATITUDES = (-85.0, 85.0)
_LONGITUDES = (-180.0, 180.0)


@blueprint.get("")
@require(Permission.MAP_VIEW)
def map_page() -> ResponseReturnValue:
    """The map with its list; the whole view is in the address."""
    actor, session = current_actor(), reading()
    asked, days = pages.read_filters(session, actor, request.args), read_days(actor, request.args)
    published = published_layers()
    return render_template(
        "maps/map.html",
        published=published,
        pack_label=_pack_label(),
        asked=asked,
        kinds=request.args.getlist("lop") or pages.KINDS,
        chips=queue.chips(session, asked, newest_definitions(session), actor.locale),
        types=pages.legend_symbols(session, actor.locale),
        marker_symbols=marker_symbols(),
        marker_kinds=dict(choices("kind", actor.locale)),
        tones=pages.tone_names(),
        tab_choices=pages.tab_choices(),
        conditions=choices("condition", actor.locale),
        provinces=provinces_of_day(session, days),
        neighbours=choices("neighbour", actor.locale),
        days=days,
        layer_groups=layer_groups(),
        map_settings=pages.page_settings(session, actor, request.args)
        | {"day": day_settings(session, days), "tree": tree_words(), **tool_settings()}
        | theme_pages.theme_settings(url_for("maps.theme_layer")),
        themes=theme_pages.theme_choices(actor),
        theme_units=theme_pages.unit_names(),
        theme_methods=theme_pages.method_names(),
        tools=tool_buttons(),
        modules=pages.module_names(),
        systems=system_choices(),
        grids=grid_choices(),
        segments=segment_choices(session, actor),
        unplaced=pages.unplaced_words(session, actor, asked.filters, utc_now()),
    )


@blueprint.get("/doi-tuong")
@require(Permission.MAP_VIEW)
def features() -> ResponseReturnValue:
    """The markers and cases of a view under the viewer's rights."""
    actor, session = current_actor(), reading()
    asked, days = pages.read_asked(session, actor, request.args), read_days(actor, request.args)
    if days.is_now:
        answer = features_in(session, actor, asked, links=pages.link_of, now=utc_now())
        body = orjson.dumps(pages.answer_as_json(answer))
    else:
        body = orjson.dumps(past_features(session, actor, asked, days))
    return _private(Response(body, mimetype="application/json"), seconds=15)


@blueprint.get("/moc/<int:marker_id>/ke")
@require(Permission.REGISTER_VIEW)
def marker_beside(marker_id: int) -> ResponseReturnValue:
    """The markers before and after one, for walking along the border."""
    before, after = beside_on_line(reading(), current_actor(), marker_id, links=pages.link_of)
    body = orjson.dumps({"previous": before, "next": after})
    return _private(Response(body, mimetype="application/json"), seconds=60)


@blueprint.get("/lop/<name>")
@signed_in
def layer(name: str) -> ResponseReturnValue:
    """A published piece; its name holds its hash, so it may be kept for ever."""
    piece = read_piece(layers_folder(), name)
    if piece is None:
        raise NotFound
    if piece.etag in request.if_none_match:
        return _kept_for_ever(Response(status=HTTPStatus.NOT_MODIFIED), piece)
    if request.accept_encodings["gzip"] > 0:
        response = Response(piece.packed, content_type=piece.media_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(gzip.decompress(piece.packed), content_type=piece.media_type)
    return _kept_for_ever(response, piece)


@blueprint.get("/thu-nho.svg")
@signed_in
def minimap() -> ResponseReturnValue:
    """The surroundings of a point, drawn from the reference pack."""
    lat = _degrees("lat", _LATITUDES)
    lon = _degrees("lon", _LONGITUDES)
    title = _("Bản đồ nhỏ quanh điểm %(lat)s, %(lon)s", lat=f"{lat:.4f}", lon=f"{lon:.4f}")
    note = _("Đường biên giới chỉ có tính minh họa")
    drawn = draw_minimap(current_pack(), lat, lon, title=title, note=note)
    return _private(Response(drawn, mimetype="image/svg+xml"), seconds=3600)


def _degrees(name: str, limits: tuple[float, float]) -> float:
    value = request.args.get(name, type=float)
    if value is None or not limits[0] <= value <= limits[1]:
        raise Invalid(_("Tọa độ không hợp lệ."))
    return value


def _pack_label() -> str:
    published = published_layers()
    if published is None:
        return ""
    said: str = _(
        "%(name)s %(version)s, sai số khoảng %(metres)s m",
        name=published.pack_name,
        version=published.pack_version,
        metres=f"{published.accuracy_m:g}",
    )
    return said


def _private(response: Response, *, seconds: int) -> Response:
    response.cache_control.private = True
    response.cache_control.max_age = seconds
    return response


def _kept_for_ever(response: Response, piece: Piece) -> Response:
    response.set_etag(piece.etag)
    response.headers["Cache-Control"] = f"private, max-age={_YEAR}, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    return response


for _rule, _name, _view in (*sheet_routes.VIEWS, *print_routes.VIEWS, *theme_routes.VIEWS):
    blueprint.add_url_rule(_rule, _name, _view, methods=["GET"])
for _rule, _name, _view, _methods in (*selection_routes.VIEWS, *where_routes.VIEWS):
    blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
