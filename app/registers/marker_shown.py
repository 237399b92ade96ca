"""What the page of a marker says beyond its record: measurements compared, why a side planted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.geo.labels import LabelError, parse_label
from app.registers.geodesy import bearing
from app.registers.history import Change, began_on, courses_of, state_on
from app.registers.models import Marker, MarkerChange, MarkerMeasurement, Neighbour
from app.registers.rules import default_planter
from app.registers.units_on import Placed, province_map, provinces_of

_SAME_DEGREES = 1e-9


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement, whether it was the position on the day, and metres from that position."""

    one: MarkerMeasurement
    is_official: bool
    away_m: float | None


@dataclass(frozen=True, slots=True)
class Planter:
    """Why the record names a side: the rule of odd and even numbers, or a correction."""

    rule: str
    follows_rule: bool
    reason: str
    by: str
    on: date | None


def changes_by(session: Session, marker: Marker, day: date) -> Sequence[MarkerChange]:
    """The changes of a marker that held by a day, as recorded."""
    return session.scalars(
        select(MarkerChange)
        .where(MarkerChange.marker_id == marker.id, MarkerChange.valid_on <= day)
        .order_by(MarkerChange.id)
    ).all()


def as_it_stood(session: Session, marker: Marker, day: date, pack: Pack | None) -> Marker | None:
    """A copy of the marker that says what held on a past day; None before its first day."""
    every = session.scalars(
        select(MarkerChange).where(MarkerChange.marker_id == marker.id).order_by(MarkerChange.id)
    ).all()
    changes = [Change(one.valid_on, one.before, one.after) for one in every]
    if began_on(changes, otherwise=marker.created_at.date()) > day:
        return None
    values: dict[str, Any] = {  # Any: column values
        column.key: getattr(marker, column.key) for column in inspect(Marker).column_attrs
    }
    values |= state_on(courses_of(changes, values), day)
    placed = Placed(marker.id, marker.province_code, values["lat"], values["lon"])
    values["province_code"] = provinces_of([placed], province_map(session, day), pack)[marker.id]
    return Marker(**values)


def measured_by(
    marker: Marker, measurements: Iterable[MarkerMeasurement], day: date
) -> list[Measured]:
    """The measurements known by a day, newest first, each with its distance from the position."""
    known = [one for one in measurements if _known_on(one) <= day or _is_position(marker, one)]
    official = next((one for one in known if _is_position(marker, one)), None)
    return [
        Measured(one, one is official, None if one is official else _away(official, one))
        for one in known
    ]


def _known_on(one: MarkerMeasurement) -> date:
    recorded: datetime = one.recorded_at
    return min(one.measured_on, recorded.date()) if one.measured_on else recorded.date()


def _is_position(marker: Marker, one: MarkerMeasurement) -> bool:
    if marker.lat is None or marker.lon is None or one.lat is None or one.lon is None:
        return False
    return abs(marker.lat - one.lat) < _SAME_DEGREES and abs(marker.lon - one.lon) < _SAME_DEGREES


def _away(official: MarkerMeasurement | None, one: MarkerMeasurement) -> float | None:
    if official is None or one.lat is None or one.lon is None:
        return None
    assert official.lat is not None  # noqa: S101  a position has both
    assert official.lon is not None  # noqa: S101  the same
    return bearing((official.lat, official.lon), (one.lat, one.lon)).distance_m


def planter_of(marker: Marker, changes: Iterable[MarkerChange]) -> Planter | None:
    """Why the record says who planted the marker; None where it does not say it."""
    if marker.planted_by is None:
        return None
    try:
        expected = default_planter(parse_label(marker.label, line=marker.neighbour))
    except LabelError:
        expected = None
    said = [one for one in changes if one.before is not None and "planted_by" in one.after]
    last = said[-1] if said else None
    return Planter(
        rule=_rule_of(marker) if expected is not None else "",
        follows_rule=expected == marker.planted_by,
        reason=last.reason if last else "",
        by=last.actor_name if last else "",
        on=last.valid_on if last else None,
    )


def _rule_of(marker: Marker) -> str:
    if marker.neighbour == Neighbour.CAMBODIA:
        return str(
            _("mốc phụ đơn số lẻ do Campuchia cắm, số chẵn do Việt Nam cắm (Nghị định thư 2019)")
        )
    return str(_("mốc đơn số lẻ do Trung Quốc cắm, số chẵn do Việt Nam cắm"))
