"""Leaves out of a foreign style sheet what no page of ours can use: most of it, on a thin line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r"[A-Za-z_][\w-]*")
_CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
_BRACE = re.compile(r"[{}]")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NESTED = ("@media", "@supports", "@layer", "@container")
_SHORTEST_START = 3


@dataclass(frozen=True)
class Vocabulary:
    """Every word that stands in a source; one that ends in a hyphen is the start of a class."""

    words: frozenset[str]

    @classmethod
    def of(cls, sources: Iterable[str]) -> "Vocabulary":
        return cls(frozenset(word for text in sources for word in _WORD.findall(text)))

    def knows(self, name: str) -> bool:
        return name in self.words or name.startswith(self._starts)

    @cached_property
    def _starts(self) -> tuple[str, ...]:
        return tuple(
            word for word in self.words if word.endswith("-") and len(word) >= _SHORTEST_START
        )


def trimmed(sheet: str, vocabulary: Vocabulary) -> str:
    """The sheet without the rules for classes that no source names; nothing else changes."""
    return "".join(_kept(_COMMENT.sub("", sheet), vocabulary))


def _kept(sheet: str, vocabulary: Vocabulary) -> Iterator[str]:
    for head, body in _rules(sheet):
        if body is None:
            yield f"{head};"
        elif head.startswith(_NESTED):
            inner = "".join(_kept(body, vocabulary))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        elif selectors := [one for one in _parted(head) if _is_used(one, vocabulary)]:
            yield f"{','.join(selectors)}{{{body}}}"


def _rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """What stands before each brace and inside it; None for a statement without braces."""
    at = 0
    while (opens := sheet.find("{", at)) >= 0:
        ends = sheet.find(";", at, opens)
        if ends >= 0:
            yield sheet[at:ends].strip(), None
            at = ends + 1
            continue
        closes = _closing(sheet, opens)
        yield sheet[at:opens].strip(), sheet[opens + 1 : closes]
        at = closes + 1


def _closing(sheet: str, opens: int) -> int:
    depth = 0
    for found in _BRACE.finditer(sheet, opens):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.start()
    return len(sheet)


def _parted(selectors: str) -> Iterator[str]:
    """The selectors of a list; a comma inside brackets parts nothing."""
    depth, begins = 0, 0
    for at, letter in enumerate(selectors):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            yield selectors[begins:at]
            begins = at + 1
    yield selectors[begins:]


def _is_used(selector: str, vocabulary: Vocabulary) -> bool:
    return all(vocabulary.knows(name.replace("\\", "")) for name in _CLASS.findall(selector))
