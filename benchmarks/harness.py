"""What a measured row is, how rounds are taken, and where the rows are kept."""

import json
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"


@dataclass(frozen=True)
class Options:
    """How large a run is."""

    cases: int | None = 1_000_000  # None: the demonstration's own year
    rows: int = 100_000
    seconds: float = 3.0
    rounds: int = 5
    requests: int = 200
    engines: tuple[str, ...] = ("sqlite", "postgresql")
    is_quick: bool = False


@dataclass(frozen=True)
class Row:
    """One measured value beside its peers of the same run.

    `ratio` is value / peer for the first of the peers; `met` is None where nothing was aimed at.
    """

    name: str
    value: float | None
    unit: str
    peers: Mapping[str, float] = field(default_factory=dict)
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    date: str = ""
    machine: str = ""
    note: str = ""


def measured(
    name: str,
    value: float,
    unit: str,
    *,
    peers: Mapping[str, float] | None = None,
    target: str = "",
    met: bool | None = None,
    note: str = "",
) -> Row:
    """A row with its ratio to the first of its peers."""
    others = {peer: rounded(figure) for peer, figure in (peers or {}).items()}
    first = next(iter((peers or {}).values()), 0.0)
    ratio = rounded(value / first) if first else None
    return Row(name, rounded(value), unit, others, ratio, target, met, note=note)


def rounded(figure: float) -> float:
    """Three figures that mean something; more would be noise."""
    return float(f"{figure:.3g}") if abs(figure) < 1000 else float(round(figure))


def percentile(figures: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median_of_rounds(
    contenders: Mapping[str, Callable[[], float]], rounds: int
) -> dict[str, float]:
    """Each contender once per round, in turn, so that a slow minute hits them all alike."""
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, measure in contenders.items():
            figures[name].append(measure())
    return {name: statistics.median(found) for name, found in figures.items()}


def machine() -> str:
    """What the figures were taken on; ratios are what travels."""
    cores = len(os.sched_getaffinity(0))
    memory = Path("/proc/meminfo").read_text().split(maxsplit=2)[1]
    return (
        f"{platform.machine()}, {cores} cores, {int(memory) // 2**20} GB, {platform.system()},"
        f" Python {platform.python_version()}"
    )


def read_results() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    return found


def keep(rows: Iterable[Row], *, order: Sequence[str]) -> None:
    """Put the rows in place of those of the same name; the others stay as they were measured."""
    stamp, here = datetime.now(UTC).date().isoformat(), machine()
    known = {str(row["name"]): row for row in read_results()}
    for row in rows:
        known[row.name] = asdict(replace(row, date=stamp, machine=here))

    def place(name: str) -> tuple[int, str]:
        topic = name.partition(":")[0]
        return (order.index(topic) if topic in order else len(order), name)

    kept = [known[name] for name in sorted(known, key=place)]
    RESULTS.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
