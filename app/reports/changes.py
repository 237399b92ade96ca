"""What changed between two days: markers of one line that took the same step, told together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.registers.past import Standing


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one fact from one value to another; `old` is empty for a new marker."""

    neighbour: str
    fact: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The markers that made a move, in the order of the border."""

    move: Move
    markers: Sequence[Standing]


_FACTS = ("stage", "legal_stage", "condition")


def moved_between(then: Iterable[Standing], now: Iterable[Standing]) -> list[Moved]:
    """The moves between two days: new markers first, then by line, fact and number of markers."""
    before = {one.marker_id: one for one in then}
    groups: dict[Move, list[Standing]] = {}
    for one in now:
        for move in _moves(before.get(one.marker_id), one):
            groups.setdefault(move, []).append(one)
    ordered = sorted(
        groups.items(), key=lambda item: (item[0].neighbour, item[0].fact, -len(item[1]))
    )
    return [Moved(move, markers) for move, markers in ordered]


def _moves(old: Standing | None, new: Standing) -> Iterable[Move]:
    if old is None:
        yield Move(new.neighbour, "recorded", "", new.stage)
        return
    for fact in _FACTS:
        if getattr(old, fact) != getattr(new, fact):
            yield Move(new.neighbour, fact, getattr(old, fact), getattr(new, fact))
