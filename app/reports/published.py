"""Published figures beside what the register counts: none is overwritten, each keeps its source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.registers.models import LineFact, Stage
from app.registers.past import Standing
from app.registers.stages import STEPS
from app.reports.rules import Measure, Stretch, pieces_of, tally

_FILE = Path(__file__).parent / "data" / "published.yaml"
_SUPERSEDED = "superseded"
_PARTS = 3  # of a subject that names a province and its line


@dataclass(frozen=True, slots=True)
class Figure:
    """A published key: its name, and how the register counts it (no measure: it does not)."""

    vi: str
    en: str
    measure: Measure | None = None
    kinds: tuple[str, ...] = ()
    step: Stage | None = None

    def in_locale(self, locale: str) -> str:
        return self.en if locale.startswith("en") else self.vi


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure speaks of: a line, and where it is named a province on it."""

    neighbour: str
    province_code: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A published figure, what the register counted on its day, and the difference."""

    fact: LineFact
    subject: Subject
    counted: float | None

    @property
    def difference(self) -> float | None:
        """The register less the published figure, to three decimals."""
        return None if self.counted is None else round(self.counted - float(self.fact.value), 3)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A published part of a published whole, each with its own source and day."""

    part: LineFact
    whole: LineFact


@cache
def figures() -> Mapping[str, Figure]:
    read: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text("utf-8"))  # Any: YAML
    return {key: _figure(said) for key, said in read.items()}


def _figure(said: Mapping[str, Any]) -> Figure:  # Any: YAML
    return Figure(
        said["vi"],
        said["en"],
        Measure(said["measure"]) if "measure" in said else None,
        tuple(said.get("kinds", ())),
        Stage(said["step"]) if "step" in said else None,
    )


def subject_of(fact: LineFact) -> Subject | None:
    """The line or the province and line of a figure; none where it speaks of something else."""
    parts = fact.subject.split(":")
    if parts[0] == "line":
        return Subject(parts[1])
    if parts[0] == "province" and len(parts) == _PARTS:
        return Subject(parts[2], parts[1])
    return None


def counted_by(
    figure: Figure, subject: Subject, standings: Sequence[Standing], stretches: Sequence[Stretch]
) -> float | None:
    """What the register counts of a figure; kilometres along the illustrative line."""
    if figure.measure is None:
        return None
    here = [
        one
        for one in standings
        if one.neighbour == subject.neighbour and (not figure.kinds or one.kind in figure.kinds)
    ]
    on_line = [stretch for stretch in stretches if stretch.neighbour == subject.neighbour]
    pieces = (
        piece
        for piece in pieces_of(here, figure.measure, on_line)
        if subject.province_code in ("", piece.province_code)
    )
    counted = tally(pieces)
    return counted.total if figure.step is None else counted.reached[STEPS.index(figure.step)]


def ratio_of(facts: Iterable[LineFact], line: str) -> Ratio | None:
    """The newest demarcated length of a line over the length that held on its day."""
    own = [fact for fact in facts if fact.subject == f"line:{line}" and fact.check != _SUPERSEDED]
    part = _newest(own, "demarcated_km", by=None)
    whole = _newest(own, "length_km", by=part.as_of) if part else None
    return Ratio(part, whole) if part and whole else None


def _newest(facts: Iterable[LineFact], key: str, *, by: date | None) -> LineFact | None:
    named = [fact for fact in facts if fact.key == key and (by is None or fact.as_of <= by)]
    return max(named, key=lambda fact: fact.as_of, default=None)


def disputed(rows: Iterable[Beside]) -> set[tuple[str, str]]:
    """The subjects and keys of which more than one value was published."""
    values: dict[tuple[str, str], set[Decimal]] = {}
    for row in rows:
        values.setdefault((row.fact.subject, row.fact.key), set()).add(row.fact.value)
    return {name for name, said in values.items() if len(said) > 1}
