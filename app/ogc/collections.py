"""The collections of the API: which rows, whose scope, in what order, and how they are shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Row, and_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.cases import queries as cases
from app.cases.features import CASE_COLUMNS, CASE_PROPERTIES, case_features
from app.cases.models import Case
from app.errors import Forbidden, NotFound
from app.permissions import Actor, Permission
from app.registers import queries as registers
from app.registers.features import MARKER_PROPERTIES, marker_features
from app.registers.models import Marker
from app.vectors import Feature, Property

Rows = Sequence[Row[*tuple[Any, ...]]]  # Any: what a row holds is said by the columns asked for
Attribute = InstrumentedAttribute[Any]  # Any: a column of any type


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection; `moment` is the time of a feature, `keys` the order of a list."""

    id: str
    title: Any  # Any: a lazy translation
    description: Any  # Any: as above
    permission: Permission
    properties: Sequence[Property]
    queryable: Mapping[str, Attribute]
    entities: Sequence[Any]  # Any: columns or a table
    key: Attribute
    place: tuple[Attribute, Attribute, Attribute]  # z_key, lat, lon
    moment: Attribute
    keys: tuple[Attribute, ...]
    extent: tuple[float, float, float, float]
    scope: Callable[[Actor], ColumnElement[bool]]
    named: Callable[[str], ColumnElement[bool]]
    show: Callable[[Session, Actor, Rows], list[Feature]]

    @property
    def queryables(self) -> list[Property]:
        return [one for one in self.properties if one.code in self.queryable]


def _marker_named(feature_id: str) -> ColumnElement[bool]:
    line, _sign, slug = feature_id.partition("-")
    return and_(Marker.neighbour == line, Marker.slug == slug)


def _show_markers(session: Session, actor: Actor, rows: Rows) -> list[Feature]:
    del session
    return marker_features(actor, [row[0] for row in rows])


_MARKERS: Final = Collection(
    id="markers",
    title=_("Mốc quốc giới"),
    description=_("Mốc, cọc dấu và điểm ngã ba biên giới trong phạm vi của người đọc."),
    permission=Permission.REGISTER_VIEW,
    properties=MARKER_PROPERTIES,
    queryable={
        name: getattr(Marker, name)
        for name in (
            "neighbour",
            "label",
            "kind",
            "marker_class",
            "province_code",
            "commune_code",
            "stage",
            "legal_stage",
            "condition",
            "planted_by",
            "year_engraved",
            "elevation_m",
            "distance_to_line_m",
            "chainage_m",
            "updated_at",
            "is_illustration",
        )
    },
    entities=(Marker,),
    key=Marker.id,
    place=(Marker.z_key, Marker.lat, Marker.lon),
    moment=Marker.updated_at,
    keys=(Marker.sort_key,),
    extent=(102.0, 8.0, 110.0, 24.0),
    scope=registers.visible_to,
    named=_marker_named,
    show=_show_markers,
)
_CASES: Final = Collection(
    id="cases",
    title=_("Hồ sơ"),
    description=_("Hồ sơ trong phạm vi của người đọc, có vị trí khi đã xác định được."),
    permission=Permission.CASE_VIEW,
    properties=CASE_PROPERTIES,
    queryable={
        name: getattr(Case, name)
        for name in (
            "reference",
            "type_code",
            "state",
            "state_kind",
            "is_open",
            "province_code",
            "country_code",
            "neighbour",
            "confidentiality",
            "opened_at",
            "updated_at",
            "next_due_at",
            "is_illustration",
        )
    },
    entities=CASE_COLUMNS,
    key=Case.id,
    place=(Case.z_key, Case.lat, Case.lon),
    moment=Case.opened_at,
    keys=(Case.opened_at, Case.id),
    extent=(-180.0, -90.0, 180.0, 90.0),
    scope=cases.visible_to,
    named=lambda feature_id: Case.reference == feature_id,
    show=case_features,
)
COLLECTIONS: Final = {one.id: one for one in (_MARKERS, _CASES)}


def readable(actor: Actor) -> list[Collection]:
    """The collections that the actor may read at all."""
    return [one for one in COLLECTIONS.values() if actor.may(one.permission)]


def collection_of(actor: Actor, name: str) -> Collection:
    """The collection of that name. Raises NotFound and Forbidden."""
    found = COLLECTIONS.get(name)
    if found is None:
        raise NotFound("Không có bộ dữ liệu này.")
    if not actor.may(found.permission):
        raise Forbidden
    return found
