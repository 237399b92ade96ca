"""What the map in one file holds: names and facts in words, under the rights of who takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.cases.listed_names import listed_name
from app.cases.models import Case, Confidentiality
from app.cases.published import newest_definitions
from app.maps import queries
from app.maps.cells import Window, level_of_zoom, window_of
from app.maps.features import Asked
from app.maps.past_cases import CaseThen, Then, cases_on, provinces_then
from app.maps.queries import Columns
from app.maps.rules import Tone, tone_of_case, tone_of_marker
from app.permissions import Actor
from app.registers.models import MarkerKind
from app.registers.past import Standing, Traced, standings, traced_markers
from app.registers.vocabulary import word

MOST_MARKERS: Final = 6_000
MOST_CASES: Final = 3_000
_ZOOM: Final = 8.0
_DIGITS: Final = 6

Feature = dict[str, Any]  # Any: properties of GeoJSON


@dataclass(frozen=True, slots=True)
class Held:
    """The points of the file: markers, cases, and how the markers came to be."""

    markers: Sequence[Feature]
    cases: Sequence[Feature]
    years: Sequence[Feature]
    is_cut: bool
    has_restricted: bool


def held_of(
    session: Session, actor: Actor, asked: Asked, *, now: datetime, then: Then | None = None
) -> Held:
    """The features in the box of `asked`, now or as they stood on a past day.

    Where there are very many cases the newest are held; on a past day, beyond what can be told
    in time, none.
    """
    window = window_of(asked.box, level_of_zoom(_ZOOM))
    provinces: Mapping[str, str] = province_names(session)
    if then is None:
        markers = _marker_rows(session, actor, asked, window)
        cases = _case_rows(session, actor, asked, window, now=now)
        is_cut = len(markers) == MOST_MARKERS or len(cases) == MOST_CASES
    else:
        provinces = then.provinces.names
        markers, cases, is_cut = _rows_then(session, actor, asked, window, then=then, now=now)
    types = {one.code: one for one in newest_definitions(session)}
    traced = traced_markers(session)
    last = then.on if then else now.date()
    return Held(
        markers=[_marker(row, provinces, actor.locale) for row in markers],
        cases=[_case(row, types, provinces, actor.locale, now=now) for row in cases],
        years=[_years(row, traced[row.id], last) for row in markers if row.id in traced],
        is_cut=is_cut,
        has_restricted=_has_restricted(session, [row.id for row in cases]),
    )


@dataclass(frozen=True, slots=True)
class _MarkerThen:
    """A marker as it stood, in the words of a row of the register."""

    id: int
    neighbour: str
    label: str
    kind: str
    stage: str
    condition: str
    province_code: str | None
    lat: float
    lon: float


def _rows_then(
    session: Session, actor: Actor, asked: Asked, window: Window, *, then: Then, now: datetime
) -> tuple[Sequence[Any], Sequence[Any], bool]:  # Any: stand for rows of the register and cases
    """The markers and cases of a past day, and whether some were left out."""
    markers: list[_MarkerThen] = []
    cases, box = _cases_then(session, actor, asked, window, then=then, now=now), asked.box
    if asked.markers is not None:
        traced = traced_markers(session)
        for one in standings(session, actor, asked.markers, on=then.on, pack=then.pack):
            place = traced[one.marker_id].placed
            lat, lon = place.lat, place.lon
            if lat is not None and lon is not None and box.holds(lat, lon):
                markers.append(_marker_then(one, lat, lon))
    shown = [one for one in cases or () if box.holds(one.lat, one.lon)]
    is_cut = cases is None or len(markers) > MOST_MARKERS or len(shown) > MOST_CASES
    return markers[:MOST_MARKERS], shown[:MOST_CASES], is_cut


def _cases_then(
    session: Session, actor: Actor, asked: Asked, window: Window, *, then: Then, now: datetime
) -> Sequence[CaseThen] | None:
    """The cases as they stood, in the provinces of their day; None where there are too many."""
    if asked.cases is None:
        return []
    found = cases_on(session, actor, asked.cases, window, then=then, now=now)
    if found is None:
        return None
    codes = provinces_then(found, then)
    return [replace(one, province_code=codes.get(one.id)) for one in found]


def _marker_then(stood: Standing, lat: float, lon: float) -> _MarkerThen:
    return _MarkerThen(
        stood.marker_id,
        stood.neighbour,
        stood.label,
        stood.kind,
        stood.stage,
        stood.condition,
        stood.province_code,
        lat,
        lon,
    )


def _marker_rows(session: Session, actor: Actor, asked: Asked, window: Window) -> Sequence[Columns]:
    if asked.markers is None:
        return []
    return queries.marker_points(session, actor, asked.markers, window, limit=MOST_MARKERS)


def _case_rows(
    session: Session, actor: Actor, asked: Asked, window: Window, *, now: datetime
) -> Sequence[Columns]:
    if asked.cases is None:
        return []
    return queries.case_points(session, actor, asked.cases, window, limit=MOST_CASES, now=now)


def _has_restricted(session: Session, ids: Sequence[int]) -> bool:
    restricted = Case.confidentiality == Confidentiality.RESTRICTED
    parts = (ids[start : start + 500] for start in range(0, len(ids), 500))
    return any(
        session.scalar(select(func.count()).where(Case.id.in_(part), restricted)) for part in parts
    )


def _marker(row: Columns, provinces: Mapping[str, str], locale: str) -> Feature:
    line = word("neighbour", row.neighbour, locale)
    return {
        "name": f"{_lead(row.kind)} {row.label} ({line})".strip(),
        "type": row.kind,
        "tone": tone_of_marker(row.stage, row.condition).value,
        "facts": [
            [_("Loại"), word("kind", row.kind, locale)],
            [_("Tiến độ"), word("stage", row.stage, locale)],
            [_("Tình trạng"), word("condition", row.condition, locale)],
            [_("Tỉnh"), provinces.get(row.province_code or "", "")],
        ],
        "lat": round(row.lat, _DIGITS),
        "lon": round(row.lon, _DIGITS),
    }


def _lead(kind: str) -> str:
    if kind == MarkerKind.PEG:
        return str(_("Cọc dấu"))
    return str(_("Mốc")) if kind in {MarkerKind.MAIN, MarkerKind.AUXILIARY} else ""


def _case(
    row: Columns,
    types: Mapping[str, Any],  # Any: a published definition
    provinces: Mapping[str, str],
    locale: str,
    *,
    now: datetime,
) -> Feature:
    definition = types.get(row.type_code)
    state, name = row.state, row.type_code
    if definition is not None:
        name = listed_name(definition.case_type).in_locale(locale)
        said = definition.state_names.get(row.state)
        state = said.in_locale(locale) if said else row.state
    tone = _tone(row, now)
    return {
        "name": row.title,
        "type": row.type_code,
        "tone": tone.value,
        "facts": [
            [_("Số hồ sơ"), row.reference],
            [_("Loại"), name],
            [_("Trạng thái"), state],
            [_("Nơi"), row.place_text or ""],
            [_("Tỉnh"), provinces.get(row.province_code or "", "")],
        ],
        "lat": round(row.lat, _DIGITS),
        "lon": round(row.lon, _DIGITS),
    }


def _tone(row: Any, now: datetime) -> Tone:  # Any: a row of cases, or a case of a past day
    if isinstance(row, CaseThen):
        return row.tone
    return tone_of_case(row.state_kind, row.next_due_at, is_open=row.is_open, now=now)


def _years(row: Columns, traced: Traced, today: date) -> Feature:
    """The years in which the marker's tone changed, from its first year on."""
    stage, condition = traced.courses["stage"], traced.courses["condition"]
    changed = {said_on.year for course in (stage, condition) for said_on, _value in course.said}
    times: list[int] = []
    tones: list[str] = []
    for year in sorted({traced.began.year, *changed}):
        day = min(date(year, 12, 31), today)
        tone = tone_of_marker(stage.on(day), condition.on(day)).value
        if year <= today.year and (not tones or tones[-1] != tone):
            times.append(year)
            tones.append(tone)
    return {
        "type": "Feature",
        "properties": {"times": times, "tones": tones},
        "geometry": {"type": "Point", "coordinates": [round(row.lon, 5), round(row.lat, 5)]},
    }
