"""The OpenAPI 3.0 description of the API, as far as this actor may use it."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _

from app.ogc.collections import Collection
from app.ogc.cql import LANGUAGES, LONGEST
from app.ogc.crs import CRS84, known
from app.ogc.documents import MATRIX_SET, schema_of
from app.ogc.links import GEOJSON, HTML, JSON, SCHEMA, TILE, address
from app.ogc.parameters import DEFAULT_LIMIT, MOST_FEATURES
from app.permissions import Actor

Json = dict[str, Any]  # Any: JSON

VERSION: Final = "1.0.0"
_FAILURES: Final = ("400", "401", "403", "404", "429")


def description(actor: Actor, found: Sequence[Collection]) -> Json:
    del actor
    paths: Json = {
        "/": _read("landing", _("Trang đầu của API"), JSON),
        "/conformance": _read("conformance", _("Các phần tiêu chuẩn đáp ứng"), JSON),
        "/api": _read("api", _("Mô tả API (OpenAPI 3.0)"), JSON),
        "/collections": _read("collections", _("Các bộ dữ liệu"), JSON),
    }
    for one in found:
        paths |= _paths_of(one)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("Cột Mốc: dữ liệu không gian"),
            "version": VERSION,
            "description": _("API chỉ đọc theo OGC API – Features."),
            "license": {"name": "MIT"},
        },
        "servers": [{"url": address()}],
        "security": [{"bearer": []}, {"basic": []}, {"session": []}],
        "tags": [{"name": one.id, "description": str(one.description)} for one in found],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
            "parameters": _shared_parameters(),
            "responses": {"exception": _exception()},
        },
    }


def _paths_of(one: Collection) -> Json:
    path = f"/collections/{one.id}"
    title = str(one.title)
    listed = ["f", "limit", "bbox", "bbox-crs", "crs", "datetime", "cursor"]
    listed += ["filter", "filter-lang", "filter-crs"]
    items = _read(f"{one.id}.items", title, GEOJSON, names=listed, tag=one.id)
    items["get"]["parameters"] += [
        {"name": query.code, "in": "query", "required": False, "schema": schema_of(query)}
        for query in one.queryables
    ]
    item = _read(f"{one.id}.item", title, GEOJSON, names=["f", "crs"], tag=one.id)
    item["get"]["parameters"].append(
        {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    )
    return {
        path: _read(f"{one.id}.collection", title, JSON, tag=one.id),
        f"{path}/queryables": _read(f"{one.id}.queryables", title, SCHEMA, tag=one.id),
        f"{path}/items": items,
        f"{path}/items/{{featureId}}": item,
        f"{path}/tiles": _read(f"{one.id}.tiles", title, JSON, tag=one.id),
        f"{path}/tiles/{MATRIX_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _tile(one, title),
    }


def _tile(one: Collection, title: str) -> Json:
    said = _read(f"{one.id}.tile", title, TILE, names=[], tag=one.id)
    said["get"]["parameters"] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}
        for name in ("tileMatrix", "tileRow", "tileCol")
    ]
    return said


def _read(
    operation: str, summary: str, media_type: str, *, names: Sequence[str] = ("f",), tag: str = ""
) -> Json:
    content = {media_type: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}}
    said: Json = {
        "operationId": operation,
        "summary": summary,
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in names],
        "responses": {
            "200": {"description": summary, "content": content},
            **{code: {"$ref": "#/components/responses/exception"} for code in _FAILURES},
        },
    }
    if tag:
        said["tags"] = [tag]
    return {"get": said}


def _shared_parameters() -> Json:
    crs = {"type": "string", "format": "uri", "enum": list(known()), "default": CRS84}
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_FEATURES, "default": DEFAULT_LIMIT}
    return {
        "f": _parameter("f", {"type": "string", "enum": ["json", "html"]}),
        "limit": _parameter("limit", limit, is_form=True),
        "bbox": _parameter("bbox", numbers, is_form=True),
        "bbox-crs": _parameter("bbox-crs", crs),
        "crs": _parameter("crs", crs),
        "datetime": _parameter("datetime", {"type": "string"}, is_form=True),
        "cursor": _parameter("cursor", {"type": "string"}),
        "filter": _parameter("filter", {"type": "string", "maxLength": LONGEST}),
        "filter-lang": _parameter("filter-lang", {"type": "string", "enum": list(LANGUAGES)}),
        "filter-crs": _parameter("filter-crs", crs),
    }


def _parameter(name: str, schema: Json, *, is_form: bool = False) -> Json:
    said: Json = {"name": name, "in": "query", "required": False, "schema": schema}
    return {**said, "style": "form", "explode": False} if is_form else said


def _exception() -> Json:
    schema = {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
    }
    return {"description": _("Yêu cầu bị từ chối"), "content": {JSON: {"schema": schema}}}
