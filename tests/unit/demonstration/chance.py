"""Chance that is the same every time."""

from random import Random


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  no secret
