"""Writes a definition as the YAML that a person would write: the format's order, short rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from app.workflow import definition as form
from app.workflow.references import Content

_WIDEST = 160  # a row that is longer is written over several lines
_PLAIN = re.compile(r"[a-z][a-z0-9_]*|\d{1,5} ?(h|cd|wd|%)|S\d+[a-z]?|I")
_NOT_PLAIN = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_ALWAYS_OPEN = frozenset({"transitions", "clocks", "open"})
_ALWAYS_SHORT = frozenset({"name", "area", "help", "message"})
_EFFECT_KEYS = ("do", "unit_field", "field", "value", "type", "copy")
_MODELS: Mapping[str, Any] = {  # Any: classes of the format
    "": form.CaseType,
    "open": form.Opening,
    "symbol": form.Symbol,
    "fields": form.FieldDefinition,
    "sections": form.Option,
    "options": form.Option,
    "states": form.State,
    "checklist": form.ChecklistItem,
    "transitions": form.Transition,
    "guards": form.Guard,
    "events": form.EventDefinition,
    "clocks": form.ClockDefinition,
    "pause_reasons": form.Option,
    "chain": form.EscalationStep,
    "milestones": form.Milestone,
    "documents": form.Document,
    "protect": form.Protect,
}


def _keys_of(model: Any) -> tuple[str, ...]:  # Any: as above
    return tuple(field.alias or name for name, field in model.model_fields.items())


_ORDER: Mapping[str, tuple[str, ...]] = {
    **{name: _keys_of(model) for name, model in _MODELS.items()},
    "effects": _EFFECT_KEYS,
    "name": ("vi", "en"),
    "area": ("vi", "en"),
    "help": ("vi", "en"),
    "message": ("vi", "en"),
    "group": ("vi", "en"),
}


class _Writer(yaml.SafeDumper):
    """Entries of a list stand under their key, indented; every value is written out in full."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002  the library's own
        del indentless
        super().increase_indent(flow, False)  # noqa: FBT003

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _write_text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if "\n" in text:
        return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    is_plain = bool(_PLAIN.fullmatch(text)) and text not in _NOT_PLAIN
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain else '"')


_Writer.add_representer(str, _write_text)


def to_yaml(content: Content, *, head: str = "") -> str:
    """Return the YAML of a definition; `head` becomes comment lines above it."""
    writer = _Writer(_Nowhere(), sort_keys=False)
    node = writer.represent_data(_ordered(content, ""))
    _fold(node, "", 0)
    text = yaml.serialize(node, Dumper=_Writer, width=1_000_000, allow_unicode=True)
    assert isinstance(text, str)  # noqa: S101  no stream was given
    body = re.sub(r"^(?=[a-z]+:$)", "\n", text, flags=re.MULTILINE)
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return comment + body.replace("\n\nopen:", "\nopen:", 1)


class _Nowhere:
    """A stream for a writer that only builds nodes."""

    def write(self, text: str) -> None:
        del text


def _ordered(value: Any, name: str) -> Any:  # Any: JSON
    if isinstance(value, list):
        return [_ordered(item, name) for item in value]
    if not isinstance(value, dict):
        return value
    order = _ORDER.get(name, ())
    keys = sorted(value, key=lambda key: order.index(key) if key in order else len(order))
    return {key: _ordered(value[key], key) for key in keys}


def _fold(node: yaml.Node, name: str, depth: int) -> bool:
    """Write what is short on one line; tells whether the node is."""
    if isinstance(node, yaml.SequenceNode):
        short = [_fold(item, name, depth + 1) for item in node.value]
        is_flat = all(isinstance(item, yaml.ScalarNode) for item in node.value)
        node.flow_style = is_flat or (all(short) and depth > 1 and _width(node) <= _WIDEST)
        return node.flow_style
    if isinstance(node, yaml.MappingNode):
        short = [_fold(value, key.value, depth + 1) for key, value in node.value]
        is_open = depth == 0 or (name in _ALWAYS_OPEN and depth <= 2)  # noqa: PLR2004  rows of a list
        is_short = name in _ALWAYS_SHORT or _width(node) <= _WIDEST
        node.flow_style = all(short) and not is_open and is_short
        return node.flow_style
    return "\n" not in str(node.value)


def _width(node: yaml.Node) -> int:
    if isinstance(node, yaml.ScalarNode):
        return len(node.value) + 2
    pairs = node.value if isinstance(node, yaml.SequenceNode) else sum(node.value, ())
    return sum(_width(item) + 2 for item in pairs)
