"""Writes the markers of the three lines in bulk, the real ones with their own measurement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.accounts.queries import province_names, units_in_force
from app.database import fold_text
from app.demonstration.ids import take_ids
from app.demonstration.marker_facts import Facts, facts_of, further_measurement
from app.demonstration.marker_history import Steps, histories_of, history_plan
from app.demonstration.marker_places import TRIPOINT_LINE, Body, bodies_of, published
from app.demonstration.marker_plan import Place, places_of
from app.geo.coordinates import Coordinate, parse_coordinate
from app.geo.gazetteer import Pack
from app.geo.geotag import tag_points
from app.geo.labels import LabelKind
from app.geo.zorder import morton_keys
from app.permissions import SYSTEM_ACTOR
from app.registers.models import (
    LegalStage,
    Marker,
    MarkerChange,
    MarkerMeasurement,
    Position,
    Segment,
    Side,
    Stage,
)
from app.registers.queries import segments
from app.registers.reference import load_segments, segments_of
from app.registers.rules import default_planter, identify
from app.registers.services import mark_register_changed

LINES = ("CN", "LA", "KH")
ILLUSTRATION = "minh họa"
Row = dict[str, Any]  # Any: column values


def load_markers(session: Session, chance: Random, pack: Pack, *, now: datetime) -> str:
    """All markers, positions, measurements and first changes; the sentence says how many."""
    load_segments(session, segments_of(pack.manifest))
    ground = _Ground(session, pack, segments(session), _Names(session, now), chance, now)
    counts = []
    for line in LINES:
        bodies = bodies_of(line, places_of(line, chance), pack, chance)
        if line == TRIPOINT_LINE:
            bodies += _tripoints(pack)
        _write(ground, line, bodies)
        counts.append(f"{line} {len(bodies)}")
    mark_register_changed(session, now=now)
    return f"mốc và cọc dấu: {', '.join(counts)} (có 2 mốc giao điểm)"


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every line is written with."""

    session: Session
    pack: Pack
    stretches: Sequence[Segment]
    names: "_Names"
    chance: Random
    now: datetime


class _Names:
    """The names of provinces and communes in force."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._provinces = province_names(session)
        communes = units_in_force(session, now.date(), kinds=(UnitKind.COMMUNE,))
        self._communes = {unit.code: unit.name for unit in communes}

    def of(self, province: str | None, commune: str | None) -> str:
        said = (self._communes.get(commune or ""), self._provinces.get(province or ""))
        return ", ".join(name for name in said if name)


def _tripoints(pack: Pack) -> list[Body]:
    """The two points where three borders meet, which no count of a line includes."""
    own = pack.lines.only(TRIPOINT_LINE)
    found = []
    for one in published():
        if one.label.kind is LabelKind.TRIPOINT:
            at = one.coordinate
            metres = own.locate(np.array([at.lon]), np.array([at.lat])).chainage_m[0]
            place = Place(one.label, 1, one.label.kind.value, identify(one.label).position)
            found.append(Body(one.label, place, float(metres), at.lat, at.lon, 0.0, one))
    return found


def _write(ground: "_Ground", line: str, bodies: Sequence[Body]) -> None:
    session, now = ground.session, ground.now
    placed = _placed(ground, line, bodies)
    position_ids = _write_positions(session, line, bodies, placed)
    rows = []
    marker_ids = take_ids(session, Marker, len(bodies))
    for marker_id, body, where in zip(marker_ids, bodies, placed, strict=True):
        place_text = ground.names.of(where["province_code"], where["commune_code"])
        row = _marker_row(body, facts_of(body, place_text, ground.chance), now)
        rows.append(
            row | where | {"id": marker_id, "position_id": position_ids[body.place.position]}
        )
    histories = histories_of(line, bodies)
    changes = []
    for body, row in zip(bodies, rows, strict=True):
        own = list(_changes(row, histories[body.place.position], now))
        row["version"] = len(own)
        changes += own
    session.execute(insert(Marker), rows)
    session.execute(
        insert(MarkerMeasurement),
        [_measurement(body, row, now) for body, row in zip(bodies, rows, strict=True)],
    )
    session.execute(insert(MarkerChange), changes)
    further = [one for row in rows if (one := _further_measurement(row, now)) is not None]
    if further:
        session.execute(insert(MarkerMeasurement), further)


def _further_measurement(row: Row, now: datetime) -> Row | None:
    """What else was published of a marker's place, kept for comparison."""
    said = further_measurement(f"{row['neighbour']} {row['label']}")
    if said is None:
        return None
    found = parse_coordinate(said["original"], crs=said["crs"])
    assert isinstance(found, Coordinate)  # noqa: S101  the system is named
    return {
        "marker_id": row["id"],
        "original": found.original,
        "crs": found.crs,
        "operation": found.operation,
        "lat": found.lat,
        "lon": found.lon,
        "precision_m": found.precision_m,
        "method": found.method,
        "survey_method": "",
        "party": Side.JOINT,
        "source": said["source"],
        "measured_on": said["measured_on"],
        "is_in_force": False,
        "recorded_at": now,
        "recorded_by": SYSTEM_ACTOR.user_id,
    }


def _placed(ground: "_Ground", line: str, bodies: Sequence[Body]) -> list[Row]:
    lat, lon = np.array([body.lat for body in bodies]), np.array([body.lon for body in bodies])
    tags = tag_points(lat, lon, ground.pack)
    off = ground.pack.lines.only(line).locate(lon, lat).offset_m
    keys = morton_keys(lat, lon)
    on_line = [one for one in ground.stretches if one.neighbour == line]
    return [
        {
            "lat": body.lat,
            "lon": body.lon,
            "z_key": int(keys[index]),
            "province_code": str(tags.province_code[index]) or None,
            "commune_code": str(tags.commune_code[index]) or None,
            "chainage_m": body.chainage_m,
            "border_distance_m": float(off[index]),
            "side": str(tags.side[index]) or None,
            "segment_id": _segment_id(on_line, body.chainage_m),
        }
        for index, body in enumerate(bodies)
    ]


def _segment_id(stretches: Sequence[Segment], chainage_m: float) -> int | None:
    for one in stretches:
        start, end = one.chainage_from_m, one.chainage_to_m
        if start is not None and end is not None and start <= chainage_m <= end:
            return one.id
    return None


def _write_positions(
    session: Session, line: str, bodies: Sequence[Body], placed: Sequence[Row]
) -> Mapping[str, int]:
    """A position stands where its first marker stands."""
    first: dict[str, Row] = {}
    for body, where in zip(bodies, placed, strict=True):
        kept = {name: value for name, value in where.items() if name in _OF_POSITION}
        first.setdefault(body.place.position, kept)
    ids = take_ids(session, Position, len(first))
    rows = [
        {"id": position_id, "neighbour": line, "label": label, **where}
        for position_id, (label, where) in zip(ids, first.items(), strict=True)
    ]
    session.execute(insert(Position), rows)
    return {row["label"]: row["id"] for row in rows}


_OF_POSITION = frozenset(
    {"lat", "lon", "z_key", "province_code", "commune_code", "chainage_m", "segment_id"}
)


def _marker_row(body: Body, facts: Facts, now: datetime) -> Row:
    label, identity = body.label, identify(body.label)
    is_built = body.place.stage == Stage.HANDED_OVER
    return {
        "neighbour": label.line,
        "label": identity.label,
        "label_fold": identity.folded,
        "slug": identity.slug,
        "sort_key": identity.sort_key,
        "main": label.main,
        "main_suffix": label.main_suffix,
        "aux": label.aux,
        "peg": label.peg,
        "suffix": label.suffix,
        "kind": body.place.kind,
        "planted_by": default_planter(label) if is_built else None,
        "stage": body.place.stage,
        "legal_stage": LegalStage.IN_FORCE if is_built else LegalStage.NONE,
        "distance_to_line_m": body.offset_m or None,
        "legacy_names": [],
        "is_illustration": body.published is None,
        "version": 1,
        "created_at": now,
        "updated_at": now,
        **facts,
        "place_fold": fold_text(facts["place_text"]),
    }


def _measurement(body: Body, row: Row, now: datetime) -> Row:
    real = body.published.coordinate if body.published else None
    return {
        "marker_id": row["id"],
        "original": real.original if real else f"{body.lat:.6f}, {body.lon:.6f}",
        "crs": real.crs if real else "EPSG:4326",
        "operation": real.operation if real else "",
        "lat": body.lat,
        "lon": body.lon,
        "precision_m": real.precision_m if real else None,
        "method": real.method if real else "degrees",
        "survey_method": "" if real else "Nội suy dọc đường biên giới (minh họa)",
        "party": Side.JOINT if real else Side.VIETNAM,
        "source": row["source"],
        "measured_on": None,
        "is_in_force": True,
        "recorded_at": now,
        "recorded_by": SYSTEM_ACTOR.user_id,
    }


def _changes(row: Row, steps: Steps, now: datetime) -> Iterator[Row]:
    """The marker's record from the day it was first named to what it says now."""
    held: Row = {"stage": None, "legal_stage": LegalStage.NONE}
    for number, (day, facts) in enumerate(steps):
        is_first = number == 0
        named = {name: row[name] for name in ("label", "lat", "lon", "source")}
        yield {
            "marker_id": row["id"],
            "at": now,
            "valid_on": day,
            "actor_id": SYSTEM_ACTOR.user_id,
            "actor_name": SYSTEM_ACTOR.name,
            "before": None if is_first else {name: held[name] for name in facts},
            "after": named | facts if is_first else facts,
            "reason": row["source"] if is_first else history_plan()["reason"],
        }
        held |= facts
