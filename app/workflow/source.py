"""Reads YAML strictly (a key given twice is an error) and finds the line of a path in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

# The C parser is about eight times faster; PyYAML can be built without it.
_FastLoader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SourceError(ValueError):
    """Text that is not the YAML we accept."""

    def __init__(self, sentence: str, line: int | None) -> None:
        self.sentence = sentence
        self.line = line
        super().__init__(sentence)


class _StrictLoader(_FastLoader):  # type: ignore[misc]  # the base is chosen at run time
    def construct_mapping(
        self, node: yaml.MappingNode, *, deep: bool = False
    ) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise SourceError(
                "một khóa được viết hai lần trong cùng khối", node.start_mark.line + 1
            )
        return mapping


def read_yaml(text: str) -> object:
    """Return the content of one YAML document; raises SourceError."""
    try:
        # A subclass of the safe loader: it builds plain values only.
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise SourceError(f"không đọc được YAML ({error.problem})", line) from error
    except yaml.YAMLError as error:
        raise SourceError("không đọc được YAML: có ký tự không hợp lệ", None) from error


def line_of(text: str, steps: Sequence[int | str]) -> int | None:
    """Return the line (from 1) of the deepest part of a path that exists in the text."""
    node = yaml.compose(text, Loader=_FastLoader)
    if node is None:
        return None
    line: int = node.start_mark.line
    for step in steps:
        key, child = _child(node, step)
        if child is None:
            break
        node, line = child, key.start_mark.line
    return line + 1


def _child(node: yaml.Node, step: int | str) -> tuple[Any, yaml.Node | None]:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key, value
    return None, None
