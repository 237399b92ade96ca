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
from app.cases.catalogue import Definition, definition_of
from app.cases.models import Case, CaseClock, CaseEvent, CaseUnit, UnitRole
from app.cases.numbering import YEAR_ZONE, next_references
from app.cases.queries import latest_version
from app.cases.search import Words, searchable
from app.cases.text_models import CaseText
from app.demonstration.ids import take_ids
from app.demonstration.stages import Run, finish, loaded
from app.demonstration.volume_rows import (
    Draft,
    Office,
    Row,
    World,
    case_rows,
    clock_row,
    place_row,
)
from app.geo.gazetteer import Pack
from app.geo.geotag import tag_points
from app.geo.zorder import morton_keys
from app.registers.models import Marker
from app.registers.queries import marker_index

CHUNK = 20_000
STAGE = "volume:"
Writing = Callable[[], AbstractContextManager[Session]]
_TYPES = {"border_incident": 72, "marker_damage": 8, "citizen_protection": 20}
_MARKER_FACTS = ("id", "neighbour", "label", "province_code", "lat", "lon")
_YEARS = 3
_SPREAD_DEG, _CITY_SPREAD_DEG = 0.02, 0.2


@dataclass(frozen=True, slots=True)
class Span:
    """The part of the last years that a chunk is spread over: numbers rise with the days."""

    now: datetime
    first: float
    last: float

    def moment(self, chance: Random) -> datetime:
        share = 1 - chance.uniform(self.first, self.last)
        return self.now - timedelta(days=365 * _YEARS * share)


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
            span = Span(run.now, done / count, (done + size) / count)
            _write_chunk(session, world, chance, size, span)
            done += size
            finish(session, f"{STAGE}{done}", now=run.now)
        yield done


# --- what chunks draw from ------------------------------------------------------------------


def _world(session: Session, pack: Pack) -> World:
    offices = list(_offices(session))
    stations: dict[str, list[Office]] = {}
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
    return World(pack, definitions, stations, missions, markers, _words(definitions))


def _offices(session: Session) -> Iterator[Office]:
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
            yield Office(
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


def _write_chunk(session: Session, world: World, chance: Random, size: int, span: Span) -> None:
    drafts = sorted(
        (_draft(world, chance, span.moment(chance)) for _ in range(size)),
        key=lambda draft: draft.opened_at,
    )
    _number(session, world, drafts)
    lat = np.array([draft.lat for draft in drafts])
    lon = np.array([draft.lon for draft in drafts])
    tags = tag_points(lat, lon, world.pack, markers=marker_index(session))
    keys = morton_keys(lat, lon)
    cases, events, texts, clocks = [], [], [], []
    for index, case_id in enumerate(take_ids(session, Case, size)):
        case, event = case_rows(world, chance, drafts[index], case_id, now=span.now)
        case |= place_row(drafts[index], tags, index, int(keys[index]))
        words = f"{case['reference']} {case['title']} {case['place_text']} {case['data']['note']}"
        texts.append(Words(searchable((words,))).row(case_id))
        cases.append(case)
        events.append(event)
        if case["is_open"]:
            clocks.append(clock_row(case, drafts[index]))
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


def _draft(world: World, chance: Random, opened_at: datetime) -> Draft:
    type_code = chance.choices(list(_TYPES), list(_TYPES.values()))[0]
    if type_code == "citizen_protection":
        office = chance.choice(world.missions)
        lat = office.lat + chance.uniform(-_CITY_SPREAD_DEG, _CITY_SPREAD_DEG)
        lon = office.lon + chance.uniform(-_CITY_SPREAD_DEG, _CITY_SPREAD_DEG)
        return Draft(type_code, office, opened_at, round(lat, 6), round(lon, 6), None)
    marker_id, name, province, at_lat, at_lon = chance.choice(world.markers)
    office = chance.choice(world.stations[province])
    lat = at_lat + chance.uniform(-_SPREAD_DEG, _SPREAD_DEG)
    lon = at_lon + chance.uniform(-_SPREAD_DEG, _SPREAD_DEG)
    return Draft(type_code, office, opened_at, round(lat, 6), round(lon, 6), (marker_id, name))


def _number(session: Session, world: World, drafts: Sequence[Draft]) -> None:
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
