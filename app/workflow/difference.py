"""What differs between two definitions, in words that need no YAML."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.workflow.places import HEAD, name_of, vocabulary
from app.workflow.references import LISTS, Content, Row
from app.workflow.shape_words import PART_NAMES
from app.workflow.shapes import ROWS_OF, SHAPES, Attribute, Kind
from app.workflow.text import Text
from app.workflow.writing import to_yaml

_NONE = Text("(không có)", "(none)")
_YES_NO = {True: Text("có", "yes"), False: Text("không", "no")}
_UNITS = {"h": Text("giờ", "h"), "cd": Text("ngày", "days"), "wd": Text("ngày làm việc", "wd")}


class How(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Detail:
    """One attribute: its label, what it said and what it says."""

    label: Text
    old: Text
    new: Text


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs."""

    how: How
    kind: str
    code: str
    name: Text
    details: tuple[Detail, ...] = ()

    @property
    def part(self) -> Text:
        return PART_NAMES[self.kind]


class _Words:
    """The names of codes on one side of the comparison."""

    def __init__(
        self, content: Content, roles: Mapping[str, Text], types: Mapping[str, Text]
    ) -> None:
        self._content, self._roles, self._types = content, roles, types

    def of(self, attribute: Attribute, value: Any) -> Text:  # Any: JSON
        if value in (None, "", [], {}):
            return _NONE
        if attribute.kind is Kind.TEXT:
            return _both(value)
        if attribute.kind is Kind.BOOLEAN:
            return _YES_NO[bool(value)]
        if attribute.kind is Kind.LIMIT:
            return _limit(str(value))
        if attribute.kind is Kind.ROWS:
            return _joined([self._row(attribute, row) for row in value])
        known = dict(attribute.choices) or (
            vocabulary(self._content, attribute.source, roles=self._roles, types=self._types)
            if attribute.source
            else {}
        )
        codes = value if isinstance(value, list) else [value]
        return _joined([known.get(str(code), Text(str(code))) for code in codes])

    def _row(self, attribute: Attribute, row: Row) -> Text:
        shape = ROWS_OF[attribute.key]
        parts = [self.of(one, row[one.key]) for one in SHAPES[shape] if row.get(one.key)]
        return Text(": ".join(p.vi for p in parts), ": ".join(p.in_locale("en") for p in parts))


def compare(
    before: Content,
    after: Content,
    *,
    roles: Mapping[str, Text],
    types: Mapping[str, Text],
) -> list[Change]:
    """Return what was added, removed, changed and moved, in the order of the format."""
    old, new = _Words(before, roles, types), _Words(after, roles, types)
    found: list[Change] = []
    details = tuple(_details(HEAD, before, after, old, new))
    if details:
        found.append(Change(How.CHANGED, HEAD, str(after.get("code", "")), name_of(after), details))
    for kind, name in LISTS.items():
        found += _rows(kind, before.get(name, []), after.get(name, []), old, new)
    return found


def _rows(
    kind: str, before: Sequence[Row], after: Sequence[Row], old: _Words, new: _Words
) -> Iterator[Change]:
    was = {str(row.get("code")): row for row in before}
    now = {str(row.get("code")): row for row in after}
    for code, row in now.items():
        if code not in was:
            said = [one for one in _details(kind, {}, row, old, new) if one.new != _name(row)]
            yield Change(How.ADDED, kind, code, name_of(row), tuple(said))
        elif row != was[code]:
            details = tuple(_details(kind, was[code], row, old, new))
            yield Change(How.CHANGED, kind, code, name_of(row), details)
            if kind == "field":
                columns = was[code].get("fields", []), row.get("fields", [])
                yield from _columns(code, *columns, old, new)
    for code, row in was.items():
        if code not in now:
            yield Change(How.REMOVED, kind, code, name_of(row))
    kept = [code for code in was if code in now]
    if kept != [code for code in now if code in was]:
        yield Change(How.MOVED, kind, "", PART_NAMES[kind])


def _name(row: Row) -> Text:
    """The name as a detail would say it: an added part has said it already."""
    return _both(row.get("name") or {})


def _columns(
    group: str, before: Sequence[Row], after: Sequence[Row], old: _Words, new: _Words
) -> Iterator[Change]:
    for change in _rows("column", before, after, old, new):
        code = f"{group}.{change.code}"
        yield Change(change.how, change.kind, code, change.name, change.details)


def _details(shape: str, before: Row, after: Row, old: _Words, new: _Words) -> Iterator[Detail]:
    for attribute in SHAPES[shape]:
        was, now = value_at(before, attribute.key), value_at(after, attribute.key)
        if was != now and not (_is_empty(was) and _is_empty(now)):
            yield Detail(attribute.label, old.of(attribute, was), new.of(attribute, now))


def value_at(row: Row, key: str) -> Any:  # Any: JSON
    """The value of an attribute; "open.roles" stands one block deeper."""
    outer, _, inner = key.partition(".")
    value = row.get(outer)
    return value.get(inner) if inner and isinstance(value, dict) else value


def _is_empty(value: object) -> bool:
    return value in (None, "", [], {}, False, "none")


def _both(said: Mapping[str, str]) -> Text:
    vi, en = said.get("vi", ""), said.get("en", "")
    return Text(f"{vi} ({en})" if en else vi or "?", f"{en or vi} ({vi})" if en else vi)


def _limit(value: str) -> Text:
    amount, _, unit = value.partition(" ")
    words = _UNITS.get(unit)
    return (
        Text(f"{amount} {words.vi}", f"{amount} {words.in_locale('en')}") if words else Text(value)
    )


def _joined(parts: Sequence[Text]) -> Text:
    return Text(
        "; ".join(part.vi for part in parts), "; ".join(part.in_locale("en") for part in parts)
    )


def text_difference(before: Content, after: Content, *, old: str, new: str) -> list[str]:
    """The lines of a unified comparison of the two as YAML; none if they read the same."""
    return list(
        difflib.unified_diff(
            to_yaml(before).splitlines(), to_yaml(after).splitlines(), old, new, lineterm=""
        )
    )


def sentence(change: Change, locale: str) -> str:
    """One change as a line of text, for a terminal and a log."""
    how = {
        How.ADDED: Text("thêm", "added"),
        How.REMOVED: Text("bỏ", "removed"),
        How.CHANGED: Text("sửa", "changed"),
        How.MOVED: Text("đổi thứ tự", "reordered"),
    }[change.how].in_locale(locale)
    part, name = change.part.in_locale(locale), change.name.in_locale(locale)
    if change.how is How.MOVED:
        return f"{how}: {part}"
    said = "; ".join(_detail_sentence(change, one, locale) for one in change.details)
    return f"{how}: {part} “{name}”" + (f" ({said})" if said else "")


def _detail_sentence(change: Change, detail: Detail, locale: str) -> str:
    label, new = detail.label.in_locale(locale), detail.new.in_locale(locale)
    if change.how is How.ADDED:
        return f"{label}: {new}"
    return f"{label}: {detail.old.in_locale(locale)} → {new}"
