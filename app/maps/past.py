"""A view of the map on any day, and how it differs from the same view on another."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.geo.zorder import morton_key
from app.maps.cells import Window, level_of_zoom, window_of
from app.maps.features import (
    MOST_POINTS,
    Answer,
    Asked,
    Cluster,
    Feature,
    cluster_feature,
    is_shown_singly,
)
from app.maps.past_cases import CaseThen, Then, cases_on, provinces_then, words_of
from app.maps.rules import Tone, tone_of_marker
from app.permissions import Actor
from app.registers.past import Standing, standings, traced_markers
from app.registers.units_on import province_map

_DIGITS: Final = 6
_MIDNIGHT: Final = time(0)


@dataclass(frozen=True, slots=True)
class Spot:
    """A feature as it stood, where it lies (EPSG:4326 degrees), and its Z-order key."""

    type_code: str
    tone: Tone
    lat: float
    lon: float
    key: int
    stood: Any  # a Standing or a CaseThen

    @property
    def is_marker(self) -> bool:
        return isinstance(self.stood, Standing)


@dataclass(frozen=True, slots=True)
class Count:
    """So many of one kind on the day and on the compared day; `code` is a stage or a tone."""

    group: str
    code: str
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class Past:
    """The view on a day: its features, the map of provinces, and what could not be told."""

    answer: Answer
    then: Then
    has_too_many_cases: bool
    counts: Sequence[Count] | None = None


def then_of(session: Session, actor: Actor, on: date, pack: Pack | None) -> Then:
    """A day as the reader's clock bounds it."""
    midnight = datetime.combine(on + timedelta(days=1), _MIDNIGHT, ZoneInfo(actor.time_zone))
    return Then(on, midnight, province_map(session, on), pack)


def first_day(session: Session) -> date | None:
    """The day from which the register of markers knows anything."""
    return min((one.began for one in traced_markers(session).values()), default=None)


def features_on(
    session: Session,
    actor: Actor,
    asked: Asked,
    *,
    then: Then,
    compared: Then | None = None,
    now: datetime,
) -> Past:
    """The features of a view as they stood on a day, beside another day where one is compared."""
    window = window_of(asked.box, level_of_zoom(asked.zoom))
    spots, is_whole = _spots(session, actor, asked, window, then=then, now=now)
    answer = _answer(spots, asked, window, then)
    counts = None
    if compared is not None:
        earlier, was_whole = _spots(session, actor, asked, window, then=compared, now=now)
        is_whole = is_whole and was_whole
        counts = _counts(spots, earlier, has_cases=is_whole and asked.cases is not None)
        _tell_both(answer.points, earlier)
    return Past(answer, then, not is_whole, counts)


def _spots(
    session: Session, actor: Actor, asked: Asked, window: Window, *, then: Then, now: datetime
) -> tuple[list[Spot], bool]:
    """What lies in the squares of the view, and whether that is all of it."""
    spots: list[Spot] = []
    if asked.markers is not None:
        traced = traced_markers(session)
        stood = standings(session, actor, asked.markers, on=then.on, pack=then.pack)
        placed = ((one, traced[one.marker_id].placed) for one in stood)
        spots += [
            _marker_spot(one, place.lat, place.lon)
            for one, place in placed
            if place.lat is not None and place.lon is not None
        ]
    found: Sequence[CaseThen] | None = []
    if asked.cases is not None:
        found = cases_on(session, actor, asked.cases, window, then=then, now=now)
        spots += [
            Spot(one.type_code, one.tone, one.lat, one.lon, one.z_key, one) for one in found or ()
        ]
    box = asked.box
    return [one for one in spots if box.holds(one.lat, one.lon)], found is not None


def _marker_spot(stood: Standing, lat: float, lon: float) -> Spot:
    tone = tone_of_marker(stood.stage, stood.condition)
    return Spot(stood.kind, tone, lat, lon, _key(lat, lon), stood)


@lru_cache(maxsize=16_384)
def _key(lat: float, lon: float) -> int:
    return morton_key(lat, lon)


# --- clusters and points --------------------------------------------------------------------


def _answer(spots: Sequence[Spot], asked: Asked, window: Window, then: Then) -> Answer:
    markers = sum(one.is_marker for one in spots)
    cases = len(spots) - markers
    if is_shown_singly(asked.zoom, len(spots)):
        shown = spots[:MOST_POINTS]
        return Answer([], _points(shown, then), markers, cases, len(shown))
    squares: dict[int, list[Spot]] = {}
    for one in spots:
        squares.setdefault(one.key >> window.shift, []).append(one)
    crowds = [
        cluster_feature(cell, window.level, _cluster(own))
        for cell, own in sorted(squares.items())
        if len(own) > 1
    ]
    lone = [own[0] for own in squares.values() if len(own) == 1]
    return Answer(crowds, _points(lone, then), markers, cases, len(spots))


def _cluster(spots: Sequence[Spot]) -> Cluster:
    markers = sum(one.is_marker for one in spots)
    return Cluster(
        markers,
        len(spots) - markers,
        sum(one.lat for one in spots),
        sum(one.lon for one in spots),
        Counter(one.tone for one in spots),
        Counter(one.type_code for one in spots),
    )


def _points(spots: Sequence[Spot], then: Then) -> list[Feature]:
    provinces = provinces_then([one.stood for one in spots if not one.is_marker], then)
    return [
        _marker_point(one, then) if one.is_marker else _case_point(one, provinces) for one in spots
    ]


def _marker_point(spot: Spot, then: Then) -> Feature:
    stood: Standing = spot.stood
    return {
        "id": f"m{stood.marker_id}",
        "is": "marker",
        "type": stood.kind,
        "title": stood.label,
        "line": stood.neighbour,
        "state": stood.stage,
        "condition": stood.condition,
        "tone": spot.tone,
        "province": stood.province_code,
        "lat": round(spot.lat, _DIGITS),
        "lon": round(spot.lon, _DIGITS),
        "url": f"/so-dang-ky/moc/{stood.neighbour}/{stood.slug}?ngay={then.on.isoformat()}",
    }


def _case_point(spot: Spot, provinces: Mapping[int, str | None]) -> Feature:
    case: CaseThen = spot.stood
    return {
        **words_of(case),
        "province": provinces.get(case.id),
        "lat": round(spot.lat, _DIGITS),
        "lon": round(spot.lon, _DIGITS),
        "url": f"/ho-so/{case.reference}",
    }


# --- two days side by side ------------------------------------------------------------------


def _tell_both(points: Iterable[Feature], earlier: Sequence[Spot]) -> None:
    """Beside what each point is, what it was: None where it was not there yet."""
    was = {(one.is_marker, _id(one)): one for one in earlier}
    for point in points:
        spot = was.get((point["is"] == "marker", int(point["id"][1:])))
        point["then"] = None if spot is None else _said(spot)


def _said(spot: Spot) -> dict[str, str]:
    if spot.is_marker:
        return {"state": spot.stood.stage, "condition": spot.stood.condition}
    return {"state": spot.stood.state}


def _id(spot: Spot) -> int:
    number: int = spot.stood.marker_id if spot.is_marker else spot.stood.id
    return number


def _counts(spots: Sequence[Spot], earlier: Sequence[Spot], *, has_cases: bool) -> list[Count]:
    now, then = (Counter(map(_group, some)) for some in (spots, earlier))
    groups = dict.fromkeys([*now, *then])
    return [
        Count(group, code, now[group, code], then[group, code])
        for group, code in groups
        if group == "marker" or has_cases
    ]


def _group(spot: Spot) -> tuple[str, str]:
    """Markers by how far the work on them has come, cases by the tone of their state."""
    return ("marker", spot.stood.stage) if spot.is_marker else ("case", spot.tone)
