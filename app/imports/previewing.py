"""What an import would put where: the first rows judged as the run will judge them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.geo.lines import BorderLines
from app.imports.fields import Target
from app.imports.judging import Judged, Outcome, Severity
from app.imports.models import ImportBatch
from app.imports.running import chunks_of, importer_for, rehearse
from app.imports.services import open_batch, options_of
from app.imports.tables import require_answers
from app.imports.work import Workroom, surroundings
from app.permissions import Actor

MOST_ROWS: Final = 500
_AROUND: Final = 0.25  # degrees beyond the outermost point
_DIGITS: Final = 5

Line = list[list[float]]


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row: what would become of it, where it lies (EPSG:4326), and what was found."""

    number: int
    label: str
    outcome: Outcome
    lat: float | None
    lon: float | None
    problem: str

    @property
    def is_placed(self) -> bool:
        return self.lat is not None and self.lon is not None


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file, and the border line around them."""

    rows: Sequence[PreviewRow]
    border: Sequence[Line]

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(row.outcome.value for row in self.rows)

    @property
    def points(self) -> list[dict[str, Any]]:  # Any: JSON
        return [
            {
                "row": one.number,
                "label": one.label,
                "outcome": one.outcome.value,
                "at": [one.lat, one.lon],
                "problem": one.problem,
            }
            for one in self.rows
            if one.is_placed
        ]


def preview_of(session: Session, actor: Actor, batch: ImportBatch, room: Workroom) -> Preview:
    """Judge the first rows without writing. Raises Refused where the file leaves a question."""
    opened = open_batch(batch, room.shelf)
    require_answers(opened)
    around = surroundings(session, actor, opened, options_of(batch).line, room)
    importer = importer_for(Target(batch.target), around)
    judged = next(islice(chunks_of(opened.table, MOST_ROWS), 1), [])
    rehearse(session, importer, judged)
    rows = [_row(one) for one in judged]
    return Preview(rows, _border(rows, room.pack))


def _row(judged: Judged) -> PreviewRow:
    coordinate = getattr(judged.intake, "coordinate", None)
    lat = coordinate.lat if coordinate is not None else judged.stored.get("lat")
    lon = coordinate.lon if coordinate is not None else judged.stored.get("lon")
    worst = sorted(judged.findings, key=lambda one: one.severity is not Severity.ERROR)
    return PreviewRow(
        judged.number,
        str(judged.stored.get("label") or _name(judged)),
        judged.outcome or Outcome.REFUSED,
        lat,
        lon,
        worst[0].text if worst else "",
    )


def _name(judged: Judged) -> str:
    """What the row calls itself, where nothing was stored of it."""
    for code in ("label", "number", "place_text", "incident_kind"):
        value = judged.values.get(code)
        if isinstance(value, str | int | float):
            return str(value)[:60]
    return ""


def _border(rows: Sequence[PreviewRow], pack: Pack) -> list[Line]:
    """The pieces of the border line near the rows, joined where they follow each other."""
    lats = [one.lat for one in rows if one.lat is not None]
    lons = [one.lon for one in rows if one.lon is not None]
    if not lats or not lons:
        return []
    west, east = min(lons) - _AROUND, max(lons) + _AROUND
    south, north = min(lats) - _AROUND, max(lats) + _AROUND
    lines: BorderLines = pack.lines
    x, y = lines.start[:, 0], lines.start[:, 1]
    inside = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    breaks = np.flatnonzero((np.diff(inside) != 1) | (np.diff(lines.part[inside]) != 0)) + 1
    runs = np.split(inside, breaks)
    return [_line(lines, run.tolist()) for run in runs if len(run)]


def _line(lines: BorderLines, run: Sequence[int]) -> Line:
    points = np.vstack([lines.start[run], lines.end[run[-1:]]])
    found: Line = np.round(points[:, ::-1], _DIGITS).tolist()
    return found
