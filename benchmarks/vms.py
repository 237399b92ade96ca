"""How fast and in how much memory a day of positions at sea is read, judged and let go."""

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.config import ROOT, child_environment
from app.geo.packs import prepare_pack
from benchmarks.crew import alone
from benchmarks.databases import FOLDER, Instance, scratch
from benchmarks.harness import Options, Row, measured, rounded
from benchmarks.imports import PEER, Run, run_peer, timed

NAME = "vms"
SECONDS, MEGABYTES = 120.0, 1000.0
VESSELS, PER_DAY = 30_000, 12
HEADERS = ("Số tàu", "Thời gian", "Vĩ độ", "Kinh độ")
_PREFIXES: Final = ("KG", "CM", "BTh", "QNg", "BĐ", "TH", "NA", "KH", "BT", "TG")
_WATERS: Final = (  # south, north, west, east: mostly our own, some beyond a line
    *(((8.0, 9.4, 104.9, 107.5),) * 6 + ((11.0, 15.5, 109.3, 111.0),) * 5),
    *((18.6, 20.6, 106.4, 107.0), (18.5, 20.0, 107.8, 108.6), (6.0, 7.2, 106.5, 109.0)),
    *((7.8, 9.0, 102.4, 103.6), (5.0, 6.0, 112.0, 114.0)),
)


def measure(options: Options) -> Iterator[Row]:
    """The file is the same in every run; two in a thousand rows are not as they should be."""
    path = write_day(VESSELS // (100 if options.is_quick else 1))
    for engine in options.engines:
        with scratch(engine) as (url, folder):
            target = Instance(url, folder)
            alone(prepare_pack, ROOT / "geodata" / "default", target.settings().geodata_dir)
            other = alone(run_peer, target, path)
            ours = alone(_run_check, target, path)
        yield from _rows(engine, ours, other, is_full=not options.is_quick)


def _rows(engine: str, ours: Run, other: Run, *, is_full: bool) -> Iterator[Row]:
    count = VESSELS * PER_DAY
    told = f"{VESSELS} vessels, {count} rows; {PEER} {other.seconds:.1f} s without any check"
    yield measured(
        f"{NAME}: a day of positions, {engine}",
        ours.seconds,
        "s",
        peers={PEER: rounded(other.seconds)},
        target=f"{count} rows in < {SECONDS:g} s",
        met=ours.seconds < SECONDS if is_full else None,
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


def write_day(vessels: int) -> Path:
    """One day, by time and then by vessel as the tracking system exports it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"positions-{vessels}.csv"
    chance, first = random.Random(2026), datetime(2026, 11, 20, tzinfo=UTC)  # noqa: S311  no secret
    places = [_place(chance) for _ in range(vessels)]
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(HEADERS)
        for turn in range(PER_DAY):
            for index in range(vessels):
                moment = first + timedelta(hours=2 * turn, seconds=index % 3600)
                writer.writerow(_cells(chance, index, moment, places[index]))
    return path


def _place(chance: random.Random) -> list[float]:
    south, north, west, east = chance.choice(_WATERS)
    return [chance.uniform(south, north), chance.uniform(west, east)]


def _cells(
    chance: random.Random, index: int, moment: datetime, place: list[float]
) -> Sequence[str]:
    for axis in (0, 1):
        place[axis] += chance.uniform(-0.12, 0.12)
    number = f"{_PREFIXES[index % len(_PREFIXES)]}-{10_000 + index:05d}-TS"
    odd = chance.random()
    said = f"{moment:%d/%m/%Y %H:%M:%S}" if odd > 0.001 else f"{moment:%d.%m.%Y}"
    lat = f"{place[0]:.5f}" if odd < 0.999 else "xx"
    return (number, said, lat, f"{place[1]:.5f}")


def _run_check(target: Instance, path: Path) -> Run:
    command = ["-m", "flask", "--app", "app.factory:create_app", "import", "vms", str(path)]
    environment = child_environment(
        database_url=target.url,
        instance_dir=str(target.folder),
        redis_url="",
        max_upload_mb="200",
        environment="development",
    )
    return timed(command, environment, accepted=(0, 1))  # 1: some rows were refused
