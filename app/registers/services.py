"""What is done to the marker register: recorded, corrected, measured, taken in from files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Conflict, Invalid
from app.geo.coordinates import Coordinate
from app.geo.gazetteer import Pack
from app.geo.labels import LabelError, parse_label
from app.jobs import Job, enqueue
from app.permissions import Actor
from app.registers.both_sides import require_both_sides, require_named_source
from app.registers.layers import layer_rebuild
from app.registers.models import Marker, MarkerMeasurement, RegisterVersion
from app.registers.placing import tag_of
from app.registers.queries import MARKERS, markers_by_label, segments
from app.registers.recording import (
    Built,
    Ground,
    MarkerRow,
    Measured,
    Survey,
    Values,
    add_measurement,
    apply_facts,
    begin_history,
    build_marker,
    ground_for,
    require_in_area,
    require_version,
    store_change,
    tagged,
    update_marker,
)
from app.registers.rules import identify
from app.registers.withdrawing import revive_marker

_FARTHEST_EAST = timedelta(hours=14)  # where a new day begins first


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Upsert:
    """What taking in one row did, and to which marker."""

    outcome: Outcome
    marker: Marker


# --- one marker -----------------------------------------------------------------------------


def record_marker(
    session: Session,
    actor: Actor,
    neighbour: str,
    *,
    label: str,
    pack: Pack,
    now: datetime,
    facts: Values | None = None,
    coordinate: Coordinate | None = None,
    survey: Survey | None = None,
) -> Marker:
    """A new marker; Conflict where the line has the label, Invalid where it cannot be read."""
    try:
        read = parse_label(label, line=neighbour)
    except LabelError as error:
        raise Invalid(error.remark.vi, {"label": (error.remark.vi,)}) from error
    written = identify(read).label
    if markers_by_label(session, [(neighbour, written)]):
        raise Conflict(f"Tuyến này đã có mốc {written}. Hãy mở mốc đó để sửa.")
    row = MarkerRow(read, facts or {}, coordinate, survey=survey or Survey())
    require_named_source(actor, row.facts)
    ground = ground_for(session, [read], pack)
    built = build_marker(session, actor, row, ground=ground, now=now)
    begin_history(session, actor, [built], now=now)
    mark_register_changed(session, now=now)
    return built.marker


def correct_marker(
    session: Session,
    actor: Actor,
    marker: Marker,
    *,
    changes: Values,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
    valid_on: date | None = None,
) -> bool:
    """Change facts of a marker; False where nothing differs.

    `valid_on` is the day from which the change holds in the field, by default today.
    """
    require_version(session, marker, expected_version)
    require_in_area(actor, marker)
    if valid_on is not None and valid_on > (now + _FARTHEST_EAST).date():
        raise Invalid(
            "Ngày có hiệu lực không thể ở tương lai.",
            {"valid_on": ("Hãy ghi hôm nay hoặc một ngày đã qua.",)},
        )
    require_both_sides(session, actor, marker, changes)
    before, after = apply_facts(marker, changes)
    if not after:
        return False
    store_change(
        session, actor, marker, before=before, after=after, reason=reason, now=now, on=valid_on
    )
    record_access(session, actor, "marker.corrected", f"marker:{marker.id}", reason=reason, now=now)
    mark_register_changed(session, now=now)
    return True


def record_measurement(
    session: Session,
    actor: Actor,
    marker: Marker,
    *,
    coordinate: Coordinate,
    survey: Survey,
    pack: Pack,
    now: datetime,
) -> MarkerMeasurement:
    """Add a measurement; when adopted, the marker and its position move to it."""
    require_in_area(actor, marker)
    measured = Measured(coordinate, survey, tag_of(coordinate.lat, coordinate.lon, pack))
    ground = Ground(pack, segments(session), {})
    measurement = add_measurement(session, actor, marker, measured, ground=ground, now=now)
    record_access(session, actor, "marker.measured", f"marker:{marker.id}", now=now)
    mark_register_changed(session, now=now)
    return measurement


def keep_open_measurement(
    session: Session, actor: Actor, marker: Marker, *, original: str, survey: Survey, now: datetime
) -> MarkerMeasurement:
    """Keep a measurement whose system is not known: as it is written, without a position."""
    require_in_area(actor, marker)
    measurement = MarkerMeasurement(
        marker_id=marker.id,
        original=original,
        crs="",
        method="unresolved",
        survey_method=survey.method,
        party=survey.party,
        source=survey.source,
        measured_on=survey.measured_on,
        is_in_force=False,
        recorded_at=now,
        recorded_by=actor.user_id,
    )
    session.add(measurement)
    record_access(session, actor, "marker.measured", f"marker:{marker.id}", now=now)
    mark_register_changed(session, now=now)
    return measurement


# --- many markers ---------------------------------------------------------------------------


def upsert_markers(
    session: Session, actor: Actor, rows: Sequence[MarkerRow], *, pack: Pack, now: datetime
) -> list[Upsert]:
    """Take in rows, found again by line and label: the same rows twice change nothing."""
    identities = [identify(row.label) for row in rows]
    pairs = [(row.label.line or "", one.label) for row, one in zip(rows, identities, strict=True)]
    found = dict(markers_by_label(session, pairs, with_withdrawn=True))
    revived = {id(one) for one in found.values() if one.withdrawn_at is not None}
    for one in found.values():
        revive_marker(session, actor, one, now=now)
    ground = ground_for(session, [row.label for row in rows], pack)
    complete = tagged(rows, [found.get(pair) for pair in pairs], pack)
    built: dict[int, Built] = {}
    with session.no_autoflush:
        for index, (pair, row) in enumerate(zip(pairs, complete, strict=True)):
            if pair not in found:
                built[index] = build_marker(session, actor, row, ground=ground, now=now)
                found[pair] = built[index].marker
        begin_history(session, actor, list(built.values()), now=now)
    done = [
        Upsert(Outcome.CREATED, built[index].marker)
        if index in built
        else _taken_in(session, actor, found[pair], row, ground=ground, now=now, revived=revived)
        for index, (pair, row) in enumerate(zip(pairs, complete, strict=True))
    ]
    if any(one.outcome is not Outcome.UNCHANGED for one in done):
        mark_register_changed(session, now=now)
    return done


def _taken_in(
    session: Session,
    actor: Actor,
    marker: Marker,
    row: MarkerRow,
    *,
    ground: Ground,
    now: datetime,
    revived: Collection[int],
) -> Upsert:
    is_changed = update_marker(session, actor, marker, row, ground=ground, now=now)
    if id(marker) in revived:
        return Upsert(Outcome.CREATED, marker)
    return Upsert(Outcome.CHANGED if is_changed else Outcome.UNCHANGED, marker)


def mark_register_changed(session: Session, *, now: datetime) -> None:
    """Let every cache of the register go, and ask for new layers once per minute."""
    changed = session.execute(
        update(RegisterVersion)
        .where(RegisterVersion.name == MARKERS)
        .values(number=RegisterVersion.number + 1)
        .returning(RegisterVersion.number)
    ).scalar()
    if changed is None:
        session.add(RegisterVersion(name=MARKERS, number=1))
        session.flush()
    key, due = layer_rebuild(MARKERS, now)
    enqueue(session, Job.REBUILD_LAYERS, {"layer": MARKERS}, now=now, due=due, key=key)
