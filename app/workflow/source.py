"""Reads YAML strictly (a key given twice is an error) and finds the line of a path in it."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from pathlib import Path

# The C parser is about eight times faster; PyYAML can be built without it.
_FastLoader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


LONGEST = 1_000_000  # characters; the largest definition that ships has 35,000
_TOO_LONG = "tệp dài quá 1 triệu ký tự, không phải một định nghĩa quy trình"
_SAID = 60  # characters of a word that a sentence repeats
_DEEPEST = 40  # blocks inside one another; a definition has seven
_MOST_MIXED = 20_000  # keys that “<<” copies
_MOST_VALUES = 100_000  # with everything that an alias repeats


# What an escape can write but no database and no page can hold, and what nobody sees: marks that
# turn the direction of writing and characters without width make a name look like another.
_NOT_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_MERGE = "tag:yaml.org,2002:merge"
_SENTENCES = (
    (
        "cannot start any token",
        "ký tự không được đứng đây; thụt dòng bằng dấu cách",
    ),
    ("mapping values are not allowed", "dấu hai chấm thừa; đặt giá trị trong dấu ngoặc kép"),
    ("another document", "tệp có hơn một tài liệu (---)"),
    ("undefined alias", "dùng bí danh * chưa được đặt bằng &"),
    ("constructor for the tag", "có nhãn ! không được dùng"),
    ("unhashable key", "khóa phải là chữ"),
    ("expected <block end>", "thụt dòng không đều"),
    ("did not find expected key", "thiếu khóa hoặc thụt dòng không đều"),
    ("did not find expected ',' or", "thiếu dấu phẩy hoặc dấu đóng ngoặc"),
    ("could not find expected ':'", "thiếu dấu hai chấm sau khóa"),
    ("unexpected end of stream", "chuỗi trong dấu ngoặc kép chưa đóng"),
)


class SourceError(ValueError):
    """Text that is not the YAML we accept."""

    def __init__(self, sentence: str, line: int | None) -> None:
        self.sentence = sentence
        self.line = line
        super().__init__(sentence)


class _StrictLoader(_FastLoader):  # type: ignore[misc]  # the base is chosen at run time
    """Builds plain values; a key stands once in a block, and “<<” mixes one block into another."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.own: dict[int, list[yaml.Node]] = {}  # the keys of each block before it was mixed
        self.mixed = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        self.own.setdefault(id(node), [key for key, _ in node.value if key.tag != _MERGE])
        for key, block in node.value:
            if key.tag == _MERGE and not isinstance(block, yaml.MappingNode):
                # A list of blocks, each mixed of lists of blocks, grows without end.
                line = key.start_mark.line + 1
                raise SourceError("“<<” chỉ trộn được một khối; hãy chép nội dung ra", line)
        super().flatten_mapping(node)
        self.mixed += len(node.value) - len(self.own[id(node)])
        if self.mixed > _MOST_MIXED:
            raise SourceError("“<<” trộn quá nhiều; hãy chép nội dung ra", node.start_mark.line + 1)

    def construct_mapping(
        self, node: yaml.MappingNode, *, deep: bool = False
    ) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        own = self.own[id(node)]
        is_repeated = _are_repeated(own) if self._is_mixed(node) else len(mapping) < len(own)
        if is_repeated:
            raise _said_twice(node, own)
        return mapping

    def _is_mixed(self, node: yaml.MappingNode) -> bool:
        return len(node.value) > len(self.own[id(node)])


def _are_repeated(keys: Sequence[yaml.Node]) -> bool:
    return len({str(key.value) for key in keys}) < len(keys)


def _said_twice(node: yaml.MappingNode, own: Sequence[yaml.Node]) -> SourceError:
    seen: set[str] = set()
    for key in own:
        if str(key.value) in seen:
            return SourceError(
                f"khóa “{key.value}” được viết hai lần trong cùng khối", key.start_mark.line + 1
            )
        seen.add(str(key.value))
    return SourceError("một khóa được viết hai lần trong cùng khối", node.start_mark.line + 1)


def read_yaml(text: str) -> object:
    """Return the content of one YAML document; raises SourceError."""
    if len(text) > LONGEST:
        raise SourceError(_TOO_LONG, None)
    try:
        _refuse_depth(text)
        # A subclass of the safe loader: it builds plain values only.
        content: object = yaml.load(composed(text), Loader=_StrictLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        said = next((vi for en, vi in _SENTENCES if en in str(error.problem)), error.problem)
        raise SourceError(f"không đọc được YAML ({said})", line) from error
    except yaml.YAMLError as error:
        raise SourceError("không đọc được YAML: có ký tự không hợp lệ", None) from error
    except (ValueError, OverflowError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError("không đọc được YAML: có ngày hoặc số không tồn tại", None) from error
    _refuse_endless(content, text)
    return content


def composed(text: str) -> str:
    """Letters with their marks as one character, as every other text of the house is kept."""
    return unicodedata.normalize("NFC", text)


def _refuse_depth(text: str) -> None:
    """The reader works through nested blocks by recursion: too many would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_FastLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise SourceError(f"các khối lồng nhau quá {_DEEPEST} lớp", None)


def _refuse_endless(content: object, text: str) -> None:
    """An alias may hold itself, or repeat so much that nothing could read it to the end."""
    waiting: list[tuple[object, int]] = [(content, 0)]
    count = 0
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if count > _MOST_VALUES or depth > _DEEPEST:
            raise SourceError("bí danh (&, *) lặp vòng hoặc nhân nội dung lên quá lớn", None)
        unseen = _NOT_TEXT.search(value) if isinstance(value, str) else None
        if unseen is not None:
            raise SourceError(*_unseen(unseen, text))
        if isinstance(value, dict):
            waiting += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]


def _unseen(found: re.Match[str], text: str) -> tuple[str, int | None]:
    """What is hidden in a word, and the line on which that word begins."""
    word = found.string[: found.start()].strip() or found.string[found.end() :].strip()
    lines = enumerate(composed(text).splitlines(), start=1)
    number = next((number for number, line in lines if word and word in line), None)
    said = found.string.replace(found[0], "?").strip()[:_SAID]
    sentence = f"có ký tự không hợp lệ (không nhìn thấy, U+{ord(found[0]):04X}) trong chữ “{said}”"
    return f"{sentence}; gõ lại chữ này", number


def read_text(path: Path) -> str:
    """Return the text of a file; raises SourceError."""
    try:
        if path.stat().st_size > 4 * LONGEST:
            raise SourceError(_TOO_LONG, None)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("tệp không phải văn bản UTF-8", None) from error
    except OSError as error:
        raise SourceError(f"không mở được tệp ({error.strerror})", None) from error


class Lines:
    """Finds the line of a path; the text is read once, when the first line is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _root(self) -> yaml.Node | None:
        return yaml.compose(self._text, Loader=_FastLoader)

    def of(self, steps: Sequence[int | str]) -> int | None:
        """Return the line (from 1) of the deepest part of a path that exists in the text."""
        node = self._root
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
