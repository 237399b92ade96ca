"""How a marker's record is written: facts, measurements, and the history of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import fold_text, normalise_text
from app.errors import Conflict, Forbidden, Invalid
from app.geo.coordinates import Coordinate
from app.geo.gazetteer import Pack
from app.geo.geotag import Tag
from app.geo.labels import MarkerLabel
from app.permissions import Actor
from app.registers.models import (
    Marker,
    MarkerChange,
    MarkerKind,
    MarkerMeasurement,
    Position,
    Segment,
    Side,
)
from app.registers.placing import place_marker, tag_of
from app.registers.rules import default_planter, identify

CHANGEABLE = frozenset(
    {
        "condition",
        "distance_to_line_m",
        "elevation_datum",
        "elevation_m",
        "is_illustration",
        "kind",
        "legacy_names",
        "legal_basis",
        "legal_stage",
        "lifecycle_case_id",
        "marker_class",
        "material",
        "note",
        "place_text",
        "planted_by",
        "source",
        "stage",
        "year_engraved",
    }
)
Values = Mapping[str, Any]  # Any: column values, JSON scalars


@dataclass(frozen=True, slots=True)
class Survey:
    """How, when and by whom a coordinate was measured."""

    source: str = ""
    measured_on: date | None = None
    method: str = ""
    party: Side = Side.JOINT
    is_adopted: bool = True


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """A marker as a file names it; only the facts that the file gives are touched."""

    label: MarkerLabel
    facts: Values = field(default_factory=dict)
    coordinate: Coordinate | None = None
    tag: Tag | None = None
    survey: Survey = field(default_factory=Survey)


@dataclass(frozen=True, slots=True)
class Measured:
    """A coordinate with how it came about and what the reference pack says of the place."""

    coordinate: Coordinate
    survey: Survey
    tag: Tag


def create_marker(
    session: Session,
    actor: Actor,
    row: MarkerRow,
    *,
    pack: Pack,
    known: Sequence[Segment],
    now: datetime,
) -> Marker:
    marker = _new_marker(row.label, now)
    marker.position = _position(session, marker.neighbour, identify(row.label).position)
    marker.planted_by = default_planter(row.label)
    _, after = apply_facts(marker, row.facts)
    session.add(marker)
    session.flush()
    measured = measured_in(row, pack)
    if measured is not None:
        _keep_measurement(session, actor, marker, measured, known=known, now=now)
        after |= {"lat": marker.lat, "lon": marker.lon}
    require_in_area(actor, marker)
    store_change(
        session,
        actor,
        marker,
        before=None,
        after={"label": marker.label, **after},
        reason=row.survey.source,
        now=now,
        on=row.survey.measured_on,
    )
    record_access(session, actor, "marker.recorded", f"marker:{marker.id}", now=now)
    return marker


def _new_marker(label: MarkerLabel, now: datetime) -> Marker:
    if label.line is None:
        raise Invalid("Chưa rõ mốc thuộc tuyến nào.", {"neighbour": ("Chọn tuyến biên giới.",)})
    identity = identify(label)
    return Marker(
        neighbour=label.line,
        label=identity.label,
        label_fold=identity.folded,
        slug=identity.slug,
        sort_key=identity.sort_key,
        main=label.main,
        main_suffix=label.main_suffix,
        aux=label.aux,
        peg=label.peg,
        suffix=label.suffix,
        kind=MarkerKind(label.kind.value),
        legacy_names=[],
        version=0,
        created_at=now,
        updated_at=now,
    )


def _position(session: Session, neighbour: str, label: str) -> Position:
    position = session.scalar(
        select(Position).where(Position.neighbour == neighbour, Position.label == label)
    )
    if position is None:
        position = Position(neighbour=neighbour, label=label)
        session.add(position)
    return position


def update_marker(
    session: Session,
    actor: Actor,
    marker: Marker,
    row: MarkerRow,
    *,
    pack: Pack,
    known: Sequence[Segment],
    now: datetime,
) -> bool:
    require_in_area(actor, marker)
    before, after = apply_facts(marker, row.facts)
    if after:
        store_change(session, actor, marker, before=before, after=after, reason="", now=now)
    is_measured = row.coordinate is not None and not _has_measurement(marker, row.coordinate)
    measured = measured_in(row, pack) if is_measured else None
    if measured is not None:
        add_measurement(session, actor, marker, measured, known=known, now=now)
        require_in_area(actor, marker)
    if after or is_measured:
        record_access(session, actor, "marker.imported", f"marker:{marker.id}", now=now)
    return bool(after) or is_measured


def _has_measurement(marker: Marker, coordinate: Coordinate) -> bool:
    return any(
        (one.original, one.crs) == (coordinate.original, coordinate.crs)
        for one in marker.measurements
    )


def measured_in(row: MarkerRow, pack: Pack) -> Measured | None:
    """What a row measures, tagged unless the file's own run has tagged it already."""
    if row.coordinate is None:
        return None
    tag = row.tag or tag_of(row.coordinate.lat, row.coordinate.lon, pack)
    return Measured(row.coordinate, row.survey, tag)


def add_measurement(
    session: Session,
    actor: Actor,
    marker: Marker,
    measured: Measured,
    *,
    known: Sequence[Segment],
    now: datetime,
) -> MarkerMeasurement:
    """Keep one more measurement; where it is adopted and moves the marker, history says so."""
    before = {"lat": marker.lat, "lon": marker.lon}
    measurement = _keep_measurement(session, actor, marker, measured, known=known, now=now)
    after = {"lat": marker.lat, "lon": marker.lon}
    if after != before:
        reason, on = measured.survey.source, measured.survey.measured_on
        store_change(
            session, actor, marker, before=before, after=after, reason=reason, now=now, on=on
        )
    return measurement


def _keep_measurement(
    session: Session,
    actor: Actor,
    marker: Marker,
    measured: Measured,
    *,
    known: Sequence[Segment],
    now: datetime,
) -> MarkerMeasurement:
    coordinate, survey = measured.coordinate, measured.survey
    if survey.is_adopted:
        session.execute(
            update(MarkerMeasurement)
            .where(MarkerMeasurement.marker_id == marker.id)
            .values(is_in_force=False)
        )
        place_marker(marker, coordinate.lat, coordinate.lon, tag=measured.tag, segments=known)
    measurement = MarkerMeasurement(
        marker=marker,
        original=normalise_text(coordinate.original),
        crs=coordinate.crs,
        operation=coordinate.operation,
        lat=coordinate.lat,
        lon=coordinate.lon,
        precision_m=coordinate.precision_m,
        method=coordinate.method,
        survey_method=survey.method,
        party=survey.party,
        source=survey.source,
        measured_on=survey.measured_on,
        is_in_force=survey.is_adopted,
        recorded_at=now,
        recorded_by=actor.user_id,
    )
    session.add(measurement)
    session.flush()
    return measurement


def apply_facts(marker: Marker, changes: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs; the old and the new values, for the history."""
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise ValueError(f"no such facts of a marker: {sorted(unknown)}")
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, given in changes.items():
        held = getattr(marker, name)
        value = _storable(name, given)
        if value != held and not (held is None and value == ""):
            before[name], after[name] = held, value
            setattr(marker, name, value)
    names = [marker.place_text or "", *(marker.legacy_names or [])]
    marker.place_fold = fold_text(" ".join(names))
    return before, after


def _storable(name: str, given: Any) -> Any:  # Any: a column's value
    if isinstance(given, str):
        return normalise_text(given)
    if given is None and not Marker.__table__.c[name].nullable:
        return ""
    return given


def store_change(
    session: Session,
    actor: Actor,
    marker: Marker,
    *,
    before: Values | None,
    after: Values,
    reason: str,
    now: datetime,
    on: date | None = None,
) -> None:
    marker.version = (marker.version or 0) + 1
    marker.updated_at = now
    session.add(
        MarkerChange(
            marker_id=marker.id,
            at=now,
            valid_on=on or now.date(),
            actor_id=actor.user_id,
            actor_name=actor.name,
            before=dict(before) if before is not None else None,
            after=dict(after),
            reason=reason,
        )
    )


def require_in_area(actor: Actor, marker: Marker) -> None:
    area = actor.area
    if area.is_everything or marker.province_code in area.province_codes:
        return
    raise Forbidden(
        f"Mốc {marker.label} không nằm trên đoạn biên giới của tỉnh bạn, nên bạn không ghi được."
    )


def require_version(session: Session, marker: Marker, expected: int | None) -> None:
    if expected is None or expected == marker.version:
        return
    last = session.scalars(
        select(MarkerChange)
        .where(MarkerChange.marker_id == marker.id)
        .order_by(MarkerChange.id.desc())
        .limit(1)
    ).first()
    changes = [f"{last.actor_name}: {', '.join(last.after)}"] if last else []
    raise Conflict("Người khác đã sửa mốc này sau khi bạn mở.", changes=changes)
