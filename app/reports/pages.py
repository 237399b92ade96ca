"""Puts together the progress page: which tables, which rows, and where each figure leads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers.days import Day
from app.registers.models import Neighbour, Stage
from app.registers.queries import NO_PROVINCE, MarkerFilter, segments_seen_by
from app.registers.stages import STEPS
from app.registers.units_on import ProvinceMap, province_map
from app.registers.vocabulary import word
from app.reports import queries
from app.reports.changes import Moved, moved_between
from app.reports.published import Beside, Ratio, ratio_of
from app.reports.rules import Measure, Piece, Tally, tallies, tally

MEASURES: Mapping[str, Measure] = {
    "moc": Measure.MARKER,
    "vi-tri": Measure.POSITION,
    "km": Measure.KM,
}
BUILT = STEPS.index(Stage.BUILT)
# The line whose project was reported step by step, and what was reported of it.
SERIES_LINE = Neighbour.LAOS
SERIES_KEYS = ("markers_agreed", "markers_built", "main_markers", "pegs", "markers")
_ROOM = 0.3
_KEPT = 1e-9  # kilometres below this are the rounding of sums


@dataclass(frozen=True, slots=True)
class Row:
    """One group of a table: its name, its tallies now and then, and the filters it stands for."""

    name: str
    params: Mapping[str, str]
    now: Tally
    then: Tally | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one way to group, and the sum of them all."""

    code: str
    rows: Sequence[Row]
    total: Row


@dataclass(frozen=True, slots=True)
class Lead:
    """What the page says first of a line: published, counted, and the stretch that holds it up."""

    neighbour: str
    name: str
    ratio: Ratio | None
    km: Tally
    markers: Tally
    worst: Sequence[Row]
    is_whole: bool

    @property
    def missing_km(self) -> float:
        return self.km.missing(BUILT)


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """Everything on the progress page."""

    day: Day
    compared: Day | None
    measure: Measure
    leads: Sequence[Lead]
    tables: Sequence[Table]
    published: Sequence[Beside]
    series: Sequence[tuple[date, Mapping[str, Beside]]]
    moved: Sequence[Moved]
    provinces: Mapping[str, str]
    segments: Mapping[int, str]
    map_day: date
    first_day: date | None
    print_view: str  # west, south, east, north of the line, for a page of the map


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of the page."""

    filters: MarkerFilter
    measure: Measure
    day: Day
    compared: Day | None


def progress_page(
    session: Session, actor: Actor, asked: Asked, *, pack: Pack | None
) -> ProgressPage:
    provinces = province_map(session, asked.day.on)
    segments = {one.id: one.name for one in segments_seen_by(session, actor)}
    reader = queries.Reader(session, actor, asked.day.on, pack)
    published = queries.published_beside(session, actor, asked.filters, on=asked.day.on, pack=pack)
    every = reader.standings(MarkerFilter(), asked.day.on)
    here = {one.province_code for one in every}
    return ProgressPage(
        day=asked.day,
        compared=asked.compared,
        measure=asked.measure,
        leads=_leads(reader, asked, published, segments),
        tables=_tables(reader, asked, provinces, segments),
        published=published,
        series=_series(published),
        moved=_moved(reader, asked),
        provinces={code: name for code, name in provinces.names.items() if code in here},
        segments=segments,
        map_day=provinces.day,
        first_day=queries.first_day(session),
        print_view=_print_view(pack, asked.filters.neighbour),
    )


def _print_view(pack: Pack | None, neighbour: str) -> str:
    """The box of a line with room around it (degrees); empty where the whole country is meant."""
    if pack is None or neighbour not in pack.lines.neighbours:
        return ""
    line = pack.lines.only(neighbour)
    west, south = line.start.min(axis=0) - _ROOM
    east, north = line.start.max(axis=0) + _ROOM
    return f"{west:.3f},{south:.3f},{east:.3f},{north:.3f}"


# --- the first sentences --------------------------------------------------------------------


def _leads(
    reader: queries.Reader, asked: Asked, published: Sequence[Beside], segments: Mapping[int, str]
) -> list[Lead]:
    """One lead for each line that has markers, the line with most left to do first."""
    locale = reader.actor.locale
    km = reader.pieces(asked.filters, Measure.KM, asked.day.on)
    markers = reader.pieces(asked.filters, Measure.MARKER, asked.day.on)
    facts, is_whole = [row.fact for row in published], _is_whole(reader.actor, asked.filters)
    leads = []
    for line in Neighbour:
        own = [piece for piece in markers if piece.neighbour == line]
        if not own:
            continue
        on_line = [piece for piece in km if piece.neighbour == line]
        rows = _rows(on_line, [], _by_segment(segments))
        leads.append(
            Lead(
                line,
                word("neighbour", line, locale),
                ratio_of(facts, line) if is_whole else None,
                tally(on_line),
                tally(own),
                sorted(
                    (row for row in rows if row.now.missing(BUILT) > _KEPT),
                    key=lambda row: -row.now.missing(BUILT),
                ),
                is_whole,
            )
        )
    return sorted(leads, key=lambda lead: -lead.missing_km)


def _is_whole(actor: Actor, filters: MarkerFilter) -> bool:
    """Whether the reader sees whole lines, so that a published figure speaks of the same."""
    is_narrowed = filters.province_code or filters.segment_id or filters.kind
    return actor.area.is_everything and not is_narrowed


# --- the tables -----------------------------------------------------------------------------

_Namer = Callable[[Piece], tuple[str, tuple[tuple[str, str], ...]]]


def _tables(
    reader: queries.Reader, asked: Asked, provinces: ProvinceMap, segments: Mapping[int, str]
) -> list[Table]:
    locale = reader.actor.locale
    now = reader.pieces(asked.filters, asked.measure, asked.day.on)
    then = []
    if asked.compared is not None:
        then = reader.pieces(asked.filters, asked.measure, asked.compared.on)
    ways: list[tuple[str, _Namer]] = [
        ("line", _by_line(locale)),
        ("segment", _by_segment(segments)),
        ("province", _by_province(provinces.names)),
    ]
    if asked.measure is not Measure.KM:
        ways.append(("kind", _by_kind(locale)))
    total_then = tally(then) if asked.compared is not None else None
    total = Row("", {}, tally(now), total_then)
    is_compared = asked.compared is not None
    return [
        Table(code, _rows(now, then, namer, is_compared=is_compared), total) for code, namer in ways
    ]


def _rows(
    now: Sequence[Piece], then: Sequence[Piece], namer: _Namer, *, is_compared: bool = False
) -> list[Row]:
    tallied, before = tallies(now, namer), tallies(then, namer)
    names = list(dict.fromkeys([*tallied, *before]))
    return [
        Row(
            name,
            dict(params),
            tallied.get((name, params), Tally()),
            before.get((name, params), Tally()) if is_compared else None,
        )
        for name, params in names
    ]


def _by_line(locale: str) -> _Namer:
    return lambda piece: (
        word("neighbour", piece.neighbour, locale),
        (("tuyen", piece.neighbour),),
    )


def _by_province(names: Mapping[str, str]) -> _Namer:
    return lambda piece: (
        names.get(piece.province_code or "", ""),
        (("tinh", piece.province_code or NO_PROVINCE),),
    )


def _by_segment(segments: Mapping[int, str]) -> _Namer:
    return lambda piece: (
        segments.get(piece.segment_id or 0, ""),
        (("tuyen", piece.neighbour), ("doan", str(piece.segment_id or ""))),
    )


def _by_kind(locale: str) -> _Namer:
    return lambda piece: (word("kind", piece.kind, locale), (("loai", piece.kind),))


# --- by date --------------------------------------------------------------------------------


def _series(published: Sequence[Beside]) -> list[tuple[date, Mapping[str, Beside]]]:
    """The figures of the line whose project was reported step by step, by day."""
    points: dict[date, dict[str, Beside]] = {}
    for row in published:
        is_of_line = row.subject.neighbour == SERIES_LINE and not row.subject.province_code
        if is_of_line and row.fact.key in SERIES_KEYS and row.counted is not None:
            points.setdefault(row.fact.as_of, {})[row.fact.key] = row
    return sorted(points.items())


def _moved(reader: queries.Reader, asked: Asked) -> list[Moved]:
    if asked.compared is None:
        return []
    then, now = sorted([asked.compared.on, asked.day.on])
    return moved_between(
        reader.standings(asked.filters, then), reader.standings(asked.filters, now)
    )
