"""What a year of the country was published to be: dated figures, each with where it was said."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Any

import yaml

from app.demonstration.names import DATA


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure from a day on, with its source and how sure it is."""

    code: str
    value: Any  # Any: a number, a range or shares, as YAML gives it
    valid_from: date
    check: str
    source: str


@cache
def figures() -> tuple[Figure, ...]:
    said = yaml.safe_load((DATA / "published_year.yaml").read_text("utf-8"))
    return tuple(Figure(**one) for one in said)


@dataclass(frozen=True, slots=True)
class Published:
    """The figures in force on a day."""

    on: date

    def __getitem__(self, code: str) -> Any:  # Any: as the figure has it
        known = [one for one in figures() if one.code == code and one.valid_from <= self.on]
        if not known:
            raise KeyError(code)
        return max(known, key=lambda one: one.valid_from).value

    def between(self, code: str, chance: Random) -> int:
        """A whole number out of a range."""
        low, high = self[code]
        return chance.randint(low, high)

    def drawn(self, code: str, chance: Random) -> Any:  # Any: a key of the shares
        shares = self[code]
        return chance.choices(list(shares), list(shares.values()))[0]
