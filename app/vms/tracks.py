"""Positions of many vessels as arrays: passages beyond a line and silences, found all at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.geo.plane import Floats


@dataclass(frozen=True, slots=True)
class Tracks:
    """Positions by vessel and time: `vessel` is an index, `at` seconds since 1970, EPSG:4326."""

    vessel: NDArray[np.int64]
    at: NDArray[np.int64]
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.vessel)

    @classmethod
    def of(cls, parts: Sequence["Tracks"]) -> "Tracks":
        """All parts in one, in order; the same vessel at the same second counts once."""
        whole = cls(
            np.concatenate([one.vessel for one in parts]),
            np.concatenate([one.at for one in parts]),
            np.concatenate([one.lon for one in parts]),
            np.concatenate([one.lat for one in parts]),
        )
        order = np.lexsort((whole.at, whole.vessel))
        vessel, at = whole.vessel[order], whole.at[order]
        is_first = np.ones(len(order), dtype=bool)
        is_first[1:] = (vessel[1:] != vessel[:-1]) | (at[1:] != at[:-1])
        kept = order[is_first]
        return cls(vessel[is_first], at[is_first], whole.lon[kept], whole.lat[kept])

    def only(self, here: NDArray[np.bool_]) -> "Tracks":
        return Tracks(self.vessel[here], self.at[here], self.lon[here], self.lat[here])

    @property
    def begins(self) -> NDArray[np.bool_]:
        """Whether a row is the first of its vessel."""
        first = np.ones(len(self), dtype=bool)
        first[1:] = self.vessel[1:] != self.vessel[:-1]
        return first


@dataclass(frozen=True, slots=True)
class Passage:
    """Rows `first` to `last` (inclusive) of one vessel, all beyond.

    `is_from_start` says that the vessel was beyond at its first position, `back` is the row of its
    first position back, None where the file ends before.
    """

    first: int
    last: int
    is_from_start: bool
    back: int | None


def passages(tracks: Tracks, is_beyond: NDArray[np.bool_]) -> list[Passage]:
    """The unbroken runs of positions beyond, each of one vessel."""
    if not len(tracks):
        return []
    begins = tracks.begins
    starts = is_beyond & (begins | ~np.concatenate([[False], is_beyond[:-1]]))
    ends_vessel = np.concatenate([begins[1:], [True]])
    stops = is_beyond & (ends_vessel | ~np.concatenate([is_beyond[1:], [False]]))
    return [
        Passage(
            int(first),
            int(last),
            bool(begins[first]),
            None if ends_vessel[last] else int(last) + 1,
        )
        for first, last in zip(np.flatnonzero(starts), np.flatnonzero(stops), strict=True)
    ]


def count_gaps(tracks: Tracks, *, longer_than_s: float) -> int:
    """How often a vessel was silent for longer between two of its positions."""
    if not len(tracks):
        return 0
    same = ~tracks.begins[1:]
    return int((same & (np.diff(tracks.at) > longer_than_s)).sum())


def around(tracks: Tracks, passage: Passage, *, reach_s: int, most: int) -> range:
    """The rows of the same vessel around a passage, in time order."""
    vessel = tracks.vessel[passage.first]
    low = int(np.searchsorted(tracks.vessel, vessel, side="left"))
    high = int(np.searchsorted(tracks.vessel, vessel, side="right"))
    times = tracks.at[low:high]
    first = low + int(np.searchsorted(times, tracks.at[passage.first] - reach_s, side="left"))
    last = low + int(np.searchsorted(times, tracks.at[passage.last] + reach_s, side="right"))
    return range(first, min(last, first + most))
