"""Whether the deadlines can start, stand still, end and be answered for; and the milestones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from app.workflow.definition import CaseType, ClockDefinition
from app.workflow.field_definition import FieldType
from app.workflow.happenings import BUILT_IN_EVENTS
from app.workflow.limits import ClockKind, Limit
from app.workflow.lint_scope import Scope
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

Known = Mapping[str, Collection[str]]
_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_WORKING_WEEK, _WEEK, _LONGEST_BREAK = 5, 7, 14


def clock_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    known = _triggers_of(case_type, scope)
    for index, clock in enumerate(case_type.clocks):
        where = f"clocks[{index}]"
        for key in ("start", "stop", "pause", "resume"):
            yield from _unknown_triggers(f"{where}.{key}", getattr(clock, key), known)
        yield from _origin(where, clock, known, scope)
        yield from _ending(where, clock)
        yield from _pausing(where, clock)
        yield from _chain(where, clock)
        yield from _within(where, clock, case_type)


def milestone_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    known = _triggers_of(case_type, scope)
    for index, milestone in enumerate(case_type.milestones):
        yield from _unknown_triggers(f"milestones[{index}].at", milestone.at, known)


def _triggers_of(case_type: CaseType, scope: Scope) -> Known:
    return {
        "state": scope.states,
        "transition": {step.code for step in case_type.transitions},
        "event": {event.code for event in case_type.events} | BUILT_IN_EVENTS,
        "field": scope.fields.keys(),
        "document": scope.documents,
    }


def _unknown_triggers(where: str, triggers: Iterable[str], known: Known) -> Iterator[Problem]:
    for trigger in triggers:
        kind, _, code = trigger.partition(":")
        if code not in known[kind]:
            yield error(
                where,
                Text(
                    f"“{trigger}” không có trong định nghĩa",
                    f"“{trigger}” is not in the definition",
                ),
                Text(
                    f"sửa mã sau “{kind}:”, hoặc thêm mục có mã này",
                    f"correct the code behind “{kind}:”, or add an entry with it",
                ),
            )


def _origin(where: str, clock: ClockDefinition, known: Known, scope: Scope) -> Iterator[Problem]:
    if clock.before is None:
        return
    yield from _unknown_triggers(f"{where}.before", (clock.before,), known)
    item = scope.fields.get(clock.before.partition(":")[2])
    if item is not None and item.type not in _DATES:
        yield error(
            f"{where}.before",
            Text(
                f"trường “{item.code}” không phải kiểu date hoặc datetime",
                f"the field “{item.code}” is neither a date nor a datetime",
            ),
            Text("chọn một trường ngày", "name a field that holds a date"),
        )


def _ending(where: str, clock: ClockDefinition) -> Iterator[Problem]:
    if not clock.stop:
        level = error if clock.before is None else warning
        yield level(
            f"{where}.stop",
            Text(
                f"thời hạn “{clock.code}” không có gì làm nó dừng",
                f"nothing stops the deadline “{clock.code}”",
            ),
            Text(
                "ghi stop: bước, sự kiện hoặc trạng thái làm xong việc",
                "write stop: the step, event or state that fulfils it",
            ),
        )
    if not clock.escalate:
        yield warning(
            f"{where}.escalate",
            Text("quá hạn mà không báo cho ai", "nobody is told when it is missed"),
            Text("ghi escalate: [vai trò]", "write escalate: [role]"),
        )


def _pausing(where: str, clock: ClockDefinition) -> Iterator[Problem]:
    # Where reasons are listed, a person may pause the deadline and let it run on by hand.
    is_by_hand = bool(clock.pause_reasons)
    if clock.pause and not clock.resume and not is_by_hand:
        yield error(
            f"{where}.resume",
            Text(
                f"thời hạn “{clock.code}” tạm dừng mà không có gì cho chạy tiếp",
                f"the deadline “{clock.code}” pauses and nothing resumes it",
            ),
            Text("ghi resume: [sự kiện hoặc bước]", "write resume: [an event or a step]"),
        )
    if clock.resume and not clock.pause and not is_by_hand:
        yield error(
            f"{where}.pause",
            Text(
                f"thời hạn “{clock.code}” có resume mà không bao giờ tạm dừng",
                f"the deadline “{clock.code}” has resume and never pauses",
            ),
            Text(
                "ghi pause hoặc pause_reasons, hoặc bỏ resume",
                "write pause or pause_reasons, or drop it",
            ),
        )
    for trigger in sorted({*clock.pause} & {*clock.resume}):
        yield error(
            f"{where}.pause",
            Text(
                f"“{trigger}” vừa tạm dừng vừa cho chạy tiếp",
                f"“{trigger}” both pauses and resumes",
            ),
            Text("dùng hai sự kiện khác nhau", "use two different triggers"),
        )
    if clock.pause and clock.before is not None:
        yield error(
            f"{where}.pause",
            Text(
                "thời hạn tính ngược từ một ngày thì không tạm dừng",
                "a deadline counted back from a date does not pause",
            ),
            Text("bỏ pause và resume", "drop pause and resume"),
        )


def _chain(where: str, clock: ClockDefinition) -> Iterator[Problem]:
    for number, (first, second) in enumerate(
        zip(clock.chain, clock.chain[1:], strict=False), start=1
    ):
        if _longest(second.after) <= _shortest(first.after):
            yield error(
                f"{where}.chain[{number}].after",
                Text(
                    f"{second.after} không sau {first.after} của bậc trước",
                    f"{second.after} does not come after {first.after} of the rung before",
                ),
                Text("xếp các bậc theo thời gian tăng dần", "put the rungs in order of time"),
            )


# --- a deadline within another --------------------------------------------------------------


def _within(where: str, clock: ClockDefinition, case_type: CaseType) -> Iterator[Problem]:
    if clock.within is None:
        return
    by_code = {item.code: item for item in case_type.clocks}
    parent = by_code.get(clock.within)
    if parent is None:
        yield error(
            f"{where}.within",
            Text(f"thời hạn “{clock.within}” không có", f"there is no deadline “{clock.within}”"),
            Text("ghi mã của thời hạn bao ngoài", "name the code of the outer deadline"),
        )
    elif _is_ring(clock, by_code):
        yield error(
            f"{where}.within",
            Text(
                f"thời hạn “{clock.code}” nằm trong chính nó",
                f"the deadline “{clock.code}” lies within itself",
            ),
            Text("bỏ một within trong vòng", "drop one within of the ring"),
        )
    else:
        yield from _longer(where, clock, parent)


def _is_ring(clock: ClockDefinition, by_code: Mapping[str, ClockDefinition]) -> bool:
    seen: set[str] = set()
    step: ClockDefinition | None = clock
    while step is not None and step.code not in seen:
        seen.add(step.code)
        step = by_code.get(step.within or "")
    return step is not None and step.code == clock.code


def _longer(where: str, clock: ClockDefinition, parent: ClockDefinition) -> Iterator[Problem]:
    same_kind = clock.limit.kind is parent.limit.kind
    is_always = (
        clock.limit.amount > parent.limit.amount
        if same_kind
        else (_shortest(clock.limit) > _longest(parent.limit))
    )
    is_often = not same_kind and _usual(clock.limit) > _usual(parent.limit)
    if not (is_always or is_often):
        return
    often_vi, often_en = ("", "") if is_always else ("thường ", "usually ")
    yield (error if is_always else warning)(
        f"{where}.limit",
        Text(
            f"{clock.limit} {often_vi}dài hơn {parent.limit} của thời hạn cha “{parent.code}”",
            f"{clock.limit} is {often_en}longer than {parent.limit} of “{parent.code}” around it",
        ),
        Text(
            "rút ngắn thời hạn này, hoặc bỏ within",
            "shorten this deadline, or drop within",
        ),
    )


def _shortest(limit: Limit) -> float:
    """The fewest hours that a limit can last."""
    return limit.amount * (1 if limit.kind is ClockKind.HOURS else 24)


def _longest(limit: Limit) -> float:
    """The most hours: working days over weekends and the longest holidays."""
    if limit.kind is not ClockKind.WORKING_DAYS:
        return _shortest(limit)
    return (limit.amount * _WEEK / _WORKING_WEEK + _LONGEST_BREAK) * 24


def _usual(limit: Limit) -> float:
    if limit.kind is not ClockKind.WORKING_DAYS:
        return _shortest(limit)
    return limit.amount * _WEEK / _WORKING_WEEK * 24
