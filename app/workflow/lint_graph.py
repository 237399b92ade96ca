"""Whether the states of a case type hang together: nothing unreachable, nothing stuck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.workflow.definition import CaseType
from app.workflow.problems import Problem
from app.workflow.problems import error as _error
from app.workflow.text import Text


def graph_problems(case_type: CaseType) -> Iterator[Problem]:
    """Yield what is wrong with the graph of states and steps."""
    terminal = {state.code for state in case_type.states if state.is_terminal}
    exits, entries = _edges(case_type)
    reachable = _closure({case_type.initial_state}, exits)
    ending = _closure(terminal, entries)
    for index, state in enumerate(case_type.states):
        where, code = f"states[{index}]", state.code
        if code not in reachable:
            yield error(where, f"không bước nào đi tới trạng thái “{code}”")
        if state.is_terminal and exits[code]:
            yield error(where, f"trạng thái kết thúc “{code}” lại có bước đi ra")
        if not state.is_terminal and not exits[code] - {code}:
            yield error(where, f"trạng thái “{code}” không có bước nào đi ra")
        elif code not in ending:
            yield error(where, f"từ trạng thái “{code}” không đi tới được trạng thái kết thúc nào")
    if not terminal:
        yield error("states", "không có trạng thái kết thúc nào")
    if set(case_type.outcomes) != terminal:
        listed = ", ".join(sorted(terminal))
        yield error("outcomes", f"phải đúng bằng các trạng thái kết thúc: {listed}")


def error(where: str, text: str) -> Problem:
    return _error(where, Text(text))


def _edges(case_type: CaseType) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return where each state leads, and what leads to it; steps to nowhere are left out."""
    exits: dict[str, set[str]] = {state.code: set() for state in case_type.states}
    entries: dict[str, set[str]] = {state.code: set() for state in case_type.states}
    for step in case_type.transitions:
        for code in step.sources:
            if code in exits and step.to in exits:
                exits[code].add(step.to)
                entries[step.to].add(code)
    return exits, entries


def _closure(start: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    seen, waiting = set(start), list(start)
    while waiting:
        for code in edges[waiting.pop()] - seen:
            seen.add(code)
            waiting.append(code)
    return seen
