"""Markers as they stood, made up in one line."""

from dataclasses import replace
from itertools import count

from app.registers.past import Standing

_NUMBERS = count(1)
PLAIN = Standing(0, "KH", "1", "1", 0, 1, None, "91", "main", "agreed_on_map", "none", "unknown")


def standing(**said: object) -> Standing:
    """A marker at a position of its own unless told otherwise."""
    number = next(_NUMBERS)
    named = {"marker_id": number, "position_id": number, **said}
    return replace(PLAIN, **named)  # type: ignore[arg-type]  # names and types as the class has them
