"""Whether the states of a case type hang together: nothing unreachable, nothing stuck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.workflow.definition import CaseType, Transition
from app.workflow.lint_scope import Scope
from app.workflow.lint_words import Called, called_item, choice, key
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

_FINAL, _TO = choice("state", "kind", "terminal"), key("transition", "to")


def graph_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Yield what is wrong with the graph of states and steps."""
    terminal = {state.code for state in case_type.states if state.is_terminal}
    exits, entries = edges(case_type)
    reachable = closure({case_type.initial_state}, exits)
    ending = closure(terminal, entries)
    for index, state in enumerate(case_type.states):
        where, code, said = f"states[{index}]", state.code, called_item(state)
        if code not in reachable:
            yield _unreachable(where, said)
        if state.is_terminal:
            has_exit, has_list = bool(exits[code]), bool(state.checklist)
            yield from _of_the_end(where, said, has_exit=has_exit, has_list=has_list)
        elif not exits[code] - {code}:
            yield _dead_end(where, said)
        elif code not in ending:
            yield _endless(where, said)
    yield from _of_outcomes(case_type, terminal, scope.called)


def _unreachable(where: str, said: Text) -> Problem:
    return error(
        where,
        Text(
            f"không bước nào đi tới trạng thái {said.vi}", f"no step leads to the state {said.en}"
        ),
        Text(
            f"thêm một bước có {_TO.vi} là trạng thái này, hoặc bỏ trạng thái",
            f"add a step whose {_TO.en} is this state, or remove the state",
        ),
    )


def _of_the_end(where: str, said: Text, *, has_exit: bool, has_list: bool) -> Iterator[Problem]:
    if has_exit:
        yield error(
            where,
            Text(
                f"trạng thái kết thúc {said.vi} lại có bước đi ra",
                f"the final state {said.en} has a step that leaves it",
            ),
            Text(
                "bỏ bước đó (mở lại hồ sơ là việc có sẵn), hoặc đổi loại của trạng thái",
                "remove the step (reopening exists already), or change the kind of the state",
            ),
        )
    if has_list:
        yield warning(
            f"{where}.checklist",
            Text(
                f"không ai đánh dấu việc ở trạng thái kết thúc {said.vi}",
                f"nobody ticks anything off in the final state {said.en}",
            ),
            Text("chuyển danh mục việc sang trạng thái trước", "move the list one state back"),
        )


def _dead_end(where: str, said: Text) -> Problem:
    return error(
        where,
        Text(
            f"trạng thái {said.vi} không có bước nào đi ra", f"no step leaves the state {said.en}"
        ),
        Text(
            f"thêm một bước đi từ trạng thái này, hoặc chọn {_FINAL.vi} nếu hồ sơ hết ở đây",
            f"add a step that leaves it, or choose {_FINAL.en} if a case ends here",
        ),
    )


def _endless(where: str, said: Text) -> Problem:
    return error(
        where,
        Text(
            f"từ trạng thái {said.vi} không đi tới được trạng thái kết thúc nào",
            f"no final state can be reached from {said.en}",
        ),
        Text(
            "thêm một bước dẫn ra khỏi vòng này",
            "add a step that leads out of this ring",
        ),
    )


def _of_outcomes(case_type: CaseType, terminal: set[str], names: Called) -> Iterator[Problem]:
    if not terminal:
        yield error(
            "states",
            Text("không có trạng thái kết thúc nào", "there is no final state"),
            Text(
                f"chọn {_FINAL.vi} cho trạng thái cuối",
                f"choose {_FINAL.en} for the last state",
            ),
        )
    if set(case_type.outcomes) != terminal:
        codes = sorted(terminal)
        said, written = names.all("state", codes), ", ".join(codes)
        yield error(
            "outcomes",
            Text(
                f"danh sách kết quả phải đúng bằng các trạng thái kết thúc: {said.vi}",
                f"the outcomes must be the final states: {said.en}",
            ),
            Text(f"ghi outcomes: [{written}]", f"write outcomes: [{written}]"),
        )


def edges(
    case_type: CaseType, steps: Iterable[Transition] | None = None
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return where each state leads, and what leads to it, by all steps or the given ones.

    Steps to nowhere are left out.
    """
    exits: dict[str, set[str]] = {state.code: set() for state in case_type.states}
    entries: dict[str, set[str]] = {state.code: set() for state in case_type.states}
    for step in case_type.transitions if steps is None else steps:
        for code in step.sources:
            if code in exits and step.to in exits:
                exits[code].add(step.to)
                entries[step.to].add(code)
    return exits, entries


def closure(start: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    seen, waiting = set(start), list(start)
    while waiting:
        for code in edges[waiting.pop()] - seen:
            seen.add(code)
            waiting.append(code)
    return seen
