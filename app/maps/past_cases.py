"""Cases as they stood on a day, told from their events: which were open, how far, how late."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.cases import queries as cases
from app.cases.models import Case, CaseClock
from app.cases.past import Stood, states_at
from app.cases.published import definitions
from app.cases.queries import Filters, Tab
from app.geo.gazetteer import Pack
from app.maps.cells import Window
from app.maps.queries import Columns, case_groups
from app.maps.rules import Tone, tone_of_kind
from app.maps.sight import in_box, in_sight
from app.permissions import Actor
from app.registers.units_on import Placed, ProvinceMap, provinces_of
from app.workflow.definition import StateKind

# A past state is read from events; beyond so many cases in a view that takes too long to wait for.
MOST_CASES: Final = 20_000
_AT_ONCE: Final = 5_000  # in one IN list
# These tabs mean the same on every day; the others speak of what is to be done today.
LASTING_TABS: Final = frozenset({Tab.ALL, Tab.DONE})


@dataclass(frozen=True, slots=True)
class Then:
    """A day of the past: until when it lasted for the reader, and its map of provinces."""

    on: date
    until: datetime
    provinces: ProvinceMap
    pack: Pack | None


@dataclass(frozen=True, slots=True)
class CaseThen:
    """A case as it stood at the end of a day; `province_code` is today's."""

    id: int
    reference: str
    type_code: str
    state: str
    tone: Tone
    is_open: bool
    title: str
    place_text: str
    province_code: str | None
    lat: float
    lon: float
    z_key: int


_COLUMNS: Final = (
    Case.id,
    Case.reference,
    Case.type_code,
    Case.type_version_id,
    Case.state,
    Case.state_kind,
    Case.is_open,
    Case.title,
    Case.place_text,
    Case.province_code,
    Case.lat,
    Case.lon,
    Case.z_key,
    Case.updated_at,
)


def cases_on(
    session: Session, actor: Actor, filters: Filters, window: Window, *, then: Then, now: datetime
) -> Sequence[CaseThen] | None:
    """The cases of a view as they stood; None where there are too many to be told in time."""
    lasting = replace(
        filters, tab=Tab.ALL, states=(), province=_heir(then.provinces, filters.province)
    )
    groups = case_groups(session, actor, lasting, window, now=now)
    if sum(group.n for group in groups) > MOST_CASES:
        return None
    conditions = [
        *cases.conditions(session, actor, lasting, now=now),
        in_box(Case.lat, Case.lon, window.box),
        Case.opened_at < then.until,
    ]
    seen = in_sight(session, _COLUMNS, Case, Case.z_key, window.key_ranges(), *conditions)
    stood = list(_as_they_stood(session, session.execute(seen).all(), then.until))
    return _chosen(stood, filters, then)


def _heir(provinces: ProvinceMap, code: str) -> str:
    """The province of today that a province of the day became; cases carry today's."""
    return next((heir for heir, own in provinces.origins.items() if code in own), code)


def _as_they_stood(
    session: Session, rows: Sequence[Columns], until: datetime
) -> Iterator[CaseThen]:
    moved = [row.id for row in rows if row.updated_at >= until]
    states = _states(session, moved, until)
    kinds = {
        version_id: definition.state_kinds
        for version_id, definition in definitions(
            session, {row.type_version_id for row in rows}
        ).items()
    }
    late = _late(session, [row.id for row in rows], until)
    for row in rows:
        stood = states.get(row.id)
        if stood is None and row.updated_at >= until:
            continue  # opened with a day of before, written down later
        state = stood.state if stood else row.state
        kind = kinds[row.type_version_id].get(state, row.state_kind)
        is_open = row.is_open if stood is None else _is_open(stood, kind)
        tone = Tone.OVERDUE if is_open and row.id in late else tone_of_kind(kind)
        yield CaseThen(
            row.id,
            row.reference,
            row.type_code,
            state,
            tone,
            is_open,
            row.title,
            row.place_text,
            row.province_code,
            row.lat,
            row.lon,
            row.z_key,
        )


def _is_open(stood: Stood, kind: StateKind) -> bool:
    return not stood.is_merged and kind != StateKind.TERMINAL


def _states(session: Session, ids: Sequence[int], until: datetime) -> Mapping[int, Stood]:
    """What the events said of each case just before the day's end."""
    found: dict[int, Stood] = {}
    for part in _parts(ids):
        found |= states_at(session, part, until - timedelta.resolution)
    return found


def _late(session: Session, ids: Sequence[int], until: datetime) -> Collection[int]:
    """The cases that had a deadline running past its end."""
    ran = or_(CaseClock.ended_at.is_(None), CaseClock.ended_at >= until)
    found: set[int] = set()
    for part in _parts(ids):
        missed = select(CaseClock.case_id).where(
            CaseClock.case_id.in_(part),
            CaseClock.started_at < until,
            CaseClock.due_at < until,
            ran,
        )
        found.update(session.scalars(missed))
    return found


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _chosen(stood: list[CaseThen], filters: Filters, then: Then) -> list[CaseThen]:
    """Those of which what may change with the days is as the filter asks."""
    if filters.states:
        stood = [one for one in stood if one.state in filters.states]
    if filters.tab is Tab.DONE:
        stood = [one for one in stood if not one.is_open]
    if filters.province:
        codes = provinces_then(stood, then)
        stood = [one for one in stood if codes[one.id] == filters.province]
    return stood


def provinces_then(stood: Sequence[CaseThen], then: Then) -> Mapping[int, str | None]:
    """The province of each case on the map of the day."""
    placed = (Placed(one.id, one.province_code, one.lat, one.lon) for one in stood)
    return provinces_of(placed, then.provinces, then.pack)


def words_of(case: CaseThen) -> dict[str, Any]:  # Any: JSON
    """What the map says of it, without its province of the day."""
    return {
        "id": f"h{case.id}",
        "is": "case",
        "type": case.type_code,
        "title": case.title,
        "reference": case.reference,
        "state": case.state,
        "tone": case.tone,
        "place": case.place_text,
        "due": None,
    }
