"""Reads a file of positions into arrays: clean rows at once, odd ones one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.imports.judging import Judged, Outcome, RowProblemError
from app.imports.readers.source import Cell
from app.imports.rows import Table
from app.imports.running import chunks_of
from app.imports.sea_points import EARLIEST_AHEAD, Letters, read_instant, read_number, read_point
from app.imports.surroundings import Surroundings
from app.registers.vessel_numbers import VesselNumber
from app.vms.day_check import DayFile, Sailing
from app.vms.tracks import Tracks
from app.vms.vessels import is_in_reach, known_vessels, prefixes, province_of

_CHUNK: Final = 20_000
_FORMATS: Final = (
    *("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"),
    *("%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M:%S", "%H:%M:%S %d/%m/%Y", "%H:%M %d/%m/%Y"),
)
_BOX: Final = (-6.0, 25.0, 95.0, 125.0)
_NEVER: Final = -(2**62)


@dataclass
class _Numbers:
    """The vessels of a file by every way in which their numbers are written."""

    letters: Letters
    by_text: dict[str, int] = field(default_factory=dict)
    by_fold: dict[str, int] = field(default_factory=dict)
    problems: dict[str, RowProblemError] = field(default_factory=dict)
    numbers: list[VesselNumber] = field(default_factory=list)

    def of(self, row: Judged) -> int:
        """The vessel of a row. Raises RowProblemError, the same for the same text."""
        text = str(row.values.get("vessel_number") or "")  # noqa: PD011  a mapping, no frame
        index = self.by_text.get(text)
        if index is not None:
            return index
        if text in self.problems:
            raise self.problems[text]
        try:
            number = read_number(row, self.letters)
        except RowProblemError as problem:
            self.problems[text] = problem
            raise
        index = self.by_fold.setdefault(number.folded, len(self.numbers))
        if index == len(self.numbers):
            self.numbers.append(number)
        self.by_text[text] = index
        return index


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as it was read: its positions, and how many vessels lie outside the reach."""

    file: DayFile
    outside: int


def read_positions(
    session: Session,
    table: Table,
    around: Surroundings,
    noted: Callable[[Sequence[Judged]], object],
    *,
    sha256: str,
) -> ReadFile:
    """Every position of the file that can be read; each chunk is `noted` with its findings."""
    by_prefix = prefixes(session)
    numbers, parts, refused = _Numbers(Letters.of(by_prefix)), [_none()], 0
    for rows in chunks_of(table, _CHUNK):
        parts.append(_chunk(rows, numbers, around))
        noted(rows)
        refused += sum(row.is_refused for row in rows)
    own = next(iter(sorted(around.actor.area.province_codes)), None)
    known = known_vessels(session, numbers.numbers)
    sailing = []
    for number in numbers.numbers:
        vessel = known.get(number.folded)
        code = province_of(number, known=vessel, said=None, by_prefix=by_prefix, own=own)
        sailing.append(Sailing(number, vessel, code))
    reach = np.array([is_in_reach(around.actor, one.province_code) for one in sailing], dtype=bool)
    tracks = Tracks.of(parts)
    mine = tracks.only(reach[tracks.vessel] if sailing else np.zeros(0, dtype=bool))
    file = DayFile(around.file_name, sha256, mine, sailing, refused)
    return ReadFile(file, int((~reach).sum()))


def _none() -> Tracks:
    whole, part = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64)
    return Tracks(whole, whole, part, part)


def _chunk(rows: Sequence[Judged], numbers: _Numbers, around: Surroundings) -> Tracks:
    vessel = np.full(len(rows), -1, dtype=np.int64)
    for index, row in enumerate(rows):
        try:
            vessel[index] = numbers.of(row)
        except RowProblemError as problem:
            row.refuse(str(problem), problem.code)
    at: NDArray[np.int64] = _moments(rows, around)
    lat, lon = _degrees(rows, "lat"), _degrees(rows, "lon")
    south, north, west, east = _BOX
    plain = (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
    plain &= around.crs is None
    ahead = int((around.now + EARLIEST_AHEAD).timestamp())
    odd = ~plain | (at == _NEVER) | (at > ahead)
    for place in map(int, np.flatnonzero(odd & (vessel >= 0))):
        rows[place].take_in(lambda row: _read_slowly(row, around))
        if not rows[place].is_refused:
            at[place], lat[place], lon[place] = rows[place].intake
    kept = np.array([not row.is_refused for row in rows], dtype=bool)
    for row in rows:
        if row.outcome is None:
            row.outcome = Outcome.UNCHANGED  # read, and let go
    return Tracks(vessel[kept], at[kept], lon[kept], lat[kept])


def _moments(rows: Sequence[Judged], around: Surroundings) -> NDArray[np.int64]:
    """Seconds since 1970 of the rows in the commonest way of writing; the rest is left open."""
    cells = _column(rows, "position_at")
    if any(one is not None for one in _column(rows[:1], "position_time")):
        return np.full(len(rows), _NEVER, dtype=np.int64)
    texts = pd.Series([one if isinstance(one, str | datetime) else None for one in cells])
    read: Any = pd.to_datetime(texts, format=_format_of(cells), errors="coerce")  # Any: a Series
    local = read.dt.tz_localize(around.zone, ambiguous="NaT", nonexistent="NaT")
    utc = local.dt.tz_convert("UTC").dt.tz_localize(None)
    seconds = utc.to_numpy(dtype="datetime64[s]").astype(np.int64)
    return np.where(utc.isna().to_numpy(), np.int64(_NEVER), seconds)


def _format_of(cells: Sequence[object]) -> str:
    """The way in which the first cells are written that any of the known ways fits."""
    for cell in cells[:50]:
        for known in _FORMATS:
            if isinstance(cell, str) and _fits(cell, known):
                return known
    return _FORMATS[2]


def _fits(text: str, known: str) -> bool:
    try:
        datetime.strptime(text, known)  # noqa: DTZ007  only the way of writing is asked
    except ValueError:
        return False
    return True


def _column(rows: Sequence[Judged], name: str) -> list[Cell]:
    return [row.values.get(name) for row in rows]  # noqa: PD011  a mapping, no frame


def _degrees(rows: Sequence[Judged], name: str) -> NDArray[np.float64]:
    cells = _column(rows, name)
    texts = [
        one.replace(",", ".") if isinstance(one, str) else one if isinstance(one, float) else None
        for one in cells
    ]
    read = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce")
    return np.asarray(read.to_numpy(dtype=np.float64))


def _read_slowly(row: Judged, around: Surroundings) -> tuple[int, float, float]:
    """One odd row by the grammar of all imports; raises RowProblemError with why not."""
    moment = read_instant(
        row, "position_at", time_name="position_time", zone=around.zone, now=around.now
    )
    if moment is None:
        raise RowProblemError("Thiếu thời điểm của vị trí.", "missing")
    point = read_point(row, on=moment.date(), declared=around.crs)
    if point is None:
        raise RowProblemError("Thiếu tọa độ của vị trí.", "missing")
    return (int(moment.timestamp()), *point)
