"""Whether limits are limits: of the field's own type, within reach, and of a use to a deadline.

A bound of another type is compared with what somebody types, and only then would it fail; what is
wrong here is found before anybody types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from app.workflow.cel_syntax import parse
from app.workflow.definition import CaseType, ClockDefinition
from app.workflow.field_definition import FieldDefinition, FieldType
from app.workflow.limits import ClockKind
from app.workflow.lint_scope import Scope, nearest
from app.workflow.lint_words import called_item, key
from app.workflow.machine import expressions_of
from app.workflow.patterns import is_pattern
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

_NUMBERS = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.GROUP})
_DAYS = frozenset({FieldType.DATE, FieldType.DATETIME})
_KEYS = ("min", "max")
_LONGEST_REFERENCE = 64  # the column of the table of cases
_LONGEST_UNIT = 16
_LONGEST_LIMIT_DAYS = 36_600  # a hundred years
# What CEL keeps for itself: data.in could never be asked for.
_WORDS_OF_CEL = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in"}
    | {"let", "loop", "namespace", "null", "package", "return", "true", "var", "void", "while"}
)
_MIN, _MAX = key("field", "min"), key("field", "max")
_LIMIT, _REPEAT, _WARN = (key("clock", name) for name in ("limit", "repeat", "warn"))


def bound_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Limits of fields and deadlines, the length of numbers, patterns within conditions."""
    for index, item in enumerate(case_type.fields):
        yield from _of_field(f"fields[{index}]", item)
        for number, column in enumerate(item.fields):
            yield from _of_field(f"fields[{index}].fields[{number}]", column)
    for index, clock in enumerate(case_type.clocks):
        yield from _of_clock(f"clocks[{index}]", clock, case_type)
        yield from _setting(f"clocks[{index}]", clock, scope)
    yield from _reference(case_type)
    for where, source in expressions_of(case_type):
        yield from _patterns(where, source)


# --- fields ---------------------------------------------------------------------------------


def _of_field(where: str, item: FieldDefinition) -> Iterator[Problem]:
    said = called_item(item)
    for name, called in zip(_KEYS, (_MIN, _MAX), strict=True):
        bound = getattr(item, name)
        if bound is not None and not _fits(item, bound):
            yield error(
                f"{where}.{name}",
                Text(
                    f"{called.vi} “{bound}” không hợp với kiểu của {said.vi}",
                    f"{called.en} “{bound}” does not fit the type of {said.en}",
                ),
                _what_fits(item),
            )
    if item.code in _WORDS_OF_CEL:
        yield error(
            f"{where}.code",
            Text(
                f"{said.vi}: mã “{item.code}” là từ của ngôn ngữ điều kiện (CEL)",
                f"{said.en}: the code “{item.code}” is a word of the language of conditions (CEL)",
            ),
            Text(
                f"đặt mã khác, ví dụ ma_{item.code}",
                f"choose another code, such as the_{item.code}",
            ),
        )


def _fits(item: FieldDefinition, bound: float | date | datetime) -> bool:
    if item.type in _NUMBERS:
        return isinstance(bound, int | float)
    return item.type in _DAYS and isinstance(bound, date)


def _what_fits(item: FieldDefinition) -> Text:
    if item.type in _NUMBERS:
        return Text("ghi một số, hoặc bỏ giới hạn", "give a number, or drop the limit")
    if item.type in _DAYS:
        return Text(
            "ghi một ngày, ví dụ 2026-01-31, hoặc bỏ giới hạn",
            "give a day such as 2026-01-31, or drop the limit",
        )
    return Text(
        "bỏ giới hạn: chỉ số, tiền, ngày và bảng có nhỏ nhất, lớn nhất",
        "drop it: only numbers, money, days and tables have a smallest and a largest",
    )


# --- deadlines ------------------------------------------------------------------------------


def _of_clock(where: str, clock: ClockDefinition, case_type: CaseType) -> Iterator[Problem]:
    said = called_item(clock)
    if clock.repeat and clock.limit.amount == 0:
        yield error(
            f"{where}.limit",
            Text(
                f"thời hạn {said.vi} lặp lại mà dài {clock.limit.text.vi}: vòng sau không bao giờ"
                " muộn hơn vòng trước",
                f"the deadline {said.en} repeats after {clock.limit.text.en}: no round comes later"
                " than the one before",
            ),
            Text(
                f"ghi ít nhất 1 ở {_LIMIT.vi}, hoặc bỏ {_REPEAT.vi}",
                f"give {_LIMIT.en} at least 1, or drop {_REPEAT.en}",
            ),
        )
    days = clock.limit.amount / (24 if clock.limit.kind is ClockKind.HOURS else 1)
    if days > _LONGEST_LIMIT_DAYS:
        yield error(
            f"{where}.limit",
            Text(
                f"thời hạn {said.vi} dài {clock.limit.text.vi}, quá một trăm năm",
                f"the deadline {said.en} lasts {clock.limit.text.en}, above a hundred years",
            ),
            Text(f"sửa số ở {_LIMIT.vi}", f"correct the figure in {_LIMIT.en}"),
        )
    yield from _warnings(where, clock)
    yield from _counted_back(where, clock, case_type)


def _setting(where: str, clock: ClockDefinition, scope: Scope) -> Iterator[Problem]:
    """A threshold that nobody keeps is no fault: the deadline's own limit counts, and for good."""
    if clock.setting is None or scope.settings is None or clock.setting in scope.settings:
        return
    near = nearest(clock.setting, scope.settings)
    meant = Text(f"có phải “{near}” không? ", f"did you mean “{near}”? ") if near else Text("")
    yield warning(
        f"{where}.setting",
        Text(
            f"chưa có ngưỡng theo nơi “{clock.setting}”: luôn dùng {clock.limit.text.vi}",
            f"there is no setting “{clock.setting}”: {clock.limit.text.en} always counts",
        ),
        Text(
            f"{meant.vi}Thêm ngưỡng ở trang Ngưỡng theo nơi, hoặc bỏ đi",
            f"{meant.en}Add it on the page of settings, or drop it",
        ),
    )


def _warnings(where: str, clock: ClockDefinition) -> Iterator[Problem]:
    """A warning as long before as the whole deadline comes when nothing has been late yet."""
    for number, warn in enumerate(clock.warn):
        ahead = warn.ahead
        is_whole = (
            clock.before is None
            and ahead is not None
            and ahead.kind is clock.limit.kind
            and ahead.amount >= clock.limit.amount
        )
        if is_whole or warn.percent == 0:
            yield warning(
                f"{where}.warn[{number}]",
                Text(
                    f"nhắc “{warn}” của thời hạn {called_item(clock).vi} đến ngay khi bắt đầu tính",
                    f"the warning “{warn}” of the deadline {called_item(clock).en} comes as it"
                    " begins",
                ),
                Text(
                    f"ghi ở {_WARN.vi} một khoảng ngắn hơn {clock.limit.text.vi}",
                    f"give {_WARN.en} a span shorter than {clock.limit.text.en}",
                ),
            )


def _counted_back(where: str, clock: ClockDefinition, case_type: CaseType) -> Iterator[Problem]:
    code = clock.before.partition(":")[2] if clock.before else ""
    item = next((one for one in case_type.fields if one.code == code), None)
    if item is not None and item.past:
        yield error(
            f"{where}.before",
            Text(
                f"{called_item(item).vi} là ngày đã qua, nên thời hạn tính ngược từ ngày này luôn"
                " quá hạn",
                f"{called_item(item).en} lies in the past, so a deadline counted back from it is"
                " always missed",
            ),
            Text(
                "chọn một ngày sẽ đến, hoặc bỏ “Không ở tương lai” (past) của trường",
                "choose a day to come, or drop “Not in the future” (past) of the field",
            ),
        )


# --- numbers of cases, patterns in conditions -------------------------------------------------


def _reference(case_type: CaseType) -> Iterator[Problem]:
    longest = case_type.reference.replace("{year}", "2026").replace("{unit}", "X" * _LONGEST_UNIT)
    longest = re.sub(r"\{seq:0(\d)d\}", lambda found: "0" * int(found[1]), longest)
    if len(longest) > _LONGEST_REFERENCE:
        yield error(
            "reference",
            Text(
                f"số hiệu dài tới {len(longest)} ký tự, nhiều nhất là {_LONGEST_REFERENCE}",
                f"numbers of up to {len(longest)} characters, at most {_LONGEST_REFERENCE} fit",
            ),
            Text("rút ngắn mẫu số hiệu", "shorten the pattern"),
        )


def _patterns(where: str, source: str) -> Iterator[Problem]:
    """A pattern inside a condition: one that cannot be read would let the condition fail always."""
    tree = parse(source)
    for node in tree.walk() if tree is not None else ():
        if node.kind != "method" or node.text != "matches":
            continue
        literal = node.parts[-1]
        if literal.kind == "literal" and not is_pattern(str(literal.value)):
            yield error(
                where,
                Text(
                    f"“{literal.value}” trong matches(…) không phải biểu thức chính quy hợp lệ",
                    f"“{literal.value}” in matches(…) is not a regular expression",
                ),
                Text(
                    "kiểm tra ngoặc và dấu gạch chéo của mẫu",
                    "check the brackets and backslashes of the pattern",
                ),
            )
