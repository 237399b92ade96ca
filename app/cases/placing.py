"""Where a case lies: worked out once when its facts change, kept as plain columns."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.errors import Refused
from app.geo.gazetteer import Pack
from app.geo.geotag import Tag, tag_point
from app.geo.zorder import morton_key
from app.registers.country_names import country_name
from app.registers.models import Marker
from app.registers.queries import marker_index
from app.workflow.definition import FieldType


def touches_place(definition: Definition, codes: Mapping[str, Any]) -> bool:  # Any: JSON
    """Whether answers to these fields may move the case on the map."""
    return any(definition.fields[code].says_place for code in codes if code in definition.fields)


def place_columns(
    session: Session,
    definition: Definition,
    data: Mapping[str, Any],  # Any: JSON
    *,
    pack: Pack | None,
    tag: Tag | None = None,
) -> dict[str, Any]:  # Any: columns of case
    """The place columns that follow from the facts: a point first, else a marker, else codes.

    `tag` is what the geotagger found at the point, where many were tagged at once.
    """
    codes = {
        "province_code": _first(definition, data, FieldType.PROVINCE),
        "commune_code": _first(definition, data, FieldType.COMMUNE),
        "country_code": _first(definition, data, FieldType.COUNTRY),
    }
    coordinate = _first(definition, data, FieldType.COORDINATE)
    marker = _first_marker(session, definition, data)
    said = str(data.get("place_text", ""))
    if coordinate is not None and "lat" in coordinate:
        columns = {**codes, **point_columns(session, coordinate, pack=pack, tag=tag)}
        columns |= {name: code for name, code in codes.items() if columns[name] is None}
    elif marker is not None:
        columns = _from_marker(marker, codes)
    else:
        columns = {**_NOWHERE, **codes}
    columns["place_text"] = (said or _in_words(session, columns, data, named=marker))[:255]
    return columns


def require_place(columns: Mapping[str, Any]) -> None:  # Any: columns of case
    """Raise Refused where a case that must lie somewhere lies nowhere."""
    if not any(columns.get(name) for name in ("lat", "marker_id", "place_text", "province_code")):
        raise Refused(
            "Chưa ghi nơi xảy ra.",
            ["Hãy nhập mốc gần nhất, tọa độ hoặc mô tả địa điểm."],
        )


_NOWHERE: Mapping[str, Any] = {
    "lat": None,
    "lon": None,
    "z_key": None,
    "neighbour": None,
    "marker_id": None,
    "marker_distance_m": None,
    "border_distance_m": None,
    "chainage_m": None,
    "side": None,
    "sea_zone": None,
    "place_original": None,
}


def _values(definition: Definition, data: Mapping[str, Any], kind: FieldType) -> Iterator[Any]:
    for code in definition.codes_by_type.get(kind, ()):
        value = data.get(code)
        if value:
            yield value[0] if isinstance(value, list) else value


def _first(definition: Definition, data: Mapping[str, Any], kind: FieldType) -> Any:
    return next(_values(definition, data, kind), None)


def _first_marker(
    session: Session, definition: Definition, data: Mapping[str, Any]
) -> Marker | None:
    value = _first(definition, data, FieldType.MARKER)
    return session.get(Marker, value["id"]) if value and "id" in value else None


def point_columns(
    session: Session,
    coordinate: Mapping[str, Any],  # Any: JSON
    *,
    pack: Pack | None,
    tag: Tag | None = None,
) -> dict[str, Any]:  # Any: columns of case
    """What the geotagger finds at a point (EPSG:4326 degrees), and the marker nearest to it."""
    lat, lon = float(coordinate["lat"]), float(coordinate["lon"])
    columns = {**_NOWHERE, "province_code": None, "commune_code": None}
    columns |= {"lat": lat, "lon": lon, "z_key": morton_key(lat, lon)}
    columns["place_original"] = dict(coordinate)
    if pack is not None:
        tag = tag or tag_point(lat, lon, pack, markers=marker_index(session))
        columns |= {name: getattr(tag, name) for name in _TAGGED}
        if (tag.marker_distance_m or math.inf) > FAR_FROM_MARKERS_M:
            columns |= {"marker_id": None, "marker_distance_m": None}
    return columns


_TAGGED = (
    "province_code",
    "commune_code",
    "neighbour",
    "border_distance_m",
    "chainage_m",
    "side",
    "sea_zone",
    "marker_id",
    "marker_distance_m",
)


def _from_marker(marker: Marker, codes: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        **_NOWHERE,
        "lat": marker.lat,
        "lon": marker.lon,
        "z_key": marker.z_key,
        "province_code": marker.province_code or codes["province_code"],
        "commune_code": marker.commune_code or codes["commune_code"],
        "country_code": codes["country_code"],
        "neighbour": marker.neighbour,
        "marker_id": marker.id,
        "marker_distance_m": 0.0,
        "border_distance_m": marker.border_distance_m,
        "chainage_m": marker.chainage_m,
        "side": marker.side,
    }


def _in_words(
    session: Session,
    columns: Mapping[str, Any],
    data: Mapping[str, Any],
    *,
    named: Marker | None,
) -> str:
    """The place as stations say it: the marker and how far from it, else the country.

    The distance that a person wrote belongs to the marker that this person named; without one the
    nearest marker is told with the distance measured to it.
    """
    marker, distance = named, data.get("marker_offset_m")
    if marker is None and columns.get("marker_id") is not None:
        marker, distance = session.get(Marker, columns["marker_id"]), columns["marker_distance_m"]
    if marker is not None:
        label = f"mốc {marker.label} ({marker.neighbour})"
        is_far = isinstance(distance, int | float) and distance >= 1
        return f"cách {label} khoảng {distance:.0f} m" if is_far else label
    country = columns.get("country_code")
    return country_name(country) if country else ""


FAR_FROM_MARKERS_M = 20_000
