"""Measure and write down: `python -m benchmarks [--only TOPIC …] [--cases N] [--quick]`."""

import argparse
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

from benchmarks import harness, report
from benchmarks.crew import BenchmarkError
from benchmarks.harness import Options, Row

TOPICS = (
    *("decisions", "transitions", "recounts", "migrations", "pages", "case_page"),
    *("map", "paint", "ogc", "imports", "persons", "crises", "papers", "vms"),
)
QUICK = {"cases": None, "rows": 2_000, "seconds": 0.5, "rounds": 3, "requests": 20}


def main(arguments: list[str]) -> int:
    """Measure the chosen topics, each row kept as soon as it is there; 1 if one could not be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--only", nargs="+", choices=TOPICS, default=TOPICS, metavar="TOPIC")
    parser.add_argument("--cases", type=int, help="cases in the large database (1000000)")
    parser.add_argument("--rows", type=int, help="rows of the imported file (100000)")
    parser.add_argument("--engines", nargs="+", choices=("sqlite", "postgresql"))
    parser.add_argument("--seconds", type=float, help="per contender and round")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--requests", type=int, help="per page and round")
    parser.add_argument("--quick", action="store_true", help="small, nothing is written down")
    asked = parser.parse_args(arguments)
    chosen = {**(QUICK if asked.quick else {}), "is_quick": asked.quick}
    for name in ("cases", "rows", "seconds", "rounds", "requests"):
        if getattr(asked, name) is not None:
            chosen[name] = getattr(asked, name)
    if asked.engines:
        chosen["engines"] = tuple(asked.engines)
    options = Options(**chosen)
    return sum([_measure(topic, options) for topic in asked.only]) and 1


def _measure(topic: str, options: Options) -> int:
    """One topic; a failure costs its remaining rows and no others."""
    measure: Callable[[Options], Iterator[Row]] = import_module(f"benchmarks.{topic}").measure
    try:
        for row in measure(options):
            print(report.one_line(row), flush=True)
            if not options.is_quick:
                harness.keep([row], order=TOPICS)
                report.write()
    except BenchmarkError as failure:
        print(f"{topic}: not measured: {failure}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
