"""LIKE that heeds case on every database: SQLite's own does not, its GLOB does."""

import re
from typing import Any, Final

import sqlalchemy as sql
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

LONGEST_PATTERN: Final = 200
_LIKE_SIGNS: Final = re.compile(r"\\(?P<plain>.)|(?P<sign>[%_*?\[])", re.DOTALL)
_GLOB_SIGNS: Final = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}


def _as_glob_pattern(pattern: str) -> str:
    """The same pattern in the signs of SQLite's GLOB; an escaped sign stands for itself."""

    def written(found: re.Match[str]) -> str:
        plain = found["plain"]
        if plain is None:
            return _GLOB_SIGNS[found["sign"]]
        return f"[{plain}]" if plain in "*?[" else plain

    return _LIKE_SIGNS.sub(written, pattern)


def whole(pattern: str) -> str:
    """A lone backslash at the end makes nothing plain, so it stands for itself."""
    backslashes = len(pattern) - len(pattern.rstrip("\\"))
    return f"{pattern}\\" if backslashes % 2 else pattern


def like(column: Any, pattern: str) -> ColumnElement[bool]:  # Any: a column of text
    """Whether a text is of a pattern of % and _, where a backslash makes a sign plain."""
    return exactly_like(column, pattern, _as_glob_pattern(pattern))


class exactly_like(GenericFunction[bool]):  # noqa: N801  a function of the database
    """Column, pattern of LIKE, pattern of GLOB."""

    type = sql.Boolean()
    inherit_cache = True
    name = "exactly_like"


@compiles(exactly_like)
def _as_like(element: Any, compiler: Any, **given: Any) -> str:  # Any: untyped by SQLAlchemy
    column, pattern, _glob = element.clauses
    return f"{compiler.process(column, **given)} LIKE {compiler.process(pattern, **given)}"


@compiles(exactly_like, "sqlite")
def _as_glob(element: Any, compiler: Any, **given: Any) -> str:  # Any: untyped by SQLAlchemy
    column, _pattern, pattern = element.clauses
    return f"{compiler.process(column, **given)} GLOB {compiler.process(pattern, **given)}"
