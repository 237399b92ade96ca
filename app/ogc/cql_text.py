"""Reads a CQL2 text filter into the tree that pygeofilter gives for CQL2 JSON.

pygeofilter's own text grammar gives AND and OR the same rank, knows no negated brackets and no
`T_AFTER(a, b)`: it would answer another question than the one asked. Its tree is used, not that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from flask_babel import gettext as _
from pygeofilter import ast, values
from shapely import from_wkt
from shapely.errors import ShapelyError
from shapely.geometry import mapping

from app.ogc.cql_json import COMPARISONS, FUNCTIONS, like
from app.ogc.faults import BadParameter

_FLAT = r"\([^()']*\)"
_RINGS = rf"\((?:[^()']|{_FLAT})*\)"
_PARTS = rf"\((?:[^()']|{_RINGS})*\)"
_SHAPES = "POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON"
_TOKEN: Final = re.compile(
    rf"""\s*(?:
    (?P<wkt>(?:SRID\s*=\s*\d+\s*;\s*)?(?:{_SHAPES})\s*(?:Z|M|ZM)?\s*{_PARTS})
    |(?P<number>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)
    |(?P<text>'(?:[^'\\]|''|\\.)*')
    |(?P<quoted>"(?:[^"]|"")+")
    |(?P<word>[^\W\d][\w:.]*)
    |(?P<sign><>|<=|>=|[=<>(),])
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTES: Final = re.compile(r"''|\\'")
_RESERVED: Final = frozenset(
    {"AND", "OR", "NOT", "LIKE", "ILIKE", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE"}
)

Tree = Any  # Any: a node of pygeofilter or a literal


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a filter: its kind, how it is written, where it begins."""

    kind: str
    text: str
    at: int

    @property
    def keyword(self) -> str:
        return self.text.upper() if self.kind in {"word", "sign"} else ""


def read_text(text: str) -> Tree:
    """The tree of a CQL2 text filter. Raises BadParameter that says where it stops making sense."""
    return _Reader(_tokens(text)).whole()


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            _refuse_at(text[at:].strip()[:20], at)
        kind = match.lastgroup
        found.append(Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return [*found, Token("end", "", end)]


def _refuse_at(found: str, at: int) -> NoReturn:
    said = _("Bộ lọc sai cú pháp ở ký tự %(at)s, gần “%(found)s”.", at=at + 1, found=found)
    raise BadParameter("filter", said)


class _Reader:
    """One pass over the words, by the ranks of the standard: OR, AND, NOT, comparison."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def whole(self) -> Tree:
        found = self._any_of()
        if self._next.kind != "end":
            self._refuse()
        return found

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _refuse(self) -> NoReturn:
        token = self._next
        _refuse_at(token.text[:20] or _("cuối bộ lọc"), token.at)

    def _take(self, *keywords: str) -> bool:
        is_next = self._next.keyword in keywords
        self._place += is_next
        return is_next

    def _need(self, keyword: str) -> None:
        if not self._take(keyword):
            self._refuse()

    # --- conditions -----------------------------------------------------------------------

    def _any_of(self) -> Tree:
        found = self._all_of()
        while self._take("OR"):
            found = ast.Or(found, self._all_of())
        return found

    def _all_of(self) -> Tree:
        found = self._negation()
        while self._take("AND"):
            found = ast.And(found, self._negation())
        return found

    def _negation(self) -> Tree:
        if self._take("NOT"):
            return ast.Not(self._negation())
        if self._take("("):
            found = self._any_of()
            self._need(")")
            return found
        return self._predicate()

    def _predicate(self) -> Tree:
        left = self._operand()
        if isinstance(left, ast.Node) and not isinstance(left, ast.Attribute | ast.Function):
            return left  # a spatial or temporal predicate
        sign = self._next.keyword
        if sign in COMPARISONS:
            self._place += 1
            return COMPARISONS[sign](left, self._operand())
        if isinstance(left, bool) and sign in {"", ")", "AND", "OR"}:
            return left
        if self._take("IS"):
            is_not = self._take("NOT")
            self._need("NULL")
            return ast.IsNull(left, is_not)
        return self._chosen(left, is_not=self._take("NOT"))

    def _chosen(self, left: Tree, *, is_not: bool) -> Tree:
        """BETWEEN, IN and LIKE, which may follow NOT."""
        if self._take("BETWEEN"):
            low = self._operand()
            self._need("AND")
            return ast.Between(left, low, self._operand(), is_not)
        if self._take("IN"):
            return ast.In(left, self._arguments(), is_not)
        is_blind = self._take("ILIKE")
        if is_blind or self._take("LIKE"):
            return like(left, self._operand(), is_not=is_not, is_blind=is_blind)
        return self._refuse()

    # --- operands -------------------------------------------------------------------------

    def _operand(self) -> Tree:
        token = self._next
        reader = _LITERALS.get(token.kind)
        if reader is not None:
            self._place += 1
            return reader(token)
        if token.kind != "word" or token.keyword in _RESERVED - {"TRUE", "FALSE"}:
            self._refuse()
        self._place += 1
        if token.keyword in {"TRUE", "FALSE"}:
            return token.keyword == "TRUE"
        if self._next.keyword == "(":
            return self._call(token)
        return ast.Attribute(token.text)

    def _arguments(self) -> list[Tree]:
        self._need("(")
        found = [self._operand()]
        while self._take(","):
            found.append(self._operand())
        self._need(")")
        return found

    def _call(self, name: Token) -> Tree:
        called = FUNCTIONS.get(name.text.lower())
        if called is None:
            said = _("Hàm “%(name)s” không được hỗ trợ.", name=name.text[:40])
            raise BadParameter("filter", said)
        given = self._arguments()
        count, make = called
        if len(given) != count:
            said = _("Hàm “%(name)s” cần %(count)s tham số.", name=name.text[:40], count=count)
            raise BadParameter("filter", said)
        return make(*given)


def _number(token: Token) -> Tree:
    is_whole = token.text.lstrip("+-").isdecimal()
    return int(token.text) if is_whole else float(token.text)


def _geometry(token: Token) -> Tree:
    try:
        return values.Geometry(mapping(from_wkt(token.text.rpartition(";")[2])))
    except ShapelyError:
        _refuse_at(token.text[:20], token.at)


_LITERALS: Final[dict[str, Callable[[Token], Tree]]] = {
    "number": _number,
    "wkt": _geometry,
    "text": lambda token: _QUOTES.sub("'", token.text[1:-1]),
    "quoted": lambda token: ast.Attribute(token.text[1:-1].replace('""', '"')),
}
