"""Reads CEL into a tree, so that an expression can be judged without evaluating it.

It knows what the definitions use. What it does not know it does not judge: `parse` answers None,
and the compiler alone decides whether the expression is sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<double>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)
    | (?P<int>\d+)
    | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    | (?P<name>[A-Za-z_]\w*)
    | (?P<sign>\|\||&&|==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}])
    )""",
    re.VERBOSE,
)
_POWERS = (
    ("||",),
    ("&&",),
    ("==", "!=", "<", "<=", ">", ">=", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)
_WORDS = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression, from `start` to `end` of the source; `kind` says what it is.

    literal: value; name: text; member: text of one part; call: text and the arguments; method: the
    target comes first; unary, binary: text is the sign; ternary, list, map, index: parts alone.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    value: object = None
    parts: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _StrangeError(ValueError):
    """Something that this reader does not know."""


def parse(source: str) -> Node | None:
    """Return the tree of an expression, or None for what is not known here."""
    try:
        return _Reader(source).whole()
    except _StrangeError:
        return None


def field_of(node: Node) -> str | None:
    """The field that a node names as data.field, if it is just that."""
    is_field = node.kind == "member" and node.parts[0].kind == "name"
    return node.text if is_field and node.parts[0].text == "data" else None


def _tokens(source: str) -> Iterator[_Token]:
    place = 0
    rest = len(source.rstrip())
    while place < rest:
        match = _TOKEN.match(source, place)
        if match is None:
            raise _StrangeError(source)
        kind = match.lastgroup or ""
        yield _Token(kind, match[kind], match.start(kind), match.end(kind))
        place = match.end()
    yield _Token("end", "", rest, rest)


class _Reader:
    """One expression read from left to right."""

    def __init__(self, source: str) -> None:
        self.tokens = list(_tokens(source))
        self.place = 0

    @property
    def here(self) -> _Token:
        return self.tokens[self.place]

    def take(self, text: str = "") -> _Token:
        token = self.here
        if token.kind == "end" or (text and token.text != text):
            raise _StrangeError(token.text)
        self.place += 1
        return token

    def at(self, *texts: str) -> bool:
        return self.here.kind in {"sign", "name"} and self.here.text in texts

    def whole(self) -> Node:
        node = self.ternary()
        if self.here.kind != "end":
            raise _StrangeError(self.here.text)
        return node

    def ternary(self) -> Node:
        condition = self.binary(0)
        if not self.at("?"):
            return condition
        self.take()
        first = self.ternary()
        self.take(":")
        second = self.ternary()
        parts = (condition, first, second)
        return Node("ternary", condition.start, second.end, parts=parts)

    def binary(self, power: int) -> Node:
        if power == len(_POWERS):
            return self.unary()
        left = self.binary(power + 1)
        while self.at(*_POWERS[power]):
            sign = self.take().text
            right = self.binary(power + 1)
            left = Node("binary", left.start, right.end, sign, parts=(left, right))
        return left

    def unary(self) -> Node:
        if self.at("!", "-"):
            sign = self.take()
            operand = self.unary()
            return Node("unary", sign.start, operand.end, sign.text, parts=(operand,))
        return self.reached(self.primary())

    def reached(self, node: Node) -> Node:
        """What follows a value: .member, .call(…), [index]."""
        while self.at(".", "["):
            if self.take().text == "[":
                index = self.ternary()
                end = self.take("]").end
                node = Node("index", node.start, end, parts=(node, index))
                continue
            name = self.take()
            if name.kind != "name":
                raise _StrangeError(name.text)
            if self.at("("):
                items, end = self.items("(", ")")
                node = Node("method", node.start, end, name.text, parts=(node, *items))
            else:
                node = Node("member", node.start, name.end, name.text, parts=(node,))
        return node

    def primary(self) -> Node:
        token = self.here
        if token.kind in {"int", "double", "text"}:
            return self.literal()
        if self.at("("):
            self.take()
            inner = self.ternary()
            self.take(")")
            return inner
        if self.at("["):
            items, end = self.items("[", "]")
            return Node("list", token.start, end, parts=tuple(items))
        if self.at("{"):
            return self.mapping()
        return self.named()

    def literal(self) -> Node:
        token = self.take()
        value: object = int(token.text) if token.kind == "int" else token.text
        if token.kind == "double":
            value = float(token.text)
        elif token.kind == "text":
            value = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), token.text[1:-1])
        return Node("literal", token.start, token.end, value=value)

    def named(self) -> Node:
        token = self.take()
        if token.kind != "name" or token.text == "in":
            raise _StrangeError(token.text)
        if token.text in _WORDS:
            return Node("literal", token.start, token.end, value=_WORDS[token.text])
        if self.at("("):
            items, end = self.items("(", ")")
            return Node("call", token.start, end, token.text, parts=tuple(items))
        if self.here.kind == "text":
            raise _StrangeError(token.text)  # r"…" and b"…" are left to the compiler
        return Node("name", token.start, token.end, token.text)

    def items(self, first: str, last: str) -> tuple[list[Node], int]:
        self.take(first)
        found: list[Node] = []
        while not self.at(last):
            found.append(self.ternary())
            if not self.at(last):
                self.take(",")
        return found, self.take(last).end

    def mapping(self) -> Node:
        start = self.take("{").start
        found: list[Node] = []
        while not self.at("}"):
            found.append(self.ternary())
            self.take(":")
            found.append(self.ternary())
            if not self.at("}"):
                self.take(",")
        return Node("map", start, self.take("}").end, parts=tuple(found))
