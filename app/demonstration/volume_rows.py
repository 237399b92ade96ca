"""The rows of one case made only for measuring: what it says, its opening, its clock, its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np

from app.audit import GENESIS, chain_hash
from app.cases.catalogue import Definition
from app.cases.models import EventKind
from app.cases.recording import event_payload
from app.cases.shielding import shield_of
from app.demonstration.year import volumes
from app.geo.gazetteer import Pack
from app.geo.geotag import Tags
from app.registers.country_names import country_name

Row = dict[str, Any]  # Any: column values
_CLOSED_SHARE, _ASSIGNED_SHARE = 0.9, 0.3
_CLOSED_STATES = {"border_incident": "closed", "marker_damage": "restored"}
_FIRST_CLOCKS = {
    "border_incident": ("quick_report", timedelta(hours=2), "2 h"),
    "marker_damage": ("inform_counterpart", timedelta(hours=24), "24 h"),
    "citizen_protection": ("triage_normal", timedelta(days=1), "1 wd"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """Who opens cases, and for missions where."""

    unit_id: int
    unit_code: str
    user_id: int
    user_name: str
    province_code: str | None
    country_code: str | None
    lat: float = 0.0
    lon: float = 0.0


@dataclass(frozen=True)
class World:
    """What every chunk draws from."""

    pack: Pack
    definitions: Mapping[str, Definition]
    stations: Mapping[str, Sequence[Office]]
    missions: Sequence[Office]
    markers: Sequence[tuple[int, str, str, float, float]]  # id, name, province, lat, lon
    words: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class Draft:
    """One case before it has its number."""

    type_code: str
    office: Office
    opened_at: datetime
    lat: float
    lon: float
    marker: tuple[int, str] | None
    reference: str = ""


def case_rows(
    world: World, chance: Random, draft: Draft, case_id: int, *, now: datetime
) -> tuple[Row, Row]:
    """The rows of a case and of its opening, whose hash covers what it says."""
    definition = world.definitions[draft.type_code]
    is_open = chance.random() >= _CLOSED_SHARE
    state = definition.machine.initial_state
    data, title, place = _facts(world, chance, draft)
    event = _opening(draft, case_id, data, state)
    closed = None if is_open else _between(draft.opened_at, now, chance)
    ended = _CLOSED_STATES.get(draft.type_code, "closed")
    is_assigned = is_open and chance.random() < _ASSIGNED_SHARE
    row = {
        "id": case_id,
        "reference": draft.reference,
        "type_code": draft.type_code,
        "type_version_id": definition.version_id,
        "state": state if is_open else ended,
        "state_kind": definition.state_kinds[state if is_open else ended],
        "title": title,
        "data": data,
        "confidentiality": "normal",
        "owner_unit_id": draft.office.unit_id,
        "assignee_id": draft.office.user_id if is_assigned else None,
        "version": 1,
        "is_open": is_open,
        "last_seq": 1,
        "last_hash": event["hash"],
        "last_event_text": f"Mở hồ sơ: {definition.state_names[state].vi}",
        "opened_at": draft.opened_at,
        "updated_at": closed or draft.opened_at,
        "closed_at": closed,
        "closed_from": None if is_open else state,
        "place_text": place,
        "country_code": draft.office.country_code,
        "lat": draft.lat,
        "lon": draft.lon,
        "is_illustration": True,
        "is_protected": shield_of(definition, data, now=draft.opened_at).is_raised,
    }
    return row | _next_due(row, draft), event


def _between(opened_at: datetime, now: datetime, chance: Random) -> datetime:
    return min(opened_at + timedelta(days=chance.uniform(0.2, 40)), now)


def _facts(world: World, chance: Random, draft: Draft) -> tuple[Row, str, str]:
    """Data, title and place of a case."""
    note = f"Hồ sơ minh họa để đo tải {chance.randrange(1_000_000):06d}"
    position = {
        "lat": draft.lat,
        "lon": draft.lon,
        "original": f"{draft.lat:.6f}, {draft.lon:.6f}",
        "crs": "EPSG:4326",
    }
    if draft.marker is None:
        kind = chance.choice(list(world.words["protection_kind"]))
        country = str(draft.office.country_code)
        data: Row = {"protection_kind": kind, "danger_level": "normal", "country": country}
        place = country_name(country)
        title = f"{world.words['protection_kind'][kind]} ({place})"
        return data | {"position": position, "note": note}, title, place
    marker = {"id": draft.marker[0], "label": draft.marker[1]}
    place = f"khu vực mốc {draft.marker[1]}"
    if draft.type_code == "marker_damage":
        kind = chance.choice(list(world.words["condition"]))
        data = {"marker": marker, "condition": kind, "found_on": draft.opened_at.isoformat()}
        return (
            data | {"position": position, "note": note},
            f"{draft.marker[1]} – {world.words['condition'][kind]}",
            place,
        )
    kinds = volumes()["border"]["kinds"]
    kind = chance.choices(list(kinds), list(kinds.values()))[0]
    data = {
        "incident_kind": kind,
        "occurred_at": draft.opened_at.isoformat(timespec="minutes"),
        "nearest_marker": marker,
        "persons_count": chance.randint(0, 6),
    }
    title = f"{world.words['incident_kind'][kind]} – {place}"
    return data | {"position": position, "note": note}, title, place


def _opening(draft: Draft, case_id: int, data: Row, state: str) -> Row:
    row: Row = {
        "case_id": case_id,
        "seq": 1,
        "kind": EventKind.OPENED.value,
        "at": draft.opened_at,
        "actor_id": draft.office.user_id,
        "actor_name": draft.office.user_name,
        "unit_id": draft.office.unit_id,
        "transition": None,
        "from_state": None,
        "to_state": state,
        "text": "",
        "data": data,
        "previous_hash": GENESIS,
    }
    row["hash"] = chain_hash(GENESIS, event_payload(row))
    return row


def _next_due(row: Row, draft: Draft) -> Row:
    if not row["is_open"]:
        return {"next_due_at": None, "next_due_clock": None}
    code, length, _ = _FIRST_CLOCKS[draft.type_code]
    return {"next_due_at": draft.opened_at + length, "next_due_clock": code}


def clock_row(case: Row, draft: Draft) -> Row:
    """The first clock of an open case; it was missed long ago, and that is known already."""
    code, length, limit = _FIRST_CLOCKS[draft.type_code]
    due = draft.opened_at + length
    return {
        "case_id": case["id"],
        "code": code,
        "round": 1,
        "limit": limit,
        "origin": draft.opened_at,
        "started_at": draft.opened_at,
        "due_at": due,
        "day_status": "official",
        "is_before": False,
        "pauses": [],
        "warn_at": [],
        "next_warn_at": None,
        "is_running": True,
        "missed_at": due,
    }


def place_row(draft: Draft, tags: Tags, index: int, key: int) -> Row:
    """The place columns that the geotagger fills."""
    is_home = draft.marker is not None
    chainage = float(tags.chainage_m[index])
    return {
        "z_key": key,
        "province_code": str(tags.province_code[index]) or None,
        "commune_code": str(tags.commune_code[index]) or None,
        "neighbour": (str(tags.neighbour[index]) or None) if is_home else None,
        "marker_id": int(tags.marker_id[index]) if is_home else None,
        "marker_distance_m": float(tags.marker_distance_m[index]) if is_home else None,
        "border_distance_m": float(tags.border_distance_m[index]) if is_home else None,
        "chainage_m": chainage if is_home and not np.isnan(chainage) else None,
        "side": str(tags.side[index]) or None,
        "sea_zone": str(tags.sea_zone[index]) or None,
    }
