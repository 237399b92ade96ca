"""The addresses of the API, written in full as the standard has them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import current_app, request

ROOT = "/ogc"
JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
TILE = "application/vnd.mapbox-vector-tile"
TILES_RELATION = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
QUERYABLES_RELATION = "http://www.opengis.net/def/rel/ogc/1.0/queryables"

Link = dict[str, str]


def address(path: str = "", **arguments: str | int) -> str:
    """A path below /ogc as a client reaches it, with arguments."""
    public: str = current_app.extensions["settings"].public_url
    query = f"?{urlencode(arguments)}" if arguments else ""
    return f"{(public or request.host_url).rstrip('/')}{ROOT}{path}{query}"


def page_address(path: str) -> str:
    """A page of the product itself."""
    return address().removesuffix(ROOT) + path


def link(href: str, relation: str, media_type: str, title: object = "") -> Link:
    said = {"href": href, "rel": relation, "type": media_type}
    return {**said, "title": str(title)} if str(title) else said


def own_links(
    path: str, *, media_type: str = JSON, is_html: bool, kept: Mapping[str, str] | None = None
) -> list[Link]:
    """The document itself and its other form, with the same arguments."""
    arguments = {name: value for name, value in (kept or {}).items() if name != "f"}
    as_data = link(address(path, **arguments, f="json"), "alternate", media_type)
    as_page = link(address(path, **arguments, f="html"), "alternate", HTML)
    (as_page if is_html else as_data)["rel"] = "self"
    return [as_page, as_data] if is_html else [as_data, as_page]
