"""Whether the deadlines can start, stand still, end and be answered for; and the milestones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from app.workflow.definition import CaseType, ClockDefinition
from app.workflow.field_definition import FieldType
from app.workflow.happenings import BUILT_IN_EVENTS
from app.workflow.limits import ClockKind, Limit
from app.workflow.lint_scope import Scope
from app.workflow.lint_words import Called, called_item, key, part
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

Known = Mapping[str, Collection[str]]
_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_STOP, _TOLD, _WITHIN = (key("clock", name) for name in ("stop", "escalate", "within"))
_PAUSE, _RESUME = (key("clock", name) for name in ("pause", "resume"))
_WORKING_WEEK, _WEEK, _LONGEST_BREAK = 5, 7, 14


def clock_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    known = _triggers_of(case_type, scope)
    for index, clock in enumerate(case_type.clocks):
        where = f"clocks[{index}]"
        for name in ("start", "stop", "pause", "resume"):
            yield from _unknown_triggers(f"{where}.{name}", getattr(clock, name), known)
        yield from _origin(where, clock, known, scope)
        yield from _ending(where, clock)
        yield from _pausing(where, clock, scope.called)
        yield from _chain(where, clock)
        yield from _within(where, clock, case_type, scope.called)


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
            what = part(kind)
            yield error(
                where,
                Text(
                    f"{what.vi} “{code}” ({trigger}) không có trong định nghĩa",
                    f"{what.en} “{code}” ({trigger}) is not in the definition",
                ),
                Text(
                    f"chọn một {what.vi} đã có, hoặc thêm {what.vi} mang mã “{code}”",
                    f"choose one that exists, or add {what.en} with the code “{code}”",
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
                f"trường {called_item(item).vi} không ghi ngày nên không tính ngược được",
                f"the field {called_item(item).en} holds no date to count back from",
            ),
            Text(
                "chọn một trường kiểu “Ngày” (date) hoặc “Ngày và giờ” (datetime)",
                "choose a field of the type “Date” (date) or “Date and time” (datetime)",
            ),
        )


def _ending(where: str, clock: ClockDefinition) -> Iterator[Problem]:
    said = called_item(clock)
    if not clock.stop:
        level = error if clock.before is None else warning
        yield level(
            f"{where}.stop",
            Text(
                f"thời hạn {said.vi} không có gì làm nó dừng",
                f"nothing stops the deadline {said.en}",
            ),
            Text(
                f"chọn ở {_STOP.vi} bước, sự kiện hoặc trạng thái làm xong việc",
                f"choose in {_STOP.en} the step, event or state that fulfils it",
            ),
        )
    if not clock.escalate:
        yield warning(
            f"{where}.escalate",
            Text(
                f"thời hạn {said.vi} quá hạn mà không báo cho ai",
                f"nobody is told when the deadline {said.en} is missed",
            ),
            Text(
                f"chọn vai trò ở {_TOLD.vi}",
                f"choose a role in {_TOLD.en}",
            ),
        )


def _pausing(where: str, clock: ClockDefinition, names: Called) -> Iterator[Problem]:
    said = called_item(clock)
    # Where reasons are listed, a person may pause the deadline and let it run on by hand.
    is_by_hand = bool(clock.pause_reasons)
    if clock.pause and not clock.resume and not is_by_hand:
        yield error(
            f"{where}.resume",
            Text(
                f"thời hạn {said.vi} tạm dừng mà không có gì cho chạy tiếp",
                f"the deadline {said.en} pauses and nothing resumes it",
            ),
            Text(
                f"chọn sự kiện hoặc bước ở {_RESUME.vi}",
                f"choose an event or a step in {_RESUME.en}",
            ),
        )
    if clock.resume and not clock.pause and not is_by_hand:
        yield error(
            f"{where}.pause",
            Text(
                f"thời hạn {said.vi} có việc cho chạy tiếp mà không bao giờ tạm dừng",
                f"the deadline {said.en} has something to resume it and never pauses",
            ),
            Text(
                f"chọn {_PAUSE.vi} hoặc thêm lý do tạm dừng (pause_reasons), hoặc bỏ {_RESUME.vi}",
                f"choose {_PAUSE.en} or add reasons to pause (pause_reasons), or drop {_RESUME.en}",
            ),
        )
    for trigger in sorted({*clock.pause} & {*clock.resume}):
        yield error(
            f"{where}.pause",
            Text(
                f"{names.trigger(trigger).vi} vừa tạm dừng vừa cho chạy tiếp thời hạn {said.vi}",
                f"{names.trigger(trigger).en} both pauses and resumes the deadline {said.en}",
            ),
            Text("dùng hai sự kiện khác nhau", "use two different triggers"),
        )
    if clock.pause and clock.before is not None:
        yield error(
            f"{where}.pause",
            Text(
                f"thời hạn {said.vi} tính ngược từ một ngày thì không tạm dừng",
                f"the deadline {said.en} is counted back from a date and does not pause",
            ),
            Text(f"bỏ {_PAUSE.vi} và {_RESUME.vi}", f"drop {_PAUSE.en} and {_RESUME.en}"),
        )


def _chain(where: str, clock: ClockDefinition) -> Iterator[Problem]:
    for number, (first, second) in enumerate(
        zip(clock.chain, clock.chain[1:], strict=False), start=1
    ):
        if _longest(second.after) <= _shortest(first.after):
            yield error(
                f"{where}.chain[{number}].after",
                Text(
                    f"{second.after.text.vi} không sau {first.after.text.vi} của bậc trước",
                    f"{second.after.text.en} does not come after {first.after.text.en}"
                    " of the rung before",
                ),
                Text("xếp các bậc theo thời gian tăng dần", "put the rungs in order of time"),
            )


# --- a deadline within another --------------------------------------------------------------


def _within(
    where: str, clock: ClockDefinition, case_type: CaseType, names: Called
) -> Iterator[Problem]:
    if clock.within is None:
        return
    by_code = {item.code: item for item in case_type.clocks}
    parent = by_code.get(clock.within)
    if parent is None:
        outer = names.all("clock", (code for code in by_code if code != clock.code))
        no_other = Text(f"bỏ {_WITHIN.vi}", f"drop {_WITHIN.en}")
        yield error(
            f"{where}.within",
            Text(f"thời hạn “{clock.within}” không có", f"there is no deadline “{clock.within}”"),
            Text(
                f"chọn một thời hạn đã có ở {_WITHIN.vi}: {outer.vi}" if outer.vi else no_other.vi,
                f"choose a deadline in {_WITHIN.en}: {outer.en}" if outer.vi else no_other.en,
            ),
        )
    elif codes := _ring(clock, by_code):
        ring = Text(
            " → ".join(names("clock", code).vi for code in codes),
            " → ".join(names("clock", code).en for code in codes),
        )
        yield error(
            f"{where}.within",
            Text(
                f"thời hạn {called_item(clock).vi} nằm trong chính nó: {ring.vi}",
                f"the deadline {called_item(clock).en} lies within itself: {ring.en}",
            ),
            Text(
                f"bỏ {_WITHIN.vi} ở một thời hạn trong vòng",
                f"drop {_WITHIN.en} on one deadline of the ring",
            ),
        )
    else:
        yield from _longer(where, clock, parent)


def _ring(clock: ClockDefinition, by_code: Mapping[str, ClockDefinition]) -> list[str]:
    """The way from a deadline back to itself; empty if there is none."""
    way: list[str] = []
    step: ClockDefinition | None = clock
    while step is not None and step.code not in way:
        way.append(step.code)
        step = by_code.get(step.within or "")
    return [*way, clock.code] if step is not None and step.code == clock.code else []


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
    own, around = clock.limit.text, parent.limit.text
    often_vi, often_en = ("", "") if is_always else ("thường ", "usually ")
    yield (error if is_always else warning)(
        f"{where}.limit",
        Text(
            f"{own.vi} {often_vi}dài hơn {around.vi} của thời hạn bao ngoài"
            f" {called_item(parent).vi}",
            f"{own.en} is {often_en}longer than {around.en} of the deadline"
            f" {called_item(parent).en} around it",
        ),
        Text(
            f"rút ngắn thời hạn này, hoặc bỏ {_WITHIN.vi}",
            f"shorten this deadline, or drop {_WITHIN.en}",
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
