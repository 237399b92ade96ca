"""Reads a CQL2 JSON filter with pygeofilter, brought first into the form that it understands."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson
from flask_babel import gettext as _
from pygeofilter import ast, values
from pygeofilter.parsers.cql2_json import parse

from app.ogc.faults import BadParameter

Tree = Any  # Any: a node of pygeofilter or a literal
Json = Any  # Any: JSON from outside, judged here

COMPARISONS: Final[dict[str, Callable[[Tree, Tree], Tree]]] = {
    "=": ast.Equal,
    "<>": ast.NotEqual,
    "<": ast.LessThan,
    "<=": ast.LessEqual,
    ">": ast.GreaterThan,
    ">=": ast.GreaterEqual,
}
_PREDICATES: Final[dict[str, Callable[[Tree, Tree], Tree]]] = {
    "s_intersects": ast.GeometryIntersects,
    "s_within": ast.GeometryWithin,
    "s_contains": ast.GeometryContains,
    "s_disjoint": ast.GeometryDisjoint,
    "s_equals": ast.GeometryEquals,
    "t_after": ast.TimeAfter,
    "t_before": ast.TimeBefore,
    "t_during": ast.TimeDuring,
    "t_equals": ast.TimeEquals,
    "t_intersects": ast.TimeOverlaps,  # as pygeofilter reads it
}
_OTHERS: Final = frozenset({"and", "or", "not", "between", "in", "isNull", "like", "casei"})


def instant_of(text: object) -> date | datetime:
    """A day or a moment with its zone. Raises BadParameter."""
    try:
        if isinstance(text, str) and len(text) == len("2026-11-22"):
            return date.fromisoformat(text)
        found = datetime.fromisoformat(str(text))
    except ValueError:
        said = _("“%(text)s” không phải ngày hay thời điểm.", text=str(text)[:40])
        raise BadParameter("filter", said) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _interval(start: object, end: object) -> Tree:
    ends = (None if one in {"..", ""} else instant_of(one) for one in (start, end))
    return values.Interval(*ends)


def _lower(operand: Tree) -> Tree:
    return ast.Function("lower", [operand])


def _box(west: float, south: float, east: float, north: float) -> Tree:
    return values.Envelope(west, east, south, north)


# What a text filter may call, by name: how many arguments, and what it makes of them.
FUNCTIONS: Final[dict[str, tuple[int, Callable[..., Tree]]]] = {
    **{name: (2, make) for name, make in _PREDICATES.items()},
    "casei": (1, _lower),
    "date": (1, instant_of),
    "timestamp": (1, instant_of),
    "interval": (2, _interval),
    "bbox": (4, _box),
    "envelope": (4, _box),
}


def like(left: Tree, pattern: Tree, *, is_not: bool = False, is_blind: bool = False) -> Tree:
    """LIKE; blind to case as the ILIKE that GDAL sends."""
    signs = {"wildcard": "%", "singlechar": "_", "escapechar": "\\"}
    return ast.Like(left, pattern, nocase=is_blind, not_=is_not, **signs)


def read_json(text: str) -> Tree:
    """The tree of a CQL2 JSON filter. Raises BadParameter."""
    try:
        return parse(_understood(orjson.loads(text)))
    except orjson.JSONDecodeError as error:
        said = _("Bộ lọc không phải JSON đúng cú pháp (ký tự %(at)s).", at=error.pos + 1)
        raise BadParameter("filter", said) from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise BadParameter("filter", _("Bộ lọc CQL2 JSON không đúng cấu trúc.")) from error


def _understood(node: Json) -> Json:
    """The same filter as pygeofilter reads it: CASEI, BETWEEN and boxes as the standard has them.

    Raises BadParameter for an operator that is not served.
    """
    if isinstance(node, list):
        return [_understood(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "op" not in node:
        return _literal(node)
    operator, given = node["op"], node["args"]
    if operator not in {*_OTHERS, *COMPARISONS, *_PREDICATES}:
        said = _("Toán tử “%(name)s” không được hỗ trợ.", name=str(operator)[:40])
        raise BadParameter("filter", said)
    arguments = _understood(given)
    reshape = _RESHAPED.get(operator)
    return reshape(arguments) if reshape is not None else {"op": operator, "args": arguments}


def _between(arguments: Json) -> Json:
    value, low, high = arguments if len(arguments) != _NESTED else [arguments[0], *arguments[1]]
    return {"op": "between", "args": [value, [low, high]]}


def _among(arguments: Json) -> Json:
    value, options = arguments
    if not isinstance(options, list):
        raise TypeError(options)
    return {"op": "in", "args": [value, options]}


_NESTED: Final = 2  # a value and its pair of bounds, as drafts of the standard had it
_RESHAPED: Final[dict[str, Callable[[Json], Json]]] = {
    "casei": lambda arguments: {"lower": arguments[0]},
    "between": _between,
    "in": _among,
    "like": lambda arguments: like(*(parse(one) for one in arguments)),
}


def _literal(node: dict[str, Json]) -> Json:
    if "property" in node and not isinstance(node["property"], str):
        raise TypeError(node)
    if "filter" in node or "filter-lang" in node:
        raise ValueError(node)
    if "interval" in node:
        return _interval(*node["interval"])
    if "date" in node or "timestamp" in node:
        return instant_of(node.get("date", node.get("timestamp")))
    if "bbox" in node:
        numbers = node["bbox"]
        half = len(numbers) // 2
        return _box(numbers[0], numbers[1], numbers[half], numbers[half + 1])
    return node
