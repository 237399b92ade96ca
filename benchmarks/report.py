"""RESULTS.md from results.json: a table, how to read it, and the cause of every missed target."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from benchmarks.harness import HERE, Row, read_results

CAUSES = HERE / "causes.yaml"
REPORT = HERE / "RESULTS.md"
HEAD = """# Benchmarks

Written by `make bench` from `results.json`; do not edit. `make bench ARGS="--only map"` measures
one topic again, `ARGS=--quick` tries everything at a small size and writes nothing down.

"""


def one_line(row: Row) -> str:
    """A row as it is printed while measuring."""
    peers = "; ".join(f"{name} {figure:g}" for name, figure in row.peers.items())
    met = {True: "met", False: "MISSED", None: ""}[row.met]
    return f"{row.name}: {row.value:g} {row.unit} ({peers}) ratio {row.ratio} {met} {row.note}"


def write() -> None:
    rows = read_results()
    causes: dict[str, Any] = yaml.safe_load(CAUSES.read_text("utf-8"))
    REPORT.write_text(HEAD + "\n".join(_lines(rows, causes)) + "\n", encoding="utf-8")


def _lines(rows: list[dict[str, Any]], causes: Mapping[str, Any]) -> Iterator[str]:
    yield "| what | value | peers in the same run | ratio to the first | target | met |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        yield _table_row(row)
    yield from ("", "## What is measured and how to read it", "")
    yield from causes["reading"].strip().splitlines()
    missed = [row for row in rows if row["met"] is False]
    yield from ("", "## Missed targets", "")
    if not missed:
        yield "None."
    for row in missed:
        cause = causes["missed"].get(row["name"], "The cause is not written down yet.")
        yield f"- **{row['name']}**: {cause}"
    noted = [row for row in rows if row["note"]]
    yield from ("", "## Notes to the rows", "")
    yield from (f"- {row['name']}: {row['note']}" for row in noted)
    yield from ("", "## Where and when", "")
    for (machine, date), count in Counter((row["machine"], row["date"]) for row in rows).items():
        yield f"- {date}, {machine}: {count} rows"


def _table_row(row: Mapping[str, Any]) -> str:
    peers = "<br>".join(f"{name}: {figure:g}" for name, figure in row["peers"].items())
    met = {True: "yes", False: "**no**", None: ""}[row["met"]]
    ratio = "" if row["ratio"] is None else f"{row['ratio']:g}"
    value = f"{row['value']:g} {row['unit']}"
    return f"| {row['name']} | {value} | {peers} | {ratio} | {row['target']} | {met} |"
