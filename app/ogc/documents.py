"""The documents that describe the API: its landing page, what it conforms to, its collections."""

from typing import Any, Final

from flask_babel import gettext as _

from app.ogc.collections import Collection
from app.ogc.cql import GEOMETRY
from app.ogc.crs import CRS84, known
from app.ogc.links import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    QUERYABLES_RELATION,
    SCHEMA,
    TILE,
    TILES_RELATION,
    address,
    link,
    own_links,
)
from app.permissions import Actor
from app.vectors import Kind, Property

Json = dict[str, Any]  # Any: JSON

MATRIX_SET: Final = "WebMercatorQuad"
_FEATURES: Final = "http://www.opengis.net/spec/ogcapi-features-"
_CQL: Final = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMS_TO: Final = (
    f"{_FEATURES}1/1.0/conf/core",
    f"{_FEATURES}1/1.0/conf/oas30",
    f"{_FEATURES}1/1.0/conf/html",
    f"{_FEATURES}1/1.0/conf/geojson",
    f"{_FEATURES}2/1.0/conf/crs",
    f"{_FEATURES}3/1.0/conf/queryables",
    f"{_FEATURES}3/1.0/conf/queryables-query-parameters",
    f"{_FEATURES}3/1.0/conf/filter",
    f"{_FEATURES}3/1.0/conf/features-filter",
    f"{_CQL}cql2-text",
    f"{_CQL}cql2-json",
    f"{_CQL}basic-cql2",
    f"{_CQL}advanced-comparison-operators",
    f"{_CQL}basic-spatial-functions",
    f"{_CQL}basic-spatial-functions-plus",
)
_SCHEMA_TYPES: Final = {
    Kind.TEXT: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.MOMENT: "string",
}


def landing(actor: Actor, *, is_html: bool) -> Json:
    return {
        "title": _("Cột Mốc: dữ liệu không gian"),
        "description": _(
            "Mốc quốc giới và hồ sơ theo quyền của %(name)s, %(unit)s. "
            "Đường biên giới chỉ có tính minh họa.",
            name=actor.name,
            unit=actor.unit_name,
        ),
        "links": [
            *own_links("", is_html=is_html),
            link(address("/api"), "service-desc", OPENAPI, _("Mô tả API (OpenAPI 3.0)")),
            link(address("/api", f="html"), "service-doc", HTML, _("Hướng dẫn kết nối")),
            link(address("/conformance"), "conformance", JSON, _("Các phần tiêu chuẩn đáp ứng")),
            link(address("/collections"), "data", JSON, _("Các bộ dữ liệu")),
        ],
    }


def conformance(*, is_html: bool) -> Json:
    return {
        "conformsTo": list(CONFORMS_TO),
        "links": own_links("/conformance", is_html=is_html),
    }


def collections(found: list[Collection], *, is_html: bool) -> Json:
    return {
        "links": own_links("/collections", is_html=is_html),
        "crs": list(known()),
        "collections": [collection(one, is_html=is_html, is_alone=False) for one in found],
    }


def collection(described: Collection, *, is_html: bool, is_alone: bool = True) -> Json:
    path = f"/collections/{described.id}"
    title = str(described.title)
    own = own_links(path, is_html=is_html) if is_alone else [link(address(path), "self", JSON)]
    return {
        "id": described.id,
        "title": title,
        "description": str(described.description),
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [list(described.extent)], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": list(known()),
        "storageCrs": CRS84,
        "links": [
            *own,
            link(address(f"{path}/items"), "items", GEOJSON, title),
            link(address(f"{path}/items", f="html"), "items", HTML, title),
            link(
                address(f"{path}/queryables"), QUERYABLES_RELATION, SCHEMA, _("Thuộc tính lọc được")
            ),
            link(address(f"{path}/tiles"), TILES_RELATION, JSON),
        ],
    }


def queryables(described: Collection, *, is_html: bool) -> Json:
    """The JSON Schema of the properties by which a list can be narrowed."""
    path = f"/collections/{described.id}/queryables"
    return {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": address(path),
        "type": "object",
        "title": str(described.title),
        "properties": {
            **{one.code: schema_of(one) for one in described.queryables},
            GEOMETRY: {
                "title": _("Vị trí"),
                "format": "geometry-point",
                "x-ogc-role": "primary-geometry",
            },
        },
        "additionalProperties": False,
        "links": own_links(path, media_type=SCHEMA, is_html=is_html),
    }


def schema_of(one: Property) -> Json:
    said: Json = {"type": _SCHEMA_TYPES[one.kind], "title": str(one.label)}
    if one.codes:
        said["enum"] = list(one.codes)
    if one.kind is Kind.MOMENT:
        said["format"] = "date-time"
    return said


def tilesets(described: Collection) -> Json:
    """The one set of vector tiles of a collection, with the template of its addresses."""
    path = f"/collections/{described.id}/tiles"
    template = address(f"{path}/{MATRIX_SET}") + "/{tileMatrix}/{tileRow}/{tileCol}"
    return {
        "tilesets": [
            {
                "title": str(described.title),
                "dataType": "vector",
                "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
                "tileMatrixSetURI": f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}",
                "links": [{**link(template, "item", TILE), "templated": True}],
            }
        ],
        "links": [link(address(path), "self", JSON)],
    }
