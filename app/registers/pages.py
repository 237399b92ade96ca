"""Puts together what the register pages show, so that routes and templates stay plain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.errors import NotFound
from app.geo.coordinates import to_system
from app.geo.crs import AxisTable, UnknownSystem, system_of
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers import marker_shown, past, queries
from app.registers.dated_rules import axis_table
from app.registers.days import Day
from app.registers.dossier_models import MarkerDocument, MarkerName
from app.registers.dossier_queries import documents_of, names_of
from app.registers.downloads import MOST_ROWS
from app.registers.geodesy import bearing, degrees_minutes_seconds
from app.registers.inspection_rules import Inspected
from app.registers.models import Marker, MarkerChange, Neighbour, Segment
from app.registers.paging import Page
from app.registers.rules import MARKER_COLUMNS, NOTE, Seen, as_seen_by
from app.registers.stages import COUNTED, STEPS
from app.registers.units_on import province_map
from app.registers.vocabulary import word, words

_LONGEST_ID = 10
_LONGEST_CURSOR = 16
_LONGEST_TEXT = 100
FILTERS: Mapping[str, str] = {
    "tuyen": "neighbour",
    "tinh": "province_code",
    "loai": "kind",
    "tien-do": "stage",
    "phap-ly": "legal_stage",
    "tinh-trang": "condition",
    "tim": "text",
    "dat": "reached",
    "phap-ly-dat": "legal_reached",
    "kiem-tra": "inspection",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """A neighbour along the line, with the way to it."""

    marker: Marker
    distance_m: float | None
    azimuth: float | None


@dataclass(frozen=True, slots=True)
class GridPosition:
    """Where the marker stands in the province's own system, in metres."""

    system: str
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class MarkerPage:
    """Everything on the page of one marker."""

    marker: Marker
    seen: Seen
    dms: tuple[str, str] | None
    grid: GridPosition | None
    before: Beside | None
    after: Beside | None
    companions: Sequence[Beside]
    changes: Sequence["ChangeLine"]
    province: str
    commune: str
    day: Day
    map_day: date
    measurements: Sequence[marker_shown.Measured]
    planter: marker_shown.Planter | None
    documents: Sequence[MarkerDocument]
    names: Sequence[MarkerName]
    segment: Segment | None


@dataclass(frozen=True, slots=True)
class MarkerList:
    """A page of the list with the names of its places, on the map of its day."""

    page: Page[Marker]
    counts: Mapping[str, int]
    provinces: Mapping[str, str]
    communes: Mapping[str, str]
    provinces_day: date


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One step of a marker's history in words."""

    change: MarkerChange
    lines: Sequence[Mapping[str, Any]]  # Any: old and new values


def read_filter(arguments: Mapping[str, str], today: date | None = None) -> queries.MarkerFilter:
    """The filter in the address; what is unknown there narrows nothing."""
    said = {name: typed(arguments, param) for param, name in FILTERS.items()}
    segment = typed(arguments, "doan")
    return queries.MarkerFilter(
        neighbour=said["neighbour"].upper(),
        province_code=said["province_code"],
        segment_id=int(segment) if segment.isdecimal() and len(segment) < _LONGEST_ID else None,
        kind=said["kind"],
        stage=said["stage"],
        legal_stage=said["legal_stage"],
        condition=said["condition"],
        text=said["text"],
        reached=said["reached"],
        legal_reached=said["legal_reached"],
        inspection=said["inspection"] if said["inspection"] in set(Inspected) else "",
        today=today,
    )


def typed(arguments: Mapping[str, str], name: str) -> str:
    """A short text of the address, without the signs that no database stores."""
    return arguments.get(name, "").replace("\0", "").strip()[:_LONGEST_TEXT]


def cursor(arguments: Mapping[str, str]) -> int | None:
    """The id to go on from; anything but a plausible id starts from the beginning."""
    said = typed(arguments, "sau")
    return int(said) if said.isdecimal() and len(said) < _LONGEST_CURSOR else None


def marker_list(
    session: Session,
    actor: Actor,
    filters: queries.MarkerFilter,
    *,
    day: Day,
    after: int | None,
    pack: Pack | None,
) -> MarkerList:
    """The list today, or as it stood on a past day in the units of that day."""
    if day.is_past:
        found = past.list_markers_on(session, actor, filters, on=day.on, pack=pack, after=after)
        names = province_map(session, day.on)
        page, counts, map_day = found.page, found.counts, names.day
        codes = set(past.province_codes_on(session, actor, on=day.on, pack=pack))
        provinces = {code: name for code, name in names.names.items() if code in codes}
    else:
        page = queries.list_markers(session, actor, filters, after=after)
        counts, map_day = queries.count_markers(session, actor, filters), day.on
        held = queries.provinces_with_markers(session, actor)
        provinces = dict(queries.place_names(session, held, kind=UnitKind.PROVINCE, on=day.on))
    communes = [marker.commune_code for marker in page.rows]
    named = queries.place_names(session, communes, kind=UnitKind.COMMUNE, on=day.on)
    return MarkerList(page, counts, provinces, named, map_day)


def markers_to_export(
    session: Session,
    actor: Actor,
    filters: queries.MarkerFilter,
    *,
    day: Day,
    pack: Pack | None,
) -> Sequence[Marker]:
    if day.is_past:
        found = past.list_markers_on(session, actor, filters, on=day.on, pack=pack, limit=MOST_ROWS)
        return found.page.rows
    return queries.list_markers(session, actor, filters, limit=MOST_ROWS).rows


def narrowed_words(session: Session, actor: Actor, filters: queries.MarkerFilter) -> Iterable[str]:
    """The filters in use, each in words."""
    locale = actor.locale
    codes = [filters.province_code] if filters.province_code else []
    provinces = queries.place_names(session, codes, kind=UnitKind.PROVINCE, on=date.max)
    said = [
        (_("Tuyến"), word("neighbour", filters.neighbour, locale)),
        (_("Tỉnh"), provinces.get(filters.province_code, filters.province_code)),
        (_("Đoạn"), segment_names(session, actor).get(filters.segment_id or 0, "")),
        (_("Loại"), kind_name(filters.kind, locale) if filters.kind else ""),
        (_("Đã đạt đến"), word("stage", filters.reached, locale)),
        (_("Tiến độ"), word("stage", filters.stage, locale)),
        (_("Pháp lý"), word("legal_stage", filters.legal_stage, locale)),
        (_("Pháp lý đã đạt"), word("legal_stage", filters.legal_reached, locale)),
        (_("Tình trạng"), word("condition", filters.condition, locale)),
        (_("Có chữ"), filters.text),
    ]
    return [f"{name}: {value}" for name, value in said if value]


def segment_names(session: Session, actor: Actor) -> Mapping[int, str]:
    return {one.id: one.name for one in queries.segments_seen_by(session, actor)}


def marker_page(
    session: Session,
    actor: Actor,
    marker: Marker,
    *,
    on: date,
    day: Day | None = None,
    pack: Pack | None = None,
) -> MarkerPage:
    """Everything on the page, today or as it stood on a past day. Raises NotFound before it."""
    day = day or Day(on, on)
    shown = _shown_on(session, marker, day, pack)
    before, after = queries.beside(session, actor, marker)
    map_day = province_map(session, day.on).day if day.is_past else on
    provinces = queries.place_names(
        session, [shown.province_code], kind=UnitKind.PROVINCE, on=map_day
    )
    communes = queries.place_names(session, [shown.commune_code], kind=UnitKind.COMMUNE, on=day.on)
    changes = marker_shown.changes_by(session, marker, day.on)
    return MarkerPage(
        marker=shown,
        seen=as_seen_by(actor, shown),
        dms=_dms(shown, actor.locale),
        grid=_grid(marker, axis_table(session), actor.locale, on=day.on),
        before=_way(shown, before),
        after=_way(shown, after),
        companions=[
            way
            for other in queries.companions(session, actor, marker)
            if (way := _way(shown, other))
        ],
        changes=[
            ChangeLine(change, list(_changed(change, actor.locale)))
            for change in queries.changes_of(session, marker)
            if change.valid_on <= day.on
        ],
        province=provinces.get(shown.province_code or "", ""),
        commune=communes.get(shown.commune_code or "", ""),
        day=day,
        map_day=map_day,
        measurements=marker_shown.measured_by(shown, marker.measurements, day.on),
        planter=marker_shown.planter_of(shown, changes),
        documents=[
            one
            for one in documents_of(session, marker)
            if (one.made_on or one.uploaded_at.date()) <= day.on
        ],
        names=names_of(session, marker),
        segment=marker.segment,
    )


def _shown_on(session: Session, marker: Marker, day: Day, pack: Pack | None) -> Marker:
    if not day.is_past:
        return marker
    stood = marker_shown.as_it_stood(session, marker, day.on, pack)
    if stood is None:
        said = _("Ngày %(day)s sổ chưa ghi mốc này.", day=f"{day.on:%d/%m/%Y}")
        raise NotFound(said)
    return stood


def line_tabs(counts: Mapping[str, int], locale: str) -> list[tuple[str, str, int]]:
    """(code, name, count) of every line, and of all of them first."""
    lines = [
        (code.value, word("neighbour", code, locale), counts.get(code, 0)) for code in Neighbour
    ]
    return [("", "", sum(counts.values())), *lines]


def system_name(code: str, locale: str) -> str:
    """The name of a coordinate system as officials know it, else its code."""
    try:
        system = system_of(code)
    except UnknownSystem:
        return code
    return system.name_en if locale == "en" else system.name_vi


def _way(start: Marker, end: Marker | None) -> Beside | None:
    if end is None:
        return None
    if start.lat is None or start.lon is None or end.lat is None or end.lon is None:
        return Beside(end, None, None)
    way = bearing((start.lat, start.lon), (end.lat, end.lon))
    return Beside(end, way.distance_m, way.azimuth)


def _dms(marker: Marker, locale: str) -> tuple[str, str] | None:
    if marker.lat is None or marker.lon is None:
        return None
    letters = ("NS", "EW") if locale == "en" else ("BN", "ĐT")
    return (
        degrees_minutes_seconds(marker.lat, letters[0]),
        degrees_minutes_seconds(marker.lon, letters[1]),
    )


def _grid(marker: Marker, table: AxisTable, locale: str, *, on: date) -> GridPosition | None:
    if marker.lat is None or marker.lon is None or marker.province_code is None:
        return None
    axes = table.of(marker.province_code, on=on)
    if not axes:
        return None
    place = to_system(marker.lat, marker.lon, axes[0].system.code)
    return GridPosition(system_name(place.system.code, locale), place.north, place.east)


def _changed(change: MarkerChange, locale: str) -> Iterable[Mapping[str, Any]]:  # Any: values
    labels = {column.code: column.label for column in (*MARKER_COLUMNS, NOTE)}
    for name, value in change.after.items():
        if value in (None, "", [], False) and not (change.before or {}).get(name):
            continue
        yield {
            "label": labels.get(name, name),
            "old": _in_words(name, (change.before or {}).get(name), locale),
            "new": _in_words(name, value, locale),
        }


_WORDS_OF = {
    "condition": "condition",
    "kind": "kind",
    "legal_stage": "legal_stage",
    "marker_class": "class",
    "planted_by": "side",
    "stage": "stage",
}


def _in_words(name: str, value: object, locale: str) -> str:
    if value is None:
        return ""
    if name in _WORDS_OF:
        return word(_WORDS_OF[name], str(value), locale)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, float):
        return f"{value:.7g}".replace(".", ",") if name not in {"lat", "lon"} else f"{value:.6f}"
    return str(value)


def word_choices(name: str, locale: str, *, empty: str) -> list[tuple[str, str]]:
    named = [(entry.code, entry.in_locale(locale)) for entry in words(name).values()]
    return [("", empty), *named]


def kind_choices(locale: str) -> list[tuple[str, str]]:
    """The kinds, first all of them, then those that the count of a line holds."""
    every, *named = word_choices("kind", locale, empty=_("Mọi loại"))
    return [every, (COUNTED, kind_name(COUNTED, locale)), *named]


def kind_name(code: str, locale: str) -> str:
    if code == COUNTED:
        return str(_("Mốc và cọc dấu của tuyến"))
    return word("kind", code, locale)


def reached_choices(locale: str) -> list[tuple[str, str]]:
    """The steps of the field's clock, to ask for markers that came at least so far."""
    return [("", _("Mọi bước")), *((step.value, word("stage", step, locale)) for step in STEPS)]
