"""Draws a stretch of the straightened line: its stages, markers and cases in pixels and words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.cases.along import CaseRow
from app.cases.listed_names import listed_name
from app.cases.published import newest_definitions
from app.maps.rules import Tone, marker_symbols, tone_of_case, tone_of_marker
from app.registers.days import Day
from app.registers.models import MarkerKind
from app.registers.past import Standing
from app.registers.queries import MarkerFilter
from app.registers.stages import ASIDE, LEGAL_RANKS, LEGAL_STEPS, RANKS, STEPS
from app.registers.vocabulary import words
from app.reports import strip_rules as rules
from app.reports.rules import UNMARKED, Stretch
from app.reports.strip_rules import Scale, Spot, Tick

_HEAD = 26.0  # room above the line for the kilometres
_CASE = 14.0
_AXIS = 10.0
_BETWEEN = 6.0
_KEPT = 0.05  # kilometres below this are the rounding of sums
_GAP_PER_KM = 28.0  # pixels of a kilometre where the line runs downward
_GAPS = (0.0, 220.0)
_VIETNAMESE = str.maketrans(",.", ".,")


class ProgressClock(StrEnum):
    """Which of the two clocks colours the line."""

    FIELD = "thuc-dia"
    LAW = "phap-ly"


@dataclass(frozen=True, slots=True)
class Shown:
    """A symbol: where it leads, what is said of it, how and where it is drawn."""

    href: str
    said: str
    name: str
    symbol: str
    color: str
    tone: str
    spot: Spot
    number: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A position of one stretch looked at alone: its markers, and the line down to the next."""

    km: str
    marks: Sequence[Shown]
    look: str
    gap: float


@dataclass(frozen=True, slots=True)
class Block:
    """A section as it is drawn: pixels, its look, and what is said of it."""

    x: float
    width: float
    look: str
    said: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a stretch is behind: how many of its main markers stand at which stage."""

    text: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One stretch with everything on it, in pixels."""

    stretch: Stretch
    name: str
    width: float
    axis: float
    height: float
    blocks: Sequence[Block]
    ticks: Sequence[Tick]
    leaders: str
    marks: Sequence[Shown]
    cases: Sequence[Shown]
    places: Sequence[Place]
    missing_km: float
    reasons: Sequence[Reason]

    @property
    def km(self) -> float:
        return (self.stretch.to_m - self.stretch.from_m) / rules.METRES

    @property
    def is_behind(self) -> bool:
        return self.missing_km > _KEPT


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    filters: MarkerFilter
    day: Day
    clock: ProgressClock

    @property
    def is_legal(self) -> bool:
        return self.clock is ProgressClock.LAW

    @property
    def is_narrowed(self) -> bool:
        """Whether markers are left out, so that a stretch without any left says nothing."""
        everything = MarkerFilter(
            neighbour=self.filters.neighbour, segment_id=self.filters.segment_id
        )
        return self.filters != everything


# --- drawing --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lookup:
    """Words and symbols of markers, found once for some thousands of them."""

    locale: str
    day: str
    symbols: Mapping[str, tuple[str, str]]
    names: Mapping[str, str]
    states: dict[tuple[str, str], tuple[str, str]]

    def word(self, name: str, code: str) -> str:
        found = words(name).get(code)
        return found.in_locale(self.locale) if found else code

    def state(self, stage: str, condition: str) -> tuple[str, str]:
        """What is said of a marker's stage and condition, and its tone."""
        key = (stage, condition)
        if key not in self.states:
            said = f"{self.word('stage', stage)}, {self.word('condition', condition)}"
            self.states[key] = (said, tone_of_marker(stage, condition))
        return self.states[key]


def lookup_for(locale: str, day: Day) -> Lookup:
    numbered, peg = str(_("Mốc")), str(_("Cọc dấu"))
    return Lookup(
        locale,
        f"?ngay={day.said}" if day.said else "",
        {code: (one["shape"], one["color"]) for code, one in marker_symbols().items()},
        {MarkerKind.MAIN: numbered, MarkerKind.AUXILIARY: numbered, MarkerKind.PEG: peg},
        {},
    )


@dataclass(frozen=True, slots=True)
class Drawing:
    """Words, colours and scale, looked up once for all rows."""

    locale: str
    lookup: Lookup
    scale: Scale
    asked: Asked
    case_symbols: Mapping[str, tuple[str, str, str, str]]
    names: Mapping[int, str]
    now: datetime

    def row(
        self,
        stretch: Stretch,
        shown: Sequence[Standing],
        on_line: Sequence[Standing],
        cases: Sequence[CaseRow],
    ) -> Row:
        groups = rules.by_position(shown)
        is_legal = self.asked.is_legal
        sections = rules.sections_of(on_line, stretch, is_legal=is_legal)
        symbols, head = self._cases(cases, stretch)
        axis = head + _HEAD
        top = axis + _AXIS + _BETWEEN
        spots, depth = rules.spots_of(groups, stretch, self.scale, top=top)
        marks = [
            [self._mark(one, spot) for one, spot in zip(group, own, strict=True)]
            for group, own in zip(groups, spots, strict=True)
        ]
        return Row(
            stretch=stretch,
            name=self.names.get(stretch.segment_id, ""),
            width=self.scale.width(stretch),
            axis=axis,
            height=round(top + max(depth, 4.0) + 4, 1),
            blocks=[self._block(one, stretch) for one in sections],
            ticks=rules.ticks_of(stretch, self.scale),
            leaders=self._leaders(groups, marks, stretch, axis),
            marks=[mark for group in marks for mark in group],
            cases=symbols,
            places=self._places(groups, marks, sections) if self.scale.is_alone else [],
            missing_km=_missing(stretch, sections, is_legal=is_legal),
            reasons=self._reasons(stretch, on_line),
        )

    def _mark(self, one: Standing, spot: Spot) -> Shown:
        shape, color = self.lookup.symbols[one.kind]
        name, km = self._name(one), self._km(one.chainage_m or 0.0)
        state, tone = self.lookup.state(one.stage, one.condition)
        return Shown(
            f"/so-dang-ky/moc/{one.neighbour}/{one.slug}{self.lookup.day}",
            f"{name}, {one.neighbour}, {km}, {state}",
            name,
            shape,
            color,
            tone,
            spot,
            one.label if self.scale.is_named(one) else "",
        )

    def _name(self, one: Standing) -> str:
        before = self.lookup.names.get(one.kind)
        return f"{before} {one.label}" if before else one.label

    def _km(self, metres: float) -> str:
        said = f"{metres / rules.METRES:,.1f}"
        return f"km {said if self.locale == 'en' else said.translate(_VIETNAMESE)}"

    def _block(self, one: rules.Section, stretch: Stretch) -> Block:
        left, right = self.scale.x(one.from_m, stretch), self.scale.x(one.to_m, stretch)
        return Block(
            left,
            max(round(right - left, 1), 0.5),
            rules.look_of(one.rank, is_legal=self.asked.is_legal),
            f"{self._km(one.from_m)} – {self._km(one.to_m)}: {self._rank_name(one.rank)}",
        )

    def _rank_name(self, rank: int) -> str:
        if rank == UNMARKED:
            return str(_("chưa có mốc chính"))
        if self.asked.is_legal:
            return self.lookup.word("legal_stage", LEGAL_STEPS[rank] if rank >= 0 else "none")
        return self.lookup.word("stage", "set_aside" if rank == ASIDE else STEPS[rank])

    def _leaders(
        self,
        groups: Sequence[Sequence[Standing]],
        marks: Sequence[Sequence[Shown]],
        stretch: Stretch,
        axis: float,
    ) -> str:
        """One path from the line to every position."""
        start = axis + _AXIS
        return "".join(
            f"M{self.scale.x(group[0].chainage_m or 0.0, stretch)} {start}V{own[0].spot.y}"
            for group, own in zip(groups, marks, strict=True)
        )

    def _cases(self, cases: Sequence[CaseRow], stretch: Stretch) -> tuple[list[Shown], float]:
        """Open cases stacked above the line, and how high they reach."""
        ends: list[float] = []
        placed: list[tuple[CaseRow, float, int]] = []
        for row in cases:
            left = self.scale.x(row.chainage_m, stretch) - _CASE / 2
            lane = next((at for at, end in enumerate(ends) if end <= left), len(ends))
            ends[lane : lane + 1] = [left + _CASE]
            placed.append((row, left, lane))
        head = len(ends) * (_CASE + 1)
        return [
            self._case(row, left, head - (lane + 1) * (_CASE + 1)) for row, left, lane in placed
        ], head

    def _case(self, row: CaseRow, left: float, top: float) -> Shown:
        shape, color, name_vi, name_en = self.case_symbols[row.type_code]
        kind = name_en if self.locale == "en" else name_vi
        tone = Tone.WORKING
        if not self.asked.day.is_past:
            tone = tone_of_case(row.state_kind, row.next_due_at, is_open=row.is_open, now=self.now)
        return Shown(
            href=f"/ho-so/{row.reference}",
            said=f"{kind} {row.reference}, {self._km(row.chainage_m)}: {row.title}",
            name=row.reference,
            symbol=shape,
            color=color,
            tone=tone,
            spot=Spot(round(left, 1), round(top, 1), _CASE),
        )

    def _places(
        self,
        groups: Sequence[Sequence[Standing]],
        marks: Sequence[Sequence[Shown]],
        sections: Sequence[rules.Section],
    ) -> list[Place]:
        """The positions for the line that runs downward on a small screen."""
        found = []
        for group, own, gap in zip(groups, marks, rules.gaps_m(groups), strict=True):
            at = group[0].chainage_m or 0.0
            section = next((one for one in sections if one.from_m <= at < one.to_m), None)
            look = rules.look_of(
                section.rank if section else UNMARKED, is_legal=self.asked.is_legal
            )
            pixels = min(max(gap / rules.METRES * _GAP_PER_KM, _GAPS[0]), _GAPS[1])
            found.append(Place(self._km(at), own, look, round(pixels, 1)))
        return found

    def _reasons(self, stretch: Stretch, on_line: Sequence[Standing]) -> list[Reason]:
        """What holds the stretch up: its main markers by the stage at which they stand."""
        mains = [one for one in on_line if one.kind == MarkerKind.MAIN]
        if not mains:
            return [Reason(str(_("chưa có mốc chính nào trong sổ")), {})]
        name, param = ("legal_stage", "phap-ly") if self.asked.is_legal else ("stage", "tien-do")
        ranks = LEGAL_RANKS if self.asked.is_legal else RANKS
        least = rules.LEGAL_STEP if self.asked.is_legal else rules.MAIN_STEP
        behind = Counter(getattr(one, name) for one in mains if ranks[getattr(one, name)] < least)
        return [
            Reason(
                str(
                    _(
                        "%(count)s mốc chính: %(stage)s",
                        count=count,
                        stage=self.lookup.word(name, code),
                    )
                ),
                {"doan": str(stretch.segment_id), "loai": MarkerKind.MAIN, param: code},
            )
            for code, count in behind.most_common()
        ]


def _missing(stretch: Stretch, sections: Sequence[rules.Section], *, is_legal: bool) -> float:
    """The kilometres that are missing; the whole stretch where all of it is."""
    whole = (stretch.to_m - stretch.from_m) / rules.METRES
    missing = rules.missing_km(sections, is_legal=is_legal)
    return whole if whole - missing < _KEPT else missing


def case_symbols(session: Session) -> Mapping[str, tuple[str, str, str, str]]:
    """(shape, colour, name, English name) of every case type."""
    return {
        one.code: (
            one.case_type.symbol.shape,
            one.case_type.symbol.color,
            listed_name(one.case_type).vi,
            listed_name(one.case_type).en,
        )
        for one in newest_definitions(session)
    }
