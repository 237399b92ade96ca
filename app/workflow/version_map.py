"""What becomes of the states, fields and options that a new version of a case type gives up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError

from app.workflow.definition import CaseType, FieldDefinition, State
from app.workflow.errors import DefinitionError, Fault
from app.workflow.faults import faults_of
from app.workflow.field_definition import Code, Option, Part
from app.workflow.source import SourceError, read_yaml

LEFT_OUT = ""


class VersionMap(Part):
    """How a case of one version becomes a case of another; what keeps its code needs no entry.

    `states` and `fields` lead from old codes to new ones; a field that leads nowhere ("") is left
    out, and its value stays in the history alone. `options` does the same for the choices of an
    old field. `fill` gives a value to cases that lack a field which their state must have; a field
    under `later` may stay empty for now. Deadlines that the new version adds count from `now`, or
    from what started them in the `history`.
    """

    states: dict[Code, Code] = Field(default_factory=dict)
    fields: dict[Code, Code | Literal[""]] = Field(default_factory=dict)
    options: dict[Code, dict[Code, Code]] = Field(default_factory=dict)
    fill: dict[Code, Any] = Field(default_factory=dict)
    later: tuple[Code, ...] = ()
    clocks: Literal["now", "history"] = "now"

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)


NO_MAP = VersionMap()


def read_map(content: object, *, name: str = "map") -> VersionMap:
    """Build a map from the content of a YAML or JSON document; raises DefinitionError."""
    try:
        return VersionMap.model_validate({} if content is None else content)
    except ValidationError as error:
        raise DefinitionError(name, faults_of(error, None)) from error


def load_map(text: str, *, name: str = "map") -> VersionMap:
    """Read a map from YAML text; raises DefinitionError."""
    try:
        content = read_yaml(text)
    except SourceError as fault:
        raise DefinitionError(name, (Fault("", fault.sentence, fault.line),)) from fault
    return read_map(content, name=name)


def proposed_map(old: CaseType, new: CaseType) -> VersionMap:
    """Propose what has an equal name: states, fields and options that were given another code."""
    states = _equal(_gone(old.states, new.states), _gone(new.states, old.states))
    fields = _equal(_gone(old.fields, new.fields), _gone(new.fields, old.fields))
    known = {field.code: field for field in new.fields}
    options = {}
    for field in old.fields:
        target = known.get(fields.get(field.code, field.code))
        if target is not None and field.options and target.options:
            gone = _gone(field.options, target.options)
            options[field.code] = _equal(gone, _gone(target.options, field.options))
    return VersionMap(
        states=states, fields=dict(fields), options={k: v for k, v in options.items() if v}
    )


def removed_states(old: CaseType, new: CaseType) -> list[State]:
    """The states of a version that the new one does not have, open ones only."""
    return [state for state in _gone(old.states, new.states) if not state.is_terminal]


def removed_fields(old: CaseType, new: CaseType) -> list[FieldDefinition]:
    return _gone(old.fields, new.fields)


def removed_options(old: CaseType, new: CaseType) -> dict[str, list[Option]]:
    """The choices that fields of the same code no longer offer."""
    known = {field.code: field for field in new.fields}
    found = {}
    for field in old.fields:
        target = known.get(field.code)
        if target is not None and field.options and target.options:
            found[field.code] = _gone(field.options, target.options)
    return {code: gone for code, gone in found.items() if gone}


def require_fitting(old: CaseType, new: CaseType, chosen: VersionMap) -> None:
    """Raise DefinitionError where a map names what there is not, or loses something silently."""
    faults = tuple(_faults(old, new, chosen))
    if faults:
        raise DefinitionError(new.code, faults)


def _faults(old: CaseType, new: CaseType, chosen: VersionMap) -> Iterator[Fault]:
    yield from _state_faults(old, new, chosen)
    yield from _field_faults(old, new, chosen)
    known = {field.code for field in new.fields}
    for key, codes in (("fill", chosen.fill), ("later", chosen.later)):
        for code in codes:
            if code not in known:
                yield Fault(f"{key}.{code}", f"phiên bản mới không có trường “{code}”")


def _state_faults(old: CaseType, new: CaseType, chosen: VersionMap) -> Iterator[Fault]:
    before = {state.code for state in old.states}
    after = {state.code: state for state in new.states}
    for code, target in chosen.states.items():
        if code not in before:
            yield Fault(f"states.{code}", f"phiên bản cũ không có trạng thái “{code}”")
        elif target not in after:
            yield Fault(f"states.{code}", f"phiên bản mới không có trạng thái “{target}”")
        elif after[target].is_terminal:
            yield Fault(
                f"states.{code}",
                f"không chuyển hồ sơ đang mở sang trạng thái kết thúc “{after[target].name}”",
            )


def _field_faults(old: CaseType, new: CaseType, chosen: VersionMap) -> Iterator[Fault]:
    before = {field.code: field for field in old.fields}
    after = {field.code: field for field in new.fields}
    taken = {code for code in before if code in after and code not in chosen.fields}
    for code, target in chosen.fields.items():
        if code not in before:
            yield Fault(f"fields.{code}", f"phiên bản cũ không có trường “{code}”")
        elif target != LEFT_OUT and target not in after:
            yield Fault(f"fields.{code}", f"phiên bản mới không có trường “{target}”")
        elif target in taken:
            yield Fault(f"fields.{code}", f"hai trường cũ cùng chuyển vào “{target}”")
        taken.add(target or f"-{code}")
    for code, choices in chosen.options.items():
        target_field = after.get(chosen.fields.get(code, code))
        offered = {option.code for option in target_field.options} if target_field else set()
        for option, wanted in choices.items():
            if wanted not in offered:
                path = f"options.{code}.{option}"
                yield Fault(path, f"trường mới không có lựa chọn “{wanted}”")


def _gone(before: Iterable[Any], after: Iterable[Any]) -> list[Any]:
    """What is in `before` without its code being in `after`; Any: states, fields or options."""
    kept = {item.code for item in after}
    return [item for item in before if item.code not in kept]


def _equal(gone: Iterable[Any], fresh: Iterable[Any]) -> dict[str, str]:
    """Pairs of equal names, each used once; Any: states, fields or options."""
    by_name: dict[str, str] = {}
    for item in fresh:
        by_name.setdefault(_name(item), item.code)
    pairs: dict[str, str] = {}
    for item in gone:
        found = by_name.pop(_name(item), None)
        if found is not None and not getattr(item, "is_terminal", False):
            pairs[item.code] = found
    return pairs


def _name(item: Any) -> str:  # Any: a state, field or option
    return " ".join(str(item.name).casefold().split())


def renamed(chosen: VersionMap, data: Mapping[str, object]) -> dict[str, object]:
    """Facts under their new codes, as they are; what is left out is missing."""
    moved = {chosen.fields.get(code, code): value for code, value in data.items()}
    moved.pop(LEFT_OUT, None)
    return moved
