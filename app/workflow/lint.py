"""What is wrong, or doubtful, in a case type that is well formed: found before it is published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.workflow.acts import GLOBAL_ACTS
from app.workflow.decisions import REASON_FIELD
from app.workflow.definition import AssignUnit, CaseType, FieldType, OpenCase, SetField
from app.workflow.expressions import ExpressionError, compile_expression, name_problems
from app.workflow.happenings import BUILT_IN_EVENTS
from app.workflow.lint_graph import graph_problems
from app.workflow.machine import expressions_of
from app.workflow.problems import Problem, Severity
from app.workflow.problems import error as _error
from app.workflow.problems import warning as _warning
from app.workflow.text import Text

__all__ = ["Problem", "Severity", "check"]
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Placeholders of a title that are not fields of the case.
_TITLE_WORDS = frozenset({"reference", "place_text", "unit", "year"})


def check(
    case_type: CaseType,
    known_roles: Collection[str],
    *,
    known_types: Collection[str] | None = None,
) -> list[Problem]:
    """Return every problem of a case type, errors first, in the order of the file.

    `known_roles` are the role codes of the installation; `known_types` the codes of the other case
    types, if they should be checked.
    """
    names = _Names(
        roles=frozenset(known_roles),
        fields=frozenset(item.code for item in case_type.fields),
        types=None if known_types is None else frozenset(known_types) | {case_type.code},
    )
    found = [problem for rule in _RULES for problem in rule(case_type, names)]
    return sorted(found, key=lambda problem: problem.severity is Severity.WARNING)


def error(where: str, text: str) -> Problem:
    return _error(where, Text(text))


def warning(where: str, text: str) -> Problem:
    return _warning(where, Text(text))


@dataclass(frozen=True, slots=True)
class _Names:
    roles: frozenset[str]
    fields: frozenset[str]
    types: frozenset[str] | None


def _graph(case_type: CaseType, _: _Names) -> Iterator[Problem]:
    yield from graph_problems(case_type)


def _duplicates(case_type: CaseType, _: _Names) -> Iterator[Problem]:
    for key in ("fields", "states", "transitions", "clocks", "events", "documents", "sections"):
        yield from _repeated(key, (item.code for item in getattr(case_type, key)))
    for index, item in enumerate(case_type.fields):
        yield from _repeated(f"fields[{index}].options", (option.code for option in item.options))


def _repeated(where: str, codes: Iterable[str]) -> Iterator[Problem]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield error(where, f"mã “{code}” dùng {count} lần")


def _roles(case_type: CaseType, names: _Names) -> Iterator[Problem]:
    used: list[tuple[str, tuple[str, ...]]] = [("open.roles", case_type.open.roles)]
    for index, step in enumerate(case_type.transitions):
        used.append((f"transitions[{index}].roles", step.roles))
        used.append((f"transitions[{index}].notify", step.notify))
        used.append((f"transitions[{index}].confirm", step.confirm))
    used += [(f"clocks[{i}].escalate", clock.escalate) for i, clock in enumerate(case_type.clocks)]
    used += [(f"events[{i}].roles", event.roles) for i, event in enumerate(case_type.events)]
    used += [
        (f"fields[{i}].read_roles", item.read_roles) for i, item in enumerate(case_type.fields)
    ]
    for where, codes in used:
        yield from _unknown(where, codes, names.roles, "vai trò")


def _fields(case_type: CaseType, names: _Names) -> Iterator[Problem]:
    used: list[tuple[str, tuple[str, ...]]] = [("open.fields", case_type.open.fields)]
    for index, step in enumerate(case_type.transitions):
        used.append((f"transitions[{index}].require", step.require))
        used.append((f"transitions[{index}].ask", step.ask))
    used += [(f"events[{i}].ask", event.ask) for i, event in enumerate(case_type.events)]
    for where, codes in used:
        yield from _unknown(where, codes, names.fields, "trường")
        yield from _repeated(where, codes)
    title = _PLACEHOLDER.findall(case_type.title or "")
    yield from _unknown("title", title, names.fields | _TITLE_WORDS, "trường")
    if case_type.title is None and "title" not in names.fields:
        yield error("title", "phải có mẫu title hoặc một trường mã title")


def _reserved(case_type: CaseType, names: _Names) -> Iterator[Problem]:
    if REASON_FIELD in names.fields:
        yield error("fields", "mã “reason” dành cho lý do; dùng reason: required ở bước")
    for index, step in enumerate(case_type.transitions):
        if step.code in GLOBAL_ACTS or step.code == "open":
            yield error(f"transitions[{index}].code", f"mã “{step.code}” dành cho việc chung")
    for index, event in enumerate(case_type.events):
        if event.code in BUILT_IN_EVENTS:
            yield error(f"events[{index}].code", f"sự kiện “{event.code}” đã có sẵn")


def _steps(case_type: CaseType, names: _Names) -> Iterator[Problem]:
    states = {state.code for state in case_type.states}
    documents = {document.code for document in case_type.documents}
    leaving: Counter[str] = Counter()
    for index, step in enumerate(case_type.transitions):
        where = f"transitions[{index}]"
        yield from _unknown(f"{where}.from", step.sources, states, "trạng thái")
        yield from _unknown(f"{where}.to", (step.to,), states, "trạng thái")
        yield from _unknown(f"{where}.generate", step.generate, documents, "loại văn bản")
        yield from _effects(case_type, names, index)
        leaving.update(step.sources if step.primary else ())
    for code, count in leaving.items():
        if count > 1:
            yield warning("transitions", f"trạng thái “{code}” có {count} bước primary")


def _effects(case_type: CaseType, names: _Names, index: int) -> Iterator[Problem]:
    types = {item.code: item.type for item in case_type.fields}
    for number, effect in enumerate(case_type.transitions[index].effects):
        where = f"transitions[{index}].effects[{number}]"
        if isinstance(effect, SetField):
            yield from _unknown(where, (effect.field,), names.fields, "trường")
        elif isinstance(effect, AssignUnit):
            yield from _unknown(where, (effect.unit_field,), names.fields, "trường")
            if types.get(effect.unit_field, FieldType.UNIT) is not FieldType.UNIT:
                yield error(where, f"trường “{effect.unit_field}” không phải kiểu unit")
        elif isinstance(effect, OpenCase):
            yield from _unknown(where, effect.copy_fields, names.fields, "trường")
            if names.types is not None:
                yield from _unknown(where, (effect.type,), names.types, "loại hồ sơ")


def _clocks(case_type: CaseType, names: _Names) -> Iterator[Problem]:
    known = {
        "state": {state.code for state in case_type.states},
        "transition": {step.code for step in case_type.transitions},
        "event": {event.code for event in case_type.events} | BUILT_IN_EVENTS,
        "field": names.fields,
        "document": {document.code for document in case_type.documents},
    }
    for index, clock in enumerate(case_type.clocks):
        where = f"clocks[{index}]"
        for key, triggers in (("start", clock.start), ("stop", clock.stop)):
            yield from _triggers(f"{where}.{key}", triggers, known)
        if clock.before is not None:
            yield from _triggers(f"{where}.before", (clock.before,), known)
            yield from _not_a_date(case_type, f"{where}.before", clock.before)
        if not clock.stop:
            level = error if clock.before is None else warning
            yield level(f"{where}.stop", f"thời hạn “{clock.code}” không có gì làm nó dừng")
        if not clock.escalate:
            yield warning(f"{where}.escalate", "quá hạn mà không báo cho ai")


def _triggers(
    where: str, triggers: Iterable[str], known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    for trigger in triggers:
        kind, _, code = trigger.partition(":")
        if code not in known[kind]:
            yield error(where, f"“{trigger}” không có trong định nghĩa")


def _not_a_date(case_type: CaseType, where: str, trigger: str) -> Iterator[Problem]:
    code = trigger.partition(":")[2]
    dates = {FieldType.DATE, FieldType.DATETIME}
    if any(item.code == code and item.type not in dates for item in case_type.fields):
        yield error(where, f"trường “{code}” không phải kiểu date hoặc datetime")


def _expressions(case_type: CaseType, names: _Names) -> Iterator[Problem]:
    for where, source in expressions_of(case_type):
        try:
            expression = compile_expression(source)
        except ExpressionError as fault:
            yield error(where, str(fault))
        else:
            for sentence in name_problems(expression, names.fields):
                yield error(where, sentence)


def _translations(case_type: CaseType, _: _Names) -> Iterator[Problem]:
    for where, text in _texts(case_type):
        if not text.en:
            yield error(where, f"“{text.vi}” chưa có tiếng Anh")


def _texts(case_type: CaseType) -> Iterator[tuple[str, Text]]:
    for key in ("name", "area", "help"):
        yield key, getattr(case_type, key) or case_type.name
    for key in ("fields", "states", "transitions", "clocks", "events", "documents", "sections"):
        for index, item in enumerate(getattr(case_type, key)):
            yield f"{key}[{index}].name", item.name
            if getattr(item, "help", None) is not None:
                yield f"{key}[{index}].help", item.help
    yield from _inner_texts(case_type)


def _inner_texts(case_type: CaseType) -> Iterator[tuple[str, Text]]:
    for index, field in enumerate(case_type.fields):
        for number, option in enumerate(field.options):
            yield f"fields[{index}].options[{number}].name", option.name
    for index, step in enumerate(case_type.transitions):
        for number, guard in enumerate(step.guards):
            yield f"transitions[{index}].guards[{number}].message", guard.message


def _values(case_type: CaseType, _: _Names) -> Iterator[Problem]:
    sections = {section.code for section in case_type.sections}
    for index, item in enumerate(case_type.fields):
        where = f"fields[{index}]"
        if sections and item.section is not None and item.section not in sections:
            yield error(f"{where}.section", f"mục “{item.section}” không có trong sections")
        options = {option.code for option in item.options}
        if item.type is FieldType.CHOICE and item.default not in {None, *options}:
            yield error(f"{where}.default", f"“{item.default}” không có trong options")
        if item.pattern is not None and not _is_pattern(item.pattern):
            yield error(f"{where}.pattern", "không phải biểu thức chính quy hợp lệ")


def _is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _unknown(
    where: str, codes: Iterable[str], known: Collection[str], what: str
) -> Iterator[Problem]:
    for code in codes:
        if code not in known:
            yield error(where, f"{what} “{code}” không có")


_RULES: tuple[Callable[[CaseType, _Names], Iterator[Problem]], ...] = (
    *(_duplicates, _graph, _roles, _fields, _reserved),
    *(_steps, _clocks, _expressions, _values, _translations),
)
