"""Very many cases for measuring: each located, searchable and with one true first event.

Written chunk by chunk in transactions of their own, so that memory stays bounded and a load that
was cut short goes on. Most are closed; their lives are not told beyond the opening.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind, User, UserRole
from app.accounts.seeding import DATA as ACCOUNTS_DATA
from app.audit import GENESIS, chain_hash
from app.cases.catalogue import Definition, definition_of
from app.cases.models import Case, CaseClock, CaseEvent, CaseText, CaseUnit, EventKind, UnitRole
from app.cases.numbering import YEAR_ZONE, next_references
from app.cases.queries import latest_version
from app.cases.recording import event_payload
from app.cases.search import searchable
from app.cases.values import country_name
from app.demonstration.ids import take_ids
from app.demonstration.stages import Run, finish, loaded
from app.demonstration.year import volumes
from app.geo.gazetteer import Pack
from app.geo.geotag import Tags, tag_points
from app.geo.zorder import morton_keys
from app.registers.models import Marker
from app.registers.queries import marker_index

CHUNK = 10_000
STAGE = "volume:"
Row = dict[str, Any]  # Any: column values
Writing = Callable[[], AbstractContextManager[Session]]
_TYPES = {"border_incident": 72, "marker_damage": 8, "citizen_protection": 20}
_CLOSED_SHARE, _ASSIGNED_SHARE = 0.9, 0.3
_CLOSED_STATES = {"border_incident": "closed", "marker_damage": "restored"}
_FIRST_CLOCKS = {
    "border_incident": ("quick_report", timedelta(hours=2), "2 h"),
    "marker_damage": ("inform_counterpart", timedelta(hours=24), "24 h"),
    "citizen_protection": ("triage_normal", timedelta(days=1), "1 wd"),
}
_MARKER_FACTS = ("id", "neighbour", "label", "province_code", "lat", "lon")
_YEARS = 3
_SPREAD_DEG, _CITY_SPREAD_DEG = 0.02, 0.2


@dataclass(frozen=True, slots=True)
class _Office:
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
class _World:
    """What every chunk draws from."""

    pack: Pack
    definitions: Mapping[str, Definition]
    stations: Mapping[str, Sequence[_Office]]
    missions: Sequence[_Office]
    markers: Sequence[tuple[int, str, str, float, float]]  # id, name, province, lat, lon
    words: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class _Draft:
    """One case before it has its number."""

    type_code: str
    office: _Office
    opened_at: datetime
    lat: float
    lon: float
    marker: tuple[int, str] | None
    reference: str = ""


def load_volume(writing: Writing, pack: Pack, run: Run, count: int) -> Iterator[int]:
    """Write `count` cases, or those that are missing; yields how many there are by now."""
    with writing() as session:
        done = max(
            (int(name.removeprefix(STAGE)) for name in loaded(session) if name.startswith(STAGE)),
            default=0,
        )
        world = _world(session, pack)
    while done < count:
        size = min(CHUNK, count - done)
        chance = Random(f"{run.seed}:volume:{done}")  # noqa: S311  no secret
        with writing() as session:
            _write_chunk(session, world, chance, size, run.now)
            done += size
            finish(session, f"{STAGE}{done}", now=run.now)
        yield done


# --- what chunks draw from ------------------------------------------------------------------


def _world(session: Session, pack: Pack) -> _World:
    offices = list(_offices(session))
    stations: dict[str, list[_Office]] = {}
    for office in offices:
        if office.province_code:
            stations.setdefault(office.province_code, []).append(office)
    definitions = {code: definition_of(session, latest_version(session, code)) for code in _TYPES}
    rows = session.execute(
        select(
            Marker.id, Marker.neighbour, Marker.label, Marker.province_code, Marker.lat, Marker.lon
        )
        .where(Marker.lat.is_not(None), Marker.province_code.in_(stations))
        .order_by(Marker.id)
    )
    markers = [
        (row.id, f"{row.neighbour} {row.label}", row.province_code, row.lat, row.lon)
        for row in rows
    ]
    missions = [office for office in offices if office.country_code]
    return _World(pack, definitions, stations, missions, markers, _words(definitions))


def _offices(session: Session) -> Iterator[_Office]:
    with (ACCOUNTS_DATA / "missions.csv").open(encoding="utf-8", newline="") as lines:
        places = {row["code"]: (row["lat"], row["lon"]) for row in csv.DictReader(lines)}
    rows = session.execute(
        select(Unit, User.id, User.name)
        .join(UserRole, UserRole.unit_id == Unit.id)
        .join(User, User.id == UserRole.user_id)
        .where(Unit.kind.in_((UnitKind.BORDER_STATION, UnitKind.MISSION)))
        .order_by(User.id)
    )
    seen: set[int] = set()
    for unit, user_id, name in rows:
        if unit.id not in seen:
            seen.add(unit.id)
            lat, lon = places.get(unit.code, (0, 0)) if unit.country_code else (0, 0)
            yield _Office(
                unit.id,
                unit.code,
                user_id,
                name,
                unit.province_code,
                unit.country_code,
                float(lat or 0),
                float(lon or 0),
            )


def _words(definitions: Mapping[str, Definition]) -> Mapping[str, Mapping[str, str]]:
    """The options of the fields that the titles name, in words."""
    wanted = ("incident_kind", "protection_kind", "condition")
    return {
        code: {option.code: option.name.vi for option in definition.fields[code].options}
        for definition in definitions.values()
        for code in wanted
        if code in definition.fields
    }


# --- one chunk ------------------------------------------------------------------------------


def _write_chunk(session: Session, world: _World, chance: Random, size: int, now: datetime) -> None:
    drafts = sorted(
        (_draft(world, chance, now) for _ in range(size)), key=lambda draft: draft.opened_at
    )
    _number(session, world, drafts)
    lat = np.array([draft.lat for draft in drafts])
    lon = np.array([draft.lon for draft in drafts])
    tags = tag_points(lat, lon, world.pack, markers=marker_index(session))
    keys = morton_keys(lat, lon)
    cases, events, texts, clocks = [], [], [], []
    for index, case_id in enumerate(take_ids(session, Case, size)):
        case, event = _case(world, chance, drafts[index], case_id)
        case |= _tagged(drafts[index], tags, index, int(keys[index]))
        words = (case["reference"], case["title"], case["place_text"], str(case["data"]["note"]))
        texts.append({"case_id": case_id, "folded": searchable(words)})
        cases.append(case)
        events.append(event)
        if case["is_open"]:
            clocks.append(_clock(case, drafts[index]))
    _insert(session, Case, cases)
    _insert(session, CaseEvent, events)
    _insert(session, CaseText, texts)
    _insert(session, CaseClock, clocks)
    _insert(
        session,
        CaseUnit,
        [
            {"case_id": case["id"], "unit_id": case["owner_unit_id"], "role": UnitRole.OWNER.value}
            for case in cases
        ],
    )


def _insert(session: Session, model: type[Any], rows: Sequence[Row]) -> None:
    table: Table = model.__table__
    if rows:
        session.connection().execute(insert(table), list(rows))


def _draft(world: _World, chance: Random, now: datetime) -> _Draft:
    type_code = chance.choices(list(_TYPES), list(_TYPES.values()))[0]
    opened_at = now - timedelta(days=365 * _YEARS * chance.random())
    if type_code == "citizen_protection":
        office = chance.choice(world.missions)
        lat = office.lat + chance.uniform(-_CITY_SPREAD_DEG, _CITY_SPREAD_DEG)
        lon = office.lon + chance.uniform(-_CITY_SPREAD_DEG, _CITY_SPREAD_DEG)
        return _Draft(type_code, office, opened_at, round(lat, 6), round(lon, 6), None)
    marker_id, name, province, at_lat, at_lon = chance.choice(world.markers)
    office = chance.choice(world.stations[province])
    lat = at_lat + chance.uniform(-_SPREAD_DEG, _SPREAD_DEG)
    lon = at_lon + chance.uniform(-_SPREAD_DEG, _SPREAD_DEG)
    return _Draft(type_code, office, opened_at, round(lat, 6), round(lon, 6), (marker_id, name))


def _number(session: Session, world: _World, drafts: Sequence[_Draft]) -> None:
    """Give every draft the next number of its series."""
    series = [
        (draft.type_code, draft.office.unit_code, draft.opened_at.astimezone(YEAR_ZONE).year)
        for draft in drafts
    ]
    first = dict(zip(reversed(series), reversed(drafts), strict=True))
    numbers = {
        key: iter(
            next_references(
                session,
                world.definitions[key[0]].case_type,
                key[1],
                count=count,
                now=first[key].opened_at,
            )
        )
        for key, count in Counter(series).items()
    }
    for key, draft in zip(series, drafts, strict=True):
        draft.reference = next(numbers[key])


def _case(world: _World, chance: Random, draft: _Draft, case_id: int) -> tuple[Row, Row]:
    """The rows of a case and of its opening, whose hash covers what it says."""
    definition = world.definitions[draft.type_code]
    is_open = chance.random() >= _CLOSED_SHARE
    state = definition.machine.initial_state
    data, title, place = _facts(world, chance, draft)
    event = _opening(draft, case_id, data, state)
    closed = None if is_open else draft.opened_at + timedelta(days=chance.uniform(0.2, 40))
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
    }
    return row | _next_due(row, draft), event


def _facts(world: _World, chance: Random, draft: _Draft) -> tuple[Row, str, str]:
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


def _opening(draft: _Draft, case_id: int, data: Row, state: str) -> Row:
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


def _next_due(row: Row, draft: _Draft) -> Row:
    if not row["is_open"]:
        return {"next_due_at": None, "next_due_clock": None}
    code, length, _ = _FIRST_CLOCKS[draft.type_code]
    return {"next_due_at": draft.opened_at + length, "next_due_clock": code}


def _clock(case: Row, draft: _Draft) -> Row:
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


def _tagged(draft: _Draft, tags: Tags, index: int, key: int) -> Row:
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
