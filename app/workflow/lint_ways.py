"""What shows only on a walk through the states: deadlines that never end, cases without end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.workflow.definition import CaseType, ClockDefinition, OpenCase
from app.workflow.limits import ClockKind
from app.workflow.lint_graph import closure, edges
from app.workflow.lint_scope import Scope
from app.workflow.lint_words import called_item, key
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

_START, _STOP, _LIMIT = (key("clock", name) for name in ("start", "stop", "limit"))
_ON_THE_WAY = frozenset({"state", "transition"})


def way_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Deadlines that can start and never stop, and steps that open the same type for ever."""
    exits, _ = edges(case_type)
    for index, clock in enumerate(case_type.clocks):
        if clock.before is None:
            yield from _of_clock(f"clocks[{index}]", clock, case_type, exits)
    yield from _endless_cases(case_type, scope)


# --- deadlines ------------------------------------------------------------------------------


def _of_clock(
    where: str, clock: ClockDefinition, case_type: CaseType, exits: Mapping[str, set[str]]
) -> Iterator[Problem]:
    said = called_item(clock)
    if clock.limit.amount == 0 and clock.limit.kind is ClockKind.HOURS:
        yield error(
            f"{where}.limit",
            Text(
                f"thời hạn {said.vi} dài 0 giờ: vừa bắt đầu đã quá hạn",
                f"the deadline {said.en} lasts 0 hours: it is missed as it begins",
            ),
            Text(f"ghi ít nhất 1 giờ ở {_LIMIT.vi}", f"give {_LIMIT.en} an hour at least"),
        )
    begun = _begun(clock, case_type)
    if not begun:
        yield error(
            f"{where}.start",
            Text(
                f"thời hạn {said.vi} chỉ bắt đầu khi hồ sơ đã kết thúc nên không bao giờ chạy",
                f"the deadline {said.en} begins only when the case has ended, so it never runs",
            ),
            Text(
                f"chọn ở {_START.vi} một việc xảy ra khi hồ sơ còn mở",
                f"choose in {_START.en} something that happens while the case is open",
            ),
        )
    elif clock.stop and not any(_may_come(stop, begun, case_type, exits) for stop in clock.stop):
        yield error(
            f"{where}.stop",
            Text(
                f"thời hạn {said.vi} chỉ dừng bởi việc xảy ra trước khi nó bắt đầu",
                f"the deadline {said.en} is stopped only by what comes before it begins",
            ),
            Text(
                f"chọn ở {_STOP.vi} một việc đến sau, hoặc đổi {_START.vi}",
                f"choose in {_STOP.en} something that comes later, or change {_START.en}",
            ),
        )


def _begun(clock: ClockDefinition, case_type: CaseType) -> set[str]:
    """The open states in which a case may be just after the deadline began; empty if none is."""
    is_open = {state.code for state in case_type.states if not state.is_terminal}
    found: set[str] = set()
    for kind, code in _parted(clock.start):
        if kind not in _ON_THE_WAY:
            return is_open
        steps = (step.to for step in case_type.transitions if step.code == code)
        found |= {code} if kind == "state" else set(steps)
    # What does not exist is told elsewhere.
    known = found & {state.code for state in case_type.states}
    return known & is_open if known else is_open


def _may_come(
    trigger: str, begun: set[str], case_type: CaseType, exits: Mapping[str, set[str]]
) -> bool:
    ((kind, code),) = _parted([trigger])
    reached = closure(begun, exits)
    if kind == "state":
        return any(code in exits[one] for one in reached) or code not in exits
    if kind == "transition":
        steps = [step for step in case_type.transitions if step.code == code]
        return not steps or any(not reached.isdisjoint(step.sources) for step in steps)
    return True


def _parted(triggers: Iterable[str]) -> list[tuple[str, str]]:
    return [(kind, code) for kind, _, code in (trigger.partition(":") for trigger in triggers)]


# --- cases that open cases ------------------------------------------------------------------


def _endless_cases(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """A case that must open one of its own type before it may end leaves one open for ever."""
    opening = {
        step.code: index
        for index, step in enumerate(case_type.transitions)
        if any(isinstance(one, OpenCase) and one.type == case_type.code for one in step.effects)
    }
    if not opening:
        return
    others = [step for step in case_type.transitions if step.code not in opening]
    exits, _ = edges(case_type, others)
    ends = {state.code for state in case_type.states if state.is_terminal}
    is_endless = closure({case_type.initial_state}, exits).isdisjoint(ends)
    for code, index in opening.items():
        step = scope.called("transition", code)
        if is_endless:
            yield error(
                f"transitions[{index}].effects",
                Text(
                    f"mỗi hồ sơ muốn kết thúc đều phải qua bước {step.vi}, bước này lại mở thêm"
                    " một hồ sơ cùng loại: không bao giờ hết hồ sơ",
                    f"no case ends without {step.en}, which opens another of the same type:"
                    " there is always one more",
                ),
                Text(
                    "bỏ việc mở hồ sơ, hoặc thêm một đường kết thúc không qua bước này",
                    "do not open a case here, or add a way to the end without this step",
                ),
            )
        else:
            yield warning(
                f"transitions[{index}].effects",
                Text(
                    f"bước {step.vi} mở thêm một hồ sơ cùng loại",
                    f"{step.en} opens another case of the same type",
                ),
                Text(
                    "kiểm tra xem có đúng ý không; thường mở hồ sơ loại khác",
                    "check that it is meant; usually a case of another type is opened",
                ),
            )
