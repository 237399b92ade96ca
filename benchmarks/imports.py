"""How fast and in how much memory a large file of incidents becomes cases with their places."""

import csv
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from app.cases.catalogue import DEFINITIONS
from app.config import ROOT, child_environment
from benchmarks.crew import BenchmarkError, alone
from benchmarks.databases import FOLDER, Instance, copy_of, large
from benchmarks.harness import Options, Row, measured, rounded

NAME = "imports"
UNIT = "BP80"
SECONDS, MEGABYTES, FULL = 60.0, 600.0, 100_000
HEADERS = (
    *("Số báo cáo", "Loại vụ việc", "Thời gian", "Vĩ độ", "Kinh độ"),
    *("Địa điểm xảy ra", "Số người", "Nội dung"),
)
PEER = "pandas read_csv + to_sql"
_PEER_CODE = """
import sys, pandas
from sqlalchemy import create_engine
frame = pandas.read_csv(sys.argv[1], dtype=str)
frame.to_sql("bench_import", create_engine(sys.argv[2]), if_exists="replace", index=False,
             chunksize=5000)
"""
LAND_BORDER = ((11.0, 12.5, 105.8, 107.5), (15.0, 19.5, 104.0, 107.6), (21.5, 23.3, 102.2, 108.0))


@dataclass(frozen=True)
class Run:
    """One process from its start to its end."""

    seconds: float
    megabytes: float


def measure(options: Options) -> Iterator[Row]:
    path = write_file(options.rows)
    for engine in options.engines:
        base = large(engine, None)
        ours, other = [], []
        for _ in range(1 if options.is_quick else 3):
            target = copy_of(base, f"{engine}-import")
            other.append(alone(run_peer, target, path))
            ours.append(alone(_run_import, target, path))
        yield from _rows(engine, options.rows, _middle(ours), _middle(other))


def _middle(runs: Sequence[Run]) -> Run:
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


def _rows(engine: str, rows: int, ours: Run, other: Run) -> Iterator[Row]:
    is_full = rows >= FULL
    told = f"{rows} rows in {ours.seconds:.1f} s; {PEER} {other.seconds:.1f} s"
    yield measured(
        f"{NAME}: rows per second, {engine}",
        rows / ours.seconds,
        "rows/s",
        peers={PEER: rows / other.seconds},
        target=f"{FULL} rows in < {SECONDS:g} s",
        met=ours.seconds * FULL / rows < SECONDS if is_full else None,
        note=told,
    )
    yield measured(
        f"{NAME}: peak memory, {engine}",
        ours.megabytes,
        "MB",
        peers={PEER: rounded(other.megabytes)},
        target=f"< {MEGABYTES:g} MB",
        met=ours.megabytes < MEGABYTES if is_full else None,
        note=told,
    )


def write_file(rows: int) -> Path:
    """A CSV as an office would send it: points near the land border over two years."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"incidents-{rows}.csv"
    chance, first = random.Random(2026), datetime(2024, 11, 1, tzinfo=UTC)  # noqa: S311  no secret
    kinds = _kinds()
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(HEADERS)
        for number in range(1, rows + 1):
            south, north, west, east = chance.choice(LAND_BORDER)
            moment = first + timedelta(minutes=chance.randrange(700 * 24 * 60))
            writer.writerow(
                [
                    f"BC-{number:06d}",
                    chance.choice(kinds),
                    moment.strftime("%d/%m/%Y %H:%M"),
                    f"{chance.uniform(south, north):.6f}".replace(".", ","),
                    f"{chance.uniform(west, east):.6f}".replace(".", ","),
                    f"khu vực {chance.randrange(400)}",
                    chance.randrange(1, 12),
                    f"Phát hiện vụ việc số {number} trong khi tuần tra.",
                ]
            )
    return path


def _kinds() -> list[str]:
    content = yaml.safe_load((DEFINITIONS / "border_incident.yaml").read_text("utf-8"))
    field = next(field for field in content["fields"] if field["code"] == "incident_kind")
    return [option["name"]["vi"] for option in field["options"] if option["code"] != "other"]


# --- in the measuring process -----------------------------------------------------------------


def _run_import(target: Instance, path: Path) -> Run:
    command = ["-m", "flask", "--app", "app.factory:create_app", "import", "incidents"]
    environment = child_environment(
        database_url=target.url,
        instance_dir=str(target.folder),
        redis_url="",
        max_upload_mb="200",
        environment="development",
    )
    return timed([*command, str(path), "--unit", UNIT], environment)


def run_peer(target: Instance, path: Path) -> Run:
    url = target.settings().database
    return timed(["-c", _PEER_CODE, str(path), url], child_environment())


def timed(
    arguments: list[str], environment: dict[str, str], *, accepted: Sequence[int] = (0,)
) -> Run:
    """Run Python; what its children took is what this one took: the process is fresh."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - began
    if done.returncode not in accepted:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no word"]
        raise BenchmarkError(f"the import ended with {done.returncode}: {said[-1]}")
    return Run(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
