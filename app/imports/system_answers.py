"""What the coordinates of a file may mean: each system that puts them in the country, and where."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.geo.crs import System, from_wgs84, systems, to_wgs84
from app.geo.gazetteer import Pack
from app.geo.geotag import Tags, tag_points
from app.imports.readers.geo_systems import share_at_home
from app.imports.tables import SWAPPED, Opened

Floats = NDArray[np.float64]
_SAMPLED: Final = 300
_MOST_ANSWERS: Final = 8
_ENOUGH: Final = 0.9
_SAME_PLACE_M: Final = 0.5  # systems that agree to half a metre are one answer


@dataclass(frozen=True, slots=True)
class Answer:
    """One reading of the whole file: its system and order, where its middle point then lies."""

    system: System
    axes: str
    lat: float
    lon: float
    province_code: str | None
    border_m: float
    share: float

    @property
    def key(self) -> str:
        return f"{self.system.code}/{self.axes}" if self.axes else self.system.code


def answers_of(opened: Opened, pack: Pack) -> list[Answer]:
    """The readings of a file's coordinates, those nearest to the border line first."""
    pairs = np.array(list(_pairs(opened)), dtype=np.float64).reshape(-1, 2)
    if not len(pairs):
        return []
    found = [
        answer
        for system in systems().values()
        for axes in ("", SWAPPED)
        if (answer := _answer(system, axes, pairs, pack)) is not None
    ]
    return _distinct(sorted(found, key=lambda one: (bool(one.axes), one.border_m)))


def answer_of(key: str) -> tuple[str, str] | None:
    """The system and the axes of a chosen answer; None for a word that is none."""
    code, _slash, axes = key.partition("/")
    return (code, axes) if code in systems() and axes in {"", SWAPPED} else None


def _pairs(opened: Opened) -> Iterator[tuple[float, float]]:
    """East and north of the first rows, as the columns are matched before any turning."""
    matched: Mapping[str, int] = opened.matched
    if "north" not in matched or "east" not in matched:
        return
    rows = (row for row in opened.table.sheet.rows() if row.number > opened.table.header.last_row)
    for row in islice(rows, _SAMPLED):
        east, north = row.cells[matched["east"]], row.cells[matched["north"]]
        if isinstance(east, float) and isinstance(north, float):
            yield east, north


def _answer(system: System, axes: str, pairs: Floats, pack: Pack) -> Answer | None:
    read = pairs[:, ::-1].copy() if axes else pairs
    share = share_at_home(system, read)
    if share < _ENOUGH or not _is_own_range(system, read):
        return None
    lon, lat = to_wgs84(system, read[:, 0].copy(), read[:, 1].copy())
    tags = tag_points(lat, lon, pack)
    middle = int(np.argsort(lat)[len(lat) // 2])
    return Answer(
        system,
        axes,
        float(lat[middle]),
        float(lon[middle]),
        _commonest(tags),
        float(np.median(tags.border_distance_m)),
        share,
    )


def _is_own_range(system: System, pairs: Floats) -> bool:
    """Degrees are small and metres large: neither can be read as the other."""
    is_small = float(np.abs(pairs).max()) <= 360.0  # noqa: PLR2004  a full turn
    return is_small == system.is_geographic


def _commonest(tags: Tags) -> str | None:
    codes = Counter(str(code) for code in tags.province_code if code)
    return codes.most_common(1)[0][0] if codes else None


def _distinct(found: list[Answer]) -> list[Answer]:
    """Without those that another answer puts at the same place: they need no choice."""
    kept: list[Answer] = []
    for one in found:
        if not any(_is_same(one, other) for other in kept):
            kept.append(one)
    return kept[:_MOST_ANSWERS]


def _is_same(one: Answer, other: Answer) -> bool:
    if one.axes != other.axes or one.system.is_geographic != other.system.is_geographic:
        return False
    grid = next(system for system in systems().values() if system.kind == "utm")
    first, second = (from_wgs84(grid, each.lon, each.lat) for each in (one, other))
    return max(abs(first[0] - second[0]), abs(first[1] - second[1])) < _SAME_PLACE_M
