"""Divides the figures of a shaded map into classes: at natural breaks, or by equal numbers."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

MOST_CLASSES: Final = 5


class Method(StrEnum):
    """How figures are divided: where they leave gaps, or into as many in each class."""

    JENKS = "jenks"
    QUANTILES = "phan-vi"


def upper_ends(
    values: Sequence[float], method: Method, *, classes: int = MOST_CLASSES
) -> list[float]:
    """The greatest figure of each class, ascending; fewer classes where fewer figures differ."""
    ordered = sorted(values)
    classes = min(classes, len(set(ordered)))
    if not classes:
        return []
    ends = _jenks(ordered, classes) if method is Method.JENKS else _quantiles(ordered, classes)
    return sorted(set(ends))


def class_of(value: float, ends: Sequence[float]) -> int:
    """The class of a figure, counted from 0."""
    return next((number for number, end in enumerate(ends) if value <= end), len(ends) - 1)


def _quantiles(ordered: Sequence[float], classes: int) -> list[float]:
    count = len(ordered)
    return [ordered[-(-count * number // classes) - 1] for number in range(1, classes + 1)]


def _jenks(ordered: Sequence[float], classes: int) -> list[float]:
    """Fisher's exact division: the least sum of squares within the classes, by growing prefixes."""
    count = len(ordered)
    spread = _spreads(ordered)
    least = [spread[0][last] for last in range(count)]
    starts: list[list[int]] = [[0] * count]
    for number in range(1, classes):
        best, begun = [0.0] * count, [0] * count
        for last in range(count):
            choices = [
                (least[first - 1] + spread[first][last], first) for first in range(number, last + 1)
            ]
            best[last], begun[last] = min(choices, default=(least[last], 0))
        least = best
        starts.append(begun)
    ends, last = [], count - 1
    for begun in reversed(starts):
        ends.append(ordered[last])
        last = begun[last] - 1
        if last < 0:
            break
    return ends


def _spreads(ordered: Sequence[float]) -> list[list[float]]:
    """The squared distance from their mean of the figures from one place to another."""
    table = []
    for first in range(len(ordered)):
        row, total, squares = [0.0] * len(ordered), 0.0, 0.0
        for last in range(first, len(ordered)):
            total += ordered[last]
            squares += ordered[last] ** 2
            row[last] = squares - total**2 / (last - first + 1)
        table.append(row)
    return table
