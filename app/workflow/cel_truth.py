"""Whether a condition can hold at all, found by trying: never an alarm where it could.

A condition is cut into its comparisons. One that reads only fields of which every case can be
tried (options, true and false, numbers and texts compared with literals, and each field empty) is
evaluated; any other is taken to come out either way. So "never" is said only when no way is left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise, product

from app.workflow.cel_syntax import Node, field_of
from app.workflow.expressions import (
    Expression,
    ExpressionError,
    UnresolvedError,
    build_context,
    compile_expression,
)
from app.workflow.field_definition import FieldDefinition, FieldType

MOST_TRIES = 20_000
_ANY_DAY = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
_COMPARED = frozenset({"==", "!=", "<", "<=", ">", ">="})
_SOME = {"any": True}
_NUMBERS = frozenset({FieldType.NUMBER})
_TEXTS = frozenset(
    {FieldType.TEXT, FieldType.LONGTEXT, FieldType.CHOICE}
    | {FieldType.COUNTRY, FieldType.PROVINCE, FieldType.COMMUNE}
)
Outcome = bool | None  # None: it cannot be judged, as CEL does where a field is empty


class _Empty:
    """The field is not filled."""


EMPTY = _Empty()


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known before a condition is judged: the fields, those that are filled, the states."""

    fields: Mapping[str, FieldDefinition]
    filled: frozenset[str] = frozenset()
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Never:
    """A condition that cannot hold: how many ways were tried, and over which names."""

    tries: int
    tried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Atom:
    """A comparison: with its own names it is evaluated, without a program it is left open."""

    source: str
    names: tuple[str, ...]
    program: Expression | None


def never_holds(conditions: Sequence[tuple[str, Node]], ground: Ground) -> Never | None:
    """Tell why the conditions (source and tree) cannot all hold at once; None if they may."""
    atoms: dict[str, _Atom] = {}
    for source, tree in conditions:
        for node in _atoms(tree):
            text = source[node.start : node.end]
            atoms.setdefault(text, _atom(text, node, ground))
    names = tuple(dict.fromkeys(name for atom in atoms.values() for name in atom.names))
    domains = [_domain(name, conditions, ground) for name in names]
    open_ones = [text for text, atom in atoms.items() if atom.program is None]
    count = math.prod(len(values) for values in domains) * 2 ** len(open_ones)
    if count > MOST_TRIES:
        return None
    trial = _Trial(conditions, atoms, {})
    for values in product(*domains):
        facts = dict(zip(names, values, strict=True))
        for answers in product((True, False), repeat=len(open_ones)):
            if trial.holds(facts, dict(zip(open_ones, answers, strict=True))):
                return None
    return Never(count, names)


@dataclass(frozen=True, slots=True)
class _Trial:
    conditions: Sequence[tuple[str, Node]]
    atoms: Mapping[str, _Atom]
    known: dict[tuple[str, tuple[str, ...]], Outcome]

    def holds(self, facts: Mapping[str, object], answers: Mapping[str, bool]) -> bool:
        return all(
            self.outcome(source, tree, facts, answers) is True for source, tree in self.conditions
        )

    def outcome(
        self, source: str, node: Node, facts: Mapping[str, object], answers: Mapping[str, bool]
    ) -> Outcome:
        if node.kind == "binary" and node.text in {"&&", "||"}:
            sides = [self.outcome(source, part, facts, answers) for part in node.parts]
            decisive = node.text == "||"
            if decisive in sides:
                return decisive
            return None if None in sides else not decisive
        if node.kind == "unary" and node.text == "!":
            inner = self.outcome(source, node.parts[0], facts, answers)
            return None if inner is None else not inner
        if node.kind == "ternary":
            chosen = self.outcome(source, node.parts[0], facts, answers)
            if chosen is None:
                return None
            return self.outcome(source, node.parts[1 if chosen else 2], facts, answers)
        return self._of_atom(source[node.start : node.end], facts, answers)

    def _of_atom(
        self, text: str, facts: Mapping[str, object], answers: Mapping[str, bool]
    ) -> Outcome:
        atom = self.atoms[text]
        if atom.program is None:
            return answers[text]
        own = {name: facts[name] for name in atom.names}
        key = (text, tuple(repr(value) for value in own.values()))
        if key not in self.known:
            self.known[key] = _evaluated(atom.program, own)
        return self.known[key]


def _evaluated(program: Expression, facts: Mapping[str, object]) -> Outcome:
    data = {name: value for name, value in facts.items() if value is not EMPTY}
    state = data.pop("case.state", "")
    context = build_context(data, case={"state": state}, actor={}, now=_ANY_DAY)
    try:
        return program.holds(context)
    except UnresolvedError:
        return None


def _atoms(node: Node) -> Iterator[Node]:
    is_joined = node.kind == "ternary" or (
        (node.kind == "binary" and node.text in {"&&", "||"})
        or (node.kind == "unary" and node.text == "!")
    )
    if not is_joined:
        yield node
        return
    for part in node.parts:
        yield from _atoms(part)


def _atom(text: str, node: Node, ground: Ground) -> _Atom:
    names = _tried_names(node, ground)
    if names is None:
        return _Atom(text, (), None)
    try:
        return _Atom(text, names, compile_expression(text))
    except ExpressionError:
        return _Atom(text, (), None)


def _tried_names(node: Node, ground: Ground) -> tuple[str, ...] | None:
    """The one name that a comparison turns on, if every case of it can be tried; () for none."""
    if not any(part.kind == "name" for part in node.walk()):
        return ()
    if node.kind == "call" and node.text == "has" and len(node.parts) == 1:
        asked = field_of(node.parts[0])
        return (asked,) if asked is not None and asked in ground.fields else None
    code = field_of(node)
    if code is not None:
        item = ground.fields.get(code)
        return (code,) if item is not None and item.type is FieldType.BOOLEAN else None
    if node.kind == "binary" and node.text in {*_COMPARED, "in"}:
        return _compared_name(node, ground)
    return None


def _compared_name(node: Node, ground: Ground) -> tuple[str, ...] | None:
    left, right = node.parts
    if node.text != "in" and _is_constant(left):
        left, right = right, left
    if not _is_constant(right) or (node.text == "in" and right.kind != "list"):
        return None
    if _is_state(left):
        return ("case.state",) if ground.states else None
    code = field_of(left)
    item = ground.fields.get(code or "")
    if code is None or item is None:
        return None
    if item.compute is not None and item.type not in {*_NUMBERS, FieldType.BOOLEAN}:
        return None
    is_listed = item.type in {FieldType.BOOLEAN, FieldType.CHOICE} or item.type in _NUMBERS
    is_named = item.type in _TEXTS and node.text in {"==", "!=", "in"}
    return (code,) if is_listed or is_named else None


def _is_constant(node: Node) -> bool:
    if node.kind == "list":
        return all(_is_constant(part) for part in node.parts)
    if node.kind == "unary" and node.text == "-":
        return _is_constant(node.parts[0])
    return node.kind == "literal"


def _is_state(node: Node) -> bool:
    is_member = node.kind == "member" and node.text == "state"
    return is_member and node.parts[0].kind == "name" and node.parts[0].text == "case"


def _domain(
    name: str, conditions: Sequence[tuple[str, Node]], ground: Ground
) -> tuple[object, ...]:
    """Every case of a name that could make a difference to these conditions."""
    if name == "case.state":
        return ground.states
    item = ground.fields[name]
    literals = {part.value for _, tree in conditions for part in tree.walk() if _is_plain(part)}
    values = tuple(_values(item, literals))
    return values if name in ground.filled and values else (EMPTY, *values)


def _is_plain(node: Node) -> bool:
    return node.kind == "literal" and node.value is not None


def _values(item: FieldDefinition, literals: set[object]) -> Iterator[object]:
    if item.type is FieldType.BOOLEAN:
        yield from (True, False)
    elif item.type is FieldType.CHOICE:
        yield from (option.code for option in item.options)
    elif item.type in _NUMBERS:
        yield from _numbers(item, literals)
    elif item.type in _TEXTS:
        texts = sorted(value for value in literals if isinstance(value, str) and value.strip())
        yield from (*texts, "\u2026")
    else:
        yield _SOME


def _numbers(item: FieldDefinition, literals: set[object]) -> Iterator[int | float]:
    """The literals, what lies between and beyond them, and the limits of the field."""
    low, high = (-math.inf, math.inf) if item.compute else (item.min, item.max)
    low = low if isinstance(low, int | float) else -math.inf
    high = high if isinstance(high, int | float) else math.inf
    bounds = [bound for bound in (low, high) if math.isfinite(bound)]
    marks = {
        sign * value
        for value in (*literals, *bounds, 0)
        if isinstance(value, int | float) and not isinstance(value, bool)
        for sign in (1, -1)
    }
    points = {mark + step for mark in marks for step in (-1, 0, 1)}
    points |= {whole for mark in points for whole in (math.floor(mark), math.ceil(mark))}
    if item.whole:
        points = {point for point in points if float(point).is_integer()}
    else:
        ordered = sorted(points)
        points |= {(one + two) / 2 for one, two in pairwise(ordered)}
    for value in sorted(points):
        if low <= value <= high:
            yield int(value) if float(value).is_integer() else value
