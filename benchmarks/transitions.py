"""How many durable steps per second: the service, its SQL alone, and the other engines."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import replay, subject
from benchmarks.crew import Crew, alone
from benchmarks.databases import app_on, scratch
from benchmarks.harness import Options, Row, measured, median_of_rounds, percentile, rounded

NAME = "transitions"
PROCESSES = (1, 4)
OURS, RAW = "the service", "the same SQL by the driver"
BARE = "transitions, bare driver, without clocks"
VIEWFLOW = "viewflow.fsm, Django ORM"
ENGINES = ("python-statemachine", "SpiffWorkflow", "transitions", VIEWFLOW)
# Share of the same SQL by the driver, and steps per second, by database and number of processes.
SHARES = {("postgresql", 1): 0.55, ("postgresql", 4): 0.8}
LEAST_SHARE = 0.5
FLOORS = {("sqlite", 1): 1_000, ("postgresql", 1): 600, ("postgresql", 4): 900}

Carrier = Callable[[int], Iterator[None]]
_held: dict[str, Any] = {}


def measure(options: Options) -> Iterator[Row]:
    for engine in options.engines:
        with scratch(engine) as (url, folder):
            count = _cases_needed(options)
            moved = alone(subject.prepare, url, folder, count * len(PROCESSES))
            for number, processes in enumerate(PROCESSES):
                share = moved.share(number, len(PROCESSES))
                yield _row(engine, (url, folder), share, processes, options)


def _cases_needed(options: Options) -> int:
    """Enough for contenders that all make some 4,000 steps a second."""
    return int(8 * options.rounds * options.seconds * 4_000 / len(subject.STEPS)) // 4 + 400


def _row(
    engine: str,
    where: tuple[str, Path],
    moved: subject.Subject,
    processes: int,
    options: Options,
) -> Row:
    with Crew(processes) as crew:
        shares = [(*where, moved.share(one, processes)) for one in range(processes)]
        names = crew.run_each(_get_ready, shares)[0]
        delays: list[float] = []

        def run(name: str) -> float:
            answers = crew.run(_run, name, options.seconds)
            if name == OURS:
                delays.extend(delay for _, _, found in answers for delay in found)
            return sum(steps / seconds for steps, seconds, _ in answers)

        contenders = {name: (lambda name=name: run(name)) for name in names}
        figures = median_of_rounds(contenders, options.rounds)
    return _judged(engine, processes, figures, delays)


def _judged(engine: str, processes: int, figures: Mapping[str, float], delays: list[float]) -> Row:
    ours = figures[OURS]
    peers = {name: figure for name, figure in figures.items() if name != OURS}
    share, floor = SHARES.get((engine, processes), LEAST_SHARE), FLOORS.get((engine, processes), 0)
    is_met = ours >= max(floor, share * peers[RAW]) and all(ours > peers[name] for name in ENGINES)
    aims = [f"≥ {floor}/s" if floor else "", f"≥ {share} × the same SQL", "ahead of every engine"]
    half, last = percentile(delays, 50) * 1000, percentile(delays, 99) * 1000
    return measured(
        f"{NAME}: {engine}, {processes} process" + ("es" if processes > 1 else ""),
        ours,
        "steps/s",
        peers=peers,
        target=", ".join(aim for aim in aims if aim),
        met=is_met,
        note=f"one step p50 {rounded(half)} ms, p99 {rounded(last)} ms",
    )


# --- in the measuring process -----------------------------------------------------------------


def _get_ready(url: str, folder: Path, moved: subject.Subject) -> list[str]:
    from benchmarks import (  # noqa: PLC0415  only the measuring process needs them
        django_store,
        peers,
        stores,
    )

    recorded = replay.record(url, folder, moved)
    carriers: dict[str, Carrier] = {
        RAW: replay.Replay(url, recorded).carry,
        OURS: _service(url, folder, moved),
    }
    for made in peers.ENGINES:
        carriers[made.name] = stores.OrmStore(url, made(), moved).carry
    carriers[VIEWFLOW] = django_store.DjangoStore(url, moved).carry
    carriers[BARE] = stores.DriverStore(url, peers.TransitionsEngine(), moved).carry
    _held["carriers"] = carriers
    _held["waiting"] = iter(range(moved.first + 2, moved.first + moved.count))
    for carry in carriers.values():
        list(carry(next(_held["waiting"])))
    return list(carriers)


def _service(url: str, folder: Path, moved: subject.Subject) -> Carrier:
    app = app_on(url, folder)
    _held["context"] = context = app.app_context()
    context.push()

    def carry(case_id: int) -> Iterator[None]:
        return replay.service_steps(moved, case_id)

    return carry


def _run(name: str, seconds: float) -> tuple[int, float, list[float]]:
    """Steps made, seconds taken, and what each step took."""
    carry: Carrier = _held["carriers"][name]
    delays: list[float] = []
    began = last = time.perf_counter()
    while last - began < seconds:
        case_id = next(_held["waiting"], None)
        if case_id is None:
            break
        for _ in carry(case_id):
            now = time.perf_counter()
            delays.append(now - last)
            last = now
    return len(delays), max(last - began, 1e-9), delays
