"""Tests of a case type in YAML beside it: given a case, this person may or may not, because.

    type: border_incident
    actors:
      station: {roles: [border_station], unit: DBP-LP}
    cases:
      detected: {state: detected, data: {incident_kind: smuggling}}
    tests:
      - name: Không triển khai khi chưa biết chỗ
        case: detected
        by: station
        step: dispatch
        may: false
        because: [Cần mốc gần nhất hoặc tọa độ]
      - name: Từ phát hiện đến hiện trường
        walk:
          - {by: station, open: {incident_kind: smuggling}, at: 2026-11-20 08:00, state: detected}
          - {by: station, step: dispatch, answers: {nearest_marker: {id: 1}}, state: on_scene,
             clocks: {quick_report: stopped, inform_counterpart: 2026-11-21 08:00}}

A test is one check or a `walk` of several, each on the case that the one before has left. Moments
are local to the calendar. `because` names codes of reasons or parts of their sentences. What a
state's checklist asks for is ticked off in the given case (`checked: [item]`) or by the one who
acts, before the act (`tick: [item]`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from app.workflow.acts import GLOBAL_ACTS
from app.workflow.definition import CaseType
from app.workflow.errors import DefinitionError, Fault
from app.workflow.faults import faults_of
from app.workflow.field_definition import Code, Part
from app.workflow.limits import Limit
from app.workflow.source import SourceError, read_yaml

CLOCK_WORDS = frozenset({"none", "running", "paused", "stopped", "late", "cancelled"})


def _as_written(value: object) -> object:
    """YAML reads some moments by itself; they are kept as they were written."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def _as_answers(value: object) -> object:
    if isinstance(value, dict):
        return {key: _as_answers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_answers(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


Moment = Annotated[str, BeforeValidator(_as_written)]
Answers = Annotated[dict[Code, Any], BeforeValidator(_as_answers)]  # Any: values are JSON


class Person(Part):
    """Somebody who acts; each name is another person."""

    roles: tuple[Code, ...] = Field(min_length=1)
    unit: str = "unit"


class Waiting(Part):
    """A request that waits for a second person."""

    step: Code
    by: Code
    answers: Answers = Field(default_factory=dict)


class Given(Part):
    """A case as a test finds it; `clocks` started at these moments and still run."""

    state: Code
    data: Answers = Field(default_factory=dict)
    checked: tuple[Code, ...] = ()
    opened: Moment | None = None
    unit: str = "unit"
    suspended: bool = False
    merged: bool = False
    previous_state: Code | None = None
    pending: Waiting | None = None
    clocks: dict[Code, Moment] = Field(default_factory=dict)


class Expected(Part):
    """An act and what is expected of it."""

    by: Code | None = None
    open: Answers | None = None
    step: Code | None = None
    act: Code | None = None
    event: Code | None = None
    answers: Answers = Field(default_factory=dict)
    tick: tuple[Code, ...] = ()
    at: Moment | None = None
    may: bool = True
    because: tuple[str, ...] = ()
    missing: tuple[Code, ...] | None = None
    state: Code | None = None
    second_person: bool | None = None
    sets: Answers = Field(default_factory=dict)
    documents: tuple[Code, ...] | None = None
    clocks: dict[Code, Moment] = Field(default_factory=dict)

    @property
    def acts(self) -> int:
        """How many acts are named."""
        return sum(one is not None for one in (self.step, self.act, self.event, self.open))

    @model_validator(mode="after")
    def _refusals_alone_have_reasons(self) -> Self:
        if self.may and (self.because or self.missing):
            raise ValueError("because và missing chỉ dùng khi may là false")
        if self.tick and self.open is not None:
            raise ValueError("tick không dùng khi mở hồ sơ: chưa có việc nào để đánh dấu")
        return self


class Check(Expected):
    """One act of a walk."""

    @model_validator(mode="after")
    def _is_one_act(self) -> Self:
        if self.acts != 1:
            raise ValueError("mỗi kiểm tra có đúng một trong các khóa open, step, act, event")
        return self


class Test(Expected):
    """A named test: one check on a given case, or a walk."""

    __test__ = False  # no test of ours, whatever its name

    name: str = Field(min_length=1)
    case: Code | Given | None = None
    walk: tuple[Check, ...] = ()

    @model_validator(mode="after")
    def _is_one_act_or_a_walk(self) -> Self:
        if self.acts != (0 if self.walk else 1):
            raise ValueError("test có đúng một trong các khóa open, step, act, event, walk")
        return self

    @property
    def checks(self) -> tuple[Expected, ...]:
        return self.walk or (self,)


class CalendarOf(Part):
    """The calendar of the deadlines: that of Viet Nam, or a plain week, with days of its own."""

    base: Literal["VN", "week"] = "VN"
    time_zone: str = "Asia/Ho_Chi_Minh"
    holidays: tuple[Moment, ...] = ()
    work_days: tuple[Moment, ...] = ()


class Suite(Part):
    """Everything that is tested of one case type."""

    type: Code
    calendar: CalendarOf = CalendarOf()
    settings: dict[str, str] = Field(default_factory=dict)
    now: Moment = "2026-11-20 09:00"
    actors: dict[Code, Person] = Field(min_length=1)
    cases: dict[Code, Given] = Field(default_factory=dict)
    tests: tuple[Test, ...] = Field(min_length=1)


def load_suite(text: str, *, name: str) -> Suite:
    """Read the tests of a case type; raises DefinitionError with every fault and its line."""
    try:
        content = read_yaml(text)
    except SourceError as fault:
        raise DefinitionError(name, (Fault("", fault.sentence, fault.line),)) from fault
    try:
        return Suite.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(name, faults_of(error, text)) from error


def require_known(suite: Suite, case_type: CaseType, *, name: str) -> None:
    """Raise DefinitionError where tests name what the case type has not."""
    faults = tuple(_unknown(suite, case_type))
    if faults:
        raise DefinitionError(name, faults)


def _unknown(suite: Suite, case_type: CaseType) -> Iterator[Fault]:
    known = {
        "state": {item.code for item in case_type.states},
        "data": {item.code for item in case_type.fields},
        "step": {item.code for item in case_type.transitions},
        "event": {item.code for item in case_type.events},
        "act": set(GLOBAL_ACTS),
        "clocks": {item.code for item in case_type.clocks},
        "by": set(suite.actors),
        "case": set(suite.cases),
        "tick": {item.code for state in case_type.states for item in state.checklist},
    }
    if suite.type != case_type.code:
        yield Fault("type", f"tệp kiểm thử của “{suite.type}”, không phải “{case_type.code}”")
    for code, text in suite.settings.items():
        if not _is_limit(text):
            yield Fault(f"settings.{code}", "thời hạn viết là “2 h”, “10 cd” hoặc “5 wd”")
    for path, key, code in _names_used(suite):
        if code not in known[key]:
            yield Fault(path, f"không có “{code}”")
    yield from _unknown_items(suite, case_type)


def _unknown_items(suite: Suite, case_type: CaseType) -> Iterator[Fault]:
    """What a given case says is done, though its state has no such thing on its list."""
    lists = {state.code: {item.code for item in state.checklist} for state in case_type.states}
    given = {f"cases.{code}": one for code, one in suite.cases.items()}
    for index, test in enumerate(suite.tests):
        if isinstance(test.case, Given):
            given[f"tests[{index}].case"] = test.case
    for path, one in given.items():
        for item in one.checked:
            if item not in lists.get(one.state, ()):
                said = f"trạng thái “{one.state}” không có việc “{item}”"
                yield Fault(f"{path}.checked.{item}", said)


def _is_limit(text: str) -> bool:
    try:
        Limit.parse(text)
    except ValueError:
        return False
    return True


def _names_used(suite: Suite) -> Iterator[tuple[str, str, str]]:
    """(path, kind of name, name) of every name that must be known."""
    for code, given in suite.cases.items():
        yield from _of_given(f"cases.{code}", given)
    for index, test in enumerate(suite.tests):
        path = f"tests[{index}]"
        if isinstance(test.case, Given):
            yield from _of_given(f"{path}.case", test.case)
        elif test.case is not None:
            yield f"{path}.case", "case", test.case
        if test.walk:
            for number, check in enumerate(test.walk):
                yield from _of_check(f"{path}.walk[{number}]", check)
        else:
            yield from _of_check(path, test)


def _of_given(path: str, given: Given) -> Iterator[tuple[str, str, str]]:
    yield f"{path}.state", "state", given.state
    yield from _each(f"{path}.data", "data", given.data)
    yield from _each(f"{path}.clocks", "clocks", given.clocks)
    if given.pending is not None:
        yield f"{path}.pending.step", "step", given.pending.step
        yield f"{path}.pending.by", "by", given.pending.by


def _of_check(path: str, check: Expected) -> Iterator[tuple[str, str, str]]:
    named: Mapping[str, str | None] = {
        "by": check.by,
        "step": check.step,
        "act": check.act,
        "event": check.event,
        "state": check.state,
    }
    for key, code in named.items():
        if code is not None:
            yield f"{path}.{key}", key, code
    if check.by is None:
        yield f"{path}.by", "by", "by"
    yield from _each(f"{path}.clocks", "clocks", check.clocks)
    yield from _each(f"{path}.sets", "data", check.sets)
    yield from _each(f"{path}.tick", "tick", check.tick)
    if check.act is None:
        said = {**(check.open or {}), **check.answers}
        yield from _each(f"{path}.answers", "data", (code for code in said if code != "reason"))


def _each(path: str, kind: str, codes: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for code in codes:
        yield f"{path}.{code}", kind, code
