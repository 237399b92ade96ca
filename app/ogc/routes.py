"""OGC API – Features: the same rows as the lists and the map, for QGIS, GDAL and other programs."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.database import reading
from app.errors import NotFound
from app.geo.tiles import Tile
from app.jobs import utc_now
from app.ogc import answers, documents, openapi, parameters, queries, tiles
from app.ogc.collections import collection_of, readable
from app.ogc.forms import asks_html
from app.ogc.links import GEOJSON, JSON, OPENAPI, ROOT, SCHEMA, TILE
from app.permissions import Permission, require, takes_token

blueprint = Blueprint("ogc", __name__, url_prefix=ROOT)
_TILE_SECONDS = 60


@blueprint.get("")
@require(Permission.MAP_VIEW)
@takes_token
def landing() -> ResponseReturnValue:
    parameters.refuse_unknown(request.args, ("f",))
    is_html = asks_html()
    document = documents.landing(current_actor(), is_html=is_html)
    if is_html:
        return render_template("ogc/landing.html", document=document)
    return _json(document)


@blueprint.get("/conformance")
@require(Permission.MAP_VIEW)
@takes_token
def conformance() -> ResponseReturnValue:
    parameters.refuse_unknown(request.args, ("f",))
    is_html = asks_html()
    document = documents.conformance(is_html=is_html)
    if is_html:
        return render_template("ogc/conformance.html", document=document)
    return _json(document)


@blueprint.get("/api")
@require(Permission.MAP_VIEW)
@takes_token
def api() -> ResponseReturnValue:
    parameters.refuse_unknown(request.args, ("f",))
    actor = current_actor()
    document = openapi.description(actor, readable(actor))
    if asks_html():
        return render_template("ogc/api.html", document=document)
    return _json(document, media_type=OPENAPI)


@blueprint.get("/collections")
@require(Permission.MAP_VIEW)
@takes_token
def collections() -> ResponseReturnValue:
    parameters.refuse_unknown(request.args, ("f",))
    is_html = asks_html()
    document = documents.collections(readable(current_actor()), is_html=is_html)
    if is_html:
        return render_template("ogc/collections.html", document=document)
    return _json(document)


@blueprint.get("/collections/<collection>")
@require(Permission.MAP_VIEW)
@takes_token
def collection(collection: str) -> ResponseReturnValue:
    parameters.refuse_unknown(request.args, ("f",))
    is_html, found = asks_html(), collection_of(current_actor(), collection)
    document = documents.collection(found, is_html=is_html)
    if is_html:
        return render_template("ogc/collections.html", document={"collections": [document]})
    return _json(document)


@blueprint.get("/collections/<collection>/queryables")
@require(Permission.MAP_VIEW)
@takes_token
def queryables(collection: str) -> ResponseReturnValue:
    parameters.refuse_unknown(request.args, ("f",))
    is_html, found = asks_html(), collection_of(current_actor(), collection)
    document = documents.queryables(found, is_html=is_html)
    if is_html:
        return render_template("ogc/queryables.html", document=document, collection=found)
    return _json(document, media_type=SCHEMA)


@blueprint.get("/collections/<collection>/items")
@require(Permission.MAP_VIEW)
@takes_token
def items(collection: str) -> ResponseReturnValue:
    """A page of features; the next page goes on from its last row."""
    actor, is_html = current_actor(), asks_html()
    found = collection_of(actor, collection)
    asked = parameters.read_list(found, actor, request.args)
    page = queries.page_of(reading(), actor, found, asked)
    answer = answers.list_answer(
        found, page, asked.crs, kept=request.args.to_dict(), is_html=is_html, now=utc_now()
    )
    if is_html:
        return render_template("ogc/items.html", collection=found, page=page, answer=answer)
    return _json(answer, media_type=GEOJSON, crs=asked.crs.header)


@blueprint.get("/collections/<collection>/items/<feature_id>")
@require(Permission.MAP_VIEW)
@takes_token
def item(collection: str, feature_id: str) -> ResponseReturnValue:
    parameters.refuse_unknown(request.args, parameters.ITEM_PARAMETERS)
    actor, is_html = current_actor(), asks_html()
    found = collection_of(actor, collection)
    crs = parameters.read_crs(request.args)
    feature = queries.feature_of(reading(), actor, found, feature_id)
    answer = answers.item_answer(found, feature, crs, kept=request.args.to_dict(), is_html=is_html)
    if is_html:
        return render_template("ogc/item.html", collection=found, feature=feature, answer=answer)
    return _json(answer, media_type=GEOJSON, crs=crs.header)


@blueprint.get("/collections/<collection>/tiles")
@require(Permission.MAP_VIEW)
@takes_token
def tilesets(collection: str) -> ResponseReturnValue:
    parameters.refuse_unknown(request.args, ("f",))
    return _json(documents.tilesets(collection_of(current_actor(), collection)))


@blueprint.get(
    "/collections/<collection>/tiles/<matrix_set>/<int:tile_matrix>/<int:tile_row>/<int:tile_col>"
)
@require(Permission.MAP_VIEW)
@takes_token
def tile(
    collection: str, *, matrix_set: str, tile_matrix: int, tile_row: int, tile_col: int
) -> ResponseReturnValue:
    """A vector tile; the rows of a tile set are counted from the north."""
    parameters.refuse_unknown(request.args, ())
    actor = current_actor()
    found = collection_of(actor, collection)
    if matrix_set != documents.MATRIX_SET:
        raise NotFound
    asked = Tile(tile_matrix, tile_row, tile_col)
    body = tiles.tile_bytes(reading(), actor, found, asked, now=utc_now())
    response = Response(body, content_type=TILE) if body else Response(status=204)
    response.vary.update(("Authorization", "Cookie"))
    response.cache_control.private = True
    response.cache_control.max_age = _TILE_SECONDS
    return response


# --- how an answer is written ---------------------------------------------------------------


def _json(document: Mapping[str, Any], *, media_type: str = JSON, crs: str = "") -> Response:
    response = Response(orjson.dumps(document), content_type=media_type)
    if crs:
        response.headers["Content-Crs"] = crs
    response.vary.update(("Accept", "Authorization", "Cookie"))
    return response
