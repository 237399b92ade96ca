"""Whether an open case can go on under another version of its type, what changes, and why not.

What is decided here once:

* a case keeps its state if the new version has it and does not end there; else the map must lead
  it to a state that is open;
* no value disappears unasked: a filled field that the new version has not must be mapped, or be
  left out by name;
* a case does not enter a state without what every case in that state has under the new version
  and had not to have under the old one: a value is filled in, allowed to come later, or missing;
* a request that waits for a second person goes along only where the same step can confirm it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from app.workflow.decisions import REASON_FIELD, Reason
from app.workflow.definition import CaseType, FieldDefinition, SetField, State, Transition
from app.workflow.expressions import is_filled
from app.workflow.fitting import UnfitError, fitted
from app.workflow.text import Text
from app.workflow.version_map import LEFT_OUT, VersionMap, require_fitting

NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


class Outcome(StrEnum):
    """What becomes of one case."""

    UNCHANGED = "unchanged"
    MAPPED = "mapped"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True)
class OpenCaseFacts:
    """What a verdict depends on; `pending` is the request that waits for a second person."""

    state: str
    data: Mapping[str, Any]  # Any: values are JSON
    pending: Mapping[str, Any] | None = None  # Any: answers are JSON


@dataclass(frozen=True, slots=True)
class Verdict:
    """The case after the migration, or why it stays where it is.

    `changed` are the facts that are written, `dropped` the codes that go; `reasons` stand against
    it, `remarks` tell what the map does to it.
    """

    outcome: Outcome
    state: str
    data: Mapping[str, Any]  # Any: values are JSON
    pending: Mapping[str, Any] | None = None  # Any: answers are JSON
    changed: Mapping[str, Any] = field(default_factory=dict)  # Any: values are JSON
    dropped: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    remarks: tuple[Reason, ...] = ()

    @property
    def is_possible(self) -> bool:
        return self.outcome is not Outcome.CANNOT


@dataclass(frozen=True)
class Plan:
    """Two versions and the way from one to the other; judges one case after the other."""

    old: CaseType
    new: CaseType
    chosen: VersionMap

    @cached_property
    def old_states(self) -> Mapping[str, State]:
        return {state.code: state for state in self.old.states}

    @cached_property
    def new_states(self) -> Mapping[str, State]:
        return {state.code: state for state in self.new.states}

    @cached_property
    def old_fields(self) -> Mapping[str, FieldDefinition]:
        return {item.code: item for item in self.old.fields}

    @cached_property
    def new_fields(self) -> Mapping[str, FieldDefinition]:
        return {item.code: item for item in self.new.fields}

    @cached_property
    def same_fields(self) -> frozenset[str]:
        """The codes of fields that both versions define alike."""
        new = self.new_fields
        return frozenset(code for code, old in self.old_fields.items() if new.get(code) == old)

    @cached_property
    def steps(self) -> Mapping[str, Transition]:
        return {step.code: step for step in self.new.transitions}

    @cached_property
    def needed(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """What a case coming from an old state must newly have in a new one."""
        before, after = held_by_state(self.old), held_by_state(self.new)
        found = {}
        for old_state, had in before.items():
            moved = {self.chosen.fields.get(code, code) for code in had}
            for new_state, has in after.items():
                codes = [item.code for item in self.new.fields if item.code in has - moved]
                found[old_state, new_state] = tuple(codes)
        return found

    def state_of(self, old_state: str) -> str | None:
        """Where cases of an old state go on; None if nowhere."""
        target = self.chosen.states.get(old_state, old_state)
        state = self.new_states.get(target)
        return None if state is None or state.is_terminal else target

    def judge(self, case: OpenCaseFacts) -> Verdict:
        """Say what becomes of one open case; never raises, whatever its facts are."""
        return _Judging(self, case).verdict()


def plan(old: CaseType, new: CaseType, chosen: VersionMap) -> Plan:
    """Prepare the migration from one version to another; raises DefinitionError for a bad map."""
    require_fitting(old, new, chosen)
    return Plan(old, new, chosen)


def held_by_state(case_type: CaseType) -> dict[str, frozenset[str]]:
    """The fields that every case has which came into a state by the steps of this definition."""
    required = {item.code for item in case_type.fields if item.required}
    asked_if = {item.code for item in case_type.fields if item.shown_when or item.compute}
    opening = frozenset(required & set(case_type.open.fields)) - asked_if
    held: dict[str, frozenset[str]] = {case_type.initial_state: opening}
    steps = [(step, _brought(step, required) - asked_if) for step in case_type.transitions]
    is_settled = False
    while not is_settled:
        is_settled = True
        for step, brought in steps:
            for source in step.sources:
                if source in held and _meet(held, step.to, held[source] | brought):
                    is_settled = False
    return {state.code: held.get(state.code, frozenset()) for state in case_type.states}


def _meet(held: dict[str, frozenset[str]], state: str, comes: frozenset[str]) -> bool:
    """A state holds only what comes along every way into it; tells whether that has changed."""
    kept = held[state] & comes if state in held else comes
    if held.get(state) == kept:
        return False
    held[state] = kept
    return True


def _brought(step: Transition, required: set[str]) -> frozenset[str]:
    asked = {code for code in step.ask if code in required}
    made = {effect.field for effect in step.effects if isinstance(effect, SetField)}
    return frozenset(asked | set(step.require) | made)


@dataclass
class _Judging:
    """One case under judgement."""

    plan: Plan
    case: OpenCaseFacts
    against: list[Reason] = field(default_factory=list)
    remarks: list[Reason] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def verdict(self) -> Verdict:
        state = self.plan.state_of(self.case.state)
        if state is None:
            self.against.append(self._no_state())
        elif state != self.case.state:
            self.remarks.append(self._moved_state(state))
        data = dict(self._facts(self.case.data))
        if state is not None:
            data |= dict(self._filled(state, data))
        pending = self._pending(state)
        changed = {
            code: value
            for code, value in data.items()
            if code not in self.case.data or self.case.data[code] != value
        }
        is_same = state == self.case.state and not changed and not self.dropped
        return Verdict(
            outcome=Outcome.CANNOT
            if self.against
            else (Outcome.UNCHANGED if is_same else Outcome.MAPPED),
            state=state or self.case.state,
            data=data,
            pending=pending,
            changed=changed,
            dropped=tuple(self.dropped),
            reasons=tuple(self.against),
            remarks=tuple(self.remarks),
        )

    def _facts(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:  # Any: JSON
        """The facts under their new codes, each fitted to its new field."""
        for code, value in data.items():
            target = self.plan.chosen.fields.get(code, code)
            new, old = self.plan.new_fields.get(target), self.plan.old_fields.get(code)
            if target == LEFT_OUT or (new is None and not is_filled(value)):
                self._leave(code, value)
            elif new is None:
                self.against.append(self._no_field(code))
            elif old is None:
                yield target, value
            else:
                yield from self._fitted(old, new, value)

    def _fitted(
        self, old: FieldDefinition, new: FieldDefinition, value: Any
    ) -> Iterator[tuple[str, Any]]:  # Any: JSON
        if old.code != new.code:
            self.dropped.append(old.code)
            if is_filled(value):
                self.remarks.append(_renamed(old, new))
        if old.code == new.code and old.code in self.plan.same_fields:
            yield new.code, value
            return
        options = self.plan.chosen.options.get(old.code, NO_OPTIONS)
        try:
            yield new.code, fitted(old, new, value, options)
        except UnfitError as problem:
            self.against.append(_unfit(new, problem))

    def _leave(self, code: str, value: object) -> None:
        self.dropped.append(code)
        old = self.plan.old_fields.get(code)
        if is_filled(value) and old is not None:
            self.remarks.append(_left_out(old))

    def _filled(self, state: str, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Values for what the state must have and the case has not; Any: JSON."""
        for code in self.plan.needed.get((self.case.state, state), ()):
            if is_filled(data.get(code)):
                continue
            new = self.plan.new_fields[code]
            value = self.plan.chosen.fill.get(code, new.default)
            if is_filled(value):
                self.remarks.append(_filled_in(new))
                yield code, value
            elif code in self.plan.chosen.later:
                self.remarks.append(_comes_later(new))
            else:
                self.against.append(_missing(new, self.plan.new_states[state]))

    def _pending(self, state: str | None) -> Mapping[str, Any] | None:  # Any: JSON
        pending = self.case.pending
        if pending is None:
            return None
        step = self.plan.steps.get(str(pending["transition"]))
        if step is None or not step.four_eyes or (state is not None and state not in step.sources):
            self.against.append(self._waits(str(pending["transition"])))
            return pending
        said = {k: v for k, v in pending["answers"].items() if k != REASON_FIELD}
        kept = {k: v for k, v in pending["answers"].items() if k == REASON_FIELD}
        known = list(self.dropped), list(self.remarks)
        moved = dict(self._facts(said))
        self.dropped, self.remarks = known
        if not moved.keys() <= {*step.require, *step.ask}:
            self.against.append(self._waits(step.code))
        return {**pending, "answers": {**moved, **kept}}

    def _no_state(self) -> Reason:
        name = _state_name(self.plan.old_states, self.case.state)
        return Reason(
            "no_state",
            Text(
                f"Trạng thái “{name}” không còn trong phiên bản mới: chọn trạng thái thay thế.",
                f"The new version has no state “{name.in_locale('en')}”: choose one instead.",
            ),
        )

    def _moved_state(self, state: str) -> Reason:
        was = _state_name(self.plan.old_states, self.case.state)
        now = self.plan.new_states[state].name
        return Reason(
            "state_mapped",
            Text(
                f"Trạng thái “{was}” thành “{now}”.",
                f"State “{was.in_locale('en')}” becomes “{now.in_locale('en')}”.",
            ),
        )

    def _no_field(self, code: str) -> Reason:
        old = self.plan.old_fields.get(code)
        name = old.name if old is not None else Text(code)
        return Reason(
            "no_field",
            Text(
                f"“{name}” có giá trị nhưng phiên bản mới không có trường này: chọn trường thay "
                "thế, hoặc chọn chỉ giữ trong lịch sử.",
                f"“{name.in_locale('en')}” has a value but the new version has no such field: "
                "choose another one, or leave it to the history.",
            ),
            code,
        )

    def _waits(self, code: str) -> Reason:
        names = {step.code: step.name for step in self.plan.old.transitions}
        name = names.get(code, Text(code))
        return Reason(
            "pending",
            Text(
                f"Đề nghị “{name}” đang chờ người thứ hai, phiên bản mới không xác nhận được bước "
                "này: hãy xác nhận hoặc rút đề nghị trước.",
                f"“{name.in_locale('en')}” waits for a second person and the new version cannot "
                "confirm it: confirm or withdraw it first.",
            ),
        )


def _state_name(states: Mapping[str, State], code: str) -> Text:
    return states[code].name if code in states else Text(code)


def _unfit(new: FieldDefinition, problem: UnfitError) -> Reason:
    return Reason(
        "unfit",
        Text(
            f"“{new.name}”: {problem.text}.",
            f"“{new.name.in_locale('en')}”: {problem.text.in_locale('en')}.",
        ),
        new.code,
    )


def _missing(new: FieldDefinition, state: State) -> Reason:
    return Reason(
        "missing",
        Text(
            f"Ở trạng thái “{state.name}” phiên bản mới bắt buộc có “{new.name}”, hồ sơ chưa có.",
            f"In “{state.name.in_locale('en')}” the new version needs "
            f"“{new.name.in_locale('en')}”, which the case lacks.",
        ),
        new.code,
    )


def _renamed(old: FieldDefinition, new: FieldDefinition) -> Reason:
    return Reason(
        "field_mapped",
        Text(
            f"“{old.name}” chuyển sang “{new.name}”.",
            f"“{old.name.in_locale('en')}” becomes “{new.name.in_locale('en')}”.",
        ),
        new.code,
    )


def _left_out(old: FieldDefinition) -> Reason:
    return Reason(
        "left_out",
        Text(
            f"“{old.name}” chỉ còn trong lịch sử hồ sơ.",
            f"“{old.name.in_locale('en')}” stays in the history only.",
        ),
        old.code,
    )


def _filled_in(new: FieldDefinition) -> Reason:
    return Reason(
        "filled",
        Text(
            f"“{new.name}” được điền giá trị đã chọn.",
            f"“{new.name.in_locale('en')}” gets the chosen value.",
        ),
        new.code,
    )


def _comes_later(new: FieldDefinition) -> Reason:
    return Reason(
        "later",
        Text(
            f"“{new.name}” còn thiếu, được bổ sung sau.",
            f"“{new.name.in_locale('en')}” is missing and may come later.",
        ),
        new.code,
    )
