"""Markers as points with attributes: what the API, the tiles and the map files show of them."""

from collections.abc import Sequence
from typing import Final

from flask_babel import lazy_gettext as _

from app.permissions import Actor
from app.registers.models import Marker
from app.registers.rules import MARKER_COLUMNS, Seen, as_seen_by
from app.registers.vocabulary import words
from app.vectors import Feature, Kind, PointTable, Property, Value

# Columns whose values are codes, and the list of words that names them.
_CODED: Final = {
    "neighbour": "neighbour",
    "kind": "kind",
    "marker_class": "class",
    "stage": "stage",
    "legal_stage": "legal_stage",
    "condition": "condition",
    "planted_by": "side",
}
_KINDS: Final = {
    "elevation_m": Kind.NUMBER,
    "distance_to_line_m": Kind.NUMBER,
    "chainage_m": Kind.NUMBER,
    "year_engraved": Kind.INTEGER,
    "is_illustration": Kind.BOOLEAN,
}
_GEOMETRY: Final = frozenset({"lat", "lon"})
_COLUMNS: Final = tuple(column for column in MARKER_COLUMNS if column.code not in _GEOMETRY)
NAME: Final = "_name"  # follows the code of a property that says the same in words


def _properties() -> tuple[Property, ...]:
    found: list[Property] = []
    for column in _COLUMNS:
        code = column.code
        if code in _CODED:
            found.append(Property(code, column.label, codes=tuple(words(_CODED[code]))))
            found.append(Property(code + NAME, column.label))
        else:
            found.append(Property(code, column.label, _KINDS.get(code, Kind.TEXT)))
    return (*found, Property("updated_at", _("Cập nhật lúc"), Kind.MOMENT))


MARKER_PROPERTIES: Final = _properties()


def marker_features(actor: Actor, markers: Sequence[Marker]) -> list[Feature]:
    """The markers with the values that the actor may read, in the words of the actor's language."""
    return [_feature(as_seen_by(actor, marker)) for marker in markers]


def marker_table(actor: Actor, markers: Sequence[Marker]) -> PointTable:
    """The markers of a list as a file for geographic programs holds them."""
    return PointTable(
        name="moc-quoc-gioi",
        properties=MARKER_PROPERTIES,
        features=marker_features(actor, markers),
        title="label",
        text="place_text",
    )


def _feature(seen: Seen) -> Feature:
    marker: Marker = seen.entry
    values: list[Value] = []
    for column in _COLUMNS:
        code = column.code
        if code in seen.masked:
            values.extend([None] * (2 if code in _CODED else 1))
        elif code in _CODED:
            values.extend([getattr(marker, code), seen[code] or None])
        elif code in _KINDS:
            values.append(getattr(marker, code))
        else:
            values.append(seen[code] or None)
    return Feature(
        id=feature_id(marker),
        page=f"/so-dang-ky/moc/{marker.neighbour}/{marker.slug}",
        lon=marker.lon,
        lat=marker.lat,
        values=(*values, marker.updated_at),
    )


def feature_id(marker: Marker) -> str:
    """The line and the number as they stand in the marker's own address: KH-47-7_2."""
    return f"{marker.neighbour}-{marker.slug}"
