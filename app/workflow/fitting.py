"""Whether a value of one field can be a value of another, and what it becomes there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from app.workflow.definition import FieldDefinition, FieldType
from app.workflow.expressions import is_filled, moment_of
from app.workflow.patterns import matches
from app.workflow.text import Text

_TEXTS = frozenset({FieldType.TEXT, FieldType.LONGTEXT})
_CHOICES = frozenset({FieldType.CHOICE, FieldType.MULTICHOICE})
_SAID = frozenset({FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME, FieldType.BOOLEAN})


class UnfitError(ValueError):
    """A value that the new field cannot hold; `text` says why, in both languages."""

    def __init__(self, vi: str, en: str) -> None:
        self.text = Text(vi, en)
        super().__init__(vi)


def fitted(
    old: FieldDefinition, new: FieldDefinition, value: object, options: Mapping[str, str]
) -> object:
    """Return the value as the new field holds it; raises UnfitError."""
    if not is_filled(value):
        return value
    if old.options and new.options:
        return _chosen(new, value, options)
    if old.type in _CHOICES and new.type in _TEXTS:
        return _in_words(old, value)
    if old.type in _SAID and new.type in _TEXTS:
        return str(value)
    if old.type is not new.type and not {old.type, new.type} <= _TEXTS:
        raise UnfitError(
            f"kiểu {old.type.value} không chuyển được sang {new.type.value}",
            f"{old.type.value} cannot become {new.type.value}",
        )
    value = _counted(new, value)
    _require_limits(new, value)
    return value


def _chosen(new: FieldDefinition, value: object, options: Mapping[str, str]) -> object:
    given = [str(code) for code in (value if isinstance(value, list) else [value])]
    kept = [options.get(code, code) for code in given]
    offered = {option.code for option in new.options}
    for code in kept:
        if code not in offered:
            raise UnfitError(
                f"không còn lựa chọn “{code}”", f"there is no option “{code}” any more"
            )
    if new.type is FieldType.MULTICHOICE:
        return kept
    if len(set(kept)) > 1:
        raise UnfitError(
            f"có {len(kept)} lựa chọn, trường mới chỉ nhận một",
            f"there are {len(kept)} choices and the new field takes one",
        )
    return kept[0]


def _in_words(old: FieldDefinition, value: object) -> str:
    names = {option.code: option.name.vi for option in old.options}
    given = value if isinstance(value, list) else [value]
    return "; ".join(names.get(str(code), str(code)) for code in given)


def _counted(new: FieldDefinition, value: object) -> object:
    """One entry or a list of them, as the new field keeps it."""
    linked = {FieldType.PERSON, FieldType.VESSEL, FieldType.MARKER}
    if new.type not in linked:
        return value
    if new.multiple and isinstance(value, dict):
        return [value]
    if not new.multiple and isinstance(value, list):
        if len(value) > 1:
            raise UnfitError(
                f"có {len(value)} mục, trường mới chỉ nhận một",
                f"there are {len(value)} entries and the new field takes one",
            )
        return value[0]
    return value


def _require_limits(new: FieldDefinition, value: object) -> None:
    if new.pattern and isinstance(value, str) and not matches(new.pattern, value):
        raise UnfitError("không đúng mẫu của trường mới", "it does not match the new pattern")
    if new.whole and isinstance(value, float) and not value.is_integer():
        raise UnfitError("phải là số nguyên", "it must be a whole number")
    for bound, is_low in ((new.min, True), (new.max, False)):
        if bound is not None and _is_beyond(bound, value, is_low=is_low):
            raise UnfitError(
                "nằm ngoài giới hạn của trường mới", "it lies outside the limits of the new field"
            )


def _is_beyond(bound: object, value: object, *, is_low: bool) -> bool:
    if isinstance(bound, date):
        limit, given = moment_of(bound), moment_of(value)
        if limit is None or given is None:
            return False
        if not isinstance(bound, datetime):
            given = given.replace(hour=0, minute=0, second=0, microsecond=0)
        return given < limit if is_low else given > limit
    if not isinstance(bound, int | float) or not isinstance(value, int | float):
        return False
    return value < bound if is_low else value > bound
