"""Builds what goes to the other side from the allow-list alone: a field not on it never leaves."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Conflict, Invalid, NotFound
from app.permissions import Actor
from app.registers.act_queries import disputed
from app.registers.counterpart_models import CounterpartField
from app.registers.models import Marker, Neighbour
from app.registers.queries import visible_to
from app.registers.rules import Column, Seen
from app.registers.vocabulary import word

_FIELDS = Path(__file__).parent / "data" / "counterpart_fields.csv"
# What an administrator may put on the list: facts of the marker itself, as the protocols hold them.
# Notes, sources, cases, conditions, our codes and anything of a person are not among them.
POSSIBLE: Final[Mapping[str, str]] = {
    "label": "",
    "kind": "kind",
    "marker_class": "class",
    "lat": "",
    "lon": "",
    "elevation_m": "",
    "elevation_datum": "",
    "distance_to_line_m": "",
    "planted_by": "side",
    "material": "",
    "year_engraved": "",
    "stage": "stage",
    "legal_stage": "legal_stage",
    "place_text": "",
    "legacy_names": "",
    "legal_basis": "",
}
_PLACE = ("lat", "lon")
_DISPUTED_AS = {"lat": "position", "lon": "position"}
Row = dict[str, Any]  # Any: text or number


def fields_on(session: Session, day: date) -> list[CounterpartField]:
    """The list in force on a day, in its order; what could never leave is left out of it again."""
    rows = session.scalars(
        select(CounterpartField)
        .where(
            or_(CounterpartField.valid_from.is_(None), CounterpartField.valid_from <= day),
            or_(CounterpartField.valid_to.is_(None), CounterpartField.valid_to >= day),
        )
        .order_by(CounterpartField.place, CounterpartField.id)
    )
    return [row for row in rows if row.field in POSSIBLE]


def all_fields(session: Session) -> Sequence[CounterpartField]:
    order = (CounterpartField.place, CounterpartField.id)
    return session.scalars(select(CounterpartField).order_by(*order)).all()


def field_by_id(session: Session, field_id: int) -> CounterpartField:
    row = session.get(CounterpartField, field_id)
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Package:
    """What leaves: the fields in order, the rows by field, the places of the markers."""

    fields: Sequence[CounterpartField]
    rows: Sequence[Row]

    @property
    def columns(self) -> list[Column]:
        return [
            Column(one.field, f"{one.name_vi} | {one.name_en}", lambda row, _locale: row)
            for one in self.fields
        ]

    def seen(self) -> list[Seen]:
        return [Seen(None, row, frozenset()) for row in self.rows]

    def geojson(self) -> bytes:
        """A feature collection; a geometry only where both degrees may leave."""
        codes = [one.field for one in self.fields]
        has_place = set(_PLACE) <= set(codes)
        features = [
            {
                "type": "Feature",
                "geometry": _point(row) if has_place else None,
                "properties": {code: row[code] for code in codes if code not in _PLACE},
            }
            for row in self.rows
        ]
        return orjson.dumps({"type": "FeatureCollection", "features": features})


def _point(row: Row) -> Row | None:
    if row["lat"] is None or row["lon"] is None:
        return None
    return {"type": "Point", "coordinates": [row["lon"], row["lat"]]}


def package_for(
    session: Session, actor: Actor, *, neighbour: str, province_code: str = "", day: date
) -> Package:
    """The markers of a line that the actor sees, with the fields that may leave on a day.

    A value on which the two sides differ leaves empty until an act has settled it.
    """
    if neighbour not in {one.value for one in Neighbour}:
        raise Invalid("Chưa xuất được.", {"neighbour": [_("Hãy chọn tuyến biên giới.")]})
    statement = select(Marker).where(Marker.neighbour == neighbour, visible_to(actor))
    if province_code:
        statement = statement.where(Marker.province_code == province_code)
    fields = fields_on(session, day)
    open_values = disputed(session, visible_to(actor))
    rows = [
        {one.field: _value(marker, one.field, open_values) for one in fields}
        for marker in session.scalars(statement.order_by(Marker.sort_key))
    ]
    return Package(fields, rows)


def _value(marker: Marker, field: str, open_values: set[tuple[int, str]]) -> Any:  # Any: a value
    if (marker.id, _DISPUTED_AS.get(field, field)) in open_values:
        return None
    value = getattr(marker, field)
    if field == "legacy_names":
        return ", ".join(value)
    words = POSSIBLE[field]
    if words and value:
        return f"{word(words, value)} | {word(words, value, 'en')}"
    return value


def record_export(
    session: Session,
    actor: Actor,
    package: Package,
    *,
    neighbour: str,
    recipient: str,
    kind: str,
    now: datetime,
) -> None:
    """Who sent what to whom, with the names of the fields that left."""
    if not recipient.strip():
        raise Invalid("Chưa xuất được.", {"recipient": [_("Ghi cơ quan nhận phía bạn.")]})
    codes = ", ".join(one.field for one in package.fields)
    subject = f"markers:{neighbour}:{len(package.rows)}"
    reason = f"{recipient.strip()} ({kind}): {codes}"
    record_access(session, actor, "counterpart.exported", subject, reason=reason, now=now)


# --- the list -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """A field of the list as an administrator keeps it."""

    field: str
    name_vi: str
    name_en: str
    valid_from: date | None
    valid_to: date | None
    source: str
    check: str


def keep_field(
    session: Session,
    actor: Actor,
    facts: FieldFacts,
    *,
    row: CounterpartField | None = None,
    now: datetime,
) -> CounterpartField:
    """Put a field on the list or change its days and names; it leaves by a last day."""
    if facts.field not in POSSIBLE:
        raise Invalid("Chưa lưu được.", {"field": [_("Trường này không được gửi cho phía bạn.")]})
    if facts.valid_from and facts.valid_to and facts.valid_to < facts.valid_from:
        said = _("Ngày hết hiệu lực phải sau ngày bắt đầu.")
        raise Invalid("Chưa lưu được.", {"valid_to": [said]})
    known = session.scalar(select(CounterpartField).where(CounterpartField.field == facts.field))
    if known is not None and known is not row:
        raise Conflict("Trường này đã có trong danh mục.")
    kept = row or CounterpartField(place=len(all_fields(session)))
    for name in FieldFacts.__slots__:
        setattr(kept, name, getattr(facts, name))
    session.add(kept)
    session.flush()
    days = f"{facts.valid_from or '…'} – {facts.valid_to or '…'}"
    subject = f"counterpart-field:{facts.field}"
    record_access(session, actor, "counterpart.field_kept", subject, reason=days, now=now)
    return kept


def load_counterpart_fields(session: Session) -> None:
    """Fill the list where it is empty; what an office keeps is not touched."""
    if session.scalar(select(CounterpartField.id).limit(1)) is not None:
        return
    with _FIELDS.open(encoding="utf-8", newline="") as source:
        for place, row in enumerate(csv.DictReader(source)):
            days = {name: _day(row.pop(name)) for name in ("valid_from", "valid_to")}
            session.add(CounterpartField(**row, **days, place=place))
    session.flush()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
