"""Turns a CQL2 filter into conditions on the queryables of a collection, and on nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sql
from flask_babel import gettext as _
from pygeofilter import ast, values
from sqlalchemy import ColumnElement

from app.maps.cells import Box
from app.ogc import cql_places
from app.ogc.collections import Collection
from app.ogc.cql_json import instant_of, read_json
from app.ogc.cql_like import LONGEST_PATTERN, like, whole
from app.ogc.cql_places import Shape
from app.ogc.cql_text import read_text
from app.ogc.crs import Crs
from app.ogc.faults import BadParameter
from app.vectors import Kind

TEXT, JSON = "cql2-text", "cql2-json"
# GDAL looks for the name that a draft of the standard had, and then sends its filters.
_DRAFT_TEXT: Final = "cql-text"
LANGUAGES: Final = (TEXT, JSON, _DRAFT_TEXT)
GEOMETRY: Final = "geometry"
LONGEST: Final = 20_000
DEEPEST: Final = 40
MOST_NODES: Final = 400
_LARGEST: Final = 2.0**53
_BRACKETS: Final = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}

Tree = Any  # Any: a node of pygeofilter or a literal
Condition = ColumnElement[bool]
Value = ColumnElement[Any]  # Any: a column or a literal of any type


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter asks: its condition, and a box outside of which it holds for no feature."""

    condition: Condition
    box: Box | None


def read_filter(
    text: str, language: str, *, collection: Collection, crs: Crs, zone: ZoneInfo
) -> Filter:
    """The conditions of a filter. Raises BadParameter with what is wrong in one sentence."""
    _refuse_huge(text)
    tree = read_json(text) if language == JSON else read_text(text)
    if _nodes(tree) > MOST_NODES:
        raise BadParameter("filter", _("Bộ lọc có quá nhiều điều kiện."))
    return _Reader(collection, crs, zone).filter_of(tree)


def _refuse_huge(text: str) -> None:
    if len(text) > LONGEST:
        raise BadParameter("filter", _("Bộ lọc dài quá %(most)s ký tự.", most=LONGEST))
    depth = negated = 0
    for sign in text:
        depth += _BRACKETS.get(sign, 0)
        if depth > DEEPEST:
            raise BadParameter("filter", _("Bộ lọc lồng quá nhiều lớp ngoặc."))
    negated = text.upper().count("NOT")
    if negated > DEEPEST:
        raise BadParameter("filter", _("Bộ lọc có quá nhiều điều kiện."))


def _nodes(tree: Tree) -> int:
    """How many parts a filter has; counted without recursion."""
    waiting, count = [tree], 0
    while waiting and count <= MOST_NODES:
        node = waiting.pop()
        count += 1
        if isinstance(node, ast.Node):
            waiting.extend(node.get_sub_nodes())
        elif isinstance(node, list):
            waiting.extend(node)
    return count


@dataclass(frozen=True, slots=True)
class _Property:
    """A queryable in a filter."""

    code: str
    kind: Kind
    column: Any  # Any: a column of any type


class _Reader:
    """Walks the tree of one filter."""

    def __init__(self, collection: Collection, crs: Crs, zone: ZoneInfo) -> None:
        self._collection = collection
        self._crs = crs
        self._zone = zone
        self._kinds = {one.code: one.kind for one in collection.queryables}

    def filter_of(self, tree: Tree) -> Filter:
        return Filter(self.condition(tree), self._box(tree))

    def condition(self, tree: Tree) -> Condition:
        if isinstance(tree, bool):
            return sql.true() if tree else sql.false()
        if isinstance(tree, ast.Combination):
            return self._combined(tree)
        if isinstance(tree, ast.Not):
            return sql.not_(self.condition(tree.sub_node))
        read = _CONDITIONS.get(type(tree))
        if read is None:
            raise _not_served()
        return read(self, tree)

    def _combined(self, tree: ast.Combination) -> Condition:
        """A chain of one kind is written flat, so that its length is no depth."""
        parts: list[Condition] = []
        node: Tree = tree
        while type(node) is type(tree):
            parts.append(self.condition(node.rhs))
            node = node.lhs
        parts.append(self.condition(node))
        parts.reverse()
        return sql.and_(*parts) if isinstance(tree, ast.And) else sql.or_(*parts)

    # --- properties and values --------------------------------------------------------------

    def _property(self, tree: Tree) -> _Property:
        if not isinstance(tree, ast.Attribute):
            said = _("Mỗi phép so sánh cần một thuộc tính của bộ dữ liệu ở vế trái.")
            raise BadParameter("filter", said)
        kind = self._kinds.get(tree.name)
        if kind is None:
            known = ", ".join([*self._kinds, GEOMETRY])
            said = _("Không lọc được theo “%(name)s”. Các thuộc tính lọc được: %(known)s.")
            raise BadParameter("filter", said % {"name": tree.name[:60], "known": known})
        return _Property(tree.name, kind, self._collection.queryable[tree.name])

    def _value(self, asked: _Property, tree: Tree) -> Tree:
        """A literal of the property's own type. Raises BadParameter."""
        if asked.kind is Kind.MOMENT:
            return instant_of(tree) if isinstance(tree, str) else self._checked(asked, tree, date)
        if asked.kind is Kind.TEXT:
            return self._checked(asked, tree, str).replace("\0", "")
        if asked.kind is Kind.BOOLEAN:
            return self._checked(asked, tree, bool)
        number = self._checked(asked, tree, int | float)
        if isinstance(number, bool) or not -_LARGEST < number < _LARGEST:
            raise _wrong_type(asked.code)
        # Of its own type: a database would round 3,5 to compare it with a whole number.
        is_whole = isinstance(number, int)
        return sql.literal(number, sql.BigInteger() if is_whole else sql.Float())

    @staticmethod
    def _checked(asked: _Property, tree: Tree, wanted: Any) -> Tree:  # Any: a type or a union
        if not isinstance(tree, wanted):
            raise _wrong_type(asked.code)
        return tree

    def _ends(self, given: date | datetime) -> tuple[datetime, datetime]:
        """The first moment of a day of the reader's zone and the last, or one moment twice."""
        if isinstance(given, datetime):
            return given, given
        try:
            midnight = datetime.combine(given, time(), tzinfo=self._zone)
            return midnight, midnight + timedelta(days=1) - timedelta(microseconds=1)
        except OverflowError as error:
            raise BadParameter("filter", _("Ngày nằm ngoài giới hạn.")) from error

    # --- comparisons ------------------------------------------------------------------------

    def compared(self, tree: Tree) -> Condition:
        left, right, sign = tree.lhs, tree.rhs, tree.op.value
        if isinstance(left, ast.Function) or isinstance(right, ast.Function):
            return self._compared_blind(left, right, sign)
        if not isinstance(left, ast.Attribute):
            left, right, sign = right, left, _TURNED[sign]
        asked = self._property(left)
        if isinstance(right, ast.Attribute):
            other = self._property(right)
            if other.kind is not asked.kind:
                raise _wrong_type(asked.code)
            return _SIGNS[sign](asked.column, other.column)
        value = self._value(asked, right)
        if asked.kind is Kind.MOMENT:
            return self._in_time(asked.column, value, sign)
        return _SIGNS[sign](asked.column, value)

    def _compared_blind(self, left: Tree, right: Tree, sign: str) -> Condition:
        """CASEI on a property, and so on what it is compared with."""
        if not _is_casei(left):
            left, right, sign = right, left, _TURNED[sign]
        asked = self._property(_without_casei(left))
        return _SIGNS[sign](sql.func.lower(asked.column), self._folded(asked, right))

    def _folded(self, asked: _Property, tree: Tree) -> Value:
        if asked.kind is not Kind.TEXT:
            raise _wrong_type(asked.code)
        return sql.func.lower(self._value(asked, _without_casei(tree)))

    def _in_time(self, column: Value, value: date | datetime, sign: str) -> Condition:
        first, last = self._ends(value)
        if sign in {"=", "<>"}:
            found = column.between(first, last)
            return found if sign == "=" else sql.not_(found)
        return _SIGNS[sign](column, last if sign in {">", "<="} else first)

    def between(self, tree: ast.Between) -> Condition:
        asked = self._property(tree.lhs)
        low, high = self._value(asked, tree.low), self._value(asked, tree.high)
        if asked.kind is Kind.MOMENT:
            low, high = self._ends(low)[0], self._ends(high)[1]
        found: Condition = asked.column.between(low, high)
        return sql.not_(found) if tree.not_ else found

    def among(self, tree: ast.In) -> Condition:
        if _is_casei(tree.lhs):
            asked = self._property(_without_casei(tree.lhs))
            folded = sql.func.lower(asked.column)
            found: Condition = folded.in_([self._folded(asked, one) for one in tree.sub_nodes])
        else:
            parts = [self.compared(ast.Equal(tree.lhs, one)) for one in tree.sub_nodes]
            found = sql.or_(*parts) if parts else sql.false()
        return sql.not_(found) if tree.not_ else found

    def like(self, tree: ast.Like) -> Condition:
        is_blind = tree.nocase or _is_casei(tree.lhs)
        asked = self._property(_without_casei(tree.lhs))
        if asked.kind is not Kind.TEXT:
            raise _wrong_type(asked.code)
        pattern = whole(self._value(asked, _without_casei(tree.pattern)))
        if len(pattern) > LONGEST_PATTERN:
            raise BadParameter("filter", _("Mẫu của LIKE dài quá."))
        if is_blind:
            folded, wanted = sql.func.lower(asked.column), sql.func.lower(pattern)
            found: Condition = folded.like(wanted, escape="\\")
        else:
            found = like(asked.column, pattern)
        return sql.not_(found) if tree.not_ else found

    def nothing(self, tree: ast.IsNull) -> Condition:
        if isinstance(tree.lhs, ast.Attribute) and tree.lhs.name == GEOMETRY:
            column: Value = sql.type_coerce(self._collection.place[1], sql.Float)
        else:
            column = self._property(tree.lhs).column
        return column.is_not(None) if tree.not_ else column.is_(None)

    # --- time -------------------------------------------------------------------------------

    def timed(self, tree: Tree) -> Condition:
        left, right = tree.lhs, tree.rhs
        kind: type | None = type(tree)
        if not isinstance(left, ast.Attribute):
            left, right, kind = right, left, _TURNED_TIMES.get(type(tree))
        asked = self._property(left)
        if asked.kind is not Kind.MOMENT or kind is None:
            raise _wrong_type(asked.code)
        first, last = self._span(asked, right)
        column: Value = asked.column
        if kind in {ast.TimeBefore, ast.TimeAfter}:
            edge = first if kind is ast.TimeBefore else last
            if edge is None:
                return sql.false()
            return column < edge if kind is ast.TimeBefore else column > edge
        if kind is ast.TimeDuring and not isinstance(right, values.Interval):
            raise BadParameter("filter", _("T_DURING cần một khoảng INTERVAL(đầu, cuối)."))
        since = [column >= first] if first is not None else []
        until = [column <= last] if last is not None else []
        return sql.and_(column.is_not(None), *since, *until)

    def _span(self, asked: _Property, tree: Tree) -> tuple[datetime | None, datetime | None]:
        if not isinstance(tree, values.Interval):
            return self._ends(self._value(asked, tree))
        start, end = tree.start, tree.end
        first = None if start is None else self._ends(self._value(asked, start))[0]
        last = None if end is None else self._ends(self._value(asked, end))[1]
        return first, last

    # --- place ------------------------------------------------------------------------------

    def placed(self, tree: Tree) -> Condition:
        kind, asked = self._shape(tree)
        read = _PLACES.get(kind)
        if read is None:
            raise _not_served()
        found = read(self._collection, asked)
        return sql.not_(found) if kind is ast.GeometryDisjoint else found

    def _shape(self, tree: Tree) -> tuple[type, Shape]:
        left, right, kind = tree.lhs, tree.rhs, type(tree)
        if not isinstance(left, ast.Attribute):
            left, right, kind = right, left, _TURNED_PLACES.get(kind, kind)
        if not isinstance(left, ast.Attribute) or left.name != GEOMETRY:
            raise BadParameter(
                "filter", _("Phép lọc không gian cần thuộc tính “geometry” và một hình học.")
            )
        if not isinstance(right, values.Geometry | values.Envelope):
            raise BadParameter(
                "filter", _("Phép lọc không gian cần thuộc tính “geometry” và một hình học.")
            )
        return kind, cql_places.read_shape(right.__geo_interface__, self._crs)

    def _box(self, tree: Tree) -> Box | None:
        """Where alone the filter can hold: the boxes of what must be true."""
        if isinstance(tree, ast.And):
            left, right = self._box(tree.lhs), self._box(tree.rhs)
            return right if left is None else left
        if not isinstance(tree, ast.SpatialComparisonPredicate):
            return None
        kind, asked = self._shape(tree)
        return None if kind is ast.GeometryDisjoint else asked.box


def _is_casei(tree: Tree) -> bool:
    return isinstance(tree, ast.Function) and tree.name == "lower"


def _without_casei(tree: Tree) -> Tree:
    return tree.arguments[0] if _is_casei(tree) else tree


def _wrong_type(code: str) -> BadParameter:
    said = _("Giá trị so với “%(name)s” không đúng kiểu của thuộc tính này.", name=code)
    return BadParameter("filter", said)


def _not_served() -> BadParameter:
    return BadParameter("filter", _("Phép lọc này không được hỗ trợ."))


_SIGNS: Final[Mapping[str, Callable[[Value, Any], Condition]]] = {  # Any: a literal or a column
    "=": lambda column, value: column == value,
    "<>": lambda column, value: column != value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
}
_TURNED: Final = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TURNED_TIMES: Final[Mapping[type, type]] = {
    ast.TimeBefore: ast.TimeAfter,
    ast.TimeAfter: ast.TimeBefore,
    ast.TimeEquals: ast.TimeEquals,
    ast.TimeOverlaps: ast.TimeOverlaps,
}
_TURNED_PLACES: Final[Mapping[type, type]] = {
    ast.GeometryWithin: ast.GeometryContains,
    ast.GeometryContains: ast.GeometryWithin,
}
_PLACES: Final[Mapping[type, Callable[[Collection, Shape], Condition]]] = {
    ast.GeometryIntersects: cql_places.touches,
    ast.GeometryDisjoint: cql_places.touches,
    ast.GeometryWithin: cql_places.within,
    ast.GeometryContains: cql_places.equals,  # a point contains nothing but itself
    ast.GeometryEquals: cql_places.equals,
}
_CONDITIONS: Final[Mapping[type, Callable[[_Reader, Tree], Condition]]] = {
    **dict.fromkeys(
        (ast.Equal, ast.NotEqual, ast.LessThan, ast.LessEqual, ast.GreaterThan, ast.GreaterEqual),
        _Reader.compared,
    ),
    ast.Between: _Reader.between,
    ast.In: _Reader.among,
    ast.Like: _Reader.like,
    ast.IsNull: _Reader.nothing,
    **dict.fromkeys(
        (ast.TimeBefore, ast.TimeAfter, ast.TimeEquals, ast.TimeDuring, ast.TimeOverlaps),
        _Reader.timed,
    ),
    **dict.fromkeys(_PLACES, _Reader.placed),
}
