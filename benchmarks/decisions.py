"""How many steps per second an engine judges in memory: role, needed fields, guard, state."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from app.workflow.decisions import ActorView, Situation
from app.workflow.definition import load_definition, parse_definition, stored_form
from app.workflow.engine import compile_definition, decide
from benchmarks import permit
from benchmarks.crew import alone
from benchmarks.harness import Options, Row, measured, median_of_rounds
from benchmarks.subject import OPENING, STEPS, TYPE

NAME = "decisions"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ROLES = frozenset({"border_station"})
SEVEN_FLOOR = 300_000
# What is loaded, and how many milliseconds it may take.
LOADS: Mapping[str, float | None] = {
    "read and compile the YAML of seven states": 2,
    "load a published definition of seven states": 2,
    f"read and compile the YAML of {TYPE}": None,
}


def measure(options: Options) -> Iterator[Row]:
    figures = alone(_figures, options.seconds / 2, options.rounds)
    for name, of in (("a guarded step", "guarded"), ("the path of four steps", "path")):
        found = {key: rate for (kind, key), rate in figures.items() if kind == of}
        ours = found.pop("decide()")
        yield measured(
            f"{NAME}: {name}",
            ours,
            "decisions/s",
            peers=found,
            target="ahead of every engine",
            met=all(ours > rate for rate in found.values()),
        )
    seven = figures["seven", "decide()"]
    yield measured(
        f"{NAME}: the path of seven states, one guard",
        seven,
        "decisions/s",
        target=f"≥ {SEVEN_FLOOR}",
        met=seven >= SEVEN_FLOOR,
    )
    yield from _loads(figures)


def _loads(figures: Mapping[tuple[str, str], float]) -> Iterator[Row]:
    for what, aim in LOADS.items():
        taken = figures["load", what] * 1000
        yield measured(
            f"{NAME}: {what}",
            taken,
            "ms",
            target=f"≤ {aim} ms" if aim else "",
            met=taken <= aim if aim else None,
        )


def _figures(seconds: float, rounds: int) -> dict[tuple[str, str], float]:
    paths = {"guarded": 1, "path": len(STEPS)}
    contenders = {}
    for kind, steps in paths.items():
        contenders[kind, "decide()"] = _rate_of(_deciding(steps), steps, seconds)
        for name, carry in _others(steps).items():
            contenders[kind, name] = _rate_of(carry, steps, seconds)
    contenders["seven", "decide()"] = _rate_of(_seven_states(), len(permit.PATH), seconds)
    for what, loading in zip(LOADS, (_read_seven, _stored_seven, _read_large), strict=True):
        contenders["load", what] = loading
    return median_of_rounds(contenders, rounds)


def _rate_of(carry: Callable[[], Any], steps: int, seconds: float) -> Callable[[], float]:
    def measure_rate() -> float:
        count, began = 0, time.perf_counter()
        while (taken := time.perf_counter() - began) < seconds:
            for _ in range(20):
                carry()
            count += 20 * steps
        return count / taken

    return measure_rate


def _deciding(steps: int) -> Callable[[], None]:
    from benchmarks import peers  # noqa: PLC0415  only the measuring process needs them

    machine = compile_definition(peers.case_type(), peers.leaders())
    actor = ActorView(1, ROLES, "DBP")
    situations = []
    state, data = machine.initial_state, dict(OPENING)
    for step in STEPS[:steps]:
        situations.append((Situation(state, dict(data), 1, NOW, "DBP"), step))
        state, data = step.to, {**data, **step.answers}

    def carry() -> None:
        for situation, step in situations:
            decision = decide(machine, situation, actor, step.code, answers=step.answers, now=NOW)
            assert decision.allowed

    return carry


def _others(steps: int) -> dict[str, Callable[[], None]]:
    from benchmarks import django_store, peers  # noqa: PLC0415  with the measuring process

    found = {}
    for made in (peers.TransitionsEngine, peers.StatemachineEngine, django_store.ViewflowEngine):
        engine: Any = made()

        def carry(engine: Any = engine) -> None:
            case = peers.Situation("detected", dict(OPENING))
            for step in STEPS[:steps]:
                engine.step(case, step, ROLES)

        found[engine.name] = carry
    return found


def _seven_states() -> Callable[[], None]:
    machine = compile_definition(load_definition(permit.PERMIT), [])
    actor = ActorView(1, permit.HOLDS, "DBP")
    states = dict(zip(permit.PATH, machine.states, strict=False))
    cases = [(Situation(states[code], permit.FACTS, 1, NOW, "DBP"), code) for code in permit.PATH]

    def carry() -> None:
        for situation, code in cases:
            assert decide(machine, situation, actor, code, now=NOW).allowed

    return carry


def _read_seven() -> float:
    began = time.perf_counter()
    compile_definition(load_definition(permit.PERMIT), [])
    return time.perf_counter() - began


def _stored_seven() -> float:
    """As a process of the product loads a published version."""
    content = stored_form(load_definition(permit.PERMIT))
    began = time.perf_counter()
    compile_definition(parse_definition(content, name="permit"), [])
    return time.perf_counter() - began


def _read_large() -> float:
    from app.cases.catalogue import DEFINITIONS  # noqa: PLC0415  with the measuring process
    from benchmarks import peers  # noqa: PLC0415  only the measuring process needs them

    began = time.perf_counter()
    compile_definition(load_definition(DEFINITIONS / f"{TYPE}.yaml"), peers.leaders())
    return time.perf_counter() - began
