"""Features as GeoJSON in the system that was asked for."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.ogc.collections import Collection
from app.ogc.crs import Crs
from app.ogc.links import GEOJSON, HTML, JSON, Link, address, link, own_links, page_address
from app.ogc.parameters import write_cursor
from app.ogc.queries import Page
from app.vectors import Feature, Value

Json = dict[str, Any]  # Any: JSON


def list_answer(
    collection: Collection,
    page: Page,
    crs: Crs,
    *,
    kept: Mapping[str, str],
    is_html: bool,
    now: datetime,
) -> Json:
    path = f"/collections/{collection.id}/items"
    links = own_links(path, media_type=GEOJSON, is_html=is_html, kept=kept)
    if page.next is not None:
        links.append(_next_link(path, page, kept, is_html=is_html))
    links.append(link(address(f"/collections/{collection.id}"), "collection", JSON))
    answer: Json = {
        "type": "FeatureCollection",
        "timeStamp": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberReturned": len(page.features),
        "links": links,
        "features": features_as_json(collection, page.features, crs),
    }
    if page.matched is not None:
        answer["numberMatched"] = page.matched
    return answer


def _next_link(path: str, page: Page, kept: Mapping[str, str], *, is_html: bool) -> Link:
    assert page.next is not None  # noqa: S101  the caller looked
    arguments = {**kept, "cursor": write_cursor(page.next)}
    return link(address(path, **arguments), "next", HTML if is_html else GEOJSON)


def item_answer(
    collection: Collection,
    feature: Feature,
    crs: Crs,
    *,
    kept: Mapping[str, str],
    is_html: bool,
) -> Json:
    path = f"/collections/{collection.id}/items/{feature.id}"
    [found] = features_as_json(collection, [feature], crs)
    links = own_links(path, media_type=GEOJSON, is_html=is_html, kept=kept)
    links.append(link(address(f"/collections/{collection.id}"), "collection", JSON))
    links.append(link(page_address(feature.page), "related", HTML))
    return {**found, "links": links}


def features_as_json(collection: Collection, features: Sequence[Feature], crs: Crs) -> list[Json]:
    """The features of one page; all coordinates are computed at once."""
    names = [one.code for one in collection.properties]
    return [
        {
            "type": "Feature",
            "id": feature.id,
            "geometry": geometry,
            "properties": {
                name: as_json(value) for name, value in zip(names, feature.values, strict=True)
            },
        }
        for feature, geometry in zip(features, _geometries(features, crs), strict=True)
    ]


def _geometries(features: Sequence[Feature], crs: Crs) -> list[Json | None]:
    """Points; a place that the system cannot say (far from its zone) is left out, not guessed."""
    unknown = math.nan
    first, second = crs.given(
        [unknown if one.lon is None else one.lon for one in features],
        [unknown if one.lat is None else one.lat for one in features],
    )
    return [
        {"type": "Point", "coordinates": [x, y]} if math.isfinite(x) and math.isfinite(y) else None
        for x, y in zip(first.tolist(), second.tolist(), strict=True)
    ]


def as_json(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value
