"""Patterns of texts, matched in time that grows with the text alone.

Python's own matcher can think for hours about a pattern such as (a+)+, and whoever types into the
field would stop the server. The one that pydantic brings cannot; it knows no look-around.
"""

from __future__ import annotations

from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema


def is_pattern(pattern: str) -> bool:
    """Tell whether a pattern can be used."""
    try:
        _compiled(pattern)
    except SchemaError:
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Tell whether the whole of a text follows a pattern; one that cannot be used asks nothing."""
    try:
        _compiled(pattern).validate_python(text)
    except ValidationError:
        return False
    except SchemaError:
        return True
    return True


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> SchemaValidator:
    return SchemaValidator(
        core_schema.str_schema(pattern=rf"\A(?:{pattern})\z", regex_engine="rust-regex")
    )
