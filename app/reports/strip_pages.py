"""Puts together the straightened line: a row for each stretch with its markers and cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.cases.along import Along, CaseRow, cases_along
from app.geo.gazetteer import Pack
from app.permissions import Actor, Permission
from app.registers.days import Day
from app.registers.past import Standing, standings
from app.registers.queries import MarkerFilter, segments_seen_by
from app.registers.units_on import province_map
from app.registers.vocabulary import words
from app.reports import strip_rules as rules
from app.reports.rules import Stretch
from app.reports.strip_drawing import (
    Asked,
    Drawing,
    ProgressClock,
    Row,
    case_symbols,
    lookup_for,
)


@dataclass(frozen=True, slots=True)
class StripPage:
    """Everything on the page of the straightened line."""

    day: Day
    clock: ProgressClock
    rows: Sequence[Row]
    behind: Sequence[Row]
    unplaced: Sequence[Standing]
    provinces: Mapping[str, str]
    segments: Mapping[int, str]
    map_day: date
    count: int
    is_alone: bool
    has_more_cases: bool


def strip_page(
    session: Session, actor: Actor, asked: Asked, *, pack: Pack | None, now: datetime
) -> StripPage:
    day, filters = asked.day, asked.filters
    provinces = province_map(session, day.on)
    names = {one.id: one.name for one in segments_seen_by(session, actor)}
    on_line = standings(session, actor, MarkerFilter(), on=day.on, pack=pack)
    shown = on_line
    if filters != MarkerFilter():
        shown = standings(session, actor, filters, on=day.on, pack=pack)
    marked = _by_segment(shown)
    stretches = [
        one for one in _stretches(session, actor, filters) if _is_asked(one, asked, marked)
    ]
    is_alone = len(stretches) == 1
    positions = len({one.position_id for one in shown if one.segment_id in names})
    scale = rules.scale_of(stretches, positions, is_alone=is_alone)
    cases, has_more = _cases(session, actor, asked, stretches)
    drawing = Drawing(
        actor.locale, lookup_for(actor.locale, day), scale, asked, case_symbols(session), names, now
    )
    own = _by_segment(on_line)
    rows = [
        drawing.row(
            one, marked.get(one.segment_id, []), own.get(one.segment_id, []), _on(one, cases)
        )
        for one in stretches
    ]
    behind = sorted((row for row in rows if row.is_behind), key=lambda row: -row.missing_km)
    seen = {one.segment_id for one in stretches}
    return StripPage(
        day=day,
        clock=asked.clock,
        rows=rows,
        behind=behind,
        unplaced=[one for one in shown if _is_unplaced(one, filters)],
        provinces={code: provinces.names[code] for code in _codes(on_line, provinces.names)},
        segments=names,
        map_day=provinces.day,
        count=sum(one.segment_id in seen for one in shown),
        is_alone=is_alone,
        has_more_cases=has_more,
    )


def _codes(found: Iterable[Standing], names: Mapping[str, str]) -> list[str]:
    return sorted({one.province_code or "" for one in found} & names.keys())


def _is_unplaced(one: Standing, filters: MarkerFilter) -> bool:
    is_asked = filters.neighbour in ("", one.neighbour) and filters.segment_id is None
    return is_asked and (one.segment_id is None or one.chainage_m is None)


def _by_segment(found: Iterable[Standing]) -> dict[int, list[Standing]]:
    groups: dict[int, list[Standing]] = {}
    for one in found:
        if one.segment_id is not None and one.chainage_m is not None:
            groups.setdefault(one.segment_id, []).append(one)
    return groups


def _stretches(session: Session, actor: Actor, filters: MarkerFilter) -> list[Stretch]:
    found = [
        Stretch(one.id, one.neighbour, one.province_code, one.chainage_from_m, one.chainage_to_m)
        for one in segments_seen_by(session, actor)
        if one.chainage_from_m is not None
        and one.chainage_to_m is not None
        and filters.neighbour in ("", one.neighbour)
        and filters.segment_id in (None, one.id)
    ]
    order = list(words("neighbour"))
    return sorted(found, key=lambda one: (order.index(one.neighbour), one.from_m))


def _is_asked(one: Stretch, asked: Asked, marked: Mapping[int, Sequence[Standing]]) -> bool:
    return not asked.is_narrowed or one.segment_id in marked


# --- cases ----------------------------------------------------------------------------------


def _cases(
    session: Session, actor: Actor, asked: Asked, stretches: Sequence[Stretch]
) -> tuple[Sequence[CaseRow], bool]:
    if not actor.may(Permission.CASE_VIEW) or not stretches:
        return [], False
    alone = stretches[0] if len(stretches) == 1 else None
    along = Along(
        neighbour=alone.neighbour if alone else asked.filters.neighbour,
        from_m=alone.from_m if alone else None,
        to_m=alone.to_m if alone else None,
        province_code="" if asked.day.is_past else asked.filters.province_code.strip("-"),
    )
    moment = None
    if asked.day.is_past:
        moment = datetime.combine(asked.day.on, time.max, ZoneInfo(actor.time_zone))
    return cases_along(session, actor, along, moment=moment)


def _on(stretch: Stretch, cases: Sequence[CaseRow]) -> list[CaseRow]:
    here = [
        row
        for row in cases
        if row.neighbour == stretch.neighbour and stretch.from_m <= row.chainage_m <= stretch.to_m
    ]
    return sorted(here, key=lambda row: row.chainage_m)
