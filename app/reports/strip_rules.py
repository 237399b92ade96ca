"""How a straightened line is drawn: kilometres to pixels, symbols in lanes, stages in sections."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from app.registers.models import MarkerKind, Stage
from app.registers.past import Standing
from app.registers.stages import ASIDE, STEPS
from app.reports.rules import UNMARKED, Measure, Piece, Stretch, pieces_of

MAIN_STEP: Final = STEPS.index(Stage.BUILT)
LEGAL_STEP: Final = 1  # in force
METRES: Final = 1000.0
WIDTH: Final = 1_340.0
_WIDEST: Final = 9_000.0
_PER_POSITION: Final = 20.0  # pixels for each position of a stretch that is looked at alone
_LEAST_TICK: Final = 64.0
_TICKS: Final = (0.5, 1, 2, 5, 10, 20, 50, 100, 200)
_MOST_LANES: Final = 8
_LETTER: Final = 7.0
_NUMBER: Final = 11.0  # pixels below a symbol whose number is written
_EDGE: Final = 24.0  # room beside both ends
# Pixels of a symbol by kind: (all stretches, one stretch); pegs are finer.
_SIZES: Final[Mapping[str, tuple[float, float]]] = {
    MarkerKind.MAIN: (10.0, 18.0),
    MarkerKind.TRIPOINT: (12.0, 20.0),
    MarkerKind.AUXILIARY: (8.0, 14.0),
    MarkerKind.LEGACY: (8.0, 14.0),
    MarkerKind.PEG: (6.0, 11.0),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Pixels per kilometre, and whether one stretch is looked at alone."""

    per_km: float
    is_alone: bool

    def width(self, stretch: Stretch) -> float:
        return round((stretch.to_m - stretch.from_m) / METRES * self.per_km + 2 * _EDGE, 1)

    def x(self, chainage_m: float, stretch: Stretch) -> float:
        """The pixel of a chainage; what lies beyond the stretch is held at its ends."""
        held = min(max(chainage_m, stretch.from_m), stretch.to_m)
        return round((held - stretch.from_m) / METRES * self.per_km + _EDGE, 1)

    def size(self, kind: str) -> float:
        return _SIZES[kind][self.is_alone]

    def is_named(self, one: Standing) -> bool:
        """Whether the number is written below the symbol: main markers of a stretch alone."""
        return self.is_alone and one.kind == MarkerKind.MAIN

    def room(self, one: Standing) -> float:
        """The width that a symbol needs, with its number where that is written."""
        size = self.size(one.kind)
        return max(size, _LETTER * len(one.label)) if self.is_named(one) else size


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a stretch, in metres of chainage, that has come equally far."""

    from_m: float
    to_m: float
    rank: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a symbol stands: its left and top edge from the line downward, and its size."""

    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    km: float


def scale_of(stretches: Sequence[Stretch], positions: int, *, is_alone: bool) -> Scale:
    """One scale for all rows, so that their lengths compare; a stretch alone is drawn wide."""
    longest = max((one.to_m - one.from_m for one in stretches), default=0.0) / METRES
    width = min(max(WIDTH, positions * _PER_POSITION), _WIDEST) if is_alone else WIDTH
    return Scale((width - 2 * _EDGE) / max(longest, 0.001), is_alone)


def sections_of(
    standings: Sequence[Standing], stretch: Stretch, *, is_legal: bool
) -> list[Section]:
    """How far the line has come along a stretch, from its main markers; equal parts are joined."""
    pieces = pieces_of(standings, Measure.KM, [stretch])
    return list(_joined(_laid(pieces, stretch, is_legal=is_legal)))


def _laid(pieces: Iterable[Piece], stretch: Stretch, *, is_legal: bool) -> Iterator[Section]:
    at = stretch.from_m
    for piece in pieces:
        end = at + piece.weight * METRES
        yield Section(at, end, piece.legal_rank if is_legal else piece.rank)
        at = end


def _joined(sections: Iterable[Section]) -> Iterator[Section]:
    for rank, group in groupby(sections, key=lambda one: one.rank):
        parts = list(group)
        if parts[-1].to_m > parts[0].from_m:
            yield Section(parts[0].from_m, parts[-1].to_m, rank)


def missing_km(sections: Iterable[Section], *, is_legal: bool) -> float:
    """Kilometres that are not yet built, or not yet in force."""
    least = LEGAL_STEP if is_legal else MAIN_STEP
    return sum((one.to_m - one.from_m) / METRES for one in sections if one.rank < least)


def look_of(rank: int, *, is_legal: bool) -> str:
    """The name under which a section is drawn."""
    if rank == UNMARKED:
        return "unmarked"
    if rank == ASIDE:
        return "none" if is_legal else "aside"
    return f"{'legal' if is_legal else 'step'}-{rank}"


def by_position(standings: Iterable[Standing]) -> list[list[Standing]]:
    """Markers of one position together, the positions in the order of the line."""
    groups: dict[int, list[Standing]] = {}
    for one in standings:
        groups.setdefault(one.position_id, []).append(one)
    return sorted(groups.values(), key=lambda group: group[0].chainage_m or 0.0)


def spots_of(
    groups: Sequence[Sequence[Standing]], stretch: Stretch, scale: Scale, *, top: float
) -> tuple[list[list[Spot]], float]:
    """Where the symbols of each position stand from `top` downward, and how deep they reach.

    Symbols of one position stand side by side; a position that would cover another goes one lane
    further from the line.
    """
    lane_height = scale.size(MarkerKind.MAIN) + 2 + (_NUMBER if scale.is_alone else 0)
    ends = [-1e9] * _MOST_LANES
    found, deepest = [], 0
    for group in groups:
        rooms = [scale.room(one) for one in group]
        left = scale.x(group[0].chainage_m or 0.0, stretch) - sum(rooms) / 2
        lane = next((at for at, end in enumerate(ends) if end <= left), ends.index(min(ends)))
        ends[lane] = left + sum(rooms) + 1
        deepest = max(deepest, lane)
        sizes = [scale.size(one.kind) for one in group]
        found.append(_side_by_side(sizes, rooms, left, top + lane * lane_height, scale))
    return found, (deepest + 1) * lane_height if groups else 0.0


def _side_by_side(
    sizes: Sequence[float], rooms: Sequence[float], left: float, top: float, scale: Scale
) -> list[Spot]:
    spots, height = [], scale.size(MarkerKind.MAIN) + 2
    for size, room in zip(sizes, rooms, strict=True):
        x, y = left + (room - size) / 2, top + (height - size) / 2
        spots.append(Spot(round(x, 1), round(y, 1), size))
        left += room
    return spots


def ticks_of(stretch: Stretch, scale: Scale) -> list[Tick]:
    """Marks at round kilometres of the line, far enough apart to be read."""
    step = next((one for one in _TICKS if one * scale.per_km >= _LEAST_TICK), _TICKS[-1])
    first, last = stretch.from_m / METRES, stretch.to_m / METRES
    number = int(-(-first // step))
    found = []
    while number * step <= last:
        found.append(Tick(scale.x(number * step * METRES, stretch), number * step))
        number += 1
    return found


def gaps_m(groups: Sequence[Sequence[Standing]]) -> list[float]:
    """How many metres of line lie between each position and the next; 0 after the last."""
    along = [group[0].chainage_m or 0.0 for group in groups]
    return [end - start for start, end in pairwise(along)] + [0.0] * bool(along)
