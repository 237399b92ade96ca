"""Whether the states of a case type hang together: nothing unreachable, nothing stuck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.workflow.definition import CaseType
from app.workflow.lint_scope import Scope
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text


def graph_problems(case_type: CaseType, _: Scope) -> Iterator[Problem]:
    """Yield what is wrong with the graph of states and steps."""
    terminal = {state.code for state in case_type.states if state.is_terminal}
    exits, entries = _edges(case_type)
    reachable = _closure({case_type.initial_state}, exits)
    ending = _closure(terminal, entries)
    for index, state in enumerate(case_type.states):
        where, code = f"states[{index}]", state.code
        if code not in reachable:
            yield _unreachable(where, code)
        if state.is_terminal:
            yield from _of_the_end(where, code, exits[code], has_list=bool(state.checklist))
        elif not exits[code] - {code}:
            yield _dead_end(where, code)
        elif code not in ending:
            yield _endless(where, code)
    yield from _of_outcomes(case_type, terminal)


def _unreachable(where: str, code: str) -> Problem:
    return error(
        where,
        Text(f"không bước nào đi tới trạng thái “{code}”", f"no step leads to the state “{code}”"),
        Text(
            "thêm bước đi tới trạng thái này, hoặc bỏ trạng thái",
            "add a step that leads to it, or remove the state",
        ),
    )


def _of_the_end(where: str, code: str, exits: set[str], *, has_list: bool) -> Iterator[Problem]:
    if exits:
        yield error(
            where,
            Text(
                f"trạng thái kết thúc “{code}” lại có bước đi ra",
                f"the final state “{code}” has a step that leaves it",
            ),
            Text(
                "bỏ bước đó; mở lại hồ sơ là việc có sẵn",
                "remove the step; reopening a case exists already",
            ),
        )
    if has_list:
        yield warning(
            f"{where}.checklist",
            Text(
                f"không ai đánh dấu việc ở trạng thái kết thúc “{code}”",
                f"nobody ticks anything off in the final state “{code}”",
            ),
            Text("chuyển danh mục việc sang trạng thái trước", "move the list one state back"),
        )


def _dead_end(where: str, code: str) -> Problem:
    return error(
        where,
        Text(f"trạng thái “{code}” không có bước nào đi ra", f"no step leaves the state “{code}”"),
        Text(
            "thêm bước đi ra, hoặc ghi kind: terminal nếu hồ sơ kết thúc ở đây",
            "add a step that leaves it, or write kind: terminal if a case ends here",
        ),
    )


def _endless(where: str, code: str) -> Problem:
    return error(
        where,
        Text(
            f"từ trạng thái “{code}” không đi tới được trạng thái kết thúc nào",
            f"no final state can be reached from “{code}”",
        ),
        Text(
            "thêm một bước dẫn ra khỏi vòng này",
            "add a step that leads out of this ring",
        ),
    )


def _of_outcomes(case_type: CaseType, terminal: set[str]) -> Iterator[Problem]:
    if not terminal:
        yield error(
            "states",
            Text("không có trạng thái kết thúc nào", "there is no final state"),
            Text("ghi kind: terminal cho trạng thái cuối", "mark the last state kind: terminal"),
        )
    if set(case_type.outcomes) != terminal:
        listed = ", ".join(sorted(terminal))
        yield error(
            "outcomes",
            Text(
                f"phải đúng bằng các trạng thái kết thúc: {listed}",
                f"must be the final states: {listed}",
            ),
            Text(f"ghi outcomes: [{listed}]", f"write outcomes: [{listed}]"),
        )


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
