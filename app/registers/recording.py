"""How a marker's record is written: facts, measurements, and the history of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import fold_text, normalise_text
from app.errors import Conflict, Forbidden, Invalid
from app.geo.coordinates import Coordinate
from app.geo.gazetteer import Pack
from app.geo.geotag import Tag
from app.geo.labels import MarkerLabel
from app.permissions import Actor
from app.registers.both_sides import require_both_sides
from app.registers.models import (
    Marker,
    MarkerChange,
    MarkerKind,
    MarkerMeasurement,
    Position,
    Segment,
    Side,
)
from app.registers.placing import place_marker, tag_of, tags_of
from app.registers.queries import positions_by_label, segments
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
_WGS84 = "EPSG:4326"
_SAME_DEGREES = 6e-8  # seven millimetres: the last digit of the files that we hand on
Values = Mapping[str, Any]  # Any: column values, JSON scalars


@dataclass(frozen=True, slots=True)
class Survey:
    """How, when and by whom a coordinate was measured."""

    source: str = ""
    measured_on: date | None = None
    method: str = ""
    party: Side = Side.JOINT
    is_adopted: bool = True
    adopted_because: str = ""


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


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are laid on: the reference pack, the stretches, the positions there already."""

    pack: Pack
    segments: Sequence[Segment]
    positions: dict[tuple[str, str], Position]


@dataclass(frozen=True, slots=True)
class Built:
    """A marker that was made but not yet written, and what its history will begin with."""

    marker: Marker
    facts: Values
    survey: Survey


def ground_for(session: Session, labels: Sequence[MarkerLabel], pack: Pack) -> Ground:
    """The ground of these labels, read in a few queries however many there are."""
    wanted = {(label.line or "", identify(label).position) for label in labels}
    return Ground(pack, segments(session), positions_by_label(session, wanted))


def build_marker(
    session: Session, actor: Actor, row: MarkerRow, *, ground: Ground, now: datetime
) -> Built:
    """Make a marker with its position and measurement, to be written with many others."""
    marker = _new_marker(row.label, now)
    session.add(marker)
    marker.position = _position(session, row.label, ground)
    marker.planted_by = default_planter(row.label)
    _, after = apply_facts(marker, row.facts)
    measured = measured_in(row, ground.pack)
    if measured is not None:
        _keep_measurement(session, actor, marker, measured, ground=ground, now=now)
        after |= {"lat": marker.lat, "lon": marker.lon}
    require_in_area(actor, marker)
    return Built(marker, {"label": marker.label, **after}, row.survey)


def begin_history(session: Session, actor: Actor, built: Sequence[Built], *, now: datetime) -> None:
    """Write the markers, then the first line of the history of each."""
    session.flush()
    for one in built:
        store_change(
            session,
            actor,
            one.marker,
            before=None,
            after=one.facts,
            reason=one.survey.source,
            now=now,
            on=one.survey.measured_on,
        )
        record_access(session, actor, "marker.recorded", f"marker:{one.marker.id}", now=now)


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


def _position(session: Session, label: MarkerLabel, ground: Ground) -> Position:
    key = (label.line or "", identify(label).position)
    if key not in ground.positions:
        ground.positions[key] = Position(neighbour=key[0], label=key[1])
        session.add(ground.positions[key])
    return ground.positions[key]


def update_marker(
    session: Session,
    actor: Actor,
    marker: Marker,
    row: MarkerRow,
    *,
    ground: Ground,
    now: datetime,
) -> bool:
    require_in_area(actor, marker)
    require_both_sides(session, actor, marker, row.facts)
    before, after = apply_facts(marker, row.facts)
    if after:
        store_change(session, actor, marker, before=before, after=after, reason="", now=now)
    is_measured = row.coordinate is not None and not _has_measurement(marker, row.coordinate)
    measured = measured_in(row, ground.pack) if is_measured else None
    if measured is not None:
        add_measurement(session, actor, marker, measured, ground=ground, now=now)
        require_in_area(actor, marker)
    if after or is_measured:
        record_access(session, actor, "marker.imported", f"marker:{marker.id}", now=now)
    return bool(after) or is_measured


def _has_measurement(marker: Marker, coordinate: Coordinate) -> bool:
    """Whether it is one of the marker's own, as it was written or as our files hand it on."""
    if any(
        (one.original, one.crs) == (coordinate.original, coordinate.crs)
        for one in marker.measurements
    ):
        return True
    if coordinate.crs != _WGS84 or marker.lat is None or marker.lon is None:
        return False
    away = max(abs(marker.lat - coordinate.lat), abs(marker.lon - coordinate.lon))
    return away < _SAME_DEGREES


def tagged(
    rows: Sequence[MarkerRow], markers: Sequence[Marker | None], pack: Pack
) -> list[MarkerRow]:
    """The rows with the tags of their new coordinates, all found at once."""
    done = list(rows)
    places = {
        index: row.coordinate
        for index, (row, marker) in enumerate(zip(rows, markers, strict=True))
        if row.coordinate is not None
        and row.tag is None
        and (marker is None or not _has_measurement(marker, row.coordinate))
    }
    for index, tag in zip(places, tags_of(list(places.values()), pack), strict=True):
        done[index] = replace(rows[index], tag=tag)
    return done


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
    ground: Ground,
    now: datetime,
) -> MarkerMeasurement:
    """Keep one more measurement; where it is adopted and moves the marker, history says so."""
    before = {"lat": marker.lat, "lon": marker.lon}
    measurement = _keep_measurement(session, actor, marker, measured, ground=ground, now=now)
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
    ground: Ground,
    now: datetime,
) -> MarkerMeasurement:
    coordinate, survey = measured.coordinate, measured.survey
    if survey.is_adopted:
        for earlier in marker.measurements:
            earlier.is_in_force = False
        place_marker(
            marker, coordinate.lat, coordinate.lon, tag=measured.tag, segments=ground.segments
        )
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
        adopted_because=survey.adopted_because if survey.is_adopted else "",
        recorded_at=now,
        recorded_by=actor.user_id,
    )
    session.add(measurement)
    return measurement


def would_change(marker: Marker, row: MarkerRow) -> bool:
    """Whether taking in the row would write anything: for a dry run."""
    is_measured = row.coordinate is not None and not _has_measurement(marker, row.coordinate)
    return is_measured or bool(_differences(marker, row.facts)[1])


def apply_facts(marker: Marker, changes: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs; the old and the new values, for the history."""
    before, after = _differences(marker, changes)
    for name, value in after.items():
        setattr(marker, name, value)
    names = [marker.place_text or "", *(marker.legacy_names or [])]
    marker.place_fold = fold_text(" ".join(names))
    return before, after


def _differences(marker: Marker, changes: Values) -> tuple[dict[str, Any], dict[str, Any]]:
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
