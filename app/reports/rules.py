"""How progress is counted: markers, positions or kilometres that came to each step."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from app.registers.models import MarkerKind
from app.registers.past import Standing
from app.registers.stages import ASIDE, LEGAL_RANKS, LEGAL_STEPS, RANKS, STEPS

UNMARKED = -2  # a stretch without any marker
_METRES = 1000.0
Key = TypeVar("Key", bound=Hashable)


class Measure(StrEnum):
    MARKER = "marker"
    POSITION = "position"
    KM = "km"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment of a line: its metres along the line, from and to."""

    segment_id: int
    neighbour: str
    province_code: str
    from_m: float
    to_m: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that is counted with one weight: a marker, a position, a part of the line."""

    weight: float
    rank: int
    legal_rank: int
    neighbour: str
    province_code: str | None
    segment_id: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How much there is, how much came at least to each step of the two clocks, how much rests."""

    total: float = 0
    reached: tuple[float, ...] = (0,) * len(STEPS)
    aside: float = 0
    legal: tuple[float, ...] = (0,) * len(LEGAL_STEPS)

    def missing(self, step: int) -> float:
        return self.total - self.reached[step]


def tally(pieces: Iterable[Piece]) -> Tally:
    at, legal_at = [0.0] * (len(STEPS) + 2), [0.0] * (len(LEGAL_STEPS) + 2)
    for piece in pieces:  # the last two places are those of ranks -2 and -1
        at[piece.rank] += piece.weight
        legal_at[piece.legal_rank] += piece.weight
    return Tally(
        sum(at),
        tuple(sum(at[step : len(STEPS)]) for step in range(len(STEPS))),
        at[ASIDE],
        tuple(sum(legal_at[step : len(LEGAL_STEPS)]) for step in range(len(LEGAL_STEPS))),
    )


def tallies(pieces: Iterable[Piece], key: Callable[[Piece], Key]) -> dict[Key, Tally]:
    """The tally of each group, in the order in which the groups first come."""
    groups: dict[Key, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault(key(piece), []).append(piece)
    return {name: tally(group) for name, group in groups.items()}


def pieces_of(
    standings: Sequence[Standing], measure: Measure, stretches: Sequence[Stretch]
) -> list[Piece]:
    """What is counted of these markers; kilometres need the stretches on which they stand."""
    if measure is Measure.MARKER:
        return [_piece([one], 1, kind=one.kind) for one in standings]
    if measure is Measure.POSITION:
        groups = _by_position(standings)
        return [_piece(group, 1, kind=group[0].kind) for group in groups]
    return list(_kilometres(standings, stretches))


def _by_position(standings: Iterable[Standing]) -> list[list[Standing]]:
    groups: dict[int, list[Standing]] = {}
    for one in standings:
        groups.setdefault(one.position_id, []).append(one)
    return list(groups.values())


def _piece(group: Sequence[Standing], weight: float, *, kind: str) -> Piece:
    """A position has come as far as the last of its markers."""
    first = group[0]
    rank, legal_rank = _ranks(group)
    return Piece(
        weight,
        rank,
        legal_rank,
        first.neighbour,
        first.province_code,
        first.segment_id,
        kind,
    )


def _ranks(group: Sequence[Standing]) -> tuple[int, int]:
    if len(group) == 1:
        return RANKS[group[0].stage], LEGAL_RANKS[group[0].legal_stage]
    return (
        min(RANKS[one.stage] for one in group),
        min(LEGAL_RANKS[one.legal_stage] for one in group),
    )


def _kilometres(standings: Iterable[Standing], stretches: Iterable[Stretch]) -> Iterator[Piece]:
    """The line between two main markers has come as far as the one that is less far.

    Each half counts for the province of the nearer marker; from the last marker to the end of a
    segment that marker decides; a segment without main markers has come nowhere. Auxiliary
    markers and pegs make the line denser, they do not hold it up.
    """
    mains = [one for one in standings if one.kind == MarkerKind.MAIN]
    own: dict[int, list[list[Standing]]] = {}
    for group in _by_position(mains):
        if group[0].segment_id is not None and group[0].chainage_m is not None:
            own.setdefault(group[0].segment_id, []).append(group)
    for stretch in stretches:
        groups = sorted(own.get(stretch.segment_id, []), key=_chainage)
        yield from _along(stretch, groups)


def _chainage(group: Sequence[Standing]) -> float:
    return group[0].chainage_m or 0.0


def _along(stretch: Stretch, groups: Sequence[Sequence[Standing]]) -> Iterator[Piece]:
    if not groups:
        km = (stretch.to_m - stretch.from_m) / _METRES
        line, province = stretch.neighbour, stretch.province_code
        yield Piece(km, UNMARKED, UNMARKED, line, province, stretch.segment_id, MarkerKind.MAIN)
        return
    metres = [min(max(_chainage(group), stretch.from_m), stretch.to_m) for group in groups]
    yield _part(groups[0], groups[0], metres[0] - stretch.from_m)
    for (left, start), (right, end) in pairwise(zip(groups, metres, strict=True)):
        half = (end - start) / 2
        yield _part(left, right, half)
        yield _part(right, left, half)
    yield _part(groups[-1], groups[-1], stretch.to_m - metres[-1])


def _part(near: Sequence[Standing], far: Sequence[Standing], metres: float) -> Piece:
    (rank, legal_rank), (other, other_legal), first = _ranks(near), _ranks(far), near[0]
    return Piece(
        metres / _METRES,
        min(rank, other),
        min(legal_rank, other_legal),
        first.neighbour,
        first.province_code,
        first.segment_id,
        MarkerKind.MAIN,
    )


def percent(part: float, whole: float) -> float | None:
    """A share of a hundred that reads 100 only where nothing is missing, and 0 only of nothing."""
    if not whole:
        return None
    share = 100 * part / whole
    if part < whole and share > 99:  # noqa: PLR2004
        return min(round(share, 1), 99.9)
    if part and share < 1:
        return max(round(share, 1), 0.1)
    return round(share)
