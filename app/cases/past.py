"""The cases as they stood on a past day: which existed, in which state, in which province then."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, literal, select, tuple_
from sqlalchemy.orm import Session, load_only

from app.cases.along import open_on
from app.cases.models import Case, CaseEvent, EventKind
from app.cases.published import definitions
from app.cases.queries import (
    SHOWN_COLUMNS,
    Filters,
    decode_cursor,
    encode_cursor,
    filter_conditions,
    visible_to,
)
from app.database import UtcDateTime
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers.units_on import Placed, ProvinceMap, provinces_of
from app.workflow.definition import StateKind

PAGE_SIZE = 50
MOST_COUNTED = 20_000  # beyond this many cases provinces are not counted one by one
_CHUNK = 200
_MOST_CHUNKS = 10
_MOST_SCOPED = 200_000
_TELLING = (
    EventKind.OPENED,
    EventKind.MOVED,
    EventKind.REOPENED,
    EventKind.MERGED,
    EventKind.MIGRATED,
    EventKind.SUSPENDED,
    EventKind.RESUMED,
    EventKind.WITHDRAWN,
)


class Group(StrEnum):
    """Which of the cases of a day are listed."""

    OPEN = "dang-mo"
    ALL = "tat-ca"
    CLOSED = "da-xong"


@dataclass(frozen=True, slots=True)
class Asked:
    """A past day and what the list is narrowed to; the province is one of that day."""

    on: date
    group: Group
    filters: Filters
    province_code: str
    zone: str

    @property
    def moment(self) -> datetime:
        """The end of the day where the reader is."""
        return datetime.combine(self.on, time.max, ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Stood:
    """What a case's events say of it at a moment."""

    state: str
    since: datetime
    is_suspended: bool = False
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case with its state and province on the day."""

    case: Case
    stood: Stood
    is_open: bool
    province_code: str | None


@dataclass(frozen=True, slots=True)
class PastPage:
    """One page of the cases of a day and the cursor of the next."""

    rows: Sequence[PastCase]
    next_cursor: str | None


def page_on(
    session: Session,
    actor: Actor,
    asked: Asked,
    *,
    provinces: ProvinceMap,
    pack: Pack | None,
    cursor: str = "",
) -> PastPage:
    """Fifty cases of the day, the newest first; what does not fit is left out chunk by chunk."""
    found: list[PastCase] = []
    at = decode_cursor(cursor) if cursor else None
    for _round in range(_MOST_CHUNKS):
        cases = session.scalars(_chunk(session, actor, asked, provinces, after=at)).all()
        for one in _as_they_stood(session, cases, asked, provinces=provinces, pack=pack):
            found.append(one)
            if len(found) == PAGE_SIZE:
                return PastPage(found, encode_cursor(one.case.opened_at, one.case.id))
        if len(cases) < _CHUNK:
            return PastPage(found, None)
        at = (cases[-1].opened_at, cases[-1].id)
    return PastPage(found, encode_cursor(*at) if at else None)


def counts_on(
    session: Session, actor: Actor, asked: Asked, *, provinces: ProvinceMap, pack: Pack | None
) -> Mapping[str, int] | None:
    """How many cases of the day lay in each of its provinces; None where they are too many."""
    statement = select(Case.id, Case.province_code, Case.lat, Case.lon)
    rows = session.execute(
        statement.where(*_conditions(session, actor, asked, provinces)).limit(MOST_COUNTED + 1)
    ).all()
    if len(rows) > MOST_COUNTED:
        return None
    placed = [Placed(row.id, row.province_code, row.lat, row.lon) for row in rows]
    counts: dict[str, int] = {}
    for code in provinces_of(placed, provinces, pack).values():
        counts[code or ""] = counts.get(code or "", 0) + 1
    return counts


def states_at(session: Session, ids: Iterable[int], moment: datetime) -> Mapping[int, Stood]:
    """The state of cases at a moment, folded from their events."""
    rows = session.execute(
        select(CaseEvent.case_id, CaseEvent.kind, CaseEvent.at, CaseEvent.to_state)
        .where(
            CaseEvent.case_id.in_(list(ids)),
            CaseEvent.at <= moment,
            CaseEvent.kind.in_(_TELLING),
        )
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    found: dict[int, Stood] = {}
    for case_id, kind, at, to_state in rows:
        found[case_id] = _folded(found.get(case_id), kind, at, to_state or "")
    return found


def _folded(before: Stood | None, kind: str, at: datetime, to_state: str) -> Stood:
    if before is None:
        return Stood(to_state, at)
    is_moved = to_state not in ("", before.state)
    return Stood(
        to_state or before.state,
        at if is_moved else before.since,
        is_suspended=kind == EventKind.SUSPENDED
        or (before.is_suspended and kind != EventKind.RESUMED),
        is_merged=kind in (EventKind.MERGED, EventKind.WITHDRAWN)
        or (before.is_merged and kind != EventKind.REOPENED),
    )


def _chunk(
    session: Session,
    actor: Actor,
    asked: Asked,
    provinces: ProvinceMap,
    *,
    after: tuple[datetime, int] | None,
) -> Select[Case]:
    conditions = _conditions(session, actor, asked, provinces)
    if not actor.area.is_everything:
        # Read whole first: the scope is served by its own indexes, the order by none of them.
        conditions = [Case.id.in_(select(Case.id).where(*conditions).limit(_MOST_SCOPED))]
    if after is not None:
        last = tuple_(literal(after[0], UtcDateTime()), literal(after[1]))
        conditions.append(tuple_(Case.opened_at, Case.id) < last)
    shown = load_only(*SHOWN_COLUMNS, Case.lat, Case.lon)
    ordered = select(Case).options(shown).where(*conditions)
    return ordered.order_by(Case.opened_at.desc(), Case.id.desc()).limit(_CHUNK)


def _conditions(
    session: Session, actor: Actor, asked: Asked, provinces: ProvinceMap
) -> list[ColumnElement[bool]]:
    conditions = [
        visible_to(actor),
        Case.opened_at <= asked.moment,
        *filter_conditions(session, actor, asked.filters),
    ]
    if asked.group is Group.OPEN:
        conditions.append(open_on(asked.moment))
    if asked.province_code:
        heirs = [code for code, own in provinces.origins.items() if asked.province_code in own]
        conditions.append(Case.province_code.in_(heirs))
    return conditions


def _as_they_stood(
    session: Session,
    cases: Sequence[Case],
    asked: Asked,
    *,
    provinces: ProvinceMap,
    pack: Pack | None,
) -> Iterator[PastCase]:
    states = states_at(session, [case.id for case in cases], asked.moment)
    known = definitions(session, {case.type_version_id for case in cases})
    placed = [Placed(case.id, case.province_code, case.lat, case.lon) for case in cases]
    codes = provinces_of(placed, provinces, pack)
    for case in cases:
        stood = states.get(case.id)
        if stood is None or asked.province_code not in ("", codes[case.id]):
            continue
        kinds = {one.code: one.kind for one in known[case.type_version_id].case_type.states}
        is_open = not stood.is_merged and kinds.get(stood.state) != StateKind.TERMINAL
        if asked.group is Group.ALL or is_open is (asked.group is Group.OPEN):
            yield PastCase(case, stood, is_open, codes[case.id])
